package errors

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func someoneIsTold() check.Check {
	return check.Check{
		ID:       "errors/someone-is-told",
		Severity: check.Recommended,
		Doc: check.Doc{
			Title: "An unhandled error reaches a person",
			Why: `With DEBUG off a visitor sees a plain 500 page, and Django writes the traceback to the log. If nobody reads the log, the fault lives until a customer complains.

Two ways are usual. An error tracker groups equal errors, keeps their history and alerts once; it costs a service and sends request data to it. Django's own handler mails each error to ADMINS; it needs nothing but a working mail backend, and floods the mailbox when one page breaks for everybody.

A tracker that is only started when a variable is set is off on each host where somebody forgot it. Let the settings require the variable in production.`,
			Fix:    `Start an error tracker in the production settings, as sentry_sdk.init(dsn=env("SENTRY_DSN")) with a variable that must be given; or set ADMINS and keep Django's mail_admins handler with a mail backend that delivers.`,
			Verify: `Run "python manage.py shell -c 'import logging; logging.getLogger(\"django.request\").error(\"release check\")'" with production's environment: the message arrives in the tracker or in the mailbox of ADMINS.`,
			Bad: []check.Example{
				check.SettingsExample("Nobody is named and nothing is installed.", "DEBUG = False\n"),
				check.SettingsExample("The mail goes to the console.", "DEBUG = False\nADMINS = [(\"Ops\", \"ops@shop.example\")]\nEMAIL_BACKEND = \"django.core.mail.backends.console.EmailBackend\"\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Sentry is always started.", "import environ\nimport sentry_sdk\n\nenv = environ.Env()\nDEBUG = False\nsentry_sdk.init(dsn=env(\"SENTRY_DSN\"))\n"),
				check.SettingsExample("Django mails errors to ADMINS.", "DEBUG = False\nADMINS = [(\"Ops\", \"ops@shop.example\")]\nEMAIL_HOST = \"smtp.shop.example\"\n"),
			},
			References: []check.Reference{
				check.See("Django: how to manage error reporting", check.DjangoDocs+"howto/error-reporting/"),
				check.See("Django settings: ADMINS", check.DjangoDocs+"ref/settings/#admins"),
				check.See("Django logging: AdminEmailHandler", check.DjangoDocs+"ref/logging/#django.utils.log.AdminEmailHandler"),
				check.See("Sentry for Django", "https://docs.sentry.io/platforms/python/integrations/django/"),
			},
			Triggers: []string{
				"neither an error tracker nor ADMINS",
				"the error tracker is only started when a variable is set",
				"ADMINS is set, but LOGGING leaves out AdminEmailHandler",
				"ADMINS is set, but the mail backend delivers nothing",
			},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, func(w *django.World) check.Answer { return toldIn(p, w) })
		},
	}
}

func toldIn(p *check.SourcePass, w *django.World) check.Answer {
	tracker := check.FindTracker(p, w)
	if tracker.On == eval.Yes {
		return check.Passed("errors are reported by " + tracker.Name)
	}
	mail, why, at := mailsAdmins(w)
	switch {
	case mail == eval.Yes:
		return check.Passed("errors are mailed to ADMINS")
	case tracker.On == eval.Maybe:
		return check.Unclear(fmt.Sprintf("whether %s reports errors is not known: %s", tracker.Name, tracker.Reason))
	case mail == eval.Maybe:
		return check.Unclear(why)
	}
	if tracker.Name == "" && w.Get("ADMINS").Value.Truth() == eval.No {
		return check.CausedBy("observability/error-tracking", "there is neither an error tracker nor anybody in ADMINS")
	}
	f := check.Finding{Severity: check.Recommended, At: at, Fix: `sentry_sdk.init(dsn=env("SENTRY_DSN"))`}
	if line, ok := leftEmpty(p, tracker.Reason); ok {
		f.At, f.Fix = line.At, ""
		f.Related = []check.Related{{Message: tracker.Name + " is started here", At: tracker.At}}
		f.Message = fmt.Sprintf("No error reaches a person: the environment file leaves %s empty, so that %s is not started, and %s; give it its value", line.Name, tracker.Name, why)
	} else if tracker.Name != "" {
		f.At = tracker.At
		f.Message = fmt.Sprintf("No error reaches a person by default: %s is there, but %s, and %s; require its variable in production", tracker.Name, tracker.Reason, why)
	} else {
		f.Message = fmt.Sprintf("No error reaches a person: no error tracker is started, and %s; start a tracker, or mail errors to ADMINS", why)
	}
	return check.Failed(f)
}

