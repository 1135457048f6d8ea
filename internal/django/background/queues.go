package background

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Queues are the queues of Celery in one world: those that workers take from unless their command says otherwise, and those that tasks are
// sent to. Source: celery/app/amqp.py and celery/app/routes.py of Celery 5.
type Queues struct {
	// Declared are those of a worker without -Q: the names in task_queues, else the default queue alone.
	Declared []string
	// DeclaredUnknown says why Declared is not known, "" when it is.
	DeclaredUnknown string
	Default         string // task_default_queue; "" when it is not known
	Sent            []Sent // in order of module and place; one for each queue and task
	// Unknown says why tasks can go to other queues, too; "" when they can't.
	Unknown string
}

// Sent is a queue that a task is sent to.
type Sent struct {
	Queue string
	Task  *Task
	At    source.Span // what names the queue; the task itself where nothing does
}

// Queues are the queues of Celery's tasks that are queued somewhere. A task that nothing queues is sent nowhere.
func (w *Work) Queues(c *django.Celery, world *django.World) Queues {
	q := Queues{}
	if name, ok := c.Option(world, "task_default_queue").Value.AsStr(); ok {
		q.Default = name
	}
	q.declare(c.Option(world, "task_queues").Value)
	routes := newRouter(c.Option(world, "task_routes"))
	for _, use := range w.uses(w.Beat(c, world)) {
		q.send(use, routes)
	}
	return q
}

// declare reads task_queues: a list of queues, or a dictionary by their names.
func (q *Queues) declare(v eval.Value) {
	switch {
	case !v.IsValid() || v.Kind() == eval.None || v.Truth() == eval.No:
		if q.Default == "" {
			q.DeclaredUnknown = "task_default_queue is not known"
			return
		}
		q.Declared = []string{q.Default}
		return
	case v.IsUnknown() || v.IsOpen():
		q.DeclaredUnknown = "task_queues is not known"
		return
	}
	for _, e := range v.Entries() {
		q.declared(e.Key)
	}
	if v.Kind() == eval.Dict {
		return
	}
	for _, e := range v.Elems() {
		q.declared(e.Arg(0, "name"))
	}
}

func (q *Queues) declared(name eval.Value) {
	text, ok := name.AsStr()
	if !ok {
		q.DeclaredUnknown = "a queue of task_queues is not known"
		return
	}
	q.Declared = append(q.Declared, text)
}

// use is one place at which a task is sent.
type use struct {
	task *Task
	// queue is what the place itself names, nil for nothing; at is where.
	queue   *string
	unknown bool
	at      source.Span
}

// uses are the places at which tasks of Celery are sent: the calls that queue them, signatures of them, and schedules.
func (w *Work) uses(beat Beat) []use {
	var list []use
	for _, q := range w.Queued {
		if q.Task != nil && q.Task.Library == Celery && q.Method != "retry" {
			list = append(list, sentHere(q.Task, q.Module, q.Call))
		}
	}
	for _, t := range w.Tasks {
		if t.Library == Celery && beat.Has(t) {
			list = append(list, use{task: t, at: t.At})
		}
	}
	return append(list, w.signatures...)
}

// sentHere reads the queue that a call of apply_async names, or the signature that it is a method of.
func sentHere(t *Task, m *resolve.Module, call *syntax.Call) use {
	u := use{task: t, at: t.At}
	for range 5 {
		for _, k := range call.Keywords {
			if k.Name != "queue" && k.Name != "routing_key" && k.Name != "exchange" {
				continue
			}
			if name, ok := k.Value.(*syntax.Constant); ok && name.Kind == syntax.Str && k.Name == "queue" {
				u.queue, u.at = &name.Value, m.Syntax.Span(k.Value)
			} else if !ok || name.Kind != syntax.None {
				u.unknown = true
			}
			return u
		}
		a, ok := call.Func.(*syntax.Attribute)
		if !ok {
			return u
		}
		if call, ok = a.Value.(*syntax.Call); !ok {
			return u
		}
	}
	return u
}

// signed finds the signatures of tasks of Celery (f.s(1) in a chain or group) that no call queues where they are made.
func (w *Work) signed() (list []use) {
	seen := map[*syntax.Call]bool{}
	for _, q := range w.Queued {
		within(q.Call, seen)
	}
	for _, m := range w.modules {
		if !m.Syntax.File.ContainsAny(".s(", ".si(", ".signature(", ".subtask(") {
			continue
		}
		Walk(m, func(s *Site) {
			a, ok := s.Call.Func.(*syntax.Attribute)
			if !ok || seen[s.Call] || !slices.Contains([]string{"s", "si", "signature", "subtask", "set"}, a.Attr) {
				return
			}
			owner, ok := m.Resolve(queuedName(s.Call))
			if t := w.byName[owner]; ok && t != nil && t.Library == Celery {
				within(s.Call, seen)
				list = append(list, sentHere(t, m, s.Call))
			}
		})
	}
	return list
}

