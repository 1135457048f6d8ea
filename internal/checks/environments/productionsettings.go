package environments

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

const settingsVariable = "DJANGO_SETTINGS_MODULE"

func productionSettings() check.Check {
	return check.Check{
		ID:              "environments/production-settings",
		Severity:        check.Critical,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Every production process starts with the same production settings",
			Why: `Web server, worker, scheduler and release step each pick their settings: from DJANGO_SETTINGS_MODULE, else from the default in wsgi.py, asgi.py, manage.py or the Celery application. When they end on different modules, the parts of one site disagree about its database, its queue or its keys, and nothing says so. When the default is a development module, one host without the variable runs with DEBUG on.

Naming the production module as the default of wsgi.py, asgi.py and the Celery application makes production the safe side; developers name theirs in their own environment, or in manage.py, which production seldom needs without the variable.`,
			Fix:    `Write os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production") in wsgi.py, asgi.py and celery.py, and set the variable for each production process.`,
			Verify: `Run "env -u DJANGO_SETTINGS_MODULE python -c 'import config.wsgi; from django.conf import settings; print(settings.SETTINGS_MODULE, settings.DEBUG)'", and the same for asgi and the Celery application: each prints the production module and False.`,
			Bad: []check.Example{
				check.Project("The server falls back to development.",
					"config/settings/__init__.py", "",
					"config/settings/production.py", "DEBUG = False\n",
					"config/settings/development.py", "DEBUG = True\n",
					"config/wsgi.py", "import os\n\nfrom django.core.wsgi import get_wsgi_application\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings.development\")\napplication = get_wsgi_application()\n",
					"manage.py", "import os\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings.development\")\n",
					"Procfile", "web: DJANGO_SETTINGS_MODULE=config.settings.production gunicorn config.wsgi\n"),
			},
			Good: []check.Example{
				check.Project("The server falls back to production.",
					"config/settings/__init__.py", "",
					"config/settings/production.py", "DEBUG = False\n",
					"config/settings/development.py", "DEBUG = True\n",
					"config/wsgi.py", "import os\n\nfrom django.core.wsgi import get_wsgi_application\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings.production\")\napplication = get_wsgi_application()\n",
					"manage.py", "import os\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"config.settings.development\")\n"),
			},
			References: []check.Reference{
				check.See("Django: designating the settings", check.DjangoDocs+"topics/settings/#designating-the-settings"),
				check.See("Django: how to deploy with WSGI, configuring the settings module", check.DjangoDocs+"howto/deployment/wsgi/#configuring-the-settings-module"),
				check.See("Celery: first steps with Django", check.CeleryDocs+"django/first-steps-with-django.html"),
			},
			Triggers: []string{
				"no settings module can be determined, or several could be production's and nothing tells which",
				"wsgi.py, asgi.py or the Celery application falls back to settings in which DEBUG is on",
				"processes or entry points end on settings with different values",
				"the release step, a worker or another web process is given other variables, from which the database, the key, the cache or the storage come",
			},
		},
		Source: productionSettingsSource,
	}
}

func productionSettingsSource(p *check.SourcePass) check.Answer {
	if p.Settings == nil {
		return noSettings(p)
	}
	findings := append(refused(p), fallbacks(p)...)
	findings = append(findings, processesDiffer(p)...)
	findings = append(findings, valuesDiffer(p)...)
	if len(findings) == 0 {
		findings = undecided(p)
	}
	if len(findings) > 0 {
		return check.Failed(findings...)
	}
	if at := p.Project.Choice.Development; !at.IsZero() {
		return check.Unclear(p.Project.Choice.Module + " says that it is for development (" + at.Path() + "), and no settings of production are in the repository; name the module with --settings")
	}
	return check.Passed(p.Project.Choice.Module + ": " + p.Project.Choice.Reason)
}

// refused are the settings with which Django refuses to start; ALLOWED_HOSTS is told by hosts/allowed-hosts.
func refused(p *check.SourcePass) (findings []check.Finding) {
	if p.Settings.Shipped().Failure != nil {
		return nil
	}
	for _, r := range p.Settings.Shipped().Refusals() {
		if r.Setting.Name == "ALLOWED_HOSTS" {
			continue
		}
		findings = append(findings, check.Finding{Severity: check.Critical, At: check.Where(r.Setting),
			Message: fmt.Sprintf("Django refuses to start%s (%s); %s", check.EnvNote(r.Setting.Value), strings.TrimSuffix(r.Message, "."), r.Advice)})
	}
	return findings
}

