package eval

import (
	"math"
	"math/big"
	"math/cmplx"

	"gonogo/internal/source"
)

// arithmetic is an operator on two numbers.
func (r *run) arithmetic(op string, a, b Value, at source.Span) Value {
	x, ok1 := a.data.(intData)
	y, ok2 := b.data.(intData)
	if ok1 && ok2 {
		if v, ok := smallArithmetic(op, int64(x), int64(y)); ok {
			return v
		}
	}
	if isComplex(a) || isComplex(b) {
		return r.complexArithmetic(op, complexOf(a), complexOf(b), at)
	}
	i, j := bigOf(a), bigOf(b)
	if i != nil && j != nil {
		return r.bigArithmetic(op, i, j, a, b, at)
	}
	return r.floatArithmetic(op, floatOf(a), floatOf(b), a, b, at)
}

// smallArithmetic is what can be computed in 64 bits.
func smallArithmetic(op string, x, y int64) (Value, bool) {
	switch op {
	case "+":
		s := x + y
		return MakeInt(s), (s > x) == (y > 0)
	case "-":
		s := x - y
		return MakeInt(s), (s < x) == (y > 0)
	case "*":
		if x > -1<<31 && x < 1<<31 && y > -1<<31 && y < 1<<31 {
			return MakeInt(x * y), true
		}
	case "//", "%":
		if y == 0 || x == math.MinInt64 {
			return Value{}, false
		}
		q, m := x/y, x%y
		if m != 0 && (m < 0) != (y < 0) {
			q, m = q-1, m+y
		}
		if op == "//" {
			return MakeInt(q), true
		}
		return MakeInt(m), true
	case "&":
		return MakeInt(x & y), true
	case "|":
		return MakeInt(x | y), true
	case "^":
		return MakeInt(x ^ y), true
	}
	return Value{}, false
}

func (r *run) bigArithmetic(op string, x, y *big.Int, a, b Value, at source.Span) Value {
	z := new(big.Int)
	r.steps -= (x.BitLen() + y.BitLen()) / 256
	switch op {
	case "+":
		return MakeBigInt(z.Add(x, y))
	case "-":
		return MakeBigInt(z.Sub(x, y))
	case "*":
		if x.BitLen()+y.BitLen() > maxBits {
			return r.tooLarge(at, a, b)
		}
		return MakeBigInt(z.Mul(x, y))
	case "//", "%":
		if y.Sign() == 0 {
			r.raise(at, "ZeroDivisionError", zeroDivision(op), a, b)
		}
		q, m := new(big.Int).QuoRem(x, y, z)
		if m.Sign() != 0 && (m.Sign() < 0) != (y.Sign() < 0) {
			q.Sub(q, big.NewInt(1))
			m.Add(m, y)
		}
		if op == "//" {
			return MakeBigInt(q)
		}
		return MakeBigInt(m)
	case "/":
		if y.Sign() == 0 {
			r.raise(at, "ZeroDivisionError", "division by zero", a, b)
		}
		f, _ := new(big.Rat).SetFrac(x, y).Float64()
		if math.IsInf(f, 0) {
			r.raise(at, "OverflowError", "integer division result too large for a float", a, b)
		}
		return MakeFloat(f)
	case "**":
		return r.power(x, y, a, b, at)
	case "<<", ">>":
		return r.shift(op, x, y, a, b, at)
	case "&", "|", "^":
		return bitwise(op, x, y, a, b)
	}
	r.raise(at, "TypeError", "unsupported operand type(s) for "+op+": '"+r.typeName(a)+"' and '"+r.typeName(b)+"'", a, b)
	return Value{}
}

func zeroDivision(op string) string {
	if op == "%" {
		return "integer modulo by zero"
	}
	return "integer division or modulo by zero"
}

func bitwise(op string, x, y *big.Int, a, b Value) Value {
	z := new(big.Int)
	switch op {
	case "&":
		z.And(x, y)
	case "|":
		z.Or(x, y)
	default:
		z.Xor(x, y)
	}
	if a.Kind() == Bool && b.Kind() == Bool {
		return MakeBool(z.Sign() != 0)
	}
	return MakeBigInt(z)
}