// within marks the calls whose result a call is a method of.
func within(call *syntax.Call, seen map[*syntax.Call]bool) {
	for range 5 {
		seen[call] = true
		a, ok := call.Func.(*syntax.Attribute)
		if !ok {
			return
		}
		if call, ok = a.Value.(*syntax.Call); !ok {
			return
		}
	}
}

// send decides where one use goes: what the call names, else what the task is given, else a route, else the default queue
// (celery/app/routes.py, Router.route).
func (q *Queues) send(u use, routes router) {
	queue, at, unknown := "", u.at, u.unknown
	switch own, has := u.task.Option("queue"); {
	case unknown:
	case u.queue != nil:
		queue = *u.queue
	case has && own.Value.Kind() != eval.None:
		name, ok := own.Value.AsStr()
		queue, at, unknown = name, own.At, !ok
	case u.task.Opaque:
		unknown = true
	default:
		queue, at, unknown = routes.queue(u.task)
		if at.IsZero() {
			at = u.task.At
		}
		if queue == "" && !unknown {
			queue = q.Default
		}
	}
	switch {
	case unknown || queue == "":
		if q.Unknown == "" {
			q.Unknown = "the queue of the task " + u.task.Name + " is not known"
		}
	case !slices.ContainsFunc(q.Sent, func(s Sent) bool { return s.Queue == queue && s.Task == u.task }):
		q.Sent = append(q.Sent, Sent{queue, u.task, at})
	}
}

// router is task_routes.
type router struct {
	maps    []eval.Value // dictionaries, or lists of pairs
	unknown bool         // a part of it is a function, or not known
}

func newRouter(s django.Setting) router {
	v := s.Value
	switch {
	case !v.IsValid() || v.Kind() == eval.None:
		return router{}
	case v.Kind() == eval.Dict:
		return router{maps: []eval.Value{v}}
	case v.Kind() != eval.List && v.Kind() != eval.Tuple:
		return router{unknown: true}
	}
	r := router{unknown: v.IsOpen()}
	for _, e := range v.Elems() {
		if e.Kind() == eval.Dict || e.Kind() == eval.List || e.Kind() == eval.Tuple {
			r.maps = append(r.maps, e)
		} else {
			r.unknown = true
		}
	}
	return r
}

// queue is the queue of the first route that matches a task, "" when none does.
func (r router) queue(t *Task) (name string, at source.Span, unknown bool) {
	task := t.Registered()
	if task == "" {
		return "", source.Span{}, len(r.maps) > 0 || r.unknown
	}
	for _, m := range r.maps {
		pairs := pairsOf(m)
		for _, pattern := range []bool{false, true} { // exact names come before patterns
			for _, e := range pairs {
				key, ok := e.Key.AsStr()
				if !ok {
					unknown = true
					continue
				}
				if strings.Contains(key, "*") != pattern || !pattern && key != task || pattern && !matches(key, task) {
					continue
				}
				if unknown {
					return "", source.Span{}, true
				}
				name, ok := e.Value.AsStr()
				if !ok {
					name, ok = e.Value.Get("queue").AsStr()
				}
				return name, e.Value.At(), !ok
			}
		}
		unknown = unknown || m.IsOpen()
	}
	return "", source.Span{}, unknown || r.unknown
}

// pairsOf are the entries of a dictionary, or of a list of pairs.
func pairsOf(v eval.Value) []eval.Entry {
	if v.Kind() == eval.Dict {
		return v.Entries()
	}
	var list []eval.Entry
	for _, e := range v.Elems() {
		if pair := e.Elems(); len(pair) == 2 {
			list = append(list, eval.Entry{Key: pair[0], Value: pair[1]})
		} else {
			list = append(list, eval.Entry{Key: eval.MakeUnknown("a route is no pair")})
		}
	}
	return list
}

// matches reports whether a pattern of fnmatch covers a name of a task, which has no slash.
func matches(pattern, name string) bool {
	ok, err := path.Match(strings.ReplaceAll(pattern, "[!", "[^"), name)
	return err == nil && ok
}

// Registered is the name by which Celery knows the task, "" where it is not known.
func (t *Task) Registered() string {
	if o, ok := t.options["name"]; ok && o.Value.Kind() != eval.None {
		name, _ := o.Value.AsStr()
		return name
	}
	return t.Dotted
}
