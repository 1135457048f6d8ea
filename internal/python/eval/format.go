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

// ---- str.format

func (r *run) strFormat(s string, self Value, c *Call) Value {
	return r.formatWith(s, self, c.Args, Value{}, c)
}

// formatWith is str.format and format_map.
func (r *run) formatWith(s string, self Value, args []Value, mapping Value, c *Call) Value {
	p := fieldFormatter{run: r, call: c, args: args, mapping: mapping}
	out, ok := p.text(s, 0)
	from := append([]Value{self}, p.used...)
	if !ok {
		return textUnknown(unknownFrom(c.At, "format", append(from, p.unknown)...))
	}
	if !r.reserve(len(out)) {
		return r.tooLarge(c.At, self)
	}
	return derived(MakeStr(out), c.At, from...)
}

type fieldFormatter struct {
	run     *run
	call    *Call
	args    []Value
	mapping Value
	auto    int
	used    []Value
	unknown Value
}

// text fills in the fields of a format string; ok is false when a value is unknown.
func (p *fieldFormatter) text(s string, depth int) (string, bool) {
	var b strings.Builder
	ok := true
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '{' && i+1 < len(s) && s[i+1] == '{':
			b.WriteByte('{')
			i++
		case s[i] == '}' && i+1 < len(s) && s[i+1] == '}':
			b.WriteByte('}')
			i++
		case s[i] == '}':
			p.call.Raise("ValueError", "Single '}' encountered in format string")
		case s[i] == '{':
			end := closingBrace(s, i)
			if end < 0 {
				if i == len(s)-1 {
					p.call.Raise("ValueError", "Single '{' encountered in format string")
				}
				p.call.Raise("ValueError", "expected '}' before end of string")
			}
			text, known := p.field(s[i+1:end], depth)
			ok = ok && known
			b.WriteString(text)
			i = end
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ok
}

func closingBrace(s string, open int) int {
	depth := 0
	for i := open; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

// field is one replacement field: name, conversion and specification.
func (p *fieldFormatter) field(s string, depth int) (string, bool) {
	if depth > 2 {
		p.call.Raise("ValueError", "Max string recursion exceeded")
	}
	name, spec, conversion := s, "", byte(0)
	bracket := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '[' {
			bracket++
		} else if s[i] == ']' {
			bracket--
		}
		if bracket == 0 && (s[i] == '!' || s[i] == ':') {
			name = s[:i]
			rest := s[i:]
			if rest[0] == '!' {
				if len(rest) < 2 || len(rest) > 2 && rest[2] != ':' {
					p.call.Raise("ValueError", "expected ':' after conversion specifier")
				}
				conversion, rest = rest[1], rest[2:]
			}
			if rest != "" {
				spec = rest[1:]
			}
			break
		}
	}
	v := p.value(name)
	p.used = append(p.used, v)
	r, c := p.run, p.call
	switch conversion {
	case 'r':
		v = r.reprOf(v, c.At, c.frame)
	case 's':
		v = r.str(v, c.At, c.frame)
	case 'a':
		v = r.ascii(v, c.At, c.frame)
	}
	spec, ok := p.text(spec, depth+1)
	if !ok {
		return "", false
	}
	out := r.format(v, MakeStr(spec), c.At, c.frame)
	text, known := out.AsStr()
	if !known {
		p.unknown = out
	}
	return text, known
}

// value resolves a field name: a number, a keyword, then attributes and indices.
func (p *fieldFormatter) value(name string) Value {
	end := strings.IndexAny(name, ".[")
	head, rest := name, ""
	if end >= 0 {
		head, rest = name[:end], name[end:]
	}
	v := p.head(head)
	c := p.call
	for rest != "" {
		if rest[0] == '.' {
			rest = rest[1:]
			i := strings.IndexAny(rest, ".[")
			if i < 0 {
				i = len(rest)
			}
			v = c.GetAttr(v, rest[:i])
			rest = rest[i:]
			continue
		}
		i := strings.IndexByte(rest, ']')
		if i < 0 {
			c.Raise("ValueError", "Missing ']' in format string")
		}
		key := MakeStr(rest[1:i])
		if n, err := strconv.ParseInt(rest[1:i], 10, 64); err == nil {
			key = MakeInt(n)
		}
		v = c.Index(v, key)
		rest = rest[i+1:]
	}
	return v
}

