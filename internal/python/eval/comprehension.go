package eval

import (
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// comprehensionFrame is the scope of a comprehension.
func (r *run) comprehensionFrame(f *frame, e syntax.Expr, generators []*syntax.Comprehension) *frame {
	code := r.comprehensionCode(e, generators)
	inner := &frame{module: f.module, code: code, slots: make([]Value, len(code.names)), global: f.global, space: f.space,
		parent: f, caller: f.caller, callAt: f.callAt, fn: f.fn, self: f.self, file: f.file, handling: f.handling}
	return inner
}

// each runs body for every combination of elements that the clauses let through. body is given a spread where elements are not known.
func (r *run) each(f *frame, generators []*syntax.Comprehension, i int, outer *iterator, body func(unknown Value) bool) bool {
	if i == len(generators) {
		return body(Value{})
	}
	g := generators[i]
	next := outer
	if next == nil {
		next = r.iterator(r.eval(f, g.Iter), f.span(g.Iter), f)
		defer next.close()
	}
	for {
		r.step()
		v, ok := next.next()
		if !ok {
			return true
		}
		if v.IsSpread() {
			if !body(v) {
				return false
			}
			continue
		}
		r.assign(f, g.Target, v)
		pass, unknown := r.filters(f, g.Ifs)
		if unknown.IsValid() {
			if !body(spread(unknown)) {
				return false
			}
			continue
		}
		if pass && !r.each(f, generators, i+1, nil, body) {
			return false
		}
	}
}

// filters evaluates the conditions of a comprehension; one that can't be known makes the element one that may be there.
func (r *run) filters(f *frame, ifs []syntax.Expr) (pass bool, unknown Value) {
	for _, cond := range ifs {
		v := r.eval(f, cond)
		at := f.span(cond)
		// A filter computes a value; it is no branch that another world takes otherwise.
		switch r.truth(v, at, f) {
		case Maybe:
			return false, v
		case No:
			return false, Value{}
		}
	}
	return true, Value{}
}

// first is the iterator of the first clause, which is evaluated in the enclosing scope.
func (r *run) first(f *frame, generators []*syntax.Comprehension) *iterator {
	g := generators[0]
	return r.iterator(r.eval(f, g.Iter), f.span(g.Iter), f)
}

func (r *run) listComp(f *frame, e syntax.Expr, generators []*syntax.Comprehension, elt syntax.Expr) Value {
	at := f.span(e)
	it := r.first(f, generators)
	defer it.close()
	inner := r.comprehensionFrame(f, e, generators)
	var list []Value
	r.each(inner, generators, 0, it, func(unknown Value) bool {
		if unknown.IsValid() {
			list = append(list, unknown)
		} else {
			list = append(list, r.eval(inner, elt))
		}
		if !r.reserve(32) {
			r.exhaust("too much memory")
		}
		return true
	})
	return derived(MakeList(list...), at, it.source)
}

func (r *run) dictComp(f *frame, e *syntax.DictComp) Value {
	at := f.span(e)
	it := r.first(f, e.Generators)
	defer it.close()
	inner := r.comprehensionFrame(f, e, e.Generators)
	d := newDict()
	r.each(inner, e.Generators, 0, it, func(unknown Value) bool {
		if unknown.IsValid() {
			d.overlay(unknown)
			return true
		}
		k := r.eval(inner, e.Key)
		r.checkHashable(k, at)
		d.set(k, r.eval(inner, e.Value))
		if !r.reserve(64) {
			r.exhaust("too much memory")
		}
		return true
	})
	return derived(Value{data: d}, at, it.source)
}

func (r *run) generatorExp(f *frame, e *syntax.GeneratorExp) Value {
	it := r.first(f, e.Generators)
	inner := r.comprehensionFrame(f, e, e.Generators)
	co := r.newCoroutine(func(co *coroutine) {
		r.each(inner, e.Generators, 0, it, func(unknown Value) bool {
			if unknown.IsValid() {
				co.yield(unknown)
			} else {
				co.yield(r.eval(inner, e.Elt))
			}
			return true
		})
	})
	return derived(Value{data: &iteratorData{what: "generator", pull: co.next, coro: co}}, f.span(e), it.source)
}

// ---- iterators

// iterator gives the elements of a value one by one.
type iterator struct {
	source Value
	elems  []Value
	list   *listData // a list is read as it is at each step
	i      int
	pull   func() (Value, bool)
	stop   func()
}

func (it *iterator) next() (Value, bool) {
	if it.pull != nil {
		return it.pull()
	}
	if it.list != nil {
		it.elems = it.list.elems
	}
	if it.i >= len(it.elems) {
		return Value{}, false
	}
	it.i++
	return it.elems[it.i-1], true
}

func (it *iterator) close() {
	if it.stop != nil {
		it.stop()
	}
}

// iterator is iter(v).
func (r *run) iterator(v Value, at source.Span, f *frame) *iterator {
	it := &iterator{source: v}
	switch d := v.data.(type) {
	case *listData:
		it.list = d
	case *tupleData:
		it.elems = d.elems
	case *setData:
		it.pull = r.entryIterator(&d.dict, "Set", at, func(e Entry) Value { return e.Key })
		if d.dict.size() > 1 && !r.inOrder(at) {
			it.pull = r.reordered(it.pull)
		}
	case *dictData:
		it.pull = r.entryIterator(d, "dictionary", at, func(e Entry) Value { return e.Key })
	case strData:
		it.elems = characters(string(d), v)
	case bytesData:
		for i := 0; i < len(d); i++ {
			it.elems = append(it.elems, MakeInt(int64(d[i])))
		}
	case *unknownData:
		it.elems = []Value{spread(v)}
	case *rangeData:
		it.pull = rangeIterator(d, v)
	case *iteratorData:
		r.iterateOver(it, d)
	case *objectData:
		r.iterateObject(it, d, v, at, f)
	case *classData:
		if fn, ok := r.metaclassSpecial(d, v, "__iter__", at, f); ok {
			return r.iterator(r.call(fn, nil, nil, at, f), at, f)
		}
		if fn, ok := r.classIter(d); ok {
			it.elems = fn
			break
		}
		r.notIterable(v, at)
	default:
		r.notIterable(v, at)
	}
	return it
}

func (r *run) notIterable(v Value, at source.Span) {
	r.raise(at, "TypeError", "'"+r.typeName(v)+"' object is not iterable", v)
}

// entryIterator gives the entries of a dictionary or set as they are at each step. As in Python, another number of them ends it with an error.
func (r *run) entryIterator(d *dictData, what string, at source.Span, give func(Entry) Value) func() (Value, bool) {
	keys := make([]Value, 0, d.size())
	for _, e := range d.entries() {
		keys = append(keys, e.Key)
	}
	size, open, i, done := d.size(), d.open, -1, false
	return func() (Value, bool) {
		if done {
			return Value{}, false
		}
		if d.size() != size && !open.IsValid() && !d.open.IsValid() {
			done = true
			r.raise(at, "RuntimeError", what+" changed size during iteration")
		}
		if i++; i < len(keys) {
			v, ok := d.get(keys[i])
			if !ok {
				return spread(MakeUnknown("a dictionary that changes while it is read")), true
			}
			return give(Entry{keys[i], v}), true
		}
		done = true
		if open.IsValid() {
			return open, true
		}
		if d.open.IsValid() {
			return d.open, true
		}
		return Value{}, false
	}
}

func characters(s string, v Value) []Value {
	out := make([]Value, 0, len(s))
	for _, c := range s {
		out = append(out, MakeStr(string(c)).WithOrigin(v.origin))
	}
	return out
}

func rangeIterator(d *rangeData, v Value) func() (Value, bool) {
	n, i := d.count(), int64(0)
	return func() (Value, bool) {
		if i >= n {
			return Value{}, false
		}
		i++
		return MakeInt(d.start + (i-1)*d.step).WithOrigin(v.origin), true
	}
}

func (r *run) iterateOver(it *iterator, d *iteratorData) {
	switch {
	case d.view != nil:
		it.pull = r.entryIterator(d.view, "dictionary", r.at, d.viewed)
	case d.pull != nil:
		it.pull = d.pull
	default:
		it.pull = func() (Value, bool) {
			if d.next >= len(d.elems) {
				return Value{}, false
			}
			d.next++
			return d.elems[d.next-1], true
		}
	}
}

func (r *run) iterateObject(it *iterator, d *objectData, v Value, at source.Span, f *frame) {
	if fn, ok := r.special(v, "__iter__", at, f); ok {
		inner := r.call(fn, nil, nil, at, f)
		if o, same := inner.data.(*objectData); same {
			next, ok := r.special(inner, "__next__", at, f)
			if ok {
				it.pull = r.nextOf(next, at, f)
				return
			}
			if o == d {
				r.notIterable(v, at)
			}
		}
		*it = *r.iterator(inner, at, f)
		it.source = v
		return
	}
	if d.value.IsValid() {
		*it = *r.iterator(d.value, at, f)
		it.source = v
		return
	}
	if fn, ok := r.special(v, "__getitem__", at, f); ok {
		it.pull = r.indexIterator(fn, at, f)
		return
	}
	if isOpenObject(v) {
		it.elems = []Value{spread(unknownFrom(at, "iter", r.openReason(v)))}
		return
	}
	r.notIterable(v, at)
}

// nextOf pulls from an object's __next__ until StopIteration.
func (r *run) nextOf(next Value, at source.Span, f *frame) func() (Value, bool) {
	return func() (v Value, ok bool) {
		t := r.protect(func() { v = r.call(next, nil, nil, at, f) })
		return v, !r.ends(t, "StopIteration")
	}
}

func (r *run) indexIterator(fn Value, at source.Span, f *frame) func() (Value, bool) {
	i := int64(-1)
	return func() (v Value, ok bool) {
		i++
		t := r.protect(func() { v = r.call(fn, []Value{MakeInt(i)}, nil, at, f) })
		return v, !r.ends(t, "IndexError")
	}
}

// ends reports whether an exception is the given one; any other goes on.
func (r *run) ends(t *thrown, class string) bool {
	if t == nil {
		return false
	}
	if o, ok := t.value.data.(*objectData); ok && o.class.isSubclass(r.exceptionClass(class)) {
		return true
	}
	panic(t)
}

// iterate is list(v); a part that isn't known is a spread.
func (r *run) iterate(v Value, at source.Span, f *frame) []Value {
	switch d := v.data.(type) {
	case *listData:
		return append([]Value(nil), d.elems...)
	case *tupleData:
		return append([]Value(nil), d.elems...)
	case *rangeData:
		if !r.reserve(int(min(d.count(), 1<<40)) * 40) {
			return []Value{spread(r.tooLarge(at, v))}
		}
	}
	it := r.iterator(v, at, f)
	if it.pull == nil && it.list == nil {
		return append([]Value(nil), it.elems...)
	}
	var list []Value
	for {
		r.step()
		e, ok := it.next()
		if !ok {
			return list
		}
		list = append(list, e)
		if !r.reserve(32) {
			r.exhaust("too much memory")
		}
	}
}

// tooLarge is what stands for a value that would need more memory than there may be.
func (r *run) tooLarge(at source.Span, from ...Value) Value {
	r.diagnose(at, "this value would be too large, so it is not known")
	return derived(MakeUnknown("a value that would be too large"), at, from...)
}
