package tasks

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

const redisBroker = `import os

CELERY_BROKER_URL = os.environ["CELERY_BROKER_URL"]
`

const queuedTask = `from celery import shared_task


@shared_task
def send_invoice(order_id):
    return order_id
`

const queueingView = `from django.http import HttpResponse

from shop.tasks import send_invoice


def order(request, order_id):
    send_invoice.delay(order_id)
    return HttpResponse("ok")
`

func workerProcess() check.Check {
	return check.Check{
		ID: "tasks/worker-process", Severity: check.Critical, Source: answerWorkerProcess,
		Doc: check.Doc{
			Title: "A worker takes every queue that the site sends tasks to, from the same broker, in a process of its own",
			Why: `delay() succeeds whether anybody listens or not. Without a worker, with one that reads another broker, or with one that takes other queues, tasks pile up in silence: no mail goes out, and no page shows an error.

A worker without -Q takes what task_queues declares, or the default queue alone. A route to another queue (task_routes, queue= of a task or of apply_async) needs a worker that names it: Celery makes the queue when the first task is sent, and nobody reads it.

Started with & in the container of the web server, a worker that ends is not started again, gets no signal when the container stops, and is copied with each copy of the site. A process of its own costs one more entry in the deployment.`,
			Fix:    "Run `celery -A shop worker -Q celery,mail` (or rqworker, run_huey, rundramatiq, qcluster, db_worker) as a process of its own, with the environment of the web process, and name all queues that tasks are sent to.",
			Verify: "`celery -A shop inspect active_queues` lists each queue that tasks are sent to.",
			Bad: []check.Example{
				celeryExample("The Procfile starts no worker.", redisBroker, "shop/tasks.py", queuedTask, "shop/views.py", queueingView, "Procfile", "web: gunicorn shop.wsgi\n"),
				celeryExample("Nobody takes the queue mail.", redisBroker+"CELERY_TASK_ROUTES = {\"shop.tasks.send_invoice\": {\"queue\": \"mail\"}}\n", "shop/tasks.py", queuedTask, "shop/views.py", queueingView,
					"Procfile", "web: gunicorn shop.wsgi\nworker: celery -A shop worker\n"),
			},
			Good: []check.Example{
				celeryExample("A process of its own.", redisBroker, "shop/tasks.py", queuedTask, "shop/views.py", queueingView, "Procfile", "web: gunicorn shop.wsgi\nworker: celery -A shop worker\n"),
			},
			References: []check.Reference{
				check.See("Celery: routing tasks", check.CeleryDocs+"userguide/routing.html"),
				check.See("Celery: workers, queues", check.CeleryDocs+"userguide/workers.html#queues"),
				check.See("Docker: several processes in a container", "https://docs.docker.com/engine/containers/multi-service_container/"),
			},
			Triggers: []string{
				"tasks are queued, and a deployment that starts the site starts no worker for them",
				"tasks are sent to a queue that no worker takes",
				"web and worker are given different brokers or databases",
				"the worker is started with & in the container of the web server",
			},
		},
	}
}

func answerWorkerProcess(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		kinds, eager := queuedKinds(p, w)
		switch {
		case len(kinds) == 0 && eager:
			return check.CausedBy("tasks/not-eager", "tasks run inside the request, so that no worker is needed")
		case len(kinds) == 0:
			return check.Absent("the project's code queues no task")
		}
		groups := serving(p)
		if len(groups) == 0 {
			return nothingWhole(p)
		}
		var findings []check.Finding
		var doubts []string
		for _, g := range groups {
			for _, k := range kinds {
				f, why := staffed(g, k)
				if f.Message != "" {
					findings = append(findings, f)
				}
				if why != "" {
					doubts = append(doubts, why)
				}
			}
			findings = append(findings, sharedContainers(g)...)
			f, why := unconsumed(p, w, g)
			findings, doubts = append(findings, f...), append(doubts, why...)
			for _, k := range kinds {
				f, why := leftQueues(p, w, g, k)
				findings = append(findings, f...)
				if why != "" {
					doubts = append(doubts, why)
				}
			}
			findings = append(findings, otherBroker(p, w, g)...)
		}
		return check.Gather(findings, doubts, "a worker takes the tasks ("+groups[0].Name+")")
	})
}

// kind is one library whose tasks are queued, with the first place that does.
type kind struct {
	library background.Library
	name    string
	at      source.Span
	task    string
}

