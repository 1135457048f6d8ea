package errors

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

const debugFailsClosedID = "errors/debug-fails-closed"

func debugFailsClosed() check.Check {
	return check.Check{
		ID:       debugFailsClosedID,
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "DEBUG stays off when its variable is missing or misspelt",
			Why: `Variables get lost: a new host, a renamed secret, a worker that does not share the web process's environment, a cron job. When the default is True, each of these silently publishes tracebacks and settings; when it is False, the worst is a plain 500 page.

A close relative is the string that is never converted. Environment variables are text, and every non-empty text is true in Python, so bool(os.environ.get("DEBUG")) turns DEBUG on for DEBUG=False. The same happens where a base module turns DEBUG on, computes other settings from it, and the production module turns off DEBUG alone.

The price of a safe default is one line in each developer's own environment file.`,
			Fix:    `Default to False and convert the text: DEBUG = env.bool("DEBUG", default=False) with django-environ or environs, config("DEBUG", default=False, cast=bool) with python-decouple, os.environ.get("DEBUG", "").lower() in ("1", "true", "yes") without a package. Compute what depends on DEBUG after its final value, or in the module that sets it.`,
			Verify: `Import the production settings twice, once with the variable unset and once with DEBUG=False, each time with "python -c 'from django.conf import settings; print(settings.DEBUG)'": both print False.`,
			Bad: []check.Example{
				check.SettingsExample("On when nobody says anything.", "import os\n\nDEBUG = os.environ.get(\"DEBUG\", \"True\") == \"True\"\n"),
				check.SettingsExample("DEBUG=False turns it on.", "import os\n\nDEBUG = bool(os.environ.get(\"DEBUG\", \"\"))\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Off by default, and the text is compared.", "import os\n\nDEBUG = os.environ.get(\"DEBUG\", \"\").lower() in (\"1\", \"true\", \"yes\")\n"),
				check.SettingsExample("django-environ converts the text.", "import environ\n\nenv = environ.Env()\nDEBUG = env.bool(\"DEBUG\", default=False)\n"),
			},
			References: []check.Reference{
				check.See("Django settings: DEBUG", check.DjangoDocs+"ref/settings/#debug"),
				check.See("Python: truth value testing", "https://docs.python.org/3/library/stdtypes.html#truth-value-testing"),
				check.See("django-environ: casts and defaults", "https://django-environ.readthedocs.io/en/latest/quickstart.html"),
				check.See("OWASP: secure defaults", "https://cheatsheetseries.owasp.org/cheatsheets/Secure_Product_Design_Cheat_Sheet.html"),
			},
			Triggers: []string{
				"DEBUG is true when its variable is missing",
				"DEBUG is true for the text False, because the text is not converted",
				"a base module computes settings from its own DEBUG = True before production overrides it",
				"an entry point falls back to settings in which DEBUG is on",
			},
		},
		Source: debugFailsClosedSource,
	}
}

func debugFailsClosedSource(p *check.SourcePass) check.Answer {
	answer, w := p.Settings.Judge(isDebug)
	debug := w.Get("DEBUG")
	if answer == eval.Yes {
		return failsOpen(p, debug)
	}
	var findings []check.Finding
	findings = append(findings, givenButOpen(p, debug)...)
	findings = append(findings, unconverted(p)...)
	findings = append(findings, computedFromDebug(p)...)
	if len(findings) > 0 {
		return check.Failed(findings...)
	}
	if e, ok := debugEntryPoint(p); ok {
		return check.CausedBy("environments/production-settings", e.File.Path+" falls back to "+e.Module+", where DEBUG is on")
	}
	if answer == eval.Maybe && !mustBeGiven(debug.Value) {
		return check.Unclear(check.Doubt(w, debug))
	}
	return check.Passed("")
}

// failsOpen is the answer when DEBUG is on as shipped.
func failsOpen(p *check.SourcePass, debug django.Setting) check.Answer {
	if name, ok := rawText(debug.Value); ok {
		return check.Failed(unconvertedFinding(p, name, debug))
	}
	names := debugSwitches(p.Settings)
	if len(names) == 0 {
		return check.CausedBy(debugOffID, "DEBUG is on whatever the environment says")
	}
	severity := check.Critical
	f := check.Finding{At: check.Where(debug), Fix: `DEBUG = env.bool("DEBUG", default=False)`}
	if v, ok := turnedOff(p, names); ok {
		severity = check.Recommended
		f.Related = []check.Related{{Message: "here the set-up of the project turns it off", At: v}}
	}
	f.Severity = severity
	f.Message = "DEBUG is True when " + check.Missing(names) + "; default it to False"
	return check.Failed(f)
}

// turnedOff finds a value of one of the variables, in production's processes or in an example environment file, with which DEBUG is off.
func turnedOff(p *check.SourcePass, names []string) (source.Span, bool) {
	for _, name := range names {
		for _, c := range shownValues(p.Project, name) {
			s := p.Settings.With(map[string]string{name: c.Value})
			if s != nil && s.Shipped().Failure == nil && isDebug(s.Shipped()) == eval.No {
				return c.At, true
			}
		}
	}
	return source.Span{}, false
}

// shown is a value that the repository gives to a variable.
type shown struct {
	Value string
	At    source.Span
}

