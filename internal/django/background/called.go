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
	unused := statements(f)
	WalkFunction(m, f, class, func(s *Site) {
		if s.Deferred || s.Function != f {
			return
		}
		_, function, _ := called(m, s)
		if function == nil {
			return
		}
		if t := w.TaskOf(function); t != nil && t.Function == function && t.Class == nil {
			list = append(list, Direct{t, s.At(), unused[s.Call]})
		}
	})
	return list
}
