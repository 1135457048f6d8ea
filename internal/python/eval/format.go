package eval

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"gonogo/internal/source"
)

// formatSpec is a format specification (https://docs.python.org/3/library/string.html#formatspec).
type formatSpec struct {
	fill      string
	align     byte // 0 when none is given
	sign      byte // '+', '-' or ' '
	negZero   bool
	alternate bool
	width     int
	grouping  byte // ',' or '_'
	precision int  // -1 when none is given
	typ       byte // 0 when none is given
	zero      bool
}

func parseFormatSpec(s string) (formatSpec, bool) {
	f := formatSpec{fill: " ", sign: '-', precision: -1}
	first, n := utf8.DecodeRuneInString(s)
	switch {
	case n > 0 && len(s) > n && strings.IndexByte("<>=^", s[n]) >= 0:
		f.fill, f.align, s = string(first), s[n], s[n+1:]
	case s != "" && strings.IndexByte("<>=^", s[0]) >= 0:
		f.align, s = s[0], s[1:]
	}
	if s != "" && strings.IndexByte("+- ", s[0]) >= 0 {
		f.sign, s = s[0], s[1:]
	}
	if s != "" && s[0] == 'z' {
		f.negZero, s = true, s[1:]
	}
	if s != "" && s[0] == '#' {
		f.alternate, s = true, s[1:]
	}
	if s != "" && s[0] == '0' {
		f.zero, s = true, s[1:]
		if f.align == 0 {
			f.fill, f.align = "0", '='
		}
	}
	f.width, s = leadingNumber(s, 0)
	if s != "" && (s[0] == ',' || s[0] == '_') {
		f.grouping, s = s[0], s[1:]
	}
	if strings.HasPrefix(s, ".") {
		if len(s) < 2 || !isDigit(s[1]) {
			return f, false
		}
		f.precision, s = leadingNumber(s[1:], -1)
	}
	if s != "" {
		f.typ, s = s[0], s[1:]
	}
	return f, s == "" && f.width < 1<<24 && f.precision < 1<<24
}

func leadingNumber(s string, def int) (int, string) {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == 0 {
		return def, s
	}
	n, err := strconv.Atoi(s[:i])
	if err != nil {
		n = 1 << 30
	}
	return n, s[i:]
}

// format is format(v, spec).
func (r *run) format(v, spec Value, at source.Span, f *frame) Value {
	if v.IsUnknown() || spec.IsUnknown() {
		return textUnknown(unknownFrom(at, "format", v, spec))
	}
	text, _ := spec.AsStr()
	if fn, ok := r.special(v, "__format__", at, f); ok {
		return r.call(fn, []Value{spec}, nil, at, f)
	}
	if text == "" {
		out := r.str(v, at, f)
		if out.origin == v.origin {
			return out
		}
		return derived(out, at, v, out)
	}
	fs, ok := parseFormatSpec(text)
	if !ok && (isOpenObject(v) || v.Kind() == Object && !v.bodied().IsValid()) {
		return textUnknown(derived(MakeUnknown(r.openReason(v).Reason()), at, v))
	}
	if !ok {
		r.raise(at, "ValueError", "Invalid format specifier '"+text+"' for object of type '"+r.typeName(v)+"'", v)
	}
	if !r.reserve(fs.width + max(0, fs.precision)) {
		return r.tooLarge(at, v)
	}
	out, failure := r.formatBuiltin(v.bodied(), fs)
	if failure == "?" {
		if isOpenObject(v) {
			return textUnknown(derived(MakeUnknown(r.openReason(v).Reason()), at, v))
		}
		r.raise(at, "TypeError", "unsupported format string passed to "+r.typeName(v)+".__format__", v)
	}
	if failure != "" {
		r.raise(at, "ValueError", failure, v)
	}
	return derived(MakeStr(out), at, v, spec)
}

// formatBuiltin formats a built-in value; failure is the message of a ValueError, or "?" where the type has no formats.
func (r *run) formatBuiltin(v Value, f formatSpec) (out, failure string) {
	unknownCode := func(name string) string {
		return "Unknown format code '" + string(f.typ) + "' for object of type '" + name + "'"
	}
	switch d := v.data.(type) {
	case strData:
		if f.typ != 0 && f.typ != 's' {
			return "", unknownCode("str")
		}
		if f.align == '=' && !f.zero {
			return "", "'=' alignment not allowed in string format specifier"
		}
		if f.sign != '-' {
			return "", "Sign not allowed in string format specifier"
		}
		s := string(d)
		if runes := []rune(s); f.precision >= 0 && len(runes) > f.precision {
			s = string(runes[:f.precision])
		}
		if f.align == 0 || f.align == '=' {
			f.align = '<'
		}
		return pad(s, "", f), ""
	case intData, bigData, boolData:
		if f.typ == 0 && v.Kind() == Bool {
			f.typ = 'd'
		}
		return formatInt(bigOf(v), v, f, unknownCode)
	case floatData:
		return formatFloat(float64(d), f, unknownCode)
	case complexData:
		return "", "?"
	}
	return "", "?"
}

// pad aligns a text; sign stands before what fills with '='.
func pad(body, sign string, f formatSpec) string {
	n := f.width - utf8.RuneCountInString(body) - len(sign)
	if n <= 0 {
		return sign + body
	}
	switch f.align {
	case '<':
		return sign + body + strings.Repeat(f.fill, n)
	case '^':
		return strings.Repeat(f.fill, n/2) + sign + body + strings.Repeat(f.fill, n-n/2)
	case '=':
		return sign + strings.Repeat(f.fill, n) + body
	}
	return strings.Repeat(f.fill, n) + sign + body
}

