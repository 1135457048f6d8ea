package server

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/python/syntax"
)

const asyncVariable = "DJANGO_ALLOW_ASYNC_UNSAFE"

func asyncSafety() check.Check {
	return check.Check{
		ID: "server/async-safety", Severity: check.Critical, Source: answerAsyncSafety, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Django's guard against synchronous calls in async code is on",
			Why: `Django refuses to touch the database from a thread with a running event loop, because its connections belong to one thread: two requests on the same connection read each other's rows and commit each other's transactions. DJANGO_ALLOW_ASYNC_UNSAFE turns the refusal off. It is meant for notebooks.

The right way is an ORM call with an ` + "`a`" + ` in front, or sync_to_async.`,
			Fix:    "Remove `DJANGO_ALLOW_ASYNC_UNSAFE` from the environment and the code, and wrap what then raises SynchronousOnlyOperation in `sync_to_async`.",
			Verify: "`printenv DJANGO_ALLOW_ASYNC_UNSAFE` in the container prints nothing, and `grep -rn DJANGO_ALLOW_ASYNC_UNSAFE .` finds nothing.",
			Bad:    []check.Example{check.Project("The guard is off for the web process.", "compose.yml", "services:\n  web:\n    build: .\n    command: uvicorn shop.asgi:application\n    environment:\n      DJANGO_ALLOW_ASYNC_UNSAFE: \"true\"\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("Nothing turns it off.", "compose.yml", "services:\n  web:\n    build: .\n    command: uvicorn shop.asgi:application\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Django: async safety", check.DjangoDocs+"topics/async/#async-safety"),
				check.See("Django: system check async.E001", check.DjangoDocs+"ref/checks/#asynchronous-support"),
			},
			Django:   []string{"async.E001"},
			Triggers: []string{"a process of production is given the variable with a value", "settings, wsgi.py or asgi.py set it"},
		},
	}
}

func answerAsyncSafety(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	list := check.Running(p)
	for _, process := range list {
		if v, ok := process.Lookup(asyncVariable); ok && v.Given && v.Value != "" {
			findings = append(findings, check.Finding{Severity: check.Critical, At: v.At,
				Message: fmt.Sprintf("%s is given %s, so Django lets two requests use one database connection at a time; remove it", process.Artefact, asyncVariable)})
		}
	}
	for _, e := range p.Project.EntryPoints {
		if e.File == nil || e.Module == "" {
			continue
		}
		findings = append(findings, setInCode(syntax.Parse(e.File))...)
	}
	if p.Settings != nil && p.Project.Code != nil {
		if m, ok := p.Project.Code.Module(p.Settings.Module); ok && m.Syntax != nil {
			findings = append(findings, setInCode(m.Syntax)...)
		}
	}
	if len(findings) > 0 {
		return check.Failed(findings...)
	}
	if len(list) == 0 {
		return check.Passed("neither the settings nor an entry point turn the guard off")
	}
	return check.Passed("no process is given " + asyncVariable)
}

// setInCode finds os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true", and setdefault, at the level of a module.
func setInCode(m *syntax.Module) []check.Finding {
	var findings []check.Finding
	found := func(e syntax.Node) {
		findings = append(findings, check.Finding{Severity: check.Critical, At: m.Span(e),
			Message: fmt.Sprintf("%s is set here, so Django lets two requests use one database connection at a time; remove the line", asyncVariable)})
	}
	for _, stmt := range m.Body {
		switch s := stmt.(type) {
		case *syntax.Assign:
			for _, target := range s.Targets {
				if sub, ok := target.(*syntax.Subscript); ok && isVariable(sub.Slice) && !isEmpty(s.Value) {
					found(s)
				}
			}
		case *syntax.ExprStmt:
			if call, ok := s.Value.(*syntax.Call); ok && len(call.Args) == 2 && isVariable(call.Args[0]) && !isEmpty(call.Args[1]) {
				found(s)
			}
		}
	}
	return findings
}

func isVariable(e syntax.Expr) bool {
	c, ok := e.(*syntax.Constant)
	return ok && c.Kind == syntax.Str && c.Value == asyncVariable
}

func isEmpty(e syntax.Expr) bool {
	c, ok := e.(*syntax.Constant)
	return ok && c.Kind == syntax.Str && c.Value == ""
}
