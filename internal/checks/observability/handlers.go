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

// elsewhere says in a clause that code configures logging outside LOGGING, "" when nothing shows it. code is what configuredInCode found.
func elsewhere(w *django.World, code string) string {
	config := w.Get("LOGGING_CONFIG")
	if config.Set && config.Value.Truth() == eval.No {
		return "LOGGING_CONFIG is off, so code decides what is logged, and it is not read"
	}
	return code
}

// configuredInCode finds a call that configures logging in the modules that run when a process of production starts.
func configuredInCode(p *check.SourcePass) (reason string) {
	if p.Project.Code == nil {
		return ""
	}
	for _, m := range p.Project.Code.Modules {
		if m.Test || m.Other || m.Syntax == nil {
			continue
		}
		if !starts(p, m) {
			if call := configuredOnImport(m); call != nil && reason == "" {
				at := m.Syntax.Span(call)
				reason = "logging is configured by a call at " + place(at.Path(), at.Begin().Line) + ", which is not read"
			}
			continue
		}
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			call, ok := n.(*syntax.Call)
			if ok && reason == "" && configures(call) && !givenLogging(call) {
				at := m.Syntax.Span(call)
				reason = "logging is configured by a call at " + place(at.Path(), at.Begin().Line) + ", which is not read"
			}
			return reason == ""
		})
	}
	return reason
}

// configuredOnImport is a call of dictConfig that a module makes when it is imported, as a module made for that purpose does; nil without.
func configuredOnImport(m *project.CodeModule) *syntax.Call {
	for _, s := range m.Syntax.Body {
		statement, ok := s.(*syntax.ExprStmt)
		if !ok {
			continue
		}
		call, ok := statement.Value.(*syntax.Call)
		if !ok || givenLogging(call) {
			continue
		}
		switch f := call.Func.(type) {
		case *syntax.Name:
			ok = f.ID == "dictConfig"
		case *syntax.Attribute:
			ok = f.Attr == "dictConfig"
		default:
			ok = false
		}
		if ok {
			return call
		}
	}
	return nil
}

// configures reports whether a call configures the standard library's logging, or adds a sink to loguru's logger.
func configures(call *syntax.Call) bool {
	switch f := call.Func.(type) {
	case *syntax.Name:
		return f.ID == "dictConfig" || f.ID == "fileConfig" || f.ID == "basicConfig"
	case *syntax.Attribute:
		owner, isName := f.Value.(*syntax.Name)
		return f.Attr == "dictConfig" || f.Attr == "fileConfig" || f.Attr == "basicConfig" || f.Attr == "add" && isName && owner.ID == "logger"
	}
	return false
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
func givenLogging(call *syntax.Call) bool {
	for _, arg := range call.Args {
		switch a := arg.(type) {
		case *syntax.Attribute:
			return a.Attr == "LOGGING"
		case *syntax.Name:
			return a.ID == "LOGGING"
		}
	}
	return false
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
