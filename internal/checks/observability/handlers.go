package observability

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// elsewhere says in a clause that code configures logging outside LOGGING, "" when nothing shows it.
func elsewhere(p *check.SourcePass, w *django.World) string {
	config := w.Get("LOGGING_CONFIG")
	if config.Set && config.Value.Truth() == eval.No {
		return "LOGGING_CONFIG is off, so code decides what is logged, and it is not read"
	}
	for _, name := range []string{"logging.config.dictConfig", "logging.config.fileConfig", "logging.basicConfig", "loguru.logger.add"} {
		for _, site := range calls(p, name) {
			if !starts(p, site.Module) || givenLogging(site) {
				continue
			}
			at := site.Module.Syntax.Span(site.Call)
			return "logging is configured by a call of " + name + " at " + place(at.Path(), at.Begin().Line) + ", which is not read"
		}
	}
	return ""
}

// starts reports whether a module runs when a process of production starts: one of the settings, or an entry point.
// Commands and libraries that configure logging for themselves say nothing about the site.
func starts(p *check.SourcePass, m *project.CodeModule) bool {
	if slices.Contains(p.Settings.Result.Imported, m.Dotted) || m.Dotted == p.Settings.Module {
		return true
	}
	for _, e := range p.Project.EntryPoints {
		if e.File == m.Syntax.File && e.Kind != project.Manage && e.Kind != project.Script {
			return true
		}
	}
	return false
}

// givenLogging reports whether a call passes settings.LOGGING on: a Celery worker that takes the site's own configuration.
func givenLogging(site project.CallSite) bool {
	for _, arg := range site.Call.Args {
		switch a := arg.(type) {
		case *syntax.Attribute:
			return a.Attr == "LOGGING"
		case *syntax.Name:
			return a.ID == "LOGGING"
		}
	}
	return false
}

func calls(p *check.SourcePass, name string) []project.CallSite {
	if p.Project.Code == nil {
		return nil
	}
	return p.Project.Code.Calls(name)
}

// active are the handlers that write a log in production: not those that mail, drop, or only work while DEBUG is on.
func active(w *django.World, l django.Logging) []django.LogHandler {
	var list []django.LogHandler
	debug := w.Get("DEBUG").Value.Truth()
	for _, h := range l.Handlers {
		switch {
		case h.Name == "django.server": // the development server's, in Django's own configuration and in copies of it
			continue
		case strings.HasSuffix(h.Class, "AdminEmailHandler"), strings.HasSuffix(h.Class, "NullHandler"), strings.HasSuffix(h.Class, "SMTPHandler"),
			strings.HasPrefix(h.Class, "sentry_sdk."), strings.HasPrefix(h.Class, "raven."), strings.HasPrefix(h.Class, "rollbar."):
			continue
		case debug != eval.Yes && filtered(l, h, "RequireDebugTrue"), debug == eval.Yes && filtered(l, h, "RequireDebugFalse"):
			continue
		}
		list = append(list, h)
	}
	return list
}

// filtered reports whether a handler has a filter of a class of django.utils.log.
func filtered(l django.Logging, h django.LogHandler, class string) bool {
	for _, e := range h.Config.Get("filters").Elems() {
		name, _ := e.AsStr()
		filter := l.Setting.Value.Get("filters", name, "()")
		text, ok := filter.AsStr()
		if !ok {
			text = filter.Dotted()
		}
		if strings.HasSuffix(text, "."+class) {
			return true
		}
	}
	return false
}

// place is a path and a line for a sentence.
func place(path string, line int) string { return fmt.Sprintf("%s:%d", path, line) }
