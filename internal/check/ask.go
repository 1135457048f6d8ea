package check

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/redact"
	"gonogo/internal/source"
)

// This file holds the questions about settings that many checks ask, so that all of them word an answer alike.

// Where is the place that a finding about a setting points at: the expression that made the value, else the assignment,
// else the settings file.
func Where(s django.Setting) source.Span {
	if s.Set {
		if at := s.Value.At(); !at.IsZero() {
			return at
		}
	}
	return s.At
}

// EnvNote names the circumstances under which a value applies, for the middle of a message: "" for a plain literal,
// " when the variable DEBUG is missing" for a default, " as the variable DEBUG says" for a variable that was given.
func EnvNote(v eval.Value) string {
	var missing, given []string
	for _, ref := range v.Env() {
		switch {
		case ref.Set:
			given = append(given, ref.Name)
		case ref.HasDefault:
			missing = append(missing, ref.Name)
		}
	}
	switch {
	case len(missing) > 0:
		return " when " + Missing(missing)
	case len(given) > 0:
		return " as " + Variables(given) + map[bool]string{true: " says", false: " say"}[len(given) == 1]
	}
	return ""
}

// Variables is "the variable A" or "the variables A, B and C".
func Variables(names []string) string {
	if len(names) == 1 {
		return "the variable " + names[0]
	}
	return "the variables " + And(names)
}

// Missing is "the variable A is missing" or "the variables A and B are missing".
func Missing(names []string) string {
	return Variables(names) + are(names) + " missing"
}

// are is the verb for one or several names.
func are(names []string) string {
	if len(names) == 1 {
		return " is"
	}
	return " are"
}

