package tasks

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/background"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

func slowWork() check.Check {
	view := func(body string) string {
		return "from django.core.mail import send_mail\nfrom django.http import HttpResponse\n\nfrom shop.tasks import confirm\n\n\ndef order(request):\n" + body + "    return HttpResponse(\"ok\")\n"
	}
	const task = "from celery import shared_task\nfrom django.core.mail import send_mail\n\n\n@shared_task\ndef confirm(address):\n    send_mail(\"Your order\", \"Thank you.\", None, [address])\n"
	return check.Check{
		ID: "tasks/slow-work-in-background", Severity: check.Recommended, Source: answerSlowWork,
		Doc: check.Doc{
			Title: "Requests leave slow work to a task",
			Why: `A view that sends mail waits for the mail server: a second on a good day, a minute when it hangs, and the page fails when it is down, although the order is saved. A handful of such requests hold every worker of the site. A PDF or a spreadsheet does the same with the processor.

A call whose answer the page shows has to be made in the request; it is not told here. Where the mail backend itself queues, nothing is.`,
			Fix:    "Move the work into a task and queue it after the commit: `transaction.on_commit(lambda: confirm.delay(order.pk))`; for mail alone a backend that queues will do (django-post-office, django-celery-email).",
			Verify: "Stop the mail server and send the form: the page answers at once, and the mail arrives when the server is back.",
			Bad: []check.Example{
				celeryExample("The page waits for the mail server.", "CELERY_BROKER_URL = \"redis://redis:6379/0\"\n", "shop/tasks.py", task, "shop/views.py",
					view("    send_mail(\"Your order\", \"Thank you.\", None, [request.user.email])\n")),
			},
			Good: []check.Example{
				celeryExample("A worker sends it.", "CELERY_BROKER_URL = \"redis://redis:6379/0\"\n", "shop/tasks.py", task, "shop/views.py",
					view("    confirm.delay(request.user.email)\n")),
			},
			References: []check.Reference{
				check.See("Django: tasks", check.DjangoDocs+"topics/tasks/"),
				check.See("Django: sending email", check.DjangoDocs+"topics/email/"),
			},
			Triggers: []string{
				"a view, or a function of the project that it calls, sends mail with a backend that does not queue",
				"a view calls another service and does not use the answer",
				"a view renders a PDF or writes a spreadsheet",
				"a view calls a task as a plain function",
			},
		},
	}
}

func answerSlowWork(p *check.SourcePass) check.Answer {
	if p.Project.Code == nil {
		return check.Unclear("the project's code could not be read")
	}
	slow := slowHandlers(p)
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		mail := queuedMail(w)
		var findings []check.Finding
		var doubts []string
		for _, s := range slow {
			if s.work.Effect == background.Mail && mail != eval.No {
				if mail == eval.Maybe {
					doubts = append(doubts, check.Doubt(w, w.Get("EMAIL_BACKEND")))
				}
				continue
			}
			findings = append(findings, s.finding())
		}
		findings = append(findings, calledTasks(p, findings)...)
		return check.Gather(findings, doubts, "no view was found that does slow work itself")
	})
}

// calledTasks are the findings about functions that answer requests and call a task of Celery as a plain function, which then runs in the request.
// What is told already, and a task whose answer the view uses, are left out.
func calledTasks(p *check.SourcePass, told []check.Finding) (findings []check.Finding) {
	work, views := p.Project.Background(), p.Project.Views()
	ask := func(m *resolve.Module, f *syntax.FunctionDef, class *syntax.ClassDef, name string) {
		if !background.Handler(views, m, f, class) {
			return
		}
		for _, d := range work.Called(m, f, class) {
			text := m.Syntax.Span(f).Text()
			if strings.Contains(text, d.Task.Name+".delay") || strings.Contains(text, d.Task.Name+".apply_async") {
				continue // it queues the task where a broker is there
			}
			if d.Task.Library != background.Celery || !d.Unused || slices.ContainsFunc(told, func(f check.Finding) bool { return f.At == d.At }) {
				continue
			}
			findings = append(findings, check.Finding{Severity: check.Recommended, At: d.At, Related: []check.Related{{Message: "the task", At: d.Task.At}},
				Message: fmt.Sprintf("%s calls the task %s as a function, so its work is done while the user waits; queue it with %s.delay(...)", name, d.Task.Name, d.Task.Name)})
		}
	}
	for _, m := range p.Project.ProductionModules() {
		for _, s := range m.Syntax.Body {
			switch s := s.(type) {
			case *syntax.FunctionDef:
				ask(m, s, nil, s.Name)
			case *syntax.ClassDef:
				for _, inner := range s.Body {
					if f, ok := inner.(*syntax.FunctionDef); ok {
						ask(m, f, s, s.Name+"."+f.Name)
					}
				}
			}
		}
	}
	return findings
}

