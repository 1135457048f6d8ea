package jinja

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gonogo/internal/source"
)

// tokenKind is the kind of a token.
type tokenKind uint8

const (
	endOfFile tokenKind = iota
	blockBegin
	blockEnd
	variableBegin
	variableEnd
	name
	text // a string
	integer
	float
	operator
)

type token struct {
	kind       tokenKind
	value      string // of a string: without quotes and escapes
	start, end source.Pos
}

// lexer cuts a template into tokens as jinja2/lexer.py does with the delimiters that it has unless somebody changes them. Text between tags,
// comments and raw blocks give none.
type lexer struct {
	text   string
	at     int
	tokens []token
	fault  *Fault
}

func lex(text string) ([]token, *Fault) {
	l := &lexer{text: text}
	for l.fault == nil && l.root() {
	}
	l.add(endOfFile, "", len(text), len(text))
	return l.tokens, l.fault
}

func (l *lexer) add(kind tokenKind, value string, start, end int) {
	l.tokens = append(l.tokens, token{kind, value, source.Pos(start), source.Pos(end)})
}

func (l *lexer) fail(message string) {
	if l.fault == nil {
		l.fault = &Fault{message, source.Pos(l.at), source.Pos(min(l.at+1, len(l.text)))}
	}
}

// root goes to the next tag and reads it; false at the end of the text.
func (l *lexer) root() bool {
	for {
		brace := strings.IndexByte(l.text[l.at:], '{')
		if brace < 0 || l.at+brace+1 >= len(l.text) {
			l.at = len(l.text)
			return false
		}
		l.at += brace
		switch l.text[l.at+1] {
		case '#':
			return l.comment()
		case '%':
			if end := l.rawBegin(); end > 0 {
				return l.raw(end)
			}
			l.tag(blockBegin)
			return true
		case '{':
			l.tag(variableBegin)
			return true
		}
		l.at++
	}
}

func (l *lexer) comment() bool {
	end := strings.Index(l.text[l.at+2:], "#}")
	if end < 0 {
		l.fail("Missing end of comment tag")
		return false
	}
	l.at += 2 + end + 2
	return true
}

// rawBegin is where the tag {% raw %} at l.at ends, 0 when it is another one.
func (l *lexer) rawBegin() int { return keywordTag(l.text, l.at, "raw", "-") }

// keywordTag is where a tag of one word that begins at a place ends, 0 when it is another one. signs are those that may stand before its end.
func keywordTag(text string, at int, word, signs string) int {
	at += 2
	if at < len(text) && (text[at] == '-' || text[at] == '+') {
		at++
	}
	at += spaces(text[at:])
	if !strings.HasPrefix(text[at:], word) {
		return 0
	}
	at += len(word)
	at += spaces(text[at:])
	if at < len(text) && strings.IndexByte(signs, text[at]) >= 0 {
		at++
	}
	if !strings.HasPrefix(text[at:], "%}") {
		return 0
	}
	return at + 2
}

func (l *lexer) raw(begin int) bool {
	for at := begin; ; at += 2 {
		next := strings.Index(l.text[at:], "{%")
		if next < 0 {
			l.fail("Missing end of raw directive")
			return false
		}
		at += next
		if end := keywordTag(l.text, at, "endraw", "-+"); end > 0 {
			l.at = end
			return true
		}
	}
}

// spaces is how many bytes of white space a text begins with.
func spaces(s string) int {
	for i, c := range s {
		if !unicode.IsSpace(c) && (c < 0x1c || c > 0x1f) {
			return i
		}
	}
	return len(s)
}

// tag reads the tokens of a tag.
func (l *lexer) tag(kind tokenKind) {
	start := l.at
	l.at += 2
	if l.at < len(l.text) && (l.text[l.at] == '-' || l.text[l.at] == '+') {
		l.at++
	}
	l.add(kind, "", start, l.at)
	var open []byte
	for l.fault == nil {
		if len(open) == 0 && l.ends(kind) {
			return
		}
		if l.at >= len(l.text) {
			return
		}
		open = l.one(open)
	}
}

// ends reads the end of a tag.
func (l *lexer) ends(kind tokenKind) bool {
	rest, closing, signs, end := l.text[l.at:], "%}", "+-", blockEnd
	if kind == variableBegin {
		closing, signs, end = "}}", "-", variableEnd
	}
	n := 0
	if rest != "" && strings.IndexByte(signs, rest[0]) >= 0 {
		n = 1
	}
	if !strings.HasPrefix(rest[n:], closing) {
		return false
	}
	l.add(end, "", l.at, l.at+n+2)
	l.at += n + 2
	return true
}

