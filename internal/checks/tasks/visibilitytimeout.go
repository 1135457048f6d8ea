package tasks

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func visibilityTimeout() check.Check {
	return check.Check{
		ID: "tasks/visibility-timeout", Severity: check.Recommended, Source: answerVisibilityTimeout,
		Doc: check.Doc{
			Title: "No task waits or runs longer than the broker's visibility timeout",
			Why: `Redis and SQS hand a message to a worker and, when it is not acknowledged within the visibility timeout, to another one too. A task with a countdown of two hours waits in a worker unacknowledged; with Redis' default of one hour a second worker gets it, then a third, and the mail goes out three times. With acks_late the same happens to a task that runs longer.

A longer timeout means that the tasks of a worker which died come back later.`,
			Fix:    "Set `CELERY_BROKER_TRANSPORT_OPTIONS = {\"visibility_timeout\": 43200}` above the longest countdown, ETA, retry delay and (with acks_late) time limit; plan days ahead with beat or a table, not with an ETA.",
			Verify: "`celery -A shop inspect conf` shows `visibility_timeout` above every number in `celery -A shop inspect scheduled`.",
			Bad: []check.Example{
				celeryExample("A task may run two hours, and is handed out again after one.", `import os

CELERY_BROKER_URL = "redis://localhost:6379/0"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 2 * 60 * 60
`),
			},
			Good: []check.Example{
				celeryExample("The broker waits longer than the task may take.", `CELERY_BROKER_URL = "redis://localhost:6379/0"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_TIME_LIMIT = 2 * 60 * 60
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3 * 60 * 60}
`),
			},
			References: []check.Reference{
				check.See("Celery: Redis, visibility timeout", check.CeleryDocs+"getting-started/backends-and-brokers/redis.html#visibility-timeout"),
				check.See("Celery: SQS, visibility timeout", check.CeleryDocs+"getting-started/backends-and-brokers/sqs.html#visibility-timeout"),
			},
			Triggers: []string{
				"task_acks_late with a time limit above the visibility timeout",
				"a countdown or a retry delay above the visibility timeout",
				"Django Q without a timeout, or with one above retry, on a broker that hands tasks out again",
			},
		},
	}
}

func answerVisibilityTimeout(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	return joined(celeryVisibility(p), askOthers(p, "no task of Django Q is handed out again before it ends", func(w *django.World) ([]check.Finding, []string) {
		return twiceInDjangoQ(p, w)
	}, background.DjangoQ))
}

func celeryVisibility(p *check.SourcePass) check.Answer {
	return withCelery(p, func(c *django.Celery, w *django.World) check.Answer {
		url := c.Option(w, "broker_url")
		list, ok := addresses(url.Value)
		if !ok && url.Value.IsUnknown() {
			// The numbers can be judged under Redis' default all the same; only a finding needs the broker.
			answer := judgeVisibility(p, c, w, "redis")
			if answer.Status == check.Pass {
				return answer
			}
			return check.Unclear("whether the broker is Redis or SQS depends on its address: " + doubt(w, url))
		}
		switch {
		case withoutBroker(c, w):
			return check.Absent("tasks run inside the request, and no broker is named")
		case !ok && named(p, "CELERY_BROKER_URL"):
			// Celery reads the variable by itself.
			answer := judgeVisibility(p, c, w, "redis")
			if answer.Status == check.Pass {
				return answer
			}
			return check.Unclear("whether the broker is Redis or SQS depends on the variable CELERY_BROKER_URL; give the environment with --env-file")
		}
		for _, a := range list {
			switch a.transport {
			case "redis", "rediss", "sentinel", "valkey", "valkeys":
				return judgeVisibility(p, c, w, "redis")
			case "sqs":
				return judgeVisibility(p, c, w, "sqs")
			}
		}
		return check.Absent("the broker is neither Redis nor SQS, and keeps a message until it is acknowledged")
	})
}

// judgeVisibility compares the numbers. Defaults: kombu/transport/redis.py and SQS.py.
func judgeVisibility(p *check.SourcePass, c *django.Celery, w *django.World, transport string) check.Answer {
	options := c.Option(w, "broker_transport_options")
	timeout, visible := int64(3600), options.Value.Get("visibility_timeout")
	if transport == "sqs" {
		timeout = 1800
	}
	if visible.IsValid() {
		seconds, ok := visible.AsFloat()
		if !ok {
			return check.Unclear(doubt(w, options))
		}
		timeout = int64(seconds)
	}
	var findings []check.Finding
	late := check.IsOn(c.Option(w, "task_acks_late").Value)
	limit := c.Option(w, "task_time_limit")
	if seconds, ok := limit.Value.AsFloat(); ok && int64(seconds) > timeout && late == eval.Yes {
		findings = append(findings, twice(c, check.Where(limit), fmt.Sprintf("%s is %d seconds with acks_late", limit.Name, int64(seconds)), timeout))
	}
	open := ""
	for _, d := range p.Project.Background().Delays {
		seconds, known := d.Value.AsFloat()
		switch {
		case d.Value.Kind() == eval.None:
		case known && int64(seconds) > timeout:
			findings = append(findings, twice(c, d.At, fmt.Sprintf("%s is %d seconds", d.Option, int64(seconds)), timeout))
		case !known && open == "":
			open = fmt.Sprintf("%s at %s:%d is computed; whether it is within the visibility timeout of %d seconds is not known", d.Option, d.At.Path(), d.At.Begin().Line, timeout)
		}
	}
	var doubts []string
	if open != "" {
		doubts = append(doubts, open)
	}
	return check.Gather(findings, doubts, fmt.Sprintf("no task waits longer than the visibility timeout of %d seconds", timeout))
}

// twice is the finding about a number above the visibility timeout.
func twice(c *django.Celery, at source.Span, what string, timeout int64) check.Finding {
	name := c.SettingName("broker_transport_options")
	return check.Finding{
		Severity: check.Recommended, At: at, Fix: name + ` = {"visibility_timeout": 43200}`,
		Message: fmt.Sprintf("%s, and the broker hands a task out again after %d: it runs twice; raise visibility_timeout in %s", what, timeout, name),
	}
}
