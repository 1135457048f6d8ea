// Package pyshlex splits text into words as Python's shlex does in POSIX mode with whitespace_split.
//
// Facts: CPython's Lib/shlex.py, the method read_token.
package pyshlex

import (
	"errors"
	"strings"
)

// Faults of a text. PythonMessage gives the messages of the ValueErrors that Python raises.
var (
	ErrNoClosingQuotation = errors.New("no closing quotation")
	ErrNoEscapedCharacter = errors.New("no escaped character")
)

// PythonMessage is what Python's exception says for an error of Split; "" for any other error.
func PythonMessage(err error) string {
	switch {
	case errors.Is(err, ErrNoClosingQuotation):
		return "No closing quotation"
	case errors.Is(err, ErrNoEscapedCharacter):
		return "No escaped character"
	}
	return ""
}

// Split returns the words of text. Each character of whitespace separates them; each of commenters starts a comment
// that lasts to the end of the line, also inside a word.
func Split(text, whitespace, commenters string) ([]string, error) {
	s := &scanner{rest: []rune(text), whitespace: whitespace, commenters: commenters, state: between}
	var words []string
	for {
		word, ok, err := s.word()
		if err != nil {
			return nil, err
		}
		if !ok {
			return words, nil
		}
		words = append(words, word)
	}
}

// The states of the scanner beside these are a quote or the backslash that it is inside of.
const (
	end     rune = -1
	between rune = ' '
	inWord  rune = 'a'
)

type scanner struct {
	rest                   []rune
	whitespace, commenters string
	state                  rune
	escaped                rune // the state to return to behind a backslash
}

func (s *scanner) next() rune {
	if len(s.rest) == 0 {
		return end
	}
	r := s.rest[0]
	s.rest = s.rest[1:]
	return r
}

func (s *scanner) skipLine() {
	for {
		if r := s.next(); r == end || r == '\n' {
			return
		}
	}
}

// word reads one word; ok is false at the end.
func (s *scanner) word() (word string, ok bool, err error) {
	var token strings.Builder
	quoted := false
	for s.state != end {
		r := s.next()
		switch s.state {
		case '\'', '"':
			quoted = true
			if r == end {
				return "", false, ErrNoClosingQuotation
			}
			switch {
			case r == s.state:
				s.state = inWord
			case r == '\\' && s.state == '"':
				s.escaped, s.state = s.state, r
			default:
				token.WriteRune(r)
			}
		case '\\':
			if r == end {
				return "", false, ErrNoEscapedCharacter
			}
			if s.escaped == '"' && r != '\\' && r != '"' {
				token.WriteByte('\\')
			}
			token.WriteRune(r)
			s.state = s.escaped
		default: // between words, or in one
			if s.plain(r, &token) && (token.Len() > 0 || quoted) {
				return token.String(), true, nil
			}
		}
	}
	return token.String(), token.Len() > 0 || quoted, nil
}

// plain takes a character outside quotes, and reports whether a word can end there.
func (s *scanner) plain(r rune, token *strings.Builder) bool {
	switch {
	case r == end:
		s.state = end
		return true
	case strings.ContainsRune(s.whitespace, r):
		s.state = between
		return true
	case strings.ContainsRune(s.commenters, r):
		s.skipLine()
		wasInWord := s.state == inWord
		s.state = between
		return wasInWord
	case r == '\\':
		s.escaped, s.state = inWord, r
	case r == '\'' || r == '"':
		s.state = r
	default:
		token.WriteRune(r)
		s.state = inWord
	}
	return false
}
