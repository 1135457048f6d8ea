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

const nightly = redisBroker + `CELERY_BEAT_SCHEDULE = {"nightly": {"task": "shop.tasks.send_invoice", "schedule": 86400, "args": [1]}}
`

func beatOnce() check.Check {
	return check.Check{
		ID: "tasks/beat-once", Severity: check.Critical, Source: answerBeatOnce,
		Doc: check.Doc{
			Title: "Exactly one scheduler sends the periodic tasks",
			Why: `A schedule in the settings does nothing by itself: one process has to send the tasks when they are due. Without it the nightly invoices are never written, and nothing reports an error, since nothing was ever asked for.

With two of them each task is sent twice: customers get two mails, are charged twice. Celery's beat takes no lock, so a second replica, a worker with -B that is scaled, or a rolling update that starts the new one before the old one ends is enough. A scheduler with a lock in Redis (celery-redbeat) allows several, for the price of another moving part.`,
			Fix:    "One process of its own, never scaled: `celery -A shop beat`. In Kubernetes `replicas: 1` with `strategy: {type: Recreate}`. No -B for workers of which there can be several.",
			Verify: "`ps ax | grep 'celery.* beat'` over all hosts shows one line; the log of beat says `Scheduler: Sending due task` once for each time.",
			Bad: []check.Example{
				celeryExample("Nothing sends what is scheduled.", nightly, "shop/tasks.py", queuedTask, "Procfile", "web: gunicorn shop.wsgi\nworker: celery -A shop worker\n"),
				celeryExample("Two workers that both schedule.", nightly, "shop/tasks.py", queuedTask,
					"compose.yml", "services:\n  web:\n    image: shop\n    command: gunicorn shop.wsgi\n  worker:\n    image: shop\n    command: celery -A shop worker -B\n    deploy:\n      replicas: 2\n"),
			},
			Good: []check.Example{
				celeryExample("One process schedules.", nightly, "shop/tasks.py", queuedTask, "Procfile", "web: gunicorn shop.wsgi\nworker: celery -A shop worker\nbeat: celery -A shop beat\n"),
			},
			References: []check.Reference{
				check.See("Celery: periodic tasks", check.CeleryDocs+"userguide/periodic-tasks.html#starting-the-scheduler"),
				check.See("celery-redbeat", "https://github.com/sibson/redbeat"),
				check.See("APScheduler: sharing a job store among worker processes", "https://apscheduler.readthedocs.io/en/3.x/faq.html#how-do-i-share-a-single-job-store-among-one-or-more-worker-processes"),
				check.See("Huey: the consumer, periodic tasks", "https://huey.readthedocs.io/en/latest/consumer.html"),
			},
			Triggers: []string{
				"tasks are scheduled, and no process of a deployment that starts the site sends them",
				"two processes send them, or one of which there are several replicas",
				"a worker with -B that its platform scales",
				"Kubernetes starts the new beat before the old one ends",
				"two clocks start the same management command at the same time, or a crontab is read in several containers",
				"a job of RQ is queued for a time to come, and no worker runs with --with-scheduler",
				"a scheduler of APScheduler starts with the site, of which several processes run",
			},
		},
	}
}