// queuedKinds are the libraries of which tasks are queued, or run again and again. eager says that one was left out whose tasks run where
// they are queued.
func queuedKinds(p *check.SourcePass, w *django.World) (kinds []kind, eager bool) {
	work := p.Project.Background()
	add := func(t *background.Task, at source.Span) {
		if t == nil || slices.ContainsFunc(kinds, func(k kind) bool { return k.library == t.Library }) {
			return
		}
		if runsInline(p, w, t.Library) {
			eager = true
			return
		}
		kinds = append(kinds, kind{t.Library, t.Library.String(), at, t.Name})
	}
	for _, q := range work.Queued {
		if q.Method != "retry" {
			add(q.Task, q.At())
		}
	}
	for _, s := range work.Queues(p.Project.Celery(), w).Sent {
		add(s.Task, s.Task.At)
	}
	if !slices.ContainsFunc(kinds, func(k kind) bool { return k.library == background.RQ }) {
		for _, site := range p.Project.Code.Calls("django_rq.enqueue", "django_rq.get_queue", "django_rq.queues.get_queue") {
			kinds = append(kinds, kind{background.RQ, "RQ", site.Module.Syntax.Span(site.Call), ""})
			break
		}
	}
	return kinds, eager
}

// runsInline reports whether tasks of a library run where they are queued, or their backend needs no worker: the question of tasks/not-eager.
func runsInline(p *check.SourcePass, w *django.World, l background.Library) bool {
	switch l {
	case background.Celery:
		return p.Project.Celery().Option(w, "task_always_eager").Value.Truth() == eval.Yes
	case background.Huey:
		return w.Get("HUEY").Value.Get("immediate").Truth() == eval.Yes
	case background.DjangoQ:
		return w.Get("Q_CLUSTER").Value.Get("sync").Truth() == eval.Yes
	case background.Tasks:
		backend, ok := w.Get("TASKS").Value.Get("default", "BACKEND").AsStr()
		return !ok || strings.Contains(backend, "Immediate") || strings.Contains(backend, "Dummy")
	}
	return false
}

// serving are the descriptions of production that start the site and all that goes with it.
func serving(p *check.SourcePass) (list []*deploy.Group) {
	for _, g := range p.Project.Deployment.Groups() {
		if g.Whole && len(g.Starts(deploy.Web)) > 0 {
			list = append(list, g)
		}
	}
	return list
}

// nothingWhole is the answer where no file describes the whole deployment.
func nothingWhole(p *check.SourcePass) check.Answer {
	if running := check.Running(p); len(running) > 0 {
		return check.Unclear("no file of production describes both the site and what runs beside it (" + running[0].Artefact + " is a part of it); the rest of the deployment is not in the repository")
	}
	return check.NoProcess(p)
}

// works reports whether a command works off tasks of a library. A process that is called a worker and runs something else may work off any.
func works(c deploy.Command, k kind) bool {
	name, args := deploy.Program(c.Argv)
	if management, _, ok := deploy.ManagementCommand(c.Argv); ok {
		name, args = management, nil
	}
	switch name {
	case "celery", "celeryd", "celery_worker", "celerybeat":
		return k.library == background.Celery
	case "rqworker", "rqworker-pool", "rq":
		return k.library == background.RQ || k.library == background.Tasks
	case "dramatiq", "dramatiq-gevent", "rundramatiq":
		return k.library == background.Dramatiq
	case "run_huey", "djangohuey", "huey_consumer", "huey_consumer.py", "huey.bin.huey_consumer":
		return k.library == background.Huey || k.library == background.Tasks // huey.contrib.djhuey.tasks_backend
	case "qcluster":
		return k.library == background.DjangoQ
	case "db_worker":
		return k.library == background.Tasks
	case "runworker", "send_queued_mail": // of Channels and of django-mailer: they take no tasks
		return false
	}
	return len(args) >= 0
}

