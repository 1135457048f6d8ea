package syntax

import (
	"strings"
	"unicode/utf8"
)

// strings reads literals that stand beside each other, and joins them as CPython does (Language Reference, 2.4.2).
func (p *parser) strings() Expr {
	t := p.tok
	if t.kind == kString && p.peek(1) != kString && p.peek(1) != kFStart {
		p.advance()
		return p.plainString(t)
	}
	j := joiner{p: p, mark: p.exprs.mark(), start: t.start}
	for p.tok.kind == kString || p.tok.kind == kFStart {
		if p.tok.kind == kString {
			t := p.tok
			p.advance()
			j.plain(p.plainString(t))
		} else {
			p.fstring(&j)
		}
	}
	return j.result()
}

// joiner collects the parts of adjacent literals. Text that touches becomes one constant.
type joiner struct {
	p                    *parser
	mark                 int
	start                Pos
	bytes, text, fs, tpl bool
	height               int
	run                  []*Constant // constants that are not yet joined
}

func (j *joiner) plain(c *Constant) {
	if c.Kind == Bytes {
		j.bytes = true
	} else {
		j.text = true
	}
	j.run = append(j.run, c)
}

// flush joins the collected constants into one. An empty one is left out where a field stands beside it.
func (j *joiner) flush() {
	if len(j.run) == 0 {
		return
	}
	c := j.run[0]
	if len(j.run) > 1 {
		var b strings.Builder
		for _, part := range j.run {
			b.WriteString(part.Value)
		}
		c.Value = b.String()
		c.End = j.run[len(j.run)-1].End
	}
	j.run = j.run[:0]
	if c.Value != "" || !j.fs && !j.tpl {
		j.p.exprs.push(c)
	}
}

func (j *joiner) result() Expr {
	p := j.p
	if j.bytes && (j.text || j.fs || j.tpl) {
		p.refuse(j.start, p.prevEnd, "cannot mix bytes and nonbytes literals")
	}
	if j.tpl && (j.text || j.fs) {
		p.refuse(j.start, p.prevEnd, "cannot mix t-string literals with string or bytes literals")
	}
	j.flush()
	p.height = j.height + 1
	switch {
	case j.tpl:
		return &TemplateStr{p.since(j.start), p.exprs.take(j.mark)}
	case j.fs:
		n := p.slabs.joined.alloc()
		*n = JoinedStr{p.since(j.start), p.exprs.take(j.mark)}
		return n
	}
	c := p.exprs.stack[j.mark]
	p.exprs.stack = p.exprs.stack[:j.mark]
	return c
}

// plainString decodes one literal that is no f-string.
func (p *parser) plainString(t token) *Constant {
	n := p.slabs.constant.alloc()
	*n = Constant{Range: Range{t.start, t.end}, Kind: Str}
	s := p.text(t)
	i, raw := 0, false
	for ; s[i] != '"' && s[i] != '\''; i++ {
		switch s[i] | 0x20 {
		case 'b':
			n.Kind = Bytes
		case 'r':
			raw = true
		case 'u':
			n.U = s[i] == 'u' // CPython keeps only the small letter
		}
	}
	size := 1
	if len(s)-i >= 6 && s[i+1] == s[i] && s[i+2] == s[i] {
		size = 3
	}
	body := s[i+size : len(s)-size]
	n.Value = p.decode(body, int(t.start)+i+size, raw, n.Kind == Bytes)
	return n
}

// decode turns the text between quotes, which starts at an offset, into its value.
func (p *parser) decode(s string, at int, raw, bytes bool) string {
	if bytes {
		for i := range len(s) {
			if s[i] >= 0x80 {
				p.fail(Pos(at+i), Pos(at+i+1), "bytes can only contain ASCII literal characters")
				return ""
			}
		}
	}
	s = unixNewlines(s)
	if raw || strings.IndexByte(s, '\\') < 0 {
		return s
	}
	d := decoder{p: p, at: at, bytes: bytes}
	return d.unescape(s)
}

// unixNewlines turns \r\n and \r into \n, as CPython's tokenizer does for the whole file.
func unixNewlines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// decoder replaces escape sequences.
type decoder struct {
	p     *parser
	at    int
	bytes bool
	out   []byte
}

func (d *decoder) unescape(s string) string {
	d.out = make([]byte, 0, len(s))
	for {
		i := strings.IndexByte(s, '\\')
		if i < 0 || i+1 >= len(s) {
			d.out = append(d.out, s...)
			return string(d.out)
		}
		d.out = append(d.out, s[:i]...)
		s = s[i:]
		n := d.escape(s)
		if d.p.failed {
			return ""
		}
		s = s[n:]
	}
}

// escape decodes the sequence at the start of s, and gives its length.
func (d *decoder) escape(s string) int {
	const simple = "\\\\''\"\"a\ab\bf\fn\nr\rt\tv\v"
	c := s[1]
	if c == '\n' {
		return 2
	}
	for i := 0; i < len(simple); i += 2 {
		if simple[i] == c {
			d.out = append(d.out, simple[i+1])
			return 2
		}
	}
	switch c {
	case '0', '1', '2', '3', '4', '5', '6', '7':
		return d.octal(s)
	case 'x':
		return d.hex(s, 2)
	case 'u':
		if !d.bytes {
			return d.hex(s, 4)
		}
	case 'U':
		if !d.bytes {
			return d.hex(s, 8)
		}
	case 'N':
		if !d.bytes {
			return d.named(s)
		}
	}
	// Not an escape: the backslash stays, and CPython warns.
	d.out = append(d.out, '\\')
	return 1
}

func (d *decoder) octal(s string) int {
	n, v := 1, 0
	for n < 4 && n < len(s) && s[n] >= '0' && s[n] <= '7' {
		v = v*8 + int(s[n]-'0')
		n++
	}
	if d.bytes {
		d.out = append(d.out, byte(v))
	} else {
		d.out = utf8.AppendRune(d.out, rune(v))
	}
	return n
}

// hex decodes \x, \u or \U, which need that many digits.
func (d *decoder) hex(s string, digits int) int {
	v := 0
	for i := 2; i < 2+digits; i++ {
		if i >= len(s) || !isHexDigit(s[i]) {
			d.fail("truncated " + s[:2] + " escape in a string literal")
			return i
		}
		v = v*16 + hexValue(s[i])
	}
	switch {
	case d.bytes:
		d.out = append(d.out, byte(v))
	case v > utf8.MaxRune:
		d.fail("illegal Unicode character in a \\U escape")
	default:
		d.out = appendRune(d.out, rune(v))
	}
	return 2 + digits
}

func hexValue(c byte) int {
	if c <= '9' {
		return int(c - '0')
	}
	return int(c|0x20-'a') + 10
}

// appendRune writes UTF-8, and a lone surrogate as the three bytes that UTF-8 would have for it.
func appendRune(out []byte, r rune) []byte {
	if r >= 0xD800 && r <= 0xDFFF {
		return append(out, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return utf8.AppendRune(out, r)
}

// named decodes \N{name}.
func (d *decoder) named(s string) int {
	end := strings.IndexByte(s, '}')
	if len(s) < 4 || s[2] != '{' || end < 4 {
		d.fail("malformed \\N character escape in a string literal")
		return 2
	}
	r, ok := characterByName(s[3:end])
	if !ok {
		d.fail("unknown Unicode character name '" + s[3:end] + "' in a string literal")
		return end + 1
	}
	d.out = utf8.AppendRune(d.out, r)
	return end + 1
}

func (d *decoder) fail(message string) {
	d.p.fail(Pos(d.at), Pos(d.at), message)
}
