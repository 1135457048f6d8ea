package eval

import "strings"

// A step is meant to take about as long as any other, so what goes through large values takes steps in proportion to them.
const (
	bytesPerStep    = 64 // of text that is searched, copied or compared
	elementsPerStep = 16
	parsedPerStep   = 8 // bytes of code
	elementBytes    = 32
	maxLookedAt     = 1 << 16 // parts of one value that are looked at for unknown ones, or compared
)

// charge takes the steps for going through values once.
func (r *run) charge(values ...Value) {
	for _, v := range values {
		r.steps -= size(v) // the next step finds out
	}
	if r.steps < 0 {
		r.step()
	}
}

// size is what going through a value costs, in steps.
func size(v Value) int {
	switch d := v.data.(type) {
	case strData:
		return len(d) / bytesPerStep
	case bytesData:
		return len(d) / bytesPerStep
	case pathData:
		return len(d) / bytesPerStep
	case purePathData:
		return len(d) / bytesPerStep
	case *listData:
		return len(d.elems) / elementsPerStep
	case *tupleData:
		return len(d.elems) / elementsPerStep
	case *setData:
		return len(d.dict.list) / elementsPerStep
	case *dictData:
		return len(d.list) / elementsPerStep
	case bigData:
		return d.i.BitLen() / 8 / bytesPerStep
	}
	return 0
}

// atOnce are methods that do not go through the whole of their container.
const atOnce = ` append pop get setdefault add discard popitem keys values items __getitem__ __len__ __contains__ __setitem__ `

// chargeMethod takes the steps for a method of a built-in type.
func (r *run) chargeMethod(self Value, name string, args []Value) {
	switch self.data.(type) {
	case *listData, *dictData, *setData, *tupleData:
		if strings.Contains(atOnce, " "+name+" ") {
			return
		}
	}
	r.charge(self)
	r.charge(args...)
}

// chargeResult accounts for the memory of what Go code has made from others.
func (r *run) chargeResult(v Value, from ...Value) {
	n := 0
	switch d := v.data.(type) {
	case strData:
		n = len(d)
	case bytesData:
		n = len(d)
	case pathData:
		n = len(d)
	case purePathData:
		n = len(d)
	case *listData:
		n = elementBytes * len(d.elems)
	case *tupleData:
		n = elementBytes * len(d.elems)
	case *setData:
		n = elementBytes * len(d.dict.list)
	}
	if n <= 1024 {
		return
	}
	for _, f := range from {
		if f.data == v.data {
			return
		}
	}
	if !r.reserve(n) {
		r.exhaust("too much memory")
	}
}

// chargeBases takes the steps and memory for the method resolution order of a class.
func (r *run) chargeBases(c *classData) {
	for _, b := range c.bases {
		r.steps -= len(b.mro)
		r.bytes -= elementBytes * len(b.mro)
	}
	if r.bytes < 0 {
		r.exhaust("too much memory")
	}
	r.step()
}

// chargeCode takes the steps for reading code.
func (r *run) chargeCode(text string) {
	r.steps -= 16 + len(text)/parsedPerStep
	if !r.reserve(16 * len(text)) {
		r.exhaust("too much memory")
	}
	r.step()
}
