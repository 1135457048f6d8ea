package pyregex

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// translator turns a Python pattern into one of RE2.
type translator struct {
	text      string
	pos       int
	flags     Flag
	asciiOnly bool
	dollar    bool
	out       strings.Builder
	quantable bool // the last item can take a quantifier
}

// space is \s as ranges: with Unicode matching, which is the rule for str, the four separators count as well.
const (
	space    = `\t-\r\x1c-\x20`
	notSpace = `\x00-\x08\x0e-\x1b\x21-\x{10FFFF}`
)

func (t *translator) translate() (string, error) {
	for t.pos < len(t.text) {
		if err := t.item(); err != nil {
			return "", err
		}
	}
	if t.flags&IgnoreCase != 0 {
		t.asciiOnly = true
		return "(?i)" + t.out.String(), nil
	}
	return t.out.String(), nil
}

func (t *translator) item() error {
	c, width := utf8.DecodeRuneInString(t.text[t.pos:])
	start := t.pos
	t.pos += width
	quantable := true
	switch c {
	case '\\':
		if err := t.escape(false); err != nil {
			return err
		}
	case '[':
		if err := t.class(); err != nil {
			return err
		}
	case '(':
		return t.group()
	case ')':
		t.out.WriteByte(')')
	case '|':
		t.out.WriteByte('|')
		quantable = false
	case '.':
		if t.flags&DotAll != 0 {
			t.out.WriteString(`(?s:.)`)
		} else {
			t.out.WriteByte('.')
		}
	case '^':
		t.out.WriteString(t.multiline(`\A`, `(?m:^)`))
		quantable = false
	case '$':
		t.dollar = t.dollar || t.flags&Multiline == 0
		t.out.WriteString(t.multiline(`\z`, `(?m:$)`))
		quantable = false
	case '*', '+', '?':
		return t.quantifier(string(c))
	case '{':
		if q, end, ok := braces(t.text[start:]); ok {
			t.pos = start + end
			return t.quantifier(q)
		}
		t.out.WriteString(`\{`)
	default:
		if t.flags&Verbose != 0 {
			if strings.ContainsRune(" \t\n\r\v\f", c) {
				return nil
			}
			if c == '#' {
				if i := strings.IndexByte(t.text[t.pos:], '\n'); i >= 0 {
					t.pos += i + 1
				} else {
					t.pos = len(t.text)
				}
				return nil
			}
		}
		t.literal(c)
	}
	t.quantable = quantable
	return nil
}

func (t *translator) multiline(single, multi string) string {
	if t.flags&Multiline != 0 {
		return multi
	}
	return single
}

func (t *translator) literal(c rune) {
	if c < utf8.RuneSelf && strings.ContainsRune(`\.+*?()|[]{}^$-&~#`, c) {
		t.out.WriteByte('\\')
	}
	t.out.WriteRune(c)
}

// quantifier writes a quantifier; one behind nothing, behind another one, or a possessive one is not for RE2.
func (t *translator) quantifier(q string) error {
	if !t.quantable {
		return ErrUnsupported
	}
	t.out.WriteString(q)
	if t.pos < len(t.text) {
		switch t.text[t.pos] {
		case '?':
			t.out.WriteByte('?')
			t.pos++
		case '+', '*':
			return ErrUnsupported
		}
	}
	t.quantable = false
	return nil
}

