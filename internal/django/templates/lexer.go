package templates

import (
	"strings"

	"gonogo/internal/source"
)

// Kind is the kind of a Token.
type Kind uint8

// The kinds of tokens, as django.template.base.TokenType has them.
const (
	Text Kind = iota + 1
	Var
	Block
	Comment
)

// Token is a stretch of a template: text, or one tag with its braces.
type Token struct {
	Kind Kind
	// Contents is a text as it stands, and what is between the braces of the others, without the white space around it.
	Contents   string
	Start, End source.Pos // braces included
}

// lex cuts a template into tokens, none of them empty. It is linear in the length of the text.
func lex(text string) []Token {
	l := lexer{text: text}
	l.tokens = make([]Token, 0, 2*strings.Count(text, "{%")+2*strings.Count(text, "{{")+1)
	for {
		start, end := l.next()
		if start < 0 {
			break
		}
		l.add(Text, l.text[l.done:start], l.done, start)
		l.tag(start, end)
		l.done = end
	}
	l.add(Text, text[l.done:], l.done, len(text))
	return l.tokens
}

// lexer is the state of lex.
type lexer struct {
	text     string
	done     int // where the last tag ended
	verbatim string
	lineEnd  int // the end of the line that was last looked at
	tokens   []Token
	// unclosed holds, for each kind of closing brace, the end of a line on which none is left.
	unclosed [3]int
}

func (l *lexer) add(kind Kind, contents string, start, end int) {
	if start < end {
		l.tokens = append(l.tokens, Token{Kind: kind, Contents: contents, Start: source.Pos(start), End: source.Pos(end)})
	}
}

// next finds the next thing that looks like a tag: an opening brace with its closing one on the same line. start is -1 at the end.
func (l *lexer) next() (start, end int) {
	for at := l.done; ; at++ {
		brace := strings.IndexByte(l.text[at:], '{')
		if brace < 0 || at+brace+1 >= len(l.text) {
			return -1, -1
		}
		at += brace
		var which int
		var closing string
		switch l.text[at+1] {
		case '%':
			which, closing = 0, "%}"
		case '{':
			which, closing = 1, "}}"
		case '#':
			which, closing = 2, "#}"
		default:
			continue
		}
		if at < l.unclosed[which] {
			continue
		}
		if at >= l.lineEnd {
			l.lineEnd = at + lineLength(l.text[at:])
		}
		line := l.text[at+2 : max(at+2, l.lineEnd)]
		found := strings.Index(line, closing)
		if found >= 0 {
			return at, at + 2 + found + 2
		}
		l.unclosed[which] = at + 2 + len(line)
	}
}

// tag adds a tag, which is text within {% verbatim %}.
func (l *lexer) tag(start, end int) {
	whole := l.text[start:end]
	contents := strip(whole[2 : len(whole)-2])
	kind := Block
	switch whole[1] {
	case '{':
		kind = Var
	case '#':
		kind = Comment
	}
	switch {
	case l.verbatim != "" && (kind != Block || contents != l.verbatim):
		kind, contents = Text, whole
	case l.verbatim != "":
		l.verbatim = ""
	case kind == Block && (contents == "verbatim" || strings.HasPrefix(contents, "verbatim ")):
		l.verbatim = "end" + contents
	}
	l.add(kind, contents, start, end)
}

// lineLength is the length of the line with which s begins, without its end.
func lineLength(s string) int {
	if n := strings.IndexByte(s, '\n'); n >= 0 {
		s = s[:n]
	}
	if n := strings.IndexByte(s, '\r'); n >= 0 {
		s = s[:n]
	}
	return len(s)
}
