package deploy

import (
	"strings"

	"gonogo/internal/source"
)

// assignment splits NAME=value.
func assignment(text string, at source.Span) Variable {
	name, value, _ := strings.Cut(text, "=")
	return Variable{Name: name, Value: value, Given: true, At: at}
}

// dotenv reads a file of NAME=value lines as Docker and python-dotenv do: comments, `export`, quotes. A line `NAME` alone passes the host's variable on.
func dotenv(f *source.File) []Variable {
	var vars []Variable
	for n := 1; n <= f.LineCount(); n++ {
		line := f.Line(n)
		text := strings.TrimSpace(line)
		if text == "" || text[0] == '#' {
			continue
		}
		start := f.LineStart(n) + source.Pos(strings.Index(line, text))
		at := f.Span(start, start+source.Pos(len(text)))
		text = strings.TrimSpace(strings.TrimPrefix(text, "export "))
		name, value, given := strings.Cut(text, "=")
		name = strings.TrimSpace(name)
		if !isVariableName(name) {
			continue
		}
		vars = append(vars, Variable{Name: name, Value: dotenvValue(value), Given: given, At: at})
	}
	return vars
}

// dotenvValue takes off quotes, or a comment behind an unquoted value.
func dotenvValue(value string) string {
	value = strings.TrimSpace(value)
	if value == "" {
		return ""
	}
	if quote := value[0]; quote == '"' || quote == '\'' {
		if end := strings.IndexByte(value[1:], quote); end >= 0 {
			return value[1 : 1+end]
		}
	}
	if i := strings.Index(value, " #"); i >= 0 {
		value = strings.TrimSpace(value[:i])
	}
	return value
}

// rawEnvFile reads a file of NAME=value lines as kustomize does: what stands behind the = is the value, quotes and all. A line `NAME` alone takes the
// variable of who runs it.
func rawEnvFile(f *source.File) []Variable {
	var vars []Variable
	for n := 1; n <= f.LineCount(); n++ {
		text := strings.TrimLeft(f.Line(n), " \t")
		if text == "" || text[0] == '#' {
			continue
		}
		name, value, given := strings.Cut(text, "=")
		if !isVariableName(name) {
			continue
		}
		start := f.LineStart(n) + source.Pos(len(f.Line(n))-len(text))
		vars = append(vars, Variable{Name: name, Value: value, Given: given, At: f.Span(start, start+source.Pos(len(text)))})
	}
	return vars
}
