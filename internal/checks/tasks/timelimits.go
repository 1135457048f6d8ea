package tasks

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func timeLimits() check.Check {
	return check.Check{
		ID: "tasks/time-limits", Severity: check.Recommended, Source: answerTimeLimits,
		Doc: check.Doc{
			Title: "A task that hangs is ended",
			Why: `A task that waits for a server which never answers keeps its worker process for ever. Each such task takes one more, and one day nothing is worked off, without any error in the logs.

The soft limit raises an exception in the task, which can clean up; the hard one kills the process. They work in the prefork pool; gevent knows the hard limit alone, eventlet and threads neither: there each call needs a timeout of its own.`,
			Fix:    "Set `CELERY_TASK_SOFT_TIME_LIMIT = 270` and `CELERY_TASK_TIME_LIMIT = 300` (seconds), and give a task that may take longer its own: `@shared_task(soft_time_limit=3500, time_limit=3600)`.",
			Verify: "`celery -A shop inspect conf` lists `task_time_limit` and `task_soft_time_limit` with numbers.",
			Bad: []check.Example{
				celeryExample("No limit at all.", `import os

CELERY_BROKER_URL = os.environ["CELERY_BROKER_URL"]
`),
			},
			Good: []check.Example{
				celeryExample("Both limits.", `import os

CELERY_BROKER_URL = os.environ["CELERY_BROKER_URL"]
CELERY_TASK_SOFT_TIME_LIMIT = 270
CELERY_TASK_TIME_LIMIT = 300
`),
			},
			References: []check.Reference{
				check.See("Celery: task_time_limit", check.CeleryDocs+"userguide/configuration.html#task-time-limit"),
				check.See("Celery: time limits, by pool", check.CeleryDocs+"userguide/workers.html#time-limits"),
			},
			Triggers: []string{
				"neither a hard nor a soft limit, or one of them alone",
				"limits with a pool that does not enforce them (threads, eventlet; gevent with a soft limit)",
				"RQ's limit turned off (-1), Dramatiq without its middleware TimeLimit, Huey 3 or Django Q without a timeout",
			},
		},
	}
}

func answerTimeLimits(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	return joined(celeryLimits(p), askOthers(p, "tasks have a time limit", func(w *django.World) ([]check.Finding, []string) { return otherLimits(p, w) }, others()...))
}

func celeryLimits(p *check.SourcePass) check.Answer {
	return withCelery(p, func(c *django.Celery, w *django.World) check.Answer {
		hard, soft := limit(p, c, w, "task_time_limit", "--time-limit"), limit(p, c, w, "task_soft_time_limit", "--soft-time-limit")
		if hard == eval.Maybe || soft == eval.Maybe {
			return check.Unclear(doubt(w, c.Option(w, "task_time_limit")))
		}
		if f := unenforced(p, c, w, hard, soft); f.Message != "" {
			return check.Failed(f)
		}
		if hard == eval.Yes && soft == eval.Yes {
			return check.Passed("tasks have a hard and a soft time limit")
		}
		if check.IsOn(c.Option(w, "task_annotations").Value) != eval.No {
			return check.Unclear("time limits may stand in task_annotations, which are not read")
		}
		return missingLimits(p, c, w, hard, soft)
	})
}

// limit reports whether a limit is given by the settings or by the command of every worker.
func limit(p *check.SourcePass, c *django.Celery, w *django.World, name, option string) eval.Tri {
	s := c.Option(w, name)
	switch {
	case s.Value.IsUnknown() && s.Set:
		return eval.Yes // a limit is read from somewhere
	case s.Value.IsUnknown():
		return eval.Maybe
	case s.Value.Truth() == eval.Yes:
		return eval.Yes
	}
	list := celeryWorkers(p)
	for _, process := range list {
		if _, ok := flag(process.Argv, option); !ok {
			return eval.No
		}
	}
	return check.If(len(list) > 0)
}

// unenforced is the finding about limits that the pool ignores (Celery's user guide, workers: time limits).
func unenforced(p *check.SourcePass, c *django.Celery, w *django.World, hard, soft eval.Tri) check.Finding {
	if hard == eval.No && soft == eval.No {
		return check.Finding{}
	}
	s := c.Option(w, "worker_pool")
	pool, _ := s.Value.AsStr()
	at := check.Where(s)
	for _, process := range celeryWorkers(p) {
		if name, ok := flag(process.Argv, "--pool", "-P"); ok {
			pool, at = name, process.At
		}
	}
	limits := ""
	switch {
	case pool == "threads" || strings.Contains(pool, "eventlet") || pool == "solo":
		limits = "time limits"
	case strings.Contains(pool, "gevent") && soft == eval.Yes && hard == eval.No:
		limits = "soft time limits"
	default:
		return check.Finding{}
	}
	return check.Finding{
		Severity: check.Recommended, At: at,
		Message: fmt.Sprintf("The %s pool does not enforce %s, so a task that hangs stays; use the prefork pool, or give each outside call a timeout", pool, limits),
	}
}

// missingLimits judges what the settings leave to each task.
func missingLimits(p *check.SourcePass, c *django.Celery, w *django.World, hard, soft eval.Tri) check.Answer {
	tasks := celeryTasks(p)
	var bare []*background.Task
	for _, t := range tasks {
		if !t.Opaque && (hard == eval.No && !limited(t, "time_limit") || soft == eval.No && !limited(t, "soft_time_limit")) {
			bare = append(bare, t)
		}
	}
	if len(tasks) > 0 && len(bare) == 0 {
		return check.Passed("every task has its own limits")
	}
	which, name := "neither a hard nor a soft time limit", "task_time_limit"
	switch {
	case hard == eval.Yes:
		which, name = "a hard time limit and no soft one, so they are killed without a chance to clean up", "task_soft_time_limit"
	case soft == eval.Yes:
		which = "a soft time limit and no hard one, so one that ignores the exception stays"
	}
	s := c.Option(w, name)
	at := check.Where(s)
	if there := c.Option(w, map[string]string{"task_soft_time_limit": "task_time_limit", "task_time_limit": "task_soft_time_limit"}[name]); there.Set {
		at = check.Where(there) // beside the limit that is there
	}
	f := check.Finding{
		Severity: check.Recommended, At: at, Fix: s.Name + " = 300",
		Message: fmt.Sprintf("Tasks have %s; set %s and %s", which, c.SettingName("task_soft_time_limit"), c.SettingName("task_time_limit")),
	}
	if len(bare) > 0 {
		f.Related = []check.Related{{Message: fmt.Sprintf("%s has no limit of its own", bare[0].Name), At: bare[0].At}}
	}
	return check.Failed(f)
}

// limited reports whether a task, or the class that it is made of, is given a limit; one that is not known counts as one.
func limited(t *background.Task, name string) bool {
	o, ok := t.Option(name)
	return ok && o.Value.Kind() != eval.None
}
