package report

import (
	"fmt"
	"io"
	"strings"

	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/redact"
	"gonogo/internal/source"
)

// SettingsOptions says which settings are written, and how.
type SettingsOptions struct {
	Names       []string // only these; all when empty
	ShowSecrets bool
}

// state is a setting over all worlds.
type state struct {
	name         string
	setting      django.Setting
	alternatives []alternative // other values, each under its conditions; empty when all worlds agree
}

type alternative struct {
	when  string
	value eval.Value
	unset bool
}

// states gathers the settings of all worlds by name, sorted.
func states(s *django.Settings, only []string) []state {
	var out []state
	for _, name := range names(s, only) {
		out = append(out, stateOf(s, name))
	}
	return out
}

func names(s *django.Settings, only []string) []string {
	if len(only) > 0 {
		return only
	}
	seen := make(map[string]bool)
	all := s.Shipped().SettingNames()
	for _, name := range all {
		seen[name] = true
	}
	for _, w := range s.Worlds()[1:] {
		for _, name := range w.SettingNames() {
			if !seen[name] {
				seen[name] = true
				all = append(all, name)
			}
		}
	}
	return sorted(all)
}

func stateOf(s *django.Settings, name string) state {
	out := state{name: name, setting: s.Get(name)}
	seen := []eval.Value{out.setting.Value}
	for _, w := range s.Worlds()[1:] {
		if w.Failure != nil {
			continue
		}
		other := w.Get(name)
		if known(seen, other.Value) {
			continue
		}
		if order := orderOf(w); order != "" && out.setting.Value.IsValid() {
			out.setting.Value = eval.MakeUnknown("it hangs on an order that is not known: whether " + order).WithOrigin(out.setting.Value.Origin())
			out.alternatives = nil
			break
		}
		seen = append(seen, other.Value)
		out.alternatives = append(out.alternatives, alternative{when(w), other.Value, !other.Set})
	}
	return out
}

// orderOf is the condition of a world that tells an order of elements, which can be any other one too; or "".
func orderOf(w *django.World) string {
	for _, c := range w.Conditions {
		if c.Name == eval.OrderOfElements {
			return c.Text
		}
	}
	return ""
}

// wholeValue is more characters than any setting has: values are compared in full.
const wholeValue = 1 << 20

// known reports whether the value was seen already. A value that is unknown for the same reason is the same value.
func known(seen []eval.Value, v eval.Value) bool {
	for _, s := range seen {
		if eval.Equal(s, v) || s.IsValid() == v.IsValid() && s.Repr(wholeValue) == v.Repr(wholeValue) && s.Reason() == v.Reason() {
			return true
		}
	}
	return false
}

func when(w *django.World) string {
	var clauses []string
	for _, c := range w.Conditions {
		clauses = append(clauses, c.Text)
	}
	return strings.Join(clauses, ", and ")
}

type jsonEnv struct {
	Name     string  `json:"name"`
	Default  *string `json:"default"`
	Required bool    `json:"required"`
	Secret   bool    `json:"secret"`
}

// SettingsJSON writes the settings as evaluated; docs/json.md describes the shape.
func SettingsJSON(w io.Writer, s *django.Settings, options SettingsOptions) error {
	encoder := valueEncoder{showSecrets: options.ShowSecrets}
	all := ordered{}
	for _, st := range states(s, options.Names) {
		all = append(all, member{st.name, encodeState(encoder, s, st)})
	}
	return encode(w, ordered{{"schema", Schema}, {"module", s.Module}, {"settings", all}})
}

func encodeState(e valueEncoder, s *django.Settings, st state) ordered {
	secret := redact.SecretName(st.name)
	var out ordered
	v := st.setting.Value
	switch {
	case !v.IsValid() && len(st.alternatives) == 0:
		out = ordered{{"state", "unset"}}
	case len(st.alternatives) > 0:
		out = ordered{{"state", "one-of"}, {"values", encodeAlternatives(e, st, secret)}}
	case v.IsUnknown():
		out = ordered{{"state", "unknown"}, {"reason", redact.Text(v.Reason())}}
	default:
		out = ordered{{"state", "known"}, {"value", e.encode(v, secret)}}
	}
	if !st.setting.Set && v.IsValid() {
		return append(out, member{"default", true})
	}
	if at := st.setting.At; !at.IsZero() {
		out = append(out, member{"at", ordered{{"path", at.Path()}, {"line", at.Begin().Line}}})
	}
	return append(out, member{"env", encodeEnv(e, s, v)})
}

func encodeAlternatives(e valueEncoder, st state, secret bool) []any {
	var out []any
	for _, a := range st.alternatives {
		value := any(map[string]any{"$unset": true})
		if a.value.IsValid() {
			value = e.encode(a.value, secret)
		}
		out = append(out, ordered{{"when", redact.Text(a.when)}, {"value", value}})
	}
	shipped := any(map[string]any{"$unset": true})
	if st.setting.Value.IsValid() {
		shipped = e.encode(st.setting.Value, secret)
	}
	return append(out, ordered{{"when", "otherwise"}, {"value", shipped}})
}

