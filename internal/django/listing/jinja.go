package listing

import (
	"maps"
	"slices"
	"strings"

	"gonogo/internal/django/jinja"
	"gonogo/internal/django/templates"
	"gonogo/internal/source"
)

// maxMacros bounds macros that call one another.
const maxMacros = 10

// macro is a macro with the template that it stands in.
type macro struct {
	node  *jinja.Node
	in    *templates.Template
	names map[string]macro // what its template can call
	// context says that it sees the variables of the template that calls it: it is its own, or imported with the context.
	context bool
}

// jinjaReader reads one template of Jinja2.
type jinjaReader struct {
	*page
	t      *templates.Template
	names  map[string]macro    // by their names, those of an imported module as "module.name"
	top    map[string]variable // what the template is given
	blocks []string            // those that templates below it fill
	depth  int                 // macros around
}

// jinja reads a template of Jinja2 and those that it extends.
func (p *page) jinja(t *templates.Template, scope map[string]variable, blocks []string) {
	if t.Tree == nil || t.Tree.Fault != nil || strings.Contains(t.Tree.Foreign, "cache") {
		return
	}
	r := &jinjaReader{page: p, t: t, names: p.macros(t, 0), top: scope, blocks: blocks}
	r.statements(t.Tree.Body, maps.Clone(scope))
	for _, n := range t.Tree.Body {
		if n.Kind != jinja.Extends || n.Exprs[0].Kind != jinja.String {
			continue
		}
		jinja.Walk(t.Tree.Body, func(n *jinja.Node) bool {
			if n.Kind == jinja.Block {
				blocks = append(slices.Clip(blocks), n.Name)
			}
			return true
		})
		p.template(n.Exprs[0].Text, scope, blocks)
		return
	}
}

// macros are those that a template defines and imports.
func (p *page) macros(t *templates.Template, depth int) map[string]macro {
	names := map[string]macro{}
	if t.Tree == nil || t.Tree.Fault != nil || depth > maxTemplates {
		return names
	}
	jinja.Walk(t.Tree.Body, func(n *jinja.Node) bool {
		switch n.Kind {
		case jinja.Macro:
			names[n.Name] = macro{n, t, names, true}
			return false
		case jinja.Import, jinja.From:
			if n.Exprs[0].Kind != jinja.String {
				return false
			}
			other, ok := p.Templates(n.Exprs[0].Text)
			if !ok || !other.Jinja || other == t {
				return false
			}
			imported := p.macros(other, depth+1)
			for i, name := range n.Names {
				if m, ok := imported[name]; ok {
					m.context = n.Context
					names[n.Aliases[i]] = m
				}
			}
			for name, m := range imported {
				if n.Kind == jinja.Import && !strings.Contains(name, ".") {
					m.context = n.Context
					names[n.Name+"."+name] = m
				}
			}
		}
		return true
	})
	return names
}

func (r *jinjaReader) span(e *jinja.Expr) source.Span { return r.t.File.Span(e.Start, e.End) }

func (r *jinjaReader) statements(list []*jinja.Node, scope map[string]variable) {
	for _, n := range list {
		r.statement(n, scope)
	}
}

func (r *jinjaReader) statement(n *jinja.Node, scope map[string]variable) {
	switch n.Kind {
	case jinja.Output, jinja.Trans:
		for _, e := range n.Exprs {
			r.show(e, scope)
		}
	case jinja.For:
		r.loop(n, scope)
	case jinja.If:
		r.branches(n, scope)
	case jinja.With:
		inner := maps.Clone(scope)
		for i, e := range n.Exprs {
			bind(inner, n.Names[i], r, e, scope)
		}
		r.statements(n.Body, inner)
	case jinja.Set:
		if n.Target.Kind == jinja.Name {
			bind(scope, n.Target.Text, r, n.Exprs[0], scope)
		} else {
			forget(scope, n.Target)
			r.value(n.Exprs[0], scope)
		}
	case jinja.SetBlock:
		r.statements(n.Body, maps.Clone(scope))
		forget(scope, n.Target)
	case jinja.Block:
		r.block(n, scope)
	case jinja.Include:
		r.include(n, scope)
	case jinja.CallBlock:
		r.value(n.Exprs[0], scope)
		r.unsurely(func() { r.statements(n.Body, withoutNames(scope, n.Names)) }) // the macro decides how often
	case jinja.FilterBlock, jinja.Autoescape:
		r.statements(n.Body, maps.Clone(scope))
	case jinja.Do:
		r.value(n.Exprs[0], scope)
	}
}