func (p *fieldFormatter) head(name string) Value {
	c := p.call
	if p.mapping.IsValid() {
		return c.Index(p.mapping, MakeStr(name))
	}
	n, err := strconv.Atoi(name)
	if name == "" {
		n, err = p.auto, nil
		p.auto++
	}
	if err == nil {
		if n < 0 || n >= len(p.args) {
			if len(p.args) > 0 && p.args[len(p.args)-1].IsSpread() {
				return MakeUnknown(p.args[len(p.args)-1].Reason())
			}
			c.Raise("IndexError", "Replacement index "+itoa(n)+" out of range for positional args tuple")
		}
		if p.args[n].IsSpread() {
			return MakeUnknown(p.args[n].Reason())
		}
		return p.args[n]
	}
	if v := argument(nil, c.Kwargs, -1, name); v.IsValid() {
		return v
	}
	if v := argument(nil, c.Kwargs, -1, "**"); v.IsValid() {
		return MakeUnknown(v.Reason())
	}
	p.run.raiseWith(c.At, "KeyError", []Value{MakeStr(name)})
	return Value{}
}

// ---- % formatting

// percentFormat is text % values (https://docs.python.org/3/library/stdtypes.html#printf-style-string-formatting).
func (r *run) percentFormat(text, values Value, at source.Span, f *frame) Value {
	if values.IsUnknown() {
		return textUnknown(unknownFrom(at, "%", text, values))
	}
	s, _ := text.AsStr()
	b, isBytes := text.AsBytes()
	if isBytes {
		s = b
	}
	p := percentFormatter{run: r, at: at, frame: f, values: values, args: []Value{values}}
	if t, ok := values.data.(*tupleData); ok {
		p.args, p.tuple = t.elems, true
	}
	out := p.text(s)
	from := append([]Value{text}, values)
	if values.Kind() == Tuple {
		from = append([]Value{text}, p.args...)
	} else if d := dictOf(values.data); d != nil {
		from = append([]Value{text}, p.used...)
	}
	if p.unknown.IsValid() {
		return textUnknown(unknownFrom(at, "%", append(from, p.unknown)...))
	}
	if !r.reserve(len(out)) {
		return r.tooLarge(at, text)
	}
	v := MakeStr(out)
	if isBytes {
		v = MakeBytes(out)
	}
	return derived(v, at, from...)
}

type percentFormatter struct {
	run     *run
	at      source.Span
	frame   *frame
	values  Value
	args    []Value
	tuple   bool
	next    int
	named   bool
	used    []Value
	unknown Value
}

func (p *percentFormatter) text(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] != '%' {
			b.WriteByte(s[i])
			i++
			continue
		}
		out, n := p.conversion(s[i+1:])
		b.WriteString(out)
		i += 1 + n
	}
	left := len(p.args) - p.next
	if left > 0 && !p.named && p.tuple || !p.tuple && p.next == 0 && !p.named && !isMappingArg(p.values) {
		if !hasSpread(p.args) {
			p.run.raise(p.at, "TypeError", "not all arguments converted during string formatting", p.values)
		}
	}
	return b.String()
}

func isMappingArg(v Value) bool {
	switch v.bodied().Kind() {
	case Dict, List:
		return true
	case Object:
		return true
	}
	return false
}

// argument is the next positional value.
func (p *percentFormatter) argument() Value {
	if p.next >= len(p.args) {
		p.run.raise(p.at, "TypeError", "not enough arguments for format string", p.values)
	}
	v := p.args[p.next]
	if v.IsSpread() {
		return MakeUnknown(v.Reason())
	}
	p.next++
	return v
}

// conversion formats one conversion behind its %; n is how much of s it took.
func (p *percentFormatter) conversion(s string) (out string, n int) {
	f := formatSpec{fill: " ", sign: '-', precision: -1, align: '>'}
	i := 0
	var v Value
	if i < len(s) && s[i] == '(' {
		end := strings.IndexByte(s, ')')
		if end < 0 {
			p.run.raise(p.at, "ValueError", "incomplete format key")
		}
		if dictOf(p.values.data) == nil && !hasOwnMethods(p.values) {
			p.run.raise(p.at, "TypeError", "format requires a mapping", p.values)
		}
		v = p.run.getItem(p.values, MakeStr(s[1:end]), p.at, p.frame)
		p.named, p.used = true, append(p.used, v)
		i = end + 1
	}
	for ; i < len(s) && strings.IndexByte("-+ #0", s[i]) >= 0; i++ {
		switch s[i] {
		case '-':
			f.align = '<'
		case '+':
			f.sign = '+'
		case ' ':
			if f.sign != '+' {
				f.sign = ' '
			}
		case '#':
			f.alternate = true
		case '0':
			f.zero = true
		}
	}
	f.width, i = p.number(s, i, 0)
	if i < len(s) && s[i] == '.' {
		f.precision, i = p.number(s, i+1, 0)
	}
	for i < len(s) && strings.IndexByte("hlL", s[i]) >= 0 {
		i++
	}
	if i >= len(s) {
		p.run.raise(p.at, "ValueError", "incomplete format")
	}
	if s[i] == '%' {
		return "%", i + 1
	}
	if !v.IsValid() {
		v = p.argument()
	}
	if v.IsUnknown() {
		p.unknown = v
		return "", i + 1
	}
	if f.width > 1<<24 || f.precision > 1<<24 {
		p.unknown = p.run.tooLarge(p.at, v)
		return "", i + 1
	}
	return p.one(v, f, s[i]), i + 1
}

