package queries

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// This file is what each turn of a loop asks the database beside the relations that it names.

// used is a related manager's queryset that is gone through.
func (w *walker) used(v value) {
	if v.owner == nil || w.reading.unsure() {
		return
	}
	if v.again && w.reading != nil {
		return // told where the rows are
	}
	w.facts.Follows = append(w.facts.Follows, Follow{Query: v.owner, Field: v.path, Many: true, Again: v.again, Place: w.place, Name: w.name, At: v.at})
}

// Prefetched reports whether prefetch_related() names a path.
func (q *Query) Prefetched(path string) bool { return slices.Contains(q.prefetched, path) }

// loads notes which columns only() and defer() name. What is not a text, or goes over a relation, is left out.
// Source: https://docs.djangoproject.com/en/5.2/ref/models/querysets/#defer
func (q *Query) loads(call *syntax.Call, method string) {
	var names []string
	for _, a := range call.Args {
		text, ok := constant(a)
		if !ok { // defer(None) loads all
			q.columns, q.deferred = nil, nil
			return
		}
		names = append(names, text)
	}
	if method == "only" {
		q.columns, q.deferred = names, nil
		return
	}
	q.deferred = append(slices.Clip(q.deferred), names...)
}

// defers reports whether a column of the rows is left out.
func (q *Query) defers(f *Field) bool {
	switch {
	case slices.Contains(q.deferred, f.Name):
		return true
	case len(q.columns) == 0 || f.Name == q.Model.key || q.Model.key == "":
		return false
	}
	return !slices.Contains(q.columns, f.Name) && !slices.Contains(q.columns, "pk")
}

// column is a column of each row that is read though it was left out.
func (w *walker) column(of value, e *syntax.Attribute) {
	f := of.model.fields[e.Attr]
	if f == nil || f.Relation || w.reading != nil || of.path != "" || e.Ctx != syntax.Load || !w.perRow(of) || !of.query.defers(f) {
		return
	}
	w.facts.Follows = append(w.facts.Follows, Follow{Query: of.query, Field: e.Attr, Deferred: true, Place: w.place, Name: w.name, At: w.span(e)})
}

// namesTurn reports whether the arguments of a call name a row of a loop.
func (w *walker) namesTurn(call *syntax.Call) (found bool) {
	look := func(e syntax.Expr) {
		syntax.Inspect(e, func(n syntax.Node) bool {
			if name, ok := n.(*syntax.Name); ok {
				found = found || w.env[name.ID].loop
			}
			return !found
		})
	}
	for _, a := range call.Args {
		look(a)
	}
	for _, k := range call.Keywords {
		look(k.Value)
	}
	return found
}

// given is a function of the project that a row of a loop is given to: what it certainly reads of the row is read in each turn.
func (w *walker) given(call *syntax.Call, depth int) {
	if w.reading != nil {
		return
	}
	for i, a := range call.Args {
		name, ok := a.(*syntax.Name)
		if !ok {
			continue
		}
		row, ok := w.env[name.ID]
		if !ok || row.kind != instance || !w.perRow(row) {
			continue
		}
		dotted, _ := w.module.Names.Resolve(call.Func)
		if m, ok := w.reader.function(dotted); ok {
			w.through(row, w.reader.Reads(m, i, row.model), w.span(call))
		}
	}
}

// function is a function of a module by its dotted name.
func (r *Reader) function(dotted string) (Method, bool) {
	dot := strings.LastIndexByte(dotted, '.')
	if dot < 0 || r.modules[dotted[:dot]] == nil {
		return Method{}, false
	}
	for _, s := range r.modules[dotted[:dot]].Syntax.Body {
		if f, ok := s.(*syntax.FunctionDef); ok && f.Name == dotted[dot+1:] {
			return Method{Text{Module: dotted[:dot]}, f}, true
		}
	}
	return Method{}, false
}

// Generic reports whether an attribute is a GenericForeignKey, which leads to rows of any model.
func (m *Model) Generic(name string) bool { return m.generic[name] }

// genericKeys are the names of the GenericForeignKeys of a class of models.
func genericKeys(class eval.Value) map[string]bool {
	var keys map[string]bool
	for _, k := range class.MRO() {
		for _, e := range k.Fields() {
			name, _ := e.Key.AsStr()
			if !strings.HasSuffix(e.Value.Class(), ".GenericForeignKey") {
				continue
			}
			if keys == nil {
				keys = map[string]bool{}
			}
			keys[name] = true
		}
	}
	return keys
}