// bind gives a name of a scope what an expression leads to.
func bind(scope map[string]variable, name string, r *jinjaReader, e *jinja.Expr, from map[string]variable) {
	v, ok := r.value(e, from)
	if ok && name != "" {
		scope[name] = v
		return
	}
	delete(scope, name)
}

// forget takes the names of a target out of a scope.
func forget(scope map[string]variable, target *jinja.Expr) {
	jinja.Inspect(target, func(e *jinja.Expr) bool {
		if e.Kind == jinja.Name {
			delete(scope, e.Text)
		}
		return true
	})
}

func withoutNames(scope map[string]variable, names []string) map[string]variable {
	inner := maps.Clone(scope)
	for _, name := range names {
		delete(inner, name)
	}
	return inner
}

// unsurely goes through what may not be rendered.
func (r *jinjaReader) unsurely(read func()) {
	outer := r.unsure
	r.unsure = true
	read()
	r.unsure = outer
}

func (r *jinjaReader) block(n *jinja.Node, scope map[string]variable) {
	if slices.Contains(r.blocks, n.Name) {
		return
	}
	if n.Scoped {
		r.statements(n.Body, maps.Clone(scope))
		return
	}
	r.statements(n.Body, maps.Clone(r.top))
}

// include reads the first of the templates that there is.
func (r *jinjaReader) include(n *jinja.Node, scope map[string]variable) {
	inner := map[string]variable{}
	if n.Context {
		inner = maps.Clone(scope)
	}
	names := []*jinja.Expr{n.Exprs[0]}
	if e := names[0]; e.Kind == jinja.List || e.Kind == jinja.Tuple {
		names = e.Args
	}
	for _, e := range names {
		if e.Kind != jinja.String {
			return
		}
		if _, ok := r.Templates(e.Text); ok {
			r.template(e.Text, inner, nil)
			return
		}
	}
}

// loop is {% for %}.
func (r *jinjaReader) loop(n *jinja.Node, scope map[string]variable) {
	over, ok := r.value(n.Exprs[0], scope)
	inner := maps.Clone(scope)
	forget(inner, n.Target)
	delete(inner, "loop")
	if ok && over.many && n.Target.Kind == jinja.Name {
		r.use(over)
		few := over.query.Bounded && over.path == ""
		inner[n.Target.Text] = variable{row: over.row, query: over.query, loop: !few && over.query.Rows}
	}
	outer := r.unsure
	if n.Test != nil {
		r.decide(n.Test, inner)
	}
	r.statements(n.Body, inner)
	r.unsure = outer
	r.statements(n.Else, maps.Clone(scope))
}

// branches is {% if %}. A name that is set in a branch is not known behind it.
func (r *jinjaReader) branches(n *jinja.Node, scope map[string]variable) {
	outer := r.unsure
	r.decide(n.Exprs[0], scope)
	r.statements(n.Body, maps.Clone(scope))
	r.statements(n.Else, maps.Clone(scope))
	r.unsure = outer
	for _, list := range [][]*jinja.Node{n.Body, n.Else} {
		jinja.Walk(list, func(n *jinja.Node) bool {
			if n.Kind == jinja.Set || n.Kind == jinja.SetBlock {
				forget(scope, n.Target)
			}
			return n.Kind != jinja.For && n.Kind != jinja.Macro
		})
	}
}

// decide reads a condition. What stands under it is not known to be read from each row where the row decides, but for a relation that is asked
// whether it is there.
func (r *jinjaReader) decide(e *jinja.Expr, scope map[string]variable) {
	v, ok := r.value(e, scope)
	if ok {
		r.use(v)
		return
	}
	jinja.Inspect(e, func(x *jinja.Expr) bool {
		if x.Kind == jinja.Name && scope[x.Text].loop {
			r.unsure = true
		}
		return true
	})
}

// show is an expression whose value becomes text.
func (r *jinjaReader) show(e *jinja.Expr, scope map[string]variable) {
	if v, ok := r.value(e, scope); ok {
		r.text(v, e)
	}
}

// text is a value that becomes text.
func (r *jinjaReader) text(v variable, e *jinja.Expr) {
	r.use(v)
	if !v.many && v.loop && !r.unsure {
		r.collector(v.query).text(v.row, r.t.Name, r.span(e))
	}
}