// staffed asks whether a deployment starts a worker for a library.
func staffed(g *deploy.Group, k kind) (check.Finding, string) {
	for _, s := range g.Starts(deploy.Worker) {
		if works(s.Command, k) {
			return check.Finding{}, ""
		}
	}
	for _, p := range g.Processes { // a command under a condition
		for _, c := range p.Commands {
			if c.Conditional && deploy.RoleOf(c.Argv) == deploy.Worker && works(c, k) {
				return check.Finding{}, fmt.Sprintf("%s starts a worker only under a condition that the files don't decide", p.Artefact)
			}
		}
	}
	if obscure := g.Obscure(); len(obscure) > 0 {
		return check.Finding{}, fmt.Sprintf("whether %s works off the tasks is not known", obscure[0].Artefact)
	}
	web := g.Starts(deploy.Web)[0]
	what := "tasks of " + k.name + " are queued"
	if k.task != "" {
		what = "the task " + k.task + " is queued"
	}
	return check.Finding{
		Severity: check.Critical, At: web.Process.At, Fix: workerCommand(k),
		Message: fmt.Sprintf("%s starts the site and no worker of %s: %s, and nothing ever runs it; add a process with %s", g.Name, k.name, what, workerCommand(k)),
		Related: []check.Related{{Message: "it is queued here", At: k.at}},
	}, ""
}

// workerCommand is how a worker of a library is started.
func workerCommand(k kind) string {
	switch k.library {
	case background.Celery:
		return "celery -A <package> worker"
	case background.RQ:
		return "python manage.py rqworker"
	case background.Dramatiq:
		return "python manage.py rundramatiq"
	case background.Huey:
		return "python manage.py run_huey"
	case background.Tasks:
		return "python manage.py db_worker"
	}
	return "python manage.py qcluster"
}

// sharedContainers are the findings about workers that a script starts beside the web server and nothing watches.
func sharedContainers(g *deploy.Group) (findings []check.Finding) {
	for _, p := range g.Processes {
		web, other := source.Span{}, deploy.Command{}
		for _, c := range p.Commands {
			switch role := deploy.RoleOf(c.Argv); {
			case c.Conditional:
			case role == deploy.Web:
				web = c.At
			case role == deploy.Worker && (c.Background || detaches(c.Argv)):
				other = c
			}
		}
		if web.IsZero() || other.At.IsZero() {
			continue
		}
		findings = append(findings, check.Finding{Severity: check.Recommended, At: other.At,
			Message: fmt.Sprintf("The worker is started in the background of the web server (%s): nothing starts it again when it ends, it is killed in the middle of a task when the container stops, and each copy of the site brings another one; give it a process of its own", p.Artefact),
			Related: []check.Related{{Message: "the server that keeps the process alive", At: web}}})
	}
	return findings
}

// detaches reports whether a command of Celery goes into the background by itself.
func detaches(argv []string) bool {
	return slices.Contains(argv, "multi") || slices.Contains(argv, "--detach") || slices.Contains(argv, "-D")
}

// unconsumed are the queues of Celery that tasks are sent to and no worker of the deployment takes.
func unconsumed(p *check.SourcePass, w *django.World, g *deploy.Group) (findings []check.Finding, doubts []string) {
	q := p.Project.Background().Queues(p.Project.Celery(), w)
	if len(q.Sent) == 0 && q.Unknown == "" || runsInline(p, w, background.Celery) {
		return nil, nil
	}
	taken, worker, why := takenQueues(g, q)
	if worker == nil {
		return nil, nil // told by staffed
	}
	if why != "" {
		if slices.ContainsFunc(q.Sent, func(s background.Sent) bool { return !slices.Contains(taken, s.Queue) }) {
			doubts = append(doubts, why)
		}
		return nil, doubts
	}
	told := map[string]bool{}
	var left []background.Sent // the first that is sent to each queue
	var names []string
	for _, s := range q.Sent {
		if slices.Contains(taken, s.Queue) || told[s.Queue] {
			continue
		}
		told[s.Queue] = true
		left, names = append(left, s), append(names, s.Queue)
	}
	if len(left) > 0 {
		findings = append(findings, leftBy(g, worker, taken, left, names))
	}
	if len(findings) == 0 && q.Unknown != "" {
		doubts = append(doubts, q.Unknown+", and whether a worker takes it")
	}
	return findings, doubts
}

// leftBy tells of the queues that the workers of a deployment leave: one cause, whose fix stands where they are started.
func leftBy(g *deploy.Group, worker *deploy.Command, taken []string, left []background.Sent, names []string) check.Finding {
	first, others := left[0], ""
	f := check.Finding{Severity: check.Critical, At: first.At, Fix: "-Q " + strings.Join(append(slices.Clone(taken), names...), ","),
		Related: []check.Related{{Message: "a worker that does not take it", At: worker.At}}}
	for _, s := range left[1:] {
		f.Related = append(f.Related, check.Related{Message: "the task " + s.Task.Name + " is sent to the queue " + s.Queue, At: s.At})
	}
	if len(left) > 1 {
		others = fmt.Sprintf(", nor what is sent to %s", quoted(names[1:]))
	}
	f.Message = fmt.Sprintf("The task %s is sent to the queue %s, and the workers of %s take %s alone: it never runs%s; start a worker with -Q %s",
		first.Task.Name, first.Queue, g.Name, quoted(taken), others, strings.Join(names, ","))
	return f
}

