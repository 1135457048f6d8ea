package tasks

import (
	"fmt"
	"strings"
	"time"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func resultsExpire() check.Check {
	return check.Check{
		ID: "tasks/results-expire", Severity: check.Recommended, Source: answerResultsExpire,
		Doc: check.Doc{
			Title: "Task results are dropped after a while",
			Why: `Each task leaves a result. Celery drops it after a day; with that turned off, Redis fills until it refuses writes or evicts what is needed, and a table grows for ever.

In a database nothing expires by itself: the rows go when celery.backend_cleanup runs, which beat sends every night. Without a beat they stay.`,
			Fix:    "Leave CELERY_RESULT_EXPIRES at its default or set `CELERY_RESULT_EXPIRES = 86400`, set `CELERY_TASK_IGNORE_RESULT = True` where nobody reads results, and run `celery beat` beside a database backend.",
			Verify: "`celery -A shop inspect conf` shows no `result_expires` of `None` or `0`.",
			Bad: []check.Example{
				celeryExample("Results stay for ever.", `CELERY_BROKER_URL = "redis://localhost:6379/0"
CELERY_RESULT_BACKEND = "redis://localhost:6379/1"
CELERY_RESULT_EXPIRES = None
`),
			},
			Good: []check.Example{
				celeryExample("An hour is enough to read them.", `CELERY_BROKER_URL = "redis://localhost:6379/0"
CELERY_RESULT_BACKEND = "redis://localhost:6379/1"
CELERY_RESULT_EXPIRES = 3600
`),
			},
			References: []check.Reference{
				check.See("Celery: result_expires", check.CeleryDocs+"userguide/configuration.html#result-expires"),
				check.See("Celery: task_ignore_result", check.CeleryDocs+"userguide/configuration.html#task-ignore-result"),
			},
			Triggers: []string{
				"result_expires is None or 0 with a result backend",
				"a database result backend, and no process runs beat",
				"RQ keeps results for ever (-1), Django Q every row (save_limit 0), Huey values in Redis that nothing reads",
			},
		},
	}
}

func answerResultsExpire(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	return joined(celeryResults(p), askOthers(p, "results expire, or are not kept", func(w *django.World) ([]check.Finding, []string) { return otherResults(p, w) }, others()...))
}

func celeryResults(p *check.SourcePass) check.Answer {
	return withCelery(p, func(c *django.Celery, w *django.World) check.Answer {
		backend := c.Option(w, "result_backend")
		if !backend.Value.IsUnknown() && backend.Value.Truth() == eval.No {
			return check.Absent("no result backend is configured, so no results are kept")
		}
		if check.IsOn(c.Option(w, "task_ignore_result").Value) == eval.Yes {
			return check.Passed("results are ignored")
		}
		expires := c.Option(w, "result_expires")
		if expires.Value.IsUnknown() {
			return check.Unclear(doubt(w, expires))
		}
		if forever(expires.Value) {
			return check.Failed(check.Finding{
				Severity: check.Recommended, At: check.Where(expires), Fix: expires.Name + " = 86400",
				Message: fmt.Sprintf("%s, so the result of every task is kept for ever and the backend fills up; set it to 86400", check.Describe(expires)),
			})
		}
		return cleaned(p, w, backend)
	})
}

// forever reports whether an expiry is turned off.
func forever(v eval.Value) bool {
	if d, ok := v.AsTimedelta(); ok {
		return d <= 0*time.Second
	}
	return v.Truth() == eval.No
}

// cleaned judges a backend whose results only go when beat sends celery.backend_cleanup.
func cleaned(p *check.SourcePass, w *django.World, backend django.Setting) check.Answer {
	name, known := backend.Value.AsStr()
	if !known {
		return check.Passed("results expire, unless " + backend.Name + " is a database without a beat")
	}
	if !strings.HasPrefix(name, "django-db") && !strings.HasPrefix(name, "db+") && !strings.Contains(name, "DatabaseBackend") {
		return check.Passed("results expire")
	}
	known = false
	if p.Project.Deployment != nil {
		for _, process := range p.Project.Deployment.Processes {
			if !process.Production {
				continue
			}
			command := strings.Join(process.Argv, " ")
			_, embedded := flag(process.Argv, "-B", "--beat")
			if process.Role == deploy.Beat || strings.Contains(command, " beat") || embedded {
				return check.Passed("beat sends the clean-up of results every night")
			}
			known = known || process.Role == deploy.Worker
		}
	}
	if !known {
		return check.Unclear("results are kept in the database and expire only where beat runs; no process was found that would show it")
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended, At: check.Where(backend), Fix: "celery -A PROJECT beat",
		Message: backend.Name + " is the database, whose results go only when beat sends celery.backend_cleanup, and no process runs beat; start one, or set a Redis backend",
	})
}
