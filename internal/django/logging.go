package django

import (
	"sort"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Logging is the LOGGING dictionary in one world, as far as it concerns what is written where.
type Logging struct {
	Setting  Setting
	Handlers []LogHandler // those that a logger or the root uses, sorted by name
	// Doubt says in a clause what of it can't be read, "" when all can.
	Doubt string
}

// LogHandler is one handler that is in use.
type LogHandler struct {
	Name      string
	Class     string     // dotted name, "" when it is not known
	Config    eval.Value // its dictionary
	Formatter eval.Value // the dictionary of its formatter; invalid when it has none
	At        source.Span
}

// Logging reads LOGGING. ok is false when the project does not set it or it is empty, so that Django's default applies.
func (w *World) Logging() (l Logging, ok bool) {
	l.Setting = w.Get("LOGGING")
	v := l.Setting.Value
	if !v.IsUnknown() && (!l.Setting.Set || v.Truth() == eval.No) {
		return l, false
	}
	if v.Kind() != eval.Dict {
		l.Doubt = "LOGGING is not known: " + v.Reason()
		return l, true
	}
	used, open := usedHandlers(v)
	if open {
		l.Doubt = "a part of LOGGING is not known"
	}
	handlers := v.Get("handlers")
	for _, name := range used {
		config := handlers.Get(name)
		if !config.IsValid() {
			continue
		}
		if config.Kind() != eval.Dict {
			l.Doubt = "the log handler " + name + " is not known: " + config.Reason()
			continue
		}
		l.Handlers = append(l.Handlers, l.handler(name, config))
	}
	return l, true
}

func (l *Logging) handler(name string, config eval.Value) LogHandler {
	h := LogHandler{Name: name, Config: config, At: l.Setting.At}
	if at := config.At(); !at.IsZero() {
		h.At = at
	}
	for _, key := range []string{"class", "()"} {
		v, found := config.Lookup(key)
		if !found {
			continue
		}
		if h.Class = v.Dotted(); h.Class == "" {
			h.Class, _ = v.AsStr()
		}
		if at := v.At(); !at.IsZero() {
			h.At = at
		}
		break
	}
	if f, ok := config.Get("formatter").AsStr(); ok {
		h.Formatter = l.Setting.Value.Get("formatters", f)
	}
	return h
}

// usedHandlers are the handlers that the root or a logger names, and the targets of a MemoryHandler or QueueHandler among them.
// open is true when there can be others.
func usedHandlers(logging eval.Value) (names []string, open bool) {
	seen := map[string]bool{}
	add := func(list eval.Value) {
		open = open || list.IsUnknown() || list.IsOpen()
		for _, e := range list.Elems() {
			if name, ok := e.AsStr(); ok {
				seen[name] = true
			} else {
				open = true
			}
		}
	}
	open = logging.IsOpen()
	add(logging.Get("root", "handlers"))
	loggers := logging.Get("loggers")
	open = open || loggers.IsUnknown() || loggers.IsOpen()
	for _, e := range loggers.Entries() {
		add(e.Value.Get("handlers"))
	}
	for _, e := range logging.Get("handlers").Entries() {
		name, _ := e.Key.AsStr()
		if !seen[name] {
			continue
		}
		if target, ok := e.Value.Get("target").AsStr(); ok {
			seen[target] = true
		}
		add(e.Value.Get("handlers"))
	}
	for name := range seen {
		names = append(names, name)
	}
	sort.Strings(names)
	return names, open
}

// WritesFile reports whether the handler appends to a file: the standard library's file handlers and their kin, by name.
func (h LogHandler) WritesFile() bool {
	return strings.Contains(h.Class, "FileHandler")
}

// Stream reports whether the handler writes to the standard streams, and which it is: "stdout", "stderr".
func (h LogHandler) Stream() bool {
	return strings.HasSuffix(h.Class, "StreamHandler") || strings.HasSuffix(h.Class, "RichHandler")
}
