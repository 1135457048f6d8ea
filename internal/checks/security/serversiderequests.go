package security

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/flow"
	"gonogo/internal/python/syntax"
)

func serverSideRequests() check.Check {
	return check.Check{
		ID:              "security/server-side-requests",
		Severity:        check.Recommended,
		Source:          answerServerSideRequests,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Calls to other services have a timeout, and go only where the project says",
			Why: `requests and urllib wait for ever by default. A service that hangs then takes one worker of yours after the other, until nothing answers any more; the fault is theirs, the outage yours.

An address that a user gives is fetched from inside your network: it reaches the cloud's metadata with its keys, databases and admin pages that nothing outside can reach. Only a list of allowed hosts, or a proxy that refuses private addresses, stops that; a check of the text alone is fooled by redirects and DNS.`,
			Fix:    "Pass `timeout=(3, 10)` to every call of requests, `timeout=10` to urlopen. Compare the host of an address of a user with a list, or send such calls through a filtering proxy.",
			Verify: "Point the service's address at `nc -l 9999`, which never answers: the request fails after the timeout.",
			Bad: []check.Example{check.Project("A hanging service takes the worker with it.", "settings.py", "",
				"rates.py", "import requests\n\n\ndef rates():\n    return requests.get(\"https://rates.example/today\").json()\n")},
			Good: []check.Example{check.Project("It is given ten seconds.", "settings.py", "",
				"rates.py", "import requests\n\n\ndef rates():\n    return requests.get(\"https://rates.example/today\", timeout=10).json()\n")},
			References: []check.Reference{
				check.See("Requests: timeouts", "https://requests.readthedocs.io/en/latest/user/advanced/#timeouts"),
				check.See("Python: urllib.request.urlopen", "https://docs.python.org/3/library/urllib.request.html#urllib.request.urlopen"),
				check.See("CWE-918: server-side request forgery", "https://cwe.mitre.org/data/definitions/918.html"),
			},
			Triggers: []string{
				"a call of requests, urllib or httpx has no timeout",
				"the address of a call begins with what a client sent",
			},
		},
	}
}

func answerServerSideRequests(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	calls := 0
	named := make(map[*syntax.Module]bool)
	for _, m := range p.Project.Code.Modules {
		named[m.Syntax] = m.Syntax.File.ContainsAny("requests", "httpx", "urllib.request")
	}
	for _, c := range p.Project.Flow().Named("get", "post", "put", "patch", "delete", "head", "options", "request", "urlopen", "urlretrieve", "stream") {
		if !named[c.Module.Syntax] {
			continue
		}
		client := clientOf(c)
		if client == noClient || ofOperator(c.Module.Syntax) && !strings.Contains(c.Module.Syntax.File.Path, "/management/") {
			continue
		}
		calls++
		if o := c.Origin(addressOf(c), flow.Question{Start: true}); o.Has(flow.Request|flow.Validated) && !checked(c.In, o) {
			findings = append(findings, check.Finding{
				Severity: check.Recommended,
				Message:  "The server fetches an address that came with the request, also one inside its own network; compare its host with a list of allowed ones",
				At:       c.Module.Syntax.Span(c.Call),
			})
		}
		if waits(c, client) {
			findings = append(findings, check.Finding{
				Severity: check.Recommended,
				Message:  "This call waits for ever when the other side does not answer, and holds the worker; pass timeout=10",
				At:       c.Module.Syntax.Span(c.Call),
				Fix:      "timeout=10",
			})
		}
	}
	if calls == 0 {
		return check.Absent("the code calls no other service with requests, httpx or urllib")
	}
	return check.Gather(findings, nil, "")
}

// client is a library that calls other services.
type client uint8

const (
	noClient client = iota
	requests        // without timeout by default
	urllib          // as well
	httpx           // five seconds by default
)

// clientOf tells which library a call belongs to. A session is one that the function itself makes, of the library's own class.
func clientOf(c *flow.Call) client {
	name := c.Dotted()
	switch {
	case strings.HasPrefix(name, "requests.api.") || isVerb(name, "requests."):
		return requests
	case name == "urllib.request.urlopen" || name == "urllib.request.urlretrieve":
		return urllib
	case isVerb(name, "httpx.") || name == "httpx.stream":
		return httpx
	case name != "" || c.In == nil:
		return noClient
	}
	m, ok := c.Func.(*syntax.Attribute)
	if !ok || !isVerb("."+m.Attr, ".") {
		return noClient
	}
	var made *syntax.Call
	switch value := m.Value.(type) {
	case *syntax.Name:
		made, _ = c.In.Value(value).(*syntax.Call)
	case *syntax.Call:
		made = value
	}
	if made != nil {
		if d, ok := c.Module.Resolve(made.Func); ok && (d == "requests.Session" || d == "requests.session" || d == "requests.sessions.Session") {
			return requests
		}
	}
	return noClient
}

func isVerb(dotted, prefix string) bool {
	switch verb, ok := strings.CutPrefix(dotted, prefix); verb {
	case "get", "post", "put", "patch", "delete", "head", "options", "request":
		return ok
	}
	return false
}

// waits reports whether a call has no limit in time. A session that adapters are mounted on may have one of its own.
func waits(c *flow.Call, library client) bool {
	timeout := flow.Arg(c.Call, -1, "timeout")
	if c, ok := timeout.(*syntax.Constant); ok && c.Kind == syntax.None {
		return true
	}
	if timeout != nil || flow.Spreads(c.Call) || library == httpx {
		return false
	}
	if library == urllib {
		return flow.Arg(c.Call, 2, "") == nil && flow.LastName(c.Func) == "urlopen"
	}
	return c.Dotted() != "" || c.In == nil || !c.In.Mentions("mount", "timeout")
}

// addressOf is the argument with the URL.
func addressOf(c *flow.Call) syntax.Expr {
	position := 0
	if flow.LastName(c.Func) == "request" || flow.LastName(c.Func) == "stream" {
		position = 1
	}
	return flow.Arg(c.Call, position, "url")
}
