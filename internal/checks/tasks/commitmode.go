package tasks

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/knowledge"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

// queuesAtOnce reports whether a place queues its task at once, also inside a transaction. No is where the library waits for the commit, or
// where the queue is a table that the same transaction writes. why says what is not known.
func queuesAtOnce(s *project.Snapshot, w *django.World, q *background.Queued) (at eval.Tri, why string) {
	switch q.Task.Library {
	case background.RQ:
		if q.Task.OfRQItself() {
			return eval.Yes, ""
		}
		return rqAtOnce(s, w)
	case background.Huey:
		return check.If(!q.Task.AfterCommit), ""
	case background.Tasks:
		return tasksAtOnce(s, w, q)
	case background.DjangoQ:
		orm := w.Get("Q_CLUSTER").Value.Get("orm")
		if q.Method == "schedule" || orm.IsValid() && orm.Kind() != eval.None {
			return eval.No, ""
		}
		if w.Get("Q_CLUSTER").Value.IsUnknown() {
			return eval.Maybe, check.Doubt(w, w.Get("Q_CLUSTER"))
		}
	}
	return eval.Yes, ""
}

// rqAtOnce follows django_rq/queues.py, get_commit_mode: since 4.0 a job waits for the commit unless COMMIT_MODE or AUTOCOMMIT says otherwise;
// before, AUTOCOMMIT is on.
func rqAtOnce(s *project.Snapshot, w *django.World) (eval.Tri, string) {
	setting := w.Get("RQ")
	if setting.Value.IsUnknown() {
		return eval.Maybe, check.Doubt(w, setting)
	}
	version := s.Package("django-rq")
	waits := version.AtLeast(4, 0)
	mode := setting.Value.Get("COMMIT_MODE")
	auto := setting.Value.Get("AUTOCOMMIT")
	switch name, ok := mode.AsStr(); {
	case mode.IsUnknown():
		return eval.Maybe, "COMMIT_MODE in RQ is not known"
	case ok && waits:
		return check.If(name == "auto"), ""
	case auto.IsValid():
		return check.IsOn(auto), ""
	case version == (knowledge.Version{}):
		return eval.Maybe, "whether RQ waits for the commit depends on the version of django-rq (4.0 and later do), which the dependencies do not tell"
	}
	return check.If(!waits), ""
}

// tasksAtOnce asks the backend of Django's tasks: the database's queue is a table; django-tasks before 0.10 waits unless it is told not to, and so
// does Huey's backend where it is told to.
func tasksAtOnce(s *project.Snapshot, w *django.World, q *background.Queued) (eval.Tri, string) {
	alias, ok := q.Task.Run(w).Backend.AsStr()
	entry := w.Get("TASKS").Value.Get(alias)
	backend, known := entry.Get("BACKEND").AsStr()
	on := entry.Get("ENQUEUE_ON_COMMIT")
	old := s.Package("django-tasks")
	switch {
	case !ok || !known && w.Get("TASKS").Set:
		return eval.Maybe, "the backend of " + q.Task.Name + " is not known"
	case strings.HasSuffix(backend, ".DatabaseBackend"), !known, strings.HasSuffix(backend, ".ImmediateBackend"), strings.HasSuffix(backend, ".DummyBackend"):
		return eval.No, "" // the last ones are told by tasks/not-eager
	case on.IsValid():
		return check.If(check.IsOn(on) != eval.Yes), ""
	case strings.HasPrefix(backend, "django_tasks.") && old != (knowledge.Version{}) && old.Major == 0 && old.Minor < 10:
		return eval.No, ""
	case strings.HasSuffix(backend, ".RQBackend"):
		return rqAtOnce(s, w)
	case strings.HasSuffix(backend, ".HueyBackend"):
		return check.If(check.IsOn(entry.Get("OPTIONS", "enqueue_on_commit")) != eval.Yes), ""
	}
	return eval.Maybe, "whether " + backend + " waits for the commit is not known"
}
