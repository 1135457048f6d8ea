package dotenv

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Load reads a file as python-dotenv does, without the interpolation of ${NAME}; see Interpolate.
// A statement that cannot be read is left out, as there.
func Load(text string) []Binding {
	text = strings.TrimPrefix(text, "\ufeff")
	r := &reader{text: text}
	var out []Binding
	for r.pos < len(text) {
		if b, ok := r.binding(); ok {
			out = append(out, b)
		}
	}
	return out
}

var errSyntax = errors.New("statement cannot be read")

type reader struct {
	text string
	pos  int // bytes from 0
}

func (r *reader) rest() string { return r.text[r.pos:] }

func (r *reader) peek() byte {
	if r.pos < len(r.text) {
		return r.text[r.pos]
	}
	return 0
}

// skip passes over the characters for which is holds.
func (r *reader) skip(is func(rune) bool) string {
	start := r.pos
	for r.pos < len(r.text) {
		c, width := utf8.DecodeRuneInString(r.text[r.pos:])
		if !is(c) {
			break
		}
		r.pos += width
	}
	return r.text[start:r.pos]
}

func isSpace(c rune) bool    { return unicode.IsSpace(c) || c >= 0x1c && c <= 0x1f }
func isBlank(c rune) bool    { return isSpace(c) && c != '\r' && c != '\n' }
func notLineEnd(c rune) bool { return c != '\r' && c != '\n' }

// binding reads one statement; ok is false for blank lines, comments and what cannot be read.
func (r *reader) binding() (b Binding, ok bool) {
	r.skip(isSpace)
	if r.pos == len(r.text) {
		return Binding{}, false
	}
	b, err := r.statement()
	if err != nil {
		r.skip(notLineEnd)
		if strings.HasPrefix(r.rest(), "\r\n") {
			r.pos++ // the expression of python-dotenv takes the \r alone; the \n is blank space then
		} else if r.pos < len(r.text) {
			r.pos++
		}
		return Binding{}, false
	}
	return b, b.Key != ""
}

func (r *reader) statement() (Binding, error) {
	if rest, ok := strings.CutPrefix(r.rest(), "export"); ok {
		if trimmed := strings.TrimLeftFunc(rest, isBlank); len(trimmed) < len(rest) {
			r.pos = len(r.text) - len(trimmed)
		}
	}
	b := Binding{Offset: uint32(r.pos)}
	key, err := r.key()
	if err != nil {
		return b, err
	}
	b.Key = key
	r.skip(isBlank)
	if r.peek() == '=' {
		r.pos++
		spaces := r.skip(isBlank)
		b.HasValue = true
		if b.Value, b.Uncertain, err = r.value(spaces != ""); err != nil {
			return b, err
		}
	}
	b.End = uint32(r.pos)
	saved := r.pos
	r.skip(isBlank)
	if r.peek() == '#' {
		r.skip(notLineEnd)
	} else {
		r.pos = saved
	}
	return b, r.endOfLine()
}

func (r *reader) endOfLine() error {
	r.skip(isBlank)
	switch {
	case r.pos == len(r.text):
	case strings.HasPrefix(r.rest(), "\r\n"):
		r.pos += 2
	case r.peek() == '\n' || r.peek() == '\r':
		r.pos++
	default:
		return errSyntax
	}
	return nil
}

func (r *reader) key() (string, error) {
	switch r.peek() {
	case '#':
		return "", nil
	case '\'':
		end := strings.IndexByte(r.text[r.pos+1:], '\'')
		if end < 1 {
			return "", errSyntax
		}
		key := r.text[r.pos+1 : r.pos+1+end]
		r.pos += end + 2
		return key, nil
	}
	key := r.skip(func(c rune) bool { return c != '=' && c != '#' && !isSpace(c) })
	if key == "" {
		return "", errSyntax
	}
	return key, nil
}

// value reads what follows "=". afterSpace says that blanks stood between: then "#" begins a comment (1.2 and later).
func (r *reader) value(afterSpace bool) (value string, uncertain bool, err error) {
	switch c := r.peek(); c {
	case '\'', '"':
		return r.quoted(c)
	case '#':
		if afterSpace {
			return "", true, nil
		}
	case 0, '\n', '\r':
		if r.pos == len(r.text) || c != 0 {
			return "", false, nil
		}
	}
	part := r.skip(notLineEnd)
	for i, c := range part {
		if c == '#' && i > 0 {
			if before := strings.TrimRightFunc(part[:i], isSpace); len(before) < i {
				return before, false, nil
			}
		}
	}
	return strings.TrimRightFunc(part, isSpace), false, nil
}

// quoted reads a quoted value. Versions before 1.2 took a backslash in front of an escaped backslash differently.
func (r *reader) quoted(quote byte) (value string, uncertain bool, err error) {
	escapes := `\'`
	if quote == '"' {
		escapes = `\'"abfnrtv`
	}
	var b strings.Builder
	for i := r.pos + 1; i < len(r.text); i++ {
		c := r.text[i]
		if c == quote {
			r.pos = i + 1
			return b.String(), uncertain, nil
		}
		if c != '\\' || i+1 == len(r.text) {
			b.WriteByte(c)
			continue
		}
		i++
		next := r.text[i]
		uncertain = uncertain || next == '\\'
		if strings.IndexByte(escapes, next) < 0 {
			b.WriteByte('\\')
			b.WriteByte(next)
			continue
		}
		b.WriteByte(escape(next))
	}
	return "", false, errSyntax
}

func escape(c byte) byte {
	switch c {
	case 'a':
		return '\a'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	}
	return c
}

// Atom is a part of a value: text, or a reference ${Name:-Default}.
type Atom struct {
	Text       string
	Reference  bool
	Name       string
	Default    string
	HasDefault bool
}

// Atoms splits a value into text and references, as python-dotenv interpolates it.
func Atoms(value string) []Atom {
	var atoms []Atom
	for {
		start, end, ref, ok := reference(value)
		if !ok {
			break
		}
		if start > 0 {
			atoms = append(atoms, Atom{Text: value[:start]})
		}
		atoms = append(atoms, ref)
		value = value[end:]
	}
	if value != "" {
		atoms = append(atoms, Atom{Text: value})
	}
	return atoms
}

// reference finds the first \$\{[^}:]*(:-[^}]*)?\} in a value.
func reference(value string) (start, end int, ref Atom, ok bool) {
	for from := 0; ; {
		i := strings.Index(value[from:], "${")
		if i < 0 {
			return 0, 0, Atom{}, false
		}
		start = from + i
		name := value[start+2:]
		j := strings.IndexAny(name, "}:")
		if j < 0 {
			return 0, 0, Atom{}, false
		}
		rest := name[j:]
		name = name[:j]
		if rest[0] == '}' {
			return start, start + 2 + j + 1, Atom{Reference: true, Name: name}, true
		}
		if k := strings.IndexByte(rest, '}'); k >= 0 && strings.HasPrefix(rest, ":-") {
			return start, start + 2 + j + k + 1, Atom{Reference: true, Name: name, Default: rest[2:k], HasDefault: true}, true
		}
		from = start + 2
	}
}
