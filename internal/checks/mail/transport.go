package mail

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func transport() check.Check {
	return check.Check{
		ID:       "mail/transport",
		Severity: check.Recommended,
		Source:   answerTransport,
		Doc: check.Doc{
			Title: "Mail travels encrypted, with a timeout, and from a real address",
			Why: `Without TLS the password of the mail account, and every reset link that the site sends, pass the network in clear. A server on the same machine, or in the same compose network, is exempt.

Without a timeout a mail server that hangs takes the worker with it: Python waits for ever. Ten seconds are plenty.

"webmaster@localhost", Django's default sender, is refused by most mail servers or ends as spam: no domain, no SPF, no DKIM.

TLS comes in two kinds. EMAIL_USE_TLS starts in clear and switches (port 587); EMAIL_USE_SSL speaks TLS from the first byte (port 465). Django refuses both together.`,
			Fix:    "Set `EMAIL_USE_TLS = True` with `EMAIL_PORT = 587` (or `EMAIL_USE_SSL = True` with 465), `EMAIL_TIMEOUT = 10` and `DEFAULT_FROM_EMAIL = \"Shop <orders@example.com>\"`.",
			Verify: "`python manage.py sendtestemail you@example.com`: the mail arrives from the address that was set, and its Received header says ESMTPS.",
			Bad: []check.Example{
				check.Project("In clear to a remote server, without end, from nobody.",
					"settings.py", `EMAIL_HOST = "smtp.example.com"
`, "shop/views.py", sender),
			},
			Good: []check.Example{
				check.Project("Encrypted, bounded, signed with a name.",
					"settings.py", `EMAIL_HOST = "smtp.example.com"
EMAIL_PORT = 587
EMAIL_USE_TLS = True
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = "Shop <orders@example.com>"
`, "shop/views.py", sender),
				check.Project("The mail provider's HTTP interface needs no SMTP settings.",
					"settings.py", `EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
DEFAULT_FROM_EMAIL = "Shop <orders@example.com>"
`, "shop/views.py", sender),
			},
			References: []check.Reference{
				check.See("Django: SMTP backend", check.DjangoDocs+"topics/email/#smtp-backend"),
				check.See("Django: EMAIL_TIMEOUT", check.DjangoDocs+"ref/settings/#email-timeout"),
				check.See("RFC 8314: cleartext considered obsolete", "https://www.rfc-editor.org/rfc/rfc8314"),
			},
			Triggers: []string{
				"neither TLS nor SSL to a remote server",
				"TLS and SSL together, which Django refuses",
				"no timeout to a remote server",
				"the sender is webmaster@localhost",
			},
		},
	}
}

func answerTransport(p *check.SourcePass) check.Answer {
	sends, absent := silent(p)
	if sends == eval.No {
		return absent
	}
	answer := check.Weigh(p.Settings, func(w *django.World) check.Answer { return judgeTransport(p, w) }, "EMAIL_HOST", "DEFAULT_FROM_EMAIL", "MAILERS")
	if answer.Status == check.Fail && sends == eval.Maybe {
		return check.Unclear("nothing that was read shows whether mail is sent; if it is, " + answer.Findings[0].Message)
	}
	return answer
}

// judgeTransport looks at the mailer's connection and sender.
func judgeTransport(p *check.SourcePass, w *django.World) check.Answer {
	m, ok := defaultMailer(p, w)
	name, known := m.backend.AsStr()
	if _, none := drops(name); !ok || none || missing(name) {
		return check.Absent("the backend delivers nothing; mail/backend asks for one that does")
	}
	var findings []check.Finding
	var doubts []string
	if finding, doubt := judgeSender(w); finding != nil {
		findings = append(findings, *finding)
	} else if doubt != "" {
		doubts = append(doubts, doubt)
	}
	switch {
	case !known:
		doubts = append([]string{option{label: m.label, value: m.backend}.doubt()}, doubts...)
	case name == smtpBackend || p.Project.Code.Inherits(name, smtpBackend):
		f, d := judgeSMTP(m)
		findings, doubts = append(f, findings...), append(d, doubts...)
	}
	return check.Gather(findings, doubts, "")
}

