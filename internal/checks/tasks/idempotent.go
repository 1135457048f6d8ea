package tasks

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func idempotent() check.Check {
	const settings = "CELERY_BROKER_URL = \"redis://redis:6379/0\"\n"
	return check.Check{
		ID: "tasks/idempotent", Severity: check.Recommended, Source: answerIdempotent,
		Doc: check.Doc{
			Title: "A task that runs twice does its work once",
			Why: `With acks_late a message stays in the queue until the task has ended. When the worker is killed before that, by a deploy or for its memory, the task runs again from its beginning: the mail goes out twice, the card is charged twice. A retry does the same to what came before the error: of a hundred mails in a loop, those that were sent are sent again.

The guard belongs before the work: a row or a key that says that it is done, written in the same transaction.`,
			Fix:    "Note what was done and look first: `if not Order.objects.filter(pk=pk, confirmed=None).update(confirmed=now()): return`. Queue one task for each mail in place of a loop.",
			Verify: "Call the task's function twice with the same arguments in a test: one mail is in `django.core.mail.outbox`.",
			Bad: []check.Example{
				celeryExample("A worker that is killed after the mail sends it again.", settings, "shop/tasks.py", `from celery import shared_task
from django.core.mail import send_mail


@shared_task(acks_late=True)
def confirm(address):
    send_mail("Your order", "Thank you.", None, [address])
`),
			},
			Good: []check.Example{
				celeryExample("The second run finds nothing to do.", settings, "shop/tasks.py", `from celery import shared_task
from django.core.cache import cache
from django.core.mail import send_mail


@shared_task(acks_late=True)
def confirm(order, address):
    if not cache.add(f"confirmed-{order}", True, 86400):
        return
    send_mail("Your order", "Thank you.", None, [address])
`),
			},
			References: []check.Reference{
				check.See("Celery: should I use retry or acks_late?", check.CeleryDocs+"faq.html#should-i-use-retry-or-acks-late"),
				check.See("Celery: Task.acks_late", check.CeleryDocs+"userguide/tasks.html#Task.acks_late"),
			},
			Triggers: []string{
				"a task with acks_late sends mail, charges or increments, and tests nothing before",
				"a task that is retried automatically sends mail or charges in a loop",
				"the same for actors of Dramatiq, which are acknowledged when they end and are retried by default",
			},
		},
	}
}

func answerIdempotent(p *check.SourcePass) check.Answer {
	if answer, none := noQueue(p, append(queues(), project.Celery)...); none {
		return answer
	}
	return joined(celeryRepeats(p), askOthers(p, "no task was found that does its work again when it runs twice", func(w *django.World) ([]check.Finding, []string) {
		return otherRepeats(p, w), nil
	}, background.Dramatiq, background.RQ, background.Huey))
}

func celeryRepeats(p *check.SourcePass) check.Answer {
	list := celeryTasks(p)
	if len(list) == 0 {
		return check.Absent("no task of Celery was found")
	}
	return withCelery(p, func(c *django.Celery, w *django.World) check.Answer {
		everywhere := check.IsOn(c.Option(w, "task_acks_late").Value)
		var findings []check.Finding
		var doubts []string
		for _, t := range list {
			late := everywhere
			if o, ok := t.Option("acks_late"); ok {
				late = check.IsOn(o.Value)
			}
			f := repeated(t)
			switch {
			case f.Message == "":
				f = resent(t)
			case late == eval.Maybe:
				doubts = append(doubts, "whether "+t.Name+" is acknowledged late is not known")
				continue
			case late == eval.No:
				f = resent(t)
			}
			if f.Message != "" {
				findings = append(findings, f)
			}
		}
		return check.Gather(findings, doubts, "no task was found that does its work again when it runs twice")
	})
}

// repeated is the finding about a task that is acknowledged late; without a message where it is guarded, or does nothing that counts.
func repeated(t *background.Task) check.Finding {
	if t.Function == nil || guarded(t.Function) {
		return check.Finding{}
	}
	what, at := "", source.Span{}
	for _, r := range background.Reach(t.Module, t.Function, t.Class) {
		if r.Effect == background.Mail || r.Effect == background.Charge {
			what, at = does(r.Effect), r.In
			break
		}
	}
	if what == "" {
		if what, at = increments(t); what == "" {
			return check.Finding{}
		}
	}
	return check.Finding{
		Severity: check.Recommended, At: t.At, Related: []check.Related{{Message: "it does so here", At: at}},
		Message: fmt.Sprintf("%s %s and is acknowledged late, so a worker that is killed makes it happen twice; test first whether it is done", t.Name, what),
	}
}

// resent is the finding about a task whose retry repeats what a loop has done.
func resent(t *background.Task) check.Finding {
	auto, ok := t.Option("autoretry_for")
	if !ok || auto.Value.Truth() == eval.No || t.Function == nil || guarded(t.Function) {
		return check.Finding{}
	}
	return loopAgain(t)
}

// loopAgain is the finding about a loop that sends or charges in a task that is tried again as a whole.
func loopAgain(t *background.Task) check.Finding {
	for _, r := range background.Reach(t.Module, t.Function, t.Class) {
		if r.Site.Loop && !r.Guarded && (r.Effect == background.Mail || r.Effect == background.Charge) {
			return check.Finding{
				Severity: check.Recommended, At: t.At, Related: []check.Related{{Message: "the loop is here", At: r.At}},
				Message: fmt.Sprintf("%s %s in a loop and is retried as a whole, so those before an error get it again; queue one task for each", t.Name, does(r.Effect)),
			}
		}
	}
	return check.Finding{}
}

// guarded reports whether a task tests anything, or locks, before or around its work.
func guarded(f *syntax.FunctionDef) (yes bool) {
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.If:
			yes = true
		case *syntax.Attribute:
			yes = yes || slices.Contains([]string{"get_or_create", "update_or_create", "select_for_update", "lock", "exclude"}, n.Attr)
		case *syntax.Call:
			yes = yes || slices.ContainsFunc(n.Keywords, func(k *syntax.Keyword) bool { return k.Name == "idempotency_key" })
		}
		return !yes
	})
	return yes
}

// increments finds a counter that a task raises: an attribute with +=, or F() + n in an update.
func increments(t *background.Task) (what string, at source.Span) {
	syntax.InspectBody(t.Function.Body, func(n syntax.Node) bool {
		a, ok := n.(*syntax.AugAssign)
		if !ok || a.Op != syntax.Add && a.Op != syntax.Sub || what != "" {
			return true
		}
		if target, ok := a.Target.(*syntax.Attribute); ok {
			if owner, ok := target.Value.(*syntax.Name); ok && owner.ID != "self" && saved(t.Function, owner.ID) {
				what, at = "changes a counter", t.Module.Syntax.Span(a)
			}
		}
		return true
	})
	return what, at
}

// saved reports whether a function calls name.save().
func saved(f *syntax.FunctionDef, name string) (yes bool) {
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		if call, ok := n.(*syntax.Call); ok {
			if a, ok := call.Func.(*syntax.Attribute); ok && a.Attr == "save" {
				if owner, ok := a.Value.(*syntax.Name); ok && owner.ID == name {
					yes = true
				}
			}
		}
		return !yes
	})
	return yes
}
