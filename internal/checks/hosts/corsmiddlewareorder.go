package hosts

import (
	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func corsMiddlewareOrder() check.Check {
	return check.Check{
		ID:       "hosts/cors-middleware-order",
		Severity: check.Recommended,
		Doc: check.Doc{
			Title: "CorsMiddleware stands before every middleware that answers",
			Why: `An answer passes only through the middleware above the one that made it. CommonMiddleware redirects addresses without a final slash and refuses user agents; a cache answers from its store; maintenance mode answers for the whole site. Below them, CorsMiddleware never sees these answers, they carry no CORS headers, and the browser reports "blocked by CORS policy" where the real answer is a redirect or an error. Preflight requests to such addresses fail too.

Putting it first costs nothing.`,
			Fix:    `Move "corsheaders.middleware.CorsMiddleware" above "django.middleware.common.CommonMiddleware", best right after SecurityMiddleware or to the top of MIDDLEWARE.`,
			Verify: `Run "curl -s -D- -o /dev/null -H 'Origin: https://<allowed origin>' https://<site>/api/<path without its final slash>": the redirect carries Access-Control-Allow-Origin.`,
			Bad: []check.Example{
				check.SettingsExample("Appended to the end.", "DEBUG = False\nMIDDLEWARE = [\n    \"django.middleware.common.CommonMiddleware\",\n    \"corsheaders.middleware.CorsMiddleware\",\n]\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Before what can answer.", "DEBUG = False\nMIDDLEWARE = [\n    \"django.middleware.security.SecurityMiddleware\",\n    \"corsheaders.middleware.CorsMiddleware\",\n    \"django.middleware.common.CommonMiddleware\",\n]\n"),
			},
			References: []check.Reference{
				check.See("django-cors-headers: set-up", "https://github.com/adamchainz/django-cors-headers#setup"),
				check.See("Django: middleware ordering", check.DjangoDocs+"ref/middleware/#middleware-ordering"),
			},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, corsOrderIn)
		},
	}
}

// answering are the middleware classes that can answer a request before a view does (their process_request or __call__).
func answering(class string) bool {
	switch class {
	case "django.middleware.common.CommonMiddleware", "django.middleware.cache.FetchFromCacheMiddleware", "django.middleware.cache.CacheMiddleware",
		"maintenance_mode.middleware.MaintenanceModeMiddleware", "maintenancemode.middleware.MaintenanceModeMiddleware":
		return true
	}
	return false
}

func corsOrderIn(w *django.World) check.Answer {
	if a, ok := withoutCORS(w); ok {
		return a
	}
	middleware := w.Get("MIDDLEWARE")
	var first eval.Value // the first middleware above it that answers
	unknown := false
	for _, e := range middleware.Value.Elems() {
		class, ok := e.AsStr()
		switch {
		case !ok:
			unknown = true
		case class == corsMiddleware && first.IsValid():
			name, _ := first.AsStr()
			return check.Failed(check.Finding{
				Severity: check.Recommended,
				Message:  "CorsMiddleware stands after " + name + ", whose own answers (redirects, errors) then carry no CORS headers; move it above",
				At:       placeOf(e, middleware),
				Related:  []check.Related{{Message: "this middleware can answer first", At: placeOf(first, middleware)}},
			})
		case class == corsMiddleware && unknown:
			return check.Unclear(check.Doubt(w, middleware))
		case class == corsMiddleware:
			return check.Passed("")
		case answering(class) && !first.IsValid():
			first = e
		}
	}
	return check.Unclear(check.Doubt(w, middleware))
}
