package https

import "gonogo/internal/check"

func sessionCookieHTTPOnly() check.Check {
	return check.Check{
		ID:       "https/session-cookie-httponly",
		Severity: check.Critical,
		Source: func(p *check.SourcePass) check.Answer {
			return answerSessionFlag(p, flag{
				name:   "SESSION_COOKIE_HTTPONLY",
				off:    "every script on the page can read the session cookie, and one injected script takes over the sessions of all who see it",
				weight: check.Critical,
			}, httpOnlyAttribute())
		},
		Doc: check.Doc{
			Title: "Scripts can't read the session cookie",
			Why: `Django marks the session cookie HttpOnly, so that document.cookie does not show it. Turning that off hands the login to every script that runs on the page: an injected one, a compromised package, a tag manager.

HttpOnly does not stop an injected script from acting in the open tab, but it keeps the session from being carried away and used later, elsewhere.

A front end that wants the session cookie needs something else: the CSRF token (which scripts may read) or an endpoint that says who is logged in.`,
			Fix:    "Remove the line, True is Django's default, or set `SESSION_COOKIE_HTTPONLY = True`.",
			Verify: "Log in, open the browser's console and enter `document.cookie`: `sessionid` is not in the answer. `python manage.py check --deploy` prints none of security.W013 to W015.",
			Bad: []check.Example{
				check.SettingsExample("Turned off for a front end that reads the cookie.", `INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_COOKIE_HTTPONLY = False
`),
			},
			Good: []check.Example{
				check.SettingsExample("Django's default holds.", `INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
`),
			},
			References: []check.Reference{
				check.See("Django: SESSION_COOKIE_HTTPONLY", check.DjangoDocs+"ref/settings/#session-cookie-httponly"),
				check.See("RFC 6265: the HttpOnly attribute", "https://www.rfc-editor.org/rfc/rfc6265#section-4.1.2.6"),
				check.See("OWASP: HttpOnly", "https://owasp.org/www-community/HttpOnly"),
			},
			Django: []string{"security.W013", "security.W014", "security.W015"},
			Triggers: []string{
				"SESSION_COOKIE_HTTPONLY is off",
				"SESSION_COOKIE_HTTPONLY is a text, which is on whatever it says",
				"code sets a cookie that carries a token without httponly=True, or REST_AUTH of dj-rest-auth does",
			},
		},
	}
}
