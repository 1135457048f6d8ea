package observability

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django/health"
	"gonogo/internal/python/eval"
)

func liveness() check.Check {
	return check.Check{
		ID: "observability/liveness", Severity: check.Critical, Source: answerLiveness,
		Doc: check.Doc{
			Title: "An endpoint tells cheaply whether the process is alive",
			Why: `Something must notice that a process hangs, and start it again. It asks an endpoint every few seconds, and restarts the process when no good answer comes.

So the endpoint must not ask the database: when the database is away for a minute, every process would be restarted at once, again and again, and none of them helps the database. Whether requests should be sent is another question, with an endpoint of its own (observability/readiness). An endpoint behind a login answers a probe with a redirect, which most probes take for healthy whatever the state of the process.`,
			Fix:    "Add a view that returns `HttpResponse(\"ok\")` and nothing else, at a path of its own such as /livez/, without a login; exempt it from SECURE_SSL_REDIRECT with SECURE_REDIRECT_EXEMPT where probes come over plain HTTP.",
			Verify: "Stop the database; `curl -s -o /dev/null -w '%{http_code}' https://example.com/livez/` still prints 200.",
			Bad: []check.Example{
				{Note: "The only endpoint asks the database.", Files: healthExample(`from django.db import connection
from django.http import HttpResponse


def health(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok")
`, `path("health/", views.health)`)},
				{Note: "There is none.", Files: healthExample(`from django.http import HttpResponse


def home(request):
    return HttpResponse("hello")
`, `path("", views.home)`)},
			},
			Good: []check.Example{
				{Note: "One asks nothing, the other asks the database.", Files: healthExample(`from django.db import connection
from django.http import HttpResponse


def livez(request):
    return HttpResponse("ok")


def readyz(request):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok")
`, `path("livez/", views.livez), path("readyz/", views.readyz)`)},
			},
			References: []check.Reference{
				check.See("Kubernetes: liveness, readiness and startup probes", "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/"),
				check.See("Django: SECURE_REDIRECT_EXEMPT", check.DjangoDocs+"ref/settings/#secure-redirect-exempt"),
			},
			Triggers: []string{
				"no endpoint is about health",
				"each endpoint that could serve asks the database, a cache, a broker or another service",
				"the endpoint asks for a login, redirects, or has a language in its path",
			},
		},
	}
}

// healthExample is a project with a module of views and one pattern or more.
func healthExample(views, patterns string) []check.ExampleFile {
	return []check.ExampleFile{
		{Path: "settings.py", Text: "ROOT_URLCONF = \"urls\"\nMIDDLEWARE = [\"django.middleware.common.CommonMiddleware\"]\n" +
			"DATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.postgresql\", \"NAME\": \"shop\"}}\n"},
		{Path: "urls.py", Text: "from django.urls import path\nimport views\n\nurlpatterns = [" + patterns + "]\n"},
		{Path: "views.py", Text: views},
	}
}

func answerLiveness(p *check.SourcePass) check.Answer {
	h := p.Project.Health()
	if len(h.Endpoints) == 0 {
		return noHealth(p, h)
	}
	var findings []check.Finding
	var doubts []string
	var good *health.Endpoint
	own := false // an endpoint says by its name that it is for liveness
	for i := range h.Endpoints {
		e := &h.Endpoints[i]
		if e.Purpose == health.Readiness || own && e.Purpose != health.Liveness {
			continue
		}
		if e.Purpose == health.Liveness && !own {
			own, findings, doubts, good = true, nil, nil, nil
		}
		found, doubt := judgeLiveness(e)
		switch {
		case found != nil:
			findings = append(findings, *found)
		case doubt != "":
			doubts = append(doubts, doubt)
		case good == nil:
			good = e
		}
	}
	switch {
	case good != nil:
		return check.Passed(good.Path + " answers and asks nothing" + meetings(p, good))
	case len(findings) == 0 && len(doubts) == 0:
		return onlyReadiness(h)
	}
	if len(doubts) > 0 {
		findings = nil // the doubtful one may be good
	}
	if len(findings) > 1 {
		findings = findings[:1]
	}
	return check.Gather(findings, doubts, "")
}

// judgeLiveness judges one endpoint that is, or may be, for liveness.
func judgeLiveness(e *health.Endpoint) (found *check.Finding, doubt string) {
	fail := func(f check.Finding) (*check.Finding, string) { return &f, "" }
	touched, service, asks := e.Touched()
	switch {
	case e.Login.Has == eval.Yes:
		return fail(needsLogin(e))
	case e.Redirect.Has == eval.Yes:
		return fail(check.Finding{Severity: check.Recommended, At: touchAt(e, e.Redirect),
			Message: e.Path + " answers with a redirect, which most probes take for healthy whatever is behind it; answer 200 there"})
	case e.Route != nil && e.Route.Localized:
		return fail(check.Finding{Severity: check.Recommended, At: e.At,
			Message: e.Path + " stands below i18n_patterns: a probe that names no language gets a redirect, which counts as healthy; move the pattern out of i18n_patterns"})
	case asks && touched.Has == eval.Yes:
		return fail(check.Finding{Severity: check.Recommended, At: touchAt(e, touched), Related: patternOf(e),
			Message: fmt.Sprintf("%s asks %s (%s): used for liveness, it restarts every process while %s is away; probe an endpoint that asks nothing", e.Path, service, touched.What, service)})
	case asks:
		return nil, "whether " + e.Path + " asks the database or another service is not known: " + touched.What
	case e.Login.Has == eval.Maybe:
		return nil, "whether " + e.Path + " asks for a login is not known: " + e.Login.What
	}
	return nil, ""
}

// patternOf is the pattern of an endpoint as a further place.
func patternOf(e *health.Endpoint) []check.Related {
	if e.At.IsZero() || e.By == health.Server {
		return nil
	}
	return []check.Related{{Message: e.Path + " is served here", At: e.At}}
}

// onlyReadiness is the answer where all endpoints say that they are for readiness.
func onlyReadiness(h *health.Health) check.Answer {
	e := &h.Endpoints[0]
	if h.Unknown != "" {
		return check.Unclear("no endpoint for liveness was found, but " + h.Unknown)
	}
	return check.Failed(check.Finding{Severity: check.Recommended, At: e.At, Fix: `path("livez/", views.livez)`,
		Message: fmt.Sprintf("The only health endpoint is %s, which is for readiness: used for liveness, it restarts every process while what it asks is away; add one that asks nothing", e.Path)})
}
