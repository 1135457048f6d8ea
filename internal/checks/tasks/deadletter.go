package tasks

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func deadLetter() check.Check {
	const task = "from celery import shared_task\n\n\n@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=5)\ndef push(url):\n    pass\n"
	return check.Check{
		ID: "tasks/dead-letter", Severity: check.Recommended, Source: answerDeadLetter,
		Doc: check.Doc{
			Title: "A task that fails for good is kept or told of",
			Why: `After its last retry Celery writes the exception to the worker's log, and the message with its arguments is gone. Nobody learns that an order was never sent on, and nothing is left from which the work could be done again once the fault is mended.

RQ, Dramatiq and Django Q keep failed tasks by themselves. For Celery a table of results that holds failures, an error tracker, or a handler of failures does.`,
			Fix:    "Keep failures with django-celery-results (`CELERY_RESULT_BACKEND = \"django-db\"`), tell them with sentry_sdk, connect a handler to celery.signals.task_failure, or give the queue an x-dead-letter-exchange.",
			Verify: "Queue a task that raises: its name and arguments can be found afterwards, without the worker's log.",
			Bad: []check.Example{
				celeryExample("After five retries the work is gone.", "CELERY_BROKER_URL = \"redis://redis:6379/0\"\n", "shop/tasks.py", task),
			},
			Good: []check.Example{
				celeryExample("Failures are rows that somebody can look at.", "CELERY_BROKER_URL = \"redis://redis:6379/0\"\nCELERY_RESULT_BACKEND = \"django-db\"\nCELERY_RESULT_EXTENDED = True\n", "shop/tasks.py", task),
			},
			References: []check.Reference{
				check.See("Celery: signals, task_failure", check.CeleryDocs+"userguide/signals.html#task-failure"),
				check.See("Celery: task handlers, on_failure", check.CeleryDocs+"userguide/tasks.html#handlers"),
				check.See("RabbitMQ: dead letter exchanges", "https://www.rabbitmq.com/docs/dlx"),
			},
			Triggers: []string{"tasks of Celery are retried, and nothing keeps or tells of those that fail for good", "the same for tasks of Huey"},
		},
	}
}

func answerDeadLetter(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	other := check.Absent("no task of another queue was found")
	if len(otherTasks(p, others()...)) > 0 {
		other = check.Weigh(p.Settings, func(w *django.World) check.Answer { return otherLetters(p, w) })
	}
	return joined(celeryLetters(p), other)
}

func celeryLetters(p *check.SourcePass) check.Answer {
	if has, _ := p.Project.Has(project.Celery); has == eval.No {
		return check.Absent("the project does not use Celery")
	}
	var retried *background.Task
	handled := ""
	for _, t := range celeryTasks(p) {
		if _, ok := t.Option("on_failure"); ok {
			handled = t.Name
			continue
		}
		if auto, ok := t.Option("autoretry_for"); ok && auto.Value.Truth() == eval.Yes || retriesWithCelery(p, t) {
			retried = t
			break
		}
	}
	return withCelery(p, func(c *django.Celery, w *django.World) check.Answer {
		switch {
		case retried == nil && handled != "":
			return check.Passed("the class of " + handled + " handles failures (on_failure)")
		case retried == nil:
			return check.Absent("no task of Celery is retried")
		}
		if how := mentioned(p, "task_failure", "x-dead-letter-exchange"); how != "" {
			return check.Passed(how)
		}
		tracker := check.FindTracker(p, w)
		if tracker.On == eval.Yes {
			return check.Passed(tracker.Name + " is told of failed tasks")
		}
		backend := c.Option(w, "result_backend")
		name, known := backend.Value.AsStr()
		switch {
		case known && (strings.HasPrefix(name, "django-db") || strings.HasPrefix(name, "db+") || strings.Contains(name, "DatabaseBackend")):
			return check.Passed("results, failures among them, are rows of a database")
		case backend.Value.IsUnknown():
			return check.Unclear("whether failures are kept depends on the result backend: " + doubt(w, backend))
		}
		if how := mentioned(p, "link_error"); how != "" {
			return check.Unclear(how + "; whether " + retried.Name + " is queued with it is not read")
		}
		if tracker.Name != "" {
			return check.Unclear("failed tasks are told to " + tracker.Name + " where it is on: " + tracker.Reason)
		}
		return check.Failed(check.Finding{
			Severity: check.Recommended, At: retried.At, Fix: `CELERY_RESULT_BACKEND = "django-db"`,
			Message: retried.Name + " is retried, and when the last retry fails nothing keeps it or tells of it: no table of results, handler of failures, error tracker or dead-letter exchange; add one",
		})
	})
}

// retriesWithCelery reports whether a task calls its own method retry.
func retriesWithCelery(p *check.SourcePass, t *background.Task) bool {
	for _, q := range p.Project.Background().Queued {
		if q.Method == "retry" && q.Task == t {
			return true
		}
	}
	return false
}

// mentioned says where one of several words stands in the code that production runs, "" where none does.
func mentioned(p *check.SourcePass, words ...string) string {
	for _, m := range p.Project.ProductionModules() {
		for _, word := range words {
			if m.Syntax.File.Contains(word) {
				return word + " stands in " + m.Syntax.File.Path
			}
		}
	}
	return ""
}
