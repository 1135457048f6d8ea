package secrets

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/secrets"
	"gonogo/internal/source"
)

// artefactCredentials are the findings about variables that artefacts of production give to processes and builds. Those of one file that
// everybody tries first are told together.
func artefactCredentials(p *check.SourcePass) []check.Finding {
	if p.Project.Deployment == nil {
		return nil
	}
	owned := []string{"DJANGO_SUPERUSER_PASSWORD", "SECRET_KEY", "DJANGO_SECRET_KEY"}
	if p.Settings != nil {
		for _, ref := range p.Settings.Get("SECRET_KEY").Value.Env() {
			owned = append(owned, ref.Name)
		}
	}
	a := &artefacts{pass: p, owned: owned, seen: map[source.Span]bool{}, told: map[string]bool{}, weak: map[string]*weakFile{}}
	for _, process := range p.Project.Deployment.Processes {
		if process.Production {
			exposed := published(process) && a.serves(process)
			for _, v := range process.Env {
				a.variable(v, exposed)
			}
		}
	}
	for _, b := range p.Project.Deployment.Builds {
		if b.Production && !b.Foreign && b.Target != nil {
			for _, stage := range b.Target.Chain() {
				for _, v := range stage.Args {
					if secrets.Generated(v.Value) {
						a.variable(v, false)
					}
				}
			}
		}
	}
	return a.all()
}

// artefacts collects the variables of files.
type artefacts struct {
	pass   *check.SourcePass
	owned  []string // variables that another check tells of
	seen   map[source.Span]bool
	told   map[string]bool // by file and name
	strong []check.Finding
	weak   map[string]*weakFile
	files  []string // of weak, in order
}

// weakFile is what one file gives that everybody tries first.
type weakFile struct {
	names   []string
	at      source.Span
	exposed bool
	falls   bool // all are defaults that a variable replaces
}

// variable judges one variable of a process or build.
func (a *artefacts) variable(v deploy.Variable, exposed bool) {
	if !v.Given || v.Value == "" || a.seen[v.At] || v.At.IsZero() || slices.Contains(a.owned, v.Name) || saysDevelopment(v.At.File) {
		return
	}
	a.seen[v.At] = true
	if isEnvironmentFile(a.pass, v.At.Path()) || secrets.TestPath(v.At.Path()) || !inRepository(a.pass, v.At.Path()) {
		return
	}
	password, isAddress := addressPassword(v.Value)
	switch {
	case isAddress:
	case !secrets.HoldsSecret(v.Name) || secrets.Reference(v.Value) || strings.ContainsAny(v.Value, " $:"):
		return
	default:
		password = v.Value
	}
	f := check.Finding{Severity: check.Critical, At: v.At, Secret: true}
	if ownedByRepository(a.pass, f) {
		return
	}
	if secrets.Generated(password) {
		f.Message = v.Name + " has its value in " + v.At.Path() + ", so everybody who reads the repository has the access that it gives; let the host give it, and change it"
		if fallsBack(v.At) {
			f.Message = v.Name + " falls back to a value that stands in " + v.At.Path() + ", which every host has that was not given one; refuse to start without it, and change it"
			if at, ok := check.SetUp(a.pass, expanded(v.At.Text()), nil); ok && at.Path() != v.At.Path() {
				f.Severity, f.Related = check.Recommended, []check.Related{{Message: "the project's own set-up speaks of it here", At: at}}
			}
		}
		if key := v.At.Path() + "\x00" + v.Name; !a.told[key] { // several processes of a file are often given the same
			a.told[key] = true
			a.strong = append(a.strong, f)
		}
		return
	}
	name := v.At.Path()
	w := a.weak[name]
	if w == nil {
		w = &weakFile{at: v.At, falls: true}
		a.weak[name] = w
		a.files = append(a.files, name)
	}
	if !slices.Contains(w.names, v.Name) {
		w.names = append(w.names, v.Name)
	}
	w.falls = w.falls && fallsBack(v.At)
	if exposed && !fallsBack(v.At) && !w.exposed {
		w.exposed, w.at = true, v.At
	}
}

// fallsBack reports whether a place gives a default that a variable replaces: ${NAME:-value}.
func fallsBack(at source.Span) bool {
	text := at.Text()
	return strings.Contains(text, "${") && (strings.Contains(text, ":-") || strings.Contains(text, "-"))
}

// expanded are the variables that a text expands.
func expanded(text string) []string {
	var names []string
	for _, part := range strings.Split(text, "${")[1:] {
		if end := strings.IndexAny(part, ":-}?"); end > 0 {
			names = append(names, part[:end])
		}
	}
	return names
}

// serves reports whether the file of a process also runs the site, and not on source that is mounted into it, as developers do.
func (a *artefacts) serves(p *deploy.Process) bool {
	web := false
	for _, other := range a.pass.Project.Deployment.Processes {
		if other.At.Path() != p.At.Path() {
			continue
		}
		web = web || other.Role == deploy.Web
		for _, volume := range other.Volumes {
			if volume.Kind == deploy.BindMount && (volume.Path == "." || volume.Path == a.pass.Project.Root) {
				return false
			}
		}
	}
	return web
}

// saysDevelopment reports whether the comment at the beginning of a file says that it is for development.
func saysDevelopment(f *source.File) bool {
	for n := 1; f != nil && n <= min(f.LineCount(), 20); n++ {
		line := strings.ToLower(strings.TrimSpace(f.Line(n)))
		if !strings.HasPrefix(line, "#") {
			return false
		}
		if strings.Contains(line, "development") || strings.Contains(line, "not intended for production") || strings.Contains(line, "not for production") {
			return true
		}
	}
	return false
}

// published reports whether a database, cache or broker can be reached from outside of its host.
func published(p *deploy.Process) bool {
	if p.Role != deploy.Other {
		return false
	}
	return slices.ContainsFunc(p.Ports, func(port deploy.Port) bool {
		if !port.Published || port.Loopback() || port.Address.Said() && !port.Address.Known {
			return false
		}
		switch port.Container.Value {
		case 5432, 3306, 6379, 27017, 5672, 15672, 9200, 9000, 11211:
			return true
		}
		return false
	})
}

// all are the findings, those of weak values one a file.
func (a *artefacts) all() []check.Finding {
	findings := a.strong
	for _, name := range a.files {
		w := a.weak[name]
		f := check.Finding{Severity: check.Recommended, At: w.at, Secret: true}
		verb, values := " is given a value", " that everybody tries first"
		if w.falls {
			verb = " falls back to a value"
		}
		if len(w.names) > 1 {
			verb = strings.Replace(strings.Replace(verb, " is ", " are ", 1), "falls", "fall", 1)
			verb = strings.Replace(verb, "a value", "values", 1)
		}
		f.Message = listed(w.names) + verb + values + " in " + path.Base(name) + "; let the host give it and refuse to start without it: ${" + w.names[0] + ":?}"
		if w.exposed {
			f.Severity = check.Critical
			f.Message = listed(w.names) + verb + values + " in " + path.Base(name) + ", and the port is published to all networks of the host; let the host give it, and publish no port"
		}
		findings = append(findings, f)
	}
	return findings
}
