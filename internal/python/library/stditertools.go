package library

import "gonogo/internal/python/eval"

// itertoolsModel is the module itertools. Its iterators are lists here, which only their type tells apart.
func itertoolsModel() eval.Model {
	names := map[string]eval.Value{}
	fn := func(name string, do func(c *eval.Call) eval.Value) {
		names[name] = eval.NewNative("itertools."+name, do)
	}
	chain := eval.NewClass(eval.NativeClass{Name: "itertools.chain",
		New: func(c *eval.Call, _ eval.Value) eval.Value { return chained(c, c.Args) },
		ClassMethods: map[string]method{"from_iterable": func(c *eval.Call, _ eval.Value) eval.Value {
			return chained(c, c.Iterate(c.Arg(0, "")))
		}}})
	names["chain"] = chain
	fn("product", product)
	fn("islice", islice)
	fn("starmap", func(c *eval.Call) eval.Value {
		out := eval.MakeList()
		for _, e := range c.Iterate(c.Arg(1, "")) {
			if e.IsUnknown() {
				out.Append(e)
				continue
			}
			out.Append(c.Call(c.Arg(0, ""), c.Iterate(e)...))
		}
		return out
	})
	fn("filterfalse", func(c *eval.Call) eval.Value {
		out := eval.MakeList()
		for _, e := range c.Iterate(c.Arg(1, "")) {
			v := e
			if !isNone(c.Arg(0, "")) && !e.IsSpread() {
				v = c.Call(c.Arg(0, ""), e)
			}
			if e.IsSpread() || !c.Truth(v) {
				out.Append(e)
			}
		}
		return out
	})
	fn("accumulate", func(c *eval.Call) eval.Value {
		if c.HasArg(1, "func") || c.HasArg(-1, "initial") {
			return c.Unknown("an iterator that is not modelled")
		}
		out, sum := eval.MakeList(), eval.Value{}
		for _, e := range c.Iterate(c.Arg(0, "")) {
			if sum.IsValid() {
				e = c.Operator("+", sum, e)
			}
			sum = e
			out.Append(e)
		}
		return out
	})
	fn("pairwise", func(c *eval.Call) eval.Value {
		out, elems := eval.MakeList(), c.Iterate(c.Arg(0, ""))
		for i := 1; i < len(elems); i++ {
			out.Append(eval.MakeTuple(elems[i-1], elems[i]))
		}
		return out
	})
	for _, n := range []string{"count", "cycle", "repeat", "groupby", "zip_longest", "combinations", "permutations", "takewhile", "dropwhile",
		"compress", "tee", "combinations_with_replacement", "batched"} {
		names[n] = unknownFunc("itertools."+n, "an iterator that is not modelled")
	}
	return eval.Model{Names: names}
}

func chained(c *eval.Call, parts []eval.Value) eval.Value {
	out := eval.MakeList()
	for _, p := range parts {
		if p.IsUnknown() {
			out.Append(eval.MakeSpread(p.Reason()))
			continue
		}
		for _, e := range c.Iterate(p) {
			out.Append(e)
		}
	}
	return out
}

const maxProduct = 100_000

func product(c *eval.Call) eval.Value {
	if len(c.Kwargs) > 0 {
		return c.Unknown("an iterator that is not modelled")
	}
	rows := [][]eval.Value{nil}
	for _, a := range c.Args {
		elems := c.Iterate(a)
		var next [][]eval.Value
		for _, row := range rows {
			for _, e := range elems {
				if e.IsSpread() || len(next) > maxProduct {
					return c.UnknownFrom("too many combinations", e)
				}
				next = append(next, append(row[:len(row):len(row)], e))
			}
		}
		rows = next
	}
	out := eval.MakeList()
	for _, row := range rows {
		out.Append(eval.MakeTuple(row...))
	}
	return out
}

func islice(c *eval.Call) eval.Value {
	elems := c.Iterate(c.Arg(0, ""))
	start, stop := int64(0), int64(len(elems))
	bound := func(v eval.Value, def int64) (int64, bool) {
		if !given(v) {
			return def, true
		}
		n, ok := v.AsInt()
		return min(max(n, 0), int64(len(elems))), ok
	}
	ok, ok2 := true, true
	if len(c.Args) == 2 {
		stop, ok = bound(c.Args[1], stop)
	} else if len(c.Args) >= 3 {
		start, ok = bound(c.Args[1], 0)
		stop, ok2 = bound(c.Args[2], stop)
	}
	list := eval.MakeList(elems...)
	if !ok || !ok2 || list.IsOpen() || len(c.Args) > 3 {
		return c.Unknown("an iterator that is not modelled")
	}
	return eval.MakeList(elems[min(start, stop):stop]...)
}
