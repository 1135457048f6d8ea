package queries

import (
	"maps"
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// eval goes through an expression, notes what it asks the database, and gives what it stands for.
func (w *walker) eval(e syntax.Expr, depth int) value {
	if e == nil || depth > maxNesting {
		return value{}
	}
	switch e := e.(type) {
	case *syntax.Name:
		return w.named(e)
	case *syntax.Attribute:
		return w.attribute(e, depth)
	case *syntax.Call:
		return w.call(e, depth)
	case *syntax.Subscript:
		return w.subscript(e, depth)
	case *syntax.Await:
		return w.eval(e.Value, depth+1)
	case *syntax.NamedExpr:
		v := w.eval(e.Value, depth+1)
		w.assign(e.Target, v)
		return v
	case *syntax.Dict:
		return w.dict(e, depth)
	case *syntax.BoolOp:
		w.eval(e.Values[0], depth+1)
		w.reading.branch(1)
		defer w.reading.branch(-1)
		for _, v := range e.Values[1:] {
			w.eval(v, depth+1)
		}
		return value{}
	case *syntax.FormattedValue:
		w.text(w.eval(e.Value, depth+1), w.span(e))
		w.eval(e.FormatSpec, depth+1)
		return value{}
	case *syntax.IfExp:
		w.eval(e.Test, depth+1)
		w.reading.branch(1)
		defer w.reading.branch(-1)
		a, b := w.eval(e.Body, depth+1), w.eval(e.Orelse, depth+1)
		if a.kind == b.kind && a.model == b.model && a.kind != unknown {
			return join(a, b)
		}
		return value{}
	case *syntax.ListComp:
		return w.comprehension(e.Generators, depth, e.Elt)
	case *syntax.SetComp:
		return w.comprehension(e.Generators, depth, e.Elt)
	case *syntax.GeneratorExp:
		return w.comprehension(e.Generators, depth, e.Elt)
	case *syntax.DictComp:
		return w.comprehension(e.Generators, depth, e.Key, e.Value)
	case *syntax.Compare:
		w.countIsZero(e)
		w.eval(e.Left, depth+1)
		for _, c := range e.Comparators {
			w.eval(c, depth+1)
		}
		return value{}
	case *syntax.Lambda:
		return value{}
	}
	w.parts(e, depth)
	return value{}
}

// parts goes through what stands inside any other expression.
func (w *walker) parts(e syntax.Expr, depth int) {
	syntax.Inspect(e, func(n syntax.Node) bool {
		inner, ok := n.(syntax.Expr)
		if !ok || inner == e {
			return true
		}
		w.eval(inner, depth+1)
		return false
	})
}

func (w *walker) named(e *syntax.Name) value {
	if v, ok := w.env[e.ID]; ok {
		return v
	}
	if w.user[e.ID] && w.schema.user != nil {
		return value{kind: modelClass, model: w.schema.user}
	}
	return w.global(w.resolve(e))
}

// resolve is the dotted path of a name or attribute of the module's imports and definitions, "" for anything else.
func (w *walker) resolve(e syntax.Expr) string {
	root, last := e, ""
	switch e := e.(type) {
	case *syntax.Name:
		last = e.ID
	case *syntax.Attribute:
		last = e.Attr
	}
	for depth := 0; depth < maxNesting; depth++ {
		a, ok := root.(*syntax.Attribute)
		if !ok {
			break
		}
		root = a.Value
	}
	n, ok := root.(*syntax.Name)
	if !ok || !w.stars && !w.bound[n.ID] || !w.wanted[last] && !w.renamed[last] {
		return ""
	}
	dotted, _ := w.module.Names.Resolve(e)
	return dotted
}

func (w *walker) global(dotted string) value {
	if m := w.schema.byClass[dotted]; m != nil {
		return value{kind: modelClass, model: m}
	}
	return value{}
}

func (w *walker) span(n syntax.Node) source.Span { return w.module.Syntax.Span(n) }

// attribute is a manager, a relation, or a name of a module.
func (w *walker) attribute(e *syntax.Attribute, depth int) value {
	of := w.eval(e.Value, depth+1)
	switch of.kind {
	case modelClass:
		plain, ok := of.model.managers[e.Attr]
		if e.Attr == "_default_manager" || e.Attr == "_base_manager" {
			plain, ok = false, true
		}
		if ok {
			return value{kind: rows, model: of.model, query: newQuery(of.model, w.span(e), plain)}
		}
		return value{}
	case instance:
		if e.Ctx == syntax.Load {
			w.useOf(of, e)
		}
		return w.related(of, e)
	case unknown:
		if v, ok := w.ownRow(e); ok {
			return v
		}
		if self, ok := e.Value.(*syntax.Name); ok && self.ID == "self" && w.class != nil && e.Attr == "queryset" {
			if w.class.chain != nil {
				return w.class.chain.state.base
			}
			return narrowed(w.class.base)
		}
		return w.global(w.resolve(e))
	}
	return value{}
}

// related is an attribute of a row.
func (w *walker) related(of value, e *syntax.Attribute) value {
	f := of.model.fields[e.Attr]
	path := e.Attr
	if of.path != "" {
		path = of.path + "__" + e.Attr
	}
	w.column(of, e)
	if of.model.Generic(e.Attr) {
		if e.Ctx == syntax.Load && w.perRow(of) && !of.query.Fetches(path) {
			w.follow(of, path, true, w.span(e))
		}
		return value{}
	}
	if of.loop && (w.reading != nil || w.perRow(of)) && w.readRow(of, e.Attr, w.span(e)) {
		return value{}
	}
	if f == nil || !f.Relation || f.To == nil {
		return w.relatedBack(of, e, path)
	}
	if f.Many {
		q := w.relatedRows(of, f.To, path, w.span(e))
		q.Filtered, q.selective, q.Narrowed = true, true, true
		return w.manager(of, value{kind: rows, model: f.To, query: q}, path, w.span(e))
	}
	if w.perRow(of) && e.Ctx == syntax.Load && !of.query.Fetches(path) {
		w.follow(of, path, false, w.span(e))
		if w.reading == nil {
			return value{}
		}
	}
	return value{kind: instance, model: f.To, query: of.query, path: path, loop: of.loop}
}

// manager is a related manager; it remembers whose it is where it is asked for each row without having been fetched.
func (w *walker) manager(of, v value, path string, at source.Span) value {
	switch {
	case !w.perRow(of):
	case !of.query.Fetches(path):
		v.owner, v.path, v.at = of.query, path, at
	case of.query.Prefetched(path):
		v.fetched, v.path = of.query, path
	}
	return v
}

// perRow says that an instance is each row of many.
func (w *walker) perRow(of value) bool {
	return of.loop && of.query != nil && !of.query.Bounded && (w.place != Command)
}

// relatedRows are the rows behind a related manager, with what was fetched for them together with the row.
func (w *walker) relatedRows(of value, to *Model, path string, at source.Span) *Query {
	q := newQuery(to, at, to.managers["objects"])
	if of.query == nil {
		return q
	}
	q.FetchesAny = q.FetchesAny || of.query.FetchesAny
	for _, f := range of.query.Fetched {
		if inner, ok := strings.CutPrefix(f, path+"__"); ok {
			q.Fetched = append(q.Fetched, inner)
		}
	}
	return q
}

func (w *walker) relatedBack(of value, e *syntax.Attribute, path string) value {
	r, ok := of.model.reverse[e.Attr]
	if !ok {
		return value{}
	}
	if r.One {
		if w.reading != nil && of.loop {
			w.follow(of, path, false, w.span(e))
			return value{kind: instance, model: r.To, query: of.query, path: path, loop: true, known: r.Field.Name}
		}
		if w.perRow(of) && e.Ctx == syntax.Load && !of.query.Fetches(path) {
			w.follow(of, path, false, w.span(e))
		}
		return value{}
	}
	q := w.relatedRows(of, r.To, path, w.span(e))
	q.Filtered, q.selective, q.Narrowed = true, true, true
	if !r.Field.Many {
		q.Known = r.Field.Name
	}
	return w.manager(of, value{kind: rows, model: r.To, query: q}, path, w.span(e))
}

func (w *walker) follow(of value, path string, many bool, at source.Span) {
	if w.reading.unsure() {
		return
	}
	w.facts.Follows = append(w.facts.Follows, Follow{Query: of.query, Field: path, Many: many, Place: w.place, Name: w.name, At: at})
}

func (w *walker) subscript(e *syntax.Subscript, depth int) value {
	of := w.eval(e.Value, depth+1)
	w.eval(e.Slice, depth+1)
	if name, ok := constant(e.Slice); ok && of.kind == mapping {
		return of.entries[name]
	}
	if of.kind != rows {
		return value{}
	}
	q := of.query.clone()
	q.Bounded = true
	if _, ok := e.Slice.(*syntax.Slice); ok {
		return value{kind: rows, model: of.model, query: q}
	}
	return value{kind: instance, model: of.model, query: q}
}

// comprehension goes through generators and what they give.
func (w *walker) comprehension(list []*syntax.Comprehension, depth int, elts ...syntax.Expr) value {
	before := w.env
	w.env = maps.Clone(before)
	if w.env == nil {
		w.env = env{}
	}
	var first value
	for i, g := range list {
		over := w.eval(g.Iter, depth+1)
		if i == 0 {
			first = over
		}
		w.target(g.Target, over)
		for _, c := range g.Ifs {
			w.eval(c, depth+1)
		}
	}
	for _, e := range elts {
		w.eval(e, depth+1)
	}
	w.env = before
	if t, ok := elts[0].(*syntax.Name); ok && len(list) == 1 && len(elts) == 1 && first.kind == rows {
		if target, ok := list[0].Target.(*syntax.Name); ok && target.ID == t.ID {
			return first
		}
	}
	return value{}
}

// narrowed is a queryset that other code may have filtered or fetched more with.
func narrowed(v value) value {
	if v.kind != rows {
		return v
	}
	q := v.query.clone()
	q.Filtered, q.selective, q.FetchesAny, q.Narrowed = true, true, true, true
	v.query = q
	return v
}
