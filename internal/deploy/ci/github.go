package ci

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"gonogo/internal/deploy/document"
	"gonogo/internal/source"
)

// github reads the workflows of GitHub Actions. One that others call alone is read where they call it.
func (r *reader) github() {
	for _, name := range r.tree.Under(".github/workflows") {
		if path.Dir(name) != ".github/workflows" || path.Ext(name) != ".yml" && path.Ext(name) != ".yaml" {
			continue
		}
		f, doc := r.yaml(name)
		if f == nil {
			continue
		}
		r.out.Files = append(r.out.Files, f)
		if doc == nil {
			r.out.Doubts = append(r.out.Doubts, Doubt{Reason: name + " can't be read", At: f.Whole()})
			continue
		}
		triggers := eventsOf(doc)
		if len(triggers) == 1 && triggers[0] == "workflow_call" {
			continue
		}
		r.workflow(doc, triggers, 0)
	}
}

// eventsOf are the names of the events that start a workflow.
func eventsOf(doc *document.Node) []string {
	on := doc.Get("on")
	if on == nil {
		on = doc.Get("true") // YAML 1.1 reads the word as a truth value
	}
	if !on.IsMap() {
		return on.Strings()
	}
	var names []string
	for _, e := range on.Map() {
		names = append(names, e.Key)
	}
	return names
}

func (r *reader) workflow(doc *document.Node, triggers []string, depth int) {
	for _, e := range doc.Get("jobs").Map() {
		body := e.Value
		if switchedOff(body) || !r.visit() {
			continue
		}
		j := r.job(e.Key, e.KeyAt, triggers)
		j.Manual = len(triggers) > 0 && !slices.ContainsFunc(triggers, func(t string) bool { return t != "workflow_dispatch" && t != "repository_dispatch" })
		if uses, ok := body.Get("uses").Str(); ok {
			r.calledWorkflow(j, uses, body.Get("uses").At, triggers, depth)
			continue
		}
		dir := workingDir(".", doc.Get("defaults", "run"))
		dir = workingDir(dir, body.Get("defaults", "run"))
		r.githubSteps(j, body.Get("steps"), dir, matrixOf(body), 0)
		if carriesOn(body) {
			j.ignore(0, 0, "continue-on-error of the job")
		}
	}
}

// carriesOn reports whether a job or step says that its failure does not matter.
func carriesOn(n *document.Node) bool { return n.Get("continue-on-error").Scalar() == "true" }

// switchedOff reports whether a job or step says `if: false`.
func switchedOff(n *document.Node) bool {
	text := strings.NewReplacer("${{", "", "}}", "", " ", "").Replace(n.Get("if").Scalar())
	return text == "false"
}

func (r *reader) calledWorkflow(j *Job, uses string, at source.Span, triggers []string, depth int) {
	name, local := strings.CutPrefix(uses, "./")
	if !local || depth > maxDepth {
		shown, _, _ := strings.Cut(uses, "@")
		j.doubt(at, "the workflow %s stands in another repository", shown)
		return
	}
	if _, doc := r.yaml(name); doc != nil {
		r.workflow(doc, triggers, depth+1)
		return
	}
	j.doubt(at, "the workflow %s can't be read", name)
}

// workingDir is the folder in which a step runs.
func workingDir(dir string, n *document.Node) string {
	in, ok := n.Get("working-directory").Str()
	if !ok || strings.Contains(in, "$") {
		return dir
	}
	return path.Clean(strings.TrimPrefix(in, "/"))
}

func (r *reader) githubSteps(j *Job, steps *document.Node, dir string, matrix map[string][]string, depth int) {
	for _, step := range steps.List() {
		if switchedOff(step) || !r.visit() {
			continue
		}
		commands, actions := len(j.Commands), len(j.Actions)
		r.githubStep(j, step, dir, matrix, depth)
		if carriesOn(step) {
			j.ignore(commands, actions, "continue-on-error")
		}
	}
}

func (r *reader) githubStep(j *Job, step *document.Node, dir string, matrix map[string][]string, depth int) {
	if uses, ok := step.Get("uses").Str(); ok {
		r.githubAction(j, step, uses, dir, depth)
	}
	run, ok := step.Get("run").Str()
	if !ok {
		return
	}
	at := step.Get("run").At
	if shell := step.Get("shell").Scalar(); shell == "python" {
		j.doubt(at, "a step is written in %s", shell)
		return
	}
	for _, text := range variants(run, matrix) {
		r.text(j, text, workingDir(dir, step), at)
	}
}

