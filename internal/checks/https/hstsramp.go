package https

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func hstsRamp() check.Check {
	return check.Check{
		ID:       "https/hsts-ramp",
		Severity: check.Recommended,
		Source:   answerHSTSRamp,
		Doc: check.Doc{
			Title: "HSTS promises grow step by step: subdomains and preload only with a long max-age",
			Why: `includeSubDomains binds every host below the domain, the intranet wiki and the old mail console too: what has no HTTPS there is unreachable for visitors who saw the header. preload asks browser vendors to build the promise into the browser itself; getting off that list takes months.

A promise of that reach together with a max-age of minutes or days contradicts itself. The preload list refuses it (it wants a year, includeSubDomains and preload), and once somebody submits the domain nonetheless, all of it holds at once.

So grow: minutes, a day, a week, a month, watching what breaks; then subdomains; then a year and, if ever, preload. Staying below that is a choice: without subdomains or preload this check passes, although Django warns (security.W005, security.W021). A ramp that is under way may say so in a comment beside SECURE_HSTS_SECONDS.`,
			Fix:    "Raise `SECURE_HSTS_SECONDS` to 31536000 before `SECURE_HSTS_PRELOAD = True`, and to a month (2592000) before `SECURE_HSTS_INCLUDE_SUBDOMAINS = True`; or set these two to False; or note the next step of the ramp beside the number.",
			Verify: "`curl -sI https://example.com/ | grep -i strict-transport` prints `max-age=31536000; includeSubDomains; preload` or less than that; https://hstspreload.org says whether the domain meets the list's terms.",
			Bad: []check.Example{
				check.SettingsExample("Preload is promised with an hour.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_HSTS_SECONDS = 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
`),
				check.SettingsExample("Preload without subdomains is refused by the list.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_PRELOAD = True
`),
			},
			Good: []check.Example{
				check.SettingsExample("A small promise.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_HSTS_SECONDS = 3600
`),
				check.SettingsExample("The whole promise.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
`),
				check.SettingsExample("A ramp that is under way.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
# Ramp: an hour until 1 December, then a week, then 31536000.
SECURE_HSTS_SECONDS = 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
`),
			},
			References: []check.Reference{
				check.See("Django: SECURE_HSTS_INCLUDE_SUBDOMAINS", check.DjangoDocs+"ref/settings/#secure-hsts-include-subdomains"),
				check.See("HSTS preload list: terms and ramp", "https://hstspreload.org/"),
				check.See("RFC 6797: includeSubDomains", "https://www.rfc-editor.org/rfc/rfc6797#section-6.1.2"),
			},
			Django: []string{"security.W005", "security.W021"},
			Triggers: []string{
				"preload with a max-age of less than a year, or without includeSubDomains",
				"includeSubDomains with a max-age of less than a month, and no ramp noted beside it",
			},
		},
	}
}

// Lengths of max-age in seconds.
const (
	month = 30 * 24 * 3600
	year  = 365 * 24 * 3600 // what the preload list asks for (hstspreload.org)
)

func answerHSTSRamp(p *check.SourcePass) check.Answer {
	if answer, done := withoutSecurityMiddleware(p, "SECURE_HSTS_SECONDS"); done {
		return answer
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		s := w.Get("SECURE_HSTS_SECONDS")
		switch check.IsOn(s.Value) {
		case eval.Maybe:
			return check.Unclear(check.Doubt(w, s))
		case eval.No:
			return check.Absent("Django sends no HSTS header; https/hsts asks for one")
		}
		seconds, ok := maxAge(s.Value)
		if !ok {
			return check.CausedBy("https/hsts", "SECURE_HSTS_SECONDS is no number of seconds")
		}
		return judgeRamp(w, s, seconds)
	})
}

// judgeRamp compares what is promised with how long it is promised for.
func judgeRamp(w *django.World, s django.Setting, seconds int64) check.Answer {
	subdomains, preload := w.Get("SECURE_HSTS_INCLUDE_SUBDOMAINS"), w.Get("SECURE_HSTS_PRELOAD")
	hasSubdomains, hasPreload := check.IsOn(subdomains.Value), check.IsOn(preload.Value)
	switch {
	case hasPreload == eval.Yes && hasSubdomains == eval.No:
		return check.Failed(rampFinding(preload, s,
			"SECURE_HSTS_PRELOAD is on without SECURE_HSTS_INCLUDE_SUBDOMAINS, which the preload list refuses; turn preload off, or subdomains on once all of them serve HTTPS"))
	case notesRamp(s):
		return check.Passed("a ramp is noted beside SECURE_HSTS_SECONDS")
	case hasPreload == eval.Yes && seconds < year:
		return check.Failed(rampFinding(preload, s, fmt.Sprintf(
			"SECURE_HSTS_PRELOAD is on with a max-age of %s, and the preload list wants a year; turn preload off until SECURE_HSTS_SECONDS is 31536000", span(seconds))))
	case hasSubdomains == eval.Yes && seconds < month:
		return check.Failed(rampFinding(subdomains, s, fmt.Sprintf(
			"SECURE_HSTS_INCLUDE_SUBDOMAINS is on with a max-age of %s; raise SECURE_HSTS_SECONDS to a month first, or note the ramp beside it", span(seconds))))
	case hasPreload == eval.Maybe && seconds < year:
		return check.Unclear(check.Doubt(w, preload))
	case hasSubdomains == eval.Maybe && seconds < month:
		return check.Unclear(check.Doubt(w, subdomains))
	case hasSubdomains == eval.No:
		return check.Passed("nothing is promised for subdomains (security.W005) or the preload list (security.W021), which is a choice")
	}
	return check.Passed("the promises fit a max-age of " + span(seconds))
}

func rampFinding(promise, age django.Setting, message string) check.Finding {
	f := check.Finding{Severity: check.Recommended, Message: message, At: check.Where(promise), Fix: promise.Name + " = False"}
	if at := check.Where(age); at != f.At {
		f.Related = []check.Related{{Message: "max-age is set here", At: at}}
	}
	return f
}

// notesRamp reports whether a comment beside the number speaks of raising it.
func notesRamp(s django.Setting) bool {
	for _, at := range []source.Span{check.Where(s), s.At} {
		comment := strings.ToLower(commentBeside(at))
		for _, word := range []string{"ramp", "increas", "raise", "then", "later", "gradual", "first", "todo", "step"} {
			if strings.Contains(comment, word) {
				return true
			}
		}
	}
	return false
}

// span is a number of seconds as people say it.
func span(seconds int64) string {
	for _, unit := range []struct {
		name   string
		length int64
	}{{"day", 24 * 3600}, {"hour", 3600}, {"minute", 60}} {
		if n := seconds / unit.length; n > 0 && seconds%unit.length == 0 {
			if n == 1 {
				return "1 " + unit.name
			}
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return fmt.Sprintf("%d seconds", seconds)
}
