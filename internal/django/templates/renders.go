package templates

import (
	"maps"
	"slices"

	"gonogo/internal/python/eval"
)

// Rendering is whether a template renders.
type Rendering struct {
	Renders eval.Tri
	// Doubt says why it is not known.
	Doubt string
	// Template and Fault are what does not compile, or raises, where it does not render.
	Template *Template
	Fault    *Fault
	// Raises says that the template compiles and that rendering it raises.
	Raises bool
}

// Context is with what a template is rendered.
type Context struct {
	// Request says that there is a request, so that the context processors add names of which nothing is known. Without it a variable that no
	// tag makes is not there.
	Request bool
	// Tag tells whether a tag that is none of Django's renders in such a context; No with what happens, Maybe with why it is not known.
	Tag func(name string) (renders eval.Tri, why string)
	// URL tells whether {% url %} finds a name, given arguments or none.
	URL func(name string, arguments bool) (found eval.Tri, why string)
	// Variable is told of each variable that is surely asked for; it gives what that needs which may be broken too, "" for nothing.
	Variable func(lookups []string) (needs string)
}

// Renders tells whether a template, the ones that it extends and those that it includes, render when the context has nothing.
func (s *Set) Renders(t *Template) Rendering { return s.RendersIn(t, Context{}) }

// RendersIn tells whether a template, the ones that it extends and those that it includes, render in a context. A
// variable that is not there is an empty text
// (https://docs.djangoproject.com/en/stable/ref/templates/api/#invalid-template-variables), and in {% if %} None, so that what stands under it
// is not rendered; what fails is a tag that needs a value, and what may fail is a tag of a library that is not known.
func (s *Set) RendersIn(t *Template, c Context) Rendering {
	r := renderer{set: s, context: c, seen: map[*Template]bool{}, made: map[string]bool{}, result: Rendering{Renders: eval.Yes}}
	r.names(t, map[*Template]bool{})
	r.template(t, nil)
	return r.result
}

// renderer goes through a template and what it builds on.
type renderer struct {
	set     *Set
	context Context
	seen    map[*Template]bool // those that were begun
	made    map[string]bool    // the names that tags make, in any of the templates
	unsure  bool               // what is visited may not be rendered
	result  Rendering
}

func (r *renderer) doubt(reason string) {
	if r.result.Renders == eval.Yes {
		r.result.Renders, r.result.Doubt = eval.Maybe, reason
	}
}

// raises notes that a node raises, where it is surely rendered.
func (r *renderer) raises(t *Template, n *Node, what string) {
	if r.unsure {
		r.doubt(what + ", where " + t.Name + " comes to it")
		return
	}
	r.result = Rendering{Renders: eval.No, Template: t, Raises: true, Fault: &Fault{Message: what, At: t.Span(n)}}
}

// gone reports whether a variable is surely not there.
func (r *renderer) gone(root string) bool {
	if root == "None" {
		return true
	}
	return !r.context.Request && root != "" && !r.made[root] && root != "True" && root != "False" && root != "block" && root != "forloop"
}

// names collects the names that tags make.
func (r *renderer) names(t *Template, seen map[*Template]bool) {
	if seen[t] || t.Fault != nil || len(seen) > 100 {
		return
	}
	seen[t] = true
	Walk(t.Nodes, func(n *Node) bool {
		for _, a := range n.Assigns {
			r.made[a.Name] = true
		}
		if n.AsVar != "" {
			r.made[n.AsVar] = true
		}
		if !n.Own && n.Kind == Block {
			for _, word := range n.Bits { // a tag of a library may make any of its words a name
				r.made[word] = true
			}
		}
		if n.Name == "extends" || n.Name == "include" {
			if next, ok := r.set.Find(n.TemplateName()); ok {
				r.names(next, seen)
			}
		}
		return n.Name != "comment"
	})
}

// template goes through a template; filled are the blocks that templates below it fill.
func (r *renderer) template(t *Template, filled map[string]bool) {
	r.seen[t] = true
	if t.Fault != nil {
		if !t.Unsure && !t.Jinja {
			r.result = Rendering{Renders: eval.No, Template: t, Fault: t.Fault}
		} else {
			r.doubt("whether " + t.Name + " compiles is not known")
		}
		return
	}
	parent := t.Extends()
	if parent == nil || t.Jinja {
		r.nodes(t, t.Nodes, filled)
		return
	}
	all := maps.Clone(filled)
	if all == nil {
		all = map[string]bool{}
	}
	for _, n := range t.Nodes { // beside its blocks nothing of a template that extends another is rendered
		if n == parent || n.Name == "block" {
			continue
		}
		Walk([]*Node{n}, func(n *Node) bool {
			if n.Name == "block" {
				r.nodes(t, []*Node{n}, filled)
				return false
			}
			return true
		})
	}
	for _, n := range t.Nodes {
		if n.Name == "block" {
			r.nodes(t, []*Node{n}, filled)
		}
	}
	Walk(t.Nodes, func(n *Node) bool {
		if n.Name == "block" && len(n.Bits) == 1 && !callsParent(n) {
			all[n.Bits[0]] = true
		}
		return true
	})
	r.other(t, parent, all)
}

