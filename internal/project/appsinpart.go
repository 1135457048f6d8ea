package project

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// appsInPart is INSTALLED_APPS as far as its text tells, for settings whose value is not known as a whole (a file of the operator's that
// is included last may change it): the applications of the project that stand in a list which is assigned to it or added to it, with an
// unknown rest.
func (s *Snapshot) appsInPart(unknown eval.Value) eval.Value {
	e := s.program.evaluator
	if e == nil {
		return unknown
	}
	var apps []eval.Value
	seen := map[string]bool{}
	for _, module := range s.settingsModules() {
		m, _, ok := e.x.Module(module)
		if !ok || m == nil {
			continue
		}
		syntax.InspectBody(m.Body, func(n syntax.Node) bool {
			list := addedTo(n, "INSTALLED_APPS")
			for _, c := range list {
				if !seen[c.Value] && e.hasApp(c.Value) {
					seen[c.Value] = true
					apps = append(apps, eval.MakeStr(c.Value).WithOrigin(&eval.Origin{At: m.Span(c)}))
				}
			}
			return len(list) == 0
		})
	}
	if len(apps) == 0 {
		return unknown
	}
	list := eval.MakeList(apps...)
	list.SetOpen("INSTALLED_APPS is known in part: " + unknown.Reason())
	return list
}

// settingsModules are the module of the settings and those of the project that were run with it.
func (s *Snapshot) settingsModules() []string {
	if s.Settings == nil {
		return nil
	}
	modules := []string{s.Choice.Module}
	for _, name := range s.Settings.Result.Imported {
		if !slices.Contains(modules, name) {
			modules = append(modules, name)
		}
	}
	return modules
}

// hasApp reports whether an entry of INSTALLED_APPS is an application of the project or of Django.
func (e *evaluator) hasApp(entry string) bool {
	if strings.HasPrefix(entry, "django.contrib.") {
		return true
	}
	if _, _, _, ok := e.x.locate(entry); ok {
		return true
	}
	dot := strings.LastIndexByte(entry, '.')
	if dot < 0 {
		return false
	}
	_, _, _, ok := e.x.locate(entry[:dot])
	return ok
}

// addedTo are the texts of a list that a statement assigns to a name, or adds to it.
func addedTo(n syntax.Node, name string) []*syntax.Constant {
	var value syntax.Expr
	switch n := n.(type) {
	case *syntax.Assign:
		if bindsName(n.Targets, name) {
			value = n.Value
		}
	case *syntax.AugAssign:
		if bindsName([]syntax.Expr{n.Target}, name) {
			value = n.Value
		}
	}
	if value == nil {
		return nil
	}
	var texts []*syntax.Constant
	syntax.Inspect(value, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Constant); ok && c.Kind == syntax.Str {
			texts = append(texts, c)
		}
		return true
	})
	return texts
}
