package migrate

import (
	"fmt"
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func lower(s *orm.ModelState) string { return strings.ToLower(s.Name) }

func shown(v eval.Value) string {
	if text, ok := v.AsStr(); ok {
		return text
	}
	return "None"
}

// options compares what AlterModelOptions is about.
func (d *detector) options(old, now *orm.ModelState) {
	if reason := first(old.UndecidedOptions, now.UndecidedOptions); reason != "" {
		d.doubt(now, reason)
		return
	}
	same := eval.Yes
	var why, changed string
	for _, name := range alterOptionKeys() {
		a, b := old.Options[name], now.Options[name]
		switch s := sameOption(a, b); {
		case s == eval.No:
			same, changed = eval.No, name
		case s == eval.Maybe && same == eval.Yes:
			same, why = eval.Maybe, "whether the option "+name+" changed is not known"
		}
	}
	switch same {
	case eval.No:
		d.add(now, "AlterModelOptions", changed, "Change Meta options on "+lower(now), optionAt(now, changed))
	case eval.Maybe:
		d.doubt(now, why)
	}
}

// optionAt is where an option is given, else the model.
func optionAt(s *orm.ModelState, name string) source.Span {
	if at := s.Options[name].At(); !at.IsZero() {
		return at
	}
	return s.At
}

// sameOption compares two options, which either side may lack.
func sameOption(a, b eval.Value) eval.Tri {
	if a.IsValid() != b.IsValid() {
		return eval.No
	}
	if !a.IsValid() {
		return eval.Yes
	}
	return orm.SameValue(a, b)
}

func first(reasons ...string) string {
	for _, r := range reasons {
		if r != "" {
			return r
		}
	}
	return ""
}

// option compares one option that has an operation of its own; None and nothing are the same.
func (d *detector) option(old, now *orm.ModelState, name, kind string, text func(eval.Value) string) {
	if old.UndecidedOptions+now.UndecidedOptions != "" {
		return // options tells it
	}
	none := func(v eval.Value) eval.Value {
		if v.Kind() == eval.None {
			return eval.Value{}
		}
		return v
	}
	a, b := none(old.Options[name]), none(now.Options[name])
	switch sameOption(a, b) {
	case eval.No:
		if a.IsValid() && a.IsUnknown() || b.IsValid() && b.IsUnknown() {
			d.doubt(now, "whether the option "+name+" changed is not known")
			return
		}
		d.add(now, kind, "", text(b), optionAt(now, name))
	case eval.Maybe:
		d.doubt(now, "whether the option "+name+" changed is not known")
	}
}

// together compares unique_together.
func (d *detector) together(old, now *orm.ModelState, name, kind string) {
	if old.UndecidedOptions+now.UndecidedOptions != "" {
		return
	}
	empty := func(v eval.Value) eval.Value {
		if !v.IsValid() || v.Truth() == eval.No {
			return eval.MakeSet()
		}
		return v
	}
	a, b := empty(old.Options[name]), empty(now.Options[name])
	switch orm.SameValue(a, b) {
	case eval.No:
		n, _ := b.Len()
		d.add(now, kind, "", fmt.Sprintf("Alter %s for %s (%d constraint(s))", name, lower(now), n), optionAt(now, name))
	case eval.Maybe:
		d.doubt(now, "whether "+name+" changed is not known")
	}
}
