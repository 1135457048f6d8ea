package project

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/deploy/ci"
	"gonogo/internal/source"
)

// Collection is one place of production that runs collectstatic.
type Collection struct {
	Name    string // for people: "the build of Dockerfile", "compose.yml, service web"
	Command deploy.Command
	// Build is the image that a step of Stage collects into; nil when something else does.
	Build *deploy.Build
	Stage *deploy.Stage
	Step  int // its place in Stage.Steps
	// Process collects when it starts, or is run once per release; nil when something else does.
	Process *deploy.Process
	// Job is the job of continuous integration that collects, nil when something else does; Delivers says that the job also brings
	// something to a server, a registry or a bucket.
	Job      *ci.Job
	Delivers bool
}

// Collections are the places that run collectstatic: builds of images, processes, continuous integration.
func (s *Snapshot) Collections() (all []Collection) {
	if s.Deployment == nil {
		return nil
	}
	for _, b := range s.Deployment.Builds {
		if b.Production {
			all = append(all, collectedInBuild(b)...)
		}
	}
	for _, p := range s.Deployment.Processes {
		if !p.Production {
			continue
		}
		for _, c := range p.Commands {
			if Collects(c.Argv) {
				all = append(all, Collection{Name: p.Artefact, Command: c, Process: p})
			}
		}
	}
	for _, j := range s.Integration().Jobs {
		for _, c := range j.Commands {
			if Collects(c.Argv) {
				all = append(all, Collection{Name: "the job " + j.Name, Command: c.Command, Job: j, Delivers: delivers(j)})
			}
		}
	}
	return all
}

// collectedInBuild are the steps of the stages that end in an image, or that it takes files from, that run collectstatic.
func collectedInBuild(b *deploy.Build) (all []Collection) {
	for _, st := range b.Used() {
		for i, step := range st.Steps {
			for _, c := range step.Commands {
				if Collects(c.Argv) {
					all = append(all, Collection{Name: "the build of " + b.Dockerfile.Path, Command: c, Build: b, Stage: st, Step: i})
				}
			}
		}
	}
	return all
}

// Collects reports whether a command is collectstatic, and not one that only says what it would do.
func Collects(argv []string) bool {
	name, args, ok := deploy.ManagementCommand(argv)
	return ok && name == "collectstatic" && !slices.ContainsFunc(args, func(a string) bool {
		return a == "--dry-run" || a == "-n" || a == "--help" || a == "-h"
	})
}

// delivers reports whether a job brings what it made somewhere: it builds an image, pushes, copies or logs in.
func delivers(j *ci.Job) bool {
	for _, a := range j.Actions {
		for _, word := range []string{"build-push", "deploy", "heroku", "flyctl", "rsync", "ssh", "scp", "s3", "gcloud", "pages", "upload-artifact"} {
			if strings.Contains(strings.ToLower(a.Name), word) {
				return true
			}
		}
	}
	for _, c := range j.Commands {
		switch name, args := deploy.Program(c.Argv); name {
		case "docker", "podman", "buildah":
			if slices.Contains(args, "push") || slices.Contains(args, "--push") {
				return true
			}
		case "rsync", "scp", "ssh", "sftp", "aws", "gsutil", "gcloud", "az", "flyctl", "fly", "heroku", "zappa", "eb", "kubectl", "helm", "ansible-playbook", "cap", "fab", "railway", "render", "doctl", "s3cmd", "rclone", "lftp":
			return true
		case "git":
			if len(args) > 0 && args[0] == "push" {
				return true
			}
		}
	}
	return false
}

// PlatformCollects is what the platform that the repository is written for does about static files by itself.
type PlatformCollects struct {
	Name string // "Heroku"
	File string // that shows the platform
	// Off is the variable that turns it off, DISABLE_COLLECTSTATIC; zero when none does.
	Off source.Span
}

// PlatformCollects is the platform of the repository that runs collectstatic by itself: Heroku's buildpack for Python, when it finds manage.py
// (https://devcenter.heroku.com/articles/django-assets), and DigitalOcean's App Platform, which builds with it. ok is false for others.
func (s *Snapshot) PlatformCollects() (p PlatformCollects, ok bool) {
	if s.Deployment == nil || s.Tree == nil {
		return p, false
	}
	for _, process := range s.Deployment.Processes {
		file := process.At.Path()
		if !process.Production || process.Built != nil {
			continue
		}
		switch {
		case process.Runtime == deploy.FromProcfile && path.Base(file) == "Procfile" && s.onHeroku(path.Dir(file)):
			p = PlatformCollects{Name: "Heroku", File: file}
		case process.Runtime == deploy.OnPlatform && process.Restart.By == "App Platform":
			p = PlatformCollects{Name: "App Platform", File: file}
		default:
			continue
		}
		if v, set := process.Lookup("DISABLE_COLLECTSTATIC"); set && v.Given && v.Value != "0" && v.Value != "" {
			p.Off = v.At
		}
		return p, true
	}
	return p, false
}

// onHeroku reports whether a folder with a Procfile is for Heroku's buildpacks: app.json beside it, which asks for no container, or runtime.txt.
func (s *Snapshot) onHeroku(dir string) bool {
	if s.Tree.IsFile(path.Join(dir, "heroku.yml")) {
		return false
	}
	if f, ok := s.Tree.Read(path.Join(dir, "app.json")); ok {
		return !f.Contains(`"container"`)
	}
	return s.Tree.IsFile(path.Join(dir, "runtime.txt"))
}

// Mention is the first file that holds a text, documents last; tests, histories of changes and what belongs to others are left out. It is what
// a person or a tool that is not read may do, and no fact about what runs. ok is false when no file does.
func (s *Snapshot) Mention(text string) (at source.Span, ok bool) {
	for _, documents := range []bool{false, true} {
		for _, name := range s.Tree.Paths() {
			if isDocument(name) != documents || !mayMention(name) {
				continue
			}
			f, read := s.Tree.Read(name)
			if !read {
				continue
			}
			if i := bytes.Index(f.Data, []byte(text)); i >= 0 {
				return f.Span(source.Pos(i), source.Pos(i+len(text))), true
			}
		}
	}
	return at, false
}

func isDocument(name string) bool {
	switch path.Ext(name) {
	case ".md", ".rst", ".txt", ".adoc":
		return true
	}
	return false
}

// mayMention leaves out what no person deploys by.
func mayMention(name string) bool {
	switch path.Ext(name) {
	case ".js", ".css", ".scss", ".svg", ".po", ".map", ".lock", ".html", ".ts", ".tsx", ".jsx", ".vue":
		return false
	}
	lower := strings.ToLower(name)
	for _, part := range []string{"node_modules/", "site-packages/", "changelog", "changes.", "history.", "releases/", "release-notes", "news."} {
		if strings.Contains(lower, part) {
			return false
		}
	}
	return !isTestFile(name)
}
