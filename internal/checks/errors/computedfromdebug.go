package errors

import (
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// computedFromDebug finds settings that a base module computes from its own DEBUG, which is on there and which a later module
// turns off: they keep the value that was meant for development.
func computedFromDebug(p *check.SourcePass) []check.Finding {
	debug := p.Settings.Get("DEBUG")
	if p.Project.Code == nil || p.Project.Evaluate == nil || len(debug.Assigned) < 2 {
		return nil
	}
	var findings []check.Finding
	for _, m := range p.Project.Code.Modules {
		if m.Syntax == nil || m.Syntax.File == debug.At.File || !slices.Contains(p.Settings.Result.Imported, m.Dotted) || !assignsIn(debug, m.Syntax.File) {
			continue
		}
		base := p.Project.Evaluate(m.Dotted)
		if base == nil || base.Shipped().Failure != nil || isDebug(base.Shipped()) != eval.Yes {
			continue
		}
		if f, ok := leftOver(p.Settings.Shipped(), m, debug); ok {
			findings = append(findings, f)
		}
	}
	return findings
}

func assignsIn(s django.Setting, file *source.File) bool {
	return slices.ContainsFunc(s.Assigned, func(at source.Span) bool { return at.File == file })
}

// leftOver is the finding about one base module, if production keeps a setting that it computed from DEBUG.
func leftOver(w *django.World, m *project.CodeModule, debug django.Setting) (check.Finding, bool) {
	var names []string
	var places []source.Span
	for _, d := range dependents(m.Syntax) {
		if d.name == "DEBUG" || d.name != strings.ToUpper(d.name) || slices.Contains(names, d.name) || !keeps(w, d) {
			continue
		}
		names = append(names, d.name)
		places = append(places, d.at)
	}
	if len(names) == 0 {
		return check.Finding{}, false
	}
	f := check.Finding{
		Severity: check.Recommended,
		Message: check.And(names) + map[bool]string{true: " is", false: " are"}[len(names) == 1] + " computed from DEBUG while it is still True in " + m.Syntax.File.Path +
			"; " + debug.At.Path() + " turns only DEBUG off; set " + map[bool]string{true: "it", false: "them"}[len(names) == 1] + " there too, or turn DEBUG off in the base",
		At:      places[0],
		Related: []check.Related{{Message: "DEBUG is turned off only here", At: debug.At}},
	}
	for _, at := range places[1:] {
		f.Related = append(f.Related, check.Related{Message: "computed from DEBUG too", At: at})
	}
	return f, true
}

// keeps reports whether the value that a world ends with was last changed by the statement that depends on DEBUG.
func keeps(w *django.World, d dependent) bool {
	s := w.Get(d.name)
	return s.Set && s.At.File == d.at.File && s.At.Start >= d.statement.Start && s.At.End <= d.statement.End
}

// dependent is a setting that a statement gives a value that depends on DEBUG.
type dependent struct {
	name      string
	at        source.Span // the reading of DEBUG
	statement source.Span
}

// dependents are the settings that a module's statements compute from the name DEBUG, in order.
func dependents(m *syntax.Module) []dependent {
	var found []dependent
	add := func(names []string, read syntax.Node, statement syntax.Node) {
		for _, name := range names {
			found = append(found, dependent{name, m.Span(read), m.Span(statement)})
		}
	}
	for _, s := range m.Body {
		switch s := s.(type) {
		case *syntax.Assign:
			if read := readsDebug(s.Value); read != nil {
				add(rootNames(s.Targets...), read, s)
			}
		case *syntax.AugAssign:
			if read := readsDebug(s.Value); read != nil {
				add(rootNames(s.Target), read, s)
			}
		case *syntax.If:
			if read := readsDebug(s.Test); read != nil {
				add(assignedIn(s), read, s)
			}
		}
	}
	return found
}

// readsDebug is the first reading of the name DEBUG inside an expression, or nil.
func readsDebug(e syntax.Expr) syntax.Node {
	var read syntax.Node
	syntax.Inspect(e, func(n syntax.Node) bool {
		if name, ok := n.(*syntax.Name); ok && name.ID == "DEBUG" && read == nil {
			read = name
		}
		return read == nil
	})
	return read
}

// assignedIn are the names that a branch assigns or changes, each once.
func assignedIn(branch *syntax.If) []string {
	var names []string
	syntax.Inspect(branch, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			names = append(names, rootNames(n.Targets...)...)
		case *syntax.AugAssign:
			names = append(names, rootNames(n.Target)...)
		case *syntax.AnnAssign:
			names = append(names, rootNames(n.Target)...)
		case *syntax.Call:
			if method, ok := n.Func.(*syntax.Attribute); ok {
				names = append(names, rootNames(method.Value)...)
			}
		case *syntax.FunctionDef, *syntax.ClassDef, *syntax.Lambda:
			return false
		}
		return true
	})
	slices.Sort(names)
	return slices.Compact(names)
}

// rootNames are the names at the left end of assignment targets: TEMPLATES of TEMPLATES[0]["OPTIONS"].
func rootNames(targets ...syntax.Expr) []string {
	var names []string
	for _, t := range targets {
		for t != nil {
			switch e := t.(type) {
			case *syntax.Subscript:
				t = e.Value
				continue
			case *syntax.Attribute:
				t = e.Value
				continue
			case *syntax.Name:
				names = append(names, e.ID)
			case *syntax.Tuple:
				names = append(names, rootNames(e.Elts...)...)
			case *syntax.List:
				names = append(names, rootNames(e.Elts...)...)
			}
			break
		}
	}
	return names
}
