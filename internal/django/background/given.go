package background

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// given collects the places at which a module gives a function to a queue: queue.enqueue(f) of RQ, async_task(f) of Django Q. A function that
// is given so is a task.
func (f *finder) given(m *resolve.Module) {
	if !mentions(m, "enqueue", "async_task", "AsyncTask", "schedule", "cron") {
		return
	}
	Walk(m, func(s *Site) {
		if slices.ContainsFunc(f.work.Queued, func(q *Queued) bool { return q.Call == s.Call }) {
			return
		}
		if q := f.givenHere(m, s); q != nil {
			f.work.Queued = append(f.work.Queued, q)
		}
	})
}

// givenHere is what one call queues, nil for nothing.
func (f *finder) givenHere(m *resolve.Module, s *Site) *Queued {
	switch s.Callee {
	case "django_q.tasks.async_task", "django_q.async_task", "django_q.tasks.AsyncTask":
		return f.ofDjangoQ(m, s, "async_task")
	case "django_q.tasks.schedule", "django_q.schedule":
		return f.ofDjangoQ(m, s, "schedule")
	case "django_rq.enqueue", "django_rq.queues.enqueue":
		return f.ofQueue(m, s, "enqueue", eval.MakeStr("default"), s.At())
	}
	a, ok := s.Call.Func.(*syntax.Attribute)
	if !ok || !slices.Contains([]string{"enqueue", "enqueue_call", "enqueue_at", "enqueue_in"}, a.Attr) {
		return nil
	}
	queue, at, ok := f.queueOfRQ(m, s, a.Value)
	if !ok {
		return nil
	}
	return f.ofQueue(m, s, a.Attr, queue, at)
}

// ofQueue is a call of a method of RQ's Queue. Source: rq/queue.py.
func (f *finder) ofQueue(m *resolve.Module, s *Site, method string, queue eval.Value, at source.Span) *Queued {
	q := &Queued{Site: *s, Method: method, Queue: queue, QueueAt: at, skip: 1, Later: method == "enqueue_at" || method == "enqueue_in"}
	if q.Later {
		q.skip = 2
	}
	var what syntax.Expr
	if len(s.Call.Args) >= q.skip {
		what = s.Call.Args[q.skip-1]
	}
	for _, k := range s.Call.Keywords {
		if k.Name == "func" || k.Name == "f" {
			what = k.Value
		}
	}
	if what == nil {
		return nil
	}
	q.Task = f.functionTask(m, what, RQ, q)
	return q
}

// ofDjangoQ is a call of async_task or schedule. Source: django_q/tasks.py.
func (f *finder) ofDjangoQ(m *resolve.Module, s *Site, method string) *Queued {
	if len(s.Call.Args) == 0 {
		return nil
	}
	q := &Queued{Site: *s, Method: method, skip: 1, Later: method == "schedule"}
	for _, k := range s.Call.Keywords {
		switch k.Name {
		case "cluster":
			q.Queue, q.QueueAt = f.valueOf(m, k.Value), m.Syntax.Span(k.Value)
		case "q_options", "":
			q.Queue, q.QueueAt = optionOf(k.Value, "cluster"), m.Syntax.Span(k.Value)
		}
	}
	q.Task = f.functionTask(m, s.Call.Args[0], DjangoQ, q)
	return q
}

// optionOf is an entry of a dictionary display; unknown where it is no display.
func optionOf(e syntax.Expr, key string) eval.Value {
	d, ok := e.(*syntax.Dict)
	if !ok {
		return eval.MakeUnknown("the options are computed")
	}
	for i, k := range d.Keys {
		name, ok := k.(*syntax.Constant)
		if !ok {
			return eval.MakeUnknown("the options are computed")
		}
		if name.Value == key {
			return literal(d.Values[i])
		}
	}
	return eval.Value{}
}

// functionTask is the task that a function becomes which a queue is given, itself or by its dotted path.
func (f *finder) functionTask(m *resolve.Module, e syntax.Expr, l Library, q *Queued) *Task {
	dotted, _ := m.Resolve(e)
	if c, ok := e.(*syntax.Constant); ok && c.Kind == syntax.Str {
		dotted = c.Value
	}
	if t := f.work.byName[dotted]; t != nil {
		return t
	}
	d, ok := f.graph.Define(dotted)
	if !ok || d.Function == nil {
		return &Task{Library: l, Name: m.Syntax.Span(e).Text(), Module: m, At: m.Syntax.Span(e), Opaque: true, options: map[string]Option{}}
	}
	t := f.work.functions[d.Function]
	first := t == nil
	if first {
		t = &Task{Library: l, Name: d.Function.Name, Dotted: d.Dotted, Module: d.Module, Function: d.Function, options: map[string]Option{},
			At: source.Span{File: d.Module.Syntax.File, Start: d.Function.NamePos, End: d.Function.NamePos + syntax.Pos(len(d.Function.Name))}}
		f.work.functions[d.Function] = t
		f.work.Tasks = append(f.work.Tasks, t)
	}
	f.siteOptions(t, q, first)
	return t
}

