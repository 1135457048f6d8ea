package containers

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

func resources() check.Check {
	return check.Check{
		ID: "containers/resources", Severity: check.Recommended, Source: answerResources, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Each container has a limit of memory, and in Kubernetes a request",
			Why: `Without a limit one leaking worker takes the memory of the whole host, and the kernel kills what is largest: often the database. With a limit it kills the process that leaks, and the restart policy brings it back.

Kubernetes places pods by their requests: without one a pod lands where there is no room, and is the first to be evicted. A limit below what the application needs in its busiest minute does harm, so measure first.`,
			Fix:    "Compose: `deploy: {resources: {limits: {memory: 512M}}}` or `mem_limit: 512m`. Kubernetes: `resources: {requests: {memory: 256Mi}, limits: {memory: 512Mi}}`.",
			Verify: "`docker stats --no-stream` shows the limit beside the use; `kubectl describe pod` shows Limits and Requests.",
			Bad:    []check.Example{check.Project("Nothing limits the memory.", "compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("512 MB.", "compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n    deploy:\n      resources:\n        limits: {memory: 512M}\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Compose: resources", "https://docs.docker.com/reference/compose-file/deploy/#resources"),
				check.See("Kubernetes: resource management", "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/"),
			},
			Triggers: []string{"a container of Compose or Kubernetes without a limit of memory", "one of Kubernetes without a request"},
		},
	}
}

func answerResources(p *check.SourcePass) check.Answer {
	list := containers(p)
	if len(list) == 0 {
		return check.Absent("neither Compose nor Kubernetes starts a process of the project in production")
	}
	var files []string
	unlimited := map[string][]*deploy.Process{}
	unrequested := map[string][]*deploy.Process{}
	for _, process := range list {
		if process.Role == deploy.Release {
			continue
		}
		file := check.ArtefactFile(process)
		if !slices.Contains(files, file) {
			files = append(files, file)
		}
		switch {
		case !process.Resources.MemoryLimit.Said():
			unlimited[file] = append(unlimited[file], process)
		case process.Runtime == deploy.InPod && !process.Resources.MemoryRequest.Said():
			unrequested[file] = append(unrequested[file], process)
		}
	}
	var findings []check.Finding
	for _, file := range files {
		if open := unlimited[file]; len(open) > 0 {
			findings = append(findings, check.Finding{Severity: check.Recommended, At: open[0].At,
				Message: fmt.Sprintf("Nothing limits the memory of %s (%s), so that one leak takes the whole host's; add a limit", joinedNames(open), file)})
		}
		if open := unrequested[file]; len(open) > 0 {
			findings = append(findings, check.Finding{Severity: check.Recommended, At: open[0].At,
				Message: fmt.Sprintf("%s (%s) asks for no memory, so that Kubernetes places it where there may be none; add a request", joinedNames(open), file)})
		}
	}
	return check.Gather(findings, nil, "each container has a limit of memory")
}
