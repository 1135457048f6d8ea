package library

import (
	"fmt"
	"math"
	"math/big"
	"time"

	"gonogo/internal/python/eval"
)

// datetimeModel is the module datetime. Time spans are exact to the microsecond; points in time are objects that keep their arguments.
func datetimeModel() eval.Model {
	now := unknownFunc("datetime.datetime.now", "the time at which the process starts")
	datetime := eval.NewClass(eval.NativeClass{Name: "datetime.datetime", Open: true, Attrs: map[string]eval.Value{
		"now": now, "utcnow": now, "today": now,
		"fromtimestamp": unknownFunc("datetime.datetime.fromtimestamp", "a point in time is computed"),
		"strptime":      unknownFunc("datetime.datetime.strptime", "a point in time is computed"),
		"fromisoformat": unknownFunc("datetime.datetime.fromisoformat", "a point in time is computed"),
	}})
	date := eval.NewClass(eval.NativeClass{Name: "datetime.date", Open: true, Attrs: map[string]eval.Value{
		"today": now, "fromisoformat": unknownFunc("datetime.date.fromisoformat", "a point in time is computed"),
	}})
	timezone := eval.NewClass(eval.NativeClass{Name: "datetime.timezone", Open: true})
	utc := eval.NewRecorded(timezone, nil, nil)
	timezone.SetField("utc", utc)
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"timedelta": timedeltaClass(), "datetime": datetime, "date": date, "timezone": timezone, "UTC": utc,
		"time":    eval.NewClass(eval.NativeClass{Name: "datetime.time", Open: true}),
		"tzinfo":  eval.NewClass(eval.NativeClass{Name: "datetime.tzinfo", Open: true}),
		"MINYEAR": eval.MakeInt(1), "MAXYEAR": eval.MakeInt(9999),
	}}
}

// timedeltaUnits are the arguments of timedelta in order, in microseconds.
var timedeltaUnits = []struct {
	name  string
	units int64
}{
	{"days", 86_400_000_000}, {"seconds", 1_000_000}, {"microseconds", 1}, {"milliseconds", 1_000},
	{"minutes", 60_000_000}, {"hours", 3_600_000_000}, {"weeks", 7 * 86_400_000_000},
}

const reasonTimedelta = "a time span beyond what is modelled"

func timedeltaClass() eval.Value {
	binary := func(fn func(c *eval.Call, d time.Duration, other eval.Value) eval.Value) method {
		return pureMethod(func(c *eval.Call, self eval.Value) eval.Value {
			d, _ := self.AsTimedelta()
			return fn(c, d, c.Arg(0, ""))
		})
	}
	whole := func(fn func(days, seconds, micros int64) int64) method {
		return func(c *eval.Call, self eval.Value) eval.Value {
			d, _ := self.AsTimedelta()
			days, seconds, micros := splitSpan(d)
			return eval.MakeInt(fn(days, seconds, micros))
		}
	}
	add := binary(func(c *eval.Call, d time.Duration, other eval.Value) eval.Value { return addSpans(c, d, other, 1) })
	times := binary(multiplySpan)
	return eval.NewClass(eval.NativeClass{Name: "datetime.timedelta", New: newTimedelta,
		Properties: map[string]method{
			"days":         whole(func(d, _, _ int64) int64 { return d }),
			"seconds":      whole(func(_, s, _ int64) int64 { return s }),
			"microseconds": whole(func(_, _, m int64) int64 { return m }),
		},
		Methods: map[string]method{
			"total_seconds": func(c *eval.Call, self eval.Value) eval.Value {
				d, _ := self.AsTimedelta()
				return eval.MakeFloat(float64(d/time.Microsecond) / 1e6)
			},
			"__str__": func(c *eval.Call, self eval.Value) eval.Value {
				d, _ := self.AsTimedelta()
				return eval.MakeStr(spanText(d))
			},
			"__add__": add, "__radd__": add, "__mul__": times, "__rmul__": times,
			"__sub__": binary(func(c *eval.Call, d time.Duration, other eval.Value) eval.Value { return addSpans(c, d, other, -1) }),
			"__neg__": func(c *eval.Call, self eval.Value) eval.Value {
				d, _ := self.AsTimedelta()
				return eval.MakeTimedelta(-d)
			},
			"__pos__": func(c *eval.Call, self eval.Value) eval.Value { return self },
			"__abs__": func(c *eval.Call, self eval.Value) eval.Value {
				d, _ := self.AsTimedelta()
				return eval.MakeTimedelta(d.Abs())
			},
			"__bool__": func(c *eval.Call, self eval.Value) eval.Value {
				d, _ := self.AsTimedelta()
				return eval.MakeBool(d != 0)
			},
			"__truediv__": binary(func(c *eval.Call, d time.Duration, other eval.Value) eval.Value {
				return divideSpan(c, d, other)
			}),
			"__floordiv__": binary(floorDivideSpan),
			"__mod__":      func(c *eval.Call, self eval.Value) eval.Value { return c.Unknown(reasonTimedelta) },
		}})
}