func answerBeatOnce(p *check.SourcePass) check.Answer {
	jobs, twice := periodicJobs(p)
	clocks, unsureClocks, alone := clockFindings(p)
	twice = append(twice, clocks...)
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		switch {
		case len(twice) > 0:
			return check.Failed(twice...)
		case len(unsureClocks) > 0:
			return check.Unclear(unsureClocks[0])
		case alone != "" && answer.Status == check.NotApplicable:
			return check.Passed("one process of the site runs the scheduler (" + alone + ")")
		case len(jobs) > 0 && answer.Status == check.NotApplicable:
			return check.Passed("one clock starts each periodic job (" + jobs[0].Artefact + ")")
		}
		return answer
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		plan := planOf(p, w)
		findings, doubts := slices.Clone(twice), slices.Clone(unsureClocks)
		told := "" // the deployment that sends them once
		for _, g := range p.Project.Deployment.Groups() {
			senders, unsure := sendersOf(g, plan)
			f, why := several(p, w, g, senders)
			findings, doubts = append(findings, f...), append(doubts, why...)
			if unsure != "" {
				doubts = append(doubts, unsure)
			}
			if f, why := unmoved(p, g, plan); f.Message != "" {
				findings = append(findings, f)
			} else if why != "" {
				doubts = append(doubts, why)
			}
			switch {
			case len(senders) > 0, plan.later != nil && movesJobs(g):
				told = g.Name
			case g.Whole && len(g.Starts(deploy.Web)) > 0 && unsure == "":
				if f, why := unsent(g, plan); f.Message != "" {
					findings = append(findings, f)
				} else if why != "" {
					doubts = append(doubts, why)
				}
			}
		}
		switch {
		case len(findings) == 0 && len(doubts) == 0 && told == "" && plan.empty() && len(jobs) > 0:
			told = jobs[0].Artefact
		case len(findings) == 0 && len(doubts) == 0 && told == "" && plan.empty() && alone != "":
			told = alone
		case len(findings) == 0 && len(doubts) == 0 && told == "" && plan.empty():
			return check.Absent("no task is scheduled, and no process schedules")
		case len(findings) == 0 && len(doubts) == 0 && told == "":
			return nothingWhole(p)
		}
		return check.Gather(findings, doubts, "one process sends the periodic tasks ("+told+")")
	})
}

// plan is what runs again and again.
type plan struct {
	celery background.Beat
	huey   *background.Task   // a periodic task of Huey, nil for none
	rq     source.Span        // a use of rq-scheduler, zero for none
	later  *background.Queued // a job of RQ that is to run at a time to come, nil for none
	idle   bool               // the settings leave the periodic tasks of Huey out
}

func planOf(p *check.SourcePass, w *django.World) plan {
	work := p.Project.Background()
	var x plan
	if has, _ := p.Project.Has(project.Celery); has != eval.No {
		x.celery = work.Beat(p.Project.Celery(), w)
	}
	for _, t := range work.Tasks {
		if t.Library == background.Huey && t.Periodic && x.huey == nil {
			x.huey = t
		}
	}
	x.idle = w.Get("HUEY").Value.Get("consumer", "periodic").Truth() == eval.No
	for _, q := range work.Queued {
		if q.Later && q.Task != nil && q.Task.Library == background.RQ && x.later == nil {
			x.later = q
		}
	}
	for _, site := range p.Project.Code.Calls("django_rq.get_scheduler", "rq_scheduler.Scheduler") {
		x.rq = site.Module.Syntax.Span(site.Call)
		break
	}
	return x
}

func (x plan) empty() bool {
	return len(x.celery.Periodic) == 0 && x.celery.Unknown == "" && x.huey == nil && x.rq.IsZero() && x.later == nil
}

// sender is a process that sends periodic tasks.
type sender struct {
	deploy.Started
	library   background.Library
	worker    bool   // it is a worker that schedules beside its work
	app       string // Celery's application, as the command names it
	scheduler string
}

// sendersOf are the processes of a deployment that schedule. unsure says why there may be more.
func sendersOf(g *deploy.Group, x plan) (list []sender, unsure string) {
	for _, s := range g.Starts(deploy.Beat) {
		one := sender{Started: s}
		if c, ok := deploy.ReadCelery(s.Command.Argv); ok {
			one.library, one.app, one.scheduler = background.Celery, c.App, c.Scheduler
		} else if name, _ := deploy.Program(s.Command.Argv); strings.HasPrefix(name, "rq") {
			one.library = background.RQ
		}
		list = append(list, one)
	}
	for _, s := range g.Starts(deploy.Worker) {
		c, ok := deploy.ReadCelery(s.Command.Argv)
		switch {
		case ok && c.Beat:
			list = append(list, sender{s, background.Celery, true, c.App, c.Scheduler})
		case ok && strings.Contains(c.Unread, "$") && !strings.HasPrefix(c.Unread, "-"):
			unsure = fmt.Sprintf("whether %s schedules, too, is not known (%s)", s.Process.Artefact, c.Unread)
		case !ok && x.huey != nil && works(s.Command, kind{library: background.Huey}) && !withoutPeriodic(s.Command, x):
			list = append(list, sender{Started: s, library: background.Huey, worker: true})
		}
	}
	if len(list) > 0 {
		return list, ""
	}
	for _, p := range g.Processes {
		for _, c := range p.Commands {
			read, ok := deploy.ReadCelery(c.Argv)
			if c.Conditional && (deploy.RoleOf(c.Argv) == deploy.Beat || ok && read.Beat) && !x.empty() && p.Role != deploy.Other {
				return nil, p.Artefact + " starts a scheduler only under a condition that the files don't decide"
			}
		}
	}
	return nil, unsure
}

