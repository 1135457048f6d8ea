package observability

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/health"
	"gonogo/internal/python/eval"
)

func readiness() check.Check {
	return check.Check{
		ID: "observability/readiness", Severity: check.Critical, Source: answerReadiness,
		Doc: check.Doc{
			Title: "An endpoint tells whether the process can serve: it asks the database, and fails when that fails",
			Why: `A load balancer and a rolling deploy must know which processes can serve. A new release whose database settings are wrong starts without complaint; only an endpoint that asks the database keeps it from getting requests, and the deploy from going on.

It must answer with a status of 500 or more when something fails: probes look at the status, not at the text. It must be cheap, as it is asked every few seconds, and it must not show the text of the exception, which names hosts, users and versions to everybody.

A cache belongs in it only where requests fail without it, as with sessions in the cache.`,
			Fix:    "Add a view at a path of its own such as /readyz/ that runs `SELECT 1` and lets the exception through, or answers 503 with a fixed text.",
			Verify: "Stop the database; `curl -s -w '%{http_code}' https://example.com/readyz/` prints 500 or 503, and no name of a host.",
			Bad: []check.Example{
				{Note: "It answers 200 whatever happens.", Files: healthExample(`from django.db import connection
from django.http import JsonResponse


def readyz(request):
    state = "up"
    try:
        connection.ensure_connection()
    except Exception:
        state = "down"
    return JsonResponse({"database": state})
`, `path("readyz/", views.readyz)`)},
				{Note: "It shows the text of the exception.", Files: healthExample(`from django.db import connection
from django.http import JsonResponse


def readyz(request):
    try:
        connection.ensure_connection()
    except Exception as e:
        return JsonResponse({"error": str(e)}, status=503)
    return JsonResponse({"database": "up"})
`, `path("readyz/", views.readyz)`)},
			},
			Good: []check.Example{
				{Note: "It fails with the database, and keeps the reason for the log.", Files: healthExample(`import logging

from django.db import DatabaseError, connection
from django.http import HttpResponse


def livez(request):
    return HttpResponse("ok")


def readyz(request):
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logging.getLogger(__name__).exception("not ready")
        return HttpResponse("not ready", status=503)
    return HttpResponse("ready")
`, `path("livez/", views.livez), path("readyz/", views.readyz)`)},
			},
			References: []check.Reference{
				check.See("Kubernetes: liveness, readiness and startup probes", "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"),
				check.See("django-health-check", "https://codingjoe.dev/django-health-check/"),
			},
			Triggers: []string{
				"no health endpoint asks the database",
				"the endpoint answers 200 although what it asks fails",
				"the endpoint shows the text of an exception",
				"the endpoint asks for a login",
				"sessions are in a shared cache, and no endpoint asks it",
			},
		},
	}
}

func answerReadiness(p *check.SourcePass) check.Answer {
	h := p.Project.Health()
	databases, open := p.Settings.Shipped().Databases()
	if len(h.Endpoints) == 0 {
		if h.Unknown != "" {
			return noHealth(p, h)
		}
		return check.CausedBy("observability/liveness", "there is no health endpoint at all")
	}
	if len(databases) == 0 && !open {
		return check.Absent("there is no database")
	}
	e, doubt := readyEndpoint(h)
	switch {
	case e == nil && doubt != "":
		return check.Unclear(doubt)
	case e == nil && h.Unknown != "":
		return check.Unclear("no health endpoint that asks the database was found, but " + h.Unknown)
	case e == nil:
		first := &h.Endpoints[0]
		return check.Failed(check.Finding{Severity: check.Recommended, At: endpointAt(first),
			Message: fmt.Sprintf("%s asks nothing, so a process that cannot reach its database gets requests all the same; add an endpoint that asks the database, for readiness", pathsOf(h))})
	}
	findings := judgeReadiness(h, e)
	if len(findings) == 0 {
		if e.Fails == eval.Maybe {
			return check.Unclear("whether " + e.Path + " answers with an error when the database is away is not known: " + e.FailsDoubt)
		}
		if e.Login.Has == eval.Maybe {
			return check.Unclear("whether " + e.Path + " asks for a login is not known: " + e.Login.What)
		}
		if f, ok := sessionsUnasked(p.Settings.Shipped(), h, e); ok {
			findings = append(findings, f)
		}
	}
	return check.Gather(findings, nil, e.Path+" asks the database and fails with it"+meetings(p, e))
}

