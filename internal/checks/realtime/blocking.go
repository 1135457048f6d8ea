package realtime

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/background"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

func blockingExample(note, view string) check.Example {
	return check.Project(note, "settings.py", "ROOT_URLCONF = \"shop.urls\"\n", "shop/__init__.py", "", "shop/views.py", view)
}

func noBlockingCalls() check.Check {
	return check.Check{
		ID: "realtime/no-blocking-calls", Severity: check.Recommended, Source: answerBlocking,
		Doc: check.Doc{
			Title: "Coroutines do not block the event loop",
			Why: `One thread runs all coroutines of a process. A call that waits without await, for a second or for a server that does not answer, stops every other request and socket of that process, health probes included, and nothing in the logs says why. The synchronous ORM refuses with SynchronousOnlyOperation, so that line never works.

A file on a local disk blocks for a moment only; one on a network share can block for as long as any server.`,
			Fix:    "Use what is asynchronous: `await asyncio.sleep(1)`, `httpx.AsyncClient`, `await Order.objects.aget(...)`; or run it in a thread: `await sync_to_async(f)(...)`.",
			Verify: "Run the server with `PYTHONASYNCIODEBUG=1`: a coroutine that blocks is logged as `Executing <Task ...> took 1.002 seconds`.",
			Bad: []check.Example{
				blockingExample("Every other request of the process waits, too.", `import time

from django.http import HttpResponse


async def poll(request):
    time.sleep(1)
    return HttpResponse("ok")
`),
			},
			Good: []check.Example{
				blockingExample("The loop goes on with other requests.", `import asyncio

from django.http import HttpResponse


async def poll(request):
    await asyncio.sleep(1)
    return HttpResponse("ok")
`),
			},
			References: []check.Reference{
				check.See("Django: asynchronous support", check.DjangoDocs+"topics/async/"),
				check.See("Python: asyncio, running blocking code", check.PythonDocs+"asyncio-dev.html#running-blocking-code"),
			},
			Triggers: []string{
				"time.sleep, requests, urllib, subprocess or smtplib in a coroutine",
				"the synchronous ORM in a coroutine",
				"a file is opened in a coroutine",
			},
		},
	}
}

func answerBlocking(p *check.SourcePass) check.Answer {
	if p.Project.Code == nil {
		return check.Unclear("the project's code could not be read")
	}
	coroutines := false
	var findings []check.Finding
	for _, m := range p.Project.ProductionModules() {
		if !m.Syntax.File.Contains("async def") || isCommand(m.Dotted) {
			continue
		}
		coroutines = true
		seen := map[*syntax.FunctionDef]bool{}
		background.Walk(m, func(s *background.Site) {
			if s.Function == nil || !s.Function.Async || s.Deferred || s.Awaited || seen[s.Function] {
				return
			}
			if f := blocks(p, m, s); f.Message != "" {
				seen[s.Function] = true // one is enough to show that the function blocks
				findings = append(findings, f)
			}
		})
	}
	if !coroutines {
		return check.Absent("the project has no coroutines")
	}
	return check.Gather(findings, nil, "no call that is known to block stands in a coroutine")
}

// isCommand reports whether a module is a management command, whose event loop is its own.
func isCommand(dotted string) bool { return strings.Contains("."+dotted+".", ".management.commands.") }

// blocks is the finding about a call in a coroutine, without a message when it is not known to block.
func blocks(p *check.SourcePass, m *resolve.Module, s *background.Site) check.Finding {
	f := check.Finding{Severity: check.Recommended, At: s.At()}
	name := s.Function.Name
	switch what, instead := blocking(s.Callee); {
	case what != "":
		f.Message = fmt.Sprintf("%s blocks the event loop in the coroutine %s, and with it every request of the process; use %s", what, name, instead)
	case synchronousQuery(p, m, s.Call):
		f.Message = fmt.Sprintf("The coroutine %s uses the synchronous ORM, which raises SynchronousOnlyOperation there; await the method with \"a\" before its name", name)
	}
	return f
}

// blocking tells of functions that wait: how they are called, and what to use in a coroutine.
func blocking(callee string) (what, instead string) {
	module, function, _ := strings.Cut(callee, ".")
	switch {
	case callee == "time.sleep":
		return callee, "await asyncio.sleep"
	case module == "requests" && slices.Contains([]string{"get", "post", "put", "patch", "delete", "head", "options", "request"}, function),
		callee == "urllib.request.urlopen",
		module == "httpx" && slices.Contains([]string{"get", "post", "put", "patch", "delete", "head", "options", "request"}, function):
		return callee, "httpx.AsyncClient"
	case callee == "subprocess.run", callee == "subprocess.call", callee == "subprocess.check_call", callee == "subprocess.check_output", callee == "os.system":
		return callee, "asyncio.create_subprocess_exec"
	case callee == "django.core.mail.send_mail", callee == "smtplib.SMTP", callee == "django.core.mail.mail_admins":
		return callee, "a task, or await sync_to_async(send_mail)(...)"
	case callee == "builtins.open":
		return "open", "await asyncio.to_thread"
	}
	return "", ""
}

// synchronousQuery reports whether a call asks the database at once, as Model.objects.get(...) does.
func synchronousQuery(p *check.SourcePass, m *resolve.Module, call *syntax.Call) bool {
	a, ok := call.Func.(*syntax.Attribute)
	if !ok || !slices.Contains([]string{"get", "create", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "count", "exists", "first", "last", "latest", "earliest",
		"aggregate", "update", "delete", "in_bulk"}, a.Attr) {
		return false
	}
	e := a.Value
	for range 50 {
		switch x := e.(type) {
		case *syntax.Call:
			e = x.Func
		case *syntax.Attribute:
			if x.Attr == "objects" {
				class, ok := m.Resolve(x.Value)
				return ok && p.Project.Code.Inherits(class, "django.db.models.Model")
			}
			e = x.Value
		default:
			return false
		}
	}
	return false
}
