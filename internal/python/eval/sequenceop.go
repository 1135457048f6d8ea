package eval

import (
	"strings"

	"gonogo/internal/source"
)

func isSequence(v Value) bool {
	switch v.Kind() {
	case Str, Bytes, List, Tuple:
		return true
	}
	return false
}

// concatenate is + on sequences; an unknown side is a part of the result for a list or tuple.
func (r *run) concatenate(a, b Value, at source.Span) (Value, bool) {
	switch x := a.data.(type) {
	case strData:
		if y, ok := b.data.(strData); ok {
			if !r.reserve(len(x) + len(y)) {
				return r.tooLarge(at, a, b), true
			}
			return MakeStr(string(x) + string(y)), true
		}
	case bytesData:
		if y, ok := b.data.(bytesData); ok {
			return MakeBytes(string(x) + string(y)), true
		}
	case *listData:
		if y, ok := b.data.(*listData); ok {
			return r.joinLists(x.elems, y.elems, at, MakeList)
		}
		if u, ok := b.data.(*unknownData); ok && (u.typ == "" || u.typ == "list") {
			return r.joinLists(x.elems, []Value{spread(b)}, at, MakeList)
		}
	case *tupleData:
		if y, ok := b.data.(*tupleData); ok {
			return r.joinLists(x.elems, y.elems, at, MakeTuple)
		}
		if u, ok := b.data.(*unknownData); ok && (u.typ == "" || u.typ == "tuple") {
			return r.joinLists(x.elems, []Value{spread(b)}, at, MakeTuple)
		}
	case *unknownData:
		if y, ok := b.data.(*listData); ok && (x.typ == "" || x.typ == "list") {
			return r.joinLists([]Value{spread(a)}, y.elems, at, MakeList)
		}
		if y, ok := b.data.(*tupleData); ok && (x.typ == "" || x.typ == "tuple") {
			return r.joinLists([]Value{spread(a)}, y.elems, at, MakeTuple)
		}
	}
	return Value{}, false
}

func (r *run) joinLists(a, b []Value, at source.Span, make_ func(...Value) Value) (Value, bool) {
	n := len(a) + len(b)
	if !r.reserve(32 * n) {
		return r.tooLarge(at), true
	}
	out := make([]Value, 0, n)
	return make_(append(append(out, a...), b...)...), true
}

// repeat is sequence * n.
func (r *run) repeat(s, n Value, at source.Span) Value {
	times := bigOf(n)
	if times.Sign() <= 0 {
		times.SetInt64(0)
	}
	size, _ := length(s.data)
	unit := 32
	if text, ok := s.AsStr(); ok {
		size, unit = len(text), 1
	}
	if !times.IsInt64() || size > 0 && times.Int64() > int64(r.bytes/(unit*size)) {
		if size > 0 {
			return r.tooLarge(at, s, n)
		}
		times.SetInt64(0)
	}
	count := int(times.Int64())
	if size == 0 {
		count = 0
	}
	r.reserve(count * size * unit)
	switch d := s.data.(type) {
	case strData:
		return MakeStr(strings.Repeat(string(d), count))
	case bytesData:
		return MakeBytes(strings.Repeat(string(d), count))
	}
	list := make([]Value, 0, count*size)
	for range count {
		list = append(list, s.Elems()...)
	}
	if s.Kind() == Tuple {
		return MakeTuple(list...)
	}
	return MakeList(list...)
}

// setOperator is | & - ^ on sets and on the views of dictionaries.
func (r *run) setOperator(op string, a, b Value) (Value, bool) {
	x, ok1 := asSet(a)
	y, ok2 := asSet(b)
	if ok1 && b.IsUnknown() && op == "|" {
		s := newSet(x.elems(), x.frozen)
		s.dict.open = spread(b)
		return Value{data: s}, true
	}
	if !ok1 || !ok2 {
		return Value{}, false
	}
	switch op {
	case "|", "&", "-", "^":
		return Value{data: combineSets(op, x, y)}, true
	}
	return Value{}, false
}

func asSet(v Value) (*setData, bool) {
	switch d := v.data.(type) {
	case *setData:
		return d, true
	case *iteratorData:
		if d.view != nil && d.what != "dict_values" {
			return newSet(viewElems(d), false), true
		}
	}
	return nil, false
}

func combineSets(op string, x, y *setData) *setData {
	out := &setData{frozen: x.frozen}
	switch op {
	case "|":
		for _, e := range append(x.elems(), y.elems()...) {
			out.add(e)
		}
		return out
	case "&":
		return filterSet(x, y, true)
	case "-":
		return filterSet(x, y, false)
	}
	for _, e := range append(filterSet(x, y, false).elems(), filterSet(y, x, false).elems()...) {
		out.add(e)
	}
	return out
}

// filterSet are the elements of x that are (or are not) in y. Where y is open those that it does not list are doubtful.
func filterSet(x, y *setData, in bool) *setData {
	out := &setData{frozen: x.frozen}
	for _, e := range x.elems() {
		_, found := y.dict.get(e)
		switch {
		case e.IsSpread():
			out.add(e)
		case found == in && (found || !y.dict.open.IsValid()):
			out.add(e)
		case !found && y.dict.open.IsValid():
			out.add(y.dict.open)
		}
	}
	return out
}