// readyEndpoint is the endpoint that asks the database: one for readiness before others, one that everybody may ask before others.
// doubt says why there may be one where none is known.
func readyEndpoint(h *health.Health) (best *health.Endpoint, doubt string) {
	rank := func(e *health.Endpoint) int {
		n := 1
		if e.Purpose == health.Readiness {
			n += 2
		}
		if e.Login.Has == eval.No {
			n += 4
		}
		if e.Fails == eval.Yes && e.Text.Has != eval.Yes {
			n++
		}
		return n
	}
	for i := range h.Endpoints {
		e := &h.Endpoints[i]
		switch {
		case e.Database.Has == eval.Maybe && doubt == "":
			doubt = "whether " + e.Path + " asks the database is not known: " + e.Database.What
		case e.Database.Has == eval.Yes && (best == nil || rank(e) > rank(best)):
			best = e
		}
	}
	return best, doubt
}

// judgeReadiness finds what is wrong with the endpoint, and with others that show the text of an exception.
func judgeReadiness(h *health.Health, e *health.Endpoint) (findings []check.Finding) {
	if e.Login.Has == eval.Yes {
		findings = append(findings, needsLogin(e))
	}
	if e.Fails == eval.No {
		findings = append(findings, check.Finding{Severity: check.Recommended, At: touchAt(e, e.Database), Related: patternOf(e),
			Message: fmt.Sprintf("%s asks the database, and answers with a good status when that fails: a probe looks at the status alone; answer 503", e.Path)})
	}
	for i := range h.Endpoints {
		shown := &h.Endpoints[i]
		if shown.Text.Has != eval.Yes || slices.ContainsFunc(findings, func(f check.Finding) bool { return f.At == touchAt(shown, shown.Text) }) {
			continue
		}
		findings = append(findings, check.Finding{Severity: check.Recommended, At: touchAt(shown, shown.Text),
			Message: fmt.Sprintf("%s shows the text of the exception to everybody, with names of hosts and users%s; log it and answer with a fixed text", shown.Path, byPackage(shown))})
	}
	return findings
}

// byPackage says how a package's endpoint is kept from showing more than it should.
func byPackage(e *health.Endpoint) string {
	if e.Package == "django-watchman" {
		return " (django-watchman answers with the stack trace while WATCHMAN_TOKENS is not set; its view bare_status does not)"
	}
	return ""
}

// sessionsUnasked is the finding about a shared cache that holds the sessions and that no endpoint asks.
func sessionsUnasked(w *django.World, h *health.Health, e *health.Endpoint) (check.Finding, bool) {
	engine, _ := w.Get("SESSION_ENGINE").Value.AsStr()
	c, ok := w.Cache("default")
	if engine != "django.contrib.sessions.backends.cache" || !ok || c.Kind() != django.SharedCache {
		return check.Finding{}, false
	}
	if slices.ContainsFunc(h.Endpoints, func(e health.Endpoint) bool { return e.Cache.Has != eval.No }) {
		return check.Finding{}, false
	}
	return check.Finding{Severity: check.Recommended, At: touchAt(e, e.Database), Related: []check.Related{{Message: "the sessions are in the cache", At: check.Where(w.Get("SESSION_ENGINE"))}},
		Message: e.Path + " does not ask the cache, which holds the sessions: without it no request of a user who is logged in succeeds; ask it too"}, true
}

// pathsOf names the endpoints for a message.
func pathsOf(h *health.Health) string {
	var list []string
	for i := range h.Endpoints {
		if path := h.Endpoints[i].Path; path != "" && !slices.Contains(list, path) && len(list) < 3 {
			list = append(list, path)
		}
	}
	return strings.Join(list, ", ")
}
