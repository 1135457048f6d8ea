package errors

import (
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/health"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func noTracebackLeak() check.Check {
	return check.Check{
		ID:              "errors/no-traceback-leak",
		Severity:        check.Critical,
		Source:          answerNoTracebackLeak,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Answers hold no tracebacks and no texts of unexpected exceptions",
			Why: `A traceback shows paths, versions, code and often values: what an attacker needs to choose the next step. The text of an unexpected exception does the same in one line: SQL with the row's values, file names, addresses of inner services, parts of keys.

A handler for exceptions that the code itself expects (a validation, an error class of the project) may show its text, which was written for people. What "except Exception" catches was not.`,
			Fix:    "Log it with `logger.exception(\"...\")` and answer with a fixed text and perhaps the id of the report.",
			Verify: "Make the view fail (an impossible id, a database that is down) with the production settings: the answer has neither a path nor the name of an exception.",
			Bad: []check.Example{check.Project("The client gets the traceback.", "settings.py", "",
				"views.py", "import traceback\n\nfrom django.http import HttpResponse\n\n\ndef pay(request):\n    try:\n        charge(request)\n    except Exception:\n        return HttpResponse(traceback.format_exc(), status=500)\n")},
			Good: []check.Example{check.Project("The log gets it, the client a sentence.", "settings.py", "",
				"views.py", "import logging\n\nfrom django.http import HttpResponse\n\nlogger = logging.getLogger(__name__)\n\n\ndef pay(request):\n    try:\n        charge(request)\n    except Exception:\n        logger.exception(\"payment failed\")\n        return HttpResponse(\"The payment failed.\", status=500)\n")},
			References: []check.Reference{
				check.See("CWE-209: error messages that contain sensitive information", "https://cwe.mitre.org/data/definitions/209.html"),
				check.See("OWASP: error handling cheat sheet", "https://cheatsheetseries.owasp.org/cheatsheets/Error_Handling_Cheat_Sheet.html"),
			},
			Triggers: []string{
				"an answer holds a traceback (critical)",
				"an answer holds the text of an exception that except Exception caught",
			},
		},
	}
}

func answerNoTracebackLeak(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	views := false
	for _, f := range p.Project.Flow().Functions {
		takes := f.TakesRequest()
		views = views || takes
		if tells(f) || !takes && f.Class == nil {
			continue
		}
		var inside []check.Finding
		syntax.InspectBody(f.Body, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.FunctionDef, *syntax.ClassDef, *syntax.Lambda:
				return false
			case *syntax.Try:
				for _, h := range n.Handlers {
					inside = append(inside, leaksIn(f, h)...)
				}
			}
			return true
		})
		if len(inside) > 0 && (takes || f.Mentions("request")) {
			views = true
			findings = append(findings, inside...)
		}
	}
	if !views {
		return check.Absent("the code has no views")
	}
	rest := slices.DeleteFunc(findings, func(f check.Finding) bool { return f.Severity != check.Critical && showsHealth(p, f.At) })
	if len(rest) == 0 && len(findings) > 0 {
		return check.CausedBy("observability/readiness", "a health endpoint shows the text of an exception")
	}
	return check.Gather(rest, nil, "")
}

// showsHealth reports whether an answer is that of a health endpoint of which observability/readiness tells that it shows an exception.
func showsHealth(p *check.SourcePass, at source.Span) bool {
	h := p.Project.Health()
	asked := slices.ContainsFunc(h.Endpoints, func(e health.Endpoint) bool { return e.Database.Has == eval.Yes })
	return asked && slices.ContainsFunc(h.Endpoints, func(e health.Endpoint) bool {
		shown := e.Text.At
		return e.Text.Has == eval.Yes && shown.File == at.File && shown.Begin().Line >= at.Begin().Line && shown.Begin().Line <= at.Finish().Line
	})
}

// tells reports whether a view is by its name a test of a connection or the like, whose answer is the error.
func tells(f *flow.Function) bool {
	name := strings.ToLower(f.Name)
	if f.Class != nil {
		name += strings.ToLower(f.Class.Name)
	}
	return strings.Contains(name, "test") || strings.Contains(name, "debug")
}

