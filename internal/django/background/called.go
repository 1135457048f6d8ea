package background

import (
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Direct is a call of a task as a plain function: what calls it does the work itself.
type Direct struct {
	Task *Task
	At   source.Span
	// Unused says that the call is a statement of its own: its answer is not used.
	Unused bool
}

// Called are the calls of tasks as plain functions in a function of a module, functions that stand inside it left out.
func (w *Work) Called(m *resolve.Module, f *syntax.FunctionDef, class *syntax.ClassDef) (list []Direct) {
	unused, committed := statements(f), onCommit(f)
	WalkFunction(m, f, class, func(s *Site) {
		if s.Deferred && !committed[s.Call] || s.Function != f {
			return
		}
		_, function, _ := called(m, s)
		if function == nil {
			return
		}
		if t := w.TaskOf(function); t != nil && t.Function == function && t.Class == nil {
			list = append(list, Direct{t, s.At(), unused[s.Call] || committed[s.Call]})
		}
	})
	return list
}

// onCommit are the calls that a function hands to transaction.on_commit in a lambda: they run in the request, behind the commit.
func onCommit(f *syntax.FunctionDef) map[*syntax.Call]bool {
	calls := map[*syntax.Call]bool{}
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		call, ok := n.(*syntax.Call)
		if !ok || len(call.Args) == 0 {
			return true
		}
		name := ""
		switch function := call.Func.(type) {
		case *syntax.Attribute:
			name = function.Attr
		case *syntax.Name:
			name = function.ID
		}
		if lambda, ok := call.Args[0].(*syntax.Lambda); ok && name == "on_commit" {
			if inner, ok := lambda.Body.(*syntax.Call); ok {
				calls[inner] = true
			}
		}
		return true
	})
	return calls
}
