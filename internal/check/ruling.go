package check

import (
	"slices"

	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

// Ruling is what judging one question about the settings has shown.
type Ruling struct {
	// Fault is Yes when the settings are at fault as shipped, No when they are not, Maybe when it can't be known.
	Fault eval.Tri
	World *django.World // the world that decided
	// Doubt says for Maybe why, in one clause.
	Doubt string
}

// Rule judges whether the settings are at fault; rests are the settings that the question reads, the decisive one first.
//
// It is Settings.Judge with one more rule: a fault that lies only in Django's default (the project does not give the decisive setting)
// is Maybe when a file that the repository does not have could set them. An unsafe value that is shipped stays a fault.
func Rule(s *django.Settings, fault func(*django.World) eval.Tri, rests ...string) Ruling {
	answer, in := s.Judge(fault)
	r := Ruling{Fault: answer, World: in}
	switch answer {
	case eval.Maybe:
		r.Doubt = doubtAbout(in, rests)
	case eval.Yes:
		if file := setElsewhere(s, rests[:min(1, len(rests))]); file != "" {
			r.Fault = eval.Maybe
			r.Doubt = rests[0] + " is not set here, but " + file + " may set it"
		}
	}
	return r
}

// Setting is a setting in the world that decided.
func (r Ruling) Setting(name string) django.Setting { return r.World.Get(name) }

// doubtAbout words the doubt about the first of the settings that is unknown, in whole or in part, else about the first one.
func doubtAbout(w *django.World, names []string) string {
	if len(names) == 0 {
		return "the source does not decide it"
	}
	for _, name := range names {
		if s := w.Get(name); firstReason(s.Value, 0) != "" {
			return Doubt(w, s)
		}
	}
	return Doubt(w, w.Get(names[0]))
}

// setElsewhere names the file outside the repository that may lift a fault which rests on Django's defaults alone, or "".
func setElsewhere(s *django.Settings, rests []string) string {
	for _, name := range rests {
		if s.Get(name).Set {
			return ""
		}
	}
	if len(rests) == 0 || len(s.Result.Overrides) == 0 {
		return ""
	}
	return s.Result.Overrides[0].What + ","
}

// All is No when one answer is, else Maybe when one is, else Yes.
func All(answers ...eval.Tri) eval.Tri {
	all := eval.Yes
	for _, a := range answers {
		if a == eval.No {
			return eval.No
		}
		if a != eval.Yes {
			all = eval.Maybe
		}
	}
	return all
}

// If is Yes or No.
func If(b bool) eval.Tri {
	if b {
		return eval.Yes
	}
	return eval.No
}

// IsOn is Python's truth value; No when there is no value at all.
func IsOn(v eval.Value) eval.Tri {
	if !v.IsValid() {
		return eval.No
	}
	return v.Truth()
}

// Circumstances names the variables without which a fault of a setting is there, for the middle of a message: those that its value fell back
// on the default of, else those that would lift the fault; "" when there are none.
func Circumstances(p *SourcePass, s django.Setting, fault func(*django.World) eval.Tri) string {
	if note := EnvNote(s.Value); note != "" {
		return note
	}
	return WhenMissing(p.Settings, fault)
}

// Soften makes a critical finding recommended where the project's own set-up replaces the weak default that it tells of (see SetUp).
func Soften(p *SourcePass, f Finding, s django.Setting, fault func(*django.World) eval.Tri) Finding {
	if f.Severity != Critical {
		return f
	}
	names, files := Escapes(p.Settings, fault)
	if hosts := p.Settings.Get("ALLOWED_HOSTS"); localWithout(hosts.Value, append(names, Defaulted(s.Value)...)) {
		f.Severity = Recommended
		f.Related = append(f.Related, Related{Message: "without the variable the site answers to this host alone", At: Where(hosts)})
		return f
	}
	if at, ok := SetUp(p, append(names, Defaulted(s.Value)...), files); ok {
		f.Severity = Recommended
		f.Related = append(f.Related, Related{Message: "the project's own set-up speaks of it here", At: at})
	}
	return f
}

// localWithout reports whether ALLOWED_HOSTS has no name but those of this host where variables are missing, one of which it is made from: no
// site is served without it.
func localWithout(hosts eval.Value, variables []string) bool {
	made := false
	for _, e := range hosts.Elems() {
		from := slices.ContainsFunc(Defaulted(e), func(name string) bool { return slices.Contains(variables, name) })
		made = made || from
		name, known := e.AsStr()
		switch {
		case known && (name == "localhost" || name == "127.0.0.1" || name == "[::1]"):
		case !known && from:
		default:
			return false
		}
	}
	return made
}

// Describe says what a setting is, for the start of a message: "SECURE_SSL_REDIRECT is not set",
// "SECURE_SSL_REDIRECT is False when the variable X is missing".
func Describe(s django.Setting) string {
	if !s.Set {
		return s.Name + " is not set"
	}
	return s.Name + " is " + s.Value.Repr(60) + EnvNote(s.Value)
}

// EdgeFiles names the proxy configuration that would settle a question of a check which does not read it, for the end of a reason.
func EdgeFiles(p *SourcePass) string {
	files := p.Project.ProxyFiles()
	if len(files) == 0 {
		return "a configuration that the repository does not hold"
	}
	if len(files) > 2 {
		files = append(files[:2:2], "others")
	}
	return And(files) + ", which this check does not read"
}
