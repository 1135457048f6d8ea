package https

import (
	"fmt"
	"regexp"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func hsts() check.Check {
	return check.Check{
		ID:       "https/hsts",
		Severity: check.Recommended,
		Source:   answerHSTS,
		Doc: check.Doc{
			Title: "Browsers are told to come back over HTTPS only (HSTS)",
			Why: `A redirect protects the second request; the first one went out in clear, and someone on the way can answer it in the site's place. With Strict-Transport-Security a browser that was there once goes to HTTPS by itself, for as long as max-age says, and lets nobody click a certificate error away.

It is a promise that can't be taken back: until max-age is over, a site whose certificate fails is unreachable for its regular visitors. So begin with minutes and grow (https/hsts-ramp).

The header may come from Django or from the proxy, not from both: two headers are against the RFC, and browsers read only the first.`,
			Fix:    "Set `SECURE_HSTS_SECONDS` to a number of seconds: 3600 to begin with, 31536000 in the end. Or send the header from the proxy, and leave the setting at 0.",
			Verify: "`curl -sI https://example.com/ | grep -i strict-transport` prints one line, `Strict-Transport-Security: max-age=31536000`.",
			Bad: []check.Example{
				check.SettingsExample("The header says max-age=365 days, 0:00:00, which browsers ignore.", `from datetime import timedelta

MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_HSTS_SECONDS = timedelta(days=365)
`),
				check.SettingsExample("The header says max-age=True, which browsers ignore.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_HSTS_SECONDS = True
`),
			},
			Good: []check.Example{
				check.SettingsExample("An hour, while the first certificate renewals are watched.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_HSTS_SECONDS = 3600
`),
			},
			References: []check.Reference{
				check.See("Django: HTTP Strict Transport Security", check.DjangoDocs+"ref/middleware/#http-strict-transport-security"),
				check.See("RFC 6797", "https://www.rfc-editor.org/rfc/rfc6797"),
				check.See("MDN: Strict-Transport-Security", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security"),
			},
			Django: []string{"security.W004"},
			Triggers: []string{
				"SECURE_HSTS_SECONDS is no whole number of seconds, so that browsers ignore the header",
			},
		},
	}
}

func answerHSTS(p *check.SourcePass) check.Answer {
	if answer, done := withoutSecurityMiddleware(p, "SECURE_HSTS_SECONDS"); done {
		return answer
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		s := w.Get("SECURE_HSTS_SECONDS")
		switch check.IsOn(s.Value) {
		case eval.Maybe:
			return check.Unclear(check.Doubt(w, s))
		case eval.No:
			return check.Unclear(check.Describe(s) + ", so Django sends no HSTS header; whether the proxy or the platform does stands in " + check.EdgeFiles(p))
		}
		if _, ok := maxAge(s.Value); !ok {
			return check.Failed(check.Finding{
				Severity: check.Recommended,
				Message:  fmt.Sprintf("SECURE_HSTS_SECONDS is %s, and Django writes it into max-age as it is, which browsers ignore; write a whole number of seconds", s.Value.Repr(40)),
				At:       check.Where(s),
				Fix:      "SECURE_HSTS_SECONDS = 3600",
			})
		}
		return check.Passed("Django sends it")
	})
}

var delta = regexp.MustCompile(`^[0-9]+$`)

// maxAge is the number of seconds that a browser reads from the header (RFC 6797, 6.1.1: one or more digits);
// ok is false for a value that does not make such a number.
func maxAge(v eval.Value) (seconds int64, ok bool) {
	if v.Kind() == eval.Int {
		seconds, ok = v.AsInt()
		if !ok { // too large to count
			return 1 << 62, true
		}
		return seconds, seconds >= 0
	}
	text, isText := v.AsStr()
	if v.Kind() != eval.Str || !isText || !delta.MatchString(text) {
		return 0, false
	}
	for _, digit := range text {
		if seconds < 1<<58 {
			seconds = seconds*10 + int64(digit-'0')
		}
	}
	return seconds, true
}
