package library

import (
	"slices"

	"gonogo/internal/python/eval"
)

// puller gives elements one by one; ok is false at the end.
type puller = func() (e eval.Value, ok bool)

// itertoolsModel is the module itertools. Iterators give their elements when they are asked for them.
func itertoolsModel() eval.Model {
	names := map[string]eval.Value{}
	for name, make_ := range map[string]func(c *eval.Call) puller{
		"accumulate": accumulate, "compress": compress, "count": countFrom, "cycle": cycle, "dropwhile": dropWhile, "filterfalse": filterFalse,
		"groupby": groupBy, "islice": islice, "pairwise": pairwise, "repeat": repeat, "starmap": starMap, "takewhile": takeWhile,
		"zip_longest": zipLongest, "batched": batched,
	} {
		names[name] = eval.NewNative("itertools."+name, func(c *eval.Call) eval.Value { return endless("itertools."+name, c, make_(c)) })
	}
	for name, make_ := range map[string]func(c *eval.Call) []eval.Value{
		"product": product, "combinations": arranged(false, false), "permutations": arranged(true, false), "combinations_with_replacement": arranged(false, true),
	} {
		names[name] = eval.NewNative("itertools."+name, func(c *eval.Call) eval.Value { return eval.NewIterator("itertools."+name, make_(c)) })
	}
	names["tee"] = eval.NewNative("itertools.tee", tee)
	names["chain"] = eval.NewClass(eval.NativeClass{Name: "itertools.chain",
		New: func(c *eval.Call, _ eval.Value) eval.Value {
			return endless("itertools.chain", c, chained(c, eval.NewIterator("tuple_iterator", c.Args)))
		},
		ClassMethods: map[string]method{"from_iterable": func(c *eval.Call, _ eval.Value) eval.Value {
			return endless("itertools.chain", c, chained(c, c.Arg(0, "iterable")))
		}}})
	return eval.Model{Names: names}
}

// endless makes an iterator that stops for good behind an element that stands for any number of unknown ones.
func endless(what string, c *eval.Call, pull puller) eval.Value {
	ended := false
	return eval.NewEndless(what, func() (eval.Value, bool) {
		if ended {
			return eval.Value{}, false
		}
		c.Step()
		e, ok := pull()
		ended = !ok
		return e, ok
	})
}

// spreadOf is an element that stands for any number of unknown ones, for the reason of another.
func spreadOf(e eval.Value) eval.Value {
	if e.IsSpread() {
		return e
	}
	return eval.MakeSpread(e.Reason()).WithOrigin(e.Origin())
}

// last gives one element, and then none.
func last(e eval.Value) puller {
	given := false
	return func() (eval.Value, bool) {
		if given {
			return eval.Value{}, false
		}
		given = true
		return e, true
	}
}

func unknownIterator(c *eval.Call, values ...eval.Value) puller {
	return last(spreadOf(c.UnknownFrom("an iterator that is not modelled", values...)))
}

func chained(c *eval.Call, parts eval.Value) puller {
	outer := c.Iterator(parts)
	var inner puller
	return func() (eval.Value, bool) {
		for {
			c.Step()
			if inner != nil {
				if e, ok := inner(); ok {
					return e, true
				}
			}
			part, ok := outer()
			if !ok {
				return eval.Value{}, false
			}
			if part.IsUnknown() {
				inner = last(spreadOf(part))
				continue
			}
			inner = c.Iterator(part)
		}
	}
}

func accumulate(c *eval.Call) puller {
	next, fn := c.Iterator(c.Arg(0, "iterable")), c.Arg(1, "func")
	sum := c.Arg(-1, "initial")
	first := given(sum)
	return func() (eval.Value, bool) {
		if first {
			first = false
			return sum, true
		}
		e, ok := next()
		switch {
		case !ok || e.IsSpread():
			return e, ok
		case !given(sum):
			sum = e
		case given(fn):
			sum = c.Call(fn, sum, e)
		default:
			sum = c.Operator("+", sum, e)
		}
		return sum, true
	}
}

func compress(c *eval.Call) puller {
	next, selectors := c.Iterator(c.Arg(0, "data")), c.Iterator(c.Arg(1, "selectors"))
	return func() (eval.Value, bool) {
		for {
			e, ok := next()
			s, ok2 := selectors()
			switch {
			case !ok || !ok2:
				return eval.Value{}, false
			case e.IsSpread() || s.IsSpread():
				return spreadOf(firstSpread(e, s)), true
			case c.Truth(s):
				return e, true
			}
		}
	}
}

func firstSpread(values ...eval.Value) eval.Value {
	for _, v := range values {
		if v.IsSpread() {
			return v
		}
	}
	return eval.Value{}
}

