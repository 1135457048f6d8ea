package eval

import (
	"gonogo/internal/source"
)

// getItem is v[key].
func (r *run) getItem(v, key Value, at source.Span, f *frame) Value {
	switch d := v.data.(type) {
	case *objectData:
		return r.objectItem(d, v, key, at, f)
	case *unknownData:
		return derived(Value{data: &unknownData{reason: d.reason, op: "[]", args: []Value{v, key}}}, at, v, key)
	case *classData:
		return r.classItem(d, v, key, at, f)
	case *funcData, *nativeData, *methodData:
		if v.Kind() == Callable {
			r.raise(at, "TypeError", "'"+r.typeName(v)+"' object is not subscriptable", v)
		}
	}
	return r.builtinItem(v, key, at)
}

func (r *run) objectItem(d *objectData, v, key Value, at source.Span, f *frame) Value {
	if fn, ok := r.special(v, "__getitem__", at, f); ok {
		return r.call(fn, []Value{key}, nil, at, f)
	}
	if d.value.IsValid() {
		if dict, ok := d.value.data.(*dictData); ok {
			if _, found := dict.get(key); !found && !dict.open.IsValid() {
				if fn, ok := r.special(v, "__missing__", at, f); ok {
					return r.call(fn, []Value{key}, nil, at, f)
				}
			}
		}
		return r.builtinItem(d.value, key, at)
	}
	if isOpenObject(v) {
		return unknownFrom(at, "[]", r.openReason(v))
	}
	r.raise(at, "TypeError", "'"+r.typeName(v)+"' object is not subscriptable", v)
	return Value{}
}

// classItem is Class[...]: a generic alias stands for the class itself.
func (r *run) classItem(d *classData, v, key Value, at source.Span, f *frame) Value {
	if fn, ok := r.metaclassSpecial(d, v, "__getitem__", at, f); ok {
		return r.call(fn, []Value{key}, nil, at, f)
	}
	if fn, ok := d.find("__class_getitem__"); ok {
		if desc, ok := fn.data.(*descriptorData); ok {
			fn = desc.get
		}
		if fn.Kind() == Callable {
			return r.call(Value{data: &methodData{self: v, fn: fn}}, []Value{key}, nil, at, f)
		}
	}
	for _, k := range d.mro {
		if k.native != nil {
			if fn, ok := k.native.ClassMethods["__getitem__"]; ok {
				return fn(&Call{Args: []Value{key}, At: at, run: r, frame: f}, v)
			}
		}
	}
	return v
}

// builtinItem indexes a value of a built-in type.
func (r *run) builtinItem(v, key Value, at source.Span) Value {
	if s, ok := key.data.(*sliceData); ok {
		return r.slice(v, s, at)
	}
	switch d := v.data.(type) {
	case *dictData:
		return r.dictItem(d, v, key, at)
	case *listData:
		return r.sequenceItem(d.elems, "list", v, key, at)
	case *tupleData:
		return r.sequenceItem(d.elems, "tuple", v, key, at)
	case strData:
		runes := []rune(string(d))
		if i, ok := r.position(len(runes), "string", v, key, at); ok {
			return derived(MakeStr(string(runes[i])), at, v, key)
		}
		return textUnknown(unknownFrom(at, "[]", v, key))
	case bytesData:
		if i, ok := r.position(len(d), "index", v, key, at); ok {
			return derived(MakeInt(int64(d[i])), at, v, key)
		}
		return unknownFrom(at, "[]", v, key)
	case *rangeData:
		if i, ok := r.position(int(d.count()), "range object", v, key, at); ok {
			return derived(MakeInt(d.start+int64(i)*d.step), at, v, key)
		}
		return unknownFrom(at, "[]", v, key)
	}
	r.raise(at, "TypeError", "'"+r.typeName(v)+"' object is not subscriptable", v)
	return Value{}
}

func textUnknown(v Value) Value {
	if u, ok := v.data.(*unknownData); ok {
		u.typ = "str"
	}
	return v
}

func (r *run) dictItem(d *dictData, v, key Value, at source.Span) Value {
	if key.IsUnknown() {
		return derived(Value{data: &unknownData{reason: key.Reason(), op: "[]", args: []Value{v, key}}}, at, key)
	}
	r.checkHashable(key, at)
	r.offerKeys(d, key, at)
	if out, ok := d.get(key); ok {
		if key.origin != nil && len(envNames(key)) > 0 {
			return choseBy(out, key)
		}
		return out
	}
	if d.open.IsValid() {
		return derived(Value{data: &unknownData{reason: d.open.Reason(), op: "[]", args: []Value{d.open, key}}}, at, d.open)
	}
	r.raiseWith(at, "KeyError", []Value{key}, key, v)
	return Value{}
}

// offerKeys registers worlds in which a variable that chooses among the entries of a dictionary chooses another one.
func (r *run) offerKeys(d *dictData, key Value, at source.Span) {
	if key.origin == nil || r.weak != nil {
		return
	}
	names := r.symbolic(key)
	if len(names) != 1 {
		return
	}
	for _, e := range d.entries() {
		if s, ok := e.Key.AsStr(); ok && !sameIdentityOrText(key, s) {
			r.candidate(key, s)
		}
	}
	r.offer(names[0], at, true)
}

