package security

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

func csrfFailureView() check.Check {
	return check.Check{
		ID:       "security/csrf-failure-view",
		Severity: check.Recommended,
		Source:   answerCSRFFailureView,
		Doc: check.Doc{
			Title: "CSRF_FAILURE_VIEW names a view that can be imported and takes the reason",
			Why: `When a form fails the CSRF check, Django calls the view that CSRF_FAILURE_VIEW names, with the request and the reason. It is imported at that moment only. A name that has moved, or a view that takes no reason, stays unnoticed until the first visitor with an old page is refused, who then sees a 500 in place of the explanation, and so do the error reports.

Own pages explain better than Django's; the price is this one name in a text, which no editor renames.`,
			Fix:    "Let CSRF_FAILURE_VIEW name an existing function `def csrf_failure(request, reason=\"\"): ...` by its full dotted path, or remove the line for Django's own view.",
			Verify: "`python manage.py check` prints neither security.E101 nor security.E102; `curl -s -o /dev/null -w '%{http_code}\\n' -X POST https://example.com/accounts/login/` prints 403, not 500.",
			Bad: []check.Example{
				check.Project("The view was moved.", "settings.py", `CSRF_FAILURE_VIEW = "shop.views.csrf_failure"
`, "shop/__init__.py", "", "shop/views.py", "", "shop/errors.py", goodView),
				check.Project("The view takes no reason.", "settings.py", `CSRF_FAILURE_VIEW = "shop.errors.csrf_failure"
`, "shop/__init__.py", "", "shop/errors.py", `from django.shortcuts import render


def csrf_failure(request):
    return render(request, "403_csrf.html", status=403)
`),
			},
			Good: []check.Example{
				check.Project("A view that takes the reason.", "settings.py", `CSRF_FAILURE_VIEW = "shop.errors.csrf_failure"
`, "shop/__init__.py", "", "shop/errors.py", goodView),
			},
			References: []check.Reference{
				check.See("Django: CSRF_FAILURE_VIEW", check.DjangoDocs+"ref/settings/#csrf-failure-view"),
				check.See("Django: rejected requests", check.DjangoDocs+"howto/csrf/#handling-rejected-requests-with-a-custom-view"),
			},
			Django: []string{"security.E101", "security.E102"},
			Triggers: []string{
				"no module of the project has the name",
				"the view does not take `(request, reason=...)`",
				"the setting is no dotted path",
			},
		},
	}
}

const goodView = `from django.shortcuts import render


def csrf_failure(request, reason=""):
    return render(request, "403_csrf.html", {"reason": reason}, status=403)
`

func answerCSRFFailureView(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		s := w.Get("CSRF_FAILURE_VIEW")
		if !s.Set && s.Value.IsUnknown() {
			return check.Unclear(check.Doubt(w, s))
		}
		if !s.Set {
			return check.Passed("Django's own view")
		}
		name, isText := s.Value.AsStr()
		switch {
		case s.Value.IsUnknown():
			return check.Unclear(check.Doubt(w, s))
		case s.Value.Kind() == eval.Callable || s.Value.Kind() == eval.Class:
			return check.Unclear("CSRF_FAILURE_VIEW is a function itself, not its name; whether it takes the request and a reason is not looked at")
		case !isText || !strings.Contains(strings.Trim(name, "."), "."):
			return check.Failed(viewFinding(s, fmt.Sprintf("CSRF_FAILURE_VIEW is %s, which is no full dotted path, so a refused form ends in an error; write one like \"shop.views.csrf_failure\"", s.Value.Repr(60))))
		case name == "django.views.csrf.csrf_failure":
			return check.Passed("Django's own view")
		case p.Project.Code == nil || !p.Project.Code.Owns(name):
			return check.Unclear("CSRF_FAILURE_VIEW names " + name + ", which is not in this project; a run of `manage.py check` with the packages installed settles it")
		}
		return judgeView(p.Project.Code, s, name)
	})
}

func viewFinding(s django.Setting, message string) check.Finding {
	return check.Finding{Severity: check.Recommended, Message: message, At: check.Where(s), Fix: `def csrf_failure(request, reason=""): ...`}
}

// judgeView judges the definition that a dotted path of the project leads to, as django.core.checks.security.csrf does with the imported view.
func judgeView(code *project.Code, s django.Setting, name string) check.Answer {
	d, ok := code.Define(name)
	if !ok {
		module := name[:strings.LastIndexByte(name, '.')]
		if m, exists := code.Module(module); exists && importsAll(m) {
			return check.Unclear(module + " imports everything from another package, which may bring " + name)
		}
		return check.Failed(viewFinding(s, fmt.Sprintf("CSRF_FAILURE_VIEW names %s, which the project does not define, so a refused form ends in a 500; write the path of the view", name)))
	}
	switch {
	case d.Outside != "":
		return check.Unclear(name + " comes from " + d.Outside + ", which is not in this project")
	case d.Class != nil:
		return check.Unclear(name + " is a class; whether calling it with the request and a reason works is not looked at")
	case d.Function == nil:
		return check.Unclear(name + " is assigned, not defined; whether it takes the request and a reason is not looked at")
	}
	if takesReason(d.Function.Args) {
		return check.Passed(name + " takes the request and the reason")
	}
	if len(d.Function.Decorators) > 0 {
		return check.Unclear(name + " does not take a reason itself, and its decorator may change that")
	}
	finding := viewFinding(s, fmt.Sprintf("%s is called with the request and reason=..., which it does not take, so a refused form ends in a 500; write def %s(request, reason=\"\")", name, d.Function.Name))
	finding.Related = []check.Related{{Message: "the view", At: d.Module.Syntax.File.Span(d.Function.NamePos, d.Function.NamePos+syntax.Pos(len(d.Function.Name)))}}
	return check.Failed(finding)
}

// importsAll reports whether a module has a star import, through which names come that can't be followed.
func importsAll(m *project.CodeModule) bool {
	for _, s := range m.Syntax.Body {
		if from, ok := s.(*syntax.ImportFrom); ok && len(from.Names) == 1 && from.Names[0].Name == "*" {
			return true
		}
	}
	return false
}

// takesReason reports whether a function can be called as view(None, reason=None).
func takesReason(a *syntax.Arguments) bool {
	if a == nil {
		return false
	}
	positional := len(a.Posonlyargs) + len(a.Args)
	if positional == 0 && a.Vararg == nil {
		return false // no place for the request
	}
	reason := a.Kwarg != nil
	for i, arg := range a.Args {
		takesRequest := len(a.Posonlyargs) == 0 && i == 0
		if arg.Name == "reason" {
			if takesRequest {
				return false // the request is in its place already
			}
			reason = true
		}
	}
	for i, arg := range a.Kwonlyargs {
		if arg.Name == "reason" {
			reason = true
		} else if a.KwDefaults[i] == nil {
			return false
		}
	}
	return reason && !needsMore(a)
}

// needsMore reports whether a positional parameter other than the first and `reason` has no default.
func needsMore(a *syntax.Arguments) bool {
	all := append(append([]*syntax.Arg{}, a.Posonlyargs...), a.Args...)
	required := len(all) - len(a.Defaults)
	for i := 1; i < required && i < len(all); i++ {
		if all[i].Name != "reason" || i < len(a.Posonlyargs) {
			return true
		}
	}
	return false
}
