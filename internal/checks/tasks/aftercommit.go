package tasks

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

func afterCommit() check.Check {
	const task = "from celery import shared_task\n\n\n@shared_task\ndef confirm(order_id):\n    pass\n"
	return check.Check{
		ID: "tasks/after-commit", Severity: check.Recommended, Source: answerAfterCommit,
		Doc: check.Doc{
			Title: "Tasks are queued after the transaction has committed",
			Why: `A worker is often faster than the commit. A task that is queued inside a transaction then reads the row as it was before, or not at all, and fails with DoesNotExist now and then, under load more often than on a laptop. When the transaction is rolled back, the task still runs: a mail confirms an order that does not exist.

With ATOMIC_REQUESTS every view is such a transaction.`,
			Fix:    "Queue it when the transaction has committed: `transaction.on_commit(lambda: confirm.delay(order.pk))`, or with Celery 5.4 and newer `confirm.delay_on_commit(order.pk)`.",
			Verify: "In a test, `with self.captureOnCommitCallbacks() as callbacks:` around the view: `len(callbacks)` counts the task.",
			Bad: []check.Example{
				celeryExample("The worker may look for the order before it is there.", "CELERY_BROKER_URL = \"redis://redis:6379/0\"\n", "shop/tasks.py", task, "shop/orders.py", `from django.db import transaction

from shop.tasks import confirm


def place(order):
    with transaction.atomic():
        order.save()
        confirm.delay(order.pk)
`),
			},
			Good: []check.Example{
				celeryExample("The order is committed first.", "CELERY_BROKER_URL = \"redis://redis:6379/0\"\n", "shop/tasks.py", task, "shop/orders.py", `from django.db import transaction

from shop.tasks import confirm


def place(order):
    with transaction.atomic():
        order.save()
        transaction.on_commit(lambda: confirm.delay(order.pk))
`),
			},
			References: []check.Reference{
				check.See("Django: transaction.on_commit", check.DjangoDocs+"topics/db/transactions/#performing-actions-after-commit"),
				check.See("Celery: trigger the task after the commit", check.CeleryDocs+"django/first-steps-with-django.html#trigger-tasks-at-the-end-of-the-database-transaction"),
				check.See("Django: tasks and transactions", check.DjangoDocs+"topics/tasks/#transactions"),
			},
			Triggers: []string{
				"a task is queued inside transaction.atomic, or a context manager of the project that opens it",
				"a view queues a task, and ATOMIC_REQUESTS is on",
				"django-rq before 4.0 or with COMMIT_MODE auto, Huey without on_commit_task, Django Q with Redis: the same",
			},
		},
	}
}

func answerAfterCommit(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	work := p.Project.Background()
	if len(work.Tasks) == 0 {
		return check.Absent("no task was found")
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		requests := atomicRequests(w)
		var findings []check.Finding
		var doubts []string
		for _, q := range work.Queued {
			f, why := beforeCommit(p.Project, w, q, requests)
			if f.Message != "" {
				findings = append(findings, f)
			}
			if why != "" {
				doubts = append(doubts, why)
			}
		}
		return check.Gather(findings, doubts, "no task is queued inside a transaction that the text shows")
	})
}

// beforeCommit judges one place that queues a task.
func beforeCommit(s *project.Snapshot, w *django.World, q *background.Queued, requests django.Setting) (f check.Finding, doubt string) {
	if q.Method == "retry" || strings.HasSuffix(q.Method, "_on_commit") || q.Task == nil || q.Deferred {
		return f, ""
	}
	if _, own := q.Task.Option("apply_async"); own {
		return f, "" // a class of the project queues it, after the commit for all that is known
	}
	if _, own := q.Task.Option("delay"); own && q.Method == "delay" {
		return f, ""
	}
	switch {
	case !q.Atomic.IsZero():
		f = check.Finding{
			Message: fmt.Sprintf("%s is queued inside a transaction: the worker may start before the commit, and runs it even after a rollback; queue it with transaction.on_commit", q.Task.Name),
			Related: []check.Related{{Message: "the transaction begins here", At: q.Atomic}},
		}
	case inRequest(s, q, requests) == eval.Yes:
		f = check.Finding{
			Message: fmt.Sprintf("%s is queued in a view, and ATOMIC_REQUESTS makes the view a transaction: the worker may start before the commit, and runs it even after a rollback; queue it with transaction.on_commit", q.Task.Name),
			Related: []check.Related{{Message: "ATOMIC_REQUESTS is on", At: check.Where(requests)}},
		}
	case inRequest(s, q, requests) == eval.Maybe:
		return f, check.Doubt(w, requests)
	default:
		return f, ""
	}
	switch at, why := queuesAtOnce(s, w, q); at {
	case eval.No:
		return check.Finding{}, ""
	case eval.Maybe:
		return check.Finding{}, why
	}
	f.Severity, f.At, f.Fix = check.Recommended, q.At(), onCommit(q)
	return f, ""
}

// onCommit is the fix for one place.
func onCommit(q *background.Queued) string {
	if text := q.At().Text(); len(text) < 60 && !strings.Contains(text, "\n") {
		return "transaction.on_commit(lambda: " + text + ")"
	}
	return "transaction.on_commit(lambda: ...)"
}

// atomicRequests is ATOMIC_REQUESTS of the default database, as a setting of its own; Django takes it from there alone.
func atomicRequests(w *django.World) django.Setting {
	s := w.Get("DATABASES")
	value := s.Value.Get("default", "ATOMIC_REQUESTS")
	if !value.IsValid() {
		value = eval.MakeBool(false)
	}
	s.Name, s.Value = `DATABASES["default"]["ATOMIC_REQUESTS"]`, value
	return s
}

// inRequest reports whether a place runs within the transaction of a request.
func inRequest(s *project.Snapshot, q *background.Queued, requests django.Setting) eval.Tri {
	on := check.IsOn(requests.Value)
	if on == eval.No || q.Function != q.Outer || !background.Handler(s.Views(), q.Module, q.Outer, q.Class) || nonAtomic(q.Outer) || nonAtomicClass(q.Class) {
		return eval.No
	}
	return on
}

// nonAtomic reports whether a view is left out with @transaction.non_atomic_requests.
func nonAtomic(f *syntax.FunctionDef) bool {
	return mentionsNonAtomic(f.Decorators) || f.Async
}

func nonAtomicClass(c *syntax.ClassDef) bool { return c != nil && mentionsNonAtomic(c.Decorators) }

func mentionsNonAtomic(list []syntax.Expr) (found bool) {
	for _, d := range list {
		syntax.Inspect(d, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Name:
				found = found || n.ID == "non_atomic_requests"
			case *syntax.Attribute:
				found = found || n.Attr == "non_atomic_requests"
			}
			return true
		})
	}
	return found
}
