package eval

import (
	"gonogo/internal/source"
)

// extend is list += iterable.
func (r *run) extend(d *listData, v Value, at source.Span, f *frame) {
	list := r.iterate(v, at, f)
	if r.weak != nil {
		d.elems = append(d.elems, spread(derived(MakeUnknown(r.weak.reason.Reason()), at, append([]Value{r.weak.reason}, list...)...)))
		return
	}
	if !r.reserve(32 * len(list)) {
		r.exhaust("too much memory")
	}
	d.elems = append(d.elems, list...)
}

// dictUpdateCall is dict(...) and dict.update(...).
func (r *run) dictUpdateCall(d *dictData, c *Call) {
	if len(c.Args) > 0 {
		r.updateDict(d, c.Args[0], c.At, c.frame)
	}
	for _, k := range c.Kwargs {
		if k.Name == "**" {
			d.overlay(k.Value)
			continue
		}
		r.setKey(d, MakeStr(k.Name).WithOrigin(k.Value.origin), k.Value)
	}
}

// updateDict is d.update(v) for a mapping or an iterable of pairs.
func (r *run) updateDict(d *dictData, v Value, at source.Span, f *frame) {
	if v.Kind() == None {
		r.raise(at, "TypeError", "'NoneType' object is not iterable", v)
	}
	if r.weak != nil {
		d.overlay(derived(MakeUnknown(r.weak.reason.Reason()), at, r.weak.reason, v))
		return
	}
	if dictOf(v.data) == nil && !v.IsUnknown() {
		if _, ok := r.findAttr(v, "keys", at, f); !ok || isPart(v) {
			r.updatePairs(d, v, at, f)
			return
		}
	}
	if d.owner != nil {
		r.at = at
		if v.IsUnknown() {
			r.openNames(d, v)
			return
		}
	}
	r.mergeInto(d, v, at, f)
}

func (r *run) updatePairs(d *dictData, v Value, at source.Span, f *frame) {
	for i, e := range r.iterate(v, at, f) {
		if e.IsSpread() {
			d.overlay(e)
			continue
		}
		if e.IsUnknown() {
			d.overlay(e)
			continue
		}
		pair := r.iterate(e, at, f)
		if len(pair) != 2 || hasSpread(pair) {
			if hasSpread(pair) {
				d.overlay(pair[len(pair)-1])
				continue
			}
			r.raise(at, "ValueError", "dictionary update sequence element #"+itoa(i)+" has length "+itoa(len(pair))+"; 2 is required", v)
		}
		r.checkHashable(pair[0], at)
		d.set(pair[0], pair[1])
	}
}

// replaceSet gives a set the elements of another one.
func (r *run) replaceSet(d, with *setData, at source.Span) {
	if r.weak != nil {
		for _, e := range with.elems() {
			if _, ok := d.dict.get(e); !ok {
				d.dict.open = spread(r.weak.reason)
			}
		}
		return
	}
	d.dict = with.dict
}

// listMethod is a method of list.
func (r *run) listMethod(d *listData, self Value, name string, c *Call) Value {
	if r.weak != nil && isMutator(name) {
		return r.weakListMethod(d, self, name, c)
	}
	switch name {
	case "append":
		v := c.one("function")
		d.elems = append(d.elems, v)
		if !r.reserve(32) {
			r.exhaust("too much memory")
		}
		return MakeNone()
	case "extend":
		r.extend(d, c.one("function"), c.At, c.frame)
		return MakeNone()
	case "insert":
		return r.listInsert(d, c)
	case "remove":
		return r.listRemove(d, self, c)
	case "pop":
		return r.listPop(d, self, c)
	case "clear":
		d.elems = nil
		return MakeNone()
	case "copy":
		return MakeList(append([]Value(nil), d.elems...)...)
	case "reverse":
		list := append([]Value(nil), d.elems...)
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
			list[i], list[j] = list[j], list[i]
		}
		d.elems = list
		return MakeNone()
	case "sort":
		list := append([]Value(nil), d.elems...)
		if u := r.sortValues(list, c); u.IsValid() {
			list = unorderedElems(list)
		}
		d.elems = list
		return MakeNone()
	}
	return r.sequenceMethod(d.elems, self, name, c)
}

