package tasks

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func concurrencyLimited() check.Check {
	return check.Check{
		ID: "tasks/concurrency-limited", Severity: check.Recommended, Source: answerConcurrencyLimited,
		Doc: check.Doc{
			Title: "A worker's processes and their memory are limited",
			Why: `Unless told otherwise a worker starts one process for each core of the host, also in a container that may use half a core and 512 MB. On a large node that is thirty copies of the project, and the kernel kills them in the middle of a task. A process that lives for ever also keeps whatever its tasks leak.

A fixed number makes memory predictable; recycling a process after some tasks or some memory costs a fork now and then.`,
			Fix:    "Set `CELERY_WORKER_CONCURRENCY = 4` (or `--concurrency 4` in the worker's command), and `CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000` or `CELERY_WORKER_MAX_MEMORY_PER_CHILD = 200_000` (kilobytes).",
			Verify: "`celery -A shop inspect stats` prints `\"max-concurrency\": 4`.",
			Bad: []check.Example{
				celeryExample("The command says nothing, and so do the settings.", `import os

CELERY_BROKER_URL = os.environ["CELERY_BROKER_URL"]
`, "Procfile", "web: gunicorn shop.wsgi\nworker: celery -A shop worker --loglevel info\n"),
			},
			Good: []check.Example{
				celeryExample("Four processes, each replaced after a thousand tasks.", `import os

CELERY_BROKER_URL = os.environ["CELERY_BROKER_URL"]
CELERY_WORKER_CONCURRENCY = 4
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
`),
			},
			References: []check.Reference{
				check.See("Celery: worker_concurrency", check.CeleryDocs+"userguide/configuration.html#worker-concurrency"),
				check.See("Celery: worker_max_memory_per_child", check.CeleryDocs+"userguide/configuration.html#worker-max-memory-per-child"),
			},
			Triggers: []string{"neither the settings nor a worker's command limit processes, tasks or memory"},
		},
	}
}

func answerConcurrencyLimited(p *check.SourcePass) check.Answer {
	return withCelery(p, func(c *django.Celery, w *django.World) check.Answer {
		for _, name := range []string{"worker_concurrency", "worker_max_tasks_per_child", "worker_max_memory_per_child"} {
			s := c.Option(w, name)
			switch {
			case s.Value.IsUnknown() && !s.Set:
				return check.Unclear(doubt(w, s))
			case s.Value.IsUnknown(), s.Value.Truth() == eval.Yes:
				return check.Passed(s.Name + " is set")
			}
		}
		if pool, _ := c.Option(w, "worker_pool").Value.AsStr(); pool == "solo" {
			return check.Passed("the solo pool has one process")
		}
		celery := celeryWorkers(p)
		if len(celery) == 0 {
			return check.Unclear("the settings limit neither processes nor tasks nor memory per child; the worker's command, which can, was not found")
		}
		var findings []check.Finding
		for _, process := range celery {
			if main, ok := process.Main(); limitedByCommand(process.Argv) || ok && limitedByCommand(main.Argv) {
				continue
			}
			findings = append(findings, check.Finding{
				Severity: check.Recommended, At: process.At, Fix: c.SettingName("worker_concurrency") + " = 4",
				Message: fmt.Sprintf("The worker (%s) takes as many processes as the host has cores, whatever memory it has: neither its command nor the settings limit them; add --concurrency 4", process.Artefact),
			})
		}
		return check.Gather(findings, nil, "each worker's command limits its processes")
	})
}

// celeryWorkers are the production workers that run Celery.
func celeryWorkers(p *check.SourcePass) (list []*deploy.Process) {
	for _, process := range workers(p) {
		if strings.Contains(strings.Join(process.Argv, " "), "celery") {
			list = append(list, process)
		}
	}
	return list
}

func limitedByCommand(argv []string) bool {
	if _, ok := flag(argv, "--concurrency", "-c", "--autoscale", "--max-tasks-per-child", "--max-memory-per-child", "--maxtasksperchild"); ok {
		return true
	}
	pool, _ := flag(argv, "--pool", "-P")
	return pool == "solo"
}
