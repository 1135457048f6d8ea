package environments

import (
	"bytes"

	"gonogo/internal/check"
	"gonogo/internal/project"
	"gonogo/internal/python/syntax"
)

// readByCode reports whether the project's own Python reads a setting: by its name in a settings module, as an attribute, or as text
// (getattr). Without the code it is taken as read.
func readByCode(p *check.SourcePass, name string) bool {
	if p.Project.Code == nil {
		return true
	}
	for _, m := range p.Project.Code.Modules {
		if m.Syntax == nil || m.Test || !m.Syntax.File.Contains(name) {
			continue
		}
		if moduleReads(m, name) {
			return true
		}
	}
	return false
}

func moduleReads(m *project.CodeModule, name string) bool {
	found := false
	syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Name:
			found = found || n.ID == name && n.Ctx == syntax.Load
		case *syntax.Attribute:
			found = found || n.Attr == name && n.Ctx == syntax.Load
		case *syntax.Constant:
			found = found || n.Kind == syntax.Str && n.Value == name && !isVariableName(m, n)
		}
		return !found
	})
	return found
}

// isVariableName reports whether a text stands where an environment variable is named, as in env("NAME") and os.environ["NAME"]:
// the variable often has its setting's name, which is no reading of the setting.
func isVariableName(m *project.CodeModule, text *syntax.Constant) bool {
	from := int(text.Start)
	line := m.Syntax.File.Data[:from]
	if i := bytes.LastIndexByte(line, '\n'); i >= 0 {
		line = line[i+1:]
	}
	line = bytes.ToLower(line)
	return bytes.Contains(line, []byte("env")) || bytes.Contains(line, []byte("config("))
}
