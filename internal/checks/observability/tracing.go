package observability

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

func tracing() check.Check {
	return check.Check{
		ID: "observability/tracing", Severity: check.Optional, Source: answerTracing,
		Doc: check.Doc{
			Title: "A request can be followed through all services",
			Why: `A request that goes through three services of one's own fails in the third, and the first one's log says "error 502". Trace context, a header that each service passes on, ties their logs and times together.

With one service there is nothing to follow, and a request id is enough.`,
			Fix:    "Start each service under opentelemetry-instrument with an exporter, or turn on tracing of the error tracker in all of them.",
			Verify: "A request to the first service shows up as one trace with spans of all of them.",
			Bad: []check.Example{
				{Note: "Two services of one's own, and nothing passes a trace on.", Files: tracingExample("gunicorn shop.wsgi")},
			},
			Good: []check.Example{
				{Note: "OpenTelemetry passes it on.", Files: tracingExample("opentelemetry-instrument gunicorn shop.wsgi")},
			},
			References: []check.Reference{
				check.See("W3C: trace context", "https://www.w3.org/TR/trace-context/"),
				check.See("OpenTelemetry: Python", "https://opentelemetry.io/docs/languages/python/"),
			},
		},
	}
}

func tracingExample(command string) []check.ExampleFile {
	return []check.ExampleFile{
		{Path: "settings.py", Text: "DEBUG = False\n"},
		{Path: "Dockerfile", Text: "FROM python:3.13\nCMD gunicorn shop.wsgi\n"},
		{Path: "prices/Dockerfile", Text: "FROM golang:1.25\nEXPOSE 8080\nCMD [\"/prices\"]\n"},
		{Path: "compose.yml", Text: "services:\n  web:\n    build: .\n    command: " + command + "\n  prices:\n    build: ./prices\n"},
	}
}

func answerTracing(p *check.SourcePass) check.Answer {
	services := ownServices(p)
	if len(services) < 2 {
		return check.Absent("the repository deploys one service")
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		found := instrumented(p, w, knowledge.Tracing)
		switch {
		case found.On == eval.Yes:
			return check.Passed(found.Name + " passes traces on")
		case found.On == eval.Maybe && found.Name != "":
			return check.Unclear("whether " + found.Name + " passes traces on is not known: " + found.Reason)
		}
		return check.Failed(check.Finding{Severity: check.Optional, At: services[1].At,
			Message: fmt.Sprintf("Production runs several services of its own (%s, %s), and nothing passes a trace from one to the other; start them under opentelemetry-instrument", services[0].Name, services[1].Name)})
	}, "MIDDLEWARE")
}

// ownServices are processes of production that are built here from different Dockerfiles, the web process of the project first.
func ownServices(p *check.SourcePass) (list []*deploy.Process) {
	if p.Project.Deployment == nil {
		return nil
	}
	seen := map[string]bool{}
	for _, s := range p.Project.Deployment.Services {
		if s.Process != nil {
			seen[s.Process.Build] = true // a database or proxy with own files in its image
		}
	}
	artefact := ""
	for _, role := range []bool{true, false} {
		for _, process := range p.Project.Deployment.Processes {
			if !process.Production || process.Build == "" || seen[process.Build] || (process.Role == deploy.Web) != role {
				continue
			}
			if !role && !answers(process) {
				continue
			}
			if artefact == "" && role {
				artefact = process.At.Path()
			}
			if artefact == "" || process.At.Path() != artefact {
				continue // another way to deploy the same
			}
			seen[process.Build] = true
			list = append(list, process)
		}
	}
	return list
}

// answers reports whether a process listens, and is not a product by its name: a database, a proxy.
func answers(process *deploy.Process) bool {
	for _, product := range []string{"postgres", "mysql", "mariadb", "redis", "nginx", "caddy", "traefik", "haproxy", "proxy", "rabbit", "backup"} {
		if strings.Contains(strings.ToLower(process.Name), product) {
			return false
		}
	}
	return len(process.Ports) > 0 || process.Built != nil && process.Built.Target != nil && len(process.Built.Target.Ports) > 0
}
