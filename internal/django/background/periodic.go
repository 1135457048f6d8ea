package background

import (
	"slices"
	"strings"

	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Periodic is a task that runs again and again.
type Periodic struct {
	// Task is the dotted path of its function, or the name that the task is given; "" where it is not known.
	Task string
	By   Scheduler
	At   source.Span // where the schedule is written; zero where that is not known
}

// Scheduler is what gives a task its schedule.
type Scheduler uint8

// The places of schedules.
const (
	ByDecorator Scheduler = iota + 1 // @periodic_task
	ByCode                           // app.add_periodic_task(...)
	ByRow                            // code that makes a row of PeriodicTask (django-celery-beat)
	BySetting                        // beat_schedule, in the settings or given to the application
)

// Beat is what a beat process has to do.
type Beat struct {
	Periodic []Periodic
	// Unknown says why there can be more, "" when there can't: a schedule that can't be read, or rows of a database.
	Unknown string
	// Database says that the schedule stands in the database (django-celery-beat), so that people add tasks while it runs.
	Database bool
}

// Beat is the schedule of Celery in one world: what code schedules, and beat_schedule.
func (w *Work) Beat(c *django.Celery, world *django.World) Beat {
	b := Beat{Periodic: slices.Clone(w.periodic)}
	for _, t := range w.Tasks {
		if t.Periodic && t.Library == Celery {
			b.Periodic = append(b.Periodic, Periodic{t.Dotted, ByDecorator, t.At})
		}
	}
	schedule := c.Option(world, "beat_schedule")
	if v := schedule.Value; v.IsUnknown() || v.IsOpen() {
		b.Unknown = "beat_schedule is not known"
		if reason := v.Reason(); reason != "" {
			b.Unknown += ": " + reason
		}
	}
	for _, e := range schedule.Value.Entries() {
		p := Periodic{By: BySetting, At: e.Value.At()}
		p.Task, _ = e.Value.Get("task").AsStr()
		if p.At.IsZero() {
			p.At = schedule.At
		}
		b.Periodic = append(b.Periodic, p)
	}
	switch scheduler, ok := c.Option(world, "beat_scheduler").Value.AsStr(); {
	case strings.HasPrefix(scheduler, "django_celery_beat."):
		b.Database = true
	case !ok && b.Unknown == "":
		b.Unknown = "beat_scheduler is not known"
	}
	if b.Database || installed(world, "django_celery_beat") {
		b.Database = true
		if b.Unknown == "" {
			b.Unknown = "tasks are scheduled in the database"
		}
	}
	return b
}

// installed reports whether an application stands in INSTALLED_APPS, itself or by its configuration.
func installed(world *django.World, app string) bool {
	for _, v := range world.Get("INSTALLED_APPS").Value.Elems() {
		if name, ok := v.AsStr(); ok && (name == app || strings.HasPrefix(name, app+".")) {
			return true
		}
	}
	return false
}

// Has reports whether a task is among those that run again and again.
func (b Beat) Has(t *Task) bool {
	name := ""
	if o, ok := t.options["name"]; ok {
		name, _ = o.Value.AsStr()
	}
	return t.Periodic || slices.ContainsFunc(b.Periodic, func(p Periodic) bool { return p.Task != "" && (p.Task == t.Dotted || p.Task == name) })
}

// schedules collects what code schedules: the tasks by their dotted names, or by the names that it gives them. value is what a name of a
// module stands for.
func (w *Work) schedules(value func(*resolve.Module, syntax.Expr) eval.Value) {
	for _, m := range w.modules {
		if !m.Syntax.File.ContainsAny("add_periodic_task", "PeriodicTask") {
			continue
		}
		Walk(m, func(s *Site) {
			if strings.Contains(m.Syntax.Span(s.Call.Func).Text(), "PeriodicTask") {
				w.rows(s, value)
				return
			}
			if lastName(s.Call.Func) == "add_periodic_task" {
				w.added(m, s.Call)
			}
		})
	}
}

// added is app.add_periodic_task(schedule, task.s(...), name=...). Source: celery/app/base.py.
func (w *Work) added(m *resolve.Module, call *syntax.Call) {
	var task syntax.Expr
	if len(call.Args) > 1 {
		task = call.Args[1]
	}
	for _, k := range call.Keywords {
		if k.Name == "sig" {
			task = k.Value
		}
	}
	p := Periodic{By: ByCode, At: m.Syntax.Span(call)}
	if task != nil {
		p.Task, _ = m.Resolve(queuedName(task))
	}
	w.periodic = append(w.periodic, p)
}

// rows are tasks of PeriodicTask.objects.create(task="shop.tasks.send", ...): by its argument task, else by every text with a dot.
func (w *Work) rows(s *Site, value func(*resolve.Module, syntax.Expr) eval.Value) {
	at := s.At()
	for _, k := range s.Call.Keywords {
		if k.Name != "task" {
			continue
		}
		if name, ok := value(s.Module, k.Value).AsStr(); ok {
			w.periodic = append(w.periodic, Periodic{name, ByRow, at})
			return
		}
	}
	syntax.Inspect(s.Call, func(n syntax.Node) bool {
		if k, ok := n.(*syntax.Constant); ok && k.Kind == syntax.Str && strings.Contains(k.Value, ".") {
			w.periodic = append(w.periodic, Periodic{k.Value, ByRow, at})
		}
		return true
	})
}