// slowHandler is a function that answers requests, with the first slow work that it does.
type slowHandler struct {
	name string
	work background.Reached
}

func (s slowHandler) finding() check.Finding {
	f := check.Finding{Severity: check.Recommended, At: s.work.At,
		Message: fmt.Sprintf("%s %s while the user waits (%s); leave it to a task", s.name, does(s.work.Effect), s.work.What)}
	if s.work.In != s.work.At {
		f.Related = []check.Related{{Message: "the work is done here", At: s.work.In}}
	}
	return f
}

// slowHandlers finds the functions that answer requests and do slow work, one piece of each kind of work in a function.
func slowHandlers(p *check.SourcePass) (list []slowHandler) {
	views := p.Project.Views()
	for _, m := range p.Project.ProductionModules() {
		if !views.Whole && !m.Syntax.File.Contains("request") && !m.Syntax.File.Contains("iew") {
			continue
		}
		for _, s := range m.Syntax.Body {
			switch s := s.(type) {
			case *syntax.FunctionDef:
				list = append(list, slowFunction(views, m, s, nil, s.Name)...)
			case *syntax.ClassDef:
				for _, inner := range s.Body {
					if f, ok := inner.(*syntax.FunctionDef); ok {
						list = append(list, slowFunction(views, m, f, s, s.Name+"."+f.Name)...)
					}
				}
			}
		}
	}
	return list
}

func slowFunction(views *routes.Views, m *resolve.Module, f *syntax.FunctionDef, class *syntax.ClassDef, name string) (list []slowHandler) {
	if !background.Handler(views, m, f, class) {
		return nil
	}
	told := map[background.Effect]bool{}
	for _, r := range background.Reach(m, f, class) {
		if told[r.Effect] || r.Effect == background.Charge || r.Effect == background.Request && !r.Unused || r.Effect == background.Mail && isTrial(name, r) {
			continue
		}
		told[r.Effect] = true
		list = append(list, slowHandler{name, r})
	}
	return list
}

// queuedMail reports whether the mail backend leaves the sending to another process, or sends nothing at all.
func queuedMail(w *django.World) eval.Tri {
	s := w.Get("EMAIL_BACKEND")
	name, ok := s.Value.AsStr()
	if !ok {
		return eval.Maybe
	}
	name = strings.ToLower(name)
	for _, part := range []string{"celery", "post_office", "queue", "huey", "async", "mailer.backend", "django_q", "dramatiq", "django_rq", "djmail", "background", ".console.", ".dummy.", ".locmem.", ".filebased."} {
		if strings.Contains(name, part) {
			return eval.Yes
		}
	}
	return eval.No
}

// isTrial reports whether a mail is sent to try the mail server out: the page is to show whether it went.
func isTrial(name string, r background.Reached) bool {
	text := strings.ToLower(name)
	if call, ok := r.Site.Call.Func.(*syntax.Attribute); ok {
		text += strings.ToLower(call.Attr)
	} else if call, ok := r.Site.Call.Func.(*syntax.Name); ok {
		text += strings.ToLower(call.ID)
	}
	return strings.Contains(text, "test") || strings.Contains(text, "check")
}
