package environments

import (
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy/document"
	"gonogo/internal/project"
	"gonogo/internal/source"
)

func staging() check.Check {
	return check.Check{
		ID: "environments/staging", Severity: check.Optional, Source: answerStaging, WithoutSettings: true,
		Doc: check.Doc{
			Title: "A release is tried in an environment like production before it gets there",
			Why: `Tests run with a small database, one process, and without the proxy. What breaks between these parts breaks for the first time in production, unless there is a second place that has them all.

It is only worth its money while it is like production: the same images, the same proxy, the same settings module with other variables.`,
			Fix:    "A second set of values for the same artefacts (`compose.staging.yml`, an overlay, a second app of the platform), and a job that deploys there first.",
			Verify: "Name the release that runs on staging now.",
			Bad: []check.Example{check.Project("The only environment that is deployed to is production.", "settings.py", "DEBUG = False\n",
				".github/workflows/deploy.yml", "on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    environment: production\n    steps:\n      - run: kubectl apply -f deploy/\n")},
			Good: []check.Example{check.Project("Staging comes first.", "settings.py", "DEBUG = False\n",
				".github/workflows/deploy.yml", "on: push\njobs:\n  staging:\n    runs-on: ubuntu-latest\n    environment: staging\n    steps:\n      - run: kubectl apply -k deploy/staging\n  deploy:\n    needs: staging\n    runs-on: ubuntu-latest\n    environment: production\n    steps:\n      - run: kubectl apply -k deploy/production\n")},
			References: []check.Reference{check.See("The Twelve-Factor App: dev/prod parity", "https://12factor.net/dev-prod-parity")},
			Triggers:   []string{"continuous integration deploys to an environment called production, and there is no other anywhere"},
		},
	}
}

func answerStaging(p *check.SourcePass) check.Answer {
	if name := stagingFile(p.Project.Tree); name != "" {
		return check.Passed(name + " describes another environment than production")
	}
	environments := deployedTo(p.Project.Tree)
	var live source.Span
	for _, e := range environments {
		switch {
		case isStaging(e.name):
			return check.Passed("continuous integration deploys to " + e.name + " (" + e.at.Path() + ")")
		case isProduction(e.name) && live.IsZero():
			live = e.at
		}
	}
	if m, ok := p.Project.Coverage().Find(project.Staging); ok {
		return check.Passed("a document describes it: " + m.What + " (" + m.At.Path() + ")")
	}
	if !live.IsZero() {
		return check.Failed(check.Finding{Severity: check.Optional, At: live, Message: "This job deploys to production, and nothing in the repository describes an environment where a release is tried first; add one that is made from the same artefacts"})
	}
	return check.Unclear("nothing in the repository describes another environment than production; attest where a release is tried first")
}

// isStaging reports whether a name is that of an environment before production.
func isStaging(name string) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !(r >= 'a' && r <= 'z') }) {
		switch word {
		case "staging", "stage", "stg", "preprod", "preproduction", "uat", "acceptance", "qa", "preview", "review":
			return true
		}
	}
	return false
}

func isProduction(name string) bool {
	for _, word := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !(r >= 'a' && r <= 'z') }) {
		if word == "prod" || word == "production" || word == "live" {
			return true
		}
	}
	return false
}

// stagingFile is the first file of settings or deployment that is named after an environment before production, "" for none.
func stagingFile(tree *source.Tree) string {
	for _, name := range tree.Paths() {
		base := path.Base(name)
		switch path.Ext(base) {
		case ".py", ".yml", ".yaml", ".toml", ".tfvars", ".env", ".conf", ".json", ".tf":
		default:
			if !strings.HasPrefix(base, ".env") {
				continue
			}
		}
		segments := strings.Split(strings.ToLower(name), "/")
		settings := path.Ext(base) == ".py" && strings.Contains(name, "settings")
		deployment := false
		for _, s := range segments {
			for _, word := range []string{"deploy", "k8s", "kubernetes", "helm", "overlays", "compose", "environments", "envs", "terraform", "infra", "fly.", ".env", "charts", "ansible", "inventor", "kustom"} {
				deployment = deployment || strings.Contains(s, word)
			}
			if s == "tests" || s == "test" || s == "docs" || s == "node_modules" || s == ".github" {
				settings, deployment = false, false
				break
			}
		}
		if !settings && !(deployment && path.Ext(base) != ".py") {
			continue
		}
		for _, s := range segments[max(0, len(segments)-3):] {
			if word := strings.TrimSuffix(s, path.Ext(s)); isBefore(word) {
				return name
			}
		}
	}
	return ""
}

// isBefore is isStaging without the words that name other things as often.
func isBefore(name string) bool {
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !(r >= 'a' && r <= 'z') }) {
		switch word {
		case "staging", "preprod", "preproduction", "uat":
			return true
		}
	}
	return false
}

// environment is one that a job of continuous integration deploys to.
type environment struct {
	name string
	at   source.Span
}

// deployedTo are the environments that jobs of GitHub Actions and GitLab name.
func deployedTo(tree *source.Tree) (all []environment) {
	files := append([]string{".gitlab-ci.yml"}, tree.Under(".github/workflows")...)
	for _, name := range files {
		f, ok := tree.Read(name)
		if !ok || path.Ext(name) != ".yml" && path.Ext(name) != ".yaml" {
			continue
		}
		docs, _ := document.YAML(f)
		if len(docs) == 0 {
			continue
		}
		jobs := docs[len(docs)-1].Get("jobs")
		if name == ".gitlab-ci.yml" {
			jobs = docs[len(docs)-1]
		}
		for _, e := range jobs.Map() {
			n := e.Value.Get("environment")
			if n.IsMap() {
				n = n.Get("name")
			}
			if text := n.Scalar(); text != "" {
				all = append(all, environment{text, n.Span()})
			}
		}
	}
	return all
}
