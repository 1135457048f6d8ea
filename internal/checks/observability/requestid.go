package observability

import (
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/middleware"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

func requestID() check.Check {
	return check.Check{
		ID: "observability/request-id", Severity: check.Recommended, Source: answerRequestID,
		Doc: check.Doc{
			Title: "Every request has an id that is logged and returned",
			Why: `A user reports an error at ten past three. With a request id in the answer and on every log line of that request, one search shows what happened, also in the proxy and in the task that the request queued. Without one there are twenty requests a second to guess from.

The id is taken from the proxy's X-Request-ID where there is one, made otherwise, and sent back in a header. Take it only from a proxy that you trust, or a client can write into your logs.`,
			Fix:    "Install django-guid or django-log-request-id, put its middleware first, add its filter to the log handler and the id to the format.",
			Verify: "`curl -sI https://example.com/ | grep -i -e request-id -e correlation-id` prints a header, and the log line of that request holds its value.",
			Bad: []check.Example{
				check.SettingsExample("Nothing tells requests apart.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
`),
			},
			Good: []check.Example{
				check.SettingsExample("django-guid accepts or makes an id, logs it and returns it.", `MIDDLEWARE = ["django_guid.middleware.guid_middleware", "django.middleware.security.SecurityMiddleware"]
INSTALLED_APPS = ["django_guid"]
LOGGING = {
    "version": 1,
    "filters": {"correlation_id": {"()": "django_guid.log_filters.CorrelationId"}},
    "formatters": {"full": {"format": "%(levelname)s [%(correlation_id)s] %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "full", "filters": ["correlation_id"]}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
`),
			},
			References: []check.Reference{
				check.See("django-guid", "https://django-guid.readthedocs.io/en/latest/"),
				check.See("django-log-request-id", "https://github.com/dabapps/django-log-request-id"),
				check.See("Python: adding contextual information to logging output", "https://docs.python.org/3/howto/logging-cookbook.html#using-filters-to-impart-contextual-information"),
			},
			Triggers: []string{
				"no middleware gives requests an id",
				"a middleware gives an id that no log handler in use writes",
				"a middleware of the project gives an id that is not returned, or not logged",
			},
		},
	}
}

func answerRequestID(p *check.SourcePass) check.Answer {
	code := configuredInCode(p)
	own := p.Project.Middleware()
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		s := w.Get("MIDDLEWARE")
		var doubt string
		for _, e := range s.Value.Elems() {
			name, ok := e.AsStr()
			if !ok {
				continue
			}
			if pkg, known := knowledge.PackageOfMiddleware(name); known && (pkg.Has(knowledge.RequestID) || pkg.Has(knowledge.Tracing)) {
				return loggedID(w, code, pkg, e)
			}
			i := slices.IndexFunc(own, func(m middleware.Middleware) bool { return m.Name == name && m.Own })
			if i < 0 {
				continue
			}
			if own[i].GivesID() {
				return ownID(w, code, own[i])
			}
			if own[i].BindsID.Yes || own[i].ReturnsID.Yes {
				doubt = "the project's own middleware " + name + " speaks of a request id; where it comes from is not known"
			}
		}
		if doubt != "" {
			return check.Unclear(doubt)
		}
		if s.Value.IsUnknown() || s.Value.IsOpen() {
			return check.Unclear(check.Doubt(w, s))
		}
		for _, e := range s.Value.Elems() {
			if e.IsUnknown() {
				return check.Unclear(check.Doubt(w, s))
			}
		}
		return check.Failed(check.Finding{
			Severity: check.Recommended, At: check.Where(s), Fix: `"django_guid.middleware.guid_middleware" in MIDDLEWARE`,
			Message: "No middleware gives a request an id, so the log lines of one request cannot be told from those of another; install django-guid and put its middleware first",
		})
	}, "MIDDLEWARE")
}

// ownID judges a middleware of the project that gives ids: they must reach the log and the client.
func ownID(w *django.World, code string, m middleware.Middleware) check.Answer {
	at := m.MakesID.At
	if !m.MakesID.Yes {
		at = m.AcceptsID.At
	}
	logged, doubt := ownLogged(w, code, m)
	switch {
	case doubt != "":
		return check.Unclear(doubt)
	case logged && m.ReturnsID.Yes:
		return check.Passed(m.Name + " gives each request an id, which is logged and returned")
	}
	f := check.Finding{Severity: check.Recommended, At: at, Related: []check.Related{{Message: "the middleware is in use here", At: m.At}}}
	switch {
	case !logged && !m.ReturnsID.Yes:
		f.Message = m.Name + " gives each request an id that neither a log line nor the answer holds; put it into a context variable that a log filter reads, and into the header X-Request-ID"
	case !logged:
		f.Message = m.Name + " gives each request an id and returns it, and no log line holds it: what a user quotes cannot be found; put it into a context variable that a log filter reads"
	default:
		f.Message = m.Name + " gives each request an id and logs it, and does not return it: a user cannot quote it; set the header X-Request-ID of the answer"
	}
	return check.Failed(f)
}

// ownLogged tells whether the ids of a middleware of the project reach the log. doubt says why that is not known.
func ownLogged(w *django.World, code string, m middleware.Middleware) (logged bool, doubt string) {
	if m.Structlog {
		return true, ""
	}
	l, ok := w.Logging()
	if !ok {
		return m.BindsID.Yes && m.WritesStatus.Yes, ""
	}
	for _, h := range active(w, l) {
		if writesID(h) || filtersID(l, h) {
			return true, ""
		}
		if isStructured, _ := structured(h); isStructured != eval.No && m.BindsID.Yes {
			return true, ""
		}
	}
	if other := elsewhere(w, code); other != "" {
		return false, "whether the ids of " + m.Name + " are logged is not known: " + other
	}
	if l.Doubt != "" {
		return false, "whether the ids of " + m.Name + " are logged is not known: " + l.Doubt
	}
	return false, ""
}

// filtersID reports whether a filter of a handler is named after such an id.
func filtersID(l django.Logging, h django.LogHandler) bool {
	for _, e := range h.Config.Get("filters").Elems() {
		name, _ := e.AsStr()
		filter := l.Setting.Value.Get("filters", name, "()")
		class, ok := filter.AsStr()
		if !ok {
			class = filter.Dotted()
		}
		text := strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(name + " " + class))
		if strings.Contains(text, "requestid") || strings.Contains(text, "correlationid") || strings.Contains(text, "traceid") {
			return true
		}
	}
	return false
}

// loggedID judges a package that gives ids: the log must write them, by a filter, a formatter or the package's own handler.
func loggedID(w *django.World, code string, pkg knowledge.Package, entry eval.Value) check.Answer {
	l, ok := w.Logging()
	if other := elsewhere(w, code); other != "" || l.Doubt != "" || pkg.Has(knowledge.Tracing) || pkg.Has(knowledge.LogFormatter) {
		return check.Passed(pkg.Name + " gives each request an id")
	}
	if ok {
		for _, h := range active(w, l) {
			isStructured, _ := structured(h)
			if h.Config.Get("filters").IsValid() || isStructured != eval.No || writesID(h) {
				return check.Passed(pkg.Name + " gives each request an id, and a log handler writes it")
			}
		}
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended, At: entry.At(), Fix: `"filters": ["correlation_id"] in the log handler`,
		Message: pkg.Name + " gives each request an id, and no log handler that is in use writes it; add its filter to the handler and the id to the format",
	})
}

// writesID reports whether the format of a handler has a field of that meaning.
func writesID(h django.LogHandler) bool {
	for _, key := range []string{"format", "fmt"} {
		text, _ := h.Formatter.Get(key).AsStr()
		for _, field := range []string{"request_id", "correlation_id", "cid", "trace_id"} {
			if strings.Contains(text, field) {
				return true
			}
		}
	}
	return false
}
