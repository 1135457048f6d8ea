package syntax

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// unicodeName emits an identifier with bytes beyond ASCII, or errors for what cannot stand in one (PEP 3131).
// It is never a keyword: CPython compares those with the text as written, before normalisation.
func (l *lexer) unicodeName(start, end int) {
	src := l.src
	for i := start; i < end; {
		r, n := utf8.DecodeRuneInString(src[i:])
		if !isIdentifierRune(r, i == start) {
			l.unicodeRest(start, i, n, r)
			return
		}
		i += n
	}
	l.emit(kName, start, end)
	l.toks[len(l.toks)-1].flags |= flagUnicode
}

// unicodeRest reports a character that no identifier has, and goes on behind it.
func (l *lexer) unicodeRest(start, at, size int, r rune) {
	l.pos = at + size
	l.fail(at, l.pos, invalidCharacter(r))
}

func invalidCharacter(r rune) string {
	if r < 0x80 && unicode.IsPrint(r) {
		return fmt.Sprintf("invalid syntax: unexpected character %q", r)
	}
	if !unicode.IsPrint(r) {
		return fmt.Sprintf("invalid non-printable character U+%04X", r)
	}
	return fmt.Sprintf("invalid character '%c' (U+%04X)", r, r)
}

// isIdentifierRune is XID_Start or XID_Continue of Unicode Standard Annex 31.
func isIdentifierRune(r rune, first bool) bool {
	switch {
	case r < 0x80:
		return classes[r] == cIdent || !first && classes[r] == cDigit
	case r == utf8.RuneError || !isIDRune(r, first):
		return false
	}
	// The X in XID: what the character becomes by NFKC must be an identifier too.
	for i, n := range norm.NFKC.String(string(r)) {
		if !isIDRune(n, first && i == 0) {
			return false
		}
	}
	return true
}

func isIDRune(r rune, first bool) bool {
	if r < 0x80 {
		return classes[r] == cIdent || !first && classes[r] == cDigit
	}
	if unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start) {
		return !unicode.In(r, unicode.Pattern_Syntax, unicode.Pattern_White_Space)
	}
	return !first && unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)
}

// identifierText is the name that a token stands for: normalised to NFKC, as CPython does.
func identifierText(src string, t token) string {
	s := src[t.start:t.end]
	if t.flags&flagUnicode != 0 {
		return norm.NFKC.String(s)
	}
	return s
}
