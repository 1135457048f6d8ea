package check

import (
	"slices"
	"strings"

	"gonogo/internal/deploy"
)

// This file holds the questions about what runs the project that many checks ask.

// Running are the processes of production with one of the roles, in order of place; without any role those of the project itself:
// web, worker, beat and release.
func Running(p *SourcePass, roles ...deploy.Role) []*deploy.Process {
	if p.Project.Deployment == nil {
		return nil
	}
	if len(roles) == 0 {
		roles = []deploy.Role{deploy.Web, deploy.Worker, deploy.Beat, deploy.Release}
	}
	var list []*deploy.Process
	for _, process := range p.Project.Deployment.Processes {
		if process.Production && slices.Contains(roles, process.Role) {
			list = append(list, process)
		}
	}
	return list
}

// Described are all processes that the artefacts describe, in order of place, without those that only another artefact has than the one that is
// asked about.
func Described(p *SourcePass) []*deploy.Process {
	if p.Project.Deployment == nil {
		return nil
	}
	if p.Artefact == nil {
		return p.Project.Deployment.Processes
	}
	return slices.DeleteFunc(slices.Clone(p.Project.Deployment.Processes), func(process *deploy.Process) bool { return !p.belongs(process) })
}

// Own are the processes of production that run code of the project: those of Running, and what a clock starts.
func Own(p *SourcePass) []*deploy.Process {
	return Running(p, deploy.Web, deploy.Worker, deploy.Beat, deploy.Release, deploy.Periodic)
}

// Serving are the processes of production that run for as long as the site does: web, worker and beat.
func Serving(p *SourcePass) []*deploy.Process {
	return Running(p, deploy.Web, deploy.Worker, deploy.Beat)
}

// InContainer reports whether a process runs in a container that the project's artefacts describe.
func InContainer(p *deploy.Process) bool {
	switch p.Runtime {
	case deploy.InImage, deploy.InContainer, deploy.InPod:
		return true
	case deploy.OnPlatform:
		return p.Built != nil
	}
	return false
}

// ArtefactFile is the path of the file that describes a process.
func ArtefactFile(p *deploy.Process) string {
	file, _, _ := strings.Cut(p.Artefact, ",")
	return file
}

// NoProcess is the answer where nothing shows what runs in production with one of the roles; without any role that of the project itself.
// Where processes with them are there, it says why they are not production's.
func NoProcess(p *SourcePass, roles ...deploy.Role) Answer {
	if p.Project.Deployment == nil || len(p.Project.Deployment.Processes) == 0 {
		return Unclear("nothing in the repository says what starts the application: no Dockerfile, Compose file, manifest, Procfile, unit or platform file")
	}
	if running := Running(p, roles...); len(running) > 0 {
		return Unclear("the server that " + running[0].Artefact + " starts is not known, or is one for development")
	}
	what := "process"
	if len(roles) == 1 && roles[0] == deploy.Web {
		what = "web process"
	}
	why := ""
	for _, process := range p.Project.Deployment.Processes {
		asked := len(roles) == 0 && process.Role != deploy.Other || slices.Contains(roles, process.Role)
		if asked && !process.Production && process.Reason != "" {
			why = ": " + process.Reason
			break
		}
	}
	return Unclear("no " + what + " of production was found" + why + "; gonogo deployment --all shows what there is")
}

// WhoRuns is who the main command of a process runs as, and whether that is root. known is false where the files don't tell, with the reason
// in why.
func WhoRuns(p *deploy.Process) (user deploy.Told[string], root, known bool, why string) {
	main, _ := p.Main()
	if main.User != "" {
		user = deploy.Told[string]{Value: main.User, Known: !strings.Contains(main.User, "$"), Written: main.User, At: main.At}
		return user, isRoot(main.User), user.Known, "the command is started as " + main.User
	}
	if s, ok := p.Server(); ok && s.User.Said() {
		return s.User, isRoot(s.User.Value), s.User.Known, "the server changes to another user"
	}
	if p.User.Said() || p.User.Known {
		if p.User.Known && isRoot(p.User.Value) && p.NonRoot.Known && p.NonRoot.Value {
			return p.User, false, true, ""
		}
		return p.User, isRoot(p.User.Value), p.User.Known, "the user is " + p.User.Written
	}
	if p.NonRoot.Known && p.NonRoot.Value {
		return deploy.Told[string]{Value: "another user than root", Known: true, At: p.NonRoot.At}, false, true, ""
	}
	if p.Built == nil {
		return user, false, false, "the image says who its processes run as, and it is not built here"
	}
	image, at := p.Built.Target.BaseImage()
	if rootByDefault(image) {
		return deploy.Told[string]{Value: "root", Known: true, At: at}, true, true, ""
	}
	return user, false, false, "the image " + image.Written + " says who its processes run as"
}

func isRoot(user string) bool {
	name, _, _ := strings.Cut(user, ":")
	return name == "root" || name == "0"
}

// rootByDefault reports whether an image is one of those that start as root unless told otherwise: the official ones of Python and of the
// distributions.
func rootByDefault(image deploy.Image) bool {
	name := strings.TrimPrefix(strings.TrimPrefix(image.Name, "docker.io/"), "library/")
	switch name {
	case "python", "debian", "ubuntu", "alpine", "node", "pypy", "rockylinux", "almalinux", "fedora", "amazonlinux", "centos", "oraclelinux", "archlinux", "buildpack-deps", "nginx",
		"ghcr.io/astral-sh/uv", "astral/uv", "public.ecr.aws/docker/library/python", "mcr.microsoft.com/devcontainers/python", "continuumio/miniconda3", "tiangolo/uvicorn-gunicorn",
		"registry.access.redhat.com/ubi8", "registry.access.redhat.com/ubi9", "registry.access.redhat.com/ubi8/ubi", "registry.access.redhat.com/ubi9/ubi", "quay.io/centos/centos":
		return image.Known && !strings.Contains(image.Tag, "nonroot") && !strings.Contains(image.Tag, "rootless")
	}
	return false
}