// shownValues are the values that production's processes and the example environment files give to a variable.
func shownValues(p *project.Snapshot, name string) []shown {
	var values []shown
	if p.Deployment != nil {
		for _, process := range p.Deployment.Processes {
			if v, ok := process.Lookup(name); ok && process.Production && v.Given {
				values = append(values, shown{v.Value, v.At})
			}
		}
	}
	for _, file := range p.EnvFiles {
		if !file.Example {
			continue
		}
		for _, line := range file.Vars {
			if line.Name == name {
				values = append(values, shown{line.Value, line.At})
			}
		}
	}
	return values
}

// givenButOpen finds a variable that the environment gives and whose default turns DEBUG on.
func givenButOpen(p *check.SourcePass, debug django.Setting) []check.Finding {
	for _, ref := range debug.Value.Env() {
		fallback, ok := literalText(ref.Default)
		if !ref.Set || !ref.HasDefault || !ok {
			continue
		}
		s := p.Settings.With(map[string]string{ref.Name: fallback})
		if s == nil || s.Shipped().Failure != nil || isDebug(s.Shipped()) != eval.Yes {
			continue
		}
		return []check.Finding{{
			Severity: check.Recommended,
			Message:  "DEBUG is off here only because the variable " + ref.Name + " is given; without it DEBUG is True; default it to False",
			At:       check.Where(debug),
			Fix:      `DEBUG = env.bool("DEBUG", default=False)`,
		}}
	}
	return nil
}

// literalText is the text of a Python literal as an environment would hold it: 'yes' is yes, True is True. ok is false for None
// and for what is no literal.
func literalText(literal string) (text string, ok bool) {
	literal = strings.TrimSpace(literal)
	switch {
	case literal == "" || literal == "None" || strings.ContainsAny(literal, "()[]{}\\"):
		return "", false
	case len(literal) >= 2 && (literal[0] == '"' || literal[0] == '\'') && literal[len(literal)-1] == literal[0]:
		return literal[1 : len(literal)-1], true
	case literal == "True" || literal == "False" || strings.Trim(literal, "0123456789") == "":
		return literal, true
	}
	return "", false
}

// unconverted finds a variable about debugging whose text is not converted, so that False turns DEBUG on.
func unconverted(p *check.SourcePass) []check.Finding {
	for _, name := range debugVariables(p.Settings) {
		s := p.Settings.With(map[string]string{name: "False"})
		if s == nil || s.Shipped().Failure != nil || isDebug(s.Shipped()) != eval.Yes {
			continue
		}
		return []check.Finding{unconvertedFinding(p, name, s.Get("DEBUG"))}
	}
	return nil
}

// unconvertedFinding stops a release where DEBUG can't be off at all, or the repository gives a value that was meant to turn it off.
func unconvertedFinding(p *check.SourcePass, name string, debug django.Setting) check.Finding {
	f := check.Finding{
		Severity: check.Recommended,
		Message:  "DEBUG is on for " + name + "=False, because the variable's text is not converted; compare it with the words that mean yes",
		At:       check.Where(debug),
		Fix:      "DEBUG = os.environ.get(\"" + name + "\", \"\").lower() in (\"1\", \"true\", \"yes\")",
	}
	if at, ok := turnedOnByMistake(p, name); ok {
		f.Severity = check.Critical
		f.Related = []check.Related{{Message: "this value, meant to turn DEBUG off, turns it on", At: at}}
	}
	if isDebug(p.Settings.Shipped()) == eval.Yes {
		f.Severity = check.Critical
	}
	return f
}

// debugVariables are the variables whose name speaks of debugging and that DEBUG depends on in some world.
func debugVariables(s *django.Settings) []string {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if strings.Contains(strings.ToUpper(name), "DEBUG") && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, w := range s.Worlds() {
		for _, ref := range w.Get("DEBUG").Value.Env() {
			add(ref.Name)
		}
	}
	return names
}

// turnedOnByMistake finds a value of the variable that reads as no and turns DEBUG on.
func turnedOnByMistake(p *check.SourcePass, name string) (source.Span, bool) {
	for _, c := range shownValues(p.Project, name) {
		switch strings.ToLower(c.Value) {
		case "false", "0", "no", "off", "n", "f":
		default:
			continue
		}
		s := p.Settings.With(map[string]string{name: c.Value})
		if s != nil && s.Shipped().Failure == nil && isDebug(s.Shipped()) == eval.Yes {
			return c.At, true
		}
	}
	return source.Span{}, false
}

// mustBeGiven reports whether a value waits for a variable that has no default: it fails closed, whatever it will be.
func mustBeGiven(v eval.Value) bool {
	refs := v.Env()
	for _, ref := range refs {
		if ref.HasDefault || ref.Set {
			return false
		}
	}
	return len(refs) > 0
}

// debugEntryPoint finds an entry point of a server or worker whose fallback has DEBUG on.
func debugEntryPoint(p *check.SourcePass) (project.EntryPoint, bool) {
	for _, e := range p.Project.EntryPoints {
		if e.Module == "" || e.Module == p.Settings.Module || e.Kind == project.Manage || e.Kind == project.Script || p.Project.Evaluate == nil {
			continue
		}
		s := p.Project.Evaluate(e.Module)
		if s != nil && s.Shipped().Failure == nil && isDebug(s.Shipped()) == eval.Yes {
			return e, true
		}
	}
	return project.EntryPoint{}, false
}
