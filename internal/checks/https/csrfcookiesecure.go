package https

import (
	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func csrfCookieSecure() check.Check {
	return check.Check{
		ID:       "https/csrf-cookie-secure",
		Severity: check.Critical,
		Source:   answerCSRFCookieSecure,
		Doc: check.Doc{
			Title: "The CSRF cookie is sent over HTTPS only",
			Why: `The CSRF cookie holds the secret that tells the site's own forms from forged ones. Without the Secure attribute a browser sends it over plain HTTP too, where anyone on the way can read it and forge requests in the visitor's name.

The price is the same as for the session cookie: forms don't work over plain HTTP any more, so development settings leave the attribute out. CSRF_USE_SESSIONS keeps the secret in the session instead and needs no cookie at all.`,
			Fix:    "Set `CSRF_COOKIE_SECURE = True` in the production settings. When it comes from the environment, convert it to a bool and default it to True.",
			Verify: "`curl -sI https://example.com/accounts/login/ | grep -i csrftoken` shows `Secure`; `python manage.py check --deploy` does not print security.W016.",
			Bad: []check.Example{
				check.SettingsExample("Django's default leaves the attribute out.", `MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
`),
				check.SettingsExample("A text switches the attribute on, whatever it says: COOKIE_SECURE=False too.", `import os

MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
CSRF_COOKIE_SECURE = os.environ.get("COOKIE_SECURE", "False")
`),
			},
			Good: []check.Example{
				check.SettingsExample("Over HTTPS only.", `MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
CSRF_COOKIE_SECURE = True
`),
			},
			References: []check.Reference{
				check.See("Django: CSRF_COOKIE_SECURE", check.DjangoDocs+"ref/settings/#csrf-cookie-secure"),
				check.See("Django: how CSRF protection works", check.DjangoDocs+"ref/csrf/#how-it-works"),
				check.See("RFC 6265: the Secure attribute", "https://www.rfc-editor.org/rfc/rfc6265#section-4.1.2.5"),
			},
			Django: []string{"security.W016"},
			Triggers: []string{
				"CSRF_COOKIE_SECURE is off, or off when a variable is missing",
				"CSRF_COOKIE_SECURE is a text, which is on whatever it says",
			},
		},
	}
}

func answerCSRFCookieSecure(p *check.SourcePass) check.Answer {
	f := flag{
		name:   "CSRF_COOKIE_SECURE",
		off:    "browsers send the CSRF cookie over plain HTTP too, where anyone on the way can read it and forge requests",
		weight: check.Critical,
	}
	cookie := func(w *django.World) eval.Tri { return csrfCookie(p, w) }
	if answer, _ := p.Settings.Judge(cookie); answer == eval.No {
		return check.Absent(noCSRFCookie)
	}
	r := check.Rule(p.Settings, func(w *django.World) eval.Tri {
		return check.All(f.isNot(w), cookie(w))
	}, f.name, "CSRF_USE_SESSIONS", "MIDDLEWARE")
	switch r.Fault {
	case eval.Yes:
		return check.Failed(f.finding(p, r.World))
	case eval.Maybe:
		return check.Unclear(r.Doubt)
	}
	return check.Passed("CSRF_COOKIE_SECURE is True")
}

const noCSRFCookie = "there is no CSRF cookie: CsrfViewMiddleware is not in use, or keeps its secret in the session"

// csrfCookie reports whether Django sets a CSRF cookie (django/core/checks/security/csrf.py asks the same).
func csrfCookie(p *check.SourcePass, w *django.World) eval.Tri {
	return check.All(
		check.Not(check.IsOn(w.Get("CSRF_USE_SESSIONS").Value)),
		check.HasMiddlewareLike(p, w, csrfMiddlewareClass),
	)
}
