package deploy

import (
	"strings"

	"gonogo/internal/source"
)

// composeEnvFile reads an env_file of a Compose service (https://docs.docker.com/reference/compose-file/services/#env_file-format): NAME=value or
// NAME: value, quotes that can go over lines, escapes and expansions in double quotes, expansions without quotes. before are the variables of
// the service's files that came before, and own those of the service itself, which expansions can name; the service's win, and one that is not
// known leaves the variable not given.
func composeEnvFile(f *source.File, before, own []Variable) []Variable {
	known, service := map[string]string{}, map[string]Variable{}
	for _, v := range own {
		service[v.Name] = v
	}
	for _, v := range before {
		if v.Given {
			known[v.Name] = v.Value
		}
	}
	lookup := func(name string) (string, bool) {
		if v, ok := service[name]; ok {
			return v.Value, v.Given
		}
		value, ok := known[name]
		return value, ok
	}
	var vars []Variable
	text := string(f.Data)
	for pos := 0; pos < len(text); {
		end := lineEnd(text, pos)
		line := text[pos:end]
		start := pos + len(line) - len(strings.TrimLeft(line, " \t"))
		next := end + 1
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			pos = next
			continue
		}
		statement := strings.TrimSpace(strings.TrimPrefix(line, "export "))
		cut := strings.IndexAny(statement, "=:")
		v := Variable{Name: statement}
		if cut >= 0 {
			v.Name = strings.TrimSpace(statement[:cut])
			from := pos + strings.IndexByte(text[pos:end], statement[cut]) + 1
			for from < end && (text[from] == ' ' || text[from] == '\t') {
				from++
			}
			next = v.composeValue(text, from, end, lookup)
		}
		stop := start + len(strings.TrimSpace(text[start:min(max(next-1, start), len(text))]))
		v.At = f.Span(source.Pos(start), source.Pos(stop))
		if isVariableName(v.Name) {
			delete(known, v.Name)
			if v.Given {
				known[v.Name] = v.Value
			}
			vars = append(vars, onlyGiven(v))
		}
		pos = next
	}
	return vars
}

func lineEnd(text string, from int) int {
	if i := strings.IndexByte(text[from:], '\n'); i >= 0 {
		return from + i
	}
	return len(text)
}

// composeValue reads the value that begins at from, on a line that ends at end, and returns where the next line begins.
func (v *Variable) composeValue(text string, from, end int, lookup func(string) (string, bool)) (next int) {
	if from < end && (text[from] == '"' || text[from] == '\'') {
		quote := text[from]
		for i := from + 1; i < len(text); i++ {
			if text[i] != quote || text[i-1] == '\\' {
				continue
			}
			inner := text[from+1 : i]
			v.Value, v.Given, v.Written = inner, true, inner
			if quote == '"' {
				v.Value, v.Given = interpolate(unescaped(inner), '$', lookup)
			}
			return lineEnd(text, i) + 1
		}
	}
	raw := strings.TrimRight(text[from:end], " \t\r")
	if i := strings.Index(raw, " #"); i >= 0 {
		raw = strings.TrimRight(raw[:i], " \t")
	}
	v.Written = raw
	v.Value, v.Given = interpolate(raw, '$', lookup)
	return end + 1
}

// unescaped replaces the escapes that double quotes know.
func unescaped(text string) string {
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\"`, `"`, `\'`, "'", `\$`, "$$").Replace(text)
}
