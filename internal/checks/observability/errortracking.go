package observability

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func errorTracking() check.Check {
	return check.Check{
		ID: "observability/error-tracking", Severity: check.Critical, Source: answerErrorTracking,
		Doc: check.Doc{
			Title: "Errors are collected by an error tracker, with environment and release",
			Why: `A tracker groups equal errors, shows how many users each one hits and since which release, and tells somebody once. A log or a mailbox shows the same traceback a thousand times, or nothing.

It needs an environment, or staging's errors wake people at night, and a release, or nobody can say which deploy brought a fault. It also carries data out of the site: send_default_pii sends addresses, cookies and user names, and tracing every request (a sample rate of 1.0) costs time and money on a busy site; errors are always sent.`,
			Fix:    "`sentry_sdk.init(dsn=os.environ[\"SENTRY_DSN\"], environment=\"production\", release=os.environ[\"RELEASE\"], traces_sample_rate=0.05)`.",
			Verify: "`python manage.py shell -c \"import sentry_sdk; sentry_sdk.capture_message('release check'); sentry_sdk.flush()\"`: the message appears in the tracker under the right environment and release.",
			Bad: []check.Example{
				check.SettingsExample("No tracker, and nobody gets mail.", "DEBUG = False\n"),
				check.Project("Everything is traced, and personal data is sent.", "settings.py", `import os

import sentry_sdk

sentry_sdk.init(
    dsn=os.environ["SENTRY_DSN"],
    environment="production",
    release=os.environ["RELEASE"],
    traces_sample_rate=1.0,
    send_default_pii=True,
)
`, "requirements.txt", "Django==5.2.8\nsentry-sdk==2.20.0\n"),
			},
			Good: []check.Example{
				check.Project("Errors by environment and release.", "settings.py", `import os

import sentry_sdk

sentry_sdk.init(
    dsn=os.environ["SENTRY_DSN"],
    environment="production",
    release=os.environ["RELEASE"],
    traces_sample_rate=0.05,
)
`, "requirements.txt", "Django==5.2.8\nsentry-sdk==2.20.0\n"),
			},
			References: []check.Reference{
				check.See("Sentry for Django", "https://docs.sentry.io/platforms/python/integrations/django/"),
				check.See("Sentry: options of the Python SDK", "https://docs.sentry.io/platforms/python/configuration/options/"),
				check.See("Django: error reporting", check.DjangoDocs+"howto/error-reporting/"),
			},
			Triggers: []string{
				"no error tracker: critical where ADMINS is empty too, recommended otherwise",
				"the DSN is a literal",
				"Sentry without environment or release",
				"send_default_pii is on",
				"traces_sample_rate is 1.0",
			},
		},
	}
}

func answerErrorTracking(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		t := check.FindTracker(p, w)
		switch {
		case t.Name == "":
			return noTracker(p, w)
		case t.On == eval.Maybe:
			return check.Unclear("whether " + t.Name + " reports errors is not known: " + t.Reason)
		}
		var findings []check.Finding
		if t.Call != nil && t.Name == "sentry-sdk" {
			findings = sentryDetails(p, w, call{p, w, t})
		}
		if len(findings) > 0 {
			return check.Failed(findings...)
		}
		if t.On == eval.No {
			return check.Unclear(t.Name + " is there, but " + t.Reason + "; whether production does is known with --env-file")
		}
		return check.Passed("errors are reported by " + t.Name)
	})
}

func noTracker(p *check.SourcePass, w *django.World) check.Answer {
	// Owed, not critical: nobody is told of an error, but nothing is exposed, lost or down because of it.
	f := check.Finding{Severity: check.Recommended, At: check.Where(w.Get("ADMINS")), Fix: `sentry_sdk.init(dsn=os.environ["SENTRY_DSN"], environment="production")`}
	if apps := w.Get("INSTALLED_APPS"); apps.Value.IsOpen() || apps.Value.IsUnknown() {
		return check.Unclear("no error tracker was found, and a part of INSTALLED_APPS is not known")
	}
	f.Message = "No error tracker is started and ADMINS is empty, so an error in production reaches nobody; start Sentry or one of its kind in the production settings"
	admins := w.Get("ADMINS").Value
	note := check.EnvNote(admins)
	if note == "" {
		note = check.WhenMissing(p.Settings, func(w *django.World) eval.Tri { return check.If(w.Get("ADMINS").Value.Truth() == eval.No) })
	}
	switch {
	case admins.Truth() == eval.No && note != "":
		f.Message = "No error tracker is started, and ADMINS is empty" + note + ", so an error in production reaches nobody; start Sentry or one of its kind in the production settings"
	case admins.Truth() != eval.No:
		f.Message = "No error tracker is started, so errors come as one mail each, without counts, users or releases; start Sentry or one of its kind in the production settings"
	}
	return check.Failed(f)
}

