package project

import (
	"slices"
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// RESTView is a view of Django REST framework in the project's code, as far as its text tells.
type RESTView struct {
	Name string
	At   source.Span // its name
	// Bases are the framework's classes that it inherits from, also through classes of the project; "rest_framework.decorators.api_view"
	// for a function.
	Bases []string
	// Sets are the attributes and methods that it, or a class of the project that it inherits from, gives ("permission_classes",
	// "get_permissions"); for a function the decorators.
	Sets []string
	// Whole is false when an ancestor is neither the framework's nor in the project: it can give attributes that are not seen.
	Whole bool
	// Endpoints lead to it; empty where the view was found in the text alone.
	Endpoints []*routes.Endpoint
}

// RESTViews are the views of the project that run in production, in order of module and place. Classes that others inherit from are
// left out: they are seen through their heirs.
func (s *Snapshot) RESTViews() []RESTView {
	var list []RESTView
	parents := map[string]bool{}
	s.eachModule(func(m *CodeModule) {
		if !m.importsPackage("rest_framework") && !s.importsOwn(m) {
			return
		}
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.ClassDef:
				v := RESTView{Name: n.Name, At: nameSpan(m, n.NamePos, n.Name), Whole: true}
				s.Code.restClass(&v, Definition{Module: m, Class: n}, parents, maxHops)
				if len(v.Bases) > 0 {
					list = append(list, v)
				}
			case *syntax.FunctionDef:
				if v, ok := s.Code.restFunction(m, n); ok {
					list = append(list, v)
				}
			}
			return true
		})
	})
	return slices.DeleteFunc(list, func(v RESTView) bool { return parents[v.At.Path()+":"+v.Name] })
}

// importsOwn reports whether a module imports other modules of the project, whose classes can be views.
func (s *Snapshot) importsOwn(m *CodeModule) bool {
	for _, i := range m.Imports {
		if s.Code.Owns(i.Dotted) {
			return true
		}
	}
	return false
}

func nameSpan(m *CodeModule, pos syntax.Pos, name string) source.Span {
	return source.Span{File: m.Syntax.File, Start: pos, End: pos + syntax.Pos(len(name))}
}

// restClass collects what a class and its ancestors say. parents takes the classes of the project that are bases, by path and name.
func (c *Code) restClass(v *RESTView, d Definition, parents map[string]bool, hops int) {
	for _, stmt := range d.Class.Body {
		v.Sets = append(v.Sets, bound(stmt)...)
	}
	for _, b := range d.Class.Bases {
		name := c.Refer(d.Module, b)
		if isView(name) {
			v.Bases = append(v.Bases, name)
			continue
		}
		if strings.HasPrefix(name, "rest_framework.") || name == d.Module.Dotted+".object" {
			continue
		}
		parent, ok := c.Define(name)
		switch {
		case ok && isView(parent.Outside):
			v.Bases = append(v.Bases, parent.Outside)
		case ok && parent.Class != nil && parent.Class != d.Class && hops > 0:
			parents[parent.Module.Syntax.File.Path+":"+parent.Class.Name] = true
			c.restClass(v, parent, parents, hops-1)
		default:
			v.Whole = false
		}
	}
}

// isView reports whether a dotted name is a view class of the framework.
func isView(name string) bool {
	for _, module := range []string{"rest_framework.views.", "rest_framework.generics.", "rest_framework.viewsets.", "rest_framework.mixins."} {
		if strings.HasPrefix(name, module) {
			return true
		}
	}
	return false
}

// bound are the names that a statement of a class body binds.
func bound(s syntax.Stmt) []string {
	switch s := s.(type) {
	case *syntax.FunctionDef:
		names := []string{s.Name}
		for _, d := range s.Decorators { // @action(permission_classes=[...])
			if call, ok := d.(*syntax.Call); ok {
				for _, k := range call.Keywords {
					names = append(names, "action."+k.Name)
				}
			}
		}
		return names
	case *syntax.Assign:
		var names []string
		for _, t := range s.Targets {
			if n, ok := t.(*syntax.Name); ok {
				names = append(names, n.ID)
			}
		}
		return names
	case *syntax.AnnAssign:
		if n, ok := s.Target.(*syntax.Name); ok && s.Value != nil {
			return []string{n.ID}
		}
	}
	return nil
}

// restFunction recognises a function under @api_view.
func (c *Code) restFunction(m *CodeModule, f *syntax.FunctionDef) (RESTView, bool) {
	v := RESTView{Name: f.Name, At: nameSpan(m, f.NamePos, f.Name), Whole: true}
	for _, d := range f.Decorators {
		if call, ok := d.(*syntax.Call); ok {
			d = call.Func
		}
		name := c.Refer(m, d)
		if name == "rest_framework.decorators.api_view" {
			v.Bases = []string{name}
		}
		v.Sets = append(v.Sets, name[strings.LastIndexByte(name, '.')+1:])
	}
	return v, len(v.Bases) > 0
}

// Gives reports whether the view gives one of the attributes itself.
func (v RESTView) Gives(names ...string) bool {
	for _, n := range names {
		if slices.Contains(v.Sets, n) {
			return true
		}
	}
	return false
}

// Lists reports whether the view answers with a list of objects through the framework's own code.
func (v RESTView) Lists() bool {
	return v.isOne("ListAPIView", "ListCreateAPIView", "ModelViewSet", "ReadOnlyModelViewSet", "ListModelMixin") && v.listsServed()
}

// Changes reports whether the view changes or deletes objects through the framework's own code. Creating alone is not among it:
// sign-up and login are such views.
func (v RESTView) Changes() bool {
	return v.answers("PUT", "PATCH", "DELETE") && v.isOne("ModelViewSet", "UpdateAPIView", "DestroyAPIView", "RetrieveUpdateAPIView", "RetrieveDestroyAPIView",
		"RetrieveUpdateDestroyAPIView", "UpdateModelMixin", "DestroyModelMixin")
}

func (v RESTView) isOne(names ...string) bool {
	for _, b := range v.Bases {
		if slices.Contains(names, b[strings.LastIndexByte(b, '.')+1:]) {
			return true
		}
	}
	return false
}
