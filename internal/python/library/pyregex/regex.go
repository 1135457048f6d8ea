// Package pyregex matches Python regular expressions by translating them to RE2, and says so where that is not exact.
//
// Facts: "re", the library reference, and Lib/re/_parser.py. RE2 and Python agree on leftmost-first matching; look-around,
// back references, conditionals, possessive quantifiers and atomic groups have no equal. Classes such as \w are those of
// ASCII, so that a subject with other letters is refused when the pattern has one.
package pyregex

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"
)

// Flag is one of Python's flags, with its number in the module re.
type Flag int

// The flags of re, by their numbers in Lib/re/__init__.py.
const (
	IgnoreCase Flag = 2
	Locale     Flag = 4
	Multiline  Flag = 8
	DotAll     Flag = 16
	Unicode    Flag = 32
	Verbose    Flag = 64
	ASCII      Flag = 256
)

// ErrUnsupported is returned where a pattern or subject cannot be matched exactly as Python would.
var ErrUnsupported = errors.New("regular expression beyond what can be matched exactly")

// maxPattern bounds the length of a pattern in bytes.
const maxPattern = 16 << 10

// Regexp is a compiled pattern.
type Regexp struct {
	Pattern string
	Names   []string // of the groups from 1, "" where a group has none
	Flags   Flag

	search, match, full *regexp.Regexp
	asciiOnly           bool // has classes or ignores case
	dollar              bool // has a "$" that also matches before a final newline
	empty               bool // can match no text at all
}

// Compile translates a pattern. The error is ErrUnsupported when Python may accept what is not supported here.
func Compile(pattern string, flags Flag) (*Regexp, error) {
	if len(pattern) > maxPattern || flags&Locale != 0 {
		return nil, ErrUnsupported
	}
	t := &translator{text: pattern, flags: flags}
	body, err := t.translate()
	if err != nil {
		return nil, err
	}
	re := &Regexp{Pattern: pattern, Flags: t.flags, asciiOnly: t.asciiOnly, dollar: t.dollar}
	for _, form := range []struct {
		to   **regexp.Regexp
		text string
	}{{&re.search, body}, {&re.match, `\A(?:` + body + `)`}, {&re.full, `\A(?:` + body + `)\z`}} {
		if *form.to, err = regexp.Compile(form.text); err != nil {
			return nil, ErrUnsupported
		}
	}
	re.Names = re.search.SubexpNames()[1:]
	if tree, err := syntax.Parse(body, syntax.Perl); err != nil || canBeEmpty(tree) {
		re.empty = true
	}
	return re, nil
}

// subject refuses texts for which the translation is not exact.
func (re *Regexp) subject(text string) error {
	if re.dollar && strings.HasSuffix(text, "\n") {
		return ErrUnsupported
	}
	if re.asciiOnly && !isASCII(text) {
		return ErrUnsupported
	}
	return nil
}

// Match is a match: pairs of byte offsets for the whole and for each group, -1 for a group that took no part.
type Match struct {
	Subject string
	Spans   []int
}

// Group is the text of group i (0 is the whole match); ok is false for a group that took no part or does not exist.
func (m *Match) Group(i int) (text string, ok bool) {
	if i < 0 || 2*i+1 >= len(m.Spans) || m.Spans[2*i] < 0 {
		return "", false
	}
	return m.Subject[m.Spans[2*i]:m.Spans[2*i+1]], true
}

func (re *Regexp) run(compiled *regexp.Regexp, text string) (*Match, error) {
	if err := re.subject(text); err != nil {
		return nil, err
	}
	if spans := compiled.FindStringSubmatchIndex(text); spans != nil {
		return &Match{text, spans}, nil
	}
	return nil, nil
}

// Search is re.search: the first match, or nil.
func (re *Regexp) Search(text string) (*Match, error) { return re.run(re.search, text) }

// MatchStart is re.match: a match at the start, or nil.
func (re *Regexp) MatchStart(text string) (*Match, error) { return re.run(re.match, text) }

// FullMatch is re.fullmatch: a match of the whole text, or nil.
func (re *Regexp) FullMatch(text string) (*Match, error) { return re.run(re.full, text) }

// All are the matches of re.finditer. A pattern that can match the empty text is ErrUnsupported: behind a match Python finds an empty one
// that RE2 passes over.
func (re *Regexp) All(text string) ([]*Match, error) {
	if err := re.subject(text); err != nil {
		return nil, err
	}
	if re.empty {
		return nil, ErrUnsupported
	}
	var out []*Match
	for _, spans := range re.search.FindAllStringSubmatchIndex(text, -1) {
		out = append(out, &Match{text, spans})
	}
	return out, nil
}

// Index is the number of a named group, or -1.
func (re *Regexp) Index(name string) int {
	for i, n := range re.Names {
		if n == name && name != "" {
			return i + 1
		}
	}
	return -1
}

// Expand fills a template of re.sub with a match.
func (re *Regexp) Expand(template string, m *Match) (string, error) {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		if template[i] != '\\' {
			b.WriteByte(template[i])
			continue
		}
		i++
		if i == len(template) {
			return "", ErrUnsupported
		}
		switch c := template[i]; {
		case c >= '1' && c <= '9':
			if i+1 < len(template) && template[i+1] >= '0' && template[i+1] <= '9' || int(c-'0') > len(re.Names) {
				return "", ErrUnsupported
			}
			text, _ := m.Group(int(c - '0'))
			b.WriteString(text)
		case c == 'g':
			end := strings.IndexByte(template[i:], '>')
			if i+1 >= len(template) || template[i+1] != '<' || end < 0 {
				return "", ErrUnsupported
			}
			n := re.groupNumber(template[i+2 : i+end])
			if n < 0 {
				return "", ErrUnsupported
			}
			text, _ := m.Group(n)
			b.WriteString(text)
			i += end
		case strings.IndexByte("abfnrtv", c) >= 0:
			b.WriteString(map[byte]string{'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v"}[c])
		case c == '\\':
			b.WriteByte(c)
		case c < '0' || c > '9' && (c|0x20 < 'a' || c|0x20 > 'z'):
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			return "", ErrUnsupported
		}
	}
	return b.String(), nil
}

func (re *Regexp) groupNumber(name string) int {
	n := 0
	for _, c := range name {
		if c < '0' || c > '9' {
			return re.Index(name)
		}
		n = n*10 + int(c-'0')
	}
	if name == "" || n > len(re.Names) {
		return -1
	}
	return n
}

// canBeEmpty reports whether an expression matches without consuming a character.
func canBeEmpty(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune) == 0
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL, syntax.OpNoMatch:
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return canBeEmpty(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || canBeEmpty(re.Sub[0])
	case syntax.OpConcat:
		for _, s := range re.Sub {
			if !canBeEmpty(s) {
				return false
			}
		}
		return true
	case syntax.OpAlternate:
		for _, s := range re.Sub {
			if canBeEmpty(s) {
				return true
			}
		}
		return false
	}
	return true // assertions, stars, options
}

// Escape is re.escape of Python 3.7 and later.
func Escape(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
