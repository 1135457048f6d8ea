package environments

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func noDevelopmentPackages() check.Check {
	return check.Check{
		ID:       "environments/no-development-packages",
		Severity: check.Recommended,
		Doc: check.Doc{
			Title: "Tools for development and tests stay out of production",
			Why: `A debug toolbar or profiler records queries, headers and settings of each request, slows every one of them, and shows what it recorded to whoever its own rule lets in; that rule often hangs on DEBUG or on an address that a proxy hides. A browser reloader or development TLS server opens connections of its own.

Test packages in production's requirements do no harm while they sleep; they make the image larger and each of them is one more package to keep free of known faults.`,
			Fix:    `Add such apps and middleware only in the development settings, and their packages to a development group: [dependency-groups] dev, requirements-dev.txt.`,
			Verify: `Run "python -c 'import django; django.setup(); from django.conf import settings; print(settings.INSTALLED_APPS, settings.MIDDLEWARE)'" with the production settings: no tool is among them. "pip list" in the image names no test package.`,
			Bad: []check.Example{
				check.SettingsExample("The toolbar is installed for everybody.", "DEBUG = False\nINSTALLED_APPS = [\"django.contrib.staticfiles\", \"debug_toolbar\"]\nMIDDLEWARE = [\"debug_toolbar.middleware.DebugToolbarMiddleware\"]\n"),
				check.Project("Production installs the test framework.",
					"settings.py", "DEBUG = False\n",
					"requirements.txt", "Django==5.2.8\npytest==8.4.2\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Only where DEBUG is on.", "import os\n\nDEBUG = os.environ.get(\"DEBUG\") == \"1\"\nINSTALLED_APPS = [\"django.contrib.staticfiles\"]\nif DEBUG:\n    INSTALLED_APPS += [\"debug_toolbar\"]\n"),
				check.Project("A file of their own.",
					"settings.py", "DEBUG = False\n",
					"requirements.txt", "Django==5.2.8\n",
					"requirements-dev.txt", "-r requirements.txt\npytest==8.4.2\n"),
			},
			References: []check.Reference{
				check.See("Django Debug Toolbar: installation", "https://django-debug-toolbar.readthedocs.io/en/latest/installation.html"),
				check.See("Python packaging: dependency groups", "https://packaging.python.org/en/latest/specifications/dependency-groups/"),
				check.See("Django deployment checklist", check.DjangoDocs+"howto/deployment/checklist/"),
			},
			Triggers: []string{
				"an app or middleware that is only for development is installed in the production settings",
				"a test or lint package is among production's requirements",
			},
		},
		Source: developmentPackagesSource,
	}
}

func developmentPackagesSource(p *check.SourcePass) check.Answer {
	answer := check.Weigh(p.Settings, func(w *django.World) check.Answer { return developmentToolsIn(p, w) })
	requirements := testRequirements(p)
	switch {
	case len(requirements) == 0:
		return answer
	case answer.Status == check.Fail:
		answer.Findings = append(answer.Findings, requirements...)
		answer.Cause, answer.Reason = "", ""
		return answer
	}
	return check.Failed(requirements...)
}

// developmentToolsIn judges apps and middleware in one world.
func developmentToolsIn(p *check.SourcePass, w *django.World) check.Answer {
	apps, middleware := w.Get("INSTALLED_APPS"), w.Get("MIDDLEWARE")
	findings := developmentEntries(apps, middleware)
	if len(findings) > 0 && check.IsOn(w.Get("DEBUG").Value) == eval.Yes && goneWithoutDebug(p) {
		return check.CausedBy("errors/debug-off", "the tools are installed because DEBUG is on")
	}
	var doubts []string
	for _, s := range []django.Setting{apps, middleware} {
		if _, whole := check.Strings(s.Value); !whole && s.Set {
			doubts = append(doubts, check.Doubt(w, s))
		}
	}
	return check.Gather(findings, doubts, "")
}

