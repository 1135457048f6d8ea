package https

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func contentTypeNosniff() check.Check {
	return check.Check{
		ID:       "https/content-type-nosniff",
		Severity: check.Recommended,
		Source:   answerNosniff,
		Doc: check.Doc{
			Title: "Browsers are told not to guess content types (X-Content-Type-Options: nosniff)",
			Why: `Without the header a browser may look into a file and decide for itself what it is. A text or an image that a visitor uploaded then runs as a script or a page of the site's own origin, with the sessions of everyone who opens it.

Django sends the header by default, and there is hardly a reason to turn it off: a resource that breaks because of it is served with a wrong type, and that is what to mend. Files that the proxy serves by itself, uploads above all, never pass through Django; the proxy must send the header for them.`,
			Fix:    "Remove the line, True is Django's default, or set `SECURE_CONTENT_TYPE_NOSNIFF = True`; in nginx `add_header X-Content-Type-Options nosniff always;` for what it serves itself.",
			Verify: "`curl -sI https://example.com/ | grep -i x-content-type` prints `X-Content-Type-Options: nosniff`.",
			Bad: []check.Example{
				check.SettingsExample("Turned off.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_CONTENT_TYPE_NOSNIFF = False
`),
			},
			Good: []check.Example{
				check.SettingsExample("Django's default holds.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
`),
			},
			References: []check.Reference{
				check.See("Django: X-Content-Type-Options", check.DjangoDocs+"ref/middleware/#x-content-type-options-nosniff"),
				check.See("MDN: X-Content-Type-Options", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Content-Type-Options"),
				check.See("OWASP: secure headers", "https://owasp.org/www-project-secure-headers/#x-content-type-options"),
			},
			Django:   []string{"security.W006"},
			Triggers: []string{"SECURE_CONTENT_TYPE_NOSNIFF is off, and no proxy configuration stands in the tree that could send the header"},
		},
	}
}

func answerNosniff(p *check.SourcePass) check.Answer {
	f := flag{
		name:   "SECURE_CONTENT_TYPE_NOSNIFF",
		off:    "browsers may run an uploaded text or image as a script of this site",
		weight: check.Recommended,
	}
	if answer, done := withoutSecurityMiddleware(p, f.name); done {
		return answer
	}
	r := check.Rule(p.Settings, f.isNot, f.name)
	switch r.Fault {
	case eval.Maybe:
		return check.Unclear(r.Doubt)
	case eval.Yes:
		if isOff(r.World, f.name) {
			if answer, done := sentByProxy(p, "X-Content-Type-Options", func(v string) bool { return strings.EqualFold(v, "nosniff") }); done {
				return answer
			}
		}
		return check.Failed(f.finding(p, r.World))
	}
	return check.Passed("Django sends it with every answer of its own")
}

// isOff reports whether a setting counts as false.
func isOff(w *django.World, name string) bool {
	return check.IsOn(w.Get(name).Value) == eval.No
}
