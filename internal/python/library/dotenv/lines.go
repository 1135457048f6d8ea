// Package dotenv reads .env files in the dialects of the Python packages that load them. Every package reads them a
// little differently: quotes, escapes, comments and what counts as a line.
package dotenv

import (
	"strings"
)

// Binding is one variable of a file.
type Binding struct {
	Key      string
	Value    string
	HasValue bool // false for a key without "=" (python-dotenv gives None)
	// Uncertain says that versions of the package read the value differently.
	Uncertain bool
	Offset    uint32 // byte offset of the key, from 0
	End       uint32 // byte offset behind the value
}

// Lines are the lines of a text as Python's str.splitlines gives them, without their ends, each with its byte offset.
func Lines(text string) (lines []string, offsets []int) {
	start := 0
	for i, r := range text {
		if i < start {
			continue // the \n of a \r\n
		}
		width := 0
		switch r {
		case '\n', '\v', '\f', 0x1c, 0x1d, 0x1e:
			width = 1
		case '\r':
			width = 1
			if strings.HasPrefix(text[i:], "\r\n") {
				width = 2
			}
		case 0x85:
			width = 2
		case 0x2028, 0x2029:
			width = 3
		default:
			continue
		}
		lines, offsets = append(lines, text[start:i]), append(offsets, start)
		start = i + width
	}
	if start < len(text) {
		lines, offsets = append(lines, text[start:]), append(offsets, start)
	}
	return lines, offsets
}

// keyAndValue matches (?:export )?([A-Za-z_0-9]+)=(.*), which django-environ, django-configurations and envparse use.
func keyAndValue(line string, export bool) (key, value string, ok bool) {
	if export {
		line = strings.TrimPrefix(line, "export ")
	}
	key, value, ok = strings.Cut(line, "=")
	if !ok || key == "" {
		return "", "", false
	}
	for i := 0; i < len(key); i++ {
		c := key[i]
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' {
			return "", "", false
		}
	}
	return key, value, true
}

// between is what stands between two quotes that enclose the whole text.
func between(s string, quote byte) (string, bool) {
	if len(s) < 2 || s[0] != quote || s[len(s)-1] != quote {
		return s, false
	}
	return s[1 : len(s)-1], true
}

// unescape removes each backslash and keeps the character behind it; those of keep stay escaped.
func unescape(s, keep string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			if strings.IndexByte(keep, s[i+1]) >= 0 {
				b.WriteByte('\\')
			}
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// Environ reads a file as environ.Env.read_env does (django-environ 0.5 and later).
func Environ(text string, parseComments bool) []Binding {
	lines, offsets := Lines(text)
	var out []Binding
	for i, line := range lines {
		key, value, ok := keyAndValue(line, true)
		if !ok {
			continue
		}
		uncertain := false
		if parseComments {
			value, uncertain = environUncommented(value)
		} else {
			value, _ = between(value, '\'')
		}
		if inner, ok := between(value, '"'); ok {
			value = unescape(inner, "rnt")
		}
		out = append(out, bind(key, value, uncertain, line, offsets[i]))
	}
	return out
}

// environUncommented takes a comment away, as read_env does with parse_comments. What stands in single quotes stays,
// if nothing but a comment follows.
func environUncommented(value string) (s string, uncertain bool) {
	trimmed := strings.TrimLeft(value, " \t")
	if strings.HasPrefix(trimmed, "'") {
		end := strings.LastIndex(trimmed, "'")
		if end > 0 {
			rest := strings.TrimLeft(trimmed[end+1:], " \t")
			if rest == "" || rest[0] == '#' {
				return trimmed[1:end], strings.Count(trimmed, "'") > 2
			}
		}
	}
	before, _, _ := strings.Cut(value, "#")
	return before, false
}

// Configurations reads a file as Configuration.load_dotenv of django-configurations does.
func Configurations(text string) []Binding {
	lines, offsets := Lines(text)
	var out []Binding
	for i, line := range lines {
		key, value, ok := keyAndValue(line, false)
		if !ok {
			continue
		}
		value, _ = between(value, '\'')
		if inner, ok := between(value, '"'); ok {
			value = unescape(inner, "")
		}
		out = append(out, bind(key, value, false, line, offsets[i]))
	}
	return out
}

// Decouple reads a file as decouple.RepositoryEnv does.
func Decouple(text string) []Binding {
	var out []Binding
	offset := 0
	for _, raw := range strings.SplitAfter(strings.NewReplacer("\r\n", " \n", "\r", "\n").Replace(text), "\n") {
		start := offset
		offset += len(raw)
		line := strings.TrimSpace(raw)
		key, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if inner, ok := between(value, '\''); ok {
			value = inner
		} else if inner, ok := between(value, '"'); ok {
			value = inner
		}
		out = append(out, bind(key, value, false, line, start))
	}
	return out
}

func bind(key, value string, uncertain bool, line string, offset int) Binding {
	return Binding{Key: key, Value: value, HasValue: true, Uncertain: uncertain,
		Offset: uint32(offset), End: uint32(offset + len(line))}
}
