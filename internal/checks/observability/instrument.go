package observability

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// instrument is what measures requests, or follows them, in one world.
type instrument struct {
	On     eval.Tri
	Name   string // the distribution
	At     source.Span
	Reason string // for Maybe and No, why, in a clause
}

// instrumentCalls are the functions that start the instrumentation of Django, by distribution. Source: each package's documentation.
func instrumentCalls() map[string]string {
	return map[string]string{
		"opentelemetry.instrumentation.django.DjangoInstrumentor":       "opentelemetry-instrumentation-django",
		"opentelemetry.instrumentation.auto_instrumentation.initialize": "opentelemetry-distro",
		"logfire.instrument_django":                                     "logfire",
	}
}

// instrumented finds what has a role in a world: middleware and applications first, then what code starts, agents around a process, imports.
func instrumented(p *check.SourcePass, w *django.World, role knowledge.Role) instrument {
	if found := instrumentEntry(p, w, role); found.Name != "" {
		return found
	}
	calls := instrumentCalls()
	names := make([]string, 0, len(calls))
	for name := range calls {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, site := range p.Project.Code.Calls(names...) {
		for _, name := range names {
			if strings.HasSuffix(p.Project.Code.Refer(site.Module, site.Call.Func), name) {
				return guarded(p, w, site, calls[name])
			}
		}
	}
	if t := check.FindTracker(p, w); t.Name != "" {
		if pkg, ok := knowledge.PackageNamed(t.Name); ok && pkg.Has(role) {
			return instrument{On: t.On, Name: t.Name, At: t.At, Reason: t.Reason}
		}
	}
	if agent := agentAround(p); agent.Name != "" {
		return agent
	}
	return instrumentImport(p, role)
}

// instrumentEntry is an entry of MIDDLEWARE or INSTALLED_APPS with the role, or a middleware of the project that inherits from one.
func instrumentEntry(p *check.SourcePass, w *django.World, role knowledge.Role) instrument {
	for _, e := range w.Get("MIDDLEWARE").Value.Elems() {
		name, ok := e.AsStr()
		if !ok {
			continue
		}
		for _, class := range append([]string{name}, p.Project.Code.Ancestors(name)...) {
			if pkg, ok := knowledge.PackageOfMiddleware(class); ok && pkg.Has(role) {
				return instrument{On: eval.Yes, Name: pkg.Name, At: e.At()}
			}
		}
	}
	for _, e := range w.Get("INSTALLED_APPS").Value.Elems() {
		name, ok := e.AsStr()
		if pkg, known := knowledge.PackageOfApp(name); ok && known && pkg.Has(role) && len(pkg.Middleware) == 0 {
			return instrument{On: eval.Yes, Name: pkg.Name, At: e.At()}
		}
	}
	return instrument{}
}

// guarded is a call with the conditions around it.
func guarded(p *check.SourcePass, w *django.World, site project.CallSite, name string) instrument {
	found := instrument{On: eval.Yes, Name: name, At: site.Module.Syntax.Span(site.Call)}
	for _, g := range site.Guards {
		if holds, why := check.Holds(p, w, site.Module, g); holds != eval.Yes && found.On != eval.No {
			found.On, found.Reason = holds, "it is only started "+why
		}
	}
	return found
}

// agentAround is an agent that wraps a web process of production.
func agentAround(p *check.SourcePass) instrument {
	if p.Project.Deployment == nil {
		return instrument{}
	}
	agents := map[string]string{"newrelic-admin": "newrelic", "ddtrace-run": "ddtrace", "opentelemetry-instrument": "opentelemetry-distro", "scout-apm": "scout-apm"}
	for _, process := range p.Project.Deployment.Processes {
		for _, word := range process.Argv {
			if name, ok := agents[path.Base(word)]; ok && process.Production {
				return instrument{On: eval.Yes, Name: name, At: process.At}
			}
		}
	}
	return instrument{}
}

// instrumentImport is a package with the role that code of production imports: what it does with it is not read.
func instrumentImport(p *check.SourcePass, role knowledge.Role) instrument {
	if p.Project.Code == nil {
		return instrument{}
	}
	for _, m := range p.Project.Code.Modules {
		if m.Test || m.Other || m.Syntax == nil {
			continue
		}
		for _, i := range m.Imports {
			if pkg, ok := knowledge.PackageOfImport(i.Dotted); ok && (pkg.Has(role) || pkg.Has(knowledge.Tracing)) && !pkg.Has(knowledge.ErrorTracker) {
				return instrument{On: eval.Maybe, Name: pkg.Name, At: i.At, Reason: place(i.At.Path(), i.At.Begin().Line) + " uses it; what for is not read"}
			}
		}
	}
	return instrument{}
}