// value reads an expression with all that stands in it; ok is false for what is neither a row nor rows. Depth is that of the tree, which the
// parser bounds.
func (r *jinjaReader) value(e *jinja.Expr, scope map[string]variable) (v variable, ok bool) {
	if e == nil {
		return variable{}, false
	}
	switch e.Kind {
	case jinja.Name:
		v, ok = scope[e.Text]
		return v, ok
	case jinja.Getattr:
		return r.attribute(e, scope)
	case jinja.Call:
		return r.call(e, scope)
	case jinja.Filter:
		return r.filter(e, scope)
	case jinja.Cond:
		r.value(e.Of, scope)
		r.unsurely(func() { r.all(e.Args, scope) })
	case jinja.Operator:
		r.operator(e, scope)
	default:
		r.value(e.Of, scope)
		r.all(e.Args, scope)
		r.keywords(e, scope)
	}
	return variable{}, false
}

func (r *jinjaReader) all(list []*jinja.Expr, scope map[string]variable) {
	for _, e := range list {
		r.value(e, scope)
	}
}

func (r *jinjaReader) keywords(e *jinja.Expr, scope map[string]variable) {
	for _, k := range e.Keywords {
		r.value(k.Value, scope)
	}
	r.value(e.Star, scope)
	r.value(e.Stars, scope)
}

// operator reads the operands; what stands behind and and or may not be asked for.
func (r *jinjaReader) operator(e *jinja.Expr, scope map[string]variable) {
	switch e.Text {
	case "and", "or":
		r.value(e.Args[0], scope)
		r.unsurely(func() { r.all(e.Args[1:], scope) })
	case "~":
		for _, a := range e.Args {
			r.show(a, scope)
		}
	default:
		r.all(e.Args, scope)
	}
}

// attribute is an attribute of a row, or of a page of a paginator.
func (r *jinjaReader) attribute(e *jinja.Expr, scope map[string]variable) (variable, bool) {
	v, ok := r.value(e.Of, scope)
	switch {
	case !ok:
		return variable{}, false
	case v.many:
		return v, e.Text == "object_list"
	}
	return r.ofRow(r.t, v, e.Text, r.span(e))
}

// call is a method of a row, of a manager or a queryset, or a macro.
func (r *jinjaReader) call(e *jinja.Expr, scope map[string]variable) (variable, bool) {
	if m, ok := r.names[pathOf(e.Of)]; ok {
		if _, shadowed := scope[pathOf(e.Of)]; !shadowed {
			r.expand(m, e, scope)
			return variable{}, false
		}
	}
	r.all(e.Args, scope)
	r.keywords(e, scope)
	if e.Of.Kind != jinja.Getattr {
		r.value(e.Of, scope)
		return variable{}, false
	}
	v, ok := r.value(e.Of.Of, scope)
	switch {
	case !ok:
		return variable{}, false
	case v.many && len(e.Args) == 0 && len(e.Keywords) == 0:
		return r.ofRows(v, e.Of.Text, r.span(e))
	case v.many:
		return variable{}, false
	}
	return r.ofRow(r.t, v, e.Of.Text, r.span(e))
}

// pathOf is a name, or an attribute of one; "" for anything else.
func pathOf(e *jinja.Expr) string {
	switch {
	case e.Kind == jinja.Name:
		return e.Text
	case e.Kind == jinja.Getattr && e.Of.Kind == jinja.Name:
		return e.Of.Text + "." + e.Text
	}
	return ""
}

// expand reads the body of a macro with what it is called with.
func (r *jinjaReader) expand(m macro, call *jinja.Expr, scope map[string]variable) {
	inner := map[string]variable{}
	if m.context {
		inner = maps.Clone(r.top)
	}
	for _, name := range m.node.Names {
		delete(inner, name)
	}
	for i, e := range call.Args {
		v, ok := r.value(e, scope)
		if ok && i < len(m.node.Names) {
			inner[m.node.Names[i]] = v
		}
	}
	for _, k := range call.Keywords {
		if v, ok := r.value(k.Value, scope); ok && slices.Contains(m.node.Names, k.Name) {
			inner[k.Name] = v
		}
	}
	if r.depth >= maxMacros {
		return
	}
	body := &jinjaReader{page: r.page, t: m.in, names: m.names, top: inner, depth: r.depth + 1}
	body.statements(m.node.Body, inner)
}

// filter is a filter; those that sort or list rows give the same ones.
func (r *jinjaReader) filter(e *jinja.Expr, scope map[string]variable) (variable, bool) {
	r.all(e.Args, scope)
	r.keywords(e, scope)
	v, ok := r.value(e.Of, scope)
	if !ok {
		return variable{}, false
	}
	switch e.Text {
	case "sort", "list", "reverse":
		return v, v.many
	case "default", "d", "attr", "tojson", "pprint":
		return variable{}, false
	}
	r.text(v, e)
	return variable{}, false
}
