package routes

import (
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// Views are the functions and classes of the project that the URL configuration leads to.
type Views struct {
	functions map[*syntax.FunctionDef]bool
	classes   map[*syntax.ClassDef]bool
	// Whole says that no others answer requests: the configuration is known as a whole, but for what stands in packages.
	Whole bool
}

// Views collects the functions and classes of the project to which endpoints lead, the classes that these inherit from, and the methods that
// are actions of viewsets.
func (r *Routes) Views(graph *resolve.Graph) *Views {
	v := &Views{functions: map[*syntax.FunctionDef]bool{}, classes: map[*syntax.ClassDef]bool{}, Whole: r.Unknown == ""}
	for n := range r.Endpoints {
		e := &r.Endpoints[n]
		if e.Unknown != "" && e.Package == "" {
			v.Whole = false
		}
		if f := e.View.Definition.Function; f != nil {
			v.functions[f] = true
		}
		actions := map[string]bool{}
		for _, name := range e.View.Actions {
			actions[name] = true
		}
		v.class(e.View.Definition.Class, actions)
		for _, name := range e.View.Ancestors {
			if d, ok := graph.Define(name); ok {
				v.class(d.Class, actions)
			}
		}
	}
	return v
}

// class adds a class with its methods that are actions.
func (v *Views) class(c *syntax.ClassDef, actions map[string]bool) {
	if c == nil {
		return
	}
	v.classes[c] = true
	if len(actions) == 0 {
		return
	}
	for _, s := range c.Body {
		if f, ok := s.(*syntax.FunctionDef); ok && actions[f.Name] {
			v.functions[f] = true
		}
	}
}

// Function reports whether an endpoint leads to a function, or to a method as an action of a viewset.
func (v *Views) Function(f *syntax.FunctionDef) bool { return v != nil && v.functions[f] }

// Class reports whether an endpoint leads to a class, or to one that inherits from it.
func (v *Views) Class(c *syntax.ClassDef) bool { return v != nil && v.classes[c] }