// call is the call that starts Sentry.
type call struct {
	pass    *check.SourcePass
	world   *django.World
	tracker check.Tracker
}

// argument is a keyword argument; present is false when it is not given, or hidden in **options.
func (c call) argument(name string) (e syntax.Expr, present, hidden bool) {
	for _, k := range c.tracker.Call.Call.Keywords {
		switch k.Name {
		case name:
			return k.Value, true, false
		case "":
			hidden = true
		}
	}
	return nil, false, hidden
}

// value is the value of an argument as far as a name of the settings or a literal tells; invalid otherwise.
func (c call) value(e syntax.Expr) eval.Value {
	switch e := e.(type) {
	case *syntax.Constant:
		switch e.Kind {
		case syntax.True, syntax.False:
			return eval.MakeBool(e.Kind == syntax.True)
		case syntax.Int, syntax.Float:
			var f float64
			if _, err := fmt.Sscanf(e.Value, "%g", &f); err == nil {
				return eval.MakeFloat(f)
			}
		case syntax.Str:
			return eval.MakeStr(e.Value)
		}
	case *syntax.Name:
		for _, module := range c.pass.Settings.Result.Imported {
			if module == c.tracker.Call.Module.Dotted {
				return c.world.Names[e.ID]
			}
		}
	case *syntax.Attribute:
		if owner, ok := e.Value.(*syntax.Name); ok && owner.ID == "settings" {
			return c.world.Get(e.Attr).Value
		}
	}
	return eval.Value{}
}

func (c call) at(e syntax.Expr) source.Span { return c.tracker.Call.Module.Syntax.Span(e) }

// sentryDetails judges how Sentry is started.
func sentryDetails(p *check.SourcePass, w *django.World, c call) (findings []check.Finding) {
	add := func(at source.Span, fix, message string) {
		findings = append(findings, check.Finding{Severity: check.Recommended, At: at, Message: message, Fix: fix})
	}
	dsn, ok, _ := c.argument("dsn")
	if args := c.tracker.Call.Call.Args; !ok && len(args) > 0 {
		dsn, ok = args[0], true
	}
	if ok {
		v := c.value(dsn)
		if text, isText := v.AsStr(); isText && strings.Contains(text, "://") && v.IsLiteral() || isText && strings.Contains(text, "://") && isConstant(dsn) {
			add(c.at(dsn), `dsn=os.environ["SENTRY_DSN"]`, "the DSN of Sentry is a literal, so every copy of the project reports into the same one; read it from a variable")
		}
	}
	var missing []string
	for name, variable := range map[string]string{"environment": "SENTRY_ENVIRONMENT", "release": "SENTRY_RELEASE"} {
		if _, present, hidden := c.argument(name); !present && !hidden && !given(p, variable) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 2 {
		missing = []string{"environment", "release"}
	}
	if len(missing) > 0 {
		add(c.tracker.At, missing[0]+"=...", fmt.Sprintf("Sentry is started without %s, so nobody can tell which deploy or which installation an error belongs to; pass it to sentry_sdk.init", strings.Join(missing, " and ")))
	}
	if e, present, _ := c.argument("send_default_pii"); present && c.value(e).Truth() == eval.Yes && c.value(e).IsValid() {
		add(c.at(e), "send_default_pii=False", "send_default_pii is on"+check.EnvNote(c.value(e))+", so addresses, cookies and user names leave the site with each error; turn it off unless that was decided")
	}
	if e, present, _ := c.argument("traces_sample_rate"); present {
		if rate, isNumber := c.value(e).AsFloat(); isNumber && rate >= 1 {
			add(c.at(e), "traces_sample_rate=0.05", "traces_sample_rate is 1.0"+check.EnvNote(c.value(e))+", so every request is traced, which costs time on each and quota; sample a few percent (errors are always sent)")
		}
	}
	return findings
}

func isConstant(e syntax.Expr) bool {
	_, ok := e.(*syntax.Constant)
	return ok
}

// given reports whether a production process or an environment file names a variable that Sentry reads by itself.
func given(p *check.SourcePass, name string) bool {
	for _, file := range p.Project.EnvFiles {
		for _, line := range file.Vars {
			if line.Name == name {
				return true
			}
		}
	}
	if p.Project.Deployment != nil {
		for _, process := range p.Project.Deployment.Processes {
			if _, ok := process.Lookup(name); ok && process.Production {
				return true
			}
		}
	}
	return false
}
