package https

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func securityMiddleware() check.Check {
	return check.Check{
		ID:       "https/security-middleware",
		Severity: check.Critical,
		Source:   answerSecurityMiddleware,
		Doc: check.Doc{
			Title: "SecurityMiddleware is on, and stands near the top of MIDDLEWARE",
			Why: `Django's SecurityMiddleware makes the redirect to HTTPS and the headers Strict-Transport-Security, X-Content-Type-Options, Referrer-Policy and Cross-Origin-Opener-Policy. Without it the SECURE_* settings are read by nobody: they look safe and do nothing.

Its place matters too. A middleware above it that answers on its own (the slash redirect of CommonMiddleware, a page from the cache, a CSRF refusal) sends that answer without the headers, and over plain HTTP, before the redirect had its turn.

A proxy can set the same headers. Keeping the middleware costs nothing then: it never replaces a header that is already there, and it still covers whoever reaches the application without the proxy.`,
			Fix:    "Put `django.middleware.security.SecurityMiddleware` first in MIDDLEWARE; only middleware that never answers (CORS, request ids, timing) may stand above it.",
			Verify: "Run `python manage.py check --deploy`: it does not print security.W001. `curl -sI https://example.com/` prints `X-Content-Type-Options: nosniff`.",
			Bad: []check.Example{
				check.SettingsExample("The settings ask for a redirect, and nothing carries it out.", `SECURE_SSL_REDIRECT = True
MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
]
`),
				check.SettingsExample("CommonMiddleware redirects before the headers and HTTPS have their turn.", `MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "django.middleware.security.SecurityMiddleware",
]
`),
			},
			Good: []check.Example{
				check.SettingsExample("First in the list.", `SECURE_SSL_REDIRECT = True
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
]
`),
			},
			References: []check.Reference{
				{Title: "Django: SecurityMiddleware", URL: "https://docs.djangoproject.com/en/stable/ref/middleware/#module-django.middleware.security"},
				{Title: "Django: order of middleware", URL: "https://docs.djangoproject.com/en/stable/ref/middleware/#middleware-ordering"},
			},
			Django: []string{"security.W001"},
			Triggers: []string{
				"SecurityMiddleware is not in MIDDLEWARE; critical where the settings ask for a redirect or HSTS",
				"a middleware of Django that can answer a request stands above it",
			},
		},
	}
}

func answerSecurityMiddleware(p *check.SourcePass) check.Answer {
	missing := check.Rule(p.Settings, func(w *django.World) eval.Tri {
		return check.Not(check.HasMiddlewareLike(p, w, check.SecurityMiddleware))
	}, "MIDDLEWARE")
	switch missing.Fault {
	case eval.Yes:
		return check.Failed(missingSecurityMiddleware(missing.World))
	case eval.Maybe:
		return check.Unclear(missing.Doubt)
	}
	late := check.Rule(p.Settings, func(w *django.World) eval.Tri {
		return check.If(check.AnswersBeforeSecurity(p, w).IsValid())
	}, "MIDDLEWARE")
	switch late.Fault {
	case eval.Yes:
		return check.Failed(lateSecurityMiddleware(p, late.World))
	case eval.Maybe:
		return check.Unclear(late.Doubt)
	}
	return check.Passed("")
}

// missingSecurityMiddleware weighs more where the settings show that somebody relies on it.
func missingSecurityMiddleware(w *django.World) check.Finding {
	severity, lost := check.Recommended, []string{}
	for _, name := range []string{"SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"} {
		if s := w.Get(name); s.Set && check.IsOn(s.Value) != eval.No {
			severity, lost = check.Critical, append(lost, name)
		}
	}
	consequence := "Django sends none of its security headers and never redirects to HTTPS"
	if len(lost) > 0 {
		consequence = check.And(lost) + map[bool]string{true: " does", false: " do"}[len(lost) == 1] + " nothing, and the security headers are not sent"
	}
	return check.Finding{
		Severity: severity,
		Message:  fmt.Sprintf("SecurityMiddleware is not in MIDDLEWARE, so %s; add %q as its first entry", consequence, check.SecurityMiddleware),
		At:       check.Where(w.Get("MIDDLEWARE")),
		Fix:      fmt.Sprintf("MIDDLEWARE = [%q, ...]", check.SecurityMiddleware),
	}
}

func lateSecurityMiddleware(p *check.SourcePass, w *django.World) check.Finding {
	entry := check.MiddlewareEntry(p, w, check.SecurityMiddleware)
	above := check.AnswersBeforeSecurity(p, w)
	name, _ := above.AsStr()
	name = name[strings.LastIndexByte(name, '.')+1:]
	at := entry.At()
	if at.IsZero() {
		at = check.Where(w.Get("MIDDLEWARE"))
	}
	return check.Finding{
		Severity: check.Recommended,
		Message:  fmt.Sprintf("SecurityMiddleware stands below %s, whose own answers go out without its headers and its redirect to HTTPS; move it to the top of MIDDLEWARE", name),
		At:       at,
		Related:  []check.Related{{Message: name + " answers first", At: above.At()}},
	}
}