// position resolves an index; ok is false when it is unknown.
func (r *run) position(n int, what string, v, key Value, at source.Span) (int, bool) {
	if key.IsUnknown() {
		return 0, false
	}
	i, ok := key.bodied().AsInt()
	if b := bigOf(key.bodied()); !ok && b != nil {
		i, ok = 1<<62, true
	}
	if !ok {
		name := what + " indices must be integers"
		if what != "string" {
			name += " or slices"
		}
		kind := r.typeName(key)
		if what == "string" {
			kind = "'" + kind + "'"
		}
		r.raise(at, "TypeError", name+", not "+kind, key)
	}
	if i < 0 {
		i += int64(n)
	}
	if i < 0 || i >= int64(n) {
		r.raise(at, "IndexError", what+" index out of range", v, key)
	}
	return int(i), true
}

func (r *run) sequenceItem(list []Value, what string, v, key Value, at source.Span) Value {
	if !hasSpread(list) {
		if i, ok := r.position(len(list), what, v, key, at); ok {
			return list[i]
		}
		return unknownFrom(at, "[]", v, key)
	}
	i, ok := key.AsInt()
	if ok && i >= 0 {
		for j := int64(0); j <= i && j < int64(len(list)); j++ {
			if list[j].IsSpread() {
				break
			}
			if j == i {
				return list[i]
			}
		}
	}
	if ok && i < 0 {
		for j := int64(-1); j >= i && -j <= int64(len(list)); j-- {
			e := list[int64(len(list))+j]
			if e.IsSpread() {
				break
			}
			if j == i {
				return e
			}
		}
	}
	return unknownFrom(at, "[]", v, key)
}

// bounds resolves a slice as slice.indices does; ok is false when a part is unknown.
func (r *run) bounds(s *sliceData, n int, at source.Span) (start, stop, step int, ok bool) {
	part := func(v Value, def int) (int, bool) {
		switch {
		case v.Kind() == None:
			return def, true
		case v.IsUnknown():
			return 0, false
		}
		i, isInt := v.bodied().AsInt()
		if b := bigOf(v.bodied()); !isInt && b != nil {
			i, isInt = int64(b.Sign())<<40, true
		}
		if !isInt {
			r.raise(at, "TypeError", "slice indices must be integers or None or have an __index__ method", v)
		}
		return int(max(min(i, 1<<40), -1<<40)), true
	}
	if step, ok = part(s.step, 1); !ok {
		return 0, 0, 0, false
	}
	if step == 0 {
		r.raise(at, "ValueError", "slice step cannot be zero")
	}
	low, high := 0, n
	if step < 0 {
		low, high = -1, n-1
	}
	limit := func(v Value, def int) (int, bool) {
		i, ok := part(v, def)
		if !ok || v.Kind() == None {
			return i, ok
		}
		if i < 0 {
			i += n
		}
		return max(low, min(i, high)), true
	}
	from, to := low, high
	if step < 0 {
		from, to = high, low
	}
	var ok1, ok2 bool
	start, ok1 = limit(s.lower, from)
	stop, ok2 = limit(s.upper, to)
	return start, stop, step, ok1 && ok2
}

func indices(start, stop, step int) []int {
	var out []int
	for i := start; step > 0 && i < stop || step < 0 && i > stop; i += step {
		out = append(out, i)
	}
	return out
}

// slice is v[a:b:c].
func (r *run) slice(v Value, s *sliceData, at source.Span) Value {
	from := []Value{v, s.lower, s.upper, s.step}
	switch d := v.data.(type) {
	case *listData:
		return r.sliceElems(d.elems, s, at, MakeList, from)
	case *tupleData:
		return r.sliceElems(d.elems, s, at, MakeTuple, from)
	case strData:
		runes := []rune(string(d))
		start, stop, step, ok := r.bounds(s, len(runes), at)
		if !ok {
			return textUnknown(unknownFrom(at, "[:]", from...))
		}
		var out []rune
		for _, i := range indices(start, stop, step) {
			out = append(out, runes[i])
		}
		return derived(MakeStr(string(out)), at, from...)
	case bytesData:
		start, stop, step, ok := r.bounds(s, len(d), at)
		if !ok {
			return unknownFrom(at, "[:]", from...)
		}
		var out []byte
		for _, i := range indices(start, stop, step) {
			out = append(out, d[i])
		}
		return derived(MakeBytes(string(out)), at, from...)
	case *rangeData:
		n := int(min(d.count(), 1<<40))
		start, stop, step, ok := r.bounds(s, n, at)
		if !ok {
			return unknownFrom(at, "[:]", from...)
		}
		return Value{data: &rangeData{d.start + int64(start)*d.step, d.start + int64(stop)*d.step, d.step * int64(step)}}
	}
	r.raise(at, "TypeError", "'"+r.typeName(v)+"' object is not subscriptable", v)
	return Value{}
}

func (r *run) sliceElems(list []Value, s *sliceData, at source.Span, make_ func(...Value) Value, from []Value) Value {
	if hasSpread(list) {
		if s.lower.Kind() == None && s.upper.Kind() == None && s.step.Kind() == None {
			return derived(make_(append([]Value(nil), list...)...), at, from...)
		}
		return derived(make_(spread(unknownFrom(at, "[:]", from...))), at, from...)
	}
	start, stop, step, ok := r.bounds(s, len(list), at)
	if !ok {
		return derived(make_(spread(unknownFrom(at, "[:]", from...))), at, from...)
	}
	var out []Value
	for _, i := range indices(start, stop, step) {
		out = append(out, list[i])
	}
	return derived(make_(out...), at, from...)
}