// leaksIn are the answers of one handler that tell what happened inside.
func leaksIn(f *flow.Function, h *syntax.ExceptHandler) []check.Finding {
	var findings []check.Finding
	syntax.InspectBody(h.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef, *syntax.ClassDef, *syntax.Lambda, *syntax.Try:
			return false
		case *syntax.Return:
			c, ok := n.Value.(*syntax.Call)
			if !ok || !isResponse(f, c) {
				return true
			}
			switch {
			case holdsTraceback(f, h, c):
				findings = append(findings, check.Finding{
					Severity: check.Critical,
					Message:  "This answer holds a traceback, with paths, code and values; log it and answer with a fixed text",
					At:       f.Module.Syntax.Span(n),
				})
			case isBroad(f, h) && h.Name != "" && holdsText(f, h, c):
				findings = append(findings, check.Finding{
					Severity: check.Recommended,
					Message:  "This answer holds the text of whatever exception came; log it and answer with a fixed text",
					At:       f.Module.Syntax.Span(n),
				})
			}
		}
		return true
	})
	return findings
}

// isResponse reports whether a call makes an answer with a body that the client gets.
func isResponse(f *flow.Function, c *syntax.Call) bool {
	if flow.LastName(c.Func) == "" {
		return false
	}
	name, _ := f.Module.Resolve(c.Func)
	switch name {
	case "django.http.HttpResponse", "django.http.JsonResponse", "django.http.HttpResponseBadRequest", "django.http.HttpResponseServerError",
		"django.http.HttpResponseForbidden", "django.http.HttpResponseNotFound", "django.http.response.JsonResponse", "django.http.response.HttpResponse",
		"rest_framework.response.Response":
		return true
	}
	return false
}

// isBroad reports whether a handler takes exceptions of every kind.
func isBroad(f *flow.Function, h *syntax.ExceptHandler) bool {
	if h.Type == nil {
		return true
	}
	name, _ := f.Module.Resolve(h.Type)
	last := flow.LastName(h.Type)
	return (name == "" || name == "builtins."+last) && (last == "Exception" || last == "BaseException")
}

func holdsTraceback(f *flow.Function, h *syntax.ExceptHandler, answer *syntax.Call) bool {
	return holds(h, answer, func(e syntax.Expr) bool {
		c, ok := e.(*syntax.Call)
		if !ok {
			return false
		}
		name, _ := f.Module.Resolve(c.Func)
		return name == "traceback.format_exc" || name == "traceback.format_exception"
	})
}

// holdsText reports whether an answer holds the exception or its text, but no single attribute of it.
func holdsText(f *flow.Function, h *syntax.ExceptHandler, answer *syntax.Call) bool {
	isException := func(e syntax.Expr) bool {
		name, ok := e.(*syntax.Name)
		return ok && name.ID == h.Name
	}
	return holds(h, answer, func(e syntax.Expr) bool {
		switch e := e.(type) {
		case *syntax.FormattedValue:
			return isException(e.Value)
		case *syntax.Call:
			switch flow.LastName(e.Func) {
			case "str", "repr", "force_str", "format":
				return len(e.Args) > 0 && isException(e.Args[0])
			}
		case *syntax.BinOp:
			return e.Op == syntax.Mod && isException(e.Right)
		case *syntax.Attribute:
			return e.Attr == "args" && isException(e.Value)
		}
		return false
	})
}

// holds looks for an expression in the body of an answer, and in the variables of the handler that the answer holds.
func holds(h *syntax.ExceptHandler, answer *syntax.Call, is func(syntax.Expr) bool) bool {
	found := false
	variables := make(map[string]bool)
	look := func(e syntax.Expr) {
		syntax.Inspect(e, func(n syntax.Node) bool {
			if e, ok := n.(syntax.Expr); ok {
				found = found || is(e)
			}
			if c, ok := n.(*syntax.Call); ok && n != syntax.Node(answer) && !passesOn(flow.LastName(c.Func)) {
				return false
			}
			if name, ok := n.(*syntax.Name); ok {
				variables[name.ID] = true
			}
			return !found
		})
	}
	if len(answer.Args) > 0 {
		look(answer.Args[0])
	} else if data := flow.Arg(answer, -1, "data"); data != nil {
		look(data)
	} else if content := flow.Arg(answer, -1, "content"); content != nil {
		look(content)
	}
	for _, s := range h.Body {
		if a, ok := s.(*syntax.Assign); ok && len(a.Targets) == 1 {
			if name, ok := a.Targets[0].(*syntax.Name); ok && variables[name.ID] {
				look(a.Value)
			}
		}
	}
	return found
}

// passesOn reports whether a function's result holds its arguments as text.
func passesOn(name string) bool {
	switch name {
	case "str", "repr", "format", "dict", "dumps", "join", "force_str", "gettext", "_":
		return true
	}
	return false
}
