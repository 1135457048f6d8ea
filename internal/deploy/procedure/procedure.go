// Package procedure reads how a release is brought into production: the steps of scripts, of jobs of continuous integration, of a fabfile and of
// Ansible's playbooks, in the order in which they run.
package procedure

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/deploy/ci"
	"gonogo/internal/source"
)

// Kind is what a step does to the deployment.
type Kind uint8

// The kinds of steps.
const (
	Migrate Kind = iota + 1 // applies migrations
	Start                   // makes processes of the new release run: starts, restarts or reloads them
	Stop                    // ends processes
)

// Step is one step of a procedure that matters to its order.
type Step struct {
	Kind Kind
	// All says that it reaches every process of the deployment; else Targets are the names of those that it reaches, as the command has them
	// ("shop-web", "worker", "shop:*").
	All     bool
	Targets []string
	// Manager is what the step speaks to: "systemd", "supervisord", "Compose", "Kubernetes", "Heroku" ...
	Manager     string
	Conditional bool // it only runs under a condition that is not known
	At          source.Span
}

// Procedure is one way by which a release is brought into production.
type Procedure struct {
	Name  string // for people: "deploy.sh", "the job deploy of .github/workflows/deploy.yml"
	At    source.Span
	Steps []Step // in the order in which they run
	// Doubt says what of it is not known, "" for nothing.
	Doubt string
}

// Starts are the steps that make processes of the new release run.
func (r *Procedure) Starts() (list []Step) {
	for _, s := range r.Steps {
		if s.Kind == Start {
			list = append(list, s)
		}
	}
	return list
}

const (
	maxFiles = 200  // scripts and playbooks of a tree
	maxSteps = 2000 // of one procedure
)

// reader reads the procedures of a tree.
type reader struct {
	tree   *source.Tree
	follow *deploy.Follower
}

// Read finds the procedures of a tree. What can't be followed is a doubt of its procedure; nothing fails.
func Read(tree *source.Tree, integration *ci.Integration) []*Procedure {
	r := &reader{tree: tree, follow: deploy.NewFollower(tree)}
	var all []*Procedure
	for _, found := range [][]*Procedure{r.jobs(integration), r.scripts(), r.fabfiles(), r.playbooks()} {
		all = append(all, found...)
	}
	all = slices.DeleteFunc(all, func(x *Procedure) bool { return len(x.Steps) == 0 })
	slices.SortStableFunc(all, func(a, b *Procedure) int {
		return cmp.Or(strings.Compare(a.At.Path(), b.At.Path()), cmp.Compare(a.At.Start, b.At.Start))
	})
	return all
}

// add adds the step that a command is, if it is one.
func (x *Procedure) add(c deploy.Command) {
	if s, ok := stepOf(c); ok && len(x.Steps) < maxSteps {
		x.Steps = append(x.Steps, s)
	}
}

// scripts are the scripts that are named after a deployment.
func (r *reader) scripts() (all []*Procedure) {
	for _, name := range r.tree.Paths() {
		if !isDeployScript(name) || len(all) >= maxFiles {
			continue
		}
		f, ok := r.tree.Read(name)
		if !ok || !isShell(f) {
			continue
		}
		x := &Procedure{Name: name, At: f.Whole()}
		for _, c := range r.follow.Command([]string{"/bin/sh", "./" + name}, ".", f.Whole()) {
			x.add(c)
		}
		all = append(all, x)
	}
	return all
}

