package templates

import (
	"gonogo/internal/python/eval"
)

// Rendering is whether a template renders.
type Rendering struct {
	Renders eval.Tri
	// Doubt says why it is not known.
	Doubt string
	// Template and Fault are what does not compile, where it does not render.
	Template *Template
	Fault    *Fault
}

// Renders tells whether a template, the ones that it extends and those that it includes, render when the context has nothing. A
// variable that is not there is an empty text (https://docs.djangoproject.com/en/stable/ref/templates/api/#invalid-template-variables);
// what fails is a tag that needs a value, and what may fail is a tag of a library that is not known.
func (s *Set) Renders(t *Template) Rendering {
	r := renderer{set: s, seen: make(map[*Template]bool), result: Rendering{Renders: eval.Yes}}
	r.template(t)
	return r.result
}

// renderer goes through a template and what it builds on.
type renderer struct {
	set    *Set
	seen   map[*Template]bool // those that were begun
	result Rendering
}

func (r *renderer) doubt(reason string) {
	if r.result.Renders == eval.Yes {
		r.result.Renders, r.result.Doubt = eval.Maybe, reason
	}
}

func (r *renderer) template(t *Template) {
	r.seen[t] = true
	if t.Fault != nil {
		if !t.Unsure && !t.Jinja {
			r.result = Rendering{Renders: eval.No, Template: t, Fault: t.Fault}
		} else {
			r.doubt("whether " + t.Name + " compiles is not known")
		}
		return
	}
	Walk(t.Nodes, func(n *Node) bool {
		if r.result.Renders == eval.No || n.Kind == Text {
			return false
		}
		r.node(t, n)
		return n.Name != "comment"
	})
}

// node judges one node. In Jinja2 a call or an attribute of what is not there fails.
func (r *renderer) node(t *Template, n *Node) {
	switch {
	case n.Kind == Var:
		if t.Jinja {
			r.doubt("the variable " + n.Contents + " of " + t.Name + " may fail without context")
		}
	case n.Name == "extends" || n.Name == "include":
		r.other(t, n)
	case n.Name == "url" && n.Own && n.AsVar == "":
		for _, e := range n.Exprs {
			if !e.Literal {
				r.doubt("the tag url in " + t.Name + " needs a variable")
			}
		}
	case !n.Own && !t.Jinja && n.Kind == Block:
		r.doubt("the tag " + n.Name + " in " + t.Name + " is none of Django's, and may need context or the database")
	}
}

// other goes on to the template that a tag names.
func (r *renderer) other(t *Template, n *Node) {
	name := n.TemplateName()
	if name == "" {
		r.doubt("which template " + t.Name + " builds on is computed")
		return
	}
	next, ok := r.set.Find(name)
	switch {
	case !ok:
		r.doubt(name + ", which " + t.Name + " builds on, is not among the project's templates")
	case r.seen[next]:
		if next == t {
			r.doubt(t.Name + " builds on itself")
		}
	default:
		r.template(next)
	}
}
