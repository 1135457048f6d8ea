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
