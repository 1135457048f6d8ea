package syntax

import (
	"math/big"
	"strconv"
	"strings"
)

// Int is the value of an Int that fits 64 bits.
func (c *Constant) Int() (int64, bool) {
	if c.Kind != Int {
		return 0, false
	}
	v, err := strconv.ParseInt(intDigits(c.Value), 0, 64)
	return v, err == nil
}

// BigInt is the value of an Int of any size, or nil for another constant.
func (c *Constant) BigInt() *big.Int {
	if c.Kind != Int {
		return nil
	}
	v, ok := new(big.Int).SetString(intDigits(c.Value), 0)
	if !ok {
		return nil
	}
	return v
}

// Float is the value of a Float, or the imaginary part of an Imaginary; infinite when it is too large for 64 bits, as in Python.
func (c *Constant) Float() (float64, bool) {
	switch c.Kind {
	case Float:
		return parseFloat(c.Value), true
	case Imaginary:
		return parseFloat(c.Value[:len(c.Value)-1]), true
	}
	return 0, false
}

// intDigits rewrites an integer literal as Go reads it: without underscores, and with zeros alone as one zero.
func intDigits(s string) string {
	s = strings.ReplaceAll(s, "_", "")
	if s != "" && strings.Trim(s, "0") == "" {
		return "0"
	}
	return s
}

// decimal is an Int in decimal digits.
func (c *Constant) decimal() string {
	if v := c.BigInt(); v != nil {
		return v.String()
	}
	return c.Value
}

func parseFloat(s string) float64 {
	v, _ := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64) // a range error still gives infinity or zero
	return v
}

// floatRepr writes a float literal as Python's repr: the shortest digits that give the value back.
func floatRepr(literal string) string {
	v := parseFloat(literal)
	s := strconv.FormatFloat(v, 'e', -1, 64)
	i := strings.IndexByte(s, 'e')
	if i < 0 {
		return "inf" // no literal is negative or NaN
	}
	exp, _ := strconv.Atoi(s[i+1:])
	if exp >= -4 && exp < 16 {
		s = strconv.FormatFloat(v, 'f', -1, 64)
		if !strings.Contains(s, ".") {
			s += ".0"
		}
	}
	return s
}
