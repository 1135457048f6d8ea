package project

import (
	"path"
	"slices"
	"sort"
	"strings"

	"gonogo/internal/python/library"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

const (
	settingsVariable      = "DJANGO_SETTINGS_MODULE"
	configurationVariable = "DJANGO_CONFIGURATION" // the class, with django-configurations
)

// named is a settings module that a file names.
type named struct {
	module   string // "" when it can't be known
	fallback bool   // os.environ.setdefault and the like: the environment wins
	at       source.Span
	// others are the modules that the expression takes under another condition.
	others []string
}

// entryPoints are the files below the project's folder that start Django, ordered by path.
func entryPoints(x *index, l layout, env map[string]string) []EntryPoint {
	var found []EntryPoint
	for _, file := range x.tree.WithExt(".py") {
		if l.root != "." && !strings.HasPrefix(file, l.root+"/") || isTestFile(file) {
			continue
		}
		f, ok := x.tree.Read(file)
		if !ok || !startsDjango(file, f) {
			continue
		}
		m, ok := x.parse(file)
		if !ok {
			continue
		}
		if kind := entryKind(m); kind != 0 {
			found = append(found, entryPoint(kind, m, env))
		}
	}
	sort.Slice(found, func(i, j int) bool { return found[i].File.Path < found[j].File.Path })
	return found
}

// startsDjango looks for the words without which a file cannot be an entry point, before it is parsed.
func startsDjango(file string, f *source.File) bool {
	switch path.Base(file) {
	case "manage.py", "wsgi.py", "asgi.py":
		return true
	}
	return f.ContainsAny(settingsVariable, "get_wsgi_application", "get_asgi_application", "django.setup", "config_from_object", "execute_from_command_line")
}

// entryKind tells what a file starts by what it calls, and by its name where that is Django's own; 0 when it starts nothing.
func entryKind(m *syntax.Module) EntryKind {
	var wsgi, asgi, celery, command, script bool
	names := settingsNamed(m, nil) != nil
	syntax.InspectBody(m.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Call:
			switch lastName(n.Func) {
			case "get_wsgi_application":
				wsgi = true
			case "get_asgi_application", "get_default_application":
				asgi = true
			case "config_from_object":
				celery = true
			case "execute_from_command_line":
				command = true
			case "setup":
				script = script || dottedText(n.Func) == "django.setup"
			}
		case *syntax.ImportFrom:
			celery = celery || n.Module == "celery" && names
		}
		return true
	})
	switch base := path.Base(m.File.Path); {
	case base == "manage.py":
		return Manage
	case base == "wsgi.py", wsgi:
		return WSGI
	case base == "asgi.py", asgi:
		return ASGI
	case celery && (names || base == "celery.py"):
		return CeleryApp
	case command && names:
		return Manage
	case script || names:
		return Script
	}
	return 0
}

// entryPoint takes the last statement that names the settings: of several setdefault the first wins, as in Python.
func entryPoint(kind EntryKind, m *syntax.Module, env map[string]string) EntryPoint {
	e := EntryPoint{Kind: kind, File: m.File}
	for i, s := range settingsNamed(m, env) {
		if i > 0 && s.fallback {
			continue
		}
		e.Module, e.Default, e.At, e.others = s.module, s.fallback, s.at, s.others
	}
	return e
}

// settingsNamed are the settings modules that a file puts into the environment, in order of the text.
func settingsNamed(m *syntax.Module, env map[string]string) []named {
	return namedFor(settingsVariable, m, env)
}

// namedFor are the values that a file gives to a variable of the environment, in order of the text.
func namedFor(variable string, m *syntax.Module, env map[string]string) []named {
	var found []named
	fold := newFolder(m, env)
	note := func(value syntax.Expr, fallback bool) {
		options, given := fold.strings(value)
		n := named{fallback: fallback || given, at: m.Span(value)}
		if len(options) > 0 {
			n.module, n.others = options[0], options[1:]
		}
		found = append(found, n)
	}
	guarded := 0
	var visit func(syntax.Node) bool
	visit = func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.If:
			if missingTest(variable, n.Test) {
				guarded++
				syntax.InspectBody(n.Body, visit)
				guarded--
				syntax.InspectBody(n.Orelse, visit)
				return false
			}
		case *syntax.Call:
			if lastName(n.Func) == "setdefault" && len(n.Args) == 2 && isText(n.Args[0], variable) {
				note(n.Args[1], true)
			}
		case *syntax.Assign:
			if s, ok := n.Targets[0].(*syntax.Subscript); ok && isText(s.Slice, variable) && lastName(s.Value) == "environ" {
				note(n.Value, guarded > 0)
			}
		}
		return true
	}
	syntax.InspectBody(m.Body, visit)
	return found
}

// missingTest recognises `"DJANGO_SETTINGS_MODULE" not in os.environ` and `not os.environ.get("DJANGO_SETTINGS_MODULE")`.
func missingTest(variable string, e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Compare:
		return len(e.Ops) == 1 && e.Ops[0] == syntax.NotIn && isText(e.Left, variable)
	case *syntax.UnaryOp:
		call, ok := e.Operand.(*syntax.Call)
		return ok && e.Op == syntax.Not && len(call.Args) > 0 && isText(call.Args[0], variable)
	}
	return false
}

func isText(e syntax.Expr, text string) bool {
	got, ok := constantText(e)
	return ok && got == text
}

// configurationDefault is the class of settings that wsgi.py or asgi.py falls back to, with the place. One whose name says development
// is passed over: which class is production is then for the classes' names to say.
func configurationDefault(x *index, entries []EntryPoint) (class string, at source.Span, ok bool) {
	for _, e := range entries {
		m, parsed := x.parse(e.File.Path)
		if !parsed || e.Kind != WSGI && e.Kind != ASGI {
			continue
		}
		for _, n := range namedFor(configurationVariable, m, nil) {
			if n.module != "" && !isDevelopmentName(n.module) {
				return n.module, n.at, true
			}
		}
	}
	return "", source.Span{}, false
}

// productionConfiguration is the class of a settings module whose name says production, as long as one alone does: what production is
// started with where nothing says it, whatever the project's own code falls back to.
func productionConfiguration(x *index, module string) (class string, at source.Span, ok bool) {
	file, _, _, located := x.locate(module)
	if !located || file == "" {
		return "", source.Span{}, false
	}
	m, parsed := x.parse(file)
	if !parsed {
		return "", source.Span{}, false
	}
	found := 0
	eachTopLevel(m.Body, func(s syntax.Stmt) {
		if c, isClass := s.(*syntax.ClassDef); isClass && slices.Contains(library.ProductionConfigurations(), c.Name) {
			class, at, found = c.Name, m.Span(c), found+1
		}
	})
	return class, at, found == 1
}

func isDevelopmentName(name string) bool {
	for _, word := range wordsOf(name) {
		if p := purposeOfWord(word, nil); p == forDevelopment || p == forTests {
			return true
		}
	}
	return false
}
