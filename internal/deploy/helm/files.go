package helm

import (
	"encoding/base64"
	"path"
	"regexp"
	"strings"
)

// files are the chart's other files by their paths; templates see them as .Files (https://helm.sh/docs/chart_template_guide/accessing_files/).
type files map[string][]byte

func (c *Chart) visible() files {
	out, size := files{}, 0
	for _, name := range sortedNames(c.files) {
		data := c.files[name].Data
		if size += len(data); size > maxFiled {
			break
		}
		out[name] = data
	}
	return out
}

// maxFiled bounds the bytes of a chart's other files that templates can read.
const maxFiled = 4 << 20

// filed is how many bytes visible has, names included.
func (c *Chart) filed() int {
	size := 0
	for name, f := range c.files {
		size += len(name) + len(f.Data) + 16
	}
	return min(size, maxFiled)
}

// GetBytes is a file's content, empty without it.
func (f files) GetBytes(name string) []byte {
	if data, ok := f[name]; ok {
		return data
	}
	return []byte{}
}

// Get is a file's text, "" without it.
func (f files) Get(name string) string { return string(f.GetBytes(name)) }

// Glob are the files that a pattern matches.
func (f files) Glob(pattern string) files {
	out := files{}
	expression, err := regexp.Compile(globExpression(pattern))
	if err != nil || len(pattern) > maxPattern {
		return out
	}
	for name, data := range f {
		if expression.MatchString(name) {
			out[name] = data
		}
	}
	return out
}

// globExpression is the regular expression for a pattern with *, **, ?, [a-z], [!a] and {a,b}.
func globExpression(pattern string) string {
	var out strings.Builder
	out.WriteString("^")
	braces := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case c == '*' && strings.HasPrefix(pattern[i:], "**"):
			out.WriteString("(?s:.*)")
			i++
		case c == '*':
			out.WriteString("[^/]*")
		case c == '?':
			out.WriteString("[^/]")
		case c == '{':
			out.WriteString("(?:")
			braces++
		case c == '}' && braces > 0:
			out.WriteString(")")
			braces--
		case c == ',' && braces > 0:
			out.WriteString("|")
		case c == '[':
			end := strings.IndexByte(pattern[i:], ']')
			if end < 0 {
				return "[" // no expression
			}
			set := pattern[i+1 : i+end]
			if rest, negated := strings.CutPrefix(set, "!"); negated {
				set = "^" + rest
			}
			out.WriteString("[" + strings.ReplaceAll(set, `\`, `\\`) + "]")
			i += end
		case c == '\\' && i+1 < len(pattern):
			i++
			out.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		default:
			out.WriteString(regexp.QuoteMeta(pattern[i : i+1]))
		}
	}
	out.WriteString("$")
	return out.String()
}

// AsConfig are the files as the data of a ConfigMap.
func (f files) AsConfig() string {
	texts := map[string]string{}
	for _, name := range sortedNames(f) {
		texts[path.Base(name)] = string(f[name])
	}
	if f == nil {
		return ""
	}
	return toYAML(texts)
}

// AsSecrets are the files as the data of a Secret.
func (f files) AsSecrets() string {
	texts := map[string]string{}
	for _, name := range sortedNames(f) {
		texts[path.Base(name)] = base64.StdEncoding.EncodeToString(f[name])
	}
	if f == nil {
		return ""
	}
	return toYAML(texts)
}

// Lines are the lines of a file.
func (f files) Lines(name string) []string {
	if len(f[name]) == 0 {
		return []string{}
	}
	return strings.Split(strings.TrimSuffix(string(f[name]), "\n"), "\n")
}
