package nginx

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

// placeholder stands for each byte that a template fills in later; no configuration has it.
const placeholder = 0x01

// isTemplate reports whether a file is one that Jinja, ERB or Go's templates turn into a configuration.
func isTemplate(file string) bool {
	switch path.Ext(file) {
	case ".j2", ".jinja", ".jinja2", ".erb", ".tmpl", ".tpl", ".gotmpl":
		return true
	}
	return strings.Contains(file, "{{")
}

// IsEnvsubst reports whether a file is one in which the image of nginx replaces environment variables (templates/*.template).
func IsEnvsubst(file string) bool { return strings.HasSuffix(file, ".template") }

// branch is a part of a template that is there under a condition.
type branch struct{ from, to int }

var (
	expression = regexp.MustCompile(`(?s)\{\{.*?\}\}|<%=.*?%>`)
	statement  = regexp.MustCompile(`(?s)\{%.*?%\}|\{#.*?#\}|<%[^=].*?%>`)
	opening    = regexp.MustCompile(`^\{%-?\s*(if|for)\b`)
	closing    = regexp.MustCompile(`^\{%-?\s*(endif|endfor)\b`)
)

// withoutTemplate replaces expressions by placeholders and statements by spaces, byte for byte, so that places stay what they are.
// The branches are what stands between if or for and their ends.
func withoutTemplate(data []byte) ([]byte, []branch) {
	out := bytes.Clone(data)
	var branches []branch
	var open []int
	for _, m := range statement.FindAllIndex(data, -1) {
		text := data[m[0]:m[1]]
		switch {
		case opening.Match(text):
			open = append(open, m[1])
		case closing.Match(text) && len(open) > 0:
			branches = append(branches, branch{open[len(open)-1], m[0]})
			open = open[:len(open)-1]
		}
		blank(out[m[0]:m[1]], ' ')
	}
	for _, m := range expression.FindAllIndex(data, -1) {
		blank(out[m[0]:m[1]], placeholder)
	}
	return out, branches
}

func blank(part []byte, with byte) {
	for i := range part {
		if part[i] != '\n' || with == placeholder {
			part[i] = with
		}
	}
}

// conditional reports whether a place lies in a part of a template that is there under a condition.
func (p *parser) conditional(at int) bool {
	for _, b := range p.branches {
		if at >= b.from && at < b.to {
			return true
		}
	}
	return false
}
