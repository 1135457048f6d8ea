package queries

import (
	"maps"
	"slices"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Fetch is a place at which code takes, changes or deletes single rows by values that it is given: get(), get_object_or_404(), and
// first(), update() and delete() behind a filter.
type Fetch struct {
	Model *Model
	// Keys are the keyword arguments that choose the row, those of filters before it among them.
	Keys []*syntax.Keyword
	// Narrowed says that something else than Keys narrows the rows too: a manager of the project, a relation, Q objects, exclude().
	Narrowed bool
	// Method is what was called: "get", "get_object_or_404", "delete", ...
	Method string
	At     source.Span
}

// ClassRows are the rows that a class names: `queryset` or `model` of a view, or of class Meta, and what get_queryset() returns.
type ClassRows struct {
	Model *Model
	// Narrowed says that get_queryset() or the attribute gives less than all rows, or can.
	Narrowed bool
}

// narrow notes how a call of filter(), get() or a shortcut narrows a queryset. It changes q, which the caller has just made.
func (q *Query) narrow(call *syntax.Call) {
	if len(call.Args) > 0 {
		q.Narrowed = true
	}
	for _, k := range call.Keywords {
		if k.Name == "" {
			q.Narrowed = true
			continue
		}
		q.Keys = append(q.Keys[:len(q.Keys):len(q.Keys)], k)
	}
}

// fetch notes a row that is taken by its keys. call is the last one, whose own arguments count where its method takes lookups.
func (w *walker) fetch(q *Query, call *syntax.Call, method string) {
	c := q
	switch method {
	case "get", "aget":
		c = q.clone()
		c.narrow(call)
	case "get_object_or_404", "aget_object_or_404", "first", "afirst", "last", "alast", "update", "aupdate", "delete", "adelete":
	default:
		return
	}
	if len(c.Keys) == 0 {
		return
	}
	w.facts.Fetches = append(w.facts.Fetches, Fetch{Model: c.Model, Keys: c.Keys, Narrowed: c.Narrowed, Method: method, At: w.span(call)})
}

// classRows notes what a class names as its rows, its own get_queryset() first.
func (w *walker) classRows(c *syntax.ClassDef) {
	k := w.class
	v := k.base
	if k.methodNamed("get_queryset") != nil {
		v = k.querySet(w)
	}
	if v.kind != rows || v.query == nil {
		return
	}
	if w.facts.Classes == nil {
		w.facts.Classes = map[*syntax.ClassDef]ClassRows{}
	}
	w.facts.Classes[c] = ClassRows{Model: v.model, Narrowed: v.query.Narrowed || len(v.query.Keys) > 0 || v.query.Bounded}
}

// User is the model of AUTH_USER_MODEL, nil when it is not known.
func (s *Schema) User() *Model { return s.user }

// PrimaryKey is the class of Django of the primary key, without its path: "UUIDField"; "" when it is not known.
func (m *Model) PrimaryKey() string {
	if m.key == "" {
		return ""
	}
	if f := m.fields[m.key]; f != nil {
		return f.Kind
	}
	return ""
}

// Models are the models that are known, in the order of their keys.
func (s *Schema) Models() []*Model {
	list := make([]*Model, 0, len(s.byKey))
	for _, key := range slices.Sorted(maps.Keys(s.byKey)) {
		list = append(list, s.byKey[key])
	}
	return list
}
