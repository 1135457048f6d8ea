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

func retries() check.Check {
	return check.Check{
		ID: "tasks/retries", Severity: check.Recommended, Source: answerRetries,
		Doc: check.Doc{
			Title: "Tasks that talk to the outside are retried, later each time, and not for ever",
			Why: `Mail servers, payment providers and webhooks' receivers are down for minutes now and then. A task without a retry fails once and its work is lost: the mail is never sent. A retry after a fixed pause sends all of them again at the same moment, which keeps a server down that is about to come back; one without an end fills the queue.

Backoff doubles the pause each time, jitter spreads it, and a maximum ends it. Dramatiq does all that unless told otherwise.`,
			Fix:    "With Celery: `@shared_task(autoretry_for=(OSError, requests.RequestException), retry_backoff=True, max_retries=5)`; jitter is on with retry_backoff.",
			Verify: "Run the task with an address that refuses connections: the worker logs `Retry in 1s`, `Retry in 2s`, and ends with the exception.",
			Bad: []check.Example{
				celeryExample("One refused connection, and the mail is lost.", "CELERY_BROKER_URL = \"redis://redis:6379/0\"\n", "shop/tasks.py", `from celery import shared_task
from django.core.mail import send_mail


@shared_task
def confirm(address):
    send_mail("Your order", "Thank you.", None, [address])
`),
			},
			Good: []check.Example{
				celeryExample("Five more attempts, each after a longer pause.", "CELERY_BROKER_URL = \"redis://redis:6379/0\"\n", "shop/tasks.py", `from celery import shared_task
from django.core.mail import send_mail


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def confirm(address):
    send_mail("Your order", "Thank you.", None, [address])
`),
			},
			References: []check.Reference{
				check.See("Celery: automatic retry for known exceptions", check.CeleryDocs+"userguide/tasks.html#automatic-retry-for-known-exceptions"),
				check.See("Celery: retrying", check.CeleryDocs+"userguide/tasks.html#retrying"),
			},
			Triggers: []string{
				"a Celery task sends mail, calls a service or charges, and is never retried (periodic tasks run again anyway)",
				"a Celery task is retried automatically without retry_backoff, or without a maximum",
				"a job of RQ, or a task of Huey or of Django's framework, does so without a retry, or a job of RQ is retried without a pause",
			},
		},
	}
}

func answerRetries(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	if len(p.Project.Background().Tasks) == 0 {
		return check.Absent("no task was found")
	}
	return joined(celeryRetries(p), askOthers(p, "no task was found that talks to the outside without a retry", func(w *django.World) (findings []check.Finding, doubts []string) {
		for _, t := range otherTasks(p, others()...) {
			if f := otherRetry(t, w); f.Message != "" {
				findings = append(findings, f)
			}
		}
		return findings, nil
	}, others()...))
}

func celeryRetries(p *check.SourcePass) check.Answer {
	list, work := celeryTasks(p), p.Project.Background()
	if len(list) == 0 {
		return check.Absent("no task of Celery was found")
	}
	return withCelery(p, func(c *django.Celery, w *django.World) check.Answer {
		if check.IsOn(c.Option(w, "task_annotations").Value) != eval.No {
			return check.Unclear("options of tasks may stand in task_annotations, which are not read")
		}
		beat := work.Beat(c, w)
		var findings []check.Finding
		for _, t := range list {
			if beat.Has(t) {
				continue
			}
			if f := judgeRetry(t); f.Message != "" {
				findings = append(findings, f)
			}
		}
		return check.Gather(findings, nil, "no task was found that talks to the outside without a retry")
	})
}

// judgeRetry judges one task; the finding has no message where there is nothing to say.
func judgeRetry(t *background.Task) check.Finding {
	if _, own := t.Option("retry"); own || t.Opaque || retriesItself(t.Function) || retriedElsewhere(t) {
		return check.Finding{}
	}
	r, ok := talksOutside(t)
	if !ok {
		return check.Finding{}
	}
	f := check.Finding{Severity: check.Recommended, At: t.At, Fix: "autoretry_for=(OSError,), retry_backoff=True, max_retries=5",
		Related: []check.Related{{Message: "it does so here", At: r.In}}}
	auto, automatic := t.Option("autoretry_for")
	if !automatic || auto.Value.Truth() == eval.No {
		f.Message = fmt.Sprintf("%s %s and is never retried, so its work is lost when the other side is down for a moment; retry it with backoff and a maximum", t.Name, does(r.Effect))
		return f
	}
	limit, hasLimit := t.Option("max_retries")
	_, backoff := t.Option("retry_backoff")
	_, pause := t.Option("default_retry_delay")
	switch {
	case hasLimit && limit.Value.Kind() == eval.None:
		f.Message = fmt.Sprintf("%s %s and is retried for ever (max_retries is None); give it a maximum", t.Name, does(r.Effect))
		f.At, f.Fix = limit.At, "max_retries=5"
	case !backoff && !pause: // a pause that somebody chose is left alone
		f.Message = fmt.Sprintf("%s %s and is retried after a fixed pause, by all workers at the same moment; set retry_backoff=True", t.Name, does(r.Effect))
		f.At, f.Fix = auto.At, "retry_backoff=True"
	default:
		return check.Finding{}
	}
	return f
}

// talksOutside is the first work of a task that depends on others and whose failure ends the task.
func talksOutside(t *background.Task) (background.Reached, bool) {
	for _, r := range background.Reach(t.Module, t.Function, t.Class) {
		if !r.Guarded && (r.Effect == background.Mail || r.Effect == background.Request || r.Effect == background.Charge) {
			return r, true
		}
	}
	return background.Reached{}, false
}

// does says what a kind of work is.
func does(e background.Effect) string {
	return [...]string{"", "sends mail", "calls another service", "renders a PDF", "writes a spreadsheet", "charges"}[e]
}

// retriesItself reports whether a task calls its method retry, or has a loop of attempts of its own.
func retriesItself(f *syntax.FunctionDef) (yes bool) {
	if f == nil {
		return false
	}
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.Call); ok {
			if a, ok := call.Func.(*syntax.Attribute); ok && (a.Attr == "retry" || a.Attr == "mount" || a.Attr == "apply_async" || a.Attr == "delay") {
				yes = true
			}
		}
		return !yes
	})
	return yes
}

// retriedElsewhere reports whether another decorator, of tenacity, backoff and the like, retries the task.
func retriedElsewhere(t *background.Task) bool {
	if t.Function == nil {
		return true
	}
	for _, d := range t.Function.Decorators {
		text := strings.ToLower(t.Module.Syntax.Span(d).Text())
		name, _, _ := strings.Cut(text, "(")
		if strings.Contains(name, "retry") || strings.Contains(name, "backoff") {
			return true
		}
	}
	return false
}
