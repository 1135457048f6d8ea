package errors

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// djangoTemplates is the only engine that has the option; Jinja2's does not know it.
const djangoTemplates = "django.template.backends.django.DjangoTemplates"

func templateDebugOff() check.Check {
	return check.Check{
		ID:       "errors/template-debug-off",
		Severity: check.Recommended,
		Doc: check.Doc{
			Title: "Template engines do not collect debug information in production",
			Why: `The option debug of a template engine makes each rendered node remember its source, and attaches the template's text around the fault to an exception. An error report, a mail to ADMINS or a tracker then carries template source and the values in it, and every render pays for the bookkeeping.

Left out, the option follows DEBUG, which is what nearly everybody wants. Setting it by itself is useful while hunting one template fault, and is easily forgotten.`,
			Fix:    `Remove "debug" from OPTIONS of the engine in TEMPLATES, so that it follows DEBUG.`,
			Verify: `Run "python -c 'import django; django.setup(); from django.template import engines; print([e.engine.debug for e in engines.all() if hasattr(e, \"engine\")])'" with the production settings: it prints only False.`,
			Bad: []check.Example{
				check.SettingsExample("A template engine of its own mind.", `DEBUG = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"debug": True},
    },
]
`),
			},
			Good: []check.Example{
				check.SettingsExample("The engine follows DEBUG.", `DEBUG = False
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
    },
]
`),
			},
			References: []check.Reference{
				check.See("Django templates: options of DjangoTemplates", check.DjangoDocs+"topics/templates/#django.template.backends.django.DjangoTemplates"),
				check.See("Django deployment checklist", check.DjangoDocs+"howto/deployment/checklist/"),
			},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, func(w *django.World) check.Answer { return templateDebugIn(w) })
		},
	}
}

func templateDebugIn(w *django.World) check.Answer {
	templates, debug := w.Get("TEMPLATES"), w.Get("DEBUG")
	if templates.Value.IsUnknown() {
		return check.Unclear(check.Doubt(w, templates))
	}
	var findings []check.Finding
	var doubts []string
	engines, cause := 0, ""
	for i, engine := range templates.Value.Elems() {
		if engine.IsUnknown() {
			doubts = append(doubts, check.Doubt(w, templates))
			continue
		}
		if backend, ok := engine.Get("BACKEND").AsStr(); ok && backend != djangoTemplates {
			continue
		}
		engines++
		option := engine.Get("OPTIONS", "debug")
		if !option.IsValid() {
			option = debug.Value
		}
		switch check.IsOn(option) {
		case eval.Maybe:
			doubts = append(doubts, fmt.Sprintf("the option debug of TEMPLATES[%d] is not known: %s", i, option.Reason()))
		case eval.Yes:
			if owner := debugOwner(w, option); owner != "" {
				cause = owner
				continue
			}
			findings = append(findings, templateFinding(i, option, templates))
		}
	}
	switch {
	case len(findings) > 0:
		return check.Failed(findings...)
	case cause != "":
		return check.CausedBy(cause, "the template engine follows DEBUG, which is on")
	case len(doubts) > 0:
		return check.Unclear(doubts[0])
	case engines == 0:
		return check.Absent("no Django template engine is configured")
	}
	return check.Passed("")
}

// debugOwner is the check that owns the fault when the option only passes on a value of DEBUG: its final one, or the one that a base
// module had before production turned it off. It is "" when the option stands for itself.
func debugOwner(w *django.World, option eval.Value) string {
	debug := w.Get("DEBUG")
	if sameSpan(option.At(), debug.Value.At()) && check.IsOn(debug.Value) == eval.Yes {
		return debugOffID
	}
	for _, at := range debug.Assigned {
		if sameLine(at, option.At()) && check.IsOn(debug.Value) != eval.Yes {
			return debugFailsClosedID
		}
	}
	return ""
}

func sameSpan(a, b source.Span) bool { return a.File != nil && a == b }

func sameLine(a, b source.Span) bool {
	return a.File != nil && a.File == b.File && a.Begin().Line == b.Begin().Line
}

func templateFinding(index int, option eval.Value, templates django.Setting) check.Finding {
	at := option.At()
	if at.IsZero() {
		at = check.Where(templates)
	}
	return check.Finding{
		Severity: check.Recommended,
		Message:  fmt.Sprintf("TEMPLATES[%d] has debug on in production%s; remove the option, so that it follows DEBUG", index, check.EnvNote(option)),
		At:       at,
	}
}
