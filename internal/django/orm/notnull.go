package orm

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// IsNotNull reports whether a condition is exactly Q(field__isnull=False).
func IsNotNull(condition eval.Value, field string) bool {
	q, ok := condition.State().(*query)
	if !ok || q.negated || q.open != "" || len(q.children) != 1 {
		return false
	}
	pair := q.children[0].Elems()
	if len(pair) != 2 {
		return false
	}
	name, _ := pair[0].AsStr()
	return name == field+"__isnull" && pair[1].Truth() == eval.No
}

// Mentions reports whether a condition or an expression of an index or constraint may be about a field: true also where that is not known.
func Mentions(v eval.Value, field string) bool { return mentions(v, field, 0) }

func mentions(v eval.Value, field string, depth int) bool {
	if depth > 20 || v.IsUnknown() {
		return true
	}
	if q, ok := v.State().(*query); ok {
		return q.open != "" || slices.ContainsFunc(q.children, func(c eval.Value) bool { return mentions(c, field, depth+1) })
	}
	switch v.Kind() {
	case eval.Str:
		name, _ := v.AsStr()
		name, _, _ = strings.Cut(strings.TrimPrefix(name, "-"), "__")
		return name == field
	case eval.Tuple, eval.List, eval.Set:
		return slices.ContainsFunc(v.Elems(), func(c eval.Value) bool { return mentions(c, field, depth+1) })
	case eval.Object:
		args, kwargs := v.Args()
		return slices.ContainsFunc(args, func(c eval.Value) bool { return mentions(c, field, depth+1) }) ||
			slices.ContainsFunc(kwargs, func(k eval.Kwarg) bool { return mentions(k.Value, field, depth+1) })
	}
	return false
}
