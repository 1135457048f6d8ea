package tasks

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// celeryFiles is the usual Celery application, for examples.
const celeryFiles = `import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
`

// celeryExample is a project with Celery and the given settings.
func celeryExample(note, settings string, more ...string) check.Example {
	files := []string{"settings.py", settings, "shop/__init__.py", "", "shop/celery.py", celeryFiles,
		"requirements.txt", "Django==5.2.8\ncelery==5.5.3\nredis==5.2.1\n"}
	return check.Project(note, append(files, more...)...)
}

func notEager() check.Check {
	return check.Check{
		ID: "tasks/not-eager", Severity: check.Critical, Source: answerNotEager,
		Doc: check.Doc{
			Title: "Tasks run in a worker, not inside the request",
			Why: `An eager task runs in the web process while the user waits: the mail, the report, the call to the payment provider. Requests take as long as the slowest of them, an error in a task is an error page, retries and schedules do nothing, and nothing in the logs says that the queue is not used. A dummy backend is worse: the work is dropped.

Eager mode is for tests, where it belongs into the test settings.`,
			Fix:    "Remove CELERY_TASK_ALWAYS_EAGER from the settings that production uses (with Django's Tasks framework name a real backend in TASKS; with RQ remove `\"ASYNC\": False`; with Huey `\"immediate\": False`; with Django Q `\"sync\": False`).",
			Verify: "`python manage.py shell -c \"from shop.celery import app; print(app.conf.task_always_eager)\"` prints `False`.",
			Bad: []check.Example{
				celeryExample("Eager unless somebody says otherwise.", `import os

CELERY_BROKER_URL = os.environ["REDIS_URL"]
CELERY_TASK_ALWAYS_EAGER = os.environ.get("EAGER", "true") == "true"
`),
			},
			Good: []check.Example{
				celeryExample("A worker takes the tasks from the broker.", `import os

CELERY_BROKER_URL = os.environ["REDIS_URL"]
`),
			},
			References: []check.Reference{
				check.See("Celery: task_always_eager", check.CeleryDocs+"userguide/configuration.html#task-always-eager"),
				check.See("Django: Tasks framework, backends", check.DjangoDocs+"ref/tasks/"),
				check.See("Huey: settings for Django, immediate", "https://huey.readthedocs.io/en/latest/django.html"),
			},
			Triggers: []string{
				"Celery's task_always_eager is on",
				"TASKS has ImmediateBackend or DummyBackend, or is left at its default",
				"RQ with ASYNC off, Huey with immediate on, Django Q with sync on",
			},
		},
	}
}

func answerNotEager(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	used := uses(p, append(queues(), project.Celery)...)
	celery := p.Project.Celery()
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		var findings []check.Finding
		var doubts []string
		for _, feature := range used {
			var variables, files []string
			if feature == project.Celery {
				variables, files = eagerBy(p, celery, w), eagerWithout(p, celery)
			}
			f, why := eager(feature, celery, w, variables, files)
			if f.Message != "" {
				f = weighed(p, f, variables)
				if len(variables)+len(files) > 0 {
					f.Severity = check.Recommended // slow, and left by setting a variable: nothing is lost or down
				}
				findings = append(findings, f)
			}
			if why != "" {
				doubts = append(doubts, why)
			}
		}
		return check.Gather(findings, doubts, "tasks go to a queue")
	})
}

// eagerBy are the variables whose absence makes Celery's tasks eager, by the value or by the branch that gives it.
func eagerBy(p *check.SourcePass, celery *django.Celery, w *django.World) []string {
	if names := check.Defaulted(celery.Option(w, "task_always_eager").Value); len(names) > 0 {
		return names
	}
	names, _ := check.Escapes(p.Settings, func(w *django.World) eval.Tri {
		return check.IsOn(celery.Option(w, "task_always_eager").Value)
	})
	return names
}

// eagerWithout are the files that the repository lacks and without which Celery's tasks are eager.
func eagerWithout(p *check.SourcePass, celery *django.Celery) []string {
	_, files := check.Escapes(p.Settings, func(w *django.World) eval.Tri {
		return check.If(check.IsOn(celery.Option(w, "task_always_eager").Value) == eval.Yes)
	})
	return files
}

