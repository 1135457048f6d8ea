package security

import (
	"bytes"
	"strconv"
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/python/syntax"
)

// checked reports whether the function tests a variable that a value went through against a list, or hands it to something that
// by its name is a check.
func checked(f *flow.Function, o flow.Origin) bool {
	return f != nil && f.Tests(o.Names)
}

// placeOf is where a call stands, for the reason of an answer: "shop/views.py:12".
func placeOf(c *flow.Call) string {
	at := c.Module.Syntax.Span(c.Call)
	return at.Path() + ":" + strconv.Itoa(at.File.Position(at.Start).Line)
}

// ofOperator reports whether a file is run by hand by those who run the site, so that no visitor reaches it.
func ofOperator(m *syntax.Module) bool {
	p := "/" + m.File.Path
	return strings.Contains(p, "/management/commands/") || strings.Contains(p, "/scripts/") || strings.Contains(p, "/tools/") ||
		strings.Contains(p, "/benchmarks/") || strings.Contains(p, "/bin/") || strings.Contains(p, "tests/") || isProgram(m)
}

// isProgram reports whether a file is started by itself.
func isProgram(m *syntax.Module) bool {
	return bytes.HasPrefix(m.File.Data, []byte("#!")) || m.File.Contains(`"__main__"`) || m.File.Contains(`'__main__'`)
}