// splitSpan is a time span as Python keeps it: days of any sign, seconds and microseconds that are not negative.
func splitSpan(d time.Duration) (days, seconds, micros int64) {
	total := int64(d / time.Microsecond)
	const day = 86_400_000_000
	days = total / day
	if rest := total % day; rest < 0 {
		days--
	}
	rest := total - days*day
	return days, rest / 1_000_000, rest % 1_000_000
}

// spanText is str() of a time span: "1 day, 2:03:04.000005".
func spanText(d time.Duration) string {
	days, seconds, micros := splitSpan(d)
	s := fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if days == 1 || days == -1 {
		s = fmt.Sprintf("%d day, %s", days, s)
	} else if days != 0 {
		s = fmt.Sprintf("%d days, %s", days, s)
	}
	if micros != 0 {
		s += fmt.Sprintf(".%06d", micros)
	}
	return s
}

func newTimedelta(c *eval.Call, _ eval.Value) eval.Value {
	if u := c.FirstUnknown(); u.IsValid() {
		return c.UnknownFrom(u.Reason(), u)
	}
	var amounts []eval.Value
	var units []int64
	// C adds the smallest unit first, which matters for the rounding of fractions.
	for _, i := range []int{2, 3, 1, 4, 5, 0, 6} {
		u := timedeltaUnits[i]
		if v := c.Arg(i, u.name); v.IsValid() {
			if _, ok := v.AsFloat(); !ok && v.Kind() != eval.Int {
				return c.Raise("TypeError", "unsupported type for timedelta "+u.name+" component: "+typeName(c, v))
			}
			amounts, units = append(amounts, v), append(units, u.units)
		}
	}
	if d, ok := timedeltaOf(c, amounts, units); ok {
		return d
	}
	return c.Unknown(reasonTimedelta)
}

// timedeltaOf adds amounts of units (in microseconds), rounding as Modules/_datetimemodule.c does: integers are exact, the fractions
// of floats are added up apart and rounded half to even. ok is false when the span is more than some 292 years.
func timedeltaOf(c *eval.Call, amounts []eval.Value, units []int64) (d eval.Value, ok bool) {
	total := new(big.Int)
	leftover := 0.0
	for i, v := range amounts {
		unit := big.NewInt(units[i])
		if n, ok := integer(v); ok {
			total.Add(total, n.Mul(n, unit))
			continue
		}
		f, _ := v.AsFloat()
		if f != f || math.IsInf(f, 0) || math.Abs(f) > 1e15 {
			return d, false
		}
		whole, fraction := math.Modf(f)
		total.Add(total, new(big.Int).Mul(big.NewInt(int64(whole)), unit))
		whole, fraction = math.Modf(float64(units[i]) * fraction)
		total.Add(total, big.NewInt(int64(whole)))
		leftover += fraction
	}
	if leftover != 0 {
		rounded := math.Round(leftover)
		if math.Abs(rounded-leftover) == 0.5 {
			odd := float64(new(big.Int).And(total, big.NewInt(1)).Int64())
			rounded = 2*math.Round((leftover+odd)*0.5) - odd
		}
		total.Add(total, big.NewInt(int64(rounded)))
	}
	return span(total)
}

