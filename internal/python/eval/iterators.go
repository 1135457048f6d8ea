package eval

func constructRange(c *Call) Value {
	if u := c.FirstUnknown(); u.IsValid() {
		return c.UnknownFrom("", u)
	}
	numbers := []int64{0, 0, 1}
	for i, a := range c.Args {
		n, ok := a.bodied().AsInt()
		if !ok {
			if bigOf(a.bodied()) != nil {
				return c.run.tooLarge(c.At, a)
			}
			return c.Raise("TypeError", "'"+c.run.typeName(a)+"' object cannot be interpreted as an integer")
		}
		if i < 3 {
			numbers[i] = n
		}
	}
	switch len(c.Args) {
	case 1:
		numbers[0], numbers[1] = 0, numbers[0]
	case 2, 3:
	default:
		return c.Raise("TypeError", "range expected at least 1 argument, got "+itoa(len(c.Args)))
	}
	if numbers[2] == 0 {
		return c.Raise("ValueError", "range() arg 3 must not be zero")
	}
	for _, n := range numbers {
		if n > 1<<61 || n < -1<<61 {
			return c.run.tooLarge(c.At, c.Args...)
		}
	}
	return Value{data: &rangeData{numbers[0], numbers[1], numbers[2]}}
}

func constructSlice(c *Call) Value {
	none := MakeNone()
	switch len(c.Args) {
	case 1:
		return Value{data: &sliceData{none, c.Args[0], none}}
	default:
		return Value{data: &sliceData{c.ArgOr(0, "", none), c.ArgOr(1, "", none), c.ArgOr(2, "", none)}}
	}
}

func constructIterator(what string, c *Call) Value {
	r := c.run
	switch what {
	case "enumerate":
		it := r.iterator(c.Arg(0, "iterable"), c.At, c.frame)
		start, _ := c.ArgOr(1, "start", MakeInt(0)).AsInt()
		open := false
		return NewEndless(what, func() (Value, bool) {
			v, ok := it.next()
			if !ok || v.IsSpread() {
				open = true
				return v, ok
			}
			start++
			n := MakeInt(start - 1)
			if open {
				n = MakeUnknown("how many come before is not known")
			}
			return MakeTuple(n, v), true
		})
	case "reversed":
		v := c.Arg(0, "")
		if fn, ok := r.special(v, "__reversed__", c.At, c.frame); ok {
			return c.Call(fn)
		}
		list := append([]Value(nil), c.Iterate(v)...)
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
			list[i], list[j] = list[j], list[i]
		}
		return NewIterator(what, list)
	case "zip":
		return zip(c)
	case "filter":
		return filter(c)
	}
	fn := c.Arg(0, "")
	iterators := iteratorsOf(c, c.Args[min(1, len(c.Args)):])
	return NewEndless(what, func() (Value, bool) {
		r.step()
		args := make([]Value, len(iterators))
		for i, it := range iterators {
			v, ok := it.next()
			if !ok || v.IsSpread() {
				return v, ok
			}
			args[i] = v
		}
		if len(args) == 0 {
			return Value{}, false
		}
		return c.CallKw(fn, args, nil), true
	})
}

func iteratorsOf(c *Call, values []Value) []*iterator {
	out := make([]*iterator, len(values))
	for i, v := range values {
		out[i] = c.run.iterator(v, c.At, c.frame)
	}
	return out
}

func zip(c *Call) Value {
	iterators := iteratorsOf(c, c.Args)
	strict := c.Arg(-1, "strict").IsValid() && c.Truth(c.Arg(-1, "strict"))
	return NewEndless("zip", func() (Value, bool) {
		c.run.step()
		elems := make([]Value, len(iterators))
		for i, it := range iterators {
			v, ok := it.next()
			if !ok {
				if strict && i > 0 {
					c.Raise("ValueError", "zip() argument "+itoa(i+1)+" is shorter than argument "+itoa(i))
				}
				return Value{}, false
			}
			if v.IsSpread() {
				return v, true
			}
			elems[i] = v
		}
		return MakeTuple(elems...), len(elems) > 0
	})
}

func filter(c *Call) Value {
	fn := c.Arg(0, "")
	it := c.run.iterator(c.Arg(1, ""), c.At, c.frame)
	return NewEndless("filter", func() (Value, bool) {
		for {
			c.run.step()
			v, ok := it.next()
			if !ok || v.IsSpread() {
				return v, ok
			}
			test := v
			if fn.Kind() != None {
				test = c.Call(fn, v)
			}
			if c.run.truth(test, c.At, c.frame) == Maybe {
				return spread(c.run.openReason(test)), true
			}
			if c.Truth(test) {
				return v, true
			}
		}
	})
}