// judgeSender asks for a sender of its own (django/conf/global_settings.py: webmaster@localhost).
func judgeSender(w *django.World) (*check.Finding, string) {
	s := w.Get("DEFAULT_FROM_EMAIL")
	if s.Value.IsUnknown() {
		return nil, "" // it must be given: what it is, is the operator's
	}
	address, _ := s.Value.AsStr()
	if s.Set && !strings.Contains(strings.ToLower(address), "webmaster@localhost") {
		return nil, ""
	}
	return &check.Finding{
		Severity: check.Recommended,
		Message:  check.Describe(s) + ", so mail comes from webmaster@localhost, which mail servers refuse; set an address of your domain",
		At:       check.Where(s),
		Fix:      `DEFAULT_FROM_EMAIL = "Example <no-reply@example.com>"`,
	}, ""
}

// judgeSMTP looks at the connection to the mail server (django/core/mail/backends/smtp.py).
func judgeSMTP(m mailer) (findings []check.Finding, doubts []string) {
	host := m.option("host", "EMAIL_HOST")
	tls, ssl := m.option("use_tls", "EMAIL_USE_TLS"), m.option("use_ssl", "EMAIL_USE_SSL")
	usesTLS, usesSSL := check.IsOn(tls.value), check.IsOn(ssl.value)
	if usesTLS == eval.Yes && usesSSL == eval.Yes {
		return []check.Finding{{
			Severity: check.Recommended,
			Message:  fmt.Sprintf("%s and %s are both on, which Django refuses, so every send is an error; keep TLS for port 587 or SSL for port 465", tls.label, ssl.label),
			At:       ssl.at,
			Related:  []check.Related{{Message: "TLS is on here", At: tls.at}},
			Fix:      "EMAIL_USE_SSL = False",
		}}, nil
	}
	near, hostKnown := isNear(host.value)
	if hostKnown && near {
		return nil, nil
	}
	if usesTLS == eval.No && usesSSL == eval.No {
		if !hostKnown {
			doubts = append(doubts, "no TLS is on, and whether the mail server is a remote one is not known: "+host.doubt())
		} else {
			findings = append(findings, check.Finding{
				Severity: check.Recommended,
				Message:  fmt.Sprintf("Mail goes to %s without TLS%s, so passwords and reset links can be read on the way; set %s to True", host.value.Repr(60), check.EnvNote(tls.value), tls.label),
				At:       firstSet(tls, ssl, host).at,
				Fix:      "EMAIL_USE_TLS = True",
			})
		}
	} else if usesTLS != eval.Yes && usesSSL != eval.Yes {
		unknown := tls
		if usesTLS != eval.Maybe {
			unknown = ssl
		}
		doubts = append(doubts, unknown.doubt())
	}
	if finding := judgeTimeout(m, host, hostKnown); finding != nil {
		findings = append(findings, *finding)
	}
	return findings, doubts
}

func judgeTimeout(m mailer, host option, hostKnown bool) *check.Finding {
	timeout := m.option("timeout", "EMAIL_TIMEOUT")
	if !hostKnown || timeout.value.IsUnknown() || timeout.value.IsValid() && timeout.value.Kind() != eval.None {
		return nil
	}
	return &check.Finding{
		Severity: check.Recommended,
		Message:  fmt.Sprintf("%s is not set, so a mail server that hangs holds the worker for ever; set it to 10 seconds", timeout.label),
		At:       firstSet(timeout, host).at,
		Fix:      "EMAIL_TIMEOUT = 10",
	}
}

// firstSet is the first option that the project gives, else the first one.
func firstSet(options ...option) option {
	for _, o := range options {
		if o.set {
			return o
		}
	}
	return options[0]
}

// isNear reports whether a host is the machine itself, or a name without a domain, which only a private network resolves
// (a compose service). known is false when the host can't be known.
func isNear(v eval.Value) (near, known bool) {
	if !v.IsValid() {
		return true, true // Django's default is localhost
	}
	host, ok := v.AsStr()
	if !ok {
		return v.Kind() == eval.None, !v.IsUnknown()
	}
	host = strings.Trim(strings.ToLower(host), "[]")
	return !strings.ContainsAny(host, ".:") || strings.HasPrefix(host, "127.") || host == "::1", true
}
