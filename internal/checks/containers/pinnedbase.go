package containers

import (
	"fmt"
	"strings"
	"time"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

func pinnedBase() check.Check {
	return check.Check{
		ID: "containers/pinned-base", Severity: check.Recommended, Source: answerPinnedBase, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Images are named by a version that does not move",
			Why: `"latest", or no tag at all, is another image every time that somebody builds or pulls. A database that starts with the next major version refuses its own files; a Python that is one version newer has no wheels for half of the packages; and the rollback pulls what the release before never ran with.

A digest (` + "`@sha256:...`" + `) is exact, and asks for a tool that renews it, such as Renovate or Dependabot.`,
			Fix:    "`FROM python:3.13.1-slim-bookworm`, `image: postgres:17.2`, and for the project's own image the version or commit of the release: `image: ghcr.io/acme/shop:${VERSION:?}`.",
			Verify: "`docker compose config --images` lists no image that ends with `:latest` or has no tag.",
			Bad:    []check.Example{check.Project("The database moves to the next major version by itself.", "compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n  db:\n    image: postgres\n", "Dockerfile", "FROM python:3.13-slim\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("Each image has a version.", "compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n  db:\n    image: postgres:17\n", "Dockerfile", "FROM python:3.13-slim\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Docker: pin base image versions", "https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"),
				check.See("Kubernetes: image names", "https://kubernetes.io/docs/concepts/containers/images/#image-names"),
			},
			Triggers: []string{"a base image without a tag, or with `latest`", "an image of a service or of the project without a tag, or with `latest`", "a variable for the tag that is `latest` when nobody sets it", "a database or cache of a series that gets no fixes any more"},
		},
	}
}

func answerPinnedBase(p *check.SourcePass) check.Answer {
	c := &images{seen: map[source.Span]bool{}, built: map[string]bool{}}
	for _, b := range builds(p) {
		for _, st := range b.Used() {
			if st.Parent == nil {
				c.base(deploy.ParseImage(st.Base), st.BaseAt, b)
			}
			for _, step := range st.Steps {
				if from := deploy.ParseImage(step.From); step.From != "" && !isStage(b, step.From) {
					c.base(from, step.At, b)
				}
			}
		}
	}
	if p.Project.Deployment != nil {
		for _, process := range p.Project.Deployment.Processes {
			if process.BuiltHere {
				c.built[check.ArtefactFile(process)+" "+process.Image] = true
			}
		}
		for _, process := range p.Project.Deployment.Processes {
			if process.Production && process.Image != "" && (process.Runtime == deploy.InContainer || process.Runtime == deploy.InPod) {
				c.deployed(process)
			}
		}
	}
	if p.Project.Deployment != nil {
		for _, service := range p.Project.Deployment.Services {
			c.ended(service, p.Today)
		}
	}
	if c.asked == 0 {
		return check.Absent("no image is built or started for production")
	}
	return check.Gather(c.findings, c.doubts, "every image has a version")
}

func isStage(b *deploy.Build, name string) bool {
	for i, st := range b.Stages {
		if strings.EqualFold(st.Name, name) || fmt.Sprint(i) == name {
			return true
		}
	}
	return false
}

// images gathers what is found, each place once.
type images struct {
	seen     map[source.Span]bool
	built    map[string]bool // the names of images that a service builds, behind its file
	asked    int
	findings []check.Finding
	doubts   []string
}

func (c *images) base(image deploy.Image, at source.Span, b *deploy.Build) {
	if image.Written == "scratch" || c.seen[at] {
		return
	}
	c.seen[at] = true
	c.asked++
	switch {
	case !image.Known:
		c.doubts = append(c.doubts, fmt.Sprintf("%s is built on %s, whose version an argument of the build decides", b.Dockerfile.Path, image.Written))
	case image.IsLatest():
		c.findings = append(c.findings, check.Finding{Severity: check.Recommended, At: at,
			Message: fmt.Sprintf("%s is built on %s, which is another image whenever it is pulled; name a version", b.Dockerfile.Path, named(image))})
	}
}

func (c *images) deployed(p *deploy.Process) {
	image, at := deploy.ParseImage(p.Image), p.ImageAt
	if at.IsZero() || c.seen[at] || c.built[check.ArtefactFile(p)+" "+p.Image] { // with build beside it the name is what the result is called
		return
	}
	c.seen[at] = true
	c.asked++
	if image.Known && image.IsLatest() {
		c.findings = append(c.findings, check.Finding{Severity: check.Recommended, At: at,
			Message: fmt.Sprintf("%s starts %s, which is another image whenever it is pulled, so that neither a release nor its rollback is certain; name a version", p.Artefact, named(image))})
	}
}

// ended is the finding about a database or cache whose series gets no fixes any more.
func (c *images) ended(s *deploy.Service, today time.Time) {
	if !s.Production || s.Process == nil || !s.Version.Known {
		return
	}
	series, ok := knowledge.ServerSupport(s.Product, knowledge.ParseVersion(s.Version.Value))
	if !ok || !series.End.Before(knowledge.DateOf(today)) {
		return
	}
	at := s.Version.At
	if at.IsZero() {
		at = s.At
	}
	c.asked++
	c.findings = append(c.findings, check.Finding{Severity: check.Recommended, At: at,
		Message: fmt.Sprintf("%s runs %s %s, which gets no fixes since %s, those of security holes included; move to a series that does (%s)", s.Artefact, productName(s.Product), series.Name, series.End, series.Source)})
}

// productName is a server's name as its makers write it.
func productName(product string) string {
	switch product {
	case "postgresql":
		return "PostgreSQL"
	case "mysql":
		return "MySQL"
	case "mariadb":
		return "MariaDB"
	}
	return "Redis"
}

func named(i deploy.Image) string {
	if i.Tag == "" {
		return i.Written + " without a version"
	}
	return i.Written
}
