package tasks

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
)

// leftQueues are the queues of a library other than Celery that tasks are sent to and no worker of a deployment takes. why says what of them is
// not known.
func leftQueues(p *check.SourcePass, w *django.World, g *deploy.Group, k kind) (findings []check.Finding, why string) {
	if k.library == background.Celery || k.library == background.Tasks && !databaseBackend(w) {
		return nil, ""
	}
	taken := takenBy(p, w, g, k)
	if taken.worker == nil || taken.all {
		return nil, ""
	}
	told := map[string]bool{}
	for _, q := range p.Project.Background().Queued {
		if q.Task == nil || q.Task.Library != k.library {
			continue
		}
		to := q.To(w)
		name, known := to.AsStr()
		switch {
		case !to.IsValid(): // a library with one queue
			return nil, ""
		case !known:
			why = fmt.Sprintf("the queue of %s is not known, and whether a worker takes it", q.Task.Name)
			continue
		case told[name] || slices.Contains(taken.names, name):
			continue
		case taken.unread != "":
			return nil, taken.unread
		}
		told[name] = true
		at := q.QueueAt
		if o, own := q.Task.Option(queueOption(k.library)); at.IsZero() && own {
			at = o.At
		}
		findings = append(findings, check.Finding{Severity: check.Critical, At: firstAt(at, q.At()), Fix: taken.fix(k, name),
			Message: fmt.Sprintf("%s is sent to the queue %s, and the workers of %s take %s alone: it never runs; start a worker with %s", q.Task.Name, name, g.Name, quoted(taken.names), taken.fix(k, name)),
			Related: []check.Related{{Message: "a worker that does not take it", At: taken.worker.At}}})
	}
	if len(findings) > 0 {
		why = ""
	}
	return findings, why
}

// queueOption is the option by which a task names its queue.
func queueOption(l background.Library) string {
	switch l {
	case background.Dramatiq, background.Tasks:
		return "queue_name"
	case background.DjangoQ:
		return "cluster"
	}
	return "queue"
}

// taking is what the workers of a deployment take of a library.
type taking struct {
	names  []string
	all    bool
	unread string // why more than the names may be taken, "" when not
	worker *deploy.Command
}

// fix is how a worker is told to take one more queue.
func (t taking) fix(k kind, queue string) string {
	switch k.library {
	case background.Dramatiq:
		return "--queues " + strings.Join(append(slices.Clone(t.names), queue), " ")
	case background.Tasks:
		return "--queue-name " + strings.Join(append(slices.Clone(t.names), queue), ",")
	case background.DjangoQ:
		return "qcluster -n " + queue
	case background.Huey:
		return "djangohuey --queue " + queue
	}
	return "rqworker " + strings.Join(append(slices.Clone(t.names), queue), " ")
}

// takenBy reads the commands of the workers of a library.
func takenBy(p *check.SourcePass, w *django.World, g *deploy.Group, k kind) (t taking) {
	for _, s := range g.Starts(deploy.Worker) {
		if !works(s.Command, k) {
			continue
		}
		c, ok := deploy.ReadQueue(s.Command.Argv)
		t.worker = &s.Command
		_, named := s.Process.Lookup("Q_CLUSTER_NAME")
		switch {
		case !ok || c.Unread != "" || ownCommand(p, c.Program) || named && k.library == background.DjangoQ || c.Backend != "" && c.Backend != "default":
			t.unread = "which queues " + s.Process.Artefact + " takes is not known"
		case c.All && len(c.Excluded) == 0:
			t.all = true
		case c.All:
			t.unread = s.Process.Artefact + " takes all queues but " + check.And(c.Excluded)
		case len(c.Queues) > 0:
			t.names = append(t.names, c.Queues...)
		case k.library == background.Dramatiq, k.library == background.Huey:
			t.all = true
		case k.library == background.DjangoQ:
			name, known := (&background.Task{Library: background.DjangoQ}).Run(w).Queue.AsStr()
			if !known {
				t.unread = "the name of the cluster in Q_CLUSTER is not known"
			}
			t.names = append(t.names, name)
		default:
			t.names = append(t.names, "default")
		}
	}
	if obscure := g.Obscure(); t.unread == "" && len(obscure) > 0 {
		t.unread = "whether " + obscure[0].Artefact + " takes queues is not known"
	}
	slices.Sort(t.names)
	t.names = slices.Compact(t.names)
	return t
}

// ownCommand reports whether the project has a management command by the name of a worker's, which stands before the package's.
func ownCommand(p *check.SourcePass, name string) bool {
	if p.Project.Code == nil || name == "" {
		return false
	}
	for _, m := range p.Project.ProductionModules() {
		if strings.HasSuffix(m.Syntax.File.Path, "management/commands/"+name+".py") {
			return true
		}
	}
	return false
}

// databaseBackend reports whether the default backend of Django's tasks is the database, whose worker is db_worker.
func databaseBackend(w *django.World) bool {
	backend, _ := w.Get("TASKS").Value.Get("default", "BACKEND").AsStr()
	return strings.HasSuffix(backend, ".DatabaseBackend")
}