// braces reads {m}, {m,}, {,n} or {m,n}.
func braces(s string) (q string, end int, ok bool) {
	i := strings.IndexByte(s, '}')
	if i < 2 {
		return "", 0, false
	}
	low, high, comma := strings.Cut(s[1:i], ",")
	if !digits(low) || !digits(high) || (low == "" && !comma) {
		return "", 0, false
	}
	if low == "" {
		low = "0"
	}
	if comma {
		return "{" + low + "," + high + "}", i + 1, true
	}
	return "{" + low + "}", i + 1, true
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// group handles what follows an opening parenthesis.
func (t *translator) group() error {
	t.quantable = false
	rest := t.text[t.pos:]
	switch {
	case !strings.HasPrefix(rest, "?"):
		t.out.WriteByte('(')
	case strings.HasPrefix(rest, "?:"):
		t.out.WriteString("(?:")
		t.pos += 2
	case strings.HasPrefix(rest, "?P<"):
		end := strings.IndexByte(rest, '>')
		if end < 0 {
			return ErrUnsupported
		}
		t.out.WriteString("(" + rest[:end+1])
		t.pos += end + 1
	case strings.HasPrefix(rest, "?#"):
		end := strings.IndexByte(rest, ')')
		if end < 0 {
			return ErrUnsupported
		}
		t.pos += end + 1
	default:
		return t.globalFlags(rest)
	}
	return nil
}

// globalFlags reads (?aimsux) at the start of a pattern.
func (t *translator) globalFlags(rest string) error {
	end := strings.IndexByte(rest, ')')
	if t.pos != 1 || end < 2 {
		return ErrUnsupported
	}
	for _, c := range rest[1:end] {
		flag, ok := map[rune]Flag{'a': ASCII, 'i': IgnoreCase, 'm': Multiline, 's': DotAll, 'u': Unicode, 'x': Verbose}[c]
		if !ok {
			return ErrUnsupported
		}
		t.flags |= flag
	}
	t.pos += end + 1
	return nil
}

// escape handles what follows a backslash, in a class or outside.
func (t *translator) escape(inClass bool) error {
	if t.pos == len(t.text) {
		return ErrUnsupported
	}
	c, width := utf8.DecodeRuneInString(t.text[t.pos:])
	t.pos += width
	switch c {
	case 'd', 'D', 'w', 'W':
		t.asciiOnly = true
		t.out.WriteString(`\` + string(c))
	case 's', 'S':
		t.asciiOnly = true
		ranges := map[rune]string{'s': space, 'S': notSpace}[c]
		if !inClass {
			ranges = "[" + ranges + "]"
		}
		t.out.WriteString(ranges)
	case 'b', 'B', 'A', 'Z':
		if inClass {
			return ErrUnsupported
		}
		t.asciiOnly = t.asciiOnly || c == 'b' || c == 'B'
		t.out.WriteString(map[rune]string{'b': `\b`, 'B': `\B`, 'A': `\A`, 'Z': `\z`}[c])
	case 'a', 'f', 'n', 'r', 't', 'v':
		t.out.WriteString(`\` + string(c))
	case 'x', 'u', 'U':
		return t.codePoint(map[rune]int{'x': 2, 'u': 4, 'U': 8}[c])
	default:
		if c < utf8.RuneSelf && ('0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z') {
			return ErrUnsupported
		}
		t.literal(c)
	}
	return nil
}

func (t *translator) codePoint(n int) error {
	if t.pos+n > len(t.text) {
		return ErrUnsupported
	}
	hex := t.text[t.pos : t.pos+n]
	if strings.Trim(hex, "0123456789abcdefABCDEF") != "" {
		return ErrUnsupported
	}
	t.pos += n
	fmt.Fprintf(&t.out, `\x{%s}`, hex)
	return nil
}

// class handles a set of characters, behind its opening bracket.
func (t *translator) class() error {
	t.out.WriteByte('[')
	if strings.HasPrefix(t.text[t.pos:], "^") {
		t.out.WriteByte('^')
		t.pos++
	}
	for first := true; ; first = false {
		if t.pos >= len(t.text) {
			return ErrUnsupported
		}
		c, width := utf8.DecodeRuneInString(t.text[t.pos:])
		t.pos += width
		switch {
		case c == ']' && !first:
			t.out.WriteByte(']')
			return nil
		case c == '\\':
			if err := t.escape(true); err != nil {
				return err
			}
		case c == '-' && !first && t.pos < len(t.text) && t.text[t.pos] != ']':
			t.out.WriteByte('-')
		default:
			t.literal(c)
		}
	}
}
