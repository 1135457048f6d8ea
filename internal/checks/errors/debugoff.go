package errors

import (
	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

const debugOffID = "errors/debug-off"

func debugOff() check.Check {
	return check.Check{
		ID:       debugOffID,
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "DEBUG is off in production",
			Why: `With DEBUG on, every error and every unknown address answers with a page that shows the traceback, the source code around it, local variables, the request with its cookies, most settings and all URL patterns. Django hides only settings whose names look secret. A stranger can cause such an error on purpose.

DEBUG also makes Django keep every SQL query in memory, so that long-running processes grow until they are killed, and it switches off mails about errors to ADMINS. What you lose without it is convenience: an error tracker shows the same traceback to you alone.`,
			Fix:    `Write DEBUG = False in the settings that production uses, or read it from a variable whose default is False.`,
			Verify: `Run "DJANGO_SETTINGS_MODULE=<production module> python -c 'from django.conf import settings; print(settings.DEBUG)'" with production's environment: it prints False. "python manage.py check --deploy" must not print security.W018.`,
			Bad: []check.Example{
				check.SettingsExample("The production module turns it on.", "DEBUG = True\n"),
				check.SettingsExample("A string is true, whatever it says.", "DEBUG = \"False\"\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Off, whatever the environment says.", "DEBUG = False\n"),
				check.SettingsExample("Off unless somebody turns it on.", "import os\n\nDEBUG = os.environ.get(\"DEBUG\") == \"True\"\n"),
			},
			References: []check.Reference{
				check.See("Django settings: DEBUG", check.DjangoDocs+"ref/settings/#debug"),
				check.See("Django deployment checklist: DEBUG", check.DjangoDocs+"howto/deployment/checklist/#debug"),
				check.See("CWE-489: Active Debug Code", "https://cwe.mitre.org/data/definitions/489.html"),
			},
			Django:   []string{"security.W018"},
			Triggers: []string{"DEBUG is true in the production settings", "DEBUG is a non-empty string or another value that counts as true"},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, func(w *django.World) check.Answer { return debugIn(p, w) })
		},
	}
}

// debugIn judges DEBUG in one world.
func debugIn(p *check.SourcePass, w *django.World) check.Answer {
	debug := w.Get("DEBUG")
	switch check.IsOn(debug.Value) {
	case eval.No:
		return check.Passed("")
	case eval.Maybe:
		return check.Unclear(check.Doubt(w, debug))
	}
	if names := debugSwitches(p.Settings); len(names) > 0 {
		return check.CausedBy(debugFailsClosedID, "DEBUG is on when "+check.Missing(names))
	}
	if name, ok := rawText(debug.Value); ok {
		return check.CausedBy(debugFailsClosedID, "the text of the variable "+name+" is not converted, so any value turns DEBUG on")
	}
	message := "DEBUG is True in production" + check.EnvNote(debug.Value) + ", so every error page shows code, settings and variables to strangers; write DEBUG = False"
	if b, ok := debug.Value.AsBool(); !ok || !b {
		message = "DEBUG is " + check.Shown(debug) + check.EnvNote(debug.Value) + ", which counts as true, so every error page shows code, settings and variables to strangers; write DEBUG = False"
	}
	f := check.Finding{Severity: check.Critical, Message: message, At: check.Where(debug), Fix: "DEBUG = False"}
	if _, files := check.Escapes(p.Settings, func(w *django.World) eval.Tri { return check.If(isDebug(w) == eval.Yes) }); len(files) > 0 {
		f.Message += ", not only in " + check.And(files)
		if at, ok := check.SetUp(p, nil, files); ok {
			f.Severity = check.Recommended
			f.Related = append(f.Related, check.Related{Message: "the project's own set-up speaks of it here", At: at})
		}
	}
	return check.Failed(f)
}

// rawText is the variable whose text, whatever it is, is the value: a string that is not converted is true.
func rawText(v eval.Value) (name string, ok bool) {
	refs := v.Env()
	if !v.IsUnknown() || len(refs) == 0 {
		return "", false
	}
	return refs[0].Name, true
}

// isDebug asks a world whether DEBUG is on.
func isDebug(w *django.World) eval.Tri { return check.IsOn(w.Get("DEBUG").Value) }

// debugSwitches are the variables that could turn DEBUG off where it is on as shipped: it took their defaults, or a branch on them.
func debugSwitches(s *django.Settings) []string {
	if names := check.Defaulted(s.Get("DEBUG").Value); len(names) > 0 {
		return names
	}
	names, _ := check.Escapes(s, func(w *django.World) eval.Tri { return check.If(isDebug(w) == eval.Yes) })
	return names
}
