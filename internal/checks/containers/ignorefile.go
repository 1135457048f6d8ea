package containers

import (
	"fmt"
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

func ignoreFile() check.Check {
	return check.Check{
		ID: "containers/ignore-file", Severity: check.Recommended, Source: answerIgnoreFile, WithoutSettings: true,
		Doc: check.Doc{
			Title:  "A build that copies the whole folder leaves out what must not be in the image",
			Why:    "`COPY . .` copies what lies in the folder of whoever builds: the whole history in `.git`, with what was deleted for a reason, the `.env` of that machine with its keys, uploads, a local database. Whoever gets the image has them all, also when a later layer deletes them.\n\nIt also makes every build slow, because each change of those files makes the layer new.",
			Fix:    "A `.dockerignore` beside the Dockerfile's context with at least `.git`, `.env*`, `media`, `*.sqlite3`, `node_modules`, `.venv`.",
			Verify: "`docker run --rm --entrypoint ls shop -a` shows neither `.git` nor `.env`.",
			Bad:    []check.Example{check.Project("Nothing is left out.", "Dockerfile", "FROM python:3.13-slim\nCOPY . /srv\nCMD [\"gunicorn\", \"shop.wsgi\"]\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("The history and the machine's own files are.", "Dockerfile", "FROM python:3.13-slim\nCOPY . /srv\nCMD [\"gunicorn\", \"shop.wsgi\"]\n", ".dockerignore", ".git\n.env*\nmedia\n*.sqlite3\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Docker: .dockerignore files", "https://docs.docker.com/build/concepts/context/#dockerignore-files"),
			},
			Triggers: []string{"the build copies its whole context, and there is no .dockerignore", "the file does not leave out `.git` or `.env`", "it does not leave out a local database or the uploads that lie in the repository's folder"},
		},
	}
}

func answerIgnoreFile(p *check.SourcePass) check.Answer {
	list := builds(p)
	if len(list) == 0 {
		return noImage(p)
	}
	var findings []check.Finding
	seen := map[source.Span]bool{}
	whole := false
	for _, b := range list {
		at, copies := copiesContext(b)
		if !copies {
			continue
		}
		whole = true
		if seen[at] {
			continue
		}
		seen[at] = true
		if b.IgnoreFile == "" {
			findings = append(findings, check.Finding{Severity: check.Recommended, At: at,
				Message: fmt.Sprintf("%s copies the whole folder %s into the image, and no .dockerignore leaves out .git and .env; add one", b.Dockerfile.Path, folder(b.Context))})
			continue
		}
		if missing := notIgnored(p, b); len(missing) > 0 {
			findings = append(findings, check.Finding{Severity: check.Recommended, At: at, Fix: strings.Join(missing, "\n"),
				Message: fmt.Sprintf("%s copies the whole folder %s into the image, and %s does not leave out %s; add a line for each", b.Dockerfile.Path, folder(b.Context), b.IgnoreFile, check.And(missing))})
		}
	}
	if !whole {
		return check.Passed("no image gets the whole folder")
	}
	return check.Gather(findings, nil, ".dockerignore leaves out .git and .env")
}

func folder(context string) string {
	if context == "." {
		return "of the repository"
	}
	return context
}

// copiesContext finds the COPY of the whole context into a stage that ends in the image.
func copiesContext(b *deploy.Build) (source.Span, bool) {
	for _, st := range b.Target.Chain() {
		for _, step := range st.Steps {
			if step.Kind != deploy.CopyStep || step.From != "" {
				continue
			}
			for _, from := range step.Sources {
				if path.Clean("/"+from) == "/" || from == "*" {
					return step.At, true
				}
			}
		}
	}
	return source.Span{}, false
}

// notIgnored are the files that every checkout or machine has and that the build takes in: the history, where the context is the whole
// repository, environment files, and a database that lies there.
func notIgnored(p *check.SourcePass, b *deploy.Build) []string {
	var missing []string
	if b.Context == "." && !b.Ignores(".git") && !b.Ignores(".git/config") {
		missing = append(missing, ".git")
	}
	if !b.Ignores(".env") && !b.Ignores("x/.env") && readsEnvFile(p, b) {
		missing = append(missing, ".env")
	}
	for _, name := range []string{"db.sqlite3"} {
		if p.Project.Tree != nil && p.Project.Tree.IsFile(path.Join(b.Context, name)) && !b.Ignores(name) {
			missing = append(missing, name)
		}
	}
	return missing
}

// readsEnvFile reports whether somebody keeps a .env in the context: git ignores it, an example of it lies there, or Compose reads it.
func readsEnvFile(p *check.SourcePass, b *deploy.Build) bool {
	if p.Project.Tree == nil {
		return false
	}
	name := path.Join(b.Context, ".env")
	for _, candidate := range []string{name, name + ".example", name + ".sample", name + ".template", name + ".dist", path.Join(b.Context, "env.example")} {
		if p.Project.Tree.Exists(candidate) {
			return true
		}
	}
	for _, process := range b.Processes {
		for _, from := range process.EnvFrom {
			if from.Name == name {
				return true
			}
		}
	}
	return false
}
