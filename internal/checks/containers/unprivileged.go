package containers

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

func unprivileged() check.Check {
	return check.Check{
		ID: "containers/unprivileged", Severity: check.Recommended, Source: answerUnprivileged, WithoutSettings: true,
		Doc: check.Doc{
			Title: "The application's containers do not run as root",
			Why: `Root in a container is root of the host's kernel, with fewer rights and the same bugs: most ways out of a container need it. It also may overwrite the code that it runs, so that a fault that writes one file becomes one that runs anything.

An own user needs ` + "`COPY --chown`" + ` or a folder of its own for what the application writes.`,
			Fix:    "`RUN useradd --create-home --uid 1000 app` and, before CMD, `USER app`. Kubernetes: `securityContext: {runAsNonRoot: true}` as well, which refuses an image that says nothing.",
			Verify: "`docker run --rm --entrypoint id shop` prints another uid than 0.",
			Bad:    []check.Example{check.Project("The image of Python runs as root unless told otherwise.", "Dockerfile", "FROM python:3.13-slim\nCOPY . /srv\nCMD [\"gunicorn\", \"shop.wsgi\"]\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("It has a user of its own.", "Dockerfile", "FROM python:3.13-slim\nRUN useradd --create-home app\nCOPY . /srv\nUSER app\nCMD [\"gunicorn\", \"shop.wsgi\"]\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Dockerfile: USER", "https://docs.docker.com/reference/dockerfile/#user"),
				check.See("Kubernetes: security context", "https://kubernetes.io/docs/tasks/configure-pod-container/security-context/"),
			},
			Triggers: []string{"the final stage has no USER, and its base runs as root", "USER, `user:` or runAsUser is root"},
		},
	}
}

func answerUnprivileged(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	var doubts []string
	var places []source.Span
	byPlace := map[source.Span][]string{}
	asked := 0
	for _, process := range check.Running(p) {
		if !check.InContainer(process) && process.Runtime != deploy.AsS6Service {
			continue
		}
		asked++
		user, root, known, why := check.WhoRuns(process)
		switch {
		case process.Runtime == deploy.AsS6Service && (!known || root): // its run script may change to another user in ways that are not followed
		case !known:
			doubts = append(doubts, fmt.Sprintf("who %s runs as is not known: %s", process.Artefact, why))
		case root:
			at := user.At
			if at.IsZero() {
				at = process.At
			}
			if byPlace[at] == nil {
				places = append(places, at)
			}
			if !slices.Contains(byPlace[at], process.Name) {
				byPlace[at] = append(byPlace[at], process.Name)
			}
		}
	}
	for _, at := range places {
		findings = append(findings, check.Finding{Severity: check.Recommended, At: at, Fix: "USER app",
			Message: fmt.Sprintf("%s as root: the image says so, or says nothing; add a user and USER to the Dockerfile", runs(byPlace[at]))})
	}
	if asked == 0 {
		return check.Absent("no process of production runs in a container")
	}
	return check.Gather(findings, doubts, "the containers run as users of their own")
}

// runs is "web runs" or "web and worker run"; the process of a Dockerfile alone is called container.
func runs(names []string) string {
	verb := " runs"
	if len(names) > 1 {
		verb = " run"
	}
	if len(names) == 1 && names[0] == "container" {
		return "The container runs"
	}
	return check.And(names) + verb
}
