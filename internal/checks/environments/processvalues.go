package environments

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// shared is something in which all processes of a site must agree.
type shared struct {
	name        string
	consequence string // of a process that has another one than the site
	values      func(*django.World) []eval.Value
	roles       []deploy.Role // that it matters for
}

// sharedValues are what the processes of a site share, what is worst first. The broker, and the database of workers, are told by
// tasks/worker-process.
func sharedValues() []shared {
	setting := func(name string) func(*django.World) []eval.Value {
		return func(w *django.World) []eval.Value { return []eval.Value{w.Get(name).Value} }
	}
	background := []deploy.Role{deploy.Worker, deploy.Beat, deploy.Periodic}
	return []shared{
		{"the database", "the release migrates another database than the site's", databaseOf, []deploy.Role{deploy.Release}},
		{"the database", "the job works on another database than the site's", databaseOf, []deploy.Role{deploy.Periodic}},
		{"SECRET_KEY", "what the one signs, such as the links of password resets, the other refuses", setting("SECRET_KEY"), append(background, deploy.Web)},
		{"the cache", "what the one keeps or deletes there, the other does not see", cacheOf, append(background, deploy.Web)},
		{"STORAGES", "files that the one writes, the other does not find", setting("STORAGES"), append(background, deploy.Web)},
		{"DEFAULT_FILE_STORAGE", "files that the one writes, the other does not find", setting("DEFAULT_FILE_STORAGE"), append(background, deploy.Web)},
		{"DEBUG", "the one keeps every query in memory and shows tracebacks", setting("DEBUG"), append(background, deploy.Web)},
	}
}

// databaseOf is where the default database is and what it is called.
func databaseOf(w *django.World) (values []eval.Value) {
	list, _ := w.Databases()
	for _, db := range list {
		if db.Alias == "default" {
			values = append(values, db.Option("ENGINE"), db.Option("HOST"), db.Option("PORT"), db.Option("NAME"))
		}
	}
	return values
}

// cacheOf is where the default cache is.
func cacheOf(w *django.World) []eval.Value {
	c, _ := w.Cache("default")
	return []eval.Value{c.Config.Get("BACKEND"), c.Config.Get("LOCATION")}
}

// valuesDiffer are the findings about processes whose settings have other values than those of the site's web process, because they are given
// other variables. Processes are compared within one description of a deployment.
func valuesDiffer(p *check.SourcePass) (findings []check.Finding) {
	for _, g := range p.Project.Deployment.Groups() {
		webs := g.With(deploy.Web)
		if len(webs) == 0 {
			continue
		}
		for _, other := range g.Processes {
			if other != webs[0] {
				findings = append(findings, valuesOf(p, webs[0], other)...)
			}
		}
	}
	return findings
}

// valuesOf are the findings about one process: one for what is worst of that in which it differs.
func valuesOf(p *check.SourcePass, web, other *deploy.Process) []check.Finding {
	disagreements := append(p.Project.Disagreements(web, other), p.Project.Disagreements(other, web)...)
	if len(disagreements) == 0 {
		return nil
	}
	a, b := p.Project.Compared(web), p.Project.Compared(other)
	if a == nil || b == nil || a.Module != b.Module || a.Shipped().Failure != nil || b.Shipped().Failure != nil {
		return nil
	}
	for _, s := range sharedValues() {
		if !slices.Contains(s.roles, other.Role) {
			continue
		}
		x, y := s.values(a.Shipped()), s.values(b.Shipped())
		d, found := behind(disagreements, append(x, y...))
		if !found || !elementsDiffer(x, y, 0) {
			continue
		}
		f := check.Finding{Severity: check.Recommended, At: givenAt(d, other),
			Message: fmt.Sprintf("%s and %s are given different variables (%s), so that %s of the one is not that of the other: %s; give both the same", web.Artefact, other.Artefact, d.Name, s.name, s.consequence),
			Related: []check.Related{{Message: "the settings read it here", At: d.Read.At}}}
		if other.Role == deploy.Release {
			f.Severity = check.Critical
		}
		return []check.Finding{f}
	}
	return nil
}

// behind is the variable that processes are given differently and from which a value comes.
func behind(list []project.Disagreement, values []eval.Value) (d project.Disagreement, found bool) {
	for _, d := range list {
		for _, v := range values {
			if v.IsValid() && slices.ContainsFunc(v.Env(), func(ref eval.EnvRef) bool { return ref.Name == d.Name }) {
				return d, true
			}
		}
	}
	return d, false
}

// givenAt is where a process is given the variable, or the process where it is not.
func givenAt(d project.Disagreement, process *deploy.Process) source.Span {
	if v, ok := process.Lookup(d.Name); ok && !v.At.IsZero() {
		return v.At
	}
	return process.At
}
