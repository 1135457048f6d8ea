package queries

import (
	"slices"
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Query is a queryset as far as it was built at one place. It is never changed; a further method gives a new one.
type Query struct {
	Model *Model
	At    source.Span
	// Filtered says that filter(), exclude() or a relation narrows it; Bounded that a slice or a paginator does.
	Filtered, Bounded bool
	// Fetched are the relations of select_related() and prefetch_related(), as paths with "__"; FetchesAny says that others may be.
	Fetched    []string
	FetchesAny bool
	// Joined says that select_related() was called; required that it was called without a name, which follows what cannot be null.
	Joined, required bool
	// columns are those of only(), nil for all; deferred those of defer().
	columns, deferred []string
	prefetched        []string // of Fetched, those of prefetch_related()
	// Paged says that a paginator shows a part of it at a time.
	Paged bool
	// Rows says that it gives model instances, and not values() of them.
	Rows bool
	// Known is the field whose object every row has already, because the rows come from that object's related manager.
	Known string
	// Keys are the keyword arguments of filters; Narrowed says that something else narrows the rows too, or may: a manager of the project,
	// a relation, Q objects, exclude().
	Keys     []*syntax.Keyword
	Narrowed bool
	// selective says that an index narrows it.
	selective bool
	// added are the names that annotate() and its like give to rows; own says that a manager of the project may have given them any.
	added []string
	own   bool
}

func newQuery(m *Model, at source.Span, plain bool) *Query {
	return &Query{Model: m, At: at, Rows: true, FetchesAny: !plain, Narrowed: !plain, own: !plain}
}

func (q *Query) clone() *Query {
	c := *q
	c.Fetched = slices.Clip(c.Fetched)
	return &c
}

// Fetches reports whether a relation at a path is fetched with the rows, or may be.
func (q *Query) Fetches(path string) bool {
	if q.FetchesAny || !q.Rows || q.required && q.Model.Required(path) || q.Known != "" && (path == q.Known || strings.HasPrefix(path, q.Known+"__")) {
		return true
	}
	return slices.ContainsFunc(q.Fetched, func(f string) bool { return f == path || strings.HasPrefix(f, path+"__") })
}

// method applies a method of QuerySet. result is nil where the method gives no queryset; row says that it gives one instance.
func (w *walker) method(q *Query, call *syntax.Call, name string) (result *Query, row bool) {
	c := q.clone()
	switch name {
	case "defer", "only":
		c.loads(call, name)
		return c, false
	case "raw", "in_bulk":
		return c, false
	case "all", "using", "distinct", "iterator", "select_for_update", "reverse", "none":
		if name == "none" || name == "distinct" && !c.Rows { // nothing, or the few values of a column
			c.Bounded = true
		}
		return c, false
	case "annotate", "alias", "extra":
		c.add(call, name)
		c.FetchesAny = c.FetchesAny || name == "extra"
		c.Narrowed = c.Narrowed || name == "extra"
		return c, false
	case "filter", "exclude":
		w.lookups(c, call, name == "exclude")
		c.Filtered = true
		if c.narrow(call); name == "exclude" {
			c.Narrowed = true
		}
		return c, false
	case "order_by":
		w.ordering(c, call)
		return c, false
	case "select_related", "prefetch_related":
		c.Joined = c.Joined || name == "select_related"
		if len(call.Args) == 0 && name == "select_related" {
			c.required = true
		}
		for _, a := range call.Args {
			if text, ok := constant(a); ok {
				c.Fetched = append(c.Fetched, text)
				if name == "prefetch_related" {
					c.prefetched = append(c.prefetched[:len(c.prefetched):len(c.prefetched)], text)
				}
				continue
			}
			c.FetchesAny = true
		}
		return c, false
	case "values", "values_list", "dates", "datetimes":
		c.add(call, name)
		c.Rows = false
		return c, false
	case "get", "first", "last", "earliest", "latest", "get_or_create", "update_or_create", "aget", "afirst":
		w.lookups(c, call, false)
		return c, true
	}
	return nil, false
}

// lookups notes the fields of keyword arguments and of Q objects.
func (w *walker) lookups(q *Query, call *syntax.Call, negated bool) {
	var found []Lookup
	collect := func(list []*syntax.Keyword) {
		for _, k := range list {
			if k.Name == "" { // **more: what else narrows it is not known
				q.selective = true
			}
			if base, _, _ := strings.Cut(k.Name, "__"); base == "pk" && !negated {
				q.selective = true
			}
			if l, ok := w.lookup(q.Model, k); ok {
				found = append(found, l)
			}
		}
	}
	method := ""
	if a, ok := call.Func.(*syntax.Attribute); ok {
		method = a.Attr
	}
	keywords := call.Keywords
	if method == "get_or_create" || method == "update_or_create" {
		keywords = slices.DeleteFunc(slices.Clone(keywords), func(k *syntax.Keyword) bool { return k.Name == "defaults" || k.Name == "create_defaults" })
	}
	collect(keywords)
	unclear := false
	for _, a := range call.Args {
		unclear = !conditions(a, collect, 0) || unclear
	}
	for _, l := range found {
		if l.Field.Unique && l.Field.Model == q.Model && l.Path == l.Field.Name && l.Lookup == "exact" && !negated && !unclear {
			q.Bounded = true // one row at most
		}
		if l.Field.Indexed && !negated && l.Lookup != "isnull" {
			q.selective = true
		}
	}
	if negated || unclear || q.selective {
		if unclear {
			q.selective = true // what else narrows it is not known
		}
		return
	}
	exact := slices.ContainsFunc(found, func(l Lookup) bool {
		return l.Lookup == "exact" && len(l.Field.Kind) > 0 && !l.Field.Choices && l.Field.Kind != "BooleanField"
	})
	for _, l := range found {
		if exact && l.Lookup != "exact" && l.Lookup != "in" {
			continue // the index that is missing is that of the value, not of the range
		}
		l.Query, l.Place, l.Test = q, w.place, w.name
		w.facts.Lookups = append(w.facts.Lookups, l)
	}
}

// conditions goes through an expression of Q objects; ok is false when there is anything else in it.
func conditions(e syntax.Expr, collect func([]*syntax.Keyword), depth int) (ok bool) {
	switch e := e.(type) {
	case *syntax.BinOp:
		if depth > maxNesting {
			return false
		}
		left := conditions(e.Left, collect, depth+1)
		return conditions(e.Right, collect, depth+1) && left
	case *syntax.Call:
		name := ""
		switch f := e.Func.(type) {
		case *syntax.Name:
			name = f.ID
		case *syntax.Attribute:
			name = f.Attr
		}
		if name != "Q" || len(e.Args) > 0 {
			return false
		}
		collect(e.Keywords)
		return true
	}
	return false
}

// lookup is the field that a keyword argument asks for, over relations.
func (w *walker) lookup(m *Model, k *syntax.Keyword) (l Lookup, ok bool) {
	parts := strings.Split(k.Name, "__")
	at := w.module.Syntax.Span(k)
	at.End = at.Start + source.Pos(len(k.Name))
	field, rest, found := m.follow(parts)
	if !found {
		return Lookup{}, false
	}
	l = Lookup{Field: field, Path: strings.TrimSuffix(k.Name, "__"+strings.Join(rest, "__")), Lookup: "exact", At: at, Value: k.Value}
	if len(rest) > 0 {
		l.Lookup = strings.Join(rest, "__")
	}
	w.naiveLookup(l)
	return l, true
}

// follow is the field at the end of a path over relations, and the lookups behind it.
func (m *Model) follow(parts []string) (f *Field, rest []string, ok bool) {
	for i, part := range parts {
		if part == "pk" { // an index serves it
			return nil, nil, false
		}
		if f = m.Field(part); f != nil {
			if f.Relation && f.To != nil && i+1 < len(parts) && (f.To.Field(parts[i+1]) != nil || f.To.lookups[parts[i+1]].To != nil) && part == f.Name {
				m = f.To
				continue
			}
			return f, parts[i+1:], true
		}
		r, reverse := m.lookups[part]
		if !reverse || i+1 == len(parts) {
			return nil, nil, false
		}
		m = r.To
	}
	return nil, nil, false
}

// ordering notes the first field of order_by where no index narrows the rows first.
func (w *walker) ordering(q *Query, call *syntax.Call) {
	if q.selective || q.Filtered || len(call.Args) == 0 {
		return
	}
	text, ok := constant(call.Args[0])
	if !ok {
		return
	}
	f, rest, ok := q.Model.follow(strings.Split(strings.TrimPrefix(text, "-"), "__"))
	if !ok || len(rest) > 0 || f.Model != q.Model {
		return
	}
	w.facts.Lookups = append(w.facts.Lookups, Lookup{Query: q, Field: f, Path: f.Name, Lookup: "order_by", Order: true, Place: w.place, Test: w.name, At: w.module.Syntax.Span(call.Args[0])})
}

func constant(e syntax.Expr) (string, bool) {
	c, ok := e.(*syntax.Constant)
	if !ok || c.Kind != syntax.Str {
		return "", false
	}
	return c.Value, true
}