// withoutPeriodic reports whether a consumer of Huey leaves periodic tasks out.
func withoutPeriodic(c deploy.Command, x plan) bool {
	read, _ := deploy.ReadQueue(c.Argv)
	return x.idle || read.NoPeriodic
}

// movesJobs reports whether a worker of RQ runs the scheduler that moves delayed jobs into their queue.
func movesJobs(g *deploy.Group) bool {
	return slices.ContainsFunc(g.Starts(deploy.Worker), func(s deploy.Started) bool {
		c, ok := deploy.ReadQueue(s.Command.Argv)
		return ok && c.Scheduler
	})
}

// unmoved is the finding about jobs of RQ for a time to come, which wait until a worker with a scheduler moves them into their queue. Several
// of these share a lock (rq/scheduler.py).
func unmoved(p *check.SourcePass, g *deploy.Group, x plan) (check.Finding, string) {
	if x.later == nil || movesJobs(g) {
		return check.Finding{}, ""
	}
	var worker *deploy.Command
	for _, s := range g.Starts(deploy.Worker) {
		read, ok := deploy.ReadQueue(s.Command.Argv)
		switch {
		case !works(s.Command, kind{library: background.RQ}):
		case !ok || read.Unread != "" || ownCommand(p, read.Program):
			return check.Finding{}, fmt.Sprintf("whether %s moves delayed jobs into their queue is not known", s.Process.Artefact)
		default:
			worker = &s.Command
		}
	}
	if obscure := g.Obscure(); worker == nil || len(obscure) > 0 {
		return check.Finding{}, ""
	}
	return check.Finding{Severity: check.Critical, At: worker.At, Fix: "--with-scheduler",
		Message: fmt.Sprintf("%s is queued for a time to come, and no worker of %s runs RQ's scheduler: it stays where it is; start one with --with-scheduler", x.later.Task.Name, g.Name),
		Related: []check.Related{{Message: "it is queued here", At: x.later.At()}}}, ""
}

// unsent is the finding about a deployment that starts the site and nothing that sends what is scheduled.
func unsent(g *deploy.Group, x plan) (check.Finding, string) {
	what, at, command := "", source.Span{}, "celery -A <package> beat"
	switch {
	case len(x.celery.Periodic) > 0:
		first := x.celery.Periodic[0]
		what, at = "a task", first.At
		if first.Task != "" {
			what = "the task " + first.Task
		}
		if more := len(x.celery.Periodic) - 1; more > 0 {
			what += fmt.Sprintf(" and %d more", more)
		}
	case x.huey != nil:
		what, at, command = "the task "+x.huey.Name, x.huey.At, "python manage.py run_huey"
	case !x.rq.IsZero():
		what, at, command = "a job", x.rq, "python manage.py rqscheduler"
	case x.celery.Unknown != "":
		return check.Finding{}, x.celery.Unknown + ", and no process of " + g.Name + " sends them"
	default:
		return check.Finding{}, ""
	}
	if obscure := g.Obscure(); len(obscure) > 0 {
		return check.Finding{}, fmt.Sprintf("whether %s sends the periodic tasks is not known", obscure[0].Artefact)
	}
	f := check.Finding{Severity: check.Critical, At: g.Starts(deploy.Web)[0].Process.At, Fix: command,
		Message: fmt.Sprintf("%s starts the site and no scheduler: %s, which should run again and again, never runs; add one process with %s", g.Name, what, command)}
	if !at.IsZero() {
		f.Related = []check.Related{{Message: "it is scheduled here", At: at}}
	}
	return f, ""
}