// siteOptions gives a task the options of the place that queues it. Where two places differ, its options are not known.
func (f *finder) siteOptions(t *Task, q *Queued, first bool) {
	given := 0
	if q.Queue.IsValid() && t.Library == RQ {
		given++
		f.siteOption(t, "queue", Option{q.Queue, q.QueueAt}, first)
	}
	for _, k := range q.Call.Keywords {
		switch {
		case k.Name == "", k.Name == "q_options":
			if d, ok := k.Value.(*syntax.Dict); ok && k.Name != "" && first {
				given++
				f.dictOptions(t, q, d)
				continue
			}
			t.Opaque = true
		case k.Name != "args" && k.Name != "kwargs" && ofTheQueue(t.Library, k.Name):
			given++
			f.siteOption(t, strings.TrimPrefix(k.Name, "job_"), Option{f.valueOf(q.Module, k.Value), q.Module.Syntax.Span(k.Value)}, first)
		}
	}
	if !first && given != len(t.options) {
		t.Opaque = true
	}
}

// dictOptions are the options of q_options={"timeout": 30}.
func (f *finder) dictOptions(t *Task, q *Queued, d *syntax.Dict) {
	for i, k := range d.Keys {
		name, ok := k.(*syntax.Constant)
		if !ok || name.Kind != syntax.Str {
			t.Opaque = true
			return
		}
		t.options[name.Value] = Option{f.valueOf(q.Module, d.Values[i]), q.Module.Syntax.Span(d.Values[i])}
	}
}

func (f *finder) siteOption(t *Task, name string, o Option, first bool) {
	old, has := t.options[name]
	switch {
	case first:
		t.options[name] = o
	case !has || !eval.Equal(old.Value, o.Value):
		t.Opaque = true
		delete(t.options, name)
	}
}

// queueOfRQ is the name of the queue that an expression is: django_rq.get_queue("low") and rq.Queue("low"), themselves, as a local name or
// as one of a module. ok is false for anything else; the name is unknown where it is computed.
func (f *finder) queueOfRQ(m *resolve.Module, s *Site, e syntax.Expr) (name eval.Value, at source.Span, ok bool) {
	if local, isName := e.(*syntax.Name); isName && s.Function != nil {
		if value := Local(s.Function, local.ID); value != nil {
			e = value
		}
	}
	if call, isCall := e.(*syntax.Call); isCall {
		dotted, _ := m.Resolve(call.Func)
		if !makesQueue(dotted) {
			return eval.Value{}, source.Span{}, false
		}
		return f.nameOfQueue(m, call)
	}
	dotted, ok := m.Resolve(e)
	if !ok {
		return eval.Value{}, source.Span{}, false
	}
	d, ok := f.graph.Define(dotted)
	if !ok || d.Function != nil || d.Class != nil || strings.Contains(d.Name, ".") || !mentions(d.Module, "get_queue", "Queue(") {
		return eval.Value{}, source.Span{}, false
	}
	v := f.session.Import(d.Module.Dotted).Module.Attr(d.Name)
	if c := v.Class(); c == "rq.Queue" || c == "rq.queue.Queue" || c == "django_rq.queues.DjangoRQ" {
		return orDefault(v.Arg(0, "name")), m.Syntax.Span(e), true
	}
	made, isSymbol := v.Symbol()
	if !isSymbol || !made.Func.IsValid() || !makesQueue(made.Func.Path()) {
		return eval.Value{}, source.Span{}, false
	}
	first := eval.Value{}
	if len(made.Args) > 0 {
		first = made.Args[0]
	}
	for _, k := range made.Kwargs {
		if k.Name == "name" {
			first = k.Value
		}
	}
	return orDefault(first), m.Syntax.Span(e), true
}

func makesQueue(dotted string) bool {
	switch dotted {
	case "django_rq.get_queue", "django_rq.queues.get_queue", "rq.Queue", "rq.queue.Queue":
		return true
	}
	return false
}

// nameOfQueue reads the name that get_queue or Queue is given; both take "default" without one.
func (f *finder) nameOfQueue(m *resolve.Module, call *syntax.Call) (name eval.Value, at source.Span, ok bool) {
	at = m.Syntax.Span(call)
	if len(call.Args) > 0 {
		if _, starred := call.Args[0].(*syntax.Starred); starred {
			return eval.MakeUnknown("it is given with *"), at, true
		}
		return f.valueOf(m, call.Args[0]), m.Syntax.Span(call.Args[0]), true
	}
	for _, k := range call.Keywords {
		switch k.Name {
		case "name":
			return f.valueOf(m, k.Value), m.Syntax.Span(k.Value), true
		case "":
			return eval.MakeUnknown("it is given with **"), at, true
		}
	}
	return eval.MakeStr("default"), at, true
}

func orDefault(v eval.Value) eval.Value {
	if !v.IsValid() {
		return eval.MakeStr("default")
	}
	return v
}

// sortQueued puts the places in order of module and place, and tasks likewise.
func (w *Work) sortQueued() {
	order := map[*resolve.Module]int{}
	for i, m := range w.modules {
		order[m] = i
	}
	slices.SortStableFunc(w.Queued, func(a, b *Queued) int {
		if c := order[a.Module] - order[b.Module]; c != 0 {
			return c
		}
		return int(a.At().Start) - int(b.At().Start)
	})
	slices.SortStableFunc(w.Tasks, func(a, b *Task) int {
		if c := order[a.Module] - order[b.Module]; c != 0 {
			return c
		}
		return int(a.At.Start) - int(b.At.Start)
	})
}
