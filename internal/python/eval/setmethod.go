package eval

import (
	"gonogo/internal/source"
)

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
	d.dict, d.filled = with.dict, with.filled
}

// setMethod is a method of set or frozenset.
func (r *run) setMethod(d *setData, self Value, name string, c *Call) Value {
	switch name {
	case "remove", "discard", "pop", "clear", "difference_update", "intersection_update", "symmetric_difference_update":
		d.filled = false
	}
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
