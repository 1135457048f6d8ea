package observability

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func logsToStdout() check.Check {
	return check.Check{
		ID: "observability/logs-to-stdout", Severity: check.Recommended, Source: answerLogsToStdout,
		Doc: check.Doc{
			Title: "A container writes its log to the standard streams",
			Why: `A container's own disk goes with the container: the log of the crash that replaced it is gone with it. Each replica has a file of its own, nobody rotates it, and the platform's log collection sees nothing.

Lines on standard output or error are collected by Docker, Kubernetes and every platform without further work. On a plain host with logrotate a file is fine.`,
			Fix:    "Use `\"class\": \"logging.StreamHandler\"` for the handlers of production, and drop the file handlers.",
			Verify: "`docker logs CONTAINER | tail -1` prints the newest line of the application.",
			Bad: []check.Example{
				check.Project("A file in a container.", "settings.py", `LOGGING = {
    "version": 1,
    "handlers": {"file": {"class": "logging.handlers.RotatingFileHandler", "filename": "/app/shop.log", "maxBytes": 1000000, "backupCount": 3}},
    "root": {"handlers": ["file"]},
}
`, "Dockerfile", "FROM python:3.13-slim\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"),
			},
			Good: []check.Example{
				check.Project("The console.", "settings.py", `LOGGING = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"]},
}
`, "Dockerfile", "FROM python:3.13-slim\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"),
			},
			References: []check.Reference{
				check.See("The Twelve-Factor App: logs", "https://12factor.net/logs"),
				check.See("Docker: container logs", "https://docs.docker.com/engine/logging/"),
				check.See("Django: logging", check.DjangoDocs+"topics/logging/"),
			},
			Triggers: []string{"a file handler is in use, and the project runs in a container"},
		},
	}
}

func answerLogsToStdout(p *check.SourcePass) check.Answer {
	container := p.Project.ContainerFile()
	if container == "" {
		return check.Absent("no Dockerfile, compose file or chart of production: nothing shows that it runs in a container")
	}
	code := configuredInCode(p)
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		l, _ := w.Logging()
		var findings []check.Finding
		handlers := active(w, l)
		for _, h := range handlers {
			if h.WritesFile() && !standardStream(h) && !onStream(l, handlers, h.Name) {
				findings = append(findings, check.Finding{
					Severity: check.Recommended, At: h.At, Fix: `"class": "logging.StreamHandler"`,
					Message: fmt.Sprintf("The handler %q writes a file, and the project runs in a container, whose disk is lost with it and whose files nobody collects; use logging.StreamHandler", h.Name),
					Related: []check.Related{{Message: "the container", At: fileSpan(p, container)}},
				})
			}
		}
		var doubts []string
		if l.Doubt != "" {
			doubts = append(doubts, l.Doubt)
		} else if other := elsewhere(w, code); other != "" {
			doubts = append(doubts, other)
		}
		return check.Gather(findings, doubts, "what is logged reaches the standard streams")
	}, "LOGGING")
}

// onStream reports whether all that reaches a handler is written to a standard stream as well: each logger that uses it has a stream
// handler too, or passes its records on to a logger that has one. handlers are those that write in production.
func onStream(l django.Logging, handlers []django.LogHandler, handler string) bool {
	streams := map[string]bool{}
	for _, h := range handlers {
		streams[h.Name] = h.Stream()
	}
	logging := l.Setting.Value
	used := false
	for _, e := range append([]eval.Entry{{Key: eval.MakeStr(""), Value: logging.Get("root")}}, logging.Get("loggers").Entries()...) {
		name, ok := e.Key.AsStr()
		switch {
		case !ok:
			return false
		case !lists(e.Value, func(h string) bool { return h == handler }):
			continue
		case !reachesStream(logging, name, streams):
			return false
		}
		used = true
	}
	return used
}

// reachesStream follows the records of a logger to the root; "" is the root.
func reachesStream(logging eval.Value, name string, streams map[string]bool) bool {
	for name != "" {
		logger := logging.Get("loggers", name)
		if lists(logger, func(h string) bool { return streams[h] }) {
			return true
		}
		if propagate := logger.Get("propagate"); propagate.IsValid() && propagate.Truth() != eval.Yes {
			return false
		}
		name = name[:max(strings.LastIndexByte(name, '.'), 0)]
	}
	isStream := func(h string) bool { return streams[h] }
	return lists(logging.Get("root"), isStream) || lists(logging.Get("loggers", ""), isStream)
}

// lists reports whether a logger has a handler that is wanted.
func lists(logger eval.Value, wanted func(string) bool) bool {
	for _, e := range logger.Get("handlers").Elems() {
		if name, ok := e.AsStr(); ok && wanted(name) {
			return true
		}
	}
	return false
}

// standardStream reports whether the file of a handler is a standard stream or the device behind it.
func standardStream(h django.LogHandler) bool {
	name, _ := h.Config.Get("filename").AsStr()
	switch name {
	case "/dev/stdout", "/dev/stderr", "/proc/1/fd/1", "/proc/1/fd/2":
		return true
	}
	return false
}

// fileSpan names a file of the tree as a whole.
func fileSpan(p *check.SourcePass, path string) source.Span {
	if f, ok := p.Project.Tree.Read(path); ok {
		return f.Whole()
	}
	return source.Span{}
}
