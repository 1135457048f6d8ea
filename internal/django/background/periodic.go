package background

import (
	"bytes"
	"strings"

	"gonogo/internal/python/syntax"
)

// Scheduled reports whether code gives a task a schedule: its own decorator, add_periodic_task, or a row of PeriodicTask that names it.
func (w *Work) Scheduled(t *Task) bool {
	name := ""
	if o, ok := t.options["name"]; ok {
		name, _ = o.Value.AsStr()
	}
	return t.Periodic || w.scheduled[t.Dotted] || name != "" && w.scheduled[name]
}

// schedules collects what code schedules: the tasks by their dotted names, or by the names that it gives them.
func (w *Work) schedules() {
	w.scheduled = map[string]bool{}
	for _, m := range w.modules {
		data := m.Syntax.File.Data
		if !bytes.Contains(data, []byte("add_periodic_task")) && !bytes.Contains(data, []byte("PeriodicTask")) {
			continue
		}
		Walk(m, func(s *Site) {
			if strings.Contains(m.Syntax.Span(s.Call.Func).Text(), "PeriodicTask") {
				w.names(s.Call)
				return
			}
			if lastName(s.Call.Func) == "add_periodic_task" && len(s.Call.Args) > 1 {
				if dotted, ok := m.Resolve(queuedName(s.Call.Args[1])); ok {
					w.scheduled[dotted] = true
				}
			}
		})
	}
}

// names takes the texts in a call for names of tasks.
func (w *Work) names(call *syntax.Call) {
	syntax.Inspect(call, func(n syntax.Node) bool {
		if k, ok := n.(*syntax.Constant); ok && k.Kind == syntax.Str && strings.Contains(k.Value, ".") {
			w.scheduled[k.Value] = true
		}
		return true
	})
}
