package eval

import (
	"strings"

	"gonogo/internal/source"
)

// compare is a comparison operator.
func (r *run) compare(op string, a, b Value, at source.Span, f *frame) Value {
	if op != "is" && op != "is not" {
		r.charge(a, b)
	}
	switch op {
	case "is":
		return r.answer(r.identical(a, b), "is", a, b, at)
	case "is not":
		return r.answer(negate(r.identical(a, b)), "is not", a, b, at)
	case "in":
		b = r.membership(b, a, at, f)
		return r.answer(r.contains(b, a, at, f), "in", a, b, at)
	case "not in":
		b = r.membership(b, a, at, f)
		return r.answer(negate(r.contains(b, a, at, f)), "not in", a, b, at)
	}
	if hasOwnMethods(a) || hasOwnMethods(b) {
		if v := r.ownCompare(op, a, b, at, f); v.IsValid() {
			return v
		}
	}
	switch op {
	case "==":
		return r.answer(r.equal(a, b, at, f), "==", a, b, at)
	case "!=":
		return r.answer(negate(r.equal(a, b, at, f)), "!=", a, b, at)
	}
	return r.order(op, a, b, at, f)
}

// membership is the container with the provenance of its own answer, where its class gives one.
func (r *run) membership(container, item Value, at source.Span, f *frame) Value {
	if !hasOwnMethods(container) {
		return container
	}
	fn, ok := r.special(container, "__contains__", at, f)
	if !ok {
		return container
	}
	v := r.call(fn, []Value{item}, nil, at, f)
	answer := &containsAnswer{data: container.data, answer: r.truth(v, at, f)}
	return Value{data: answer, origin: v.origin}
}

// containsAnswer is a container that has been asked already.
type containsAnswer struct {
	data
	answer Tri
}

// ownCompare asks the classes of the operands.
func (r *run) ownCompare(op string, a, b Value, at source.Span, f *frame) Value {
	if v := r.ownOperator(op, a, b, at, f); v.IsValid() {
		return v
	}
	if op == "!=" {
		if v := r.ownOperator("==", a, b, at, f); v.IsValid() {
			switch r.truth(v, at, f) {
			case Yes:
				return derived(MakeBool(false), at, v)
			case No:
				return derived(MakeBool(true), at, v)
			}
			return derived(Value{data: &unknownData{reason: v.Reason(), op: "not", args: []Value{v}}}, at, v)
		}
	}
	return Value{}
}

func negate(t Tri) Tri {
	switch t {
	case Yes:
		return No
	case No:
		return Yes
	}
	return Maybe
}

// answer makes the result of a comparison, and notes texts with which variables were compared.
func (r *run) answer(t Tri, op string, a, b Value, at source.Span) Value {
	if t == Maybe || (t == Yes) == (op == "!=" || op == "not in") {
		r.noteCandidates(op, a, b)
	}
	if t == Maybe {
		v := derived(Value{data: &unknownData{reason: r.openReason(a, b).Reason(), op: op, args: []Value{a, b}, typ: "bool"}}, at, a, b)
		return v
	}
	return derived(MakeBool(t == Yes), at, a, b)
}

// noteCandidates remembers what a value from the environment was compared with: another world gives it that value.
func (r *run) noteCandidates(op string, a, b Value) {
	switch op {
	case "==", "!=":
		if s, ok := plainText(b); ok && a.origin != nil {
			r.candidate(a, s)
		}
		if s, ok := plainText(a); ok && b.origin != nil {
			r.candidate(b, s)
		}
	case "in", "not in":
		if a.origin == nil || len(envNames(a)) == 0 {
			return
		}
		for _, e := range candidateElems(b) {
			if s, ok := plainText(e); ok && !sameIdentityOrText(a, s) {
				r.candidate(a, s)
				return
			}
		}
	}
}

func candidateElems(v Value) []Value {
	if d := dictOf(v.data); d != nil {
		keys := make([]Value, 0, d.size())
		for _, e := range d.entries() {
			keys = append(keys, e.Key)
		}
		return keys
	}
	return v.Elems()
}

func sameIdentityOrText(v Value, s string) bool {
	t, ok := v.AsStr()
	return ok && t == s
}

// plainText is a text, or number as text, that does not itself come from the environment.
func plainText(v Value) (string, bool) {
	if v.origin != nil && len(envNames(v)) > 0 {
		return "", false
	}
	switch v.Kind() {
	case Str:
		return v.AsStr()
	case Int:
		return repr(v, 40), true
	}
	return "", false
}

// identical is `is`.
func (r *run) identical(a, b Value) Tri {
	if a.IsUnknown() || b.IsUnknown() {
		return sameUnknown(a, b)
	}
	if a.Kind() != b.Kind() {
		return No
	}
	switch a.data.(type) {
	case noneData, boolData, ellipsisData, notImplementedData:
		return tri(a.data == b.data)
	case intData, strData, bytesData, floatData, bigData, pathData, purePathData, timedeltaData, complexData:
		// CPython shares small integers and constants; elsewhere identity is not promised.
		return tri(equal(a, b))
	case *tupleData:
		if len(a.Elems()) == 0 && len(b.Elems()) == 0 {
			return Yes
		}
	}
	return tri(a.data == b.data)
}

