package containers

import (
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

// builds are the images of the project that are built for production.
func builds(p *check.SourcePass) []*deploy.Build {
	var list []*deploy.Build
	if p.Project.Deployment != nil {
		for _, b := range p.Project.Deployment.Builds {
			if b.Production && !b.Foreign && runsProject(b) {
				list = append(list, b)
			}
		}
	}
	return list
}

// runsProject reports whether a process of the project runs in an image, or nothing says what does.
func runsProject(b *deploy.Build) bool {
	return slices.ContainsFunc(b.Processes, func(p *deploy.Process) bool { return p.Production && p.Role != deploy.Other }) ||
		!slices.ContainsFunc(b.Processes, func(p *deploy.Process) bool { return p.Role != deploy.Other || len(p.Commands) > 0 })
}

// noImage is the answer where no image of the project is built.
func noImage(p *check.SourcePass) check.Answer {
	for _, process := range check.Running(p) {
		if process.Image != "" {
			return check.Unclear("the image of " + process.Artefact + " is not built in this repository")
		}
	}
	return check.Absent("no image of the project is built for production")
}

// containers are the processes of the project that run in containers of production.
func containers(p *check.SourcePass) []*deploy.Process {
	var list []*deploy.Process
	for _, process := range check.Running(p) {
		if process.Runtime == deploy.InContainer || process.Runtime == deploy.InPod {
			list = append(list, process)
		}
	}
	return list
}
