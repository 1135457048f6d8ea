package orm

import (
	"math/big"
	"strings"

	"gonogo/internal/python/eval"
)

// DeconstructValue is what deconstruct() gives for an object that stands among the arguments of a field: an expression, a condition, a validator, a
// field, an instance of a class that is marked as deconstructible. ok is false for objects that are compared in another way.
func DeconstructValue(v eval.Value) (d Deconstructed, ok bool) {
	if v.Kind() != eval.Object {
		return Deconstructed{}, false
	}
	switch state := v.State().(type) {
	case *query:
		return state.deconstruct(), true
	case *fieldState:
		return state.registry.deconstruct(nil, v), true
	}
	if own := ownAttr(v, constructorArgs); len(own.Elems()) == 2 {
		d = Deconstructed{Class: v.Class(), At: v.At(), Args: own.Elems()[0].Elems()}
		if path, ok := v.ClassOf().Attr(deconstructPath).AsStr(); ok && ownAttr(v.ClassOf(), deconstructPath).IsValid() {
			d.Class = path
		}
		for _, e := range own.Elems()[1].Entries() {
			name, _ := e.Key.AsStr()
			d.Kwargs = append(d.Kwargs, eval.Kwarg{Name: name, Value: e.Value})
		}
		return d, true
	}
	args, kwargs := v.Args()
	if args == nil && kwargs == nil || isPlain(v.Class()) {
		return Deconstructed{}, false
	}
	return Deconstructed{Class: v.Class(), At: v.At(), Args: args, Kwargs: kwargs}, true
}

// isPlain reports whether instances of a class are compared by what they are, and not by what they were made with.
func isPlain(class string) bool {
	top, _, dotted := strings.Cut(class, ".")
	return !dotted || top == "decimal" || top == "datetime" || top == "uuid" || top == "re" || top == "functools" || top == "fractions"
}

// sameObject compares two values of which one is an instance.
func sameObject(a, b eval.Value, depth int) eval.Tri {
	x, ok := DeconstructValue(a)
	y, ok2 := DeconstructValue(b)
	switch {
	case ok && ok2:
		return sameMade(&x, &y, depth)
	case ok != ok2:
		if x.Unknown != "" || y.Unknown != "" || !isDjangos(x.Class+y.Class) {
			return eval.Maybe
		}
		return eval.No // an expression or a field is no plain value
	}
	if n, ok := decimal(a); ok {
		if m, ok := decimal(b); ok {
			return answer(n.Cmp(m) == 0)
		}
	}
	if a.Class() == "re.Pattern" && b.Class() == a.Class() {
		return all(sameValue(a.Attr("pattern"), b.Attr("pattern"), depth+1), func() eval.Tri {
			return sameValue(a.Attr("flags"), b.Attr("flags"), depth+1)
		})
	}
	args, kwargs := a.Args()
	otherArgs, otherKwargs := b.Args()
	if a.Class() == b.Class() && len(args)+len(kwargs) > 0 && sameList(args, otherArgs, depth+1) == eval.Yes &&
		sameKwargs(kwargs, otherKwargs, depth+1) == eval.Yes {
		return eval.Yes
	}
	return eval.Maybe
}

// sameMade compares what two objects deconstruct to.
func sameMade(a, b *Deconstructed, depth int) eval.Tri {
	if a.Unknown != "" || b.Unknown != "" {
		return eval.Maybe
	}
	same := all(samePath(a.Class, b.Class), func() eval.Tri { return sameList(a.Args, b.Args, depth+1) },
		func() eval.Tri { return sameKwargs(a.Kwargs, b.Kwargs, depth+1) })
	if same == eval.No && !(isDjangos(a.Class) && isDjangos(b.Class)) {
		return eval.Maybe // the class may deconstruct itself in another way
	}
	return same
}

func isDjangos(class string) bool { return strings.HasPrefix(class, "django.") }

// decimal is the number that a decimal.Decimal of a text or whole number is, or a whole number.
func decimal(v eval.Value) (*big.Rat, bool) {
	if v.Class() == "decimal.Decimal" {
		v = v.Arg(0, "value")
	} else if v.Kind() != eval.Int {
		return nil, false
	}
	if n, ok := v.AsInt(); ok {
		return new(big.Rat).SetInt64(n), true
	}
	text, ok := v.AsStr()
	if !ok || len(text) > 100 || strings.ContainsAny(text, "/eExXpP_") {
		return nil, false
	}
	return new(big.Rat).SetString(strings.TrimSpace(text))
}