func countFrom(c *eval.Call) puller {
	n, step := c.ArgOr(0, "start", eval.MakeInt(0)), c.ArgOr(1, "step", eval.MakeInt(1))
	return func() (eval.Value, bool) {
		e := n
		n = c.Operator("+", n, step)
		return e, true
	}
}

func cycle(c *eval.Call) puller {
	elems := c.Iterate(c.Arg(0, "iterable"))
	i := -1
	return func() (eval.Value, bool) {
		if len(elems) == 0 {
			return eval.Value{}, false
		}
		i++
		return elems[i%len(elems)], true
	}
}

func repeat(c *eval.Call) puller {
	e, times := c.Arg(0, "object"), c.Arg(1, "times")
	n, bounded := times.AsInt()
	if times.IsValid() && !bounded {
		return unknownIterator(c, times)
	}
	return func() (eval.Value, bool) {
		n--
		return e, !bounded || n >= 0
	}
}

func takeWhile(c *eval.Call) puller {
	fn, next := c.Arg(0, "predicate"), c.Iterator(c.Arg(1, "iterable"))
	return func() (eval.Value, bool) {
		e, ok := next()
		if !ok || e.IsSpread() {
			return e, ok
		}
		return e, c.Truth(c.Call(fn, e))
	}
}

func dropWhile(c *eval.Call) puller {
	fn, next := c.Arg(0, "predicate"), c.Iterator(c.Arg(1, "iterable"))
	dropping := true
	return func() (eval.Value, bool) {
		for {
			e, ok := next()
			if !ok || e.IsSpread() || !dropping {
				return e, ok
			}
			if dropping = c.Truth(c.Call(fn, e)); !dropping {
				return e, true
			}
		}
	}
}

func filterFalse(c *eval.Call) puller {
	fn, next := c.Arg(0, "predicate"), c.Iterator(c.Arg(1, "iterable"))
	return func() (eval.Value, bool) {
		for {
			e, ok := next()
			if !ok || e.IsSpread() {
				return e, ok
			}
			v := e
			if given(fn) {
				v = c.Call(fn, e)
			}
			if !c.Truth(v) {
				return e, true
			}
		}
	}
}

func starMap(c *eval.Call) puller {
	fn, next := c.Arg(0, "function"), c.Iterator(c.Arg(1, "iterable"))
	return func() (eval.Value, bool) {
		e, ok := next()
		if !ok || e.IsSpread() {
			return e, ok
		}
		return c.Call(fn, c.Iterate(e)...), true
	}
}

func pairwise(c *eval.Call) puller {
	next := c.Iterator(c.Arg(0, "iterable"))
	before, ok := next()
	return func() (eval.Value, bool) {
		if !ok || before.IsSpread() {
			e, was := before, ok
			ok = false
			return e, was
		}
		e, more := next()
		if !more || e.IsSpread() {
			return e, more
		}
		pair := eval.MakeTuple(before, e)
		before = e
		return pair, true
	}
}

func zipLongest(c *eval.Call) puller {
	fill := c.ArgOr(-1, "fillvalue", eval.MakeNone())
	var parts []puller
	for _, a := range c.Args {
		parts = append(parts, c.Iterator(a))
	}
	return func() (eval.Value, bool) {
		row, any := make([]eval.Value, len(parts)), false
		for i, next := range parts {
			e, ok := next()
			if e.IsSpread() {
				return e, true
			}
			if row[i] = fill; ok {
				row[i], any = e, true
			}
		}
		return eval.MakeTuple(row...), any
	}
}

func batched(c *eval.Call) puller {
	next := c.Iterator(c.Arg(0, "iterable"))
	n, ok := c.Arg(1, "n").AsInt()
	if !ok || n < 1 {
		return unknownIterator(c, c.Arg(1, "n"))
	}
	return func() (eval.Value, bool) {
		var row []eval.Value
		for range n {
			e, ok := next()
			if e.IsSpread() {
				return e, true
			}
			if !ok {
				break
			}
			row = append(row, e)
		}
		return eval.MakeTuple(row...), len(row) > 0
	}
}

// groupBy gives runs of elements with the same key. Each run is complete when it is given.
func groupBy(c *eval.Call) puller {
	next, fn := c.Iterator(c.Arg(0, "iterable")), c.Arg(1, "key")
	keyOf := func(e eval.Value) eval.Value {
		if given(fn) {
			return c.Call(fn, e)
		}
		return e
	}
	e, ok := next()
	return func() (eval.Value, bool) {
		if !ok || e.IsSpread() {
			out, was := e, ok
			ok = false
			return out, was
		}
		key, run := keyOf(e), []eval.Value{e}
		for {
			if e, ok = next(); !ok || e.IsSpread() || !c.Truth(c.Operator("==", keyOf(e), key)) {
				break
			}
			run = append(run, e)
		}
		if ok && e.IsSpread() {
			return e, true
		}
		return eval.MakeTuple(key, eval.NewIterator("itertools._grouper", run)), true
	}
}

