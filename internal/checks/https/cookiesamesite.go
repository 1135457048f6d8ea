package https

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func cookieSameSite() check.Check {
	return check.Check{
		ID:       "https/cookie-samesite",
		Severity: check.Recommended,
		Source:   answerCookieSameSite,
		Doc: check.Doc{
			Title: "Session and CSRF cookies stay with the site: SameSite is Lax or Strict",
			Why: `SameSite=Lax, Django's default, keeps the session cookie from requests that other sites start, except for plain navigation. It is a second wall against cross-site request forgery, for the views that the CSRF middleware does not see.

SameSite=None is needed when the site works inside another one: a front end on another domain that sends cookies, a page that is framed elsewhere, a payment provider that posts back. Browsers take None only together with Secure. Without such a need it only takes the wall down. With the attribute left out, some browsers assume Lax and some don't.

Strict goes further: a visitor who follows a link from a mail arrives logged out.`,
			Fix:    "Remove SESSION_COOKIE_SAMESITE and CSRF_COOKIE_SAMESITE, \"Lax\" is the default. Where another site needs the cookie, write \"None\", set the matching *_COOKIE_SECURE = True, and say in a comment who needs it.",
			Verify: "`curl -sI https://example.com/accounts/login/ | grep -i set-cookie` shows `SameSite=Lax`.",
			Bad: []check.Example{
				check.SettingsExample("The attribute is left out.", `MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_COOKIE_SAMESITE = None
`),
				check.SettingsExample("Every site may send the cookie, and nothing shows who needs that.", `MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_COOKIE_SAMESITE = "None"
SESSION_COOKIE_SECURE = True
`),
			},
			Good: []check.Example{
				check.SettingsExample("Django's default holds.", `MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
`),
				check.SettingsExample("A need that the settings show: a front end on another site sends cookies.", `MIDDLEWARE = [
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
]
CORS_ALLOWED_ORIGINS = ["https://app.example.org"]
CORS_ALLOW_CREDENTIALS = True
SESSION_COOKIE_SAMESITE = "None"
SESSION_COOKIE_SECURE = True
`),
			},
			References: []check.Reference{
				check.See("Django: SESSION_COOKIE_SAMESITE", check.DjangoDocs+"ref/settings/#session-cookie-samesite"),
				check.See("MDN: SameSite", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie#samesitesamesite-value"),
				check.See("OWASP: SameSite cookie attribute", "https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html#samesite-cookie-attribute"),
			},
			Triggers: []string{
				"SameSite is turned off (None, False or an empty text)",
				"SameSite is \"None\" without Secure, so that browsers drop the cookie",
				"SameSite is \"None\", and nothing shows another site that needs the cookie",
				"the value is none that Django knows, so that every answer with the cookie is an error",
			},
		},
	}
}

// siteCookie is one cookie with its settings.
type siteCookie struct {
	title, setting, secure string
	used                   func(*check.SourcePass, *django.World) eval.Tri
}

func siteCookies() []siteCookie {
	return []siteCookie{
		{"session", "SESSION_COOKIE_SAMESITE", "SESSION_COOKIE_SECURE", hasSessions},
		{"CSRF", "CSRF_COOKIE_SAMESITE", "CSRF_COOKIE_SECURE", csrfCookie},
	}
}

func answerCookieSameSite(p *check.SourcePass) check.Answer {
	if p.Settings.Version.Before(2, 1) {
		return check.Absent("Django " + p.Settings.Version.Series() + " does not know SameSite, which came with 2.1")
	}
	var findings []check.Finding
	var doubts []string
	var caused check.Answer
	used := false
	for _, c := range siteCookies() {
		if answer, _ := p.Settings.Judge(func(w *django.World) eval.Tri { return c.used(p, w) }); answer == eval.No {
			continue
		}
		used = true
		answer := check.Weigh(p.Settings, func(w *django.World) check.Answer { return c.judge(p, w) })
		findings = append(findings, answer.Findings...)
		if answer.Status == check.Unknown {
			doubts = append(doubts, answer.Reason)
		}
		if answer.Cause != "" {
			caused = answer
		}
	}
	if !used {
		return check.Absent("there is neither a session cookie nor a CSRF cookie")
	}
	if len(findings) == 0 && caused.Cause != "" {
		return caused
	}
	return check.Gather(findings, doubts, "")
}

// judge answers for one cookie in one world. Django writes the attribute from the setting's text, and leaves it out for any false value
// (django/http/response.py, HttpResponseBase.set_cookie).
func (c siteCookie) judge(p *check.SourcePass, w *django.World) check.Answer {
	s := w.Get(c.setting)
	text, isText := s.Value.AsStr()
	switch {
	case s.Value.IsUnknown():
		return check.Unclear(check.Doubt(w, s))
	case !s.Value.IsValid() || s.Value.Truth() == eval.No:
		return check.Failed(c.finding(s, fmt.Sprintf("%s, so the %s cookie has no SameSite and some browsers send it with requests that other sites start; write \"Lax\"", check.Describe(s), c.title)))
	case isText && (strings.EqualFold(text, "lax") || strings.EqualFold(text, "strict")):
		return check.Passed("")
	case !isText || !strings.EqualFold(text, "none"):
		return check.Failed(c.finding(s, fmt.Sprintf("%s is %s, which Django refuses, so every answer that sets the %s cookie is an error; write \"Lax\"", c.setting, s.Value.Repr(40), c.title)))
	}
	return c.judgeNone(p, w, s)
}

// judgeNone answers for SameSite=None, which needs Secure and a reason.
func (c siteCookie) judgeNone(p *check.SourcePass, w *django.World, s django.Setting) check.Answer {
	if !neededElsewhere(w) && !givesReason(commentBeside(check.Where(s))) {
		return check.Failed(c.finding(s, fmt.Sprintf("%s is \"None\", so every site can send the %s cookie along, and nothing shows one that needs to; write \"Lax\", or say in a comment who needs it", c.setting, c.title)))
	}
	switch check.IsOn(w.Get(c.secure).Value) {
	case eval.No:
		owner := "https/" + c.titleID() + "-cookie-secure"
		return check.CausedBy(owner, fmt.Sprintf("%s is \"None\" and the cookie is not Secure, so browsers drop it", c.setting))
	case eval.Maybe:
		return check.Unclear(check.Doubt(w, w.Get(c.secure)))
	}
	return check.Passed("")
}

func (c siteCookie) titleID() string { return strings.ToLower(c.title) }

func (c siteCookie) finding(s django.Setting, message string) check.Finding {
	return check.Finding{Severity: check.Recommended, Message: message, At: check.Where(s), Fix: c.setting + ` = "Lax"`}
}

// neededElsewhere reports whether the settings show a front end on another origin that sends cookies.
func neededElsewhere(w *django.World) bool {
	return check.IsOn(w.Get("CORS_ALLOW_CREDENTIALS").Value) != eval.No &&
		check.HasMiddleware(w, "corsheaders.middleware.CorsMiddleware") != eval.No
}