// one reads one token inside a tag; open are the brackets that are not closed.
func (l *lexer) one(open []byte) []byte {
	rest := l.text[l.at:]
	if n := spaces(rest); n > 0 {
		l.at += n
		return open
	}
	if n := floatLength(rest); n > 0 && (l.at == 0 || l.text[l.at-1] != '.') {
		l.take(float, n)
		return open
	}
	if n := integerLength(rest); n > 0 {
		l.take(integer, n)
		return open
	}
	if n := nameLength(rest); n > 0 {
		if first, _ := utf8.DecodeRuneInString(rest); unicode.IsDigit(first) {
			l.fail("Invalid character in identifier")
			return open
		}
		l.take(name, n)
		return open
	}
	if n := stringLength(rest); n > 0 {
		value, ok := unescape(rest[1 : n-1])
		if !ok {
			l.fail("a text has an escape that Python does not know")
			return open
		}
		l.add(text, value, l.at, l.at+n)
		l.at += n
		return open
	}
	n := operatorLength(rest)
	if n == 0 {
		l.fail("unexpected char")
		return open
	}
	open = l.balance(open, rest[0])
	l.take(operator, n)
	return open
}

func (l *lexer) take(kind tokenKind, n int) {
	l.add(kind, l.text[l.at:l.at+n], l.at, l.at+n)
	l.at += n
}

func (l *lexer) balance(open []byte, c byte) []byte {
	switch c {
	case '{':
		return append(open, '}')
	case '(':
		return append(open, ')')
	case '[':
		return append(open, ']')
	case '}', ')', ']':
		if len(open) == 0 || open[len(open)-1] != c {
			l.fail("unexpected '" + string(c) + "'")
			return open
		}
		return open[:len(open)-1]
	}
	return open
}

func nameLength(s string) int {
	for i, c := range s {
		if c != '_' && !unicode.IsLetter(c) && !unicode.IsDigit(c) && !(i > 0 && unicode.Is(unicode.M, c)) {
			return i
		}
	}
	return len(s)
}

// digits is the length of (\d+_)*\d+.
func digits(s string) int {
	n := 0
	for n < len(s) && (isDigit(s[n]) || s[n] == '_' && n > 0 && isDigit(s[n-1]) && n+1 < len(s) && isDigit(s[n+1])) {
		n++
	}
	return n
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// floatLength is the length of a number with a fraction or an exponent, 0 for none.
func floatLength(s string) int {
	n := digits(s)
	if n == 0 {
		return 0
	}
	whole := n
	if n < len(s) && s[n] == '.' {
		if f := digits(s[n+1:]); f > 0 {
			n += 1 + f
		}
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		e := n + 1
		if e < len(s) && (s[e] == '+' || s[e] == '-') {
			e++
		}
		if d := digits(s[e:]); d > 0 {
			return e + d
		}
	}
	if n == whole {
		return 0
	}
	return n
}

// integerLength is the length of a whole number, 0 for none.
func integerLength(s string) int {
	if s == "" || !isDigit(s[0]) {
		return 0
	}
	if s[0] != '0' {
		return repeated(s[1:], isDigit) + 1
	}
	if len(s) > 2 {
		of := map[byte]func(byte) bool{
			'b': func(c byte) bool { return c == '0' || c == '1' },
			'o': func(c byte) bool { return c >= '0' && c <= '7' },
			'x': func(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' },
		}[s[1]|0x20]
		if of != nil {
			if n := repeated(s[2:], of); n > 0 {
				return 2 + n
			}
		}
	}
	return 1 + repeated(s[1:], func(c byte) bool { return c == '0' })
}

// repeated is the length of (_?c)*.
func repeated(s string, fits func(byte) bool) int {
	n := 0
	for {
		at := n
		if at < len(s) && s[at] == '_' {
			at++
		}
		if at >= len(s) || !fits(s[at]) {
			return n
		}
		n = at + 1
	}
}

// stringLength is the length of a text with its quotes, 0 where none begins or it does not end.
func stringLength(s string) int {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1
		}
	}
	return 0
}

func operatorLength(s string) int {
	if len(s) > 1 {
		switch s[:2] {
		case "//", "**", "==", "!=", ">=", "<=":
			return 2
		}
	}
	if s != "" && strings.IndexByte("+-/*%~[](){}><=.:|,;", s[0]) >= 0 {
		return 1
	}
	return 0
}

// unescape takes the escapes of Python out of a text; ok is false for those that Python refuses.
func unescape(s string) (value string, ok bool) {
	if !strings.Contains(s, `\`) {
		return s, true
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 >= len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if length, hex := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[i]]; hex {
			if i+length >= len(s) {
				return "", false
			}
			code, err := strconv.ParseUint(s[i+1:i+1+length], 16, 32)
			if err != nil || code > unicode.MaxRune {
				return "", false
			}
			b.WriteRune(rune(code))
			i += length
			continue
		}
		if s[i] == 'N' {
			end := strings.IndexByte(s[i:], '}')
			if !strings.HasPrefix(s[i+1:], "{") || end < 0 {
				return "", false
			}
			b.WriteByte('?')
			i += end
			continue
		}
		b.WriteString(simpleEscape(s[i]))
	}
	return b.String(), true
}

func simpleEscape(c byte) string {
	switch c {
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case 'r':
		return "\r"
	case '\n':
		return ""
	case '\\', '\'', '"':
		return string(c)
	}
	return `\` + string(c)
}
