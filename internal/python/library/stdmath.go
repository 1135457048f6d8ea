package library

import (
	"math"
	"math/big"

	"gonogo/internal/python/eval"
)

// mathModel is the module math, as far as results are the same on every machine: rounding, roots, integers and constants.
func mathModel() eval.Model {
	rounded := func(name string, fn func(float64) float64) eval.Value {
		return eval.NewPure("math."+name, func(c *eval.Call) eval.Value {
			x := c.Arg(0, "")
			if i, ok := integer(x); ok {
				return eval.MakeBigInt(i)
			}
			f, ok := x.AsFloat()
			switch {
			case !ok:
				return c.Unknown("a number that is not modelled")
			case math.IsNaN(f):
				return c.Raise("ValueError", "cannot convert float NaN to integer")
			case math.IsInf(f, 0):
				return c.Raise("OverflowError", "cannot convert float infinity to integer")
			}
			i, _ := big.NewFloat(fn(f)).Int(nil)
			return eval.MakeBigInt(i)
		})
	}
	asked := func(name string, fn func(float64) bool) eval.Value {
		return eval.NewPure("math."+name, func(c *eval.Call) eval.Value {
			if f, ok := c.Arg(0, "").AsFloat(); ok {
				return eval.MakeBool(fn(f))
			}
			return c.Unknown("a number that is not modelled")
		})
	}
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"pi": eval.MakeFloat(math.Pi), "e": eval.MakeFloat(math.E), "tau": eval.MakeFloat(2 * math.Pi),
		"inf": eval.MakeFloat(math.Inf(1)), "nan": eval.MakeFloat(math.NaN()),
		"ceil": rounded("ceil", math.Ceil), "floor": rounded("floor", math.Floor), "trunc": rounded("trunc", math.Trunc),
		"isnan": asked("isnan", math.IsNaN), "isinf": asked("isinf", func(f float64) bool { return math.IsInf(f, 0) }),
		"isfinite": asked("isfinite", func(f float64) bool { return !math.IsInf(f, 0) && !math.IsNaN(f) }),
		"sqrt": eval.NewPure("math.sqrt", func(c *eval.Call) eval.Value {
			f, ok := c.Arg(0, "").AsFloat()
			if !ok {
				return c.Unknown("a number that is not modelled")
			}
			if f < 0 {
				c.MayRaise("ValueError", "math domain error")
				return c.Unknown("a root of a negative number")
			}
			return eval.MakeFloat(math.Sqrt(f))
		}),
		"isqrt": eval.NewPure("math.isqrt", func(c *eval.Call) eval.Value {
			i, ok := integer(c.Arg(0, ""))
			if !ok || i.Sign() < 0 || i.BitLen() > 4096 {
				return c.Unknown("a number that is not modelled")
			}
			return eval.MakeBigInt(i.Sqrt(i))
		}),
		"gcd": eval.NewPure("math.gcd", func(c *eval.Call) eval.Value {
			total := new(big.Int)
			for _, a := range c.Args {
				i, ok := integer(a)
				if !ok || i.BitLen() > 4096 {
					return c.Unknown("a number that is not modelled")
				}
				total.GCD(nil, nil, total, i.Abs(i))
			}
			return eval.MakeBigInt(total)
		}),
	}}
}