// noSettings is the answer for a project without settings that could be found.
func noSettings(p *check.SourcePass) check.Answer {
	at := p.Project.Choice.At
	for _, e := range p.Project.EntryPoints {
		if at.IsZero() {
			at = e.At
		}
		if at.IsZero() && e.File != nil {
			at = e.File.Whole()
		}
	}
	if at.IsZero() {
		return check.Unclear("no settings module was found; name it with --settings")
	}
	return check.Failed(check.Finding{
		Severity: check.Critical,
		Message:  "No settings module could be found for production, so nothing here says what the site runs with; set " + settingsVariable + " in wsgi.py, or name the module with --settings",
		At:       at,
	})
}

// maxCandidates bounds how many rivals are named.
const maxCandidates = 5

// undecided is the finding about several candidates of which none is told apart. Those with DEBUG on and those with the same values
// are no rivals.
func undecided(p *check.SourcePass) []check.Finding {
	choice := p.Project.Choice
	if choice.Certain {
		return nil
	}
	var names []string
	for _, c := range choice.Candidates {
		if !c.Rival || len(names) == maxCandidates {
			continue
		}
		other := evaluate(p, c.Module)
		if other != nil && !isOn(other, "DEBUG") && len(differences(p.Settings.Shipped(), other.Shipped())) > 0 {
			names = append(names, c.Module)
		}
	}
	if len(names) == 0 {
		return nil
	}
	at := choice.At
	if at.IsZero() {
		at = p.Settings.File.Whole()
	}
	return []check.Finding{{
		Severity: check.Recommended,
		Message:  "Nothing tells which settings are production's: " + choice.Module + " was taken, " + check.And(names) + " could be too; name the module in wsgi.py or the process's environment",
		At:       at,
	}}
}

// fallbacks are the findings about what entry points take when the variable is missing.
func fallbacks(p *check.SourcePass) []check.Finding {
	var findings []check.Finding
	set := variableGiven(p)
	for _, e := range p.Project.EntryPoints {
		if e.Kind == project.Manage || e.Kind == project.Script || e.Module == "" || e.Module == p.Settings.Module {
			continue
		}
		other := evaluate(p, e.Module)
		if other == nil {
			continue
		}
		if isOn(other, "DEBUG") {
			findings = append(findings, developmentFallback(p, e, set))
			continue
		}
		if names := differences(p.Settings.Shipped(), other.Shipped()); len(names) > 0 && (set.IsZero() || !e.Default) {
			findings = append(findings, check.Finding{
				Severity: check.Recommended,
				Message:  fmt.Sprintf("%s starts with %s, which differs from %s in %s; name the same module", e.File.Path, e.Module, p.Settings.Module, listed(names)),
				At:       e.At,
				Related:  chosenHere(p),
			})
		}
	}
	return findings
}

// developmentFallback is the finding about an entry point that falls back to settings with DEBUG on. It stops a release where a process
// of production is shown to start without the variable; where the deployment, or its variables, live elsewhere, it is only possible.
func developmentFallback(p *check.SourcePass, e project.EntryPoint, set source.Span) check.Finding {
	f := check.Finding{
		Severity: check.Critical,
		Message:  fmt.Sprintf("%s falls back to %s, where DEBUG is on, when %s is missing; default it to %s", e.File.Path, e.Module, settingsVariable, p.Settings.Module),
		At:       e.At,
		Fix:      fmt.Sprintf("os.environ.setdefault(%q, %q)", settingsVariable, p.Settings.Module),
		Related:  chosenHere(p),
	}
	switch {
	case !e.Default:
		f.Message = fmt.Sprintf("%s starts with %s, where DEBUG is on, whatever the environment says; use os.environ.setdefault with %s", e.File.Path, e.Module, p.Settings.Module)
	case !set.IsZero():
		f.Severity = check.Recommended
		f.Related = []check.Related{{Message: "a production process is given another module here", At: set}}
	case e.Kind == project.CeleryApp:
		f.Severity = check.Recommended // a worker answers no requests; tracebacks stay in its log
	default:
		bare := withoutVariable(p)
		if bare == nil {
			f.Severity = check.Recommended
			break
		}
		f.Related = []check.Related{{Message: "a production process starts here without the variable", At: bare.At}}
	}
	return f
}

// withoutVariable is a web process of production that is not given the settings module, though its artefact is where its variables stand;
// nil when there is none. A Procfile names commands only, and a store or file that is not in the tree may give the variable.
func withoutVariable(p *check.SourcePass) *deploy.Process {
	if p.Project.Deployment == nil {
		return nil
	}
	for _, process := range p.Project.Deployment.Processes {
		if _, given := process.Lookup(settingsVariable); given || !process.Production || process.Role != deploy.Web {
			continue
		}
		elsewhere := slices.ContainsFunc(process.EnvFrom, func(e deploy.EnvSource) bool { return !e.Read })
		if !elsewhere && !strings.HasPrefix(path.Base(process.At.Path()), "Procfile") {
			return process
		}
	}
	return nil
}