// isDeployScript reports whether a file is a script for releases by its name.
func isDeployScript(name string) bool {
	for _, folder := range strings.Split(path.Dir(name), "/") {
		switch folder {
		case "node_modules", "tests", "test", "docs", "vendor", ".git", "dev", "local":
			return false
		}
	}
	base := strings.ToLower(path.Base(name))
	if ext := path.Ext(base); ext != "" && ext != ".sh" && ext != ".bash" {
		return false
	}
	words := strings.FieldsFunc(strings.TrimSuffix(strings.TrimSuffix(base, ".sh"), ".bash"), func(c rune) bool { return c == '-' || c == '_' || c == '.' })
	has := func(list ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	return has("deploy", "deployment", "redeploy", "release", "rollout", "update", "upgrade", "post-receive") && !has("docs", "doc", "test", "tests", "dev", "local", "locales", "translations", "deps", "dependencies", "requirements", "staging", "version", "changelog", "db", "database")
}

// isShell reports whether a file is a script for a shell.
func isShell(f *source.File) bool {
	first := f.Line(1)
	if strings.HasPrefix(first, "#!") {
		return strings.Contains(first, "sh")
	}
	ext := path.Ext(f.Path)
	return ext == ".sh" || ext == ".bash"
}

// jobs are the jobs of continuous integration that deploy: by what they speak to, or by their names.
func (r *reader) jobs(integration *ci.Integration) (all []*Procedure) {
	if integration == nil {
		return nil
	}
	for _, j := range integration.Jobs {
		x := &Procedure{Name: "the job " + j.Name + " of " + j.At.Path(), At: j.At}
		named := namedDeploy(j.Name) || namedDeploy(path.Base(j.At.Path()))
		type placed struct {
			at    source.Pos
			steps []Step
		}
		var list []placed
		for _, c := range j.Commands {
			s, ok := stepOf(c.Command)
			if !ok || !c.Remote && !named && !outside(s.Manager) {
				continue
			}
			list = append(list, placed{c.At.Start, []Step{s}})
		}
		for _, a := range j.Actions {
			var steps []Step
			if script := a.With.Get("script"); strings.Contains(a.Name, "ssh") && script != nil {
				text, _ := script.Str()
				for _, c := range r.follow.Text(text, ".", script.At) {
					if s, ok := stepOf(c); ok {
						steps = append(steps, s)
					}
				}
			} else if s, ok := actionStep(a); ok {
				steps = append(steps, s)
			}
			list = append(list, placed{a.At.Start, steps})
		}
		slices.SortStableFunc(list, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
		for _, p := range list {
			x.Steps = append(x.Steps, p.steps...)
		}
		for _, d := range j.Doubts {
			if x.Doubt == "" {
				x.Doubt = d.Reason
			}
		}
		if slices.ContainsFunc(x.Steps, func(s Step) bool { return s.Kind == Start }) {
			all = append(all, x)
		}
	}
	return all
}

// namedDeploy reports whether a job or workflow is called after the deployment of the site.
func namedDeploy(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"docs", "test", "preview", "feature", "pages", "staging", "review"} {
		if strings.Contains(name, word) {
			return false
		}
	}
	return strings.Contains(name, "deploy") || strings.Contains(name, "production") || strings.Contains(name, "rollout")
}

// outside reports whether a manager runs processes elsewhere, so that a job that speaks to it deploys.
func outside(manager string) bool {
	switch manager {
	case "Heroku", "Fly.io", "Elastic Beanstalk", "App Engine", "Cloud Run", "ECS", "Dokku", "Railway", "Render", "Ansible":
		return true
	}
	return false
}

// actionStep is what a ready-made action does to the deployment.
func actionStep(a ci.Action) (Step, bool) {
	for _, known := range []struct{ part, manager string }{
		{"heroku-deploy", "Heroku"}, {"amazon-ecs-deploy", "ECS"}, {"deploy-cloudrun", "Cloud Run"}, {"deploy-appengine", "App Engine"}, {"beanstalk-deploy", "Elastic Beanstalk"},
		{"railway", "Railway"}, {"render-deploy", "Render"}, {"dokku/github-action", "Dokku"},
	} {
		if strings.Contains(a.Name, known.part) {
			one := known.manager == "ECS" || known.manager == "Cloud Run"
			return Step{Kind: Start, All: !one, Manager: known.manager, At: a.At}, true
		}
	}
	return Step{}, false
}
