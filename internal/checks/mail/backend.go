package mail

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func backend() check.Check {
	return check.Check{
		ID:       "mail/backend",
		Severity: check.Critical,
		Source:   answerBackend,
		Doc: check.Doc{
			Title: "Mail is delivered by a real backend in production",
			Why: `In development mail goes to the console or into a file, and nobody misses it. With the same backend in production nothing fails either: every send counts mail as sent, and no password reset, no order confirmation and no error report ever arrives. People notice by the silence, days later.

A default that delivers nothing is the usual way in: the variable is set on one machine and forgotten on the next. So let the production settings deliver by default, and development ask for the console.`,
			Fix:    "Set `EMAIL_BACKEND = \"django.core.mail.backends.smtp.EmailBackend\"` (Django's default) or the backend of your mail provider in the production settings; from Django 6.1 on, the entry \"default\" of MAILERS.",
			Verify: "`python manage.py sendtestemail you@example.com` with the production settings: the mail arrives.",
			Bad: []check.Example{
				check.Project("Delivers nothing unless somebody sets the variable.",
					"settings.py", `import os

EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
`, "shop/views.py", sender),
				check.Project("From Django 6.1 on the mailers decide.",
					"requirements.txt", "Django==6.1.0\n",
					"settings.py", `MAILERS = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
`, "shop/views.py", sender),
			},
			Good: []check.Example{
				check.Project("Delivers, unless development asks for the console.",
					"settings.py", `import os

EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
`, "shop/views.py", sender),
			},
			References: []check.Reference{
				check.See("Django: email backends", check.DjangoDocs+"topics/email/#email-backends"),
				check.See("Django: EMAIL_BACKEND", check.DjangoDocs+"ref/settings/#email-backend"),
				check.See("Django: sendtestemail", check.DjangoDocs+"ref/django-admin/#sendtestemail"),
			},
			Django: []string{"mail.E001", "mail.W001"},
			Triggers: []string{
				"the console, file, in-memory or dummy backend, also behind a package that queues mail",
				"MAILERS without an entry \"default\" (Django 6.1 and later)",
				"a name of Django's that is no backend, so that every send is an error",
			},
		},
	}
}

// sender is a module that sends mail, for the examples.
const sender = `from django.core.mail import send_mail


def confirm(request):
    send_mail("Thank you", "We have your order.", None, [request.user.email])
`

func answerBackend(p *check.SourcePass) check.Answer {
	sends, absent := silent(p)
	if sends == eval.No {
		return absent
	}
	answer := check.Weigh(p.Settings, func(w *django.World) check.Answer { return judgeBackend(p, w) }, "EMAIL_BACKEND", "MAILERS")
	for i, f := range answer.Findings {
		answer.Findings[i] = check.Soften(p, f, p.Settings.Get("EMAIL_BACKEND"), dropsIn(p))
	}
	if answer.Status == check.Fail && sends == eval.Maybe {
		return check.Unclear("the backend would deliver nothing (" + answer.Findings[0].Message + "), and nothing that was read shows whether mail is sent")
	}
	return answer
}

func judgeBackend(p *check.SourcePass, w *django.World) check.Answer {
	m, ok := defaultMailer(p, w)
	finding := check.Finding{Severity: check.Critical, At: m.at}
	if !ok {
		finding.Message = `MAILERS has no entry "default"` + check.WhenMissing(p.Settings, dropsIn(p)) + ", so sending mail is an error; add one"
		finding.Fix = `MAILERS = {"default": {"BACKEND": "` + smtpBackend + `"}}`
		return check.Failed(finding)
	}
	name, isText := m.backend.AsStr()
	if m.backend.IsUnknown() {
		return check.Unclear(option{label: m.label, value: m.backend}.doubt())
	}
	finding.Fix = fmt.Sprintf("%s = %q", m.label, smtpBackend)
	note := check.EnvNote(m.backend)
	if _, none := drops(name); note == "" && (none || !isText || name == "") {
		note = check.WhenMissing(p.Settings, dropsIn(p))
	}
	switch what, none := drops(name); {
	case none:
		finding.Message = fmt.Sprintf("%s is %q%s, which %s: nothing is delivered; name the backend of your mail server", m.label, name, note, what)
	case !isText || name == "" || missing(name):
		shown := m.backend.Repr(60)
		if isText {
			shown = fmt.Sprintf("%q", name)
		}
		finding.Message = fmt.Sprintf("%s is %s%s, which can't be imported, so every send is an error; write %q", m.label, shown, note, smtpBackend)
	default:
		return check.Passed(m.label + " is " + name)
	}
	return check.Failed(finding)
}

// dropsIn asks of a world whether its mailer certainly delivers nothing. One that an operator gives may deliver.
func dropsIn(p *check.SourcePass) func(*django.World) eval.Tri {
	return func(w *django.World) eval.Tri {
		m, ok := defaultMailer(p, w)
		if ok && m.backend.IsUnknown() {
			return eval.No
		}
		name, _ := m.backend.AsStr()
		_, none := drops(name)
		return check.If(!ok || none || name == "" || missing(name))
	}
}
