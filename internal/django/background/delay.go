package background

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Delay is a place at which code asks for a task of Celery to run later.
type Delay struct {
	At     source.Span
	Option string     // "countdown", "eta", "default_retry_delay", "retry_backoff_max"
	Value  eval.Value // seconds; unknown where it is computed, and for every eta
}

// delays collects countdown and eta of apply_async, retry and set, and the delays of retries that tasks are given.
func (f *finder) delays() {
	for _, t := range f.work.Tasks {
		for _, name := range []string{"default_retry_delay", "retry_backoff_max"} {
			if o, ok := t.options[name]; ok && t.Library == Celery {
				f.work.Delays = append(f.work.Delays, Delay{o.At, name, o.Value})
			}
		}
	}
	for _, m := range f.work.modules {
		if !m.Syntax.File.Contains("countdown") && !m.Syntax.File.Contains("eta") {
			continue
		}
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			call, ok := n.(*syntax.Call)
			if !ok {
				return true
			}
			a, ok := call.Func.(*syntax.Attribute)
			if !ok || !slices.Contains([]string{"apply_async", "retry", "set", "send_task", "apply_async_on_commit"}, a.Attr) {
				return true
			}
			for _, k := range call.Keywords {
				if k.Name == "countdown" || k.Name == "eta" {
					f.work.Delays = append(f.work.Delays, Delay{m.Syntax.Span(k), k.Name, f.valueOf(m, k.Value)})
				}
			}
			return true
		})
	}
	slices.SortStableFunc(f.work.Delays, func(a, b Delay) int {
		if c := strings.Compare(a.At.Path(), b.At.Path()); c != 0 {
			return c
		}
		return int(a.At.Start) - int(b.At.Start)
	})
}

// valueOf is the value of an expression in a body: a constant, or a name of a module of the project, or a setting, as the session has it.
func (f *finder) valueOf(m *resolve.Module, e syntax.Expr) eval.Value {
	if v := literal(e); !v.IsUnknown() {
		return v
	}
	unknown := eval.MakeUnknown("it is computed")
	dotted, ok := m.Resolve(e)
	if !ok {
		return unknown
	}
	if name, ok := strings.CutPrefix(dotted, "django.conf.settings."); ok && !strings.Contains(name, ".") {
		if v := f.setting(name); v.IsValid() {
			return v
		}
		return unknown
	}
	d, ok := f.graph.Define(dotted)
	if !ok || d.Function != nil || d.Class != nil || strings.Contains(d.Name, ".") {
		return unknown
	}
	if v := f.session.Import(d.Module.Dotted).Module.Attr(d.Name); v.IsValid() {
		return v
	}
	return unknown
}