// leftEmpty is the line of the environment file that the user named which leaves a variable empty that a reason speaks of.
func leftEmpty(p *check.SourcePass, reason string) (line project.EnvLine, ok bool) {
	if p.Project.Given == nil {
		return line, false
	}
	for _, l := range p.Project.Given.Vars {
		if l.Value == "" && slices.Contains(strings.Fields(reason), l.Name) {
			return l, true
		}
	}
	return line, false
}

// undelivered are the mail backends that send nothing to anybody.
func undelivered(backend string) bool {
	switch backend {
	case "django.core.mail.backends.console.EmailBackend", "django.core.mail.backends.dummy.EmailBackend",
		"django.core.mail.backends.locmem.EmailBackend", "django.core.mail.backends.filebased.EmailBackend":
		return true
	}
	return false
}

// mailsAdmins reports whether Django mails unhandled errors to somebody; why says in a clause what is missing.
func mailsAdmins(w *django.World) (told eval.Tri, why string, at source.Span) {
	admins := w.Get("ADMINS")
	switch admins.Value.Truth() {
	case eval.No:
		return eval.No, "ADMINS is empty", check.Where(admins)
	case eval.Maybe:
		return eval.Maybe, check.Doubt(w, admins), check.Where(admins)
	}
	backend := w.Get("EMAIL_BACKEND")
	if mailers := w.Get("MAILERS"); mailers.Set {
		backend = django.Setting{Name: "MAILERS", Value: mailers.Value.Get("default", "BACKEND"), Set: true, At: mailers.At}
	}
	name, known := backend.Value.AsStr()
	if known && undelivered(name) {
		return eval.No, "the mail backend " + name + " delivers nothing", check.Where(backend)
	}
	handler, why, at := adminHandler(w)
	if handler == eval.Yes && !known {
		return eval.Maybe, check.Doubt(w, backend), check.Where(backend)
	}
	return handler, why, at
}

// adminHandler reports whether a log handler mails errors of requests to ADMINS.
//
// Django configures its default first, with AdminEmailHandler on the logger "django", and LOGGING on top of it
// (django/utils/log.py, configure_logging). So the default's handler survives where LOGGING keeps existing loggers and does not
// name "django"; Python disables them when disable_existing_loggers is left out.
func adminHandler(w *django.World) (on eval.Tri, why string, at source.Span) {
	if config := w.Get("LOGGING_CONFIG"); config.Set && config.Value.Truth() == eval.No {
		return eval.Maybe, "LOGGING_CONFIG is off, so that what is logged is decided by code", check.Where(config)
	}
	logging, ok := w.Logging()
	if !ok {
		return eval.Yes, "", source.Span{}
	}
	for _, h := range logging.Handlers {
		if h.Class == "django.utils.log.AdminEmailHandler" {
			return eval.Yes, "", h.At
		}
	}
	at = check.Where(logging.Setting)
	if logging.Doubt != "" {
		return eval.Maybe, logging.Doubt, at
	}
	v := logging.Setting.Value
	if keep := v.Get("disable_existing_loggers"); !keep.IsValid() || keep.Truth() == eval.Yes {
		return eval.No, "LOGGING disables Django's own loggers and has no AdminEmailHandler", at
	}
	loggers := v.Get("loggers")
	if logger := loggers.Get("django"); logger.IsValid() {
		return eval.No, `LOGGING replaces the handlers of the logger "django" and has no AdminEmailHandler`, at
	}
	if request := loggers.Get("django.request"); request.IsValid() && request.Get("propagate").IsValid() && request.Get("propagate").Truth() == eval.No {
		return eval.No, `LOGGING takes the logger "django.request" away from AdminEmailHandler`, at
	}
	return eval.Yes, "", source.Span{}
}
