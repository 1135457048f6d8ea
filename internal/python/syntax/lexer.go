package syntax

import (
	"strconv"
	"strings"
)

// Limits of CPython's tokenizer (Parser/lexer/state.h).
const (
	maxBrackets     = 200 // MAXLEVEL: open brackets
	maxBracketsLate = 8   // the same when too much was read again
	maxIndents      = 100 // MAXINDENT: nested blocks
	maxFStrings     = 150 // MAXFSTRINGLEVEL: f-strings inside each other
	maxFields       = 3   // MAX_EXPR_NESTING: replacement fields inside the format specifications of each other
	tabWidth        = 8
	rescanAllowed   = 4       // how often the whole text may be read before brackets are given up early
	rescanMinBytes  = 1 << 18 // ... and never fewer bytes than this
)

// lexer turns text into tokens, one logical line at a time.
type lexer struct {
	src string
	pos int

	toks     []token // the current logical line, ends with kNewline or kEOF
	brackets []bracket
	indents  []indent
	fmodes   []fmode
	faults   []fault // of the current logical line
	notes    []Diagnostic
	scanned  int     // bytes read so far, those read twice included
	first    bool    // the next token is the first of its physical line
	stop     bool    // nothing behind here can be read
	openText bool    // a triple-quoted string was not closed
	noTriple [2]bool // nothing behind here closes ''' (1) or """ (0), by the last bit of the quote
	endAt    int     // the string that starts here is taken to end on its line; -1: none
}

// bracket is an open (, [ or {.
type bracket struct {
	at Pos
	by byte
}

// indent is a level of indentation, with tabs to multiples of 8 and tabs as single columns.
type indent struct{ col, alt int32 }

// fault is why a kError token stands at an offset.
type fault struct {
	at      Pos
	message string
}

func newLexer(src string) lexer {
	return lexer{src: src, endAt: -1, toks: make([]token, 0, 64), indents: make([]indent, 1, 16)}
}

func (l *lexer) emit(k kind, start, end int) {
	var flags uint8
	if l.first {
		flags = flagFirst
		l.first = false
	}
	l.toks = append(l.toks, token{Pos(start), Pos(end), k, flags})
}

// fail emits an error token with its reason.
func (l *lexer) fail(start, end int, message string) {
	l.faults = append(l.faults, fault{Pos(start), message})
	l.emit(kError, start, end)
}

// note records that the text is valid from a Python version on.
func (l *lexer) note(start, end, since int, what string) {
	message := what + " needs Python 3." + strconv.Itoa(since-300) + " or newer"
	l.notes = append(l.notes, Diagnostic{Range{Pos(start), Pos(end)}, message, since})
}

// nextLine reads the tokens of the next logical line, with the indents and dedents before it.
func (l *lexer) nextLine() {
	l.toks = l.toks[:0]
	l.faults = l.faults[:0]
	l.brackets = l.brackets[:0]
	l.fmodes = l.fmodes[:0]
	begin := l.pos
	if l.stop || !l.startOfLine() {
		l.endOfFile()
		return
	}
	l.scanLine()
	l.scanned += l.pos - begin
}

func (l *lexer) endOfFile() {
	l.pos = len(l.src)
	for len(l.indents) > 1 {
		l.indents = l.indents[:len(l.indents)-1]
		l.emit(kDedent, l.pos, l.pos)
	}
	l.emit(kEOF, l.pos, l.pos)
}

// startOfLine skips blank lines, and emits the indents and dedents of the first other one. It reports false at the end of the file.
func (l *lexer) startOfLine() bool {
	for {
		start := l.pos
		col, alt := l.indentation()
		if l.pos >= len(l.src) {
			return false
		}
		switch c := l.src[l.pos]; {
		case c == '#':
			l.skipComment()
			fallthrough
		case c == '\n' || c == '\r':
			l.skipNewline()
		case l.conflictMarker(start):
		default:
			l.first = true
			l.indentTo(col, alt)
			return !l.stop
		}
	}
}