// several are the findings about schedulers of one deployment that work beside each other.
func several(p *check.SourcePass, w *django.World, g *deploy.Group, senders []sender) (findings []check.Finding, doubts []string) {
	for i, s := range senders {
		if locked(p, w, s) {
			continue
		}
		process := s.Process
		if f := doubled(senders[:i], s); f.Message != "" {
			findings = append(findings, f)
			continue
		}
		switch {
		case process.Replicas.Known && process.Replicas.Value > 1:
			findings = append(findings, check.Finding{Severity: check.Critical, At: firstAt(process.Replicas.At, s.Command.At), Fix: "one replica",
				Message: fmt.Sprintf("%s sends the periodic tasks, and there are %d of it: each task is sent %d times; run one", process.Artefact, process.Replicas.Value, process.Replicas.Value)})
		case process.Replicas.Said() && !process.Replicas.Known:
			doubts = append(doubts, fmt.Sprintf("how many of %s run, which sends the periodic tasks, is not known (%s)", process.Artefact, process.Replicas.Written))
		case s.worker && s.library == background.Celery && scaledByPlatform(process):
			findings = append(findings, check.Finding{Severity: check.Recommended, At: s.Command.At, Fix: "celery beat as a process of its own",
				Message: fmt.Sprintf("The worker %s schedules, too (-B): as soon as the platform runs two of it, each periodic task is sent twice; give beat a process of its own", process.Name)})
		case g.Runtime == deploy.InPod && s.library == background.Celery && !s.worker && process.Recreated.Known && !process.Recreated.Value:
			findings = append(findings, check.Finding{Severity: check.Recommended, At: s.Command.At, Fix: "strategy: {type: Recreate}",
				Message: fmt.Sprintf("Kubernetes starts the new %s before the old one ends, so that two send the periodic tasks during each update; set the strategy Recreate", process.Name)})
		}
	}
	return findings, doubts
}

// doubled is the finding about a scheduler beside another one that sends the same.
func doubled(before []sender, s sender) check.Finding {
	for _, other := range before {
		if other.library == s.library && s.library != 0 && other.app == s.app && other.scheduler == s.scheduler && sameDeployment(other.Process, s.Process) {
			return check.Finding{Severity: check.Critical, At: s.Command.At,
				Related: []check.Related{{Message: "the other one", At: other.Command.At}},
				Message: fmt.Sprintf("%s and %s both send the periodic tasks: each is sent twice; keep one of them", other.Process.Artefact, s.Process.Artefact)}
		}
	}
	return check.Finding{}
}

// locked reports whether a scheduler takes a lock, so that of several one works.
func locked(p *check.SourcePass, w *django.World, s sender) bool {
	if s.library != background.Celery {
		return false
	}
	if s.scheduler != "" {
		return strings.Contains(strings.ToLower(s.scheduler), "redbeat")
	}
	v := p.Project.Celery().Option(w, "beat_scheduler").Value
	name, known := v.AsStr()
	return !known && v.IsUnknown() || strings.Contains(strings.ToLower(name), "redbeat")
}

// scaledByPlatform reports whether a platform runs as many of a process as somebody tells it.
func scaledByPlatform(p *deploy.Process) bool {
	return (p.Runtime == deploy.OnPlatform || p.Runtime == deploy.FromProcfile) && !p.Replicas.Known || p.Runtime == deploy.InPod && !p.Replicas.Known
}

// sameDeployment reports whether two processes run beside each other: those of two namespaces or overlays of Kubernetes don't.
func sameDeployment(a, b *deploy.Process) bool {
	if a.Name == b.Name && a.At.Path() == b.At.Path() && a.Runtime == deploy.FromProcfile {
		return false // one of them overwrites the other
	}
	return a.At.Path() == b.At.Path() || a.Runtime != deploy.InPod || a.Name != b.Name
}

func firstAt(spans ...source.Span) source.Span {
	for _, at := range spans {
		if !at.IsZero() {
			return at
		}
	}
	return source.Span{}
}