// developmentEntries are the tools that are installed, one finding for each package.
func developmentEntries(apps, middleware django.Setting) []check.Finding {
	var findings []check.Finding
	index := map[string]int{}
	add := func(e eval.Value, s django.Setting, found func(string) (knowledge.Package, bool)) {
		name, ok := e.AsStr()
		if !ok {
			return
		}
		pkg, ok := found(name)
		if !ok || !pkg.Has(knowledge.DevelopmentOnly) && !pkg.Has(knowledge.TestOnly) {
			return
		}
		at := e.At()
		if at.IsZero() {
			at = check.Where(s)
		}
		if i, seen := index[pkg.Name]; seen {
			findings[i].Related = append(findings[i].Related, check.Related{Message: "its entry in " + s.Name, At: at})
			return
		}
		index[pkg.Name] = len(findings)
		findings = append(findings, check.Finding{
			Severity: check.Recommended,
			Message:  fmt.Sprintf("%s of %s is in %s of production%s; move it to the development settings", name, pkg.Name, s.Name, check.EnvNote(e)),
			At:       at,
		})
	}
	for _, e := range apps.Value.Elems() {
		add(e, apps, knowledge.PackageOfApp)
	}
	for _, e := range middleware.Value.Elems() {
		add(e, middleware, knowledge.PackageOfMiddleware)
	}
	return findings
}

// goneWithoutDebug reports whether the tools are not installed once the variables that DEBUG comes from turn it off.
func goneWithoutDebug(p *check.SourcePass) bool {
	env := map[string]string{}
	for _, ref := range p.Settings.Get("DEBUG").Value.Env() {
		env[ref.Name] = "False"
	}
	if len(env) == 0 {
		return false
	}
	s := p.Settings.With(env)
	if s == nil || s.Shipped().Failure != nil || check.IsOn(s.Get("DEBUG").Value) != eval.No {
		return false
	}
	return len(developmentEntries(s.Get("INSTALLED_APPS"), s.Get("MIDDLEWARE"))) == 0
}

// testRequirements is the finding about production's requirements, one for all files.
func testRequirements(p *check.SourcePass) []check.Finding {
	if p.Project.Deployment == nil || p.Project.Deployment.Dependencies == nil {
		return nil
	}
	var names []string
	var first deploy.Requirement
	for _, r := range p.Project.Deployment.Dependencies.Requirements {
		if !r.Production || !r.Direct || r.ConstraintOnly || !onlyForDevelopers(r.Name) || slices.Contains(names, r.Name) || headedDevelopment(r.At.File) {
			continue
		}
		if names = append(names, r.Name); len(names) == 1 {
			first = r
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []check.Finding{{
		Severity: check.Recommended,
		Message:  fmt.Sprintf("Production installs %s (%s); move %s to a development group", listed(names), first.At.Path(), map[bool]string{true: "it", false: "them"}[len(names) == 1]),
		At:       first.At,
	}}
}

// headedDevelopment reports whether the comment at a requirement file's head says that it is for development.
func headedDevelopment(f *source.File) bool {
	if f == nil || !strings.HasSuffix(f.Path, ".in") && !strings.HasSuffix(f.Path, ".txt") {
		return false
	}
	for _, line := range strings.SplitN(string(f.Data[:min(len(f.Data), 2000)]), "\n", 10) {
		line = strings.ToLower(strings.TrimSpace(line))
		if line != "" && !strings.HasPrefix(line, "#") {
			return false
		}
		if strings.Contains(line, "development") && !strings.Contains(line, "production") {
			return true
		}
	}
	return false
}

// onlyForDevelopers reports whether a distribution has no use in production: it tests or checks source.
func onlyForDevelopers(name string) bool {
	return slices.ContainsFunc([]knowledge.Role{knowledge.TestOnly, knowledge.Lint}, func(role knowledge.Role) bool {
		return knowledge.HasRole(name, role)
	})
}
