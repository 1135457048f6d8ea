package listing

import (
	"maps"
	"slices"
	"strings"

	"gonogo/internal/django/queries"
	"gonogo/internal/django/templates"
	"gonogo/internal/source"
)

// TemplateFinder finds a template by name; ok is false when the project has none of that name.
type TemplateFinder func(name string) (t *templates.Template, ok bool)

// maxTemplates bounds templates in one another.
const maxTemplates = 10

// variable is what a name of a context stands for: a row, or rows.
type variable struct {
	row
	query *queries.Query
	many  bool
	loop  bool // there is one for each turn of a loop
	// pending is what asks the database when the rows are used: a relation of each turn's row. Its path is "" where nothing does.
	pending Read
}

// page is one template that a view renders.
type page struct {
	*finder
	view  string
	lists []*collector // one for each queryset, in order of their first use
	names []string     // the templates around
	// unsure says that what is gone through depends on the row.
	unsure bool
}

// render reads a template with a context, and keeps what it reads of lists.
func (f *finder) render(view, name string, context map[string]queries.Shown) {
	p := &page{finder: f, view: view}
	scope := map[string]variable{}
	if user := f.Reader.Schema().User(); f.Touch != nil && user != nil {
		scope["user"] = variable{row: row{model: user}, query: p.Reader.Rowless(user)}
	}
	for name, s := range context {
		scope[name] = variable{row: row{model: s.Model, path: s.Path}, query: s.Query, many: s.Many}
	}
	if len(scope) == 0 {
		return
	}
	p.template(name, scope, nil)
	for _, c := range p.lists {
		c.add(Template, view, c.query.At)
	}
}

func (p *page) collector(q *queries.Query) *collector {
	for _, c := range p.lists {
		if c.query == q {
			return c
		}
	}
	c := &collector{finder: p.finder, query: q}
	p.lists = append(p.lists, c)
	return c
}

// template reads a template and those that it extends; blocks are those that templates below it fill.
func (p *page) template(name string, scope map[string]variable, blocks []string) {
	t, ok := p.Templates(name)
	if !ok || t.Fault != nil || len(p.names) >= maxTemplates || slices.Contains(p.names, name) {
		return
	}
	p.names = append(p.names, name)
	defer func() { p.names = p.names[:len(p.names)-1] }()
	if t.Jinja {
		p.jinja(t, scope, blocks)
		return
	}
	p.nodes(t, t.Nodes, scope, blocks)
	if parent := t.Extends(); parent != nil {
		templates.Walk(t.Nodes, func(n *templates.Node) bool {
			if n.Name == "block" && len(n.Bits) == 1 {
				blocks = append(slices.Clip(blocks), n.Bits[0])
			}
			return true
		})
		p.template(parent.TemplateName(), scope, blocks)
	}
}

func (p *page) nodes(t *templates.Template, list []*templates.Node, scope map[string]variable, blocks []string) {
	for _, n := range list {
		p.node(t, n, scope, blocks)
	}
}

func (p *page) node(t *templates.Template, n *templates.Node, scope map[string]variable, blocks []string) {
	if n.Kind == templates.Text || n.Opaque {
		return
	}
	if n.Kind == templates.Var {
		for _, e := range n.Exprs {
			p.show(t, n, e, scope)
		}
		return
	}
	switch n.Name {
	case "comment", "cache", "extends", "regroup":
	case "block":
		if len(n.Bits) != 1 || !slices.Contains(blocks, n.Bits[0]) {
			p.bodies(t, n, scope, blocks)
		}
	case "for":
		p.loop(t, n, scope, blocks)
	case "if":
		p.branches(t, n, scope, blocks)
	case "with":
		inner := maps.Clone(scope)
		p.assign(t, n, scope, inner)
		p.nodes(t, n.Bodies[0].Nodes, inner, blocks)
	case "include":
		inner := map[string]variable{}
		if !strings.HasSuffix(strings.TrimSpace(n.Contents), " only") {
			inner = maps.Clone(scope)
		}
		p.assign(t, n, scope, inner)
		p.template(n.TemplateName(), inner, nil)
	default:
		p.arguments(t, n, scope)
		p.bodies(t, n, scope, blocks)
	}
}

// arguments are those of a tag: what stands before their last lookup is read; what the tag does with them is its own.
func (p *page) arguments(t *templates.Template, n *templates.Node, scope map[string]variable) {
	for _, e := range n.Exprs {
		p.resolve(t, n, e, scope)
	}
	for _, a := range n.Assigns {
		if a.Value != nil {
			p.resolve(t, n, a.Value, scope)
		}
	}
}

func (p *page) bodies(t *templates.Template, n *templates.Node, scope map[string]variable, blocks []string) {
	for _, b := range n.Bodies {
		p.nodes(t, b.Nodes, scope, blocks)
	}
}