// equal is == on what has no method of its own; containers ask their elements.
func (r *run) equal(a, b Value, at source.Span, f *frame) Tri {
	r.step()
	if hasOwnMethods(a) || hasOwnMethods(b) {
		if v := r.ownOperator("==", a, b, at, f); v.IsValid() {
			return r.truth(v, at, f)
		}
	}
	c := comparer{left: maxLookedAt}
	t := c.same(a, b, 0)
	r.steps -= (maxLookedAt - c.left) / elementsPerStep
	r.step()
	if t == Yes || !hasObjects(a) && !hasObjects(b) {
		return t
	}
	x, y := a.Elems(), b.Elems()
	if a.Kind() != b.Kind() || a.Kind() != List && a.Kind() != Tuple || len(x) != len(y) {
		return t
	}
	r.nested += 100
	defer func() { r.nested -= 100 }()
	if r.nested > maxNested {
		return Maybe
	}
	for i := range x {
		if e := r.equal(x[i], y[i], at, f); e != Yes {
			return e
		}
	}
	return Yes
}

// hasObjects reports whether a sequence has elements with methods of their own.
func hasObjects(v Value) bool {
	for _, e := range v.Elems() {
		if hasOwnMethods(e) || e.Kind() == Tuple || e.Kind() == List {
			return true
		}
	}
	return false
}

// contains is `item in container`.
func (r *run) contains(container, item Value, at source.Span, f *frame) Tri {
	if asked, ok := container.data.(*containsAnswer); ok {
		return asked.answer
	}
	c := container.bodied()
	switch d := c.data.(type) {
	case *unknownData:
		return Maybe
	case strData:
		return r.substring(string(d), item, at)
	case bytesData:
		if b, ok := item.data.(bytesData); ok {
			return tri(strings.Contains(string(d), string(b)))
		}
		if n, ok := item.AsInt(); ok {
			return tri(strings.IndexByte(string(d), byte(n)) >= 0)
		}
		return Maybe
	case *dictData:
		return r.hasKey(d, item, at)
	case *setData:
		return r.hasKey(&d.dict, item, at)
	case *rangeData:
		if n, ok := item.AsInt(); ok {
			in := d.step > 0 && n >= d.start && n < d.stop || d.step < 0 && n <= d.start && n > d.stop
			return tri(in && (n-d.start)%d.step == 0)
		}
	case *iteratorData:
		if d.view != nil && d.what == "dict_keys" {
			return r.hasKey(d.view, item, at)
		}
	case *objectData:
		if isOpenObject(c) {
			if _, ok := d.class.find("__iter__"); !ok {
				return Maybe
			}
		}
	}
	if !isIterable(c) {
		r.raise(at, "TypeError", "argument of type '"+r.typeName(c)+"' is not iterable", c)
	}
	answer := No
	it := r.iterator(c, at, f)
	defer it.close()
	for {
		e, ok := it.next()
		if !ok {
			return answer
		}
		if e.IsSpread() {
			answer = Maybe
			continue
		}
		switch r.equal(e, item, at, f) {
		case Yes:
			return Yes
		case Maybe:
			answer = Maybe
		}
	}
}

func isIterable(v Value) bool {
	switch v.Kind() {
	case None, Bool, Int, Float, Callable, Module, Path, Timedelta:
		return false
	}
	return true
}

func (r *run) substring(s string, item Value, at source.Span) Tri {
	if item.IsUnknown() {
		return Maybe
	}
	t, ok := item.AsStr()
	if !ok || item.Kind() == Path {
		r.raise(at, "TypeError", "'in <string>' requires string as left operand, not "+r.typeName(item), item)
	}
	return tri(strings.Contains(s, t))
}

func (r *run) hasKey(d *dictData, item Value, at source.Span) Tri {
	if item.IsUnknown() {
		if d.size() == 0 && !d.open.IsValid() {
			return No
		}
		for _, e := range d.entries() {
			if same(e.Key, item) != No {
				return Maybe
			}
		}
		if d.open.IsValid() {
			return Maybe
		}
		return No
	}
	r.checkHashable(item, at)
	if _, ok := d.get(item); ok {
		return Yes
	}
	if d.open.IsValid() {
		return Maybe
	}
	return No
}

// truth is bool(v), which may run code of the project.
func (r *run) truth(v Value, at source.Span, f *frame) Tri {
	t := truth(v.data)
	if t != Maybe || v.Kind() != Object {
		return t
	}
	if fn, ok := r.special(v, "__bool__", at, f); ok {
		return truth(r.call(fn, nil, nil, at, f).data)
	}
	if fn, ok := r.special(v, "__len__", at, f); ok {
		return truth(r.call(fn, nil, nil, at, f).data)
	}
	return t
}
