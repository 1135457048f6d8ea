package eval

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// constructBuiltin calls a class of module builtins.
func (r *run) constructBuiltin(class *classData, c *Call) Value {
	v := r.construct(class, c)
	if v.origin == nil {
		v = derived(v, c.At, c.Args...)
	}
	return v
}

func (r *run) construct(class *classData, c *Call) Value {
	switch class.name {
	case "object":
		return Value{data: &objectData{class: class}}
	case "str":
		return constructStr(c)
	case "int":
		return constructInt(c)
	case "float":
		return constructFloat(c)
	case "bool":
		return constructBool(c)
	case "bytes", "bytearray":
		return constructBytes(c)
	case "complex":
		return constructComplex(c)
	case "list":
		if len(c.Args) == 0 {
			return MakeList()
		}
		return MakeList(c.Iterate(c.Args[0])...)
	case "tuple":
		if len(c.Args) == 0 {
			return MakeTuple()
		}
		return MakeTuple(append([]Value(nil), c.Iterate(c.Args[0])...)...)
	case "set", "frozenset":
		s := &setData{}
		if len(c.Args) > 0 {
			s = r.makeSet(c.Iterate(c.Args[0]), c.At).data.(*setData)
		}
		s.frozen = class.name == "frozenset"
		return Value{data: s}
	case "dict":
		d := newDict()
		r.dictUpdateCall(d, c)
		return Value{data: d}
	case "range":
		return constructRange(c)
	case "slice":
		return constructSlice(c)
	case "property", "classmethod", "staticmethod":
		return Value{data: &descriptorData{what: class.name, get: c.Arg(0, "fget"), set: c.Arg(1, "fset"), del_: c.Arg(2, "fdel")}}
	case "super":
		return constructSuper(c)
	case "type":
		return constructType(c)
	case "enumerate", "zip", "map", "filter", "reversed":
		return constructIterator(class.name, c)
	case "memoryview":
		return c.UnknownFrom("a memory view", c.Args...)
	}
	o := newException(class, c.Args)
	for _, k := range c.Kwargs {
		o.SetField(k.Name, k.Value)
	}
	return o
}

func constructStr(c *Call) Value {
	if len(c.Args) == 0 && len(c.Kwargs) == 0 {
		return MakeStr("")
	}
	v := c.Arg(0, "object")
	if b, ok := v.AsBytes(); ok && (c.HasArg(1, "encoding") || c.HasArg(2, "errors")) {
		return c.run.decode(b, c.ArgOr(1, "encoding", MakeStr("utf-8")), c.ArgOr(2, "errors", MakeStr("strict")), c)
	}
	return c.Str(v)
}

func constructBool(c *Call) Value {
	if len(c.Args) == 0 {
		return MakeBool(false)
	}
	switch c.run.truth(c.Args[0], c.At, c.frame) {
	case Yes:
		return MakeBool(true)
	case No:
		return MakeBool(false)
	}
	u := c.run.openReason(c.Args[0])
	if x, ok := c.Args[0].data.(*unknownData); ok && x.typ == "bool" {
		return c.Args[0]
	}
	return derived(Value{data: &unknownData{reason: u.Reason(), op: "bool", args: c.Args, typ: "bool"}}, c.At, c.Args...)
}

// constructInt is int(), with CPython's messages.
func constructInt(c *Call) Value {
	if len(c.Args) == 0 {
		return MakeInt(0)
	}
	v := c.Arg(0, "")
	if v.Kind() == Object {
		for _, name := range []string{"__int__", "__index__"} {
			if fn, ok := c.run.special(v, name, c.At, c.frame); ok {
				return c.Call(fn)
			}
		}
	}
	b := v.bodied()
	base := int64(10)
	if c.HasArg(1, "base") {
		n, ok := c.Arg(1, "base").AsInt()
		if !ok {
			return unknownInt(c, v)
		}
		base = n
	}
	switch d := b.data.(type) {
	case intData, bigData, boolData:
		return MakeBigInt(bigOf(b))
	case floatData:
		return intOfFloat(c, float64(d))
	case strData:
		c.run.toggleCandidate(v, string(d))
		return intOfText(c, string(d), quoteStr(string(d)), base)
	case bytesData:
		return intOfText(c, string(d), "b"+quoteBytes(string(d)), base)
	case *unknownData:
		return unknownInt(c, v)
	}
	if isOpenObject(v) {
		return unknownInt(c, c.run.openReason(v))
	}
	return c.Raise("TypeError", "int() argument must be a string, a bytes-like object or a real number, not '"+c.run.typeName(v)+"'")
}

func unknownInt(c *Call, v Value) Value {
	return derived(Value{data: &unknownData{reason: v.Reason(), op: "int", args: []Value{v}, typ: "int"}}, c.At, v)
}

// toggleCandidate makes the world in which a variable that is read as 0 or 1 is set the one in which it is the other.
func (r *run) toggleCandidate(v Value, text string) {
	switch strings.TrimSpace(text) {
	case "0":
		r.candidate(v, "1")
	case "1":
		r.candidate(v, "0")
	}
}