// weakListMethod is a change that may or may not happen.
func (r *run) weakListMethod(d *listData, self Value, name string, c *Call) Value {
	u := derived(MakeUnknown(r.weak.reason.Reason()), c.At, append([]Value{r.weak.reason}, c.Args...)...)
	switch name {
	case "append", "extend":
		d.elems = append(d.elems[:len(d.elems):len(d.elems)], spread(u))
		return MakeNone()
	case "insert":
		d.elems = append([]Value{spread(u)}, d.elems...)
		return MakeNone()
	}
	d.elems = []Value{spread(u)}
	return u
}

func (r *run) listInsert(d *listData, c *Call) Value {
	v := c.Arg(1, "")
	i, ok := c.Arg(0, "").AsInt()
	if !ok || hasSpread(d.elems) && i != 0 && i < int64(len(d.elems)) {
		if ok && i > 0 && !hasSpread(d.elems[:i]) {
			// Before the unknown part the place is known.
		} else {
			// The element is somewhere, so what stands behind a place is not known; the elements stay.
			d.elems = append(append([]Value{MakeSpread("elements are inserted at a place that is not known")}, d.elems...), v)
			return MakeNone()
		}
	}
	n := int64(len(d.elems))
	if i < 0 {
		i = max(0, i+n)
	}
	i = min(i, n)
	out := make([]Value, 0, n+1)
	out = append(append(append(out, d.elems[:i]...), v), d.elems[i:]...)
	d.elems = out
	return MakeNone()
}

func (r *run) listRemove(d *listData, self Value, c *Call) Value {
	v := c.one("function")
	for i, e := range d.elems {
		t := Maybe
		if !e.IsSpread() {
			t = r.equal(e, v, c.At, c.frame)
		}
		switch t {
		case Yes:
			d.elems = append(append([]Value(nil), d.elems[:i]...), d.elems[i+1:]...)
			return MakeNone()
		case Maybe:
			d.elems = r.withoutOne(d.elems, v, i, c)
			return MakeNone()
		}
	}
	return c.Raise("ValueError", "list.remove(x): x not in list")
}

// withoutOne is what is left of a list from which the first element equal to v was removed, when the first that may be it is at i.
func (r *run) withoutOne(list []Value, v Value, i int, c *Call) []Value {
	out := append([]Value(nil), list[:i]...)
	removed := false
	for _, e := range list[i:] {
		if !e.IsUnknown() && r.equal(e, v, c.At, c.frame) != No && !removed {
			// It may have been this one.
			out = append(out, MakeSpread("an element that may have been removed"))
			removed = true
			continue
		}
		if e.IsUnknown() {
			e = spread(e)
		}
		out = append(out, e)
	}
	return out
}

func (r *run) listPop(d *listData, self Value, c *Call) Value {
	i := int64(-1)
	if len(c.Args) > 0 {
		n, ok := c.Args[0].AsInt()
		if !ok && c.Args[0].IsUnknown() || hasSpread(d.elems) {
			u := unknownFrom(c.At, "pop", append([]Value{c.Args[0]}, d.elems...)...)
			if hasSpread(d.elems) && ok && n == 0 && !d.elems[0].IsSpread() {
				v := d.elems[0]
				d.elems = append([]Value(nil), d.elems[1:]...)
				return keepOrigin(v)
			}
			d.elems = []Value{spread(u)}
			return u
		}
		i = n
	}
	if len(d.elems) == 0 {
		return c.Raise("IndexError", "pop from empty list")
	}
	if last := d.elems[len(d.elems)-1]; i == -1 && last.IsSpread() {
		return unknownFrom(c.At, "pop", last)
	}
	if i < 0 {
		i += int64(len(d.elems))
	}
	if i < 0 || i >= int64(len(d.elems)) {
		return c.Raise("IndexError", "pop index out of range")
	}
	v := d.elems[i]
	d.elems = append(append([]Value(nil), d.elems[:i]...), d.elems[i+1:]...)
	return keepOrigin(v)
}

