package https

import (
	"fmt"
	"regexp"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
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
			return hstsOfProxy(p, s)
		}
		if _, ok := maxAge(s.Value); !ok {
			return check.Failed(check.Finding{
				Severity: check.Recommended,
				Message:  fmt.Sprintf("SECURE_HSTS_SECONDS is %s, and Django writes it into max-age as it is, which browsers ignore; write a whole number of seconds", s.Value.Repr(40)),
				At:       check.Where(s),
				Fix:      "SECURE_HSTS_SECONDS = 3600",
			})
		}
		return hstsOfBoth(p, w)
	})
}

const hstsHeader = "Strict-Transport-Security"

// hstsOfProxy answers where Django sends no header.
func hstsOfProxy(p *check.SourcePass, s django.Setting) check.Answer {
	e := check.ReadEdge(p)
	state := check.Describe(s) + ", so Django sends no HSTS header"
	ask := state + "; whether the proxy or the platform does "
	if !e.Known() {
		return check.Unclear(ask + e.Untold())
	}
	list := e.Encrypted()
	if len(list) == 0 {
		return check.Unclear(ask + "is not known: " + e.Sites[0].Proxy.File.Path + " serves the application over plain HTTP, and what ends TLS in front of it is not told")
	}
	found := header(list, hstsHeader)
	switch {
	case found.with > 0 && !found.varies && promises(found.header.Value) && found.without == nil:
		return check.Passed(found.program + " sends it (" + found.file + ")")
	case found.with > 0 && found.without != nil:
		return check.Unclear(fmt.Sprintf("%s; %s sends it with a part of the answers only, not with those of %s", state, found.file, place(found.without)))
	case found.with > 0:
		return check.Unclear(fmt.Sprintf("%s; the value that %s sends is not judged", state, found.file))
	case e.Lacking() != "":
		return check.Unclear(ask + "is not known: " + e.Lacking())
	case e.Mentions(hstsHeader):
		return check.Unclear(ask + e.Untold() + " in a way that is understood")
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended, At: check.Where(s), Fix: "SECURE_HSTS_SECONDS = 3600",
		Message: fmt.Sprintf("%s, and neither does %s, which ends TLS (%s); send it from one of them", state, list[0].Proxy.Program, list[0].Proxy.File.Path),
		Related: []check.Related{{Message: "this check.Front ends TLS", At: list[0].Host.At}},
	})
}

// hstsOfBoth answers where Django is told to send the header: the proxy may keep it back, or add a second one.
func hstsOfBoth(p *check.SourcePass, w *django.World) check.Answer {
	e := check.ReadEdge(p)
	for _, s := range e.Encrypted() {
		for _, route := range s.Routes {
			hidden := hides(route, hstsHeader)
			own, adds := route.ResponseHeader(hstsHeader)
			switch {
			case !e.Known():
			case hidden != nil && !adds:
				return check.Failed(check.Finding{Severity: check.Recommended, At: hidden.At,
					Message: fmt.Sprintf("Django sends HSTS, and %s keeps it from the visitors; remove the line, or add the header there", s.Proxy.File.Path)})
			case hidden == nil && adds && passesScheme(s, route, w):
				return check.Failed(check.Finding{Severity: check.Recommended, At: own.At,
					Message: fmt.Sprintf("HSTS is sent twice: Django sends it, and %s adds it; browsers read only the first, so send it from one of them", s.Proxy.File.Path),
					Related: []check.Related{{Message: "Django's", At: check.Where(w.Get("SECURE_HSTS_SECONDS"))}}})
			}
		}
	}
	return check.Passed("Django sends it")
}

// hides is the line by which a route keeps a header of the application from the visitors, nil for none.
func hides(route *deploy.Route, name string) *deploy.Word {
	for i, h := range route.HiddenHeaders {
		if strings.EqualFold(h.Text, name) {
			return &route.HiddenHeaders[i]
		}
	}
	return nil
}

// passesScheme reports whether Django certainly knows of the route's requests that they came over HTTPS; it sends the header only then.
func passesScheme(s check.Front, route *deploy.Route, w *django.World) bool {
	name, value, ok := check.TrustedScheme(w.Get("SECURE_PROXY_SSL_HEADER").Value)
	if !ok {
		return false
	}
	h, ok := route.RequestHeader(name)
	return ok && check.Overwrites(s, h, value)
}

var promise = regexp.MustCompile(`(?i)(?:^|;)\s*max-age\s*=\s*"?0*[1-9]`)

// promises reports whether the header's value has a max-age above 0.
func promises(value string) bool { return promise.MatchString(value) }

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