func intOfFloat(c *Call, f float64) Value {
	switch {
	case math.IsNaN(f):
		return c.Raise("ValueError", "cannot convert float NaN to integer")
	case math.IsInf(f, 0):
		return c.Raise("OverflowError", "cannot convert float infinity to integer")
	}
	i, _ := big.NewFloat(f).Int(nil)
	return MakeBigInt(i)
}

func intOfText(c *Call, s, shown string, base int64) Value {
	i, ok := parseInt(s, base)
	if !ok {
		return c.Raise("ValueError", "invalid literal for int() with base "+strconv.FormatInt(base, 10)+": "+shown)
	}
	return MakeBigInt(i)
}

// parseInt reads an integer as int(text, base) does: blanks around it, a sign, single underscores between digits.
func parseInt(s string, base int64) (*big.Int, bool) {
	s = strings.TrimFunc(s, unicode.IsSpace)
	sign := ""
	if s != "" && (s[0] == '-' || s[0] == '+') {
		sign, s = s[:1], s[1:]
	}
	prefix := ""
	if len(s) > 2 && s[0] == '0' {
		prefix = strings.ToLower(s[:2])
	}
	bases := map[string]int64{"0x": 16, "0o": 8, "0b": 2}
	if b, ok := bases[prefix]; ok && (base == 0 || base == b) {
		base, s = b, strings.TrimPrefix(s[2:], "_")
	} else if base == 0 {
		if s != "" && s[0] == '0' && strings.Trim(s, "0_") != "" {
			return nil, false
		}
		base = 10
	}
	if base < 2 || base > 36 || s == "" || len(s) > 4300 || strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") {
		return nil, false
	}
	digits := strings.Map(func(c rune) rune {
		if c == '_' {
			return -1
		}
		if c > 127 && unicode.IsDigit(c) {
			return '0' + decimalDigit(c)
		}
		return c
	}, s)
	if digits[0] == '-' || digits[0] == '+' {
		return nil, false
	}
	return new(big.Int).SetString(sign+digits, int(base))
}

// decimalDigit is the value of a decimal digit of another script: they stand in runs of ten.
func decimalDigit(c rune) rune {
	start := c
	for i := 0; i < 9 && unicode.IsDigit(start-1); i++ {
		start--
	}
	return (c - start) % 10
}

func constructFloat(c *Call) Value {
	if len(c.Args) == 0 {
		return MakeFloat(0)
	}
	v := c.Arg(0, "")
	if fn, ok := c.run.special(v, "__float__", c.At, c.frame); ok {
		return c.Call(fn)
	}
	b := v.bodied()
	switch d := b.data.(type) {
	case floatData, intData, boolData:
		return MakeFloat(floatOf(b))
	case bigData:
		f := floatOf(b)
		if math.IsInf(f, 0) {
			return c.Raise("OverflowError", "int too large to convert to float")
		}
		return MakeFloat(f)
	case strData:
		c.run.toggleCandidate(v, string(d))
		f, ok := parseFloat(string(d))
		if !ok {
			return c.Raise("ValueError", "could not convert string to float: "+quoteStr(string(d)))
		}
		return MakeFloat(f)
	case *unknownData:
		return derived(Value{data: &unknownData{reason: v.Reason(), op: "float", args: c.Args, typ: "float"}}, c.At, v)
	}
	if isOpenObject(v) {
		return c.UnknownFrom(c.run.openReason(v).Reason(), v)
	}
	return c.Raise("TypeError", "float() argument must be a string or a real number, not '"+c.run.typeName(v)+"'")
}

