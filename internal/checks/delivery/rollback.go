package delivery

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/deploy/ci"
	"gonogo/internal/project"
	"gonogo/internal/source"
)

func rollback() check.Check {
	return check.Check{
		ID: "delivery/rollback", Severity: check.Recommended, Source: answerRollback, WithoutSettings: true,
		Doc: check.Doc{
			Title: "The release before is kept, and the way back to it is named",
			Why: `Going back is only quick when the old release is still there: an image under a tag of its own, a release of the platform, a tag of git that is still built the same way. A tag that each build overwrites leaves nothing to go back to but a build of old source with today's packages.

The second half is the database: with expanding migrations the old code runs on the new schema, and nothing has to be undone.`,
			Fix:    "Tag images by commit (`docker push registry.example.com/shop:$GITHUB_SHA`) beside `latest`, and write the command that goes back into docs/rollback.md.",
			Verify: "Name, without building anything, the image that ran last week, and start it on staging.",
			Bad: []check.Example{check.Project("Each build overwrites the last one.", "settings.py", "DEBUG = False\n",
				".github/workflows/deploy.yml", "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t registry.example.com/shop:latest .\n      - run: docker push registry.example.com/shop:latest\n")},
			Good: []check.Example{check.Project("Releases have tags, and the document says how to go back.", "settings.py", "DEBUG = False\n",
				".github/workflows/deploy.yml", "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: docker build -t registry.example.com/shop:$GITHUB_SHA .\n      - run: docker push registry.example.com/shop:$GITHUB_SHA\n",
				"docs/rollback.md", "# Rollback\n\n    docker compose pull\n\nMigrations only add, so the previous release runs with them.\n")},
			References: []check.Reference{check.See("Docker: tagging and pushing", "https://docs.docker.com/reference/cli/docker/image/push/")},
			Triggers:   []string{"the only image that is pushed has a tag that the next build overwrites", "releases are kept, and nothing says what to do about applied migrations (told by runbooks/rollback)"},
		},
	}
}

func answerRollback(p *check.SourcePass) check.Answer {
	c := p.Project.Coverage()
	code, codeSaid := c.Find(project.CodeRollback)
	_, migrationsSaid := c.Find(project.AppliedMigrations)
	fixed, moving := pushed(p.Project.Integration())
	switch {
	case len(moving) > 0 && len(fixed) == 0:
		return check.Failed(check.Finding{Severity: check.Recommended, At: moving[0],
			Message: "Each build overwrites the image that it pushes here: there is no earlier one to go back to; push a tag of the commit or version as well"})
	case codeSaid && migrationsSaid:
		return check.Passed("the way back is described: " + code.What + " (" + code.At.Path() + ")")
	case codeSaid:
		return check.CausedBy("runbooks/rollback", "the way back for the code is described ("+code.At.Path()+"), and what to do about applied migrations is not")
	case len(fixed) > 0:
		return check.Unclear("images are kept under tags of their own (" + fixed[0].Path() + "); nothing here says how to go back to one; attest it, or describe it")
	}
	if platform, ok := p.Project.Platform(); ok {
		return check.Unclear(platform.Name + " keeps earlier releases; nothing here says how to go back, and what to do about applied migrations; attest it, or describe it")
	}
	return check.Unclear("nothing in the repository names a way back to the release before; attest it, or describe it")
}

// pushed are the places where continuous integration pushes images: under tags of their own, and under tags that are overwritten.
func pushed(i *ci.Integration) (fixed, moving []source.Span) {
	for _, j := range i.Jobs {
		for _, c := range j.Commands {
			name, args := deploy.Program(c.Argv)
			if name != "docker" && name != "podman" && name != "buildah" || len(args) < 2 {
				continue
			}
			for _, image := range pushedImages(args) {
				if overwritten(image) {
					moving = append(moving, c.At)
				} else {
					fixed = append(fixed, c.At)
				}
			}
		}
		for _, a := range j.Actions {
			if !strings.Contains(a.Name, "build-push-action") || a.With.Get("push").Scalar() == "false" || a.With.Get("push").Scalar() == "" {
				continue
			}
			tags := strings.FieldsFunc(a.With.Get("tags").Scalar(), func(r rune) bool { return r == ',' || r == '\n' })
			for _, tag := range tags {
				if tag = strings.TrimSpace(tag); tag == "" {
					continue
				}
				if overwritten(tag) {
					moving = append(moving, a.At)
				} else {
					fixed = append(fixed, a.At)
				}
			}
		}
	}
	return fixed, moving
}

// pushedImages are the images that arguments of docker push.
func pushedImages(args []string) (images []string) {
	if args[0] == "push" {
		for _, a := range args[1:] {
			if a == "--all-tags" || a == "-a" {
				return []string{"$all"}
			}
			if !strings.HasPrefix(a, "-") {
				images = append(images, a)
			}
		}
		return images
	}
	pushes := false
	for i, a := range args {
		pushes = pushes || a == "--push"
		if (a == "-t" || a == "--tag") && i+1 < len(args) {
			images = append(images, args[i+1])
		}
	}
	if !pushes {
		return nil
	}
	return images
}

// overwritten reports whether the next build pushes the same tag: latest, the name of a branch, or none. What a variable gives is taken for a tag
// of its own.
func overwritten(image string) bool {
	if strings.Contains(image, "$") {
		return false
	}
	_, tag, ok := strings.Cut(image[strings.LastIndexByte(image, '/')+1:], ":")
	if !ok {
		return true
	}
	switch tag {
	case "latest", "main", "master", "prod", "production", "stable", "edge", "staging", "develop", "dev":
		return true
	}
	return false
}
