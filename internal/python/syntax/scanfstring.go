package syntax

import "strings"

// fmode is an f-string or t-string that is being read (PEP 701, PEP 750).
type fmode struct {
	start   Pos
	text    Pos // behind the quotes
	quote   byte
	noted   bool // a version note about this one was made; one is enough
	size    int  // of the quotes: 1 or 3
	raw     bool // no escapes
	literal bool // reading literal text, not an expression
	depth   int  // number of open brackets inside the innermost open {
	fields  int  // replacement fields that are open, one inside the format spec of another
}

// inSpec reports whether the literal text is a format specification.
func (m *fmode) inSpec() bool { return m.fields > 0 }

func (m *fmode) letter(src string) string {
	if c := src[m.start] | 0x20; c == 't' || (c == 'r' && src[m.start+1]|0x20 == 't') {
		return "t-string"
	}
	return "f-string"
}

func (l *lexer) startFString(start, quote int, triple bool) {
	size := 1
	if triple {
		size = 3
	}
	if len(l.fmodes) >= maxFStrings {
		l.fail(start, quote+1, "too many nested f-strings or t-strings")
		l.skipBomb()
		return
	}
	l.pos = quote + size
	if len(l.fmodes) > 0 {
		l.stringInsideFString(start, l.pos)
	}
	raw := strings.ContainsAny(l.src[start:quote], "rR")
	l.emit(kFStart, start, l.pos)
	l.fmodes = append(l.fmodes, fmode{start: Pos(start), text: Pos(quote + size), quote: l.src[quote], size: size, raw: raw, literal: true})
}

// scanFString reads literal text up to a replacement field or the end, and the token behind it.
func (l *lexer) scanFString() {
	m := &l.fmodes[len(l.fmodes)-1]
	src, start := l.src, l.pos
	i := start
	for i < len(src) {
		switch c := src[i]; c {
		case m.quote:
			if m.size == 1 || (i+2 < len(src) && src[i+1] == c && src[i+2] == c) {
				l.endFString(m, start, i)
				return
			}
		case '{', '}':
			if i+1 < len(src) && src[i+1] == c && !m.inSpec() {
				i += 2
				l.middle(start, i)
				l.toks[len(l.toks)-1].flags |= flagDoubled
				start = i
				continue
			}
			l.fieldBoundary(m, start, i)
			return
		case '\\':
			i = m.skipEscape(src, i)
			continue
		case '\n', '\r':
			if m.size == 1 {
				l.lineBreakInText(m, start, i)
				return
			}
		}
		i++
	}
	l.unterminatedFString(m, start, i)
}

// skipEscape gives the offset behind a backslash and what belongs to it.
func (m *fmode) skipEscape(src string, i int) int {
	i++
	if i >= len(src) {
		return i
	}
	switch src[i] {
	case '{', '}':
		return i
	case '\r':
		if i+1 < len(src) && src[i+1] == '\n' {
			return i + 2
		}
	case 'N':
		if !m.raw && i+1 < len(src) && src[i+1] == '{' {
			for j := i + 2; j < len(src) && newlineAt(src, j) == 0 && src[j] != m.quote; j++ {
				if src[j] == '}' {
					return j + 1
				}
			}
			return i + 2
		}
	}
	return i + 1
}

// fieldBoundary ends literal text at a single { or }.
func (l *lexer) fieldBoundary(m *fmode, start, at int) {
	if at > start {
		l.middle(start, at)
	}
	l.pos = at
	if l.src[at] == '{' {
		if len(l.brackets) >= maxBrackets || m.fields >= maxFields {
			l.fail(at, at+1, m.letter(l.src)+": expressions nested too deeply")
			l.skipBomb()
			return
		}
		l.brackets = append(l.brackets, bracket{Pos(at), '{'})
		if m.fields >= 2 {
			l.noteInField(at, at+1, "replacement field inside the format specification of another that is inside one")
		}
		m.fields++
		m.depth = len(l.brackets)
		m.literal = false
		l.pos++
		l.emit(kLBrace, at, l.pos)
		return
	}
	l.pos++
	if !m.inSpec() {
		l.fail(at, l.pos, m.letter(l.src)+": single '}' is not allowed")
		return
	}
	l.emit(kRBrace, at, l.pos)
	l.brackets = l.brackets[:len(l.brackets)-1]
	l.leaveField(m)
}

// leaveField goes back to the literal text around a replacement field.
func (l *lexer) leaveField(m *fmode) {
	m.fields--
	m.literal = true
	m.depth = 0
	if m.fields > 0 {
		m.depth = len(l.brackets)
	}
}

func (l *lexer) endFString(m *fmode, start, at int) {
	if at > start {
		l.middle(start, at)
	}
	if m.inSpec() {
		l.fail(at, at+m.size, m.letter(l.src)+": expecting '}'")
		l.dropFields(m)
	}
	l.pos = at + m.size
	l.emit(kFEnd, at, l.pos)
	l.fmodes = l.fmodes[:len(l.fmodes)-1]
}