func islice(c *eval.Call) puller {
	next := c.Iterator(c.Arg(0, "iterable"))
	bounds := c.Args[min(1, len(c.Args)):]
	if len(bounds) == 1 {
		bounds = []eval.Value{eval.MakeNone(), bounds[0]}
	}
	numbers := []int64{0, -1, 1} // a negative stop is none
	for i, b := range bounds {
		n, ok := b.AsInt()
		if i >= 3 || given(b) && !ok {
			return unknownIterator(c, b)
		}
		if given(b) {
			numbers[i] = n
		}
	}
	start, stop, step := numbers[0], numbers[1], numbers[2]
	if step < 1 || start < 0 {
		return unknownIterator(c)
	}
	at := int64(0)
	return func() (eval.Value, bool) {
		for stop < 0 || at < stop {
			e, ok := next()
			if !ok || e.IsSpread() {
				return e, ok
			}
			at++
			if at-1 >= start && (at-1-start)%step == 0 {
				return e, true
			}
		}
		return eval.Value{}, false
	}
}

// tee gives several iterators over the same elements, which are asked for at once.
func tee(c *eval.Call) eval.Value {
	elems := c.Iterate(c.Arg(0, "iterable"))
	n, ok := c.ArgOr(1, "n", eval.MakeInt(2)).AsInt()
	if !ok || n < 0 || n > 100 {
		return c.UnknownFrom("an iterator that is not modelled", c.Arg(1, "n"))
	}
	out := make([]eval.Value, n)
	for i := range out {
		out[i] = eval.NewIterator("itertools._tee", elems)
	}
	return eval.MakeTuple(out...)
}

// maxProduct bounds how many combinations are made.
const maxProduct = 100_000

func product(c *eval.Call) []eval.Value {
	n, ok := c.ArgOr(-1, "repeat", eval.MakeInt(1)).AsInt()
	if !ok || n < 0 || n > 20 {
		return []eval.Value{spreadOf(c.UnknownFrom("too many combinations", c.Args...))}
	}
	var parts [][]eval.Value
	for _, a := range c.Args {
		parts = append(parts, c.Iterate(a))
	}
	rows := [][]eval.Value{nil}
	for range n {
		for _, elems := range parts {
			var next [][]eval.Value
			for _, row := range rows {
				for _, e := range elems {
					if e.IsSpread() || len(next) > maxProduct {
						return []eval.Value{spreadOf(c.UnknownFrom("too many combinations", e))}
					}
					next = append(next, append(row[:len(row):len(row)], e))
				}
			}
			rows = next
		}
	}
	return tuples(rows)
}

func tuples(rows [][]eval.Value) []eval.Value {
	out := make([]eval.Value, len(rows))
	for i, row := range rows {
		out[i] = eval.MakeTuple(row...)
	}
	return out
}

// arranged chooses r elements: in every order, or in that of the elements; each once, or any number of times.
func arranged(everyOrder, again bool) func(c *eval.Call) []eval.Value {
	return func(c *eval.Call) []eval.Value {
		elems := c.Iterate(c.Arg(0, "iterable"))
		r, ok := c.ArgOr(1, "r", eval.MakeInt(int64(len(elems)))).AsInt()
		if s := firstSpread(elems...); s.IsValid() || !ok || r < 0 {
			return []eval.Value{spreadOf(c.UnknownFrom("too many combinations", elems...))}
		}
		var rows [][]eval.Value
		var row []eval.Value
		var taken []int
		cells := 0 // in rows
		var choose func()
		choose = func() {
			if cells > maxProduct {
				return
			}
			if int64(len(row)) == r {
				rows = append(rows, slices.Clone(row))
				cells += len(row) + 1
				return
			}
			for i, e := range elems {
				if !mayTake(i, taken, everyOrder, again) {
					continue
				}
				c.Step()
				row, taken = append(row, e), append(taken, i)
				choose()
				row, taken = row[:len(row)-1], taken[:len(taken)-1]
			}
		}
		choose()
		if cells > maxProduct {
			return []eval.Value{spreadOf(c.Unknown("too many combinations"))}
		}
		return tuples(rows)
	}
}

func mayTake(i int, taken []int, everyOrder, again bool) bool {
	for _, t := range taken {
		if everyOrder && t == i || !everyOrder && (t > i || t == i && !again) {
			return false
		}
	}
	return true
}
