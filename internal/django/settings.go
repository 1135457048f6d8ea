// Package django is the project as Django would see it: its settings, and later its apps, models, URLs, views and templates.
package django

import (
	"sort"
	"strings"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Settings are one settings module as production evaluates it.
type Settings struct {
	Module   string // dotted, "config.settings.production"
	File     *source.File
	Version  knowledge.Version // Django's, as far as the project's dependencies tell; Version.Known() is false otherwise
	Result   *eval.Result
	worlds   []*World
	evaluate func(env map[string]eval.EnvValue) *Settings
}

// NewSettings wraps an evaluated module. evaluate runs it again with more variables given; see With.
func NewSettings(file *source.File, version knowledge.Version, result *eval.Result, evaluate func(map[string]eval.EnvValue) *Settings) *Settings {
	s := &Settings{Module: result.Module, File: file, Version: version, Result: result, evaluate: evaluate}
	for _, w := range append(result.Worlds[:len(result.Worlds):len(result.Worlds)], unexploredWorlds(result)...) {
		s.worlds = append(s.worlds, &World{World: w, settings: s})
	}
	return s
}

// World is the settings under one set of decisions.
type World struct {
	*eval.World
	settings *Settings
}

// Shipped is the world in which nobody sets anything that is optional.
func (s *Settings) Shipped() *World { return s.worlds[0] }

// Worlds are all worlds, the shipped one first. Where there were too many, the last ones stand for those that were not run.
func (s *Settings) Worlds() []*World { return s.worlds }

// With evaluates the module again with variables added to the environment, for questions like "what if DEBUG is the string False".
// Everything else stays as it was.
func (s *Settings) With(env map[string]string) *Settings {
	values := make(map[string]eval.EnvValue, len(env))
	for name, value := range env {
		values[name] = eval.EnvValue{Value: value}
	}
	return s.evaluate(values)
}

// Setting is one setting in one world.
type Setting struct {
	Name  string
	Value eval.Value
	// Set is false when the project does not give it and Value is Django's own default for the version
	// (the invalid Value when Django has none by that name), or an Unknown when something that can't be read may give it.
	Set bool
	// At is the last place that gave it its value; the whole settings file when it is not set.
	At source.Span
	// Assigned is every place that gave or changed the value, in order.
	Assigned []source.Span
}

// Get is a setting by name: the project's value, or Django's default.
func (w *World) Get(name string) Setting {
	if v, ok := w.Names[name]; ok {
		places := w.Assigned[name]
		at := w.settings.File.Whole()
		if len(places) > 0 {
			at = places[len(places)-1]
		}
		return Setting{Name: name, Value: asDjangoReads(name, v), Set: true, At: at, Assigned: places}
	}
	if reason := w.unreadName(name); reason != "" {
		return Setting{Name: name, Value: eval.MakeUnknown(reason), At: w.settings.File.Whole()}
	}
	return Setting{Name: name, Value: defaultOf(w.settings.Version, name), At: w.settings.File.Whole()}
}

// unread says why the module may give settings that are not among its names: something in it can't be read, or it was left by an
// exception before its end. It is "" when it can't.
func (w *World) unread() string {
	if w.Failure != nil {
		return "the settings cannot be imported: " + w.Failure.Class + " " + shorten(w.Failure.Message)
	}
	return w.Open
}

// unreadName says why the module may give a setting that is not among its names; "" when it can't.
func (w *World) unreadName(name string) string {
	if reason := w.unread(); reason != "" {
		return reason
	}
	for prefix, reason := range w.OpenPrefixes {
		if strings.HasPrefix(name, prefix) {
			return reason
		}
	}
	return ""
}

// shorten cuts a message after its first line, or about eighty characters.
func shorten(message string) string {
	message, _, _ = strings.Cut(message, "\n")
	if runes := []rune(message); len(runes) > 80 {
		return string(runes[:80]) + "..."
	}
	return message
}

// Get is a setting in the shipped world.
func (s *Settings) Get(name string) Setting { return s.Shipped().Get(name) }

// Names are the settings that the project gives (upper-case global names), sorted.
func (w *World) SettingNames() []string {
	var names []string
	for name := range w.Names {
		if isSettingName(name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// Judge asks a yes-or-no question of every world.
//
// Yes: so it is as shipped. No: neither as shipped, nor by a condition that nobody chooses.
// Maybe: it can't be known as shipped, or it is so, or is not so, under a condition that the source does not decide.
// A world that rests on the operator's choice (a variable that is set) can't turn a No.
// in is the world that decided.
func (s *Settings) Judge(question func(*World) eval.Tri) (answer eval.Tri, in *World) {
	shipped := s.Shipped()
	if answer = question(shipped); answer != eval.No {
		if w := s.lifted(question); answer == eval.Yes && w != nil {
			return eval.Maybe, w
		}
		return answer, shipped
	}
	for _, w := range s.worlds[1:] {
		if w.chosen() || w.Failure != nil { // a world that cannot be imported serves nothing
			continue
		}
		if question(w) != eval.No {
			return eval.Maybe, w
		}
	}
	return eval.No, shipped
}

// lifted is a world in which the answer is No and that rests on nothing but tests of values that are not known, so that it is as likely as
// the shipped one; nil when there is none.
func (s *Settings) lifted(question func(*World) eval.Tri) *World {
	for _, w := range s.worlds[1:] {
		if w.Failure == nil && w.untold() && question(w) == eval.No {
			return w
		}
	}
	return nil
}

// untold reports whether the world rests only on tests of values that are not known.
func (w *World) untold() bool {
	for _, c := range w.Conditions {
		if c.Kind != eval.Opaque || c.Name != eval.UnknownTest {
			return false
		}
	}
	return len(w.Conditions) > 0
}

// chosen reports whether the world rests on a choice of the operator or on a file that the repository lacks.
func (w *World) chosen() bool {
	for _, c := range w.Conditions {
		if c.Kind != eval.Opaque {
			return true
		}
	}
	return false
}

// isSettingName is Django's own rule: a setting is a module attribute in upper case (django/conf/__init__.py).
func isSettingName(name string) bool {
	upper := false
	for _, r := range name {
		if r >= 'a' && r <= 'z' {
			return false
		}
		if r >= 'A' && r <= 'Z' {
			upper = true
		}
	}
	return upper
}
