package observability

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/health"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// This file holds what liveness and readiness ask alike.

// endpointAt is the place of an endpoint in the project: its view, where it has one there, else its pattern.
func endpointAt(e *health.Endpoint) source.Span {
	if e.Route != nil && !e.Route.View.At.IsZero() {
		return e.Route.View.At
	}
	return e.At
}

// touchAt is where something happens, or the endpoint where that is not in the project.
func touchAt(e *health.Endpoint, t health.Touch) source.Span {
	if !t.At.IsZero() {
		return t.At
	}
	return endpointAt(e)
}

// needsLogin is the finding about an endpoint that a probe without credentials does not get past.
func needsLogin(e *health.Endpoint) check.Finding {
	return check.Finding{
		Severity: check.Recommended, At: touchAt(e, e.Login),
		Message: fmt.Sprintf("%s asks for a login (%s): a probe gets a redirect to the login page, which counts as healthy, or a refusal, which never does; let everybody ask for it", e.Path, e.Login.What),
	}
}

// meetings says what may answer a probe in the place of an endpoint, for the end of a reason; "" when nothing does.
func meetings(p *check.SourcePass, e *health.Endpoint) string {
	var parts []string
	setting := func(name string) eval.Value { return p.Settings.Get(name).Value }
	for _, m := range e.Meets(strings.TrimSuffix(e.Path, "?"), setting) {
		if m.Obstacle == health.ToHTTPS && m.Has == eval.Yes {
			parts = append(parts, "; over plain HTTP SecurityMiddleware redirects a probe to HTTPS before it is asked (SECURE_REDIRECT_EXEMPT lets it through)")
		}
	}
	return strings.Join(parts, "")
}

// noHealth is the answer where no endpoint was found: unknown while there may be one.
func noHealth(p *check.SourcePass, h *health.Health) check.Answer {
	if h.Unknown != "" {
		return check.Unclear("no health endpoint was found, but " + h.Unknown)
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended, At: check.Where(p.Settings.Get("ROOT_URLCONF")), Fix: `path("livez/", views.livez)`,
		Message: "The URL configuration has no endpoint that tells cheaply whether the process answers; add a view that returns 200 and asks nothing",
	})
}