// variableGiven is where a production process is given the settings module; the zero span when none is.
func variableGiven(p *check.SourcePass) source.Span {
	if p.Project.Deployment == nil {
		return source.Span{}
	}
	for _, process := range p.Project.Deployment.Processes {
		if v, ok := process.Lookup(settingsVariable); ok && process.Production {
			return v.At
		}
	}
	return source.Span{}
}

// processesDiffer are the findings about production processes that are given settings with other values.
func processesDiffer(p *check.SourcePass) []check.Finding {
	if p.Project.Deployment == nil {
		return nil
	}
	var findings []check.Finding
	seen := map[string]bool{p.Settings.Module: true}
	for _, process := range p.Project.Deployment.Processes {
		v, ok := process.Lookup(settingsVariable)
		if !ok || !v.Given || !process.Production || seen[v.Value] {
			continue
		}
		seen[v.Value] = true
		other := evaluate(p, v.Value)
		if other == nil {
			continue
		}
		names := differences(p.Settings.Shipped(), other.Shipped())
		if len(names) == 0 {
			continue
		}
		severity := check.Recommended
		if isOn(other, "DEBUG") {
			severity = check.Critical
		}
		findings = append(findings, check.Finding{
			Severity: severity,
			Message:  fmt.Sprintf("%s starts with %s, which differs from %s in %s; give all processes the same module", process.Artefact, v.Value, p.Settings.Module, listed(names)),
			At:       v.At,
			Related:  chosenHere(p),
		})
	}
	return findings
}

// chosenHere is the place that shows which settings are production's.
func chosenHere(p *check.SourcePass) []check.Related {
	if p.Project.Choice.At.IsZero() {
		return nil
	}
	return []check.Related{{Message: "production's settings are named here", At: p.Project.Choice.At}}
}

// evaluate is another settings module of the project, nil when it has none by that name or it can't be imported.
func evaluate(p *check.SourcePass, module string) *django.Settings {
	if p.Project.Evaluate == nil {
		return nil
	}
	s := p.Project.Evaluate(module)
	if s == nil || s.Shipped().Failure != nil {
		return nil
	}
	return s
}

func isOn(s *django.Settings, name string) bool {
	return check.IsOn(s.Get(name).Value) == eval.Yes
}

// listed names the first few of many settings.
func listed(names []string) string {
	const shown = 4
	if len(names) <= shown {
		return check.And(names)
	}
	return strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", len(names)-shown)
}

// differences are the settings that two worlds both give and that are known to differ, sorted. A setting that only one of them gives is
// none: a module may star-import another and add to it.
func differences(a, b *django.World) []string {
	var names []string
	for _, name := range a.SettingNames() {
		x, y := a.Get(name), b.Get(name)
		if x.Set && y.Set && name != "SETTINGS_MODULE" && differ(x.Value, y.Value, 0) {
			names = append(names, name)
		}
	}
	return names
}

// differ reports whether two values are known not to be the same. Unknown parts may be equal. Depth is bounded.
func differ(a, b eval.Value, depth int) bool {
	if depth > 8 || a.IsUnknown() || b.IsUnknown() || a.IsOpen() || b.IsOpen() || a.IsRandom() || b.IsRandom() {
		return false
	}
	if a.Kind() != b.Kind() {
		return true
	}
	switch a.Kind() {
	case eval.List, eval.Tuple:
		return elementsDiffer(a.Elems(), b.Elems(), depth)
	case eval.Dict:
		if len(a.Entries()) != len(b.Entries()) {
			return true
		}
		for _, e := range a.Entries() {
			key, ok := e.Key.AsStr()
			if !ok {
				continue
			}
			other, found := b.Lookup(key)
			if !found || differ(e.Value, other, depth+1) {
				return true
			}
		}
		return false
	case eval.Bool, eval.Int, eval.Float, eval.Str, eval.Bytes, eval.Path, eval.Timedelta:
		return !eval.Equal(a, b)
	}
	return false
}

func elementsDiffer(a, b []eval.Value, depth int) bool {
	for _, list := range [][]eval.Value{a, b} {
		for _, e := range list {
			if e.IsSpread() {
				return false
			}
		}
	}
	if len(a) != len(b) {
		return true
	}
	for i := range a {
		if differ(a[i], b[i], depth+1) {
			return true
		}
	}
	return false
}