func (p *percentFormatter) number(s string, i, def int) (int, int) {
	if i < len(s) && s[i] == '*' {
		n, _ := p.argument().AsInt()
		return int(min(n, 1<<25)), i + 1
	}
	n, rest := leadingNumber(s[i:], def)
	return n, len(s) - len(rest)
}

// one formats a value by the letter of its conversion.
func (p *percentFormatter) one(v Value, f formatSpec, letter byte) string {
	r := p.run
	text := func(v Value) string {
		s, ok := v.AsStr()
		if !ok {
			p.unknown = v
			return ""
		}
		if runes := []rune(s); f.precision >= 0 && len(runes) > f.precision {
			s = string(runes[:f.precision])
		}
		return pad(s, "", f)
	}
	switch letter {
	case 's', 'b':
		if b, ok := v.AsBytes(); ok && letter == 'b' {
			return pad(b, "", f)
		}
		return text(r.str(v, p.at, p.frame))
	case 'r':
		return text(r.reprOf(v, p.at, p.frame))
	case 'a':
		return text(r.ascii(v, p.at, p.frame))
	case 'c':
		if s, ok := v.AsStr(); ok {
			return pad(s, "", f)
		}
		f.typ, f.precision = 'c', -1
		f.align = alignOr(f)
		out, _ := formatInt(r.integerFor(v, letter, p.at), v, f, func(string) string { return "" })
		return out
	case 'd', 'i', 'u', 'x', 'X', 'o':
		return p.integer(v, f, letter)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		if !isNumber(v.bodied()) {
			r.raise(p.at, "TypeError", "must be real number, not "+r.typeName(v), v)
		}
		x := floatOf(v.bodied())
		body, _ := floatDigits(math.Abs(x), letter, f.precision, f.alternate)
		return padZero(body, signOf(math.Signbit(x) && !math.IsNaN(x), f.sign), f)
	}
	r.raise(p.at, "ValueError", "unsupported format character '"+string(letter)+"' (0x"+hex(uint32(letter), 2)+")")
	return ""
}

func alignOr(f formatSpec) byte {
	if f.align == 0 {
		return '>'
	}
	return f.align
}

// integerFor is the integer that %d and its kin take.
func (r *run) integerFor(v Value, letter byte, at source.Span) *big.Int {
	b := v.bodied()
	if i := bigOf(b); i != nil {
		return i
	}
	if f, ok := b.data.(floatData); ok && strings.IndexByte("diu", letter) >= 0 && !math.IsNaN(float64(f)) && !math.IsInf(float64(f), 0) {
		i, _ := big.NewFloat(float64(f)).Int(nil)
		return i
	}
	kind := "a real number is required"
	if strings.IndexByte("xXo", letter) >= 0 {
		kind = "an integer is required"
	}
	r.raise(at, "TypeError", "%"+string(letter)+" format: "+kind+", not "+r.typeName(v), v)
	return nil
}

func (p *percentFormatter) integer(v Value, f formatSpec, letter byte) string {
	i := p.run.integerFor(v, letter, p.at)
	base, prefix := 10, ""
	switch letter {
	case 'x', 'X':
		base, prefix = 16, "0"+string(letter)
	case 'o':
		base, prefix = 8, "0o"
	}
	digits := new(big.Int).Abs(i).Text(base)
	if letter == 'X' {
		digits = strings.ToUpper(digits)
	}
	if f.precision > len(digits) {
		digits = strings.Repeat("0", f.precision-len(digits)) + digits
	}
	sign := signOf(i.Sign() < 0, f.sign)
	if f.alternate {
		sign += prefix
	}
	return padZero(digits, sign, f)
}

// padZero aligns a number, with zeros behind the sign when the flag 0 is given.
func padZero(body, sign string, f formatSpec) string {
	if f.zero && f.align != '<' {
		f.fill, f.align = "0", '='
	} else if f.align == '>' {
		return pad(sign+body, "", f)
	}
	return pad(body, sign, f)
}
