package eval

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

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
	if isOpenObject(v) {
		return c.UnknownFrom(c.run.openReason(v).Reason(), v)
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