func (r *run) power(x, y *big.Int, a, b Value, at source.Span) Value {
	if y.Sign() < 0 {
		if x.Sign() == 0 {
			r.raise(at, "ZeroDivisionError", "0.0 cannot be raised to a negative power", a, b)
		}
		return r.floatArithmetic("**", floatOf(a), floatOf(b), a, b, at)
	}
	if x.BitLen() > 1 && (!y.IsInt64() || y.Int64() > maxBits || int64(x.BitLen())*y.Int64() > maxBits) {
		return r.tooLarge(at, a, b)
	}
	if x.BitLen() <= 1 && !y.IsInt64() {
		y = new(big.Int).And(y, big.NewInt(1)) // of 0, 1 and -1 only the parity matters
		if x.Sign() == 0 {
			y.SetInt64(1)
		}
	}
	return MakeBigInt(new(big.Int).Exp(x, y, nil))
}

func (r *run) shift(op string, x, y *big.Int, a, b Value, at source.Span) Value {
	if y.Sign() < 0 {
		r.raise(at, "ValueError", "negative shift count", a, b)
	}
	if op == ">>" {
		if !y.IsInt64() || y.Int64() > 1<<32 {
			if x.Sign() < 0 {
				return MakeInt(-1)
			}
			return MakeInt(0)
		}
		return MakeBigInt(new(big.Int).Rsh(x, uint(y.Int64())))
	}
	if x.Sign() == 0 {
		return MakeInt(0)
	}
	if !y.IsInt64() || y.Int64() > maxBits || int64(x.BitLen())+y.Int64() > maxBits {
		return r.tooLarge(at, a, b)
	}
	return MakeBigInt(new(big.Int).Lsh(x, uint(y.Int64())))
}

func (r *run) floatArithmetic(op string, x, y float64, a, b Value, at source.Span) Value {
	switch op {
	case "+":
		return MakeFloat(x + y)
	case "-":
		return MakeFloat(x - y)
	case "*":
		return MakeFloat(x * y)
	case "/":
		if y == 0 {
			r.raise(at, "ZeroDivisionError", "float division by zero", a, b)
		}
		return MakeFloat(x / y)
	case "//", "%":
		if y == 0 {
			message := "float floor division by zero"
			if op == "%" {
				message = "float modulo"
			}
			r.raise(at, "ZeroDivisionError", message, a, b)
		}
		q, m := floatDivmod(x, y)
		if op == "//" {
			return MakeFloat(q)
		}
		return MakeFloat(m)
	case "**":
		if x == 0 && y < 0 {
			r.raise(at, "ZeroDivisionError", "0.0 cannot be raised to a negative power", a, b)
		}
		if x < 0 && y != math.Trunc(y) {
			return Value{data: complexData(cmplx.Pow(complex(x, 0), complex(y, 0)))}
		}
		p := math.Pow(x, y)
		if math.IsInf(p, 0) && !math.IsInf(x, 0) && !math.IsInf(y, 0) {
			r.raise(at, "OverflowError", "(34, 'Numerical result out of range')", a, b)
		}
		return MakeFloat(p)
	}
	r.raise(at, "TypeError", "unsupported operand type(s) for "+op+": '"+r.typeName(a)+"' and '"+r.typeName(b)+"'", a, b)
	return Value{}
}

// floatDivmod is divmod of floats as CPython computes it (Objects/floatobject.c, float_divmod).
func floatDivmod(x, y float64) (q, m float64) {
	m = math.Mod(x, y)
	div := (x - m) / y
	if m != 0 {
		if (y < 0) != (m < 0) {
			m += y
			div--
		}
	} else {
		m = math.Copysign(0, y)
	}
	if div != 0 {
		q = math.Floor(div)
		if div-q > 0.5 {
			q++
		}
	} else {
		q = math.Copysign(0, x/y)
	}
	return q, m
}

func isComplex(v Value) bool {
	_, ok := v.data.(complexData)
	return ok
}

func complexOf(v Value) complex128 {
	if c, ok := v.data.(complexData); ok {
		return complex128(c)
	}
	return complex(floatOf(v), 0)
}

func (r *run) complexArithmetic(op string, x, y complex128, at source.Span) Value {
	switch op {
	case "+":
		return Value{data: complexData(x + y)}
	case "-":
		return Value{data: complexData(x - y)}
	case "*":
		return Value{data: complexData(x * y)}
	case "/":
		if y == 0 {
			r.raise(at, "ZeroDivisionError", "complex division by zero")
		}
		return Value{data: complexData(x / y)}
	case "**":
		return Value{data: complexData(cmplx.Pow(x, y))}
	}
	r.raise(at, "TypeError", "unsupported operand type(s) for "+op+": 'complex'")
	return Value{}
}
