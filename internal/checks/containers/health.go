package containers

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

func health() check.Check {
	return check.Check{
		ID: "containers/health", Severity: check.Recommended, Source: answerHealth, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Something asks each container of the site whether it is well",
			Why: `A server whose workers hang, or whose database is gone, still has a process, so Docker and Kubernetes take it for running: requests go on being sent to it, a rolling deploy replaces good containers by bad ones, and nobody is told.

A check that is too strict is a danger of its own: one that asks the database restarts every container when the database is slow. Liveness asks the process alone; readiness may ask more.`,
			Fix:    "Dockerfile: `HEALTHCHECK CMD curl -f http://localhost:8000/healthz || exit 1`; Compose: `healthcheck:`; Kubernetes: `livenessProbe` and `readinessProbe` with `httpGet`.",
			Verify: "`docker ps` shows `(healthy)` behind the container; `kubectl describe pod` lists the probes.",
			Bad:    []check.Example{check.Project("Nothing asks.", "compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n", "Dockerfile", "FROM python:3.13-slim\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("The image asks itself.", "compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n", "Dockerfile", "FROM python:3.13-slim\nHEALTHCHECK CMD curl -f http://localhost:8000/healthz\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Dockerfile: HEALTHCHECK", "https://docs.docker.com/reference/dockerfile/#healthcheck"),
				check.See("Kubernetes: probes", "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/"),
			},
			Triggers: []string{"a web container of Compose with neither `healthcheck` nor HEALTHCHECK in its image", "one of Kubernetes without liveness or readiness probe"},
		},
	}
}

func answerHealth(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	var doubts []string
	told := ""
	asked := 0
	for _, process := range check.Running(p, deploy.Web) {
		if !check.InContainer(process) {
			continue
		}
		asked++
		switch probe, ok := anyProbe(process); {
		case ok:
			if told == "" {
				told = fmt.Sprintf("%s has a %s probe", process.Artefact, probe.Kind)
			}
		case process.Runtime == deploy.InImage:
			doubts = append(doubts, process.Artefact+" has no HEALTHCHECK; what starts the image, and whether it has a probe, stands outside of the repository")
		case process.Runtime == deploy.OnPlatform:
			doubts = append(doubts, process.Artefact+" has no health check; what the platform asks by itself is not told")
		case process.Built == nil && process.Runtime == deploy.InContainer:
			doubts = append(doubts, process.Artefact+" has no healthcheck; its image, which is not built here, may have one")
		default:
			what := "healthcheck in the Compose file nor HEALTHCHECK in the Dockerfile"
			if process.Runtime == deploy.InPod {
				what = "liveness nor a readiness probe"
			}
			findings = append(findings, check.Finding{Severity: check.Recommended, At: process.At,
				Message: fmt.Sprintf("%s has neither a %s, so it counts as well for as long as its process lives; add one", process.Artefact, what)})
		}
	}
	if asked == 0 {
		return check.Absent("no web process of production runs in a container")
	}
	return check.Gather(findings, doubts, told)
}

// anyProbe is a probe of the process that is not turned off.
func anyProbe(p *deploy.Process) (deploy.Probe, bool) {
	for _, kind := range []deploy.ProbeKind{deploy.Readiness, deploy.Liveness, deploy.HealthCheck, deploy.Startup} {
		if probe, ok := p.Probe(kind); ok {
			return probe, true
		}
	}
	return deploy.Probe{}, false
}

// joinedNames are names for a message.
func joinedNames(list []*deploy.Process) string {
	var names []string
	for _, p := range list {
		names = append(names, strings.TrimSpace(p.Name))
	}
	return check.And(names)
}
