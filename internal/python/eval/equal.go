package eval

import (
	"cmp"
	"math/big"
)

const maxNesting = 200 // of containers that are compared or printed

func equal(a, b Value) bool { return same(a, b) == Yes }

// same is Python's == for values that need no code of the project to be compared; Maybe for those with too many parts.
func same(a, b Value) Tri {
	c := comparer{left: maxLookedAt}
	return c.same(a, b, 0)
}

// comparer compares a bounded number of parts: containers that hold another twice, many times over, have no end.
type comparer struct{ left int }

func (c *comparer) same(a, b Value, depth int) Tri {
	c.left--
	if depth > maxNesting || c.left < 0 || !a.IsValid() || !b.IsValid() {
		return Maybe
	}
	a, b = a.bodied(), b.bodied()
	if a.IsUnknown() || b.IsUnknown() {
		return sameUnknown(a, b)
	}
	if isNumber(a) && isNumber(b) {
		return tri(compareNumbers(a, b) == 0)
	}
	switch x := a.data.(type) {
	case *listData:
		if y, ok := b.data.(*listData); ok {
			return c.sameElems(x.elems, y.elems, depth)
		}
		return No
	case *tupleData:
		if y, ok := b.data.(*tupleData); ok {
			return c.sameElems(x.elems, y.elems, depth)
		}
		return No
	case *setData:
		if y, ok := b.data.(*setData); ok {
			return sameKeys(&x.dict, &y.dict)
		}
		return No
	case *dictData:
		if y, ok := b.data.(*dictData); ok {
			return c.sameDicts(x, y, depth)
		}
		return No
	case *objectData:
		if y, ok := b.data.(*objectData); ok && x != y && (x.class.isOpen() || y.class.isOpen()) {
			return Maybe
		}
	}
	if a.Kind() != b.Kind() {
		return No
	}
	k, ok := keyOf(a)
	l, ok2 := keyOf(b)
	if !ok || !ok2 {
		return tri(a.data == b.data)
	}
	return tri(k == l)
}

// sameUnknown compares when at least one side is unknown: types that are known can still tell them apart.
func sameUnknown(a, b Value) Tri {
	x, ok1 := a.data.(*unknownData)
	y, ok2 := b.data.(*unknownData)
	if ok1 && ok2 {
		if x == y && !x.spread {
			return Yes
		}
		return Maybe
	}
	known, u := b, x
	if ok2 {
		known, u = a, y
	}
	if u.truth != 0 && truth(known.data) != Maybe && truth(known.data) != u.truth {
		return No
	}
	if u.typ != "" && !typeCanBe(u.typ, known) {
		return No
	}
	return Maybe
}

// typeCanBe reports whether a value could equal one of a built-in type.
func typeCanBe(typ string, known Value) bool {
	switch typ {
	case "str":
		return known.Kind() == Str
	case "int", "bool", "float":
		return isNumber(known)
	case "bytes":
		return known.Kind() == Bytes
	case "list":
		return known.Kind() == List
	case "dict":
		return known.Kind() == Dict
	case "tuple":
		return known.Kind() == Tuple
	}
	return true
}

func (c *comparer) sameElems(a, b []Value, depth int) Tri {
	if hasSpread(a) || hasSpread(b) {
		return Maybe
	}
	if len(a) != len(b) {
		return No
	}
	answer := Yes
	for i := range a {
		switch c.same(a[i], b[i], depth+1) {
		case No:
			return No
		case Maybe:
			answer = Maybe
		}
	}
	return answer
}

func sameKeys(a, b *dictData) Tri {
	if a.open.IsValid() || b.open.IsValid() {
		return Maybe
	}
	if a.size() != b.size() {
		return No
	}
	for _, e := range a.entries() {
		if _, ok := b.get(e.Key); !ok {
			return No
		}
	}
	return Yes
}

func (c *comparer) sameDicts(a, b *dictData, depth int) Tri {
	if a == b {
		return Yes
	}
	answer := sameKeys(a, b)
	if answer != Yes {
		return answer
	}
	for _, e := range a.entries() {
		other, _ := b.get(e.Key)
		switch c.same(e.Value, other, depth+1) {
		case No:
			return No
		case Maybe:
			answer = Maybe
		}
	}
	return answer
}

func isNumber(v Value) bool {
	switch v.data.(type) {
	case intData, bigData, floatData, boolData, complexData:
		return true
	}
	return false
}

// bigOf is an Int or Bool of any size; nil for anything else.
func bigOf(v Value) *big.Int {
	switch d := v.data.(type) {
	case intData:
		return big.NewInt(int64(d))
	case bigData:
		return d.i
	case boolData:
		if d {
			return big.NewInt(1)
		}
		return new(big.Int)
	}
	return nil
}

// floatOf is a number as a float, rounded as Python rounds.
func floatOf(v Value) float64 {
	switch d := v.data.(type) {
	case floatData:
		return float64(d)
	case bigData:
		f, _ := new(big.Float).SetInt(d.i).Float64()
		return f
	}
	f, _ := v.AsFloat()
	return f
}

// compareNumbers orders two real numbers exactly, as Python does between int and float; NaN is unequal to everything (2).
func compareNumbers(a, b Value) int {
	if x, ok := a.data.(intData); ok {
		if y, ok := b.data.(intData); ok {
			return cmp.Compare(x, y)
		}
	}
	if x, ok := a.data.(complexData); ok {
		return compareComplex(complex128(x), b)
	}
	if y, ok := b.data.(complexData); ok {
		return compareComplex(complex128(y), a)
	}
	x, y := bigOf(a), bigOf(b)
	if x != nil && y != nil {
		return x.Cmp(y)
	}
	f, g := floatOf(a), floatOf(b)
	if f != f || g != g {
		return 2
	}
	if x != nil && g-g == 0 {
		return new(big.Float).SetPrec(2000).SetInt(x).Cmp(big.NewFloat(g))
	}
	if y != nil && f-f == 0 {
		return big.NewFloat(f).Cmp(new(big.Float).SetPrec(2000).SetInt(y))
	}
	switch {
	case f < g:
		return -1
	case f > g:
		return 1
	}
	return 0
}

func compareComplex(c complex128, other Value) int {
	if d, ok := other.data.(complexData); ok {
		if complex128(d) == c {
			return 0
		}
		return 2
	}
	if imag(c) == 0 && compareNumbers(MakeFloat(real(c)), other) == 0 {
		return 0
	}
	return 2
}
