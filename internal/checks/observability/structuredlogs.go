package observability

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func structuredLogs() check.Check {
	return check.Check{
		ID: "observability/structured-logs", Severity: check.Recommended, Source: answerStructuredLogs,
		Doc: check.Doc{
			Title: "Production logs are JSON or key=value",
			Why: `In an incident somebody asks the logs a question: all errors of this user, everything with this request id, how often since the release. On free text that is a regular expression that breaks at the first traceback of forty lines; on JSON it is a filter.

Django's own default is worse than plain text: with DEBUG off its console handler is silent, and an unhandled error goes to ADMINS by mail and nowhere else. JSON is unpleasant to read in a terminal, so development keeps its own formatter.`,
			Fix:    "Give LOGGING a formatter such as `{\"()\": \"pythonjsonlogger.json.JsonFormatter\", \"format\": \"%(asctime)s %(levelname)s %(name)s %(message)s\"}` and let the handler of the root logger use it.",
			Verify: "`python manage.py shell -c \"import logging; logging.getLogger('shop').warning('hello')\" 2>&1 | python -m json.tool` prints an object with `\"message\": \"hello\"`.",
			Bad: []check.Example{
				check.SettingsExample("Django's default.", "DEBUG = False\n"),
				check.SettingsExample("Plain text.", `LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
`),
			},
			Good: []check.Example{
				check.SettingsExample("One JSON object a line.", `LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "pythonjsonlogger.json.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
`),
			},
			References: []check.Reference{
				check.See("Django: logging, default configuration", check.DjangoDocs+"ref/logging/#default-logging-configuration"),
				check.See("python-json-logger", "https://nhairs.github.io/python-json-logger/latest/quickstart/"),
				check.See("structlog: standard library logging", "https://www.structlog.org/en/stable/standard-library.html"),
			},
			Triggers: []string{
				"LOGGING is not set",
				"no handler that is in use writes JSON or key=value",
			},
		},
	}
}

func answerStructuredLogs(p *check.SourcePass) check.Answer {
	code := configuredInCode(p)
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		answer := judgeStructure(w, code)
		fault := func(w *django.World) eval.Tri { return check.If(judgeStructure(w, code).Status == check.Fail) }
		if answer.Status == check.Fail && (onlyWithDebug(p, w, fault) || formattersFollowDebug(p, w)) {
			return check.CausedBy("errors/debug-fails-closed", "the log is free text only while DEBUG is on, which is the default")
		}
		return answer
	}, "LOGGING")
}

// onlyWithDebug reports whether DEBUG is on because nobody sets its variable, and a fault goes away with that variable alone.
func onlyWithDebug(p *check.SourcePass, w *django.World, fault func(*django.World) eval.Tri) bool {
	debug := w.Get("DEBUG").Value
	if debug.Truth() != eval.Yes {
		return false
	}
	names, files := check.Escapes(p.Settings, fault)
	own := check.Defaulted(debug)
	for _, name := range names {
		if !slices.Contains(own, name) {
			return false
		}
	}
	return len(names) > 0 && len(files) == 0
}

func judgeStructure(w *django.World, code string) check.Answer {
	l, ok := w.Logging()
	if other := elsewhere(w, code); other != "" {
		return check.Unclear(other)
	}
	if !ok {
		return check.Failed(check.Finding{
			Severity: check.Recommended, At: check.Where(l.Setting), Fix: `LOGGING = {"version": 1, ...}`,
			Message: check.Describe(l.Setting) + ": with DEBUG off Django's own loggers write no line, and mail errors to ADMINS; set LOGGING with a JSON formatter on a console handler",
		})
	}
	list := active(w, l)
	at := check.Where(l.Setting)
	doubt, plain := l.Doubt, ""
	var fields []string // handlers that write structured lines
	for _, h := range list {
		switch isStructured, f := structured(h); isStructured {
		case eval.Yes:
			fields = append(fields, h.Name)
		case eval.Maybe:
			if plain == "" {
				doubt = fmt.Sprintf("whether the handler %q writes structured lines is not known: its formatter or class is not one that is recognised", h.Name)
			}
		default:
			if plain == "" {
				at, plain, doubt = f, h.Name, l.Doubt
			}
		}
	}
	switch {
	case len(fields) > 0 && (plain == "" || !ofSite(l, func(h string) bool { return h == plain }) || ofSite(l, func(h string) bool { return slices.Contains(fields, h) })):
		return check.Passed(fmt.Sprintf("the handler %q writes structured lines", fields[0]))
	case doubt != "":
		return check.Unclear(doubt)
	case len(list) == 0:
		return check.Failed(check.Finding{Severity: check.Recommended, At: at,
			Message: "LOGGING has no handler that writes a log in production; add a console handler with a JSON formatter to the root logger"})
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended, At: at, Fix: `{"()": "pythonjsonlogger.json.JsonFormatter"}`,
		Message: fmt.Sprintf("The log is free text: the formatter of the handler %q is neither JSON nor key=value, so no field can be searched for; use a JSON formatter", plain),
	})
}

// ofSite reports whether the root logger or those of Django have a handler: what most lines come from.
func ofSite(l django.Logging, wanted func(string) bool) bool {
	logging := l.Setting.Value
	if lists(logging.Get("root"), wanted) {
		return true
	}
	for _, name := range []string{"", "django", "django.request"} {
		if lists(logging.Get("loggers", name), wanted) {
			return true
		}
	}
	return false
}