func signOf(negative bool, sign byte) string {
	switch {
	case negative:
		return "-"
	case sign == '+':
		return "+"
	case sign == ' ':
		return " "
	}
	return ""
}

func formatInt(i *big.Int, v Value, f formatSpec, unknownCode func(string) string) (string, string) {
	base, prefix := 10, ""
	switch f.typ {
	case 0, 'd', 'n':
	case 'b':
		base, prefix = 2, "0b"
	case 'o':
		base, prefix = 8, "0o"
	case 'x', 'X':
		base, prefix = 16, "0"+string(f.typ)
	case 'c':
		if !i.IsInt64() || i.Int64() < 0 || i.Int64() > utf8.MaxRune {
			return "", "%c arg not in range(0x110000)"
		}
		if f.align == 0 {
			f.align = '<'
		}
		return pad(string(rune(i.Int64())), "", f), ""
	case 'e', 'E', 'f', 'F', 'g', 'G', '%':
		return formatFloat(floatOf(v), f, unknownCode)
	default:
		return "", unknownCode("int")
	}
	if f.precision >= 0 {
		return "", "Precision not allowed in integer format specifier"
	}
	digits := new(big.Int).Abs(i).Text(base)
	if f.typ == 'X' {
		digits = strings.ToUpper(digits)
	}
	sign := signOf(i.Sign() < 0, f.sign)
	if f.alternate {
		sign += prefix
	}
	group := 3
	if base != 10 {
		group = 4
	}
	return padNumber(digits, "", sign, f, group), ""
}

// padNumber groups the digits, zeros that fill included, and aligns.
func padNumber(digits, rest, sign string, f formatSpec, group int) string {
	if f.align == 0 {
		f.align = '>'
	}
	if f.grouping != 0 {
		if f.fill == "0" && f.align == '=' {
			for utf8.RuneCountInString(groupDigits(digits, f.grouping, group))+len(rest)+len(sign) < f.width {
				digits = "0" + digits
			}
			// A separator is never first: one digit more than needed stays.
		}
		digits = groupDigits(digits, f.grouping, group)
	}
	return pad(digits+rest, sign, f)
}

func groupDigits(s string, sep byte, size int) string {
	if len(s) <= size {
		return s
	}
	var b strings.Builder
	first := len(s) % size
	if first > 0 {
		b.WriteString(s[:first])
	}
	for i := first; i < len(s); i += size {
		if b.Len() > 0 {
			b.WriteByte(sep)
		}
		b.WriteString(s[i : i+size])
	}
	return b.String()
}

func formatFloat(x float64, f formatSpec, unknownCode func(string) string) (string, string) {
	negative := math.Signbit(x) && !math.IsNaN(x)
	body, ok := floatDigits(math.Abs(x), f.typ, f.precision, f.alternate)
	if !ok {
		return "", unknownCode("float")
	}
	if f.negZero && negative && strings.Trim(body, "0.%") == "" {
		negative = false
	}
	digits, rest := body, ""
	for i := 0; i < len(body); i++ {
		if !isDigit(body[i]) {
			digits, rest = body[:i], body[i:]
			break
		}
	}
	return padNumber(digits, rest, signOf(negative, f.sign), f, 3), ""
}

// floatDigits writes a number that is not negative by a format type; ok is false for an unknown type.
func floatDigits(x float64, typ byte, precision int, alternate bool) (string, bool) {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		s := "inf"
		if math.IsNaN(x) {
			s = "nan"
		}
		if typ == 'E' || typ == 'F' || typ == 'G' {
			s = strings.ToUpper(s)
		}
		if typ == '%' {
			s += "%"
		}
		return s, strings.IndexByte("eEfFgGn%\x00", typ) >= 0
	}
	p := precision
	if p < 0 {
		p = 6
	}
	switch typ {
	case 'f', 'F':
		return withDot(strconv.FormatFloat(x, 'f', p, 64), alternate), true
	case '%':
		return strconv.FormatFloat(x*100, 'f', p, 64) + "%", true
	case 'e', 'E':
		return strconv.FormatFloat(x, typ, p, 64), true
	case 'g', 'G', 'n':
		return general(x, p, typ == 'G', alternate, false), true
	case 0:
		if precision < 0 {
			return reprFloat(x), true
		}
		return general(x, p, false, alternate, true), true
	}
	return "", false
}

func withDot(s string, alternate bool) string {
	if alternate && !strings.ContainsRune(s, '.') {
		return s + "."
	}
	return s
}

// general is format type 'g'; withPoint keeps a digit behind the point (no type, with a precision).
func general(x float64, p int, upperCase, alternate, withPoint bool) string {
	if p == 0 {
		p = 1
	}
	e := strconv.FormatFloat(x, 'e', p-1, 64)
	i := strings.IndexByte(e, 'e')
	exp, _ := strconv.Atoi(e[i+1:])
	limit := p
	if withPoint {
		limit = p - 1 // so that 123.0 with three digits is 1.23e+02, as str would not cut it
	}
	var out string
	if exp < -4 || exp >= max(limit, boolInt(!withPoint)) && exp >= limit {
		mantissa, suffix := e[:i], e[i:]
		if !alternate && strings.ContainsRune(mantissa, '.') {
			mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
		}
		out = mantissa + suffix
	} else {
		out = strconv.FormatFloat(x, 'f', max(0, p-1-exp), 64)
		if !alternate && strings.ContainsRune(out, '.') {
			out = strings.TrimRight(strings.TrimRight(out, "0"), ".")
		}
		if withPoint && !strings.ContainsRune(out, '.') {
			out += ".0"
		}
	}
	if upperCase {
		out = strings.ToUpper(out)
	}
	return out
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
