package secrets

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func envFilesIgnored() check.Check {
	return check.Check{
		ID:              "secrets/env-files-ignored",
		Severity:        check.Critical,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Git and the image leave environment files alone",
			Why: `An environment file holds what must not be in the repository: keys, passwords, addresses of production. A file that git does not ignore is one "git add ." away from every clone, and once pushed the values must be changed, because history keeps them. A file that the build copies travels in each image layer to whoever can pull it.

Examples with made-up values (.env.example) belong into git; they tell people what to set. Files for development that hold no real secret may stand there too, but then need another name than the one that production uses.`,
			Fix:    `Add ".env" to .gitignore and .dockerignore ("!.env.example" keeps the example). A file that is tracked already: "git rm --cached .env", and change every secret in it.`,
			Verify: `Run "git check-ignore -v .env": it prints the rule. "git ls-files | grep -F .env" prints only examples.`,
			Bad: []check.Example{
				{Note: "The settings read .env, and git would take it.", Tracked: []string{"*"}, Files: []check.ExampleFile{
					{Path: "settings.py", Text: "from decouple import config\n\nSECRET_KEY = config(\"SECRET_KEY\")\n"},
					{Path: ".env.example", Text: "SECRET_KEY=\n"},
					{Path: ".gitignore", Text: "__pycache__/\n"},
				}},
			},
			Good: []check.Example{
				{Note: "Ignored, and the example stays.", Tracked: []string{"*"}, Files: []check.ExampleFile{
					{Path: "settings.py", Text: "from decouple import config\n\nSECRET_KEY = config(\"SECRET_KEY\")\n"},
					{Path: ".env.example", Text: "SECRET_KEY=\n"},
					{Path: ".gitignore", Text: ".env\n"},
				}},
			},
			References: []check.Reference{
				check.See("git: gitignore", "https://git-scm.com/docs/gitignore"),
				check.See("Docker: .dockerignore files", "https://docs.docker.com/build/concepts/context/#dockerignore-files"),
				check.See("The Twelve-Factor App: config", "https://12factor.net/config"),
			},
			Triggers: []string{
				"git tracks an environment file that is no example (told in full by secrets/none-in-repository)",
				"the project uses an environment file that git does not ignore",
				"a build of production copies an environment file, or the folder that it lies in",
			},
		},
		Source: envFilesSource,
	}
}

func envFilesSource(p *check.SourcePass) check.Answer {
	repository := p.Project.Repository
	if repository == nil || !repository.Present {
		reason := "the project is in no git checkout"
		if repository != nil && repository.Reason != "" {
			reason = repository.Reason
		}
		return check.Unclear(reason + ", so that what git ignores is not known")
	}
	for _, file := range p.Project.EnvFiles {
		if _, ok := trackedFile(repository, file); ok {
			return check.CausedBy(noneInRepositoryID, "git tracks "+file.File.Path)
		}
	}
	var findings []check.Finding
	used, at := usedEnvFiles(p)
	if len(used) == 0 {
		return check.Absent("nothing reads or describes an environment file")
	}
	unclear := false
	for _, name := range used {
		switch repository.Ignored(name) {
		case eval.No:
			if repository.Tracked(name) != eval.Yes { // a tracked one without secrets was looked at above
				findings = append(findings, notIgnored(p, name, at))
			}
		case eval.Maybe:
			unclear = true
		}
	}
	switch {
	case len(findings) > 0:
		return check.Failed(findings...)
	case unclear:
		return check.Unclear("what git ignores could not be asked")
	}
	return imageSide(p, used)
}

// trackedFile is the finding about an environment file that git tracks. One that is meant for development or tests and one without
// secrets is none; what it holds is asked by another check.
func trackedFile(repository *project.Repository, file project.EnvFile) (check.Finding, bool) {
	if file.Example || repository.Tracked(file.File.Path) != eval.Yes || forDevelopment(file.File.Path) {
		return check.Finding{}, false
	}
	line, strong, ok := realValue(file)
	if !ok {
		return check.Finding{}, false
	}
	f := check.Finding{
		Severity: check.Critical,
		Message:  "git tracks " + file.File.Path + " with a value for " + line.Name + "; remove the file with \"git rm --cached\", ignore it, and change the secrets",
		At:       line.At,
		Fix:      "git rm --cached " + file.File.Path,
		Secret:   true,
	}
	if !strong {
		f.Severity = check.Recommended
		f.Message = "git tracks " + file.File.Path + " with a value for " + line.Name + " that works everywhere; leave the values empty and call it an example, or remove it with \"git rm --cached\""
	}
	return f, true
}

// forDevelopment reports whether a path says that the file is for development, tests or CI.
func forDevelopment(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return strings.ContainsRune("/._-", r) })
	return slices.ContainsFunc(words, func(word string) bool {
		return slices.Contains([]string{"dev", "develop", "development", "local", "test", "tests", "testing", "ci", "docs", "tox", "e2e"}, word)
	})
}

