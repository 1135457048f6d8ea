package security

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

const (
	csrfMiddlewareClass    = "django.middleware.csrf.CsrfViewMiddleware"
	sessionMiddlewareClass = "django.contrib.sessions.middleware.SessionMiddleware"
)

func csrfMiddleware() check.Check {
	return check.Check{
		ID:       "security/csrf-middleware",
		Severity: check.Critical,
		Source:   answerCSRFMiddleware,
		Doc: check.Doc{
			Title: "CsrfViewMiddleware protects every form",
			Why: `A browser sends a site's cookies with every request to it, whoever wrote the page that caused the request. Without a CSRF check, a page anywhere on the web can post a form to this site in the name of its visitor: change the mail address, transfer money, delete the account.

The middleware checks every POST, PUT, PATCH and DELETE, and views that must not be checked (a webhook with a signature) are exempted one by one. The other way round, with the decorator csrf_protect on each view, one forgotten view is open.

An API that takes only a token in a header needs no CSRF check, and loses nothing by the middleware: Django REST framework exempts its views and checks session logins itself.`,
			Fix:    "Put `django.middleware.csrf.CsrfViewMiddleware` into MIDDLEWARE, after SessionMiddleware and CommonMiddleware; exempt single views with `csrf_exempt` where another proof stands in.",
			Verify: "`curl -s -o /dev/null -w '%{http_code}\\n' -X POST https://example.com/accounts/login/` prints 403; `python manage.py check --deploy` does not print security.W003.",
			Bad: []check.Example{
				check.SettingsExample("Logins by cookie, and no check of forms.", `MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
`),
			},
			Good: []check.Example{
				check.SettingsExample("Every form is checked.", `MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
`),
			},
			References: []check.Reference{
				check.See("Django: cross site request forgery protection", check.DjangoDocs+"ref/csrf/"),
				check.See("Django: how to use CSRF protection", check.DjangoDocs+"howto/csrf/"),
				check.See("OWASP: CSRF prevention", "https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html"),
			},
			Django:   []string{"security.W003"},
			Triggers: []string{"CsrfViewMiddleware, or a class of the project that inherits from it, is not in MIDDLEWARE; critical where sessions are in use"},
		},
	}
}

func answerCSRFMiddleware(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		middleware := w.Get("MIDDLEWARE")
		switch check.HasMiddlewareLike(p, w, csrfMiddlewareClass) {
		case eval.Yes:
			return check.Passed("")
		case eval.Maybe:
			return check.Unclear(check.Doubt(w, middleware))
		}
		severity, effect := check.Critical, "any page on the web can post forms in the name of a visitor who is logged in"
		if check.HasMiddlewareLike(p, w, sessionMiddlewareClass) == eval.No {
			severity, effect = check.Recommended, "views that trust a cookie take forms from any page on the web"
		}
		return check.Failed(check.Finding{
			Severity: severity,
			Message:  fmt.Sprintf("CsrfViewMiddleware is not in MIDDLEWARE, so %s; add %q", effect, csrfMiddlewareClass),
			At:       check.Where(middleware),
			Fix:      fmt.Sprintf("MIDDLEWARE = [..., %q]", csrfMiddlewareClass),
		})
	}, "MIDDLEWARE")
}
