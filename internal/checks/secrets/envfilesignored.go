package secrets

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/redact"
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
				"git tracks an environment file that is no example",
				"the project uses an environment file that git does not ignore",
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
	var findings []check.Finding
	for _, file := range p.Project.EnvFiles {
		if f, ok := trackedFile(repository, file); ok {
			findings = append(findings, f)
		}
	}
	if len(findings) > 0 {
		return check.Failed(findings...)
	}
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
	for _, line := range file.Vars {
		if line.Value == "" || check.IsExampleValue(line.Value) || strings.Contains(line.Value, "${") {
			continue
		}
		if redact.SecretName(line.Name) || redact.HasPassword(line.Value) {
			return check.Finding{
				Severity: check.Critical,
				Message:  "git tracks " + file.File.Path + " with a value for " + line.Name + "; remove the file with \"git rm --cached\", ignore it, and change the secrets",
				At:       line.At,
				Fix:      "git rm --cached " + file.File.Path,
			}, true
		}
	}
	return check.Finding{}, false
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

// imageSide is the answer when git ignores the files: whether a build copies them is not read yet, except that a .dockerignore names them.
func imageSide(p *check.SourcePass, used []string) check.Answer {
	if !buildsImage(p) {
		return check.Passed("")
	}
	ignore, ok := p.Project.Tree.Read(".dockerignore")
	for _, name := range used {
		if !ok || !dockerIgnores(string(ignore.Data), name) {
			return check.Unclear("git ignores " + name + "; whether the image build copies it stands in the Dockerfile, which is not read yet, and .dockerignore does not name it")
		}
	}
	return check.Passed("git and .dockerignore name them")
}

// buildsImage reports whether the tree has a Dockerfile of whichever name.
func buildsImage(p *check.SourcePass) bool {
	return slices.ContainsFunc(p.Project.Tree.Paths(), func(name string) bool {
		base := strings.ToLower(path.Base(name))
		return base == "dockerfile" || base == "containerfile" || strings.HasPrefix(base, "dockerfile.") || strings.HasSuffix(base, ".dockerfile")
	})
}

// dockerIgnores reports whether a line of .dockerignore covers a path: by itself, by its folder, or by a pattern of its name.
// It knows less than Docker on purpose; what it does not know counts as not covered.
func dockerIgnores(rules, name string) bool {
	covered := false
	for _, line := range strings.Split(rules, "\n") {
		rule := strings.TrimSpace(line)
		if rule == "" || strings.HasPrefix(rule, "#") {
			continue
		}
		negated := strings.HasPrefix(rule, "!")
		rule = strings.Trim(strings.TrimPrefix(rule, "!"), "/")
		anywhere := strings.HasPrefix(rule, "**/")
		target := name
		if anywhere {
			rule, target = strings.TrimPrefix(rule, "**/"), path.Base(name)
		}
		if match, err := path.Match(rule, target); err == nil && match || rule == "*" || rule == "**" || strings.HasPrefix(name, rule+"/") {
			covered = !negated
		}
	}
	return covered
}