// indentation skips white space at the start of a line and measures it.
func (l *lexer) indentation() (col, alt int32) {
	var contCol int32
	for l.pos < len(l.src) {
		switch l.src[l.pos] {
		case ' ':
			col++
			alt++
		case '\t':
			col = (col/tabWidth + 1) * tabWidth
			alt++
		case '\f':
			col, alt = 0, 0
		case '\\':
			// The column before the first backslash counts, as in CPython.
			n := newlineAt(l.src, l.pos+1)
			if n == 0 || l.pos+1+n >= len(l.src) {
				return l.continued(col, alt, contCol)
			}
			if contCol == 0 {
				contCol = col
			}
			l.pos += n
		default:
			return l.continued(col, alt, contCol)
		}
		l.pos++
	}
	return col, alt
}

func (l *lexer) continued(col, alt, contCol int32) (int32, int32) {
	if contCol != 0 {
		return contCol, contCol
	}
	return col, alt
}

// indentTo emits the tokens for a change of indentation.
func (l *lexer) indentTo(col, alt int32) {
	top := l.indents[len(l.indents)-1]
	switch {
	case col == top.col:
		if alt != top.alt {
			l.inconsistentTabs()
		}
	case col > top.col:
		if alt <= top.alt {
			l.inconsistentTabs()
		}
		if len(l.indents) >= maxIndents {
			l.notes = append(l.notes, Diagnostic{Range{Pos(l.pos), Pos(l.pos)}, "too many levels of indentation (more than 100); the rest of the file is not read", 0})
			l.stop = true
			return
		}
		l.indents = append(l.indents, indent{col, alt})
		l.emit(kIndent, l.pos, l.pos)
		l.first = true
	default:
		l.dedentTo(col, alt)
	}
}

func (l *lexer) dedentTo(col, alt int32) {
	for {
		top := l.indents[len(l.indents)-1]
		if col >= top.col {
			break
		}
		l.indents = l.indents[:len(l.indents)-1]
		if below := l.indents[len(l.indents)-1]; col > below.col {
			// Neither this level nor the one below: go on as if the block had this indentation.
			l.notes = append(l.notes, Diagnostic{Range{Pos(l.pos), Pos(l.pos)}, "unindent does not match any outer indentation level", 0})
			l.indents = append(l.indents, indent{col, alt})
			break
		}
		l.emit(kDedent, l.pos, l.pos)
	}
	if l.indents[len(l.indents)-1].alt != alt {
		l.inconsistentTabs()
	}
	l.first = true
}

func (l *lexer) inconsistentTabs() {
	l.notes = append(l.notes, Diagnostic{Range{Pos(l.pos), Pos(l.pos)}, "inconsistent use of tabs and spaces in indentation", 0})
}

// conflictMarker skips a line that a merge tool has left, and reports whether there was one.
func (l *lexer) conflictMarker(lineStart int) bool {
	if lineStart != l.pos || !isConflictMarker(l.src[l.pos:]) {
		return false
	}
	end := l.pos
	for end < len(l.src) && l.src[end] != '\n' && l.src[end] != '\r' {
		end++
	}
	l.notes = append(l.notes, Diagnostic{Range{Pos(l.pos), Pos(end)}, "merge conflict marker; resolve the conflict and remove this line", 0})
	l.pos = end
	l.skipNewline()
	return true
}

// isConflictMarker reports whether a line starts as git writes it: seven of <, =, > or |, then a blank or the line's end.
func isConflictMarker(s string) bool {
	if len(s) < 7 || (s[0] != '<' && s[0] != '>' && s[0] != '=' && s[0] != '|') {
		return false
	}
	for i := 1; i < 7; i++ {
		if s[i] != s[0] {
			return false
		}
	}
	return len(s) == 7 || s[7] == ' ' || s[7] == '\n' || s[7] == '\r'
}

func (l *lexer) skipComment() {
	rest := l.src[l.pos:]
	n := strings.IndexByte(rest, '\n')
	if n < 0 {
		n = len(rest)
	}
	if cr := strings.IndexByte(rest[:n], '\r'); cr >= 0 {
		n = cr
	}
	l.pos += n
}

func (l *lexer) skipNewline() { l.pos += newlineAt(l.src, l.pos) }

// newlineAt is the length of the line end at an offset, or 0.
func newlineAt(s string, i int) int {
	if i >= len(s) {
		return 0
	}
	switch s[i] {
	case '\n':
		return 1
	case '\r':
		if i+1 < len(s) && s[i+1] == '\n' {
			return 2
		}
		return 1
	}
	return 0
}
