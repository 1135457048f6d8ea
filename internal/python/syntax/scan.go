package syntax

// Classes of bytes.
const (
	cOther = iota
	cSpace
	cNewline
	cIdent // starts an identifier
	cDigit
	cQuote
	cOp
)

// classes is indexed by byte; bytes of UTF-8 sequences may start an identifier.
var classes = func() (t [256]uint8) {
	for _, c := range " \t\f" {
		t[c] = cSpace
	}
	t['\n'], t['\r'] = cNewline, cNewline
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = cIdent, cIdent
	}
	t['_'] = cIdent
	for c := 0x80; c <= 0xff; c++ {
		t[c] = cIdent
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = cDigit
	}
	t['"'], t['\''] = cQuote, cQuote
	for _, c := range "()[]{},:;.@=!+-*/%<>&|^~" {
		t[c] = cOp
	}
	return t
}()

// scanLine reads tokens up to the end of the logical line.
func (l *lexer) scanLine() {
	src := l.src
	for {
		if n := len(l.fmodes); n > 0 && l.fmodes[n-1].literal {
			l.scanFString()
			continue
		}
		if l.pos >= len(src) {
			l.unfinished()
			return
		}
		c := src[l.pos]
		switch classes[c] {
		case cSpace:
			l.pos++
		case cNewline:
			if l.newline() {
				return
			}
		case cIdent:
			l.identifier()
		case cDigit:
			l.number()
		case cQuote:
			l.str(l.pos, l.pos)
		case cOp:
			if c == '.' && l.pos+1 < len(src) && classes[src[l.pos+1]] == cDigit {
				l.number()
			} else {
				l.operator(c)
			}
		default:
			l.special(c)
		}
	}
}

// unfinished ends the last line of the file.
func (l *lexer) unfinished() {
	if n := len(l.brackets); n > 0 {
		b := l.brackets[n-1]
		l.fail(int(b.at), int(b.at)+1, b.neverClosed())
	}
	l.emit(kNewline, l.pos, l.pos)
}

func (b bracket) neverClosed() string { return "'" + string(rune(b.by)) + "' was never closed" }

// newline handles the end of a physical line, and reports whether it ends the logical line.
func (l *lexer) newline() bool {
	start := l.pos
	l.skipNewline()
	if len(l.brackets) == 0 && len(l.fmodes) == 0 {
		l.emit(kNewline, start, start)
		return true
	}
	l.lineInsideFString(start)
	for l.pos < len(l.src) && isConflictMarker(l.src[l.pos:]) {
		l.conflictMarker(l.pos)
	}
	l.first = true
	if l.late() && anchorAt(l.src[l.pos:]) {
		l.unfinished()
		return true
	}
	return false
}

// special handles comments, line continuations and what no token starts with.
func (l *lexer) special(c byte) {
	switch c {
	case '#':
		if len(l.fmodes) > 0 {
			l.noteInField(l.pos, l.pos+1, "comment inside an f-string expression")
		}
		l.skipComment()
	case '\\':
		l.continuation()
	default:
		start := l.pos
		for l.pos < len(l.src) && isNoToken(l.src[l.pos]) {
			l.pos++
		}
		l.fail(start, l.pos, invalidCharacter(rune(c)))
	}
}

// isNoToken reports whether nothing can start with a byte.
func isNoToken(c byte) bool { return classes[c] == cOther && c != '#' && c != '\\' }

func (l *lexer) continuation() {
	n := newlineAt(l.src, l.pos+1)
	switch {
	case n == 0 && l.pos+1 < len(l.src):
		l.fail(l.pos, l.pos+1, "unexpected character after line continuation character")
	case l.pos+1+n >= len(l.src):
		l.fail(l.pos, l.pos+1, "unexpected end of file after line continuation character")
	case len(l.fmodes) > 0:
		l.noteInField(l.pos, l.pos+1, "backslash inside an f-string expression")
	}
	l.pos += 1 + n
}

func (l *lexer) identifier() {
	src, start := l.src, l.pos
	i := start
	var high byte
	for i < len(src) {
		c := src[i]
		if t := classes[c]; t != cIdent && t != cDigit {
			break
		}
		high |= c
		i++
	}
	if i < len(src) && (src[i] == '"' || src[i] == '\'') && i-start <= 2 && isStringPrefix(src[start:i]) {
		l.str(start, i)
		return
	}
	l.pos = i
	if high >= 0x80 {
		l.unicodeName(start, i)
		return
	}
	l.emit(keyword(src[start:i]), start, i)
}

// isStringPrefix reports whether letters directly before a quote belong to the string.
func isStringPrefix(s string) bool {
	switch s {
	case "r", "R", "b", "B", "u", "U", "f", "F", "t", "T":
		return true
	}
	if len(s) != 2 {
		return false
	}
	a, b := s[0]|0x20, s[1]|0x20
	if b == 'r' {
		a, b = b, a
	}
	return a == 'r' && (b == 'b' || b == 'f' || b == 't')
}

