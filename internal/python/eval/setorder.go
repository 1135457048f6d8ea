package eval

import (
	"slices"

	"gonogo/internal/source"
)

// OrderOfElements is the name of a Condition in which the elements of a set or the files of a folder come in another order than the one they were
// written in. A value that differs under it has an order that nobody knows: the two worlds are not all there are.
const OrderOfElements = "order of elements"

// UnknownTest is the name of a Condition that is the truth of a value which is not known and that no variable gives: neither arm is more
// likely than the other.
const UnknownTest = "test of an unknown value"

// inOrder decides whether sets give their elements in the order in which they were put in. In Python it is that of their hashes, which for texts
// are other ones at each start (https://docs.python.org/3/reference/datamodel.html#object.__hash__).
func (r *run) inOrder(at source.Span) bool {
	return r.decide(decision{kind: Opaque, key: "order of sets", name: OrderOfElements, at: at, shipped: true,
		text: "sets give their elements in the order in which they were put in"})
}

// Reorder puts elements into another order in which none has the place that it had.
func Reorder[T any](list []T) []T {
	list = slices.Clone(list)
	slices.Reverse(list)
	if n := len(list); n%2 == 1 && n > 1 {
		list[n/2], list[n/2+1] = list[n/2+1], list[n/2]
	}
	return list
}

// reordered gives what pull gives in another order.
func (r *run) reordered(pull func() (Value, bool)) func() (Value, bool) {
	var list []Value
	started := false
	return func() (Value, bool) {
		if !started {
			started = true
			for {
				v, ok := pull()
				if !ok {
					break
				}
				list = append(list, v)
			}
			list = Reorder(list)
		}
		if len(list) == 0 {
			return Value{}, false
		}
		v := list[0]
		list = list[1:]
		return v, true
	}
}

// elementsInAnyOrder are those of an iterable for what does not ask for their order.
func (c *Call) elementsInAnyOrder(v Value) []Value {
	if s, ok := v.data.(*setData); ok {
		return s.elems()
	}
	return c.Iterate(v)
}
