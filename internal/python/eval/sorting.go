package eval

import (
	"sort"
)

func builtinAll(c *Call) Value { return quantify(c, No) }
func builtinAny(c *Call) Value { return quantify(c, Yes) }

// quantify is any (which ends at the first Yes) and all (at the first No).
func quantify(c *Call, end Tri) Value {
	it := c.run.iterator(c.one("any()"), c.At, c.frame)
	defer it.close()
	var unknown, last Value
	var seen []Value
	for {
		c.run.step()
		v, ok := it.next()
		if !ok {
			break
		}
		last = v
		if len(seen) < 16 {
			seen = append(seen, v)
		}
		t := c.run.truth(v, c.At, c.frame)
		if v.IsSpread() {
			t = Maybe
		}
		if t == Maybe {
			unknown = v
		} else if t == end {
			return derived(MakeBool(end == Yes), c.At, last)
		}
	}
	if unknown.IsValid() {
		return derived(Value{data: &unknownData{reason: c.run.openReason(unknown).Reason(), op: "any", args: []Value{unknown}, typ: "bool"}}, c.At, unknown)
	}
	return derived(MakeBool(end != Yes), c.At, seen...)
}

func builtinMax(c *Call) Value { return extreme(c, ">", "max") }
func builtinMin(c *Call) Value { return extreme(c, "<", "min") }

func extreme(c *Call, op, name string) Value {
	list := c.Args
	if len(list) == 1 {
		list = c.Iterate(list[0])
	}
	if len(list) == 0 {
		if def := c.Arg(-1, "default"); def.IsValid() {
			return keepOrigin(def)
		}
		return c.Raise("ValueError", name+"() arg is an empty sequence")
	}
	key := c.Arg(-1, "key")
	var best, bestKey Value
	for _, v := range list {
		if v.IsSpread() {
			return c.UnknownFrom("the largest of unknown values", list...)
		}
		k := v
		if key.IsValid() && key.Kind() != None {
			k = c.Call(key, v)
		}
		if !best.IsValid() {
			best, bestKey = v, k
			continue
		}
		better := c.Operator(op, k, bestKey)
		switch c.run.truth(better, c.At, c.frame) {
		case Maybe:
			return c.UnknownFrom("the largest of unknown values", append(list, k, bestKey)...)
		case Yes:
			best, bestKey = v, k
		}
	}
	return derived(best, c.At, list...)
}

func builtinSorted(c *Call) Value {
	list := append([]Value(nil), c.elementsInAnyOrder(c.Arg(0, "iterable"))...)
	if u := c.run.sortValues(list, c); u.IsValid() {
		return derived(MakeList(unorderedElems(list)...), c.At, c.Args...)
	}
	return MakeList(list...)
}

// unorderedElems are elements whose order is not known: each can be anywhere, so only what is there is kept, behind an unknown part.
func unorderedElems(list []Value) []Value {
	out := []Value{}
	for _, e := range list {
		if e.IsUnknown() && !e.IsSpread() {
			e = spread(e)
		}
		out = append(out, e)
	}
	if !hasSpread(out) {
		out = append(out, MakeSpread("the order is not known"))
	}
	return out
}

// sortValues sorts in place by the call's key and reverse arguments. It gives an Unknown when the order can't be known.
func (r *run) sortValues(list []Value, c *Call) (unknown Value) {
	key, reverse := c.Arg(-1, "key"), c.Arg(-1, "reverse")
	keys := make([]Value, len(list))
	for i, v := range list {
		if v.IsSpread() {
			return v
		}
		keys[i] = v
		if key.IsValid() && key.Kind() != None {
			keys[i] = c.Call(key, v)
		}
		if keys[i].IsUnknown() {
			return keys[i]
		}
	}
	backwards := reverse.IsValid() && c.Truth(reverse)
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	less := func(i, j int) bool {
		r.step()
		a, b := keys[order[i]], keys[order[j]]
		if backwards {
			a, b = b, a
		}
		v := c.Operator("<", a, b)
		t := r.truth(v, c.At, c.frame)
		if t == Maybe {
			unknown = v
		}
		return t == Yes
	}
	sort.SliceStable(order, less)
	if unknown.IsValid() {
		return unknown
	}
	sorted := make([]Value, len(list))
	for i, p := range order {
		sorted[i] = list[p]
	}
	copy(list, sorted)
	return Value{}
}