// takenQueues are the queues that the Celery workers of a deployment take. why says what of them is not known.
func takenQueues(g *deploy.Group, q background.Queues) (taken []string, worker *deploy.Command, why string) {
	for _, s := range g.Starts(deploy.Worker) {
		c, ok := deploy.ReadCelery(s.Command.Argv)
		if !ok || c.Sub != "worker" {
			if !ok && works(s.Command, kind{library: background.Celery}) {
				worker, why = &s.Command, "the queues that "+s.Process.Artefact+" takes are not known"
			}
			continue
		}
		worker = &s.Command
		list := c.Queues
		switch {
		case c.Unread != "":
			why = s.Process.Artefact + " takes queues that its command does not tell (" + c.Unread + ")"
		case list == nil && q.DeclaredUnknown != "":
			why = q.DeclaredUnknown
		case list == nil:
			list = q.Declared
		}
		for _, name := range list {
			if !slices.Contains(c.Excluded, name) && !slices.Contains(taken, name) {
				taken = append(taken, name)
			}
		}
	}
	if obscure := g.Obscure(); worker != nil && why == "" && len(obscure) > 0 {
		why = "whether " + obscure[0].Artefact + " takes queues is not known"
	}
	return taken, worker, why
}

func quoted(names []string) string {
	if len(names) == 0 {
		return "no queue"
	}
	if len(names) == 1 {
		return "the queue " + names[0]
	}
	return "the queues " + check.And(names)
}

// otherBroker are the findings about workers whose variables give them another broker or database than the site.
func otherBroker(p *check.SourcePass, w *django.World, g *deploy.Group) (findings []check.Finding) {
	if w != p.Settings.Shipped() {
		return nil
	}
	web := g.Starts(deploy.Web)[0].Process
	for _, s := range append(g.Starts(deploy.Worker), g.Starts(deploy.Beat)...) {
		if s.Process == web {
			continue
		}
		disagreements := append(p.Project.Disagreements(web, s.Process), p.Project.Disagreements(s.Process, web)...)
		if len(disagreements) == 0 {
			continue
		}
		of, there := p.Project.Compared(web), p.Project.Compared(s.Process)
		if of == nil || there == nil || of.Shipped().Failure != nil || there.Shipped().Failure != nil {
			continue
		}
		for _, part := range joints(p) {
			a, b := part.value(of.Shipped()), part.value(there.Shipped())
			if a == "" || b == "" || a == b {
				continue
			}
			d := disagreements[0]
			findings = append(findings, check.Finding{Severity: check.Critical, At: placeOfDisagreement(d, s.Process),
				Message: fmt.Sprintf("%s and %s are given different variables (%s), so that %s of the one is not that of the other: %s; give both the same", web.Artefact, s.Process.Artefact, d.Name, part.name, part.consequence),
				Related: []check.Related{{Message: "the settings read it here", At: d.Read.At}}})
			break
		}
	}
	return findings
}

func placeOfDisagreement(d project.Disagreement, worker *deploy.Process) source.Span {
	if d.OtherHas && !d.Other.At.IsZero() {
		return d.Other.At
	}
	return worker.At
}

// joint is something that web and worker must share.
type joint struct {
	name, consequence string
	value             func(*django.World) string // "" where it is not known
}

func joints(p *check.SourcePass) []joint {
	celery := p.Project.Celery()
	return []joint{
		{"the broker", "what the site queues never reaches the worker", func(w *django.World) string {
			text, _ := celery.Option(w, "broker_url").Value.AsStr()
			return text
		}},
		{"the database", "the worker does not see the rows that the site writes", func(w *django.World) string {
			list, _ := w.Databases()
			for _, db := range list {
				if db.Alias == "default" {
					name, ok := db.Option("NAME").AsStr()
					if !ok {
						return ""
					}
					engine, _ := db.Option("ENGINE").AsStr()
					return engine + " " + name
				}
			}
			return ""
		}},
	}
}
