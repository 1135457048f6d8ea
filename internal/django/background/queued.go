package background

import (
	"bytes"
	"slices"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// Queued is a place at which code asks for a task to run in the background.
type Queued struct {
	Site
	Task *Task // nil for send_task, and a method that is retried
	// Method is how: "delay", "apply_async", "retry", "enqueue", "send" ...
	Method string
}

// Arguments are the expressions that the task is given: those of delay, and the lists and dictionaries of args= and kwargs= in
// apply_async. They are incomplete where a list is made elsewhere.
func (q *Queued) Arguments() []syntax.Expr {
	var list []syntax.Expr
	switch q.Method {
	case "apply_async", "send_with_options", "schedule":
		for i, e := range q.Call.Args {
			if i < 2 {
				list = append(list, parts(e)...)
			}
		}
		for _, k := range q.Call.Keywords {
			if k.Name == "args" || k.Name == "kwargs" {
				list = append(list, parts(k.Value)...)
			}
		}
		return list
	case "retry":
		return nil
	}
	list = append(list, q.Call.Args...)
	for _, k := range q.Call.Keywords {
		list = append(list, k.Value)
	}
	return list
}

// parts are the elements of a list, tuple or dictionary display.
func parts(e syntax.Expr) []syntax.Expr {
	switch e := e.(type) {
	case *syntax.List:
		return e.Elts
	case *syntax.Tuple:
		return e.Elts
	case *syntax.Dict:
		return e.Values
	}
	return nil
}

// methodsOf are the methods by which a task of a library is queued.
func methodsOf(l Library) []string {
	switch l {
	case Celery:
		return []string{"delay", "apply_async", "delay_on_commit", "apply_async_on_commit"}
	case RQ:
		return []string{"delay"}
	case Dramatiq:
		return []string{"send", "send_with_options"}
	case Huey:
		return []string{"schedule"}
	case Tasks:
		return []string{"enqueue", "aenqueue"}
	}
	return nil
}

// queueing are the words without one of which nothing is queued in a text.
var queueing = [...]string{"delay", "apply_async", "send", "enqueue", "schedule", "retry"}

// queued collects the places at which a module queues tasks.
func (w *Work) queued(m *resolve.Module) {
	for i, word := range queueing {
		if bytes.Contains(m.Syntax.File.Data, []byte(word)) {
			break
		}
		if i == len(queueing)-1 {
			return
		}
	}
	Walk(m, func(s *Site) {
		a, ok := s.Call.Func.(*syntax.Attribute)
		if !ok {
			return
		}
		if a.Attr == "retry" {
			if t := w.TaskOf(s.Function); t != nil && t.Library == Celery {
				w.Queued = append(w.Queued, &Queued{Site: *s, Task: t, Method: "retry"})
			}
			return
		}
		owner, ok := m.Resolve(queuedName(a.Value))
		if !ok {
			return
		}
		if t := w.byName[owner]; t != nil && slices.Contains(methodsOf(t.Library), a.Attr) {
			w.Queued = append(w.Queued, &Queued{Site: *s, Task: t, Method: a.Attr})
		}
	})
}

// queuedName is the task in an expression whose method queues it: `f` of f.delay(), f.s(1).delay(), f.si().set(queue="x").apply_async().
func queuedName(e syntax.Expr) syntax.Expr {
	for range 5 {
		call, ok := e.(*syntax.Call)
		if !ok {
			return e
		}
		a, ok := call.Func.(*syntax.Attribute)
		if !ok {
			return e
		}
		switch a.Attr {
		case "s", "si", "set", "signature", "subtask", "using", "options", "message":
			e = a.Value
		default:
			return e
		}
	}
	return e
}
