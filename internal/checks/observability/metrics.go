package observability

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/routes"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

func metrics() check.Check {
	return check.Check{
		ID: "observability/metrics", Severity: check.Recommended, Source: answerMetrics,
		Doc: check.Doc{
			Title: "Request rate, errors and latency are measured, and not for everybody to read",
			Why: `Three numbers tell whether the site is well: how many requests there are, how many of them fail, and how long they take. Without them the first sign of trouble is a call, and nobody can say whether the last release made it slower.

The endpoint that gives the numbers also tells the world which views there are, how many users and errors; keep it inside the network or behind a token.`,
			Fix:    "Install django-prometheus, put PrometheusBeforeMiddleware first and PrometheusAfterMiddleware last, and let the proxy serve /metrics to the monitoring alone; or start the process under an agent such as opentelemetry-instrument.",
			Verify: "From the monitoring's host `curl -s http://web:8000/metrics | grep django_http_requests_latency` prints numbers; from outside `https://example.com/metrics` is refused.",
			Bad: []check.Example{
				check.SettingsExample("Nothing measures.", "MIDDLEWARE = [\"django.middleware.security.SecurityMiddleware\"]\n"),
				{Note: "Everybody can read the numbers.", Files: []check.ExampleFile{
					{Path: "settings.py", Text: "ROOT_URLCONF = \"urls\"\nINSTALLED_APPS = [\"django_prometheus\"]\nMIDDLEWARE = [\n    \"django_prometheus.middleware.PrometheusBeforeMiddleware\",\n    \"django_prometheus.middleware.PrometheusAfterMiddleware\",\n]\n"},
					{Path: "urls.py", Text: "from django.urls import include, path\n\nurlpatterns = [path(\"\", include(\"django_prometheus.urls\"))]\n"}}},
			},
			Good: []check.Example{
				{Note: "An agent measures and sends.", Files: []check.ExampleFile{{Path: "settings.py", Text: "DEBUG = False\n"},
					{Path: "Dockerfile", Text: "FROM python:3.13\nCMD [\"opentelemetry-instrument\", \"gunicorn\", \"shop.wsgi\"]\n"}}},
			},
			References: []check.Reference{
				check.See("django-prometheus", "https://github.com/django-commons/django-prometheus"),
				check.See("OpenTelemetry: Django instrumentation", "https://opentelemetry-python-contrib.readthedocs.io/en/latest/instrumentation/django/django.html"),
			},
			Triggers: []string{
				"no middleware, agent or call measures requests",
				"the URL configuration serves the metrics to everybody",
			},
		},
	}
}

func answerMetrics(p *check.SourcePass) check.Answer {
	public, publicDoubt := publicMetrics(p)
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		if public != nil {
			return check.Failed(*public)
		}
		s := w.Get("MIDDLEWARE")
		found := instrumented(p, w, knowledge.Metrics)
		if found.On != eval.Yes {
			if platform, ok := p.Project.Platform(); ok {
				return check.Passed(platform.Name + " measures requests in its router (" + platform.File + ")")
			}
		}
		switch {
		case found.On == eval.Yes && publicDoubt != "":
			return check.Unclear(publicDoubt)
		case found.On == eval.Yes:
			return check.Passed(found.Name + " measures requests")
		case found.Name != "" && found.On == eval.Maybe:
			return check.Unclear("whether " + found.Name + " measures requests is not known: " + found.Reason)
		case s.Value.IsUnknown() || s.Value.IsOpen():
			return check.Unclear(check.Doubt(w, s))
		}
		if edge := measuringEdge(p); edge != "" {
			return check.Unclear("nothing in the code measures requests; whether " + edge + " does is not read")
		}
		message := "Nothing measures request rate, errors and latency"
		if found.Name != "" {
			message += ": " + found.Name + " is there, but " + found.Reason
		}
		return check.Failed(check.Finding{
			Severity: check.Recommended, At: check.Where(s), Fix: `"django_prometheus.middleware.PrometheusBeforeMiddleware" in MIDDLEWARE`,
			Message: message + "; install django-prometheus, or start the process under an agent such as opentelemetry-instrument",
		})
	}, "MIDDLEWARE")
}

// measuringEdge is a file of a proxy that can measure requests by itself; "" without one.
func measuringEdge(p *check.SourcePass) string {
	for _, file := range p.Project.ProxyFiles() {
		lower := strings.ToLower(file)
		if strings.Contains(lower, "traefik") || strings.Contains(lower, "ingress") || strings.Contains(lower, "haproxy") {
			return file
		}
	}
	return ""
}

// publicMetrics is the finding about an endpoint that gives the numbers to everybody, or a doubt whether it does.
func publicMetrics(p *check.SourcePass) (found *check.Finding, doubt string) {
	for i := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[i]
		path, ok := metricsPath(e)
		if !ok || len(e.Policy.Guards) > 0 {
			continue
		}
		for _, file := range p.Project.ProxyFiles() {
			if f, ok := p.Project.Tree.Read(file); ok && strings.Contains(string(f.Data), "metrics") {
				return nil, path + " gives the metrics without asking who wants them; whether the proxy keeps it inside stands in " + file
			}
		}
		at := e.View.At
		if at.IsZero() {
			at = e.At
		}
		return &check.Finding{Severity: check.Recommended, At: at,
			Message: path + " gives the metrics to everybody: which views there are, how often they fail, how many users come; serve it on a port of its own, or let the proxy refuse it from outside"}, ""
	}
	return nil, ""
}

// metricsPath recognises the endpoint of a package's metrics.
func metricsPath(e *routes.Endpoint) (path string, ok bool) {
	switch {
	case e.Package == "django_prometheus.urls":
		return strings.TrimSuffix(e.Path(), "/") + "/metrics", true
	case e.View.Name == "django_prometheus.exports.ExportToDjangoView":
		return e.Path(), true
	}
	return "", false
}