func (r *reader) githubAction(j *Job, step *document.Node, uses, dir string, depth int) {
	at := step.Get("uses").At
	if name, local := strings.CutPrefix(uses, "./"); local {
		r.compositeAction(j, path.Clean(name), dir, at, depth)
		return
	}
	name, _, _ := strings.Cut(uses, "@")
	j.Actions = append(j.Actions, Action{Name: name, With: step.Get("with"), At: at})
	switch {
	case name == "pre-commit/action" || name == "tox-dev/action-pre-commit-uv" || name == "j178/prek-action":
		r.preCommit(j, ".", at)
	case name == "nick-fields/retry" || name == "nick-invision/retry":
		r.text(j, plain(step.Get("with", "command").Scalar()), dir, at)
	case !harmless(name):
		j.doubt(at, "what the action %s does is not known", name)
	}
}

func (r *reader) compositeAction(j *Job, folder, dir string, at source.Span, depth int) {
	for _, name := range []string{"action.yml", "action.yaml"} {
		_, doc := r.yaml(path.Join(folder, name))
		if steps := doc.Get("runs", "steps"); steps != nil && depth < maxDepth {
			r.githubSteps(j, steps, dir, nil, depth+1)
			return
		}
	}
	j.doubt(at, "the action %s is none whose steps can be read", folder)
}

// harmless reports whether an action prepares, publishes or lints, and runs no commands of the project.
func harmless(name string) bool {
	owner, rest, _ := strings.Cut(name, "/")
	switch owner {
	case "actions", "docker", "github", "codecov", "coverallsapp", "aws-actions", "google-github-actions", "azure", "hashicorp", "softprops",
		"astral-sh", "snok", "abatilo", "pnpm", "oven-sh", "crazy-max", "peter-evans", "dorny", "tj-actions", "peaceiris", "pypa", "aquasecurity",
		"google", "renovatebot", "dependabot", "slackapi", "8398a7", "ruby", "shivammathur", "dtolnay", "helm", "psf", "isort", "jpetrucciani",
		"reviewdog", "trilom", "release-drafter", "sigstore", "step-security", "ossf", "snyk", "SonarSource", "sonarsource", "chartboost",
		"browser-actions", "supercharge", "ankane", "harmon758", "Harmon758", "dessant", "eps1lon", "actions-cool", "orgoro", "py-cov-action",
		"jakebailey", "JakeJarvis", "crowdin", "mxschmitt", "webfactory", "appleboy", "superfly", "burnett01", "easingthemes", "getsentry",
		"anchore", "stefanzweifel", "EndBug", "amannn", "dawidd6", "akhileshns", "pdm-project", "conda-incubator", "mamba-org", "chromaui":
		return true
	}
	for _, purpose := range []string{"setup-", "label", "coverall", "codecov", "cancel-workflow", "changelog", "discord", "slack", "notify", "telegram", "gh-pages",
		"super-linter", "zizmor", "helm-docs", "stale", "cache", "free-disk-space", "comment", "lock-threads", "ruff-action", "upload-", "download-", "create-release", "sphinx"} {
		if strings.Contains(rest, purpose) {
			return true
		}
	}
	return false
}

// matrixOf are the values of a job's matrix that are texts, by name.
func matrixOf(job *document.Node) map[string][]string {
	matrix := map[string][]string{}
	add := func(name string, n *document.Node) {
		for _, value := range n.Strings() {
			if !slices.Contains(matrix[name], value) && len(matrix[name]) < 50 {
				matrix[name] = append(matrix[name], value)
			}
		}
	}
	for _, e := range job.Get("strategy", "matrix").Map() {
		if e.Key != "include" {
			add(e.Key, e.Value)
			continue
		}
		for _, item := range e.Value.List() {
			for _, inner := range item.Map() {
				add(inner.Key, inner.Value)
			}
		}
	}
	return matrix
}

func expression() *regexp.Regexp { return regexp.MustCompile(`\$\{\{[^}]*\}\}|<<[^<>\n]*>>`) }

// variants are the texts that a step runs: one for each value of the first expression of the matrix that makes out a command or its
// arguments. Expressions that are not known become variables of the shell.
func variants(text string, matrix map[string][]string) []string {
	names := regexp.MustCompile(`\$\{\{\s*matrix\.([\w-]+)\s*\}\}`).FindAllStringSubmatch(text, -1)
	out := []string{text}
	for _, m := range names {
		values := matrix[m[1]]
		if len(values) == 0 || len(values)*len(out) > 64 {
			continue
		}
		var next []string
		for _, t := range out {
			for _, value := range values {
				next = append(next, strings.ReplaceAll(t, m[0], value))
			}
		}
		slices.Sort(next)
		out = slices.Compact(next)
	}
	for i := range out {
		out[i] = plain(out[i])
	}
	return out
}

// plain writes expressions that a shell can't read as variables.
func plain(text string) string {
	return expression().ReplaceAllStringFunc(text, func(found string) string {
		return "$" + strings.Repeat("_", len(found)-1)
	})
}