// span is a number of microseconds as a Timedelta.
func span(micros *big.Int) (d eval.Value, ok bool) {
	nanos := new(big.Int).Mul(micros, big.NewInt(1000))
	if !nanos.IsInt64() {
		return d, false
	}
	return eval.MakeTimedelta(time.Duration(nanos.Int64())), true
}

func spanOr(c *eval.Call, micros *big.Int) eval.Value {
	if d, ok := span(micros); ok {
		return d
	}
	return c.Unknown(reasonTimedelta)
}

func microseconds(d time.Duration) *big.Int { return big.NewInt(int64(d / time.Microsecond)) }

func addSpans(c *eval.Call, d time.Duration, other eval.Value, sign int64) eval.Value {
	e, ok := other.AsTimedelta()
	if !ok {
		return notImplemented(c)
	}
	return spanOr(c, new(big.Int).Add(microseconds(d), new(big.Int).Mul(microseconds(e), big.NewInt(sign))))
}

func multiplySpan(c *eval.Call, d time.Duration, other eval.Value) eval.Value {
	if n, ok := integer(other); ok {
		return spanOr(c, n.Mul(n, microseconds(d)))
	}
	if f, ok := other.AsFloat(); ok {
		// Python multiplies with the exact ratio of the float and rounds half to even.
		r := new(big.Rat)
		if r.SetFloat64(f) == nil {
			return c.Unknown(reasonTimedelta)
		}
		return spanOr(c, roundHalfEven(r.Mul(r, new(big.Rat).SetInt(microseconds(d)))))
	}
	return notImplemented(c)
}

func divideSpan(c *eval.Call, d time.Duration, other eval.Value) eval.Value {
	if e, ok := other.AsTimedelta(); ok && e != 0 {
		f, _ := new(big.Rat).SetFrac(microseconds(d), microseconds(e)).Float64()
		return eval.MakeFloat(f)
	}
	if n, ok := integer(other); ok && n.Sign() != 0 {
		return spanOr(c, roundHalfEven(new(big.Rat).SetFrac(microseconds(d), n)))
	}
	return c.Unknown(reasonTimedelta)
}

func floorDivideSpan(c *eval.Call, d time.Duration, other eval.Value) eval.Value {
	if e, ok := other.AsTimedelta(); ok && e != 0 {
		return eval.MakeBigInt(floorDiv(microseconds(d), microseconds(e)))
	}
	if n, ok := integer(other); ok && n.Sign() != 0 {
		return spanOr(c, floorDiv(microseconds(d), n))
	}
	return c.Unknown(reasonTimedelta)
}

// floorDiv is Python's //: it rounds down.
func floorDiv(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r.Sign() != 0 && r.Sign() != b.Sign() {
		q.Sub(q, big.NewInt(1))
	}
	return q
}

func roundHalfEven(r *big.Rat) *big.Int {
	two := big.NewInt(2)
	q := floorDiv(r.Num(), r.Denom())
	rest := new(big.Rat).Sub(r, new(big.Rat).SetInt(q))
	switch rest.Cmp(big.NewRat(1, 2)) {
	case 1:
		q.Add(q, big.NewInt(1))
	case 0:
		if new(big.Int).Mod(q, two).Sign() != 0 {
			q.Add(q, big.NewInt(1))
		}
	}
	return q
}

// notImplemented is the value NotImplemented, with which a method leaves an operator to the other operand.
func notImplemented(*eval.Call) eval.Value { return eval.NotImplemented() }
