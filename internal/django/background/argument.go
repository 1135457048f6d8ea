package background

import (
	"slices"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// ModelArgument is the first argument that is a model instance or a queryset, by how the function around it got it, and which of the two
// it is; nil where none is known to be one. inherits tells whether a class of the project, by its dotted path, is a model.
func (q *Queued) ModelArgument(inherits func(class string) bool) (argument syntax.Expr, kind string) {
	for _, e := range q.Arguments() {
		if kind := q.modelKind(e, inherits); kind != "" {
			return e, kind
		}
	}
	return nil, ""
}

// modelKind is "model instance", "queryset" or "".
func (q *Queued) modelKind(e syntax.Expr, inherits func(string) bool) string {
	switch e := e.(type) {
	case *syntax.Attribute:
		if owner, ok := e.Value.(*syntax.Name); ok && owner.ID == "request" && e.Attr == "user" {
			return "model instance"
		}
	case *syntax.Name:
		if q.Function == nil || q.Deferred {
			return ""
		}
		if e.ID == "self" && q.Class != nil && q.Function == q.Outer && inherits(q.Module.Dotted+"."+q.Class.Name) {
			return "model instance"
		}
		if call, ok := Local(q.Function, e.ID).(*syntax.Call); ok {
			return made(q.Module, call, inherits)
		}
	case *syntax.Call:
		return made(q.Module, e, inherits)
	}
	return ""
}

// made tells what a call makes of a model.
func made(m *resolve.Module, call *syntax.Call, inherits func(string) bool) string {
	if dotted, ok := m.Resolve(call.Func); ok {
		switch {
		case dotted == "django.shortcuts.get_object_or_404" && len(call.Args) > 0:
			if class, ok := m.Resolve(call.Args[0]); ok && inherits(class) {
				return "model instance"
			}
			return ""
		case inherits(dotted):
			return "model instance"
		}
	}
	a, ok := call.Func.(*syntax.Attribute)
	if !ok || !fromObjects(m, a.Value, inherits) {
		return ""
	}
	switch {
	case slices.Contains([]string{"get", "create", "first", "last", "latest", "earliest"}, a.Attr):
		return "model instance"
	case slices.Contains([]string{"all", "filter", "exclude", "order_by", "select_related"}, a.Attr):
		return "queryset"
	}
	return ""
}

// fromObjects reports whether an expression is Model.objects, or a queryset that is made of it and still gives instances.
func fromObjects(m *resolve.Module, e syntax.Expr, inherits func(string) bool) bool {
	for range 50 {
		switch x := e.(type) {
		case *syntax.Call:
			a, ok := x.Func.(*syntax.Attribute)
			if !ok || !slices.Contains([]string{"all", "filter", "exclude", "order_by", "select_related", "prefetch_related", "select_for_update", "using", "distinct"}, a.Attr) {
				return false
			}
			e = a.Value
		case *syntax.Attribute:
			class, ok := m.Resolve(x.Value)
			return x.Attr == "objects" && ok && inherits(class)
		default:
			return false
		}
	}
	return false
}