// dropFields closes the brackets that a broken f-string has left open.
func (l *lexer) dropFields(m *fmode) {
	for len(l.brackets) > 0 && l.brackets[len(l.brackets)-1].at > m.start {
		l.brackets = l.brackets[:len(l.brackets)-1]
	}
	m.fields = 0
}

// fieldLeftOpen ends an f-string at a quote that comes before the } of a field.
func (l *lexer) fieldLeftOpen(m *fmode, quote int) {
	l.fail(quote, quote+1, m.letter(l.src)+": expecting '}'")
	l.dropFields(m)
	l.pos = quote + 1
	l.fmodes = l.fmodes[:len(l.fmodes)-1]
}

// lineBreakInText ends the text of an f-string with single quotes at a line break.
func (l *lexer) lineBreakInText(m *fmode, start, at int) {
	if !m.inSpec() {
		l.unterminatedFString(m, start, at)
		return
	}
	l.fail(at, at, m.letter(l.src)+": newlines are not allowed in format specifiers for single quoted f-strings")
	l.pos = at
	l.dropFields(m)
	l.fmodes = l.fmodes[:len(l.fmodes)-1]
}

func (l *lexer) unterminatedFString(m *fmode, start, end int) {
	what := "unterminated " + m.letter(l.src) + " literal"
	if m.size == 3 {
		l.openText = true
		what = "unterminated triple-quoted " + m.letter(l.src) + " literal"
		end = int(m.start)
		for end < len(l.src) && newlineAt(l.src, end) == 0 {
			end++
		}
		l.forget(m, end)
	}
	l.dropFields(m)
	l.pos = end
	l.fail(int(m.start), end, what)
	l.fmodes = l.fmodes[:len(l.fmodes)-1]
}

// forget drops what was read of an f-string behind an offset, where the text will be read again.
func (l *lexer) forget(m *fmode, end int) {
	n := len(l.toks)
	for n > 0 && l.toks[n-1].start > m.start && int(l.toks[n-1].end) > end {
		n--
	}
	l.toks = l.toks[:n]
	n = len(l.faults)
	for n > 0 && int(l.faults[n-1].at) >= end {
		n--
	}
	l.faults = l.faults[:n]
	l.dropNotes(Pos(end))
}

// endOfField turns : and ! directly inside a replacement field into the end of its expression. It reports whether it did.
func (l *lexer) endOfField(c byte) bool {
	n := len(l.fmodes)
	if n == 0 || len(l.brackets) != l.fmodes[n-1].depth {
		return false
	}
	m := &l.fmodes[n-1]
	if c == '!' {
		if l.peekByte(1) == '=' {
			return false
		}
		l.pos++
		l.emit(kBang, l.pos-1, l.pos)
		return true
	}
	l.pos++
	l.emit(kColon, l.pos-1, l.pos)
	m.literal = true
	return true
}

// closedBrace goes back to literal text when } has ended a replacement field.
func (l *lexer) closedBrace() {
	if n := len(l.fmodes); n > 0 && len(l.brackets) == l.fmodes[n-1].depth-1 {
		l.leaveField(&l.fmodes[n-1])
	}
}

// middle emits literal text.
func (l *lexer) middle(start, end int) {
	l.emit(kFMiddle, start, end)
	if n := len(l.fmodes); n > 1 {
		l.textInside(l.fmodes[:n-1], start, end)
	}
}

// stringInsideFString notes what only PEP 701 allows of a string in an expression.
func (l *lexer) stringInsideFString(start, end int) { l.textInside(l.fmodes, start, end) }

func (l *lexer) textInside(modes []fmode, start, end int) {
	if modes[0].noted {
		return
	}
	text := l.src[start:end]
	for _, m := range modes {
		quotes := l.src[int(m.text)-m.size : m.text]
		switch {
		case strings.Contains(text, quotes):
			l.noteInField(start, end, "reuse of the quotes of an f-string inside it")
		case strings.IndexByte(text, '\\') >= 0:
			l.noteInField(start, end, "backslash inside an f-string expression")
		case m.size == 1 && strings.ContainsAny(text, "\r\n"):
			l.noteInField(start, end, "line break inside an f-string expression")
		default:
			continue
		}
		return
	}
}

// noteInField records that an expression of an f-string needs Python 3.12 (PEP 701), once for each outermost f-string.
func (l *lexer) noteInField(start, end int, what string) {
	if m := &l.fmodes[0]; !m.noted {
		m.noted = true
		l.note(start, end, 312, what)
	}
}

// lineInsideFString notes a line break in an expression of an f-string with single quotes.
func (l *lexer) lineInsideFString(at int) {
	for _, m := range l.fmodes {
		if m.size == 1 {
			l.noteInField(at, at+1, "line break inside an f-string expression")
			return
		}
	}
}