// str reads a string literal whose prefix starts at start and whose quote is at quote.
func (l *lexer) str(start, quote int) {
	src := l.src
	q := src[quote]
	triple := quote+2 < len(src) && src[quote+1] == q && src[quote+2] == q
	if start == l.endAt {
		l.unterminated(start, quote, triple)
		return
	}
	for i := start; i < quote; i++ {
		if c := src[i] | 0x20; c == 'f' || c == 't' {
			l.startFString(start, quote, triple)
			return
		}
	}
	end := quote + 1
	if triple {
		end = l.endOfTriple(quote+3, q)
	} else {
		end = endOfSingle(src, end, q)
	}
	if end < 0 {
		l.unterminated(start, quote, triple)
		return
	}
	l.pos = end
	if len(l.fmodes) > 0 {
		l.stringInsideFString(start, end)
	}
	l.emit(kString, start, end)
}

// endOfSingle finds the offset behind the closing quote, or -1.
func endOfSingle(src string, i int, q byte) int {
	for i < len(src) {
		switch src[i] {
		case q:
			return i + 1
		case '\\':
			i++
			if i < len(src) && src[i] == '\r' && i+1 < len(src) && src[i+1] == '\n' {
				i++
			}
		case '\n', '\r':
			return -1
		}
		i++
	}
	return -1
}

// endOfTriple is endOfTriple of the text. It does not look twice for quotes that are not there.
func (l *lexer) endOfTriple(i int, q byte) int {
	if l.noTriple[q&1] {
		return -1
	}
	end := endOfTriple(l.src, i, q)
	l.noTriple[q&1] = end < 0
	return end
}

// endOfTriple finds the offset behind the three closing quotes, or -1.
func endOfTriple(src string, i int, q byte) int {
	for i < len(src) {
		switch src[i] {
		case q:
			if i+2 < len(src) && src[i+1] == q && src[i+2] == q {
				return i + 3
			}
		case '\\':
			i++
		}
		i++
	}
	return -1
}

// unterminated reports a string without an end. The text goes on at the next line.
func (l *lexer) unterminated(start, quote int, triple bool) {
	if n := len(l.fmodes); n > 0 && !triple && start == quote && l.fmodes[n-1].size == 1 && l.fmodes[n-1].quote == l.src[quote] {
		l.fieldLeftOpen(&l.fmodes[n-1], quote)
		return
	}
	end := quote
	for end < len(l.src) && newlineAt(l.src, end) == 0 {
		end++
	}
	message := "unterminated string literal"
	if triple {
		message = "unterminated triple-quoted string literal"
		l.openText = l.openText || start != l.endAt
	}
	l.pos = end
	l.fail(start, end, message)
}

// operator reads an operator, a delimiter or a bracket.
func (l *lexer) operator(c byte) {
	start := l.pos
	switch c {
	case '(', '[', '{':
		l.open(c)
		return
	case ')', ']', '}':
		l.close(c)
		return
	case ':', '!':
		if l.endOfField(c) {
			return
		}
	case '=':
		if l.peekByte(1) == '=' {
			break
		}
		if n := len(l.fmodes); n > 0 && len(l.brackets) == l.fmodes[n-1].depth {
			// f"{x=!r}": the = stands alone whatever follows.
			l.pos++
			l.emit(kAssign, start, l.pos)
			return
		}
	}
	k, n := operatorKind(c, l.peekByte(1), l.peekByte(2))
	l.pos += n
	if k == kError {
		l.fail(start, l.pos, invalidCharacter(rune(c)))
		return
	}
	l.emit(k, start, l.pos)
}

func (l *lexer) peekByte(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

func (l *lexer) open(c byte) {
	start := l.pos
	if len(l.brackets) >= maxBrackets || len(l.brackets) >= maxBracketsLate && l.late() {
		l.fail(start, start+1, "too many nested parentheses (more than 200)")
		l.skipBomb()
		return
	}
	l.brackets = append(l.brackets, bracket{Pos(start), c})
	l.pos++
	k := kLPar
	switch c {
	case '[':
		k = kLBrack
	case '{':
		k = kLBrace
	}
	l.emit(k, start, l.pos)
}

// late reports whether so much was read again because of open brackets that they must be given up early.
func (l *lexer) late() bool { return l.scanned > rescanAllowed*len(l.src)+rescanMinBytes }

// skipBomb gives the physical line up after too many brackets, and closes them all.
func (l *lexer) skipBomb() {
	for l.pos < len(l.src) && newlineAt(l.src, l.pos) == 0 {
		l.pos++
	}
	l.brackets = l.brackets[:0]
	l.fmodes = l.fmodes[:0]
}

func (l *lexer) close(c byte) {
	start := l.pos
	l.pos++
	k, by := kRPar, byte('(')
	switch c {
	case ']':
		k, by = kRBrack, '['
	case '}':
		k, by = kRBrace, '{'
	}
	n := len(l.brackets)
	switch {
	case n == 0:
		l.fail(start, l.pos, "unmatched '"+string(rune(c))+"'")
		return
	case l.brackets[n-1].by != by:
		l.fail(start, l.pos, "closing parenthesis '"+string(rune(c))+"' does not match opening parenthesis '"+string(rune(l.brackets[n-1].by))+"'")
		l.closeOuter(by)
		return
	}
	l.brackets = l.brackets[:n-1]
	l.emit(k, start, l.pos)
	if c == '}' {
		l.closedBrace()
	}
}

// closeOuter closes the innermost bracket that fits, and those inside it.
func (l *lexer) closeOuter(by byte) {
	floor := 0
	if n := len(l.fmodes); n > 0 {
		floor = l.fmodes[n-1].depth
	}
	for i := len(l.brackets) - 1; i >= floor; i-- {
		if l.brackets[i].by == by {
			l.brackets = l.brackets[:i]
			return
		}
	}
}
