package static

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func whitenoiseOrder() check.Check {
	return check.Check{
		ID:       "static/whitenoise-order",
		Severity: check.Recommended,
		Source:   answerWhitenoiseOrder,
		Doc: check.Doc{
			Title: "WhiteNoise stands right after SecurityMiddleware",
			Why: `WhiteNoise answers requests for static files itself. What stands above it runs for every style and every image; what stands below never sees them.

Above SecurityMiddleware, files go out without the redirect to HTTPS and without HSTS and nosniff. Below session, locale or CSRF middleware, every picture runs through code that is of no use to it, and may get a Vary or Set-Cookie header that keeps caches from storing it.

CORS headers, request ids and timing may stand between: they belong on static files too.`,
			Fix:    "Put `whitenoise.middleware.WhiteNoiseMiddleware` directly below `django.middleware.security.SecurityMiddleware`.",
			Verify: "`curl -sI https://example.com/static/admin/css/base.css` prints `Strict-Transport-Security` and `Cache-Control`, and neither `Set-Cookie` nor `Vary: Cookie`.",
			Bad: []check.Example{
				check.SettingsExample("Every style sheet runs through the session and locale middleware.", `MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
]
`),
				check.SettingsExample("Static files go out without the redirect and the security headers.", `MIDDLEWARE = [
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
]
`),
			},
			Good: []check.Example{
				check.SettingsExample("Right after SecurityMiddleware.", `MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
]
`),
			},
			References: []check.Reference{
				check.See("WhiteNoise: enable WhiteNoise", "https://whitenoise.readthedocs.io/en/stable/django.html#enable-whitenoise"),
				check.See("Django: order of middleware", check.DjangoDocs+"ref/middleware/#middleware-ordering"),
			},
			Triggers: []string{
				"WhiteNoise stands above SecurityMiddleware",
				"a middleware of Django stands between SecurityMiddleware and WhiteNoise, or above WhiteNoise where there is no SecurityMiddleware",
			},
		},
	}
}

// whitenoises are WhiteNoise and its successor.
var whitenoises = [...]string{
	"whitenoise.middleware.WhiteNoiseMiddleware",
	"servestatic.middleware.ServeStaticMiddleware",
}

func answerWhitenoiseOrder(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		middleware := w.Get("MIDDLEWARE")
		entry := whitenoiseEntry(p, w)
		if !entry.IsValid() {
			if check.HasMiddleware(w, whitenoises[0]) == eval.Maybe {
				return check.Unclear(check.Doubt(w, middleware))
			}
			return check.Absent("WhiteNoise is not in MIDDLEWARE")
		}
		return judgeOrder(p, w, entry)
	})
}

func whitenoiseEntry(p *check.SourcePass, w *django.World) eval.Value {
	for _, class := range whitenoises {
		if entry := check.MiddlewareEntry(p, w, class); entry.IsValid() {
			return entry
		}
	}
	return eval.Value{}
}

// judgeOrder looks at what stands above WhiteNoise.
func judgeOrder(p *check.SourcePass, w *django.World, whitenoise eval.Value) check.Answer {
	middleware := w.Get("MIDDLEWARE")
	security, _ := check.MiddlewareEntry(p, w, check.SecurityMiddleware).AsStr()
	name, _ := whitenoise.AsStr()
	finding := check.Finding{Severity: check.Recommended, At: whitenoise.At()}
	if finding.At.IsZero() {
		finding.At = check.Where(middleware)
	}
	seen, unknown := false, false
	for _, e := range middleware.Value.Elems() {
		class, ok := e.AsStr()
		switch {
		case !ok:
			unknown = true
		case class == security:
			seen = true
		case class == name:
			switch {
			case security != "" && !seen && unknown:
				return check.Unclear(check.Doubt(w, middleware))
			case security != "" && !seen && check.AnswersBeforeSecurity(p, w).IsValid():
				return check.CausedBy("https/security-middleware", "WhiteNoise stands above SecurityMiddleware, which stands too low itself")
			case security != "" && !seen:
				finding.Message = "WhiteNoise stands above SecurityMiddleware, so static files go out without the redirect to HTTPS and the security headers; move it below"
				return check.Failed(finding)
			}
			return check.Passed("")
		case strings.HasPrefix(class, "django.") && (seen || security == ""):
			finding.Message = fmt.Sprintf("WhiteNoise stands below %s, which runs for every static file; move it right after SecurityMiddleware", class[strings.LastIndexByte(class, '.')+1:])
			finding.Related = []check.Related{{Message: "this runs first", At: e.At()}}
			return check.Failed(finding)
		}
	}
	return check.Passed("")
}