func encodeEnv(e valueEncoder, s *django.Settings, v eval.Value) []jsonEnv {
	out := []jsonEnv{}
	for _, ref := range v.Env() {
		j := jsonEnv{Name: ref.Name, Secret: redact.SecretName(ref.Name)}
		for _, r := range s.Result.Reads {
			if r.Name == ref.Name {
				j.Required = j.Required || r.Required
				j.Secret = j.Secret || r.Secret
			}
		}
		if ref.HasDefault {
			text := ref.Default
			if j.Secret && !e.showSecrets {
				text = redact.Line(text, true)
			}
			j.Default = &text
		}
		out = append(out, j)
	}
	return out
}

// valueWidth is how many characters of a value the text shows.
const valueWidth = 200

// SettingsText writes the settings for a person: name, value, where it comes from.
func SettingsText(w io.Writer, s *django.Settings, options SettingsOptions, style Style) error {
	p := newPrinter(w, style)
	limit := valueWidth
	if len(options.Names) > 0 {
		limit = 1 << 20
	}
	p.line("%s", p.paint(dim, "# "+s.Module+", as nobody sets anything that is optional"))
	for _, st := range states(s, options.Names) {
		p.setting(s, st, limit, options.ShowSecrets)
	}
	return p.flush()
}

func (p *printer) setting(s *django.Settings, st state, limit int, show bool) {
	p.line("%s = %s", p.paint(bold, st.name), p.shown(st.setting.Value, st.name, limit, show))
	if !st.setting.Set {
		p.line("    %s", p.paint(dim, "Django's default"))
	} else {
		p.line("    %s", p.paint(dim, strings.Join(origins(s, st.setting), ", ")))
	}
	for _, a := range st.alternatives {
		p.line("    %s %s", p.paint(yellow, "when "+printable(redact.Text(a.when))+":"), p.shown(a.value, st.name, limit, show))
	}
}

// shown is a value as Python would write it, secrets hidden, unknown ones as their reason.
func (p *printer) shown(v eval.Value, name string, limit int, show bool) string {
	switch {
	case !v.IsValid():
		return p.paint(dim, "not set")
	case v.IsUnknown():
		return p.paint(cyan, "unknown: "+printable(redact.Text(v.Reason())))
	}
	if show {
		return printable(v.Repr(limit))
	}
	if redact.SecretName(name) && holdsText(v) {
		return p.paint(dim, "(hidden)")
	}
	return printable(hidden(v, limit))
}

// holdsText reports whether a value has text in which a secret could be: a switch or a number has none.
func holdsText(v eval.Value) bool {
	switch v.Kind() {
	case eval.None, eval.Bool, eval.Int, eval.Float, eval.Timedelta, eval.Unknown:
		return false
	}
	return v.Truth() != eval.No
}

// hidden is Repr with the values of secret keys left out.
func hidden(v eval.Value, limit int) string {
	if !hasSecretKey(v, 0) {
		return redact.Text(v.Repr(limit))
	}
	switch v.Kind() {
	case eval.Dict:
		var parts []string
		for _, e := range v.Entries() {
			key, _ := e.Key.AsStr()
			value := "(hidden)"
			if !redact.SecretName(key) || !holdsText(e.Value) {
				value = hidden(e.Value, limit)
			}
			parts = append(parts, e.Key.Repr(80)+": "+value)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case eval.List, eval.Tuple, eval.Set:
		var parts []string
		for _, e := range v.Elems() {
			parts = append(parts, hidden(e, limit))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return redact.Text(v.Repr(limit))
}

func hasSecretKey(v eval.Value, depth int) bool {
	if depth > valueDepth {
		return true
	}
	for _, e := range v.Entries() {
		if key, _ := e.Key.AsStr(); redact.SecretName(key) || hasSecretKey(e.Value, depth+1) {
			return true
		}
	}
	for _, e := range v.Elems() {
		if hasSecretKey(e, depth+1) {
			return true
		}
	}
	return false
}

func origins(s *django.Settings, setting django.Setting) []string {
	var out []string
	seen := make(map[string]bool)
	add := func(at source.Span) {
		if text := shortPlace(at); text != "" && !seen[text] {
			seen[text] = true
			out = append(out, text)
		}
	}
	for _, at := range setting.Assigned {
		add(at)
	}
	if len(out) == 0 {
		add(setting.At)
	}
	for _, ref := range setting.Value.Env() {
		out = append(out, variable(s, ref))
	}
	return out
}

// variable describes an environment variable beside a value.
func variable(s *django.Settings, ref eval.EnvRef) string {
	switch {
	case ref.Set:
		return "$" + ref.Name + " (given)"
	case ref.HasDefault && redact.SecretName(ref.Name):
		return "$" + ref.Name + " (has a default)"
	case ref.HasDefault:
		return fmt.Sprintf("$%s (default %s)", ref.Name, redact.Text(ref.Default))
	}
	return "$" + ref.Name + " (required)"
}
