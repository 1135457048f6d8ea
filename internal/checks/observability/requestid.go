package observability

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
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
			},
		},
	}
}

func answerRequestID(p *check.SourcePass) check.Answer {
	code := configuredInCode(p)
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		s := w.Get("MIDDLEWARE")
		own := ""
		for _, e := range s.Value.Elems() {
			name, ok := e.AsStr()
			if !ok {
				continue
			}
			if pkg, known := knowledge.PackageOfMiddleware(name); known && (pkg.Has(knowledge.RequestID) || pkg.Has(knowledge.Tracing)) {
				return loggedID(w, code, pkg, e)
			}
			if p.Project.Code != nil && p.Project.Code.Owns(name) && speaksOfID(p, name) {
				own = name
			}
		}
		switch {
		case own != "":
			return check.Unclear("the project's own middleware " + own + " speaks of a request id; whether it is accepted, logged and returned is not read yet")
		case s.Value.IsUnknown() || s.Value.IsOpen():
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

// speaksOfID reports whether the module of a class of the project mentions a request id.
func speaksOfID(p *check.SourcePass, class string) bool {
	d, ok := p.Project.Code.Define(class)
	if !ok || d.Module == nil || d.Module.Syntax == nil {
		return true // it is the project's, and can't be read
	}
	text := strings.ToLower(string(d.Module.Syntax.File.Data))
	for _, word := range []string{"request_id", "request-id", "requestid", "correlation", "trace_id", "traceparent"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}
