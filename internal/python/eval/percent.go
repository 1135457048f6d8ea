package eval

import (
	"math"
	"math/big"
	"strings"

	"gonogo/internal/source"
)

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
	p := percentFormatter{run: r, at: at, frame: f, values: values, args: []Value{values}, bytes: isBytes}
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
	bytes   bool // it is bytes % values (https://docs.python.org/3/library/stdtypes.html#printf-style-bytes-formatting)
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
	case 's':
		if p.bytes {
			return p.raw(v, f)
		}
		return text(r.str(v, p.at, p.frame))
	case 'b':
		if p.bytes {
			return p.raw(v, f)
		}
	case 'r':
		if p.bytes {
			return text(r.ascii(v, p.at, p.frame))
		}
		return text(r.reprOf(v, p.at, p.frame))
	case 'a':
		return text(r.ascii(v, p.at, p.frame))
	case 'c':
		if p.bytes {
			return p.byteOf(v, f)
		}
		if s, ok := v.AsStr(); ok {
			if len([]rune(s)) != 1 {
				r.raise(p.at, "TypeError", "%c requires int or char", v)
			}
			return pad(s, "", f)
		}
		f.typ, f.precision = 'c', -1
		f.align = alignOr(f)
		out, _ := formatInt(r.integerFor(v, letter, p.at), v, f, func(string) string { return "" })
		return out
	case 'd', 'i', 'u', 'x', 'X', 'o':
		return p.integer(v, f, letter)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		if v.Kind() == Object && !isNumber(v.bodied()) {
			p.unknown = MakeUnknown("an object as a number") // it may have __float__, as Decimal has
			return ""
		}
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

// raw is a value in bytes % values: only bytes have a form of their own there.
func (p *percentFormatter) raw(v Value, f formatSpec) string {
	b, ok := v.bodied().AsBytes()
	if !ok {
		if hasOwnMethods(v) || isOpenObject(v) {
			p.unknown = MakeUnknown("an object as bytes")
			return ""
		}
		p.run.raise(p.at, "TypeError", "%b requires a bytes-like object, or an object that implements __bytes__, not '"+p.run.typeName(v)+"'", v)
	}
	if f.precision >= 0 && len(b) > f.precision {
		b = b[:f.precision]
	}
	return padBytes(b, f)
}

// byteOf is %c of bytes: a number below 256, or one byte.
func (p *percentFormatter) byteOf(v Value, f formatSpec) string {
	b, ok := v.bodied().AsBytes()
	if i, isInt := v.bodied().AsInt(); isInt && i >= 0 && i < 256 {
		b, ok = string([]byte{byte(i)}), true
	}
	if !ok || len(b) != 1 {
		p.run.raise(p.at, "TypeError", "%c requires an integer in range(256) or a single byte", v)
	}
	return padBytes(b, f)
}

// padBytes fills to the width in bytes, where pad counts characters.
func padBytes(b string, f formatSpec) string {
	fill := strings.Repeat(" ", max(0, f.width-len(b)))
	if f.align == '<' {
		return b + fill
	}
	return fill + b
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
	if v.Kind() == Object && bigOf(v.bodied()) == nil {
		p.unknown = MakeUnknown("an object as a number") // it may have __int__, as Decimal has
		return ""
	}
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
