package caddy

import (
	"strings"

	"gonogo/internal/source"
)

// word is one word of a Caddyfile.
type word struct {
	text    string
	quoted  bool
	unknown bool
	line    int
	at      source.Span
}

// lex cuts a file into words: separated by blanks, or quoted by " or `; # begins a comment at the start of a word, and a backslash at the end
// of a line continues it.
func lex(f *source.File, env Environment) []word {
	var words []word
	data := f.Data
	line, same := 0, false // same: the line goes on
	for i := 0; i < len(data); {
		switch c := data[i]; {
		case c == '\n':
			if !same {
				line++
			}
			same = false
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '\\' && i+1 < len(data) && (data[i+1] == '\n' || data[i+1] == '\r'):
			same = true
			i++
		case c == '#':
			for i < len(data) && data[i] != '\n' {
				i++
			}
		default:
			start := i
			w := word{line: line}
			w.text, w.quoted, i = cut(data, i)
			w.at = source.Span{File: f, Start: source.Pos(start), End: source.Pos(i)}
			line += strings.Count(string(data[start:i]), "\n")
			w.text, w.unknown = fill(w.text, env)
			words = append(words, w)
		}
	}
	return words
}

// cut takes one word at i.
func cut(data []byte, i int) (text string, quoted bool, end int) {
	if q := data[i]; q == '"' || q == '`' {
		var b strings.Builder
		for i++; i < len(data) && data[i] != q; i++ {
			if q == '"' && data[i] == '\\' && i+1 < len(data) && data[i+1] == '"' {
				i++
			}
			b.WriteByte(data[i])
		}
		return b.String(), true, min(i+1, len(data))
	}
	start := i
	for i < len(data) && data[i] != ' ' && data[i] != '\t' && data[i] != '\n' && data[i] != '\r' {
		i++
	}
	return string(data[start:i]), false, i
}

// fill puts the variables of the environment in: {$NAME} and {$NAME:default}.
func fill(text string, env Environment) (filled string, unknown bool) {
	if !strings.Contains(text, "{$") {
		return text, false
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{$")
		b.WriteString(before)
		if !found {
			return b.String(), unknown
		}
		inside, after, closed := strings.Cut(rest, "}")
		if !closed {
			return b.String() + rest, true
		}
		name, otherwise, has := strings.Cut(inside, ":")
		value, known := "", false
		if env != nil {
			value, known = env(name)
		}
		switch {
		case known && value != "":
			b.WriteString(value)
		default: // a default holds where nobody sets the variable, which nobody tells
			unknown = true
			if has {
				b.WriteString(otherwise)
			} else {
				b.WriteString("{$" + inside + "}")
			}
		}
		text = after
	}
}
