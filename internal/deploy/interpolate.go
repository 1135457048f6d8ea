package deploy

import "strings"

// interpolate replaces $NAME, ${NAME}, ${NAME:-default} and their kin, as Dockerfiles and compose files have them. lookup tells a variable's value.
// escape is the character that takes away a dollar's meaning: '\\' in Dockerfiles, '$' in compose files. known is false when a variable without a
// default has no value; it is replaced by nothing.
func interpolate(text string, escape byte, lookup func(name string) (string, bool)) (out string, known bool) {
	in := &interpolation{escape: escape, lookup: lookup, known: true}
	return in.text(text, 0), in.known
}

// interpolateKnown is interpolate, but leaves as it is written what has no value.
func interpolateKnown(text string, escape byte, lookup func(name string) (string, bool)) string {
	in := &interpolation{escape: escape, lookup: lookup, keep: true}
	return in.text(text, 0)
}

// maxInterpolation bounds defaults within defaults.
const maxInterpolation = 20

type interpolation struct {
	escape byte
	lookup func(string) (string, bool)
	known  bool
	keep   bool // leave expansions without a value as they are written
}

func (in *interpolation) text(text string, depth int) string {
	if !strings.Contains(text, "$") || depth > maxInterpolation {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == in.escape && i+1 < len(text) && text[i+1] == '$' {
			b.WriteByte('$')
			i++
			continue
		}
		if c != '$' || i+1 >= len(text) {
			b.WriteByte(c)
			continue
		}
		if text[i+1] == '{' {
			end := closingBrace(text, i+2)
			if end < 0 {
				b.WriteByte(c)
				continue
			}
			b.WriteString(in.orWritten(text[i:end+1], func() (string, bool) { return in.braced(text[i+2:end], depth) }))
			i = end
			continue
		}
		n := variableLength(text[i+1:])
		if n == 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteString(in.orWritten(text[i:i+1+n], func() (string, bool) { return in.lookup(text[i+1 : i+1+n]) }))
		i += n
	}
	return b.String()
}

// closingBrace is the place of the } that ends an expansion beginning at from, or -1.
func closingBrace(text string, from int) int {
	depth := 1
	for i := from; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

func variableLength(text string) int {
	n := 0
	for n < len(text) && isVariableName(text[:n+1]) {
		n++
	}
	return n
}

// orWritten is the value of an expansion. Where it has none, that is noted, and it is nothing, or stays as written.
func (in *interpolation) orWritten(written string, value func() (string, bool)) string {
	v, ok := value()
	in.known = in.known && ok
	if !ok && in.keep {
		return written
	}
	return v
}

// braced is the value of what stands in ${...}.
func (in *interpolation) braced(inner string, depth int) (string, bool) {
	n := variableLength(inner)
	name, operator := inner[:n], inner[n:]
	value, ok := in.lookup(name)
	word, colon := strings.CutPrefix(operator, ":")
	set := ok && (!colon || value != "")
	switch {
	case operator == "":
		return value, ok
	case strings.HasPrefix(word, "-"):
		if set {
			return value, true
		}
		return in.text(word[1:], depth+1), true
	case strings.HasPrefix(word, "+"):
		if set {
			return in.text(word[1:], depth+1), true
		}
		return "", true
	}
	return value, set // ${NAME:?message} and what is not known
}
