package eval

import (
	"strings"
	"time"

	"gonogo/internal/source"
)

// order is < <= > >=.
func (r *run) order(op string, a, b Value, at source.Span, f *frame) Value {
	x, y := a.bodied(), b.bodied()
	if c, known := r.ordering(x, y, at, f); known {
		return derived(MakeBool(holdsFor(op, c)), at, a, b)
	}
	if s, ok1 := asSet(x); ok1 {
		if t, ok2 := asSet(y); ok2 {
			return r.answer(subset(op, s, t), op, a, b, at)
		}
	}
	if a.IsUnknown() || b.IsUnknown() || isOpenObject(a) || isOpenObject(b) || isOpenPart(x) || isOpenPart(y) {
		return r.answer(Maybe, op, a, b, at)
	}
	r.raise(at, "TypeError", "'"+op+"' not supported between instances of '"+r.typeName(a)+"' and '"+r.typeName(b)+"'", a, b)
	return Value{}
}

func isOpenPart(v Value) bool {
	return isPart(v) && unknownPart(v, 0).IsValid()
}

func holdsFor(op string, c int) bool {
	switch op {
	case "<":
		return c == -1
	case "<=":
		return c == -1 || c == 0
	case ">":
		return c == 1
	}
	return c == 1 || c == 0
}

// ordering compares two values of types that have an order; 2 means unordered (NaN).
func (r *run) ordering(a, b Value, at source.Span, f *frame) (c int, known bool) {
	r.step()
	if isNumber(a) && isNumber(b) && !isComplex(a) && !isComplex(b) {
		return compareNumbers(a, b), true
	}
	switch x := a.data.(type) {
	case strData:
		if y, ok := b.data.(strData); ok {
			return strings.Compare(string(x), string(y)), true
		}
	case bytesData:
		if y, ok := b.data.(bytesData); ok {
			return strings.Compare(string(x), string(y)), true
		}
	case timedeltaData:
		if y, ok := b.data.(timedeltaData); ok {
			return compareDurations(time.Duration(x), time.Duration(y)), true
		}
	case pathData, purePathData:
		if b.Kind() == Path {
			p, _ := a.AsStr()
			q, _ := b.AsStr()
			return comparePaths(p, q), true
		}
	case *listData:
		if y, ok := b.data.(*listData); ok {
			return r.orderingOfElems(x.elems, y.elems, at, f)
		}
	case *tupleData:
		if y, ok := b.data.(*tupleData); ok {
			return r.orderingOfElems(x.elems, y.elems, at, f)
		}
	}
	return 0, false
}

func compareDurations(x, y time.Duration) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// comparePaths orders paths by their parts.
func comparePaths(x, y string) int {
	p, q := strings.Split(x, "/"), strings.Split(y, "/")
	for i := 0; i < len(p) && i < len(q); i++ {
		if c := strings.Compare(p[i], q[i]); c != 0 {
			return c
		}
	}
	return compareNumbers(MakeInt(int64(len(p))), MakeInt(int64(len(q))))
}

func (r *run) orderingOfElems(x, y []Value, at source.Span, f *frame) (int, bool) {
	for i := 0; i < len(x) && i < len(y); i++ {
		r.step()
		switch r.equal(x[i], y[i], at, f) {
		case Maybe:
			return 0, false
		case No:
			if c, ok := r.ordering(x[i], y[i], at, f); ok {
				return c, true
			}
			v := r.compare("<", x[i], y[i], at, f)
			switch r.truth(v, at, f) {
			case Yes:
				return -1, true
			case No:
				return 1, true
			}
			return 0, false
		}
	}
	return compareNumbers(MakeInt(int64(len(x))), MakeInt(int64(len(y)))), true
}

// subset compares sets.
func subset(op string, a, b *setData) Tri {
	if a.dict.open.IsValid() || b.dict.open.IsValid() {
		return Maybe
	}
	if op == ">" || op == ">=" {
		a, b = b, a
	}
	for _, e := range a.elems() {
		if _, ok := b.dict.get(e); !ok {
			return No
		}
	}
	if op == "<" || op == ">" {
		return tri(a.dict.size() < b.dict.size())
	}
	return Yes
}