// And joins words as a sentence does: "a", "a and b", "a, b and c".
func And(words []string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// Doubt says why a question about a setting has no answer, as a clause: the reason of an unknown value, or the conditions of the
// world in which the answer would be another. It is what an Unclear answer needs as its reason.
func Doubt(w *django.World, s django.Setting) string {
	if reason := firstReason(s.Value, 0); reason != "" {
		return fmt.Sprintf("%s is not known: %s%s", s.Name, reason, settle(s.Value))
	}
	if when := Conditions(w); when != "" {
		return fmt.Sprintf("%s is decided by what the source does not tell: it is %s when %s", s.Name, Shown(s), when)
	}
	return fmt.Sprintf("%s is not known from the source", s.Name)
}

// settle is what a person can do about a value that waits for the environment.
func settle(v eval.Value) string {
	for _, ref := range v.Env() {
		if !ref.Set {
			return "; give the environment with --env-file"
		}
	}
	return ""
}

// Shown is a setting's value for a message, hidden where it is or can hold a secret.
func Shown(s django.Setting) string {
	if redact.SecretName(s.Name) {
		return "set"
	}
	switch s.Value.Kind() {
	case eval.Dict, eval.Object, eval.Bytes:
		return "another value"
	}
	return redact.Text(s.Value.Repr(60))
}

// Escapes are the operator's choices under which the answer to a question turns to No although it is Yes as shipped: the names of
// environment variables, and the files that the repository lacks. Both are sorted.
func Escapes(s *django.Settings, question func(*django.World) eval.Tri) (names, files []string) {
	fewest := 0
	for _, w := range s.Worlds()[1:] {
		if fails(w, s.Shipped()) || question(w) != eval.No {
			continue
		}
		if fewest != 0 && len(w.Conditions) > fewest {
			continue // more choices than needed: not each of them undoes the fault
		}
		if len(w.Conditions) < fewest {
			names, files = nil, nil
		}
		fewest = len(w.Conditions)
		for _, c := range w.Conditions {
			switch {
			case c.Kind == eval.EnvSet && c.Name != "" && !slices.Contains(names, c.Name):
				names = append(names, c.Name)
			case c.Kind == eval.FileThere && c.Name != "" && !slices.Contains(files, c.Name):
				files = append(files, c.Name)
			}
		}
	}
	slices.Sort(names)
	slices.Sort(files)
	return names, files
}

// fails reports whether a world cannot be imported, at another place than the shipped one: what it lacks says nothing.
func fails(w, shipped *django.World) bool {
	return w.Failure != nil && (shipped.Failure == nil || shipped.Failure.At != w.Failure.At)
}

// Defaulted are the names of the variables that a value fell back on the default of, because they are not set.
func Defaulted(v eval.Value) []string {
	var names []string
	for _, ref := range v.Env() {
		if !ref.Set && ref.HasDefault {
			names = append(names, ref.Name)
		}
	}
	return names
}

// Conditions are the decisions by which a world differs from the shipped one, as a clause; "" for the shipped one.
func Conditions(w *django.World) string {
	var parts []string
	for _, c := range w.Conditions {
		text := c.Text
		if !c.Taken {
			text = "not (" + text + ")"
		}
		parts = append(parts, text)
	}
	return And(parts)
}

// firstReason is why a value, or the first part of it that is unknown, is unknown.
func firstReason(v eval.Value, depth int) string {
	if v.IsUnknown() {
		return v.Reason()
	}
	if depth > 4 {
		return ""
	}
	for _, e := range v.Elems() {
		if r := firstReason(e, depth+1); r != "" {
			return r
		}
	}
	for _, e := range v.Entries() {
		if r := firstReason(e.Value, depth+1); r != "" {
			return r
		}
	}
	return ""
}

// Strings are the strings in a list, tuple or set; whole is false when there can be others beside them.
func Strings(v eval.Value) (items []string, whole bool) {
	whole = v.Kind() == eval.List || v.Kind() == eval.Tuple || v.Kind() == eval.Set
	for _, e := range v.Elems() {
		if s, ok := e.AsStr(); ok {
			items = append(items, s)
		} else if e.IsUnknown() {
			whole = false
		}
	}
	return items, whole && !v.IsOpen()
}

// HasApp reports whether INSTALLED_APPS has the application, by its module or by an AppConfig of it.
func HasApp(w *django.World, module string) eval.Tri {
	apps := w.Get("INSTALLED_APPS").Value
	names, whole := Strings(apps)
	for _, name := range names {
		if name == module || strings.HasPrefix(name, module+".apps.") {
			return eval.Yes
		}
	}
	if !whole {
		return eval.Maybe
	}
	return eval.No
}

// AppEntry is the element of INSTALLED_APPS that HasApp found; invalid without one.
func AppEntry(w *django.World, module string) eval.Value {
	for _, e := range w.Get("INSTALLED_APPS").Value.Elems() {
		if name, ok := e.AsStr(); ok && (name == module || strings.HasPrefix(name, module+".apps.")) {
			return e
		}
	}
	return eval.Value{}
}

// HasMiddleware reports whether MIDDLEWARE has a class.
func HasMiddleware(w *django.World, class string) eval.Tri {
	return w.Get("MIDDLEWARE").Value.Contains(class)
}

// Is is Yes for True, No for another known value, Maybe for an unknown one: Python's `x is True`.
func Is(v eval.Value) eval.Tri {
	if v.IsUnknown() {
		return eval.Maybe
	}
	if b, ok := v.AsBool(); ok && b {
		return eval.Yes
	}
	return eval.No
}

// Not turns a three-valued answer round.
func Not(t eval.Tri) eval.Tri {
	switch t {
	case eval.Yes:
		return eval.No
	case eval.No:
		return eval.Yes
	}
	return eval.Maybe
}

// Any is Yes when one answer is, else Maybe when one is, else No.
func Any(answers ...eval.Tri) eval.Tri {
	all := eval.No
	for _, a := range answers {
		if a == eval.Yes {
			return eval.Yes
		}
		if a != eval.No {
			all = eval.Maybe
		}
	}
	return all
}
