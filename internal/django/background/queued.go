package background

import (
	"slices"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Queued is a place at which code asks for a task to run in the background.
type Queued struct {
	Site
	Task *Task // nil for send_task, and a method that is retried; one without a function where what is queued is not known
	// Method is how: "delay", "apply_async", "retry", "enqueue", "send" ...; "call" for a task of Huey that is called.
	Method string
	// Queue is the queue that the place itself names; invalid where it names none. It is not told for Celery; see Work.Queues.
	Queue   eval.Value
	QueueAt source.Span
	// Later says that the task is to run at a time to come, for which some libraries need a scheduler.
	Later bool
	// skip is how many arguments stand before those of the task.
	skip int
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
	case "enqueue_call":
		for _, k := range q.Call.Keywords {
			if k.Name == "args" || k.Name == "kwargs" {
				list = append(list, parts(k.Value)...)
			}
		}
		return list
	}
	if q.skip < len(q.Call.Args) {
		list = append(list, q.Call.Args[q.skip:]...)
	}
	for _, k := range q.Call.Keywords {
		if q.Task == nil || !ofTheQueue(q.Task.Library, k.Name) {
			list = append(list, k.Value)
		} else if k.Name == "args" || k.Name == "kwargs" {
			list = append(list, parts(k.Value)...)
		}
	}
	return list
}

// ofTheQueue reports whether a keyword is for the queue and not for the task. Sources: rq/queue.py (Queue.parse_args), django_q/tasks.py.
func ofTheQueue(l Library, keyword string) bool {
	switch l {
	case RQ:
		return slices.Contains([]string{"args", "kwargs", "job_timeout", "timeout", "result_ttl", "ttl", "failure_ttl", "description", "depends_on", "job_id", "at_front", "meta",
			"retry", "repeat", "on_success", "on_failure", "on_stopped", "pipeline", "unique", "webhooks"}, keyword)
	case DjangoQ:
		return slices.Contains([]string{"hook", "group", "save", "sync", "cached", "ack_failure", "iter_count", "iter_cached", "chain", "broker", "cluster", "timeout", "q_options", "task_name",
			"schedule_type", "minutes", "repeats", "next_run", "cron", "name", "intended_date_kwarg"}, keyword)
	}
	return false
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
		return []string{"delay", "enqueue"}
	case Dramatiq:
		return []string{"send", "send_with_options"}
	case Huey:
		return []string{"schedule", "map"}
	case Tasks:
		return []string{"enqueue", "aenqueue"}
	}
	return nil
}

// queueing are the words without one of which nothing is queued in a text, but tasks of Huey.
var queueing = [...]string{"delay", "apply_async", "send", "enqueue", "schedule", "retry"}

// queued collects the places at which a module queues tasks.
func (w *Work) queued(m *resolve.Module, value func(*resolve.Module, syntax.Expr) eval.Value) {
	huey := w.names(Huey)
	if !mentions(m, queueing[:]...) && !mentions(m, huey...) {
		return
	}
	Walk(m, func(s *Site) {
		if t := w.byName[s.Callee]; t != nil && t.Library == Huey && s.Function != nil { // a call at import is rare, and may be of a name that is bound again
			w.Queued = append(w.Queued, &Queued{Site: *s, Task: t, Method: "call"})
			return
		}
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
			q := &Queued{Site: *s, Task: t, Method: a.Attr, Later: a.Attr == "schedule"}
			if t.Library == Tasks {
				q.using(a.Value, value)
			}
			w.Queued = append(w.Queued, q)
		}
	})
}

// using reads the queue of task.using(queue_name="x").enqueue().
func (q *Queued) using(e syntax.Expr, value func(*resolve.Module, syntax.Expr) eval.Value) {
	call, ok := e.(*syntax.Call)
	if !ok {
		return
	}
	for _, k := range call.Keywords {
		switch k.Name {
		case "queue_name":
			q.Queue, q.QueueAt = value(q.Module, k.Value), q.Module.Syntax.Span(k.Value)
		case "run_after":
			q.Later = true
		case "":
			q.Queue, q.QueueAt = eval.MakeUnknown("it is given with **"), q.Module.Syntax.Span(k.Value)
		}
	}
}

// names are the names of the functions of a library's tasks.
func (w *Work) names(l Library) (list []string) {
	for _, t := range w.Tasks {
		if t.Library == l && t.Dotted != "" {
			list = append(list, t.Name)
		}
	}
	return list
}

// mentions reports whether one of several words stands in a module's text.
func mentions(m *resolve.Module, words ...string) bool {
	return m.Syntax.File.ContainsAny(words...)
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

// Statement reports whether what the call returns is not used.
func (q *Queued) Statement() bool {
	return q.Function != nil && statements(q.Function)[q.Call]
}
