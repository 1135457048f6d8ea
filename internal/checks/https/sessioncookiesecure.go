package https

import (
	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func sessionCookieSecure() check.Check {
	return check.Check{
		ID:       "https/session-cookie-secure",
		Severity: check.Critical,
		Source: func(p *check.SourcePass) check.Answer {
			return answerSessionFlag(p, flag{
				name:   "SESSION_COOKIE_SECURE",
				off:    "browsers send the session cookie over plain HTTP too, where anyone on the way can take over the session",
				weight: check.Critical,
			}, secureAttribute())
		},
		Doc: check.Doc{
			Title: "The session cookie is sent over HTTPS only",
			Why: `The session cookie is the login. Without the Secure attribute a browser sends it with every plain request to the host as well: an old link, a typed address, an image that somebody else embeds. Whoever shares the network reads it there and is logged in.

A redirect to HTTPS comes too late: the cookie has travelled by then. HSTS narrows the gap, but not for a browser that has not seen the header yet.

The price: sessions don't work over plain HTTP any more, which is why development settings leave the attribute out.`,
			Fix:    "Set `SESSION_COOKIE_SECURE = True` in the production settings. When it comes from the environment, convert it to a bool and default it to True.",
			Verify: "`curl -sI https://example.com/accounts/login/ | grep -i set-cookie` shows `Secure` on the `sessionid` cookie once you are logged in; `python manage.py check --deploy` prints none of security.W010 to W012.",
			Bad: []check.Example{
				check.SettingsExample("Django's default leaves the attribute out.", `INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
`),
				check.SettingsExample("Safe only where somebody sets the variable.", `import os

INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_COOKIE_SECURE = os.environ.get("COOKIE_SECURE", "0") == "1"
`),
			},
			Good: []check.Example{
				check.SettingsExample("Secure unless development says otherwise.", `import os

INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_COOKIE_SECURE = os.environ.get("COOKIE_SECURE", "1") == "1"
`),
			},
			References: []check.Reference{
				check.See("Django: SESSION_COOKIE_SECURE", check.DjangoDocs+"ref/settings/#session-cookie-secure"),
				check.See("RFC 6265: the Secure attribute", "https://www.rfc-editor.org/rfc/rfc6265#section-4.1.2.5"),
				check.See("OWASP: session management", "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html#secure-attribute"),
			},
			Django: []string{"security.W010", "security.W011", "security.W012"},
			Triggers: []string{
				"SESSION_COOKIE_SECURE is off, or off when a variable is missing",
				"SESSION_COOKIE_SECURE is a text, which is on whatever it says",
				"code sets a cookie that carries a token without secure=True, or REST_AUTH of dj-rest-auth does",
			},
		},
	}
}

// answerSessionFlag answers for a flag of the session cookie, by the rule of django/core/checks/security/sessions.py,
// and for the same attribute of other cookies that carry a credential.
func answerSessionFlag(p *check.SourcePass, f flag, attribute cookieAttribute) check.Answer {
	findings := credentialCookies(p, attribute)
	if sessionless(p) {
		if len(findings) > 0 {
			return check.Failed(findings...)
		}
		return check.Absent(noSessions)
	}
	r := check.Rule(p.Settings, func(w *django.World) eval.Tri {
		return check.All(f.isNot(w), hasSessions(p, w))
	}, f.name, "MIDDLEWARE", "INSTALLED_APPS")
	var doubts []string
	switch r.Fault {
	case eval.Yes:
		findings = append([]check.Finding{f.finding(p, r.World)}, findings...)
	case eval.Maybe:
		doubts = append(doubts, r.Doubt)
	}
	return check.Gather(findings, doubts, f.name+" is True")
}