// sequenceMethod are the methods that list and tuple share.
func (r *run) sequenceMethod(list []Value, self Value, name string, c *Call) Value {
	v := c.Arg(0, "")
	switch name {
	case "index":
		for i, e := range list {
			t := Maybe
			if !e.IsSpread() {
				t = r.equal(e, v, c.At, c.frame)
			}
			switch t {
			case Yes:
				return MakeInt(int64(i))
			case Maybe:
				return c.UnknownFrom("a place in a list", e, v)
			}
		}
		return c.Raise("ValueError", repr(v, 100)+" is not in "+r.typeName(self))
	case "count":
		n := int64(0)
		for _, e := range list {
			switch r.equal(e, v, c.At, c.frame) {
			case Yes:
				n++
			case Maybe:
				return c.UnknownFrom("a count of elements", e, v)
			}
		}
		return MakeInt(n)
	}
	return r.commonMethod(self, name, c)
}

// dictMethod is a method of dict.
func (r *run) dictMethod(d *dictData, self Value, name string, c *Call) Value {
	key := c.Arg(0, "")
	switch name {
	case "get":
		return r.dictGet(d, self, key, c.ArgOr(1, "default", MakeNone()), c)
	case "keys", "values", "items":
		return Value{data: &iteratorData{what: "dict_" + name, view: d}}
	case "copy":
		return Value{data: d.copy()}
	case "update":
		r.dictUpdateCall(d, c)
		return MakeNone()
	case "setdefault":
		return r.dictSetdefault(d, self, key, c)
	case "pop":
		return r.dictPop(d, self, key, c)
	case "popitem":
		list := d.entries()
		if r.weak != nil || d.open.IsValid() {
			u := unknownFrom(c.At, "popitem", d.open, Value{origin: c.At0()})
			r.forgetEntries(d, u)
			return u
		}
		if len(list) == 0 {
			return c.Raise("KeyError", "popitem(): dictionary is empty")
		}
		e := list[len(list)-1]
		d.delete(e.Key)
		return MakeTuple(e.Key, e.Value)
	case "clear":
		if r.weak != nil {
			d.overlay(r.weak.reason)
			return MakeNone()
		}
		d.clear()
		return MakeNone()
	case "fromkeys":
		return fromKeys(c)
	}
	return r.commonMethod(self, name, c)
}

// At0 is the provenance of nothing but the place of the call.
func (c *Call) At0() *Origin { return &Origin{At: c.At} }

func (r *run) dictGet(d *dictData, self, key, def Value, c *Call) Value {
	if key.IsUnknown() {
		if d.size() == 0 && !d.open.IsValid() {
			return keepOrigin(def)
		}
		return derived(Value{data: &unknownData{reason: key.Reason(), op: "get", args: []Value{self, key}}}, c.At, key)
	}
	r.checkHashable(key, c.At)
	r.offerKeys(d, key, c.At)
	v, ok := d.get(key)
	if !ok && d.open.IsValid() {
		return derived(Value{data: &unknownData{reason: d.open.Reason(), op: "get", args: []Value{d.open, key}}}, c.At, d.open)
	}
	if !ok {
		v = def
	}
	if key.origin != nil && len(envNames(key)) > 0 {
		return choseBy(v, key)
	}
	return keepOrigin(v)
}

func (r *run) dictSetdefault(d *dictData, self, key Value, c *Call) Value {
	v, ok := d.get(key)
	if ok {
		return keepOrigin(v)
	}
	def := c.ArgOr(1, "default", MakeNone())
	if d.open.IsValid() || key.IsUnknown() || r.weak != nil {
		u := d.open
		if !u.IsValid() {
			u = key
		}
		if !u.IsUnknown() {
			u = r.weak.reason
		}
		v := derived(Value{data: &unknownData{reason: u.Reason(), op: "setdefault", args: []Value{u, key}}}, c.At, u, def)
		if !key.IsUnknown() && r.weak == nil {
			d.set(key, v)
		}
		return v
	}
	r.checkHashable(key, c.At)
	d.set(key, def)
	return keepOrigin(def)
}