// eager asks one kind of queue whether its tasks run inside the request; variables and files are those without which Celery's do.
func eager(feature project.Feature, celery *django.Celery, w *django.World, variables, files []string) (check.Finding, string) {
	switch feature {
	case project.Celery:
		s := celery.Option(w, "task_always_eager")
		switch check.IsOn(s.Value) {
		case eval.Maybe:
			return check.Finding{}, doubt(w, s)
		case eval.Yes:
			is := check.Describe(s)
			switch {
			case len(variables) > 0 && check.EnvNote(s.Value) == "":
				is += " when " + check.Missing(variables) // by the branch that gives it, not by its value
			case len(variables) == 0 && len(files) > 0:
				is += " unless the file " + files[0] + " is there"
			}
			return check.Finding{At: check.Where(s), Fix: s.Name + " = False",
				Message: is + ", so every task runs inside the request while the user waits; set it in the test settings alone"}, ""
		}
	case project.RQ:
		return eagerRQ(w)
	case project.Huey:
		return eagerHuey(w)
	case project.DjangoQ:
		return eagerKey(w, w.Get("Q_CLUSTER"), `"sync": False`, "sync")
	case project.Dramatiq:
		return eagerDramatiq(w)
	case project.Tasks:
		return eagerTasks(w)
	}
	return check.Finding{}, ""
}

// eagerKey is the finding about a key of a dictionary that is on.
func eagerKey(w *django.World, s django.Setting, fix string, keys ...string) (check.Finding, string) {
	v := s.Value.Get(keys...)
	switch check.IsOn(v) {
	case eval.Maybe:
		return check.Finding{}, check.Doubt(w, s)
	case eval.Yes:
		return check.Finding{At: placeOf(v, s), Fix: fix,
			Message: fmt.Sprintf("%s[%q] is on%s, so tasks run inside the request; write %s", s.Name, keys[len(keys)-1], check.EnvNote(v), fix)}, ""
	}
	return check.Finding{}, ""
}

func placeOf(v eval.Value, s django.Setting) source.Span {
	if at := v.At(); !at.IsZero() {
		return at
	}
	return s.At
}

func eagerRQ(w *django.World) (check.Finding, string) {
	s := w.Get("RQ_QUEUES")
	for _, queue := range s.Value.Entries() {
		v := queue.Value.Get("ASYNC")
		if v.IsValid() && v.Truth() == eval.No {
			return check.Finding{At: placeOf(v, s), Fix: `"ASYNC": True`,
				Message: fmt.Sprintf("The RQ queue %s has ASYNC off%s, so its jobs run inside the request; remove ASYNC", queue.Key.Repr(30), check.EnvNote(v))}, ""
		}
	}
	return check.Finding{}, ""
}

// eagerHuey follows huey.contrib.djhuey: without "immediate", DEBUG decides.
func eagerHuey(w *django.World) (check.Finding, string) {
	s := w.Get("HUEY")
	if s.Value.Kind() == eval.Dict && !s.Value.Get("immediate").IsValid() {
		return check.Finding{}, "" // DEBUG, which errors/debug-off asks for
	}
	return eagerKey(w, s, `"immediate": False`, "immediate")
}

func eagerDramatiq(w *django.World) (check.Finding, string) {
	s := w.Get("DRAMATIQ_BROKER")
	v := s.Value.Get("BROKER")
	if name, ok := v.AsStr(); ok && strings.HasSuffix(name, "StubBroker") {
		return check.Finding{At: placeOf(v, s), Fix: `"BROKER": "dramatiq.brokers.redis.RedisBroker"`,
			Message: "DRAMATIQ_BROKER is the StubBroker, which keeps messages in the process and is for tests; name RedisBroker or RabbitmqBroker"}, ""
	}
	return check.Finding{}, ""
}

// eagerTasks judges Django's own framework, whose default backend is immediate (django/conf/global_settings.py of 6.0).
func eagerTasks(w *django.World) (check.Finding, string) {
	s := w.Get("TASKS")
	if !s.Set && !s.Value.IsUnknown() {
		return check.Finding{At: s.At, Fix: `TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}`,
			Message: "TASKS is not set and Django's default is the ImmediateBackend, which runs every task inside the request; name a backend with a worker"}, ""
	}
	if s.Value.IsUnknown() {
		return check.Finding{}, check.Doubt(w, s)
	}
	for _, alias := range s.Value.Entries() {
		v := alias.Value.Get("BACKEND")
		name, ok := v.AsStr()
		if !ok {
			return check.Finding{}, check.Doubt(w, s)
		}
		for _, backend := range []string{"ImmediateBackend", "DummyBackend"} {
			if strings.HasSuffix(name, backend) {
				return check.Finding{At: placeOf(v, s), Fix: `"BACKEND": "django_tasks_db.DatabaseBackend"`,
					Message: fmt.Sprintf("TASKS[%s] is the %s%s, which %s; name a backend with a worker", alias.Key.Repr(30), backend, check.EnvNote(v),
						map[string]string{"ImmediateBackend": "runs every task inside the request", "DummyBackend": "stores tasks and never runs them"}[backend])}, ""
			}
		}
	}
	return check.Finding{}, ""
}