// parseFloat reads a float as float(text) does.
func parseFloat(s string) (float64, bool) {
	s = strings.TrimFunc(s, unicode.IsSpace)
	s = strings.Map(func(c rune) rune {
		if c > 127 && unicode.IsDigit(c) {
			return '0' + decimalDigit(c)
		}
		return c
	}, s)
	if s == "" || strings.ContainsAny(s, "xXpP") || strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") {
		return 0, false
	}
	switch strings.ToLower(strings.TrimLeft(s, "+-")) {
	case "inf", "infinity":
		if s[0] == '-' {
			return math.Inf(-1), true
		}
		return math.Inf(1), true
	case "nan":
		return math.NaN(), true
	}
	for i := 0; i < len(s); i++ {
		if s[i] == '_' && !(isDigit(s[i-1]) && isDigit(s[i+1])) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func constructComplex(c *Call) Value {
	if u := c.FirstUnknown(); u.IsValid() {
		return c.UnknownFrom("", u)
	}
	re, im := c.ArgOr(0, "real", MakeInt(0)), c.ArgOr(1, "imag", MakeInt(0))
	if !isNumber(re) || !isNumber(im) {
		return c.UnknownFrom("a complex number", re, im)
	}
	return Value{data: complexData(complexOf(re) + complexOf(im)*1i)}
}

func constructBytes(c *Call) Value {
	if len(c.Args) == 0 {
		return MakeBytes("")
	}
	v := c.Arg(0, "source").bodied()
	switch d := v.data.(type) {
	case bytesData:
		return MakeBytes(string(d))
	case strData:
		if !c.HasArg(1, "encoding") {
			return c.Raise("TypeError", "string argument without an encoding")
		}
		return c.run.encode(string(d), c.Arg(1, "encoding"), c.ArgOr(2, "errors", MakeStr("strict")), c)
	case intData:
		if d < 0 {
			return c.Raise("ValueError", "negative count")
		}
		if !c.run.reserve(int(d)) {
			return c.run.tooLarge(c.At, v)
		}
		return MakeBytes(strings.Repeat("\x00", int(d)))
	case *unknownData:
		return unknownFrom(c.At, "bytes", v)
	}
	var b []byte
	for _, e := range c.Iterate(v) {
		n, ok := e.AsInt()
		if !ok {
			return c.UnknownFrom("bytes that are not known", e)
		}
		if n < 0 || n > 255 {
			return c.Raise("ValueError", "bytes must be in range(0, 256)")
		}
		b = append(b, byte(n))
	}
	return MakeBytes(string(b))
}

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

func constructSuper(c *Call) Value {
	class, ok := c.Arg(0, "").data.(*classData)
	if !ok {
		if v, ok := c.run.zeroSuper(c.frame); ok {
			return v
		}
		return c.Raise("RuntimeError", "super(): no arguments")
	}
	return keepOrigin(Value{data: &superData{class: class, self: c.ArgOr(1, "", MakeNone())}})
}

// constructType is type(v), or type(name, bases, dict).
func constructType(c *Call) Value {
	if len(c.Args) == 1 {
		return keepOrigin(c.TypeOf(c.Args[0]))
	}
	name, ok := c.Arg(0, "name").AsStr()
	d := dictOf(c.Arg(2, "dict").data)
	if !ok || d == nil {
		return c.UnknownFrom("a class that is computed", c.Args...)
	}
	k := &classData{name: qualified(c.frame, name), attrs: d.copy(), at: c.At}
	for _, b := range c.Iterate(c.Arg(1, "bases")) {
		c.run.addBase(k, b, c.At, c.frame)
	}
	if len(k.bases) == 0 {
		k.bases = []*classData{builtinClasses()["object"]}
	}
	if k.mro, ok = linearize(k); !ok {
		return c.Raise("TypeError", "Cannot create a consistent method resolution order (MRO) for bases")
	}
	v := Value{data: k, origin: &Origin{At: c.At}}
	c.run.classMade(k, v, c.At, c.frame)
	return v
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

// modularPower is pow(a, b, m).
func modularPower(c *Call, a, b, m Value) Value {
	x, y, z := bigOf(a), bigOf(b), bigOf(m)
	if x == nil || y == nil || z == nil {
		return c.UnknownFrom("a power of unknown values", a, b, m)
	}
	if z.Sign() == 0 {
		return c.Raise("ValueError", "pow() 3rd argument cannot be 0")
	}
	out := new(big.Int).Exp(x, y, new(big.Int).Abs(z))
	if out == nil {
		return c.Raise("ValueError", "base is not invertible for the given modulus")
	}
	if z.Sign() < 0 && out.Sign() != 0 {
		out.Add(out, z)
	}
	return MakeBigInt(out)
}

// builtinRound is round(), to even at the middle, exact for decimals as CPython's is.
func builtinRound(c *Call) Value {
	v, digits := c.Arg(0, "number"), c.Arg(1, "ndigits")
	if fn, ok := c.run.special(v, "__round__", c.At, c.frame); ok {
		return c.Call(fn, c.Args[1:]...)
	}
	v = v.bodied()
	if v.IsUnknown() || digits.IsUnknown() {
		return c.UnknownFrom("", c.Args...)
	}
	n, hasDigits := digits.AsInt()
	if i := bigOf(v); i != nil {
		if !hasDigits || n >= 0 {
			return MakeBigInt(i)
		}
		return roundInt(i, -n)
	}
	f, ok := v.data.(floatData)
	if !ok {
		return c.Raise("TypeError", "type "+c.run.typeName(v)+" doesn't define __round__ method")
	}
	if !hasDigits {
		if math.IsNaN(float64(f)) || math.IsInf(float64(f), 0) {
			return intOfFloat(c, float64(f))
		}
		return intOfFloat(c, math.RoundToEven(float64(f)))
	}
	if n > 300 {
		return MakeFloat(float64(f))
	}
	if n < 0 {
		p := math.Pow(10, float64(-n))
		return MakeFloat(math.RoundToEven(float64(f)/p) * p)
	}
	out, _ := strconv.ParseFloat(strconv.FormatFloat(float64(f), 'f', int(n), 64), 64)
	return MakeFloat(out)
}

func roundInt(i *big.Int, n int64) Value {
	if n > 1000 {
		return MakeInt(0)
	}
	p := new(big.Int).Exp(big.NewInt(10), big.NewInt(n), nil)
	q, m := new(big.Int).DivMod(i, p, new(big.Int))
	double := new(big.Int).Lsh(m, 1)
	if c := double.Cmp(p); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, big.NewInt(1))
	}
	return MakeBigInt(q.Mul(q, p))
}