func (r *run) dictPop(d *dictData, self, key Value, c *Call) Value {
	if key.IsUnknown() || r.weak != nil {
		u := key
		if !u.IsUnknown() {
			u = r.weak.reason
		}
		v := unknownFrom(c.At, "pop", u)
		r.forgetEntries(d, u)
		return v
	}
	v, ok := d.delete(key)
	if ok {
		if d.owner != nil {
			r.at = c.At
		}
		return keepOrigin(v)
	}
	if d.open.IsValid() {
		return derived(Value{data: &unknownData{reason: d.open.Reason(), op: "pop", args: []Value{d.open, key}}}, c.At, d.open)
	}
	if c.HasArg(1, "") {
		return keepOrigin(c.Arg(1, ""))
	}
	r.raiseWith(c.At, "KeyError", []Value{key}, key, self)
	return Value{}
}

func fromKeys(c *Call) Value {
	d := newDict()
	v := c.ArgOr(1, "", MakeNone())
	for _, k := range c.Iterate(c.Arg(0, "")) {
		if k.IsSpread() {
			d.overlay(k)
			continue
		}
		d.set(k, v)
	}
	return Value{data: d}
}

// setMethod is a method of set or frozenset.
func (r *run) setMethod(d *setData, self Value, name string, c *Call) Value {
	switch name {
	case "add":
		v := c.one("function")
		r.checkHashable(v, c.At)
		if r.weak != nil {
			if _, ok := d.dict.get(v); !ok {
				d.dict.open = spread(r.weak.reason)
			}
			return MakeNone()
		}
		d.add(v)
		return MakeNone()
	case "remove", "discard":
		return r.setRemove(d, self, name, c)
	case "pop":
		if d.dict.size() == 1 && !d.dict.open.IsValid() && r.weak == nil {
			v := d.elems()[0]
			d.dict.clear()
			return keepOrigin(v)
		}
		if d.dict.size() == 0 && !d.dict.open.IsValid() {
			return c.Raise("KeyError", "pop from an empty set")
		}
		u := c.Unknown("which element of a set comes first is not known")
		d.dict.clear()
		d.dict.open = spread(u)
		return u
	case "clear":
		d.dict.clear()
		return MakeNone()
	case "copy":
		return Value{data: newSet(d.elems(), d.frozen)}
	}
	return r.setAlgebra(d, self, name, c)
}

func (r *run) setRemove(d *setData, self Value, name string, c *Call) Value {
	v := c.one("function")
	if v.IsUnknown() || r.weak != nil {
		u := v
		if !u.IsUnknown() {
			u = r.weak.reason
		}
		r.forgetEntries(&d.dict, u)
		return MakeNone()
	}
	if _, ok := d.dict.delete(v); !ok && name == "remove" && !d.dict.open.IsValid() {
		r.raiseWith(c.At, "KeyError", []Value{v}, v)
	}
	return MakeNone()
}

func (r *run) setAlgebra(d *setData, self Value, name string, c *Call) Value {
	ops := map[string]string{"union": "|", "update": "|", "intersection": "&", "intersection_update": "&", "difference": "-",
		"difference_update": "-", "symmetric_difference": "^", "symmetric_difference_update": "^"}
	if op, ok := ops[name]; ok {
		out := newSet(d.elems(), d.frozen)
		for _, a := range c.Args {
			out = combineSets(op, out, newSet(c.Iterate(a), false))
		}
		if name == "update" || len(name) > 7 && name[len(name)-7:] == "_update" {
			r.replaceSet(d, out, c.At)
			return MakeNone()
		}
		return Value{data: out}
	}
	other := newSet(c.Iterate(c.Arg(0, "")), false)
	switch name {
	case "issubset":
		return r.answer(subset("<=", d, other), "<=", self, c.Arg(0, ""), c.At)
	case "issuperset":
		return r.answer(subset(">=", d, other), ">=", self, c.Arg(0, ""), c.At)
	case "isdisjoint":
		both := filterSet(d, other, true)
		if both.dict.size() > 0 {
			return MakeBool(false)
		}
		if d.dict.open.IsValid() || other.dict.open.IsValid() {
			return c.UnknownFrom("sets that are not known", self, c.Arg(0, ""))
		}
		return MakeBool(true)
	}
	return r.commonMethod(self, name, c)
}
