package syntax

import "strings"

// fstring reads one f-string or t-string: kFStart (kFMiddle | replacement_field)* kFEnd (PEP 701, PEP 750)
func (p *parser) fstring(j *joiner) {
	open := p.tok
	prefix := strings.ToLower(strings.TrimRight(p.text(open), `"'`))
	template := strings.Contains(prefix, "t")
	raw := strings.Contains(prefix, "r")
	if template {
		j.tpl = true
	} else {
		j.fs = true
	}
	p.advance()
	p.fstringParts(j, raw, template, kFEnd)
	p.expect(kFEnd, "the end of the string")
	if template && !p.failed {
		p.noteSince(open.start, 314, "t-string")
	}
}

// fstringParts reads literal text and fields up to the end of a string or of a format spec.
func (p *parser) fstringParts(j *joiner, raw, template bool, until kind) {
	p.depth++
	defer func() { p.depth-- }()
	if p.tooDeep() {
		return
	}
	for p.tok.kind != until && !p.failed {
		switch p.tok.kind {
		case kFMiddle:
			j.run = append(j.run, p.fstringText(raw))
		case kLBrace:
			p.field(j, raw, template)
		default:
			p.unexpected("invalid f-string")
		}
	}
}

// fstringText: kFMiddle
func (p *parser) fstringText(raw bool) *Constant {
	t := p.tok
	s := p.text(t)
	if t.flags&flagDoubled != 0 {
		s = s[:len(s)-1]
	}
	p.advance()
	c := p.slabs.constant.alloc()
	*c = Constant{Range: Range{t.start, t.end}, Kind: Str}
	c.Value = p.decode(s, int(t.start), raw, false)
	return c
}

// field: '{' (yield_expr | star_expressions) ['='] ['!' NAME] [':' format_spec] '}'
func (p *parser) field(j *joiner, raw, template bool) {
	open := p.tok
	p.advance()
	if p.lacksValue() {
		return
	}
	value := p.yieldOrStar()
	if isStarred(value) {
		p.noteSince(open.end, 312, "starred expression alone in an f-string")
	}
	source := p.src[open.end:max(open.end, p.prevEnd)]
	debug := p.accept(kAssign)
	textEnd := p.tok.start
	conversion := p.conversion()
	var spec Expr
	h := p.height
	if p.tok.kind == kColon {
		spec = p.formatSpec(raw, template)
		h = max(h, p.height)
	}
	if p.tok.kind != kRBrace {
		if debug || conversion >= 0 || isStarred(value) {
			p.unexpected("f-string: expecting '}'")
		}
		p.lacks(kRBrace, "f-string: expecting '}'")
		return
	}
	p.advance()
	if debug {
		if conversion < 0 && spec == nil {
			conversion = 'r'
		}
		c := p.slabs.constant.alloc()
		*c = Constant{Range: Range{open.end, textEnd}, Kind: Str, Value: withoutComments(p.src[open.end:textEnd])}
		j.run = append(j.run, c)
	}
	j.flush()
	j.height = max(j.height, h+1)
	p.exprs.push(p.newField(open.start, value, source, conversion, spec, template))
}

// lacksValue fails when a field has no expression, and reports whether it did. That the field has no end is no better reason.
func (p *parser) lacksValue() bool {
	t := p.tok
	switch {
	case t.kind == kColon:
		p.unexpected("valid expression required before '}'")
	case t.kind == kRBrace, t.kind == kBang, t.kind == kAssign:
		p.fail(t.start, t.end, "valid expression required before '}'")
	case t.kind == kComma:
		p.fail(t.start, t.end, "expected an expression")
	}
	return p.failed
}

func (p *parser) newField(start Pos, value Expr, source string, conversion int, spec Expr, template bool) Expr {
	if template {
		return &Interpolation{p.since(start), value, strings.TrimRight(withoutComments(source), " \t\n\f="), conversion, spec}
	}
	n := p.slabs.formatted.alloc()
	*n = FormattedValue{p.since(start), value, conversion, spec}
	return n
}

// withoutComments is the text of an expression as f"{x = }" shows it: CPython drops comments, and ends lines with \n.
func withoutComments(s string) string {
	s = unixNewlines(s)
	if strings.IndexByte(s, '#') < 0 {
		return s
	}
	var out []byte
	var quote byte // of the string that i is in, or 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == 0 && c == '#':
			for i < len(s) && s[i] != '\n' {
				i++
			}
		}
		if i < len(s) {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// conversion: ['!' ('s' | 'r' | 'a')]; -1 when there is none
func (p *parser) conversion() int {
	if p.tok.kind != kBang {
		return -1
	}
	bang := p.tok
	p.advance()
	t := p.tok
	if t.kind == kName && t.start == bang.end {
		switch s := p.text(t); s {
		case "s", "r", "a":
			p.advance()
			if p.tok.start > t.end {
				p.note(int(t.end), int(p.tok.start), 312, "blank behind the conversion of an f-string")
			}
			return int(s[0])
		}
	}
	p.unexpected("f-string: invalid conversion character; expected 's', 'r' or 'a'")
	return -1
}

// formatSpec: ':' (kFMiddle | replacement_field)*
func (p *parser) formatSpec(raw, template bool) Expr {
	start := p.tok.start
	p.advance()
	inner := joiner{p: p, mark: p.exprs.mark(), start: start, fs: true}
	p.fstringParts(&inner, raw, false, kRBrace)
	inner.flush()
	p.height = inner.height + 1
	n := p.slabs.joined.alloc()
	*n = JoinedStr{p.since(start), p.exprs.take(inner.mark)}
	return n
}
