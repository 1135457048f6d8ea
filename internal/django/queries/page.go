package queries

import (
	"maps"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Page is a template that a function renders, with what of its context is known.
type Page struct {
	Template string
	Context  map[string]Shown
	At       source.Span // the call
}

// Shown is a variable of a context: rows, or one row.
type Shown struct {
	Query *Query // the rows, or those that the row is one of
	Path  string // from the row of Query to the one that is shown, "" for that row itself
	Model *Model
	Many  bool
}

// shown is a value as a template gets it; ok is false for what is no row.
func (v value) shown() (Shown, bool) {
	switch {
	case v.kind == rows && v.owner == nil && v.query.Rows:
		return Shown{Query: v.query, Model: v.model, Many: true}, true
	case v.kind == instance && v.query != nil && !v.loop:
		return Shown{Query: v.query, Path: v.path, Model: v.model}, true
	}
	return Shown{}, false
}

// mappingOf makes a dictionary of the texts that are its keys.
func mappingOf(entries map[string]value) value { return value{kind: mapping, entries: entries} }

// dict is a dictionary display.
func (w *walker) dict(e *syntax.Dict, depth int) value {
	entries := map[string]value{}
	for i, v := range e.Values {
		x := w.eval(v, depth+1)
		if e.Keys[i] == nil { // **other
			maps.Copy(entries, x.entries)
			continue
		}
		w.eval(e.Keys[i], depth+1)
		if name, ok := constant(e.Keys[i]); ok {
			entries[name] = x
		}
	}
	return mappingOf(entries)
}

// put is context["name"] = value.
func (w *walker) put(t *syntax.Subscript, v value) {
	of := w.eval(t.Value, 0)
	name, known := constant(t.Slice)
	variable, isName := t.Value.(*syntax.Name)
	if of.kind != mapping || !known || !isName {
		w.eval(t.Slice, 0)
		return
	}
	of.entries = maps.Clone(of.entries)
	of.entries[name] = v
	w.env[variable.ID] = of
}

// updated is context.update({...}).
func (w *walker) updated(e *syntax.Call, a *syntax.Attribute, of value, depth int) {
	variable, isName := a.Value.(*syntax.Name)
	if a.Attr != "update" || !isName {
		w.arguments(e, depth)
		return
	}
	of.entries = maps.Clone(of.entries)
	for _, arg := range e.Args {
		maps.Copy(of.entries, w.eval(arg, depth+1).entries)
	}
	for _, k := range e.Keywords {
		of.entries[k.Name] = w.eval(k.Value, depth+1)
	}
	w.env[variable.ID] = of
}

// joinMappings keeps what either way gives; of a name that both give, what they agree on.
func joinMappings(x, y value) value {
	entries := maps.Clone(x.entries)
	for name, b := range y.entries {
		a, both := entries[name]
		switch {
		case !both:
			entries[name] = b
		case a.kind != b.kind || a.model != b.model:
			delete(entries, name)
		default:
			entries[name] = join(a, b)
		}
	}
	return mappingOf(entries)
}

// paginator is Paginator(rows, 25), and page what its get_page() and page() give.
func (w *walker) paginator(e *syntax.Call, depth int) value {
	v := w.first(e, depth)
	if v.kind == rows {
		v.kind = pager
	}
	return v
}

// placed is where the queryset of a value is made, else where it is used.
func (v value) placed(used source.Span) source.Span {
	if v.query != nil && !v.query.At.IsZero() {
		return v.query.At
	}
	return used
}

func paged(v value) value {
	q := v.query.clone()
	q.Paged = true
	return value{kind: rows, model: v.model, query: q}
}

// Pages are the templates that a view's function renders; classes are those of the view whose method it is, none for a function.
func (r *Reader) Pages(m Method, classes []Text) []Page {
	var pages []Page
	w := r.walker(m.Module)
	if len(classes) > 0 {
		w = r.scopeOf(classes, m)
	}
	if w == nil {
		return nil
	}
	w.page = func(p Page) { pages = append(pages, p) }
	w.function(m.Function)
	return pages
}

// scopeOf is a walker for a method of one of the classes of a view.
func (r *Reader) scopeOf(classes []Text, m Method) *walker {
	for i, t := range classes {
		if t.Class == m.Class {
			return r.chain(classes, "").scope(i)
		}
	}
	return nil
}

// rendered notes a template with its context.
func (w *walker) rendered(e *syntax.Call, depth int) {
	if w.page == nil || len(e.Args) < 2 {
		return
	}
	name, ok := constant(e.Args[1])
	if !ok {
		return
	}
	p := Page{Template: name, Context: map[string]Shown{}, At: w.span(e)}
	var context syntax.Expr
	if len(e.Args) > 2 {
		context = e.Args[2]
	}
	for _, k := range e.Keywords {
		if k.Name == "context" {
			context = k.Value
		}
	}
	if context != nil {
		p.take(w.eval(context, depth+1))
	}
	w.page(p)
}

func (p *Page) take(v value) {
	for name, entry := range v.entries {
		if s, ok := entry.shown(); ok {
			p.Context[name] = s
		}
	}
}

// Context is what a view's get_context_data adds to the context of its template; nil where it adds nothing that is known.
func (r *Reader) Context(classes []Text) map[string]Shown {
	p := Page{Context: map[string]Shown{}}
	p.take(r.chain(classes, "").context(0))
	return p.Context
}

// context is what get_context_data gives, sought from a class on.
func (c *chain) context(from int) value {
	if c.state.depth++; c.state.depth > 10 {
		return value{}
	}
	defer func() { c.state.depth-- }()
	for i := from; i < len(c.texts); i++ {
		m, ok := FindMethod(c.texts[i:i+1], "get_context_data")
		if !ok {
			continue
		}
		w := c.scope(i)
		if w == nil {
			return value{}
		}
		var out value
		for n, v := range w.function(m.Function) {
			switch {
			case v.kind != mapping:
				return value{}
			case n == 0:
				out = v
			default:
				out = joinMappings(out, v)
			}
		}
		return out
	}
	return mappingOf(map[string]value{})
}

// parentContext is super().get_context_data(**kwargs), with what it is given by name.
func (w *walker) parentContext(e *syntax.Call, depth int) value {
	v := mappingOf(map[string]value{})
	if w.class != nil && w.class.chain != nil {
		v = w.class.chain.context(w.class.chain.at + 1)
	}
	v.entries = maps.Clone(v.entries)
	for _, k := range e.Keywords {
		x := w.eval(k.Value, depth+1)
		if k.Name != "" && v.kind == mapping {
			v.entries[k.Name] = x
		}
	}
	return v
}
