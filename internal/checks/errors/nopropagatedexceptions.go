package errors

import (
	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func noPropagatedExceptions() check.Check {
	return check.Check{
		ID:       "errors/no-propagated-exceptions",
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "Exceptions of views end in Django's error handling",
			Why: `DEBUG_PROPAGATE_EXCEPTIONS makes Django raise an exception of a view again instead of answering with the 500 page. The server then answers in its own way: a bare text, a closed connection, with some servers a traceback. The site's error page, its middleware and the mail to ADMINS are skipped.

It is made for tests and for servers that want to show the exception. A production site has no use for it: an error tracker sees the exception without it.`,
			Fix:    `Remove DEBUG_PROPAGATE_EXCEPTIONS from the production settings; its default is False.`,
			Verify: `Run "DJANGO_SETTINGS_MODULE=<production module> python -c 'from django.conf import settings; print(settings.DEBUG_PROPAGATE_EXCEPTIONS)'": it prints False.`,
			Bad: []check.Example{
				check.SettingsExample("Left over from a debugging session.", "DEBUG = False\nDEBUG_PROPAGATE_EXCEPTIONS = True\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Not set: Django answers with the 500 page.", "DEBUG = False\n"),
				check.SettingsExample("Only the test settings would turn it on.", "import sys\n\nDEBUG = False\nDEBUG_PROPAGATE_EXCEPTIONS = \"test\" in sys.argv\n"),
			},
			References: []check.Reference{
				check.See("Django settings: DEBUG_PROPAGATE_EXCEPTIONS", check.DjangoDocs+"ref/settings/#debug-propagate-exceptions"),
			},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, propagatedIn)
		},
	}
}

func propagatedIn(w *django.World) check.Answer {
	s := w.Get("DEBUG_PROPAGATE_EXCEPTIONS")
	switch check.IsOn(s.Value) {
	case eval.Yes:
		if at := w.Get("DEBUG").Value.At(); sameSpan(at, s.Value.At()) {
			return check.CausedBy(debugOffID, "DEBUG_PROPAGATE_EXCEPTIONS follows DEBUG, which is on")
		}
		return check.Failed(check.Finding{
			Severity: check.Critical,
			Message:  "DEBUG_PROPAGATE_EXCEPTIONS is on" + check.EnvNote(s.Value) + ", so a failing view skips the 500 page and the mail to ADMINS; remove the setting",
			At:       check.Where(s),
			Fix:      "DEBUG_PROPAGATE_EXCEPTIONS = False",
		})
	case eval.Maybe:
		return check.Unclear(check.Doubt(w, s))
	}
	return check.Passed("")
}