// assign gives a scope the names that a tag makes of what stands in another.
func (p *page) assign(t *templates.Template, n *templates.Node, from, into map[string]variable) {
	for _, a := range n.Assigns {
		delete(into, a.Name)
		if a.Value != nil && len(a.Value.Filters) == 0 {
			if v, ok := p.resolve(t, n, a.Value, from); ok {
				into[a.Name] = v
			}
		}
	}
}

// loop is {% for %}.
func (p *page) loop(t *templates.Template, n *templates.Node, scope map[string]variable, blocks []string) {
	if len(n.Exprs) == 0 || len(n.Bodies) == 0 {
		return
	}
	over, ok := p.resolve(t, n, n.Exprs[0], scope)
	inner := maps.Clone(scope)
	for _, a := range n.Assigns {
		delete(inner, a.Name)
	}
	if ok && over.many && len(n.Assigns) == 1 && keepsRows(n.Exprs[0]) {
		p.use(over)
		few := over.query.Bounded && over.path == ""
		inner[n.Assigns[0].Name] = variable{row: over.row, query: over.query, loop: !few && over.query.Rows}
	}
	p.nodes(t, n.Bodies[0].Nodes, inner, blocks)
	for _, b := range n.Bodies[1:] {
		p.nodes(t, b.Nodes, scope, blocks)
	}
}

// keepsRows reports whether the filters of an expression give all the rows that they are given.
func keepsRows(e *templates.Expr) bool {
	for _, f := range e.Filters {
		if f.Name != "dictsort" && f.Name != "dictsortreversed" {
			return false
		}
	}
	return true
}

// branches is {% if %}. What stands inside is not known to be read from each row where the row decides, but for a relation that is asked
// whether it is there.
func (p *page) branches(t *templates.Template, n *templates.Node, scope map[string]variable, blocks []string) {
	outer := p.unsure
	for i, e := range n.Exprs {
		v, ok := p.resolve(t, n, e, scope)
		if i == 0 && ok {
			p.use(v)
		}
		if root, there := scope[e.Root()]; there && root.loop && !ok {
			p.unsure = true
		}
	}
	p.bodies(t, n, scope, blocks)
	p.unsure = outer
}

// show is an expression whose value becomes text.
func (p *page) show(t *templates.Template, n *templates.Node, e *templates.Expr, scope map[string]variable) {
	v, ok := p.resolve(t, n, e, scope)
	if !ok {
		return
	}
	p.use(v)
	if !v.many && v.loop && !p.unsure {
		p.collector(v.query).text(v.row, t.Name, t.Span(n))
	}
}

// use reads the rows of a relation of each turn.
func (p *page) use(v variable) {
	if v.many && v.pending.Path != "" && !p.unsure {
		p.collector(v.query).read(v.pending)
	}
}

// resolve is what the lookups of an expression lead to; ok is false for what is neither a row nor rows. Relations on the way are read.
func (p *page) resolve(t *templates.Template, n *templates.Node, e *templates.Expr, scope map[string]variable) (v variable, ok bool) {
	v, ok = scope[e.Root()]
	if !ok {
		return variable{}, false
	}
	for _, name := range e.Lookups[1:] {
		if v.many {
			if v, ok = p.ofRows(v, name, t.Span(n)); !ok {
				return variable{}, false
			}
			continue
		}
		if v, ok = p.ofRow(t, v, name, t.Span(n)); !ok {
			return variable{}, false
		}
	}
	return v, true
}

// ofRows is an attribute of a queryset, a manager, or a page of a paginator.
func (p *page) ofRows(v variable, name string, at source.Span) (variable, bool) {
	switch name {
	case "all", "object_list":
		return v, true
	case "count", "exists":
		if v.pending.Path != "" && !p.unsure {
			read := v.pending
			read.Count, read.At = name == "count", at
			p.collector(v.query).read(read)
		}
	}
	return variable{}, false
}

// ofRow is an attribute of a row.
func (p *page) ofRow(t *templates.Template, v variable, name string, at source.Span) (variable, bool) {
	if p.Touch != nil {
		p.Touch(v.model, v.query, name, t.Name, at)
	}
	step, relation := v.model.Step(name)
	switch {
	case relation && step.Name == v.known:
		return variable{}, false
	case relation && step.Many:
		many := variable{row: v.step(step), query: v.query, many: true}
		if v.loop {
			many.pending = Read{Path: many.path, Many: true, By: t.Name, At: at}
		}
		return many, true
	case relation:
		if v.loop && !p.unsure {
			p.collector(v.query).follow(v.row, step, t.Name, at)
		}
		return variable{row: v.step(step), query: v.query, loop: v.loop}, true
	case v.loop && !p.unsure && v.model.Field(name) == nil:
		p.collector(v.query).method(v.row, name, t.Name, at)
	}
	return variable{}, false
}