// usedEnvFiles are the paths of environment files that the project uses: those that stand in the folder, those that its examples are
// examples of, else the .env beside manage.py where a package that reads it is installed. at is what shows it.
func usedEnvFiles(p *check.SourcePass) (names []string, at source.Span) {
	for _, file := range p.Project.EnvFiles {
		name := file.File.Path
		if forDevelopment(name) {
			continue
		}
		if file.Example {
			name = withoutExample(name)
		}
		if name == "" || slices.Contains(names, name) {
			continue
		}
		if names = append(names, name); len(names) == 1 {
			at = file.File.Whole()
		}
	}
	if len(names) > 0 || p.Project.Deployment == nil || p.Project.Deployment.Dependencies == nil {
		return names, at
	}
	for _, reader := range []string{"python-decouple", "python-dotenv", "django-dotenv", "django-environ", "environs", "pydantic-settings", "dynaconf"} {
		if r, ok := p.Project.Deployment.Dependencies.Find(reader); ok && r.Direct {
			return []string{path.Join(p.Project.Root, ".env")}, r.At
		}
	}
	return nil, at
}

// withoutExample is the path that an example file stands for: config/.env.example is an example of config/.env. "" when that is no dotenv name.
func withoutExample(name string) string {
	dir, base := path.Split(name)
	var kept []string
	for _, part := range strings.Split(base, ".") {
		switch strings.ToLower(part) {
		case "example", "sample", "template", "dist", "tmpl", "tpl", "default", "defaults":
		default:
			kept = append(kept, part)
		}
	}
	base = strings.Join(kept, ".")
	for _, suffix := range []string{"-example", "_example", "-sample", "_sample", "-template", "_template"} {
		base = strings.TrimSuffix(base, suffix)
	}
	if !strings.Contains(base, "env") || strings.TrimLeft(base, ".") == "" {
		return ""
	}
	if !strings.HasPrefix(base, ".") && base != "env" && !strings.HasSuffix(base, ".env") {
		return ""
	}
	if base == "env" { // env.example is copied to .env
		base = ".env"
	}
	return dir + base
}

// notIgnored is the finding about a file that git would take.
func notIgnored(p *check.SourcePass, name string, at source.Span) check.Finding {
	f := check.Finding{
		Severity: check.Recommended,
		Message:  "git does not ignore " + name + ", so one \"git add .\" publishes its secrets; add it to .gitignore",
		At:       at,
		Fix:      ".env",
	}
	if ignore, ok := p.Project.Tree.Read(".gitignore"); ok {
		f.Related = []check.Related{{Message: "no rule here covers it", At: ignore.Whole()}}
	}
	return f
}

// imageSide is the answer when git ignores the files: whether a build of production copies one.
func imageSide(p *check.SourcePass, used []string) check.Answer {
	if p.Project.Deployment == nil || len(p.Project.Deployment.Builds) == 0 {
		return check.Passed("git ignores them")
	}
	var findings []check.Finding
	seen := map[source.Span]bool{}
	for _, b := range p.Project.Deployment.Builds {
		if !b.Production || b.Foreign || b.Target == nil {
			continue
		}
		for _, stage := range b.Used() {
			for _, step := range stage.Steps {
				if name := copiedEnvFile(b, step, used); name != "" && !seen[step.At] {
					seen[step.At] = true
					findings = append(findings, copiedFinding(b, step, name))
				}
			}
		}
	}
	if len(findings) > 0 {
		return check.Failed(findings...)
	}
	return check.Passed("git ignores them, and no build of production copies them")
}

// copiedEnvFile is the first of the files that a COPY takes along, "" for none.
func copiedEnvFile(b *deploy.Build, step deploy.Step, used []string) string {
	if step.Kind != deploy.CopyStep || step.From != "" {
		return ""
	}
	for _, name := range used {
		inner, ok := below(name, b.Context)
		if !ok || b.Ignores(inner) {
			continue
		}
		for _, from := range step.Sources {
			if covers(strings.TrimPrefix(path.Clean("/"+from), "/"), inner) {
				return name
			}
		}
	}
	return ""
}

// below is a path relative to a folder of the tree; ok is false outside of it.
func below(name, folder string) (inner string, ok bool) {
	if folder = path.Clean(folder); folder == "." {
		return name, true
	}
	return strings.CutPrefix(name, folder+"/")
}

// covers reports whether the source of a COPY, relative to the context, takes a file: it is the file, a folder above it, or a pattern of either.
func covers(from, name string) bool {
	if from == "" || from == "." {
		return true
	}
	for ; name != "."; name = path.Dir(name) {
		if ok, err := path.Match(from, name); err == nil && ok {
			return true
		}
	}
	return false
}

// copiedFinding weighs a COPY that names the file more than one that takes it along where it lies in the folder.
func copiedFinding(b *deploy.Build, step deploy.Step, name string) check.Finding {
	inner, _ := below(name, b.Context)
	f := check.Finding{Severity: check.Recommended, At: step.At, Fix: inner,
		Message: "The build takes " + name + " into the image where the file lies in the folder, and whoever pulls the image reads it; name it in .dockerignore"}
	if slices.ContainsFunc(step.Sources, func(from string) bool { return path.Base(from) == path.Base(name) }) {
		f.Severity, f.Fix = check.Critical, ""
		f.Message = "The build copies " + name + " into the image, and whoever pulls the image reads it; give the container its environment when it starts"
	}
	if b.IgnoreFile != "" {
		f.Related = []check.Related{{Message: "no rule here covers it", At: wholeFile(b.IgnoreFile)}}
	}
	return f
}
