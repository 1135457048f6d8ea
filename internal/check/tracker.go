package check

import (
	"slices"
	"strings"

	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Tracker is what reports exceptions to people: Sentry and its kin.
type Tracker struct {
	// On is Yes when it starts without anybody choosing it, No when it only starts where a variable is given or there is none,
	// Maybe when the source does not decide it.
	On   eval.Tri
	Name string      // the distribution, "" when none was found
	At   source.Span // the call, app, middleware or log handler; zero when it is only installed
	Call *project.CallSite
	// Reason says in a clause why it is off or not known: "it is only started when SENTRY_DSN is set".
	Reason string
}

// trackerCalls are the functions that start an error tracker, by its distribution. Source: each package's installation page.
func trackerCalls() map[string]string {
	return map[string]string{
		"sentry_sdk.init":           "sentry-sdk",
		"raven.Client":              "raven",
		"rollbar.init":              "rollbar",
		"bugsnag.configure":         "bugsnag",
		"honeybadger.configure":     "honeybadger",
		"logfire.configure":         "logfire",
		"newrelic.agent.initialize": "newrelic",
		"ddtrace.patch_all":         "ddtrace",
		"appsignal.Appsignal":       "appsignal",
		"highlight_io.H":            "highlight-io",
		"elasticapm.Client":         "elastic-apm",
		"azure.monitor.opentelemetry.configure_azure_monitor": "azure-monitor-opentelemetry",
		"google.cloud.error_reporting.Client":                 "google-cloud-error-reporting",
		"raygun4py.raygunprovider.RaygunSender":               "raygun4py",
	}
}

// FindTracker is the error tracker that is most likely on in a world.
func FindTracker(p *SourcePass, w *django.World) Tracker {
	best := Tracker{On: eval.No}
	consider := func(t Tracker) {
		if t.Name != "" && (best.Name == "" || t.On == eval.Yes && best.On != eval.Yes || t.On == eval.Maybe && best.On == eval.No) {
			best = t
		}
	}
	consider(trackerEntry(w))
	consider(trackerHandler(w))
	for _, t := range trackersStarted(p, w) {
		consider(t)
	}
	consider(trackerAgent(p))
	if best.Name == "" {
		consider(trackerInstalled(p))
	}
	return best
}

// trackerEntry is a tracker in INSTALLED_APPS or MIDDLEWARE.
func trackerEntry(w *django.World) Tracker {
	for _, e := range w.Get("INSTALLED_APPS").Value.Elems() {
		if name, ok := e.AsStr(); ok {
			if p, ok := knowledge.PackageOfApp(name); ok && p.Has(knowledge.ErrorTracker) {
				return Tracker{On: eval.Yes, Name: p.Name, At: e.At()}
			}
		}
	}
	for _, e := range w.Get("MIDDLEWARE").Value.Elems() {
		if name, ok := e.AsStr(); ok {
			if p, ok := knowledge.PackageOfMiddleware(name); ok && p.Has(knowledge.ErrorTracker) {
				return Tracker{On: eval.Yes, Name: p.Name, At: e.At()}
			}
		}
	}
	return Tracker{}
}

// trackerHandler is a tracker among the log handlers that are in use.
func trackerHandler(w *django.World) Tracker {
	l, ok := w.Logging()
	if !ok {
		return Tracker{}
	}
	for _, h := range l.Handlers {
		if p, ok := knowledge.PackageOfImport(h.Class); ok && p.Has(knowledge.ErrorTracker) {
			return Tracker{On: eval.Yes, Name: p.Name, At: h.At}
		}
	}
	return Tracker{}
}

// trackersStarted are the trackers that code of the project starts by a call.
func trackersStarted(p *SourcePass, w *django.World) []Tracker {
	calls := trackerCalls()
	names := make([]string, 0, len(calls))
	for name := range calls {
		names = append(names, name)
	}
	slices.Sort(names)
	var found []Tracker
	for _, site := range p.Project.Code.Calls(names...) {
		t := Tracker{On: eval.Yes, Call: &site, At: site.Module.Syntax.Span(site.Call)}
		t.Name = calls[trackerName(p.Project.Code.Refer(site.Module, site.Call.Func), calls)]
		for _, g := range site.Guards {
			holds, why := Holds(p, w, site.Module, g)
			t.restrict(holds, "it is only started "+why)
		}
		if dsn := dsnOf(site.Call); dsn != nil {
			holds, why := Holds(p, w, site.Module, project.Guard{Test: dsn, Wanted: true})
			if holds == eval.No {
				t.restrict(holds, "it gets no address "+strings.Replace(why, "when", "unless", 1))
			}
		}
		found = append(found, t)
	}
	return found
}

// trackerName is the name in the table that a reference ends with; imports inside functions leave the module's name in front.
func trackerName(refer string, calls map[string]string) string {
	for name := range calls {
		if refer == name || strings.HasSuffix(refer, "."+name) {
			return name
		}
	}
	return refer
}

// restrict takes one more condition into account.
func (t *Tracker) restrict(holds eval.Tri, reason string) {
	if holds == eval.Yes || t.On == eval.No {
		return
	}
	if holds == eval.No || t.On == eval.Yes {
		t.On, t.Reason = holds, reason
	}
}

// dsnOf is the argument that tells a tracker where to report, or nil.
func dsnOf(call *syntax.Call) syntax.Expr {
	for _, k := range call.Keywords {
		if k.Name == "dsn" || k.Name == "access_token" || k.Name == "api_key" {
			return k.Value
		}
	}
	if len(call.Args) > 0 {
		return call.Args[0]
	}
	return nil
}

// trackerAgent is a tracker that wraps a process of production: newrelic-admin, ddtrace-run.
func trackerAgent(p *SourcePass) Tracker {
	if p.Project.Deployment == nil {
		return Tracker{}
	}
	agents := map[string]string{"newrelic-admin": "newrelic", "ddtrace-run": "ddtrace"}
	for _, process := range p.Project.Deployment.Processes {
		for _, word := range process.Argv {
			if name, ok := agents[word[strings.LastIndexByte(word, '/')+1:]]; ok && process.Production {
				return Tracker{On: eval.Yes, Name: name, At: process.At}
			}
		}
	}
	return Tracker{}
}

// trackerInstalled is a tracker among the dependencies of which no start was found.
func trackerInstalled(p *SourcePass) Tracker {
	if p.Project.Deployment == nil || p.Project.Deployment.Dependencies == nil {
		return Tracker{}
	}
	for _, pkg := range knowledge.PackagesWith(knowledge.ErrorTracker) {
		if r, ok := p.Project.Deployment.Dependencies.Find(pkg.Name); ok && r.Production && r.Direct {
			return Tracker{On: eval.Maybe, Name: pkg.Name, At: r.At, Reason: "it is installed, but nothing was found that starts it"}
		}
	}
	return Tracker{}
}
