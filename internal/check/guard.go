package check

import (
	"slices"

	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// Holds reports whether a test comes out as wanted in a world, for tests of settings (`if SENTRY_DSN:`, `if settings.DEBUG:`) and of
// environment variables. why says in a clause when it would: "when SENTRY_DSN is set"; it is "" for Yes.
func Holds(p *SourcePass, w *django.World, m *project.CodeModule, g project.Guard) (holds eval.Tri, why string) {
	t := tester{pass: p, world: w, module: m}
	holds = t.truth(g.Test)
	if !g.Wanted {
		holds = Not(holds)
	}
	if holds == eval.Yes {
		return holds, ""
	}
	why = "under a condition (" + shortText(m.Syntax.Span(g.Test).Text()) + ")"
	if t.subject != "" && g.Wanted {
		why = "when " + t.subject + " is set"
	}
	return holds, why
}

// tester evaluates simple tests.
type tester struct {
	pass    *SourcePass
	world   *django.World
	module  *project.CodeModule
	subject string // the setting or variable that the test is about
}

func (t *tester) truth(e syntax.Expr) eval.Tri {
	switch e := e.(type) {
	case *syntax.Constant:
		return If(e.Kind == syntax.True || e.Kind == syntax.Str && e.Value != "")
	case *syntax.Name:
		return t.global(e.ID)
	case *syntax.NamedExpr:
		return t.global(e.Target.ID)
	case *syntax.Attribute:
		if owner, ok := e.Value.(*syntax.Name); ok && owner.ID == "settings" {
			t.subject = e.Attr
			return IsOn(t.world.Get(e.Attr).Value)
		}
	case *syntax.UnaryOp:
		if e.Op == syntax.Not {
			answer := Not(t.truth(e.Operand))
			t.subject = "" // what must be unset is not told as something to set
			return answer
		}
	case *syntax.BoolOp:
		return t.several(e)
	case *syntax.Call, *syntax.Compare, *syntax.Subscript:
		return t.variable(e)
	}
	return eval.Maybe
}

func (t *tester) several(e *syntax.BoolOp) eval.Tri {
	var answers []eval.Tri
	subject := t.subject
	for _, v := range e.Values {
		answer := t.truth(v)
		if answer == If(!e.Or) {
			t.subject = subject // it holds, or does not matter: the doubt is about another one
		}
		subject = t.subject
		answers = append(answers, answer)
	}
	if e.Or {
		return Any(answers...)
	}
	return All(answers...)
}

// global is the truth of a global name, where the module is one of the settings'.
func (t *tester) global(name string) eval.Tri {
	if !slices.Contains(t.pass.Settings.Result.Imported, t.module.Dotted) {
		return eval.Maybe
	}
	v, ok := t.world.Names[name]
	if !ok {
		return eval.Maybe
	}
	t.subject = name
	if refs := v.Env(); len(refs) > 0 {
		t.subject = refs[0].Name
		if v.IsUnknown() && !refs[0].HasDefault {
			return eval.Yes // it must be given
		}
	}
	return v.Truth()
}

// variable is the truth of an expression that reads one environment variable: No when nobody has to set it and its default is empty,
// Yes when it must be given. A comparison is not decided.
func (t *tester) variable(e syntax.Expr) eval.Tri {
	at := t.module.Syntax.Span(e)
	compare, isCompare := e.(*syntax.Compare)
	membership := isCompare && len(compare.Ops) == 1 && compare.Ops[0] == syntax.In
	for _, r := range t.pass.Settings.Result.Reads {
		if r.At.File != at.File || r.At.Start < at.Start || r.At.End > at.End {
			continue
		}
		t.subject = r.Name
		switch {
		case r.Set && !isCompare:
			return t.given(r.Name)
		case r.Set:
			return eval.Maybe
		case membership:
			return eval.No
		case isCompare:
			return eval.Maybe
		case !r.HasDefault:
			return eval.Yes
		case slices.Contains([]string{"None", `""`, "''", "False", "0"}, r.Default):
			return eval.No
		}
		return eval.Maybe
	}
	return eval.Maybe
}

// given is the truth of a variable that is set: of its text in the environment file that the user named; else it is not known.
func (t *tester) given(name string) eval.Tri {
	answer := eval.Maybe
	if t.pass.Project.Given != nil {
		for _, line := range t.pass.Project.Given.Vars {
			if line.Name == name {
				answer = If(line.Value != "")
			}
		}
	}
	return answer
}

// shortText is source text on one line, cut at about sixty characters.
func shortText(text string) string {
	runes := []rune(text)
	for i, r := range runes {
		if r == '\n' {
			runes = runes[:i]
			break
		}
	}
	if len(runes) > 60 {
		return string(runes[:60]) + "..."
	}
	return string(runes)
}
