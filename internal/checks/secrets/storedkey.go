package secrets

import (
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// keptInFile reports whether the code that makes a key at random writes a file beside, and reads one in its other arm: the key of the first
// start is then the one of the next, as long as the file's disk is kept.
func keptInFile(p *check.SourcePass, made source.Span) bool {
	if made.IsZero() {
		return false
	}
	for _, m := range p.Project.Code.Modules {
		if m.Syntax == nil || m.Syntax.File == nil || m.Syntax.File.Path != made.Path() {
			continue
		}
		kept := false
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			switch n.(type) {
			case *syntax.If, *syntax.Try, *syntax.FunctionDef:
				at := m.Syntax.Span(n)
				inside := at.Start <= made.Start && made.End <= at.End
				kept = kept || inside && callsMethod(n, "read_text", "read", "readline", "load") && callsMethod(n, "write_text", "write", "writelines", "dump")
				return inside
			}
			return true
		})
		return kept
	}
	return false
}

// callsMethod reports whether a method of one of the names is called within a node.
func callsMethod(n syntax.Node, names ...string) bool {
	found := false
	syntax.Inspect(n, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.Call); ok {
			if a, ok := call.Func.(*syntax.Attribute); ok && slices.Contains(names, a.Attr) {
				found = true
			}
		}
		return !found
	})
	return found
}
