package background

import (
	"strconv"
	"strings"

	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

// Run is how a task of a library other than Celery is run in one world: by what it is given itself, else by the settings, else by the
// library's own default. A value is invalid where the library has no such thing, and unknown where it is not known.
type Run struct {
	Name     eval.Value // by which the library knows the task
	Queue    eval.Value // the queue, the cluster of Django Q; of Huey the instance, where it has several (django-huey)
	Backend  eval.Value // the alias in TASKS
	Retries  eval.Value // how often it is tried again after it failed; None for without an end
	Timeout  eval.Value // seconds after which it is stopped; None for never
	Expires  eval.Value // seconds for which its result is kept; negative for ever, None for the worker's default
	Priority eval.Value
}

// Run is how a task is run in one world.
func (t *Task) Run(w *django.World) Run {
	switch t.Library {
	case RQ:
		return t.runByRQ(w)
	case Dramatiq:
		return t.runByDramatiq(w)
	case Huey:
		return t.runByHuey()
	case Tasks:
		return Run{Name: t.dotted(), Queue: t.or("queue_name", eval.MakeStr("default")), Backend: t.or("backend", eval.MakeStr("default")),
			Priority: t.or("priority", eval.MakeInt(0))}
	case DjangoQ:
		return t.runByDjangoQ(w)
	}
	return Run{}
}

// or is an option of the task, or what holds without it; unknown where its options can't be read.
func (t *Task) or(option string, otherwise eval.Value) eval.Value {
	if o, ok := t.options[option]; ok {
		return o.Value
	}
	if t.Opaque {
		return eval.MakeUnknown("the options of " + t.Name + " can't be read")
	}
	return otherwise
}

func (t *Task) dotted() eval.Value {
	if t.Dotted == "" {
		return eval.MakeUnknown("no name of a module leads to it")
	}
	return eval.MakeStr(t.Dotted)
}

// first is the first value that is given; the last one is the default.
func first(values ...eval.Value) eval.Value {
	for _, v := range values {
		if v.IsValid() {
			return v
		}
	}
	return eval.Value{}
}

// entry is an entry of a setting that is a dictionary; invalid where the setting, or the entry, is not there.
func entry(w *django.World, setting string, keys ...string) eval.Value {
	v := w.Get(setting).Value
	if !v.IsValid() || v.Kind() == eval.None {
		return eval.Value{}
	}
	return v.Get(keys...)
}

// runByRQ follows django_rq/queues.py (get_queue, get_result_ttl) and rq/queue.py: a job is stopped after 180 seconds unless somebody says
// otherwise.
func (t *Task) runByRQ(w *django.World) Run {
	r := Run{Name: t.dotted(), Queue: t.queueOfRQ(), Retries: eval.MakeInt(0)}
	queue, known := r.Queue.AsStr()
	if !known {
		queue = ""
	}
	of := func(key string) eval.Value {
		if t.bare {
			return eval.Value{}
		}
		if !known {
			return eval.MakeUnknown("its queue is not known")
		}
		return entry(w, "RQ_QUEUES", queue, key)
	}
	r.Timeout = rqTime(given(t.or("timeout", eval.Value{}), of("DEFAULT_TIMEOUT"), eval.MakeInt(180)))
	lasting := eval.MakeNone()
	if !t.bare {
		lasting = first(of("DEFAULT_RESULT_TTL"), entry(w, "RQ", "DEFAULT_RESULT_TTL"), lasting)
	}
	r.Expires = rqTime(t.or("result_ttl", lasting))
	switch retry := t.or("retry", eval.Value{}); {
	case retry.Class() == "rq.Retry" || retry.Class() == "rq.job.Retry":
		r.Retries = retry.Arg(0, "max")
	case retry.IsUnknown() && t.Opaque:
		r.Retries = retry
	case retry.IsValid() && retry.Kind() != eval.None:
		r.Retries = eval.MakeUnknown("what retry is, is not known")
	}
	return r
}

// given is the first value that is given and not None.
func given(values ...eval.Value) eval.Value {
	for _, v := range values {
		if v.IsValid() && v.Kind() != eval.None {
			return v
		}
	}
	return eval.Value{}
}

// queueOfRQ is the queue that the decorator is given: a name, or a queue itself. django_rq.job takes "default" without one.
func (t *Task) queueOfRQ() eval.Value {
	v := t.or("queue", eval.MakeStr("default"))
	if c := v.Class(); c == "rq.Queue" || c == "rq.queue.Queue" {
		return orDefault(v.Arg(0, "name"))
	}
	if s, ok := v.Symbol(); ok && s.Func.IsValid() && makesQueue(s.Func.Path()) && len(s.Args) > 0 {
		return s.Args[0]
	}
	return v
}

// rqTime reads a time as RQ does: seconds, or a number with d, h, m or s behind it (rq/utils.py, parse_timeout).
func rqTime(v eval.Value) eval.Value {
	text, ok := v.AsStr()
	if !ok || text == "" {
		return v
	}
	unit := map[byte]int64{'d': 86400, 'h': 3600, 'm': 60, 's': 1}[text[len(text)-1]|0x20]
	number := text
	if unit == 0 {
		unit = 1
	} else {
		number = text[:len(text)-1]
	}
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 32)
	if err != nil {
		return eval.MakeUnknown("RQ can't read the time " + v.Repr(20))
	}
	return eval.MakeInt(n * unit)
}