// structured reports whether a handler writes JSON, key=value or a protocol with fields, and the place that decides it.
func structured(h django.LogHandler) (eval.Tri, source.Span) {
	if p, ok := knowledge.PackageOfImport(h.Class); ok && p.Has(knowledge.LogFormatter) {
		return eval.Yes, h.At
	}
	for _, part := range []string{"logstash", "gelf", "fluent", "json", "cloudlogging", "journal"} {
		if strings.Contains(strings.ToLower(h.Class), part) {
			return eval.Yes, h.At
		}
	}
	if h.Class == "" || !known(h.Class) {
		return eval.Maybe, h.At
	}
	f := h.Formatter
	if !f.IsValid() {
		if h.Config.Get("formatter").IsUnknown() {
			return eval.Maybe, h.At
		}
		return eval.No, h.At
	}
	at := h.At
	if place := f.At(); !place.IsZero() {
		at = place
	}
	if f.IsUnknown() {
		return eval.Maybe, at
	}
	return structuredFormatter(f), at
}

func structuredFormatter(f eval.Value) eval.Tri {
	for _, key := range []string{"()", "class"} {
		v := f.Get(key)
		name, ok := v.AsStr()
		if !ok {
			name = v.Dotted()
		}
		if name == "" {
			if v.IsUnknown() {
				return eval.Maybe
			}
			continue
		}
		if strings.HasSuffix(name, "ProcessorFormatter") {
			return structuredRenderer(f)
		}
		lower := strings.ToLower(name)
		if p, known := knowledge.PackageOfImport(name); known && p.Has(knowledge.LogFormatter) || strings.Contains(lower, "json") || strings.Contains(lower, "logfmt") {
			return eval.Yes
		}
		if !strings.HasPrefix(name, "logging.") && !strings.HasPrefix(name, "django.") && !strings.HasPrefix(name, "colorlog.") {
			return eval.Maybe
		}
	}
	for _, key := range []string{"format", "fmt"} {
		if text, ok := f.Get(key).AsStr(); ok && fields(text) {
			return eval.Yes
		}
	}
	return eval.No
}

// structuredRenderer looks at the processors of structlog's formatter for its renderer.
func structuredRenderer(f eval.Value) eval.Tri {
	answer := eval.Maybe
	for _, v := range append([]eval.Value{f.Get("processor")}, f.Get("processors").Elems()...) {
		name := v.Class() + v.Dotted()
		switch {
		case strings.HasSuffix(name, "JSONRenderer"), strings.HasSuffix(name, "KeyValueRenderer"), strings.HasSuffix(name, "LogfmtRenderer"):
			return eval.Yes
		case strings.HasSuffix(name, "ConsoleRenderer"):
			answer = eval.No
		}
	}
	return answer
}

// fields reports whether a format string writes JSON or key=value pairs by hand.
func fields(format string) bool {
	if strings.HasPrefix(strings.TrimSpace(format), "{\"") {
		return true
	}
	return len(regexp.MustCompile(`\w+="?(%\(\w+\)|\{\w+)`).FindAllString(format, -1)) >= 3
}

// known reports whether a handler's class is one of the standard library, Django or a package that writes what its formatter makes.
func known(class string) bool {
	for _, prefix := range []string{"logging.", "django.", "rich.", "colorlog.", "concurrent_log_handler.", "cloghandler."} {
		if strings.HasPrefix(class, prefix) {
			return true
		}
	}
	return false
}

// formattersFollowDebug reports whether each handler in use takes its formatter from an expression on DEBUG ("plain" if DEBUG else
// "json"), where DEBUG is on because nobody sets its variable. It answers where the settings cannot be run with DEBUG off.
func formattersFollowDebug(p *check.SourcePass, w *django.World) bool {
	l, ok := w.Logging()
	handlers := active(w, l)
	if debug := w.Get("DEBUG").Value; !ok || len(handlers) == 0 || debug.Truth() != eval.Yes || !variesDebug(p) {
		return false
	}
	for _, h := range handlers {
		if !chosenByDebug(p, h.Config.Get("formatter").At()) {
			return false
		}
	}
	return true
}

// variesDebug reports whether DEBUG is anything but on in some world, also in one that fails later.
func variesDebug(p *check.SourcePass) bool {
	for _, w := range p.Settings.Worlds() {
		v, ok := w.Names["DEBUG"]
		if ok && (v.Truth() != eval.Yes || len(check.Defaulted(v)) > 0) {
			return true
		}
	}
	return false
}

// chosenByDebug reports whether a place is inside of a conditional expression whose test is DEBUG.
func chosenByDebug(p *check.SourcePass, at source.Span) (found bool) {
	if at.IsZero() || p.Project.Code == nil {
		return false
	}
	for _, m := range p.Project.Code.Modules {
		if m.Syntax == nil || m.Syntax.File != at.File {
			continue
		}
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			if e, ok := n.(*syntax.IfExp); ok {
				test := e.Test
				if not, isNot := test.(*syntax.UnaryOp); isNot && not.Op == syntax.Not {
					test = not.Operand
				}
				name, isName := test.(*syntax.Name)
				whole := m.Syntax.Span(e)
				found = found || isName && name.ID == "DEBUG" && whole.Start <= at.Start && at.End <= whole.End
			}
			return !found
		})
	}
	return found
}
