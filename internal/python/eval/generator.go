package eval

import (
	"iter"

	"gonogo/internal/source"
)

// coroutine is a generator that runs in turn with whoever asks for its next element.
type coroutine struct {
	run     *run
	dyn     *dynamics
	pull    func() (Value, bool)
	stop    func()
	push    func(Value) bool
	sent    Value   // what the pending yield gives
	failure *thrown // what the pending yield raises
	result  Value   // of return
	done    bool
	running bool
	entered *weakRegion // in which the generator was resumed, or nil
}

// generatorExit unwinds a generator that nobody asks any more.
type generatorExit struct{}

func (r *run) newCoroutine(body func(*coroutine)) *coroutine {
	co := &coroutine{run: r, dyn: &dynamics{}, sent: MakeNone(), result: MakeNone()}
	co.pull, co.stop = iter.Pull(func(push func(Value) bool) {
		defer func() {
			if x := recover(); x != nil {
				if _, ok := x.(generatorExit); !ok {
					panic(x)
				}
			}
		}()
		co.push, co.entered = push, r.weak
		body(co)
	})
	r.live = append(r.live, co.stop)
	if len(r.live) > 10000 {
		r.exhaust("more than 10000 generators")
	}
	return co
}

// next resumes the generator until it yields or ends.
func (co *coroutine) next() (Value, bool) {
	r := co.run
	if co.done {
		return Value{}, false
	}
	if co.running {
		r.raise(r.at, "ValueError", "generator already executing")
	}
	outer, nested, weak := r.dyn, r.nested, r.weak
	co.dyn.outer, co.dyn.depth = outer, outer.depth+1
	if co.dyn.depth > r.limits.Depth {
		r.exhaust("calls nested too deeply")
	}
	r.dyn, co.running = co.dyn, true
	finished := false
	defer func() {
		r.dyn, r.nested, r.weak, co.running = outer, nested, weak, false
		if !finished {
			co.done = true
		}
	}()
	v, ok := co.pull()
	finished = true
	if !ok {
		co.done = true
	}
	return v, ok
}

// yield hands out a value and waits to be resumed. One that is yielded in a region of the generator's own that runs any number of times stands
// for any number of elements.
func (co *coroutine) yield(v Value) Value {
	weak := co.run.weak
	own := weak != co.entered
	if own && !v.IsSpread() {
		v = spread(unknownFrom(v.At(), "yield", weak.reason, v))
	}
	if !co.push(v) {
		panic(generatorExit{})
	}
	if own {
		co.run.weak = weak
	} else {
		co.entered = co.run.weak
	}
	if t := co.failure; t != nil {
		co.failure = nil
		panic(t)
	}
	sent := co.sent
	co.sent = MakeNone()
	return sent
}

func (r *run) yield(f *frame, v Value, at source.Span) Value {
	f = f.function()
	if f.coro == nil {
		return unknownFrom(at, "yield", v)
	}
	if f.weakReturn.IsValid() && !v.IsSpread() {
		v = spread(unknownFrom(at, "yield", f.weakReturn, v))
	}
	return f.coro.yield(v)
}

func (r *run) yieldFrom(f *frame, v Value, at source.Span) Value {
	f = f.function()
	if f.coro == nil {
		return unknownFrom(at, "yield", v)
	}
	it := r.iterator(v, at, f)
	for {
		r.step()
		e, ok := it.next()
		if !ok {
			break
		}
		f.coro.yield(e)
	}
	if d, ok := v.data.(*iteratorData); ok && d.coro != nil {
		return d.coro.result
	}
	return MakeNone()
}

// generator makes the generator of a call of a generator function.
func (r *run) generator(f *frame, at source.Span) Value {
	co := r.newCoroutine(func(co *coroutine) {
		if r.execBlock(f, f.code.body) == flowReturn {
			co.result = f.ret
		}
	})
	f.coro = co
	return placed(Value{data: &iteratorData{what: "generator", pull: co.next, coro: co}}, at)
}

// generatorMethod is an attribute of a generator: send, throw, close, __next__.
func (r *run) generatorMethod(d *iteratorData, name string) (Value, bool) {
	switch name {
	case "__next__":
		return NewNative(name, func(c *Call) Value { return r.nextElement(d, Value{}, c) }), true
	case "__iter__":
		return NewNative(name, func(c *Call) Value { return Value{data: d} }), true
	}
	if d.coro == nil {
		return Value{}, false
	}
	co := d.coro
	switch name {
	case "send":
		return NewNative(name, func(c *Call) Value {
			co.sent = c.ArgOr(0, "", MakeNone())
			return r.nextElement(d, Value{}, c)
		}), true
	case "throw":
		return NewNative(name, func(c *Call) Value {
			v := c.ArgOr(0, "", MakeNone())
			if class, ok := v.data.(*classData); ok {
				v = newException(class, c.Args[1:])
			}
			co.failure = &thrown{value: v, at: c.At}
			return r.nextElement(d, Value{}, c)
		}), true
	case "close":
		return NewNative(name, func(c *Call) Value {
			co.done = true
			co.stop()
			return MakeNone()
		}), true
	}
	return Value{}, false
}

// nextElement is next(iterator, default).
func (r *run) nextElement(d *iteratorData, def Value, c *Call) Value {
	it := &iterator{}
	r.iterateOver(it, d)
	v, ok := it.next()
	if ok {
		if v.IsSpread() {
			return unknownFrom(c.At, "next", v)
		}
		return v
	}
	if def.IsValid() {
		return def
	}
	var args []Value
	if d.coro != nil && d.coro.result.Kind() != None {
		args = []Value{d.coro.result}
	}
	r.raiseWith(c.At, "StopIteration", args)
	return Value{}
}