// runByDramatiq follows dramatiq/actor.py and the middleware of the broker: Retries tries 20 times, TimeLimit stops after ten minutes.
func (t *Task) runByDramatiq(w *django.World) Run {
	r := Run{Name: t.or("actor_name", eval.MakeStr(t.Name)), Queue: t.or("queue_name", eval.MakeStr("default")), Priority: t.or("priority", eval.MakeInt(0)),
		Timeout: eval.MakeNone(), Retries: eval.MakeInt(0)}
	switch DramatiqHas(w, "TimeLimit") {
	case eval.Yes:
		r.Timeout = milliseconds(t.or("time_limit", eval.MakeInt(600_000)))
	case eval.Maybe:
		r.Timeout = eval.MakeUnknown("the middleware of Dramatiq are not known")
	}
	switch DramatiqHas(w, "Retries") {
	case eval.Yes:
		r.Retries = t.or("max_retries", eval.MakeInt(20))
		if t.or("retry_when", eval.Value{}).IsValid() {
			r.Retries = eval.MakeUnknown("retry_when decides")
		}
	case eval.Maybe:
		r.Retries = eval.MakeUnknown("the middleware of Dramatiq are not known")
	}
	return r
}

// DramatiqHas reports whether the broker of django-dramatiq has a middleware by the name of its class. Without DRAMATIQ_BROKER it has those of
// django_dramatiq/apps.py, Retries and TimeLimit among them.
func DramatiqHas(w *django.World, class string) eval.Tri {
	s := w.Get("DRAMATIQ_BROKER")
	if !installed(w, "django_dramatiq") {
		return eval.Maybe // code of the project makes the broker
	}
	if !s.Set {
		if s.Value.IsUnknown() {
			return eval.Maybe
		}
		return tri(class == "Retries" || class == "TimeLimit" || class == "AgeLimit" || class == "AdminMiddleware")
	}
	list := s.Value.Get("MIDDLEWARE")
	if !list.IsValid() {
		return eval.No
	}
	if list.IsUnknown() {
		return eval.Maybe
	}
	maybe := list.IsOpen()
	for _, e := range list.Elems() {
		name, ok := e.AsStr()
		if !ok {
			name = e.Class()
		}
		if lastPart(name) == class {
			return eval.Yes
		}
		maybe = maybe || name == ""
	}
	if maybe {
		return eval.Maybe
	}
	return eval.No
}

func tri(yes bool) eval.Tri {
	if yes {
		return eval.Yes
	}
	return eval.No
}

// milliseconds are seconds of a whole number of milliseconds; an infinite one is none.
func milliseconds(v eval.Value) eval.Value {
	if n, ok := v.AsInt(); ok {
		return eval.MakeFloat(float64(n) / 1000)
	}
	if v.IsUnknown() || v.Kind() == eval.None {
		return v
	}
	return eval.MakeUnknown("the time is no whole number")
}

// runByHuey follows huey/api.py: nothing is tried again and nothing is stopped unless the task says so.
func (t *Task) runByHuey() Run {
	r := Run{Name: t.nameOfHuey(), Queue: t.or("queue", eval.Value{}), Retries: t.or("retries", eval.MakeInt(0)), Timeout: t.or("timeout", eval.MakeNone()),
		Priority: t.or("priority", eval.MakeNone())}
	return r
}

// nameOfHuey is the module and the name (huey/registry.py).
func (t *Task) nameOfHuey() eval.Value {
	name, ok := given(t.or("name", eval.Value{}), eval.MakeStr(t.Name)).AsStr()
	if !ok || t.Module.Dotted == "" {
		return eval.MakeUnknown("the name of " + t.Name + " is computed")
	}
	return eval.MakeStr(t.Module.Dotted + "." + name)
}

// runByDjangoQ follows django_q/conf.py. How often a task is tried again depends on the broker, too; see tasks/visibility-timeout.
func (t *Task) runByDjangoQ(w *django.World) Run {
	return Run{Name: t.dotted(),
		Queue:   t.or("cluster", first(entry(w, "Q_CLUSTER", "cluster_name"), entry(w, "Q_CLUSTER", "name"), eval.MakeStr("default"))),
		Timeout: t.or("timeout", first(entry(w, "Q_CLUSTER", "timeout"), eval.MakeNone())),
	}
}

// To is the queue that a place sends its task to, for libraries other than Celery: what the place names, else the task's own.
func (q *Queued) To(w *django.World) eval.Value {
	if q.Queue.IsValid() {
		return q.Queue
	}
	if q.Task == nil {
		return eval.MakeUnknown("what is queued is not known")
	}
	return q.Task.Run(w).Queue
}
