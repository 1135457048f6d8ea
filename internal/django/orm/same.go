package orm

import (
	"strings"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// SameField compares two fields as the autodetector does (deep_deconstruct, without their names): Yes when no AlterField would be made,
// Maybe when that hangs on something unknown.
// Source: django/db/migrations/autodetector.py, MigrationAutodetector.deep_deconstruct.
func SameField(a, b *Field) eval.Tri { return SameDeconstructed(&a.Deconstructed, &b.Deconstructed) }

// SameDeconstructed compares two deconstructed objects.
func SameDeconstructed(a, b *Deconstructed) eval.Tri {
	if a.Unknown != "" || b.Unknown != "" {
		return eval.Maybe
	}
	return all(samePath(a.Class, b.Class), func() eval.Tri { return sameList(a.Args, b.Args, 0) },
		func() eval.Tri { return sameKwargs(a.Kwargs, b.Kwargs, 0) })
}

// SameValue compares two values as deep_deconstruct makes them and Python's == judges them.
func SameValue(a, b eval.Value) eval.Tri { return sameValue(a, b, 0) }

// all is the conjunction of an answer and more questions.
func all(first eval.Tri, more ...func() eval.Tri) eval.Tri {
	answer := first
	for _, ask := range more {
		if answer == eval.No {
			break
		}
		if next := ask(); next != eval.Yes {
			answer = next
		}
	}
	return answer
}

// samePath compares dotted paths of classes and functions. A package that is not there may offer one thing under several paths.
func samePath(a, b string) eval.Tri {
	a, b = knowledge.DjangoPath(a), knowledge.DjangoPath(b)
	switch {
	case a == b && a != "":
		return eval.Yes
	case a != "" && b != "" && lastName(a) != lastName(b):
		return eval.No
	}
	return eval.Maybe
}

func lastName(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

func sameList(a, b []eval.Value, depth int) eval.Tri {
	if len(a) != len(b) {
		for _, list := range [][]eval.Value{a, b} {
			for _, e := range list {
				if e.IsSpread() {
					return eval.Maybe
				}
			}
		}
		return eval.No
	}
	answer := eval.Yes
	for i := range a {
		if answer = all(answer, func() eval.Tri { return sameValue(a[i], b[i], depth+1) }); answer == eval.No {
			return answer
		}
	}
	return answer
}

func sameKwargs(a, b []eval.Kwarg, depth int) eval.Tri {
	names := make(map[string]eval.Value, len(b))
	for _, k := range b {
		names[k.Name] = k.Value
	}
	if hasOpenKwargs(a) || hasOpenKwargs(b) {
		return eval.Maybe
	}
	answer := eval.Yes
	for _, k := range a {
		other, ok := names[k.Name]
		delete(names, k.Name)
		answer = all(answer, func() eval.Tri {
			if !ok {
				return oneSided(k.Value)
			}
			return sameValue(k.Value, other, depth+1)
		})
	}
	for _, v := range names {
		answer = all(answer, func() eval.Tri { return oneSided(v) })
	}
	return answer
}

// oneSided is the answer for an argument that only one side has: one that is not known may be at its default.
func oneSided(v eval.Value) eval.Tri {
	if v.IsUnknown() {
		return eval.Maybe
	}
	return eval.No
}

func hasOpenKwargs(list []eval.Kwarg) bool {
	for _, k := range list {
		if k.Name == "**" {
			return true
		}
	}
	return false
}

// isSequence reports whether a value is a list or a tuple.
func isSequence(v eval.Value) bool { return v.Kind() == eval.List || v.Kind() == eval.Tuple }

func sameValue(a, b eval.Value, depth int) eval.Tri {
	switch {
	case depth > 50:
		return eval.Maybe
	case !a.IsValid() || !b.IsValid():
		return answer(a.IsValid() == b.IsValid())
	case a.IsUnknown() || b.IsUnknown():
		return sameUnknown(a, b, depth)
	case eval.Same(a, b) || eval.Equal(a, b):
		return eval.Yes
	case isSequence(a) && b.Kind() == eval.Set, a.Kind() == eval.Set && isSequence(b):
		return eval.Maybe // conditions compare both by their order (Q.identity, make_hashable), which a set does not tell
	}
	switch a.Kind() {
	case eval.List, eval.Tuple:
		if a.Kind() != b.Kind() {
			return eval.No
		}
		return sameList(a.Elems(), b.Elems(), depth)
	case eval.Dict:
		return sameDict(a, b, depth)
	case eval.Set:
		return sameSet(a, b, depth)
	case eval.Object:
		return sameObject(a, b, depth)
	case eval.Callable, eval.Class:
		if a.Kind() != b.Kind() {
			return eval.No
		}
		return samePath(a.Dotted(), b.Dotted())
	}
	if b.Kind() == eval.Object {
		return sameObject(a, b, depth)
	}
	return eval.No // two different texts, numbers, ...
}

func answer(b bool) eval.Tri {
	if b {
		return eval.Yes
	}
	return eval.No
}

// sameUnknown compares values of which at least one is unknown: names of packages by their paths, calls of them by their arguments.
func sameUnknown(a, b eval.Value, depth int) eval.Tri {
	if eval.Same(a, b) {
		return eval.Yes
	}
	x, y := a.Path(), b.Path()
	if x != "" && y != "" {
		return samePath(x, y)
	}
	if s, ok := a.Symbol(); ok && s.Func.IsValid() {
		if t, ok := b.Symbol(); ok && t.Func.IsValid() && sameUnknown(s.Func, t.Func, depth+1) == eval.Yes &&
			sameList(s.Args, t.Args, depth+1) == eval.Yes && sameKwargs(s.Kwargs, t.Kwargs, depth+1) == eval.Yes {
			return eval.Yes
		}
	}
	return eval.Maybe
}

func sameDict(a, b eval.Value, depth int) eval.Tri {
	if b.Kind() != eval.Dict {
		return eval.No
	}
	if a.IsOpen() || b.IsOpen() {
		return eval.Maybe
	}
	x, y := a.Entries(), b.Entries()
	if len(x) != len(y) {
		return eval.No
	}
	answer := eval.Yes
	for _, e := range x {
		found := eval.No
		for _, other := range y {
			if same := sameValue(e.Key, other.Key, depth+1); same != eval.No {
				found = all(same, func() eval.Tri { return sameValue(e.Value, other.Value, depth+1) })
				break
			}
		}
		if answer = all(answer, func() eval.Tri { return found }); answer == eval.No {
			return answer
		}
	}
	return answer
}

// sameSet compares sets without their order.
func sameSet(a, b eval.Value, depth int) eval.Tri {
	x, y := a.Elems(), b.Elems()
	switch {
	case b.Kind() != eval.Set:
		return eval.No
	case a.IsOpen() || b.IsOpen():
		return eval.Maybe
	case len(x) != len(y):
		return eval.No
	}
	answer := eval.Yes
	for _, e := range x {
		best := eval.No
		for _, other := range y {
			if same := sameValue(e, other, depth+1); same == eval.Yes || best == eval.No {
				best = same
			}
			if best == eval.Yes {
				break
			}
		}
		if answer = all(answer, func() eval.Tri { return best }); answer == eval.No {
			return answer
		}
	}
	return answer
}