// callsParent reports whether a block shows what the template above has in its place.
func callsParent(block *Node) bool {
	found := false
	Walk(block.Bodies[0].Nodes, func(n *Node) bool {
		found = found || slices.ContainsFunc(n.Exprs, func(e *Expr) bool { return e.Root() == "block" })
		return !found
	})
	return found
}

func (r *renderer) nodes(t *Template, list []*Node, filled map[string]bool) {
	for _, n := range list {
		if r.result.Renders == eval.No {
			return
		}
		r.node(t, n, filled)
	}
}

func (r *renderer) bodies(t *Template, list []Body, filled map[string]bool) {
	for _, b := range list {
		r.nodes(t, b.Nodes, filled)
	}
}

// node judges one node. In Jinja2 a call or an attribute of what is not there fails.
func (r *renderer) node(t *Template, n *Node, filled map[string]bool) {
	r.variables(t, n)
	switch {
	case n.Kind == Text || n.Name == "comment":
		return
	case n.Kind == Var:
		if t.Jinja {
			r.doubt("the variable " + n.Contents + " of " + t.Name + " may fail without context")
		}
	case n.Name == "extends" || n.Name == "include":
		r.other(t, n, nil)
	case n.Name == "block" && len(n.Bits) == 1 && filled[n.Bits[0]]:
		return
	case n.Name == "if" && n.Own && !t.Jinja:
		r.branches(t, n, filled)
		return
	case n.Name == "for" && n.Own && !t.Jinja:
		r.loop(t, n, filled)
		return
	case n.Name == "url" && n.Own && n.AsVar == "":
		r.url(t, n)
	case !n.Own && !t.Jinja && n.Kind == Block:
		r.foreign(t, n)
	}
	r.bodies(t, n.Bodies, filled)
}

// variables tells of the variables that a node asks for.
func (r *renderer) variables(t *Template, n *Node) {
	if r.context.Variable == nil || r.unsure || n.Kind != Var && n.Name != "if" {
		return
	}
	exprs := n.Exprs
	if n.Name == "if" && len(exprs) > 1 {
		exprs = exprs[:1] // the first is surely asked for
	}
	for _, e := range exprs {
		if e.Literal {
			continue
		}
		if needs := r.context.Variable(e.Lookups); needs != "" {
			r.raises(t, n, needs)
		}
	}
}

// branches is {% if %}: what stands under a condition that is surely false is not rendered.
func (r *renderer) branches(t *Template, n *Node, filled map[string]bool) {
	outer := r.unsure
	defer func() { r.unsure = outer }()
	for _, b := range n.Bodies {
		condition := eval.Yes // else
		if b.Name == "if" || b.Name == "elif" {
			condition = eval.Maybe
			if c, ok := newCondition(b.Tag, b.Exprs, r.gone); ok {
				condition = c.holds()
			}
		}
		switch condition {
		case eval.Yes:
			r.nodes(t, b.Nodes, filled)
			return
		case eval.Maybe:
			r.unsure = true
			r.nodes(t, b.Nodes, filled)
		}
	}
}

// loop is {% for %}: over what is not there it shows what stands behind {% empty %}.
func (r *renderer) loop(t *Template, n *Node, filled map[string]bool) {
	outer := r.unsure
	defer func() { r.unsure = outer }()
	list := n.Bodies
	if len(n.Exprs) > 0 && len(n.Exprs[0].Filters) == 0 && !n.Exprs[0].Literal && r.gone(n.Exprs[0].Root()) && len(list) > 0 {
		list = list[1:]
	} else {
		r.unsure = true
	}
	r.bodies(t, list, filled)
}

// url is {% url %}, which raises where no path has the name, and where an argument is an empty text.
func (r *renderer) url(t *Template, n *Node) {
	for i, e := range n.Exprs {
		if !e.Literal {
			r.doubt("the tag url in " + t.Name + " needs a variable")
			return
		}
		if i > 0 || r.context.URL == nil {
			continue
		}
		switch found, why := r.context.URL(e.Value, len(n.Exprs) > 1 || len(n.Assigns) > 0); found {
		case eval.No:
			r.raises(t, n, why)
		case eval.Maybe:
			r.doubt(why)
		}
	}
}

// foreign is a tag of a library that is none of Django's.
func (r *renderer) foreign(t *Template, n *Node) {
	if r.context.Tag != nil {
		switch renders, why := r.context.Tag(n.Name); renders {
		case eval.Yes:
			return
		case eval.No:
			r.raises(t, n, why)
			return
		default:
			if why != "" {
				r.doubt("the tag " + n.Name + " in " + t.Name + ": " + why)
				return
			}
		}
	}
	r.doubt("the tag " + n.Name + " in " + t.Name + " is none of Django's, and may need context or the database")
}

// other goes on to the template that a tag names.
func (r *renderer) other(t *Template, n *Node, filled map[string]bool) {
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
		r.template(next, filled)
	}
}
