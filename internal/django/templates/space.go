package templates

import (
	"strings"
	"unicode"
)

// isSpace is Python's str.isspace for one character, which str.strip, str.split and \s of re go by.
func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}

// isWord is \w of Python's re: str.isalnum or the underscore.
func isWord(r rune) bool {
	if r < 0x80 {
		return r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r)
}

// strip is Python's str.strip().
func strip(s string) string { return strings.TrimFunc(s, isSpace) }

// words is Python's str.split().
func words(s string) []string { return strings.FieldsFunc(s, isSpace) }

// firstWord is the first of words, "" without one.
func firstWord(s string) string {
	s = strings.TrimLeftFunc(s, isSpace)
	if end := strings.IndexFunc(s, isSpace); end >= 0 {
		return s[:end]
	}
	return s
}
