package server

import (
	"fmt"
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

func commandsResolve() check.Check {
	return check.Check{
		ID: "server/commands-resolve", Severity: check.Critical, Source: answerCommandsResolve, WithoutSettings: true,
		Doc: check.Doc{
			Title:  "What the processes start is there, and listens where the proxy asks",
			Why:    `A process that names a module which was renamed, or a script that was never committed, ends at once. The deploy that brings it is down until somebody reads the log, and a worker that cannot start is often not noticed for days: tasks only pile up. A server that listens on another port than the proxy asks, or on 127.0.0.1 of its own container, is up, and every visitor gets 502.`,
			Fix:    "Name the module that holds the application (`gunicorn shop.wsgi:application`, `celery -A shop worker`), and the management command that exists. Let the server of a container listen on 0.0.0.0, on the port that the proxy names.",
			Verify: "`python -c 'import shop.wsgi'` in the image prints nothing; `docker compose up web` keeps running.",
			Bad:    []check.Example{check.Project("The package is called shop, not store.", "Procfile", "web: gunicorn shop.server:application\n", "shop/__init__.py", "", "shop/wsgi.py", "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"settings\")\napplication = get_wsgi_application()\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("The module is there.", "Procfile", "web: gunicorn shop.wsgi:application\n", "shop/__init__.py", "", "shop/wsgi.py", "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"settings\")\napplication = get_wsgi_application()\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("gunicorn: running", "https://docs.gunicorn.org/en/stable/run.html"),
				check.See("Celery: application", check.CeleryDocs+"getting-started/first-steps-with-celery.html#application"),
			},
			Triggers: []string{
				"the application of a server, or of Celery, names a module that the package lacks",
				"a proxy in a container hands requests on to a container of the site at a port on which its server does not listen, or listens for itself alone",
			},
		},
	}
}

func answerCommandsResolve(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	asked, doubts := 0, []string(nil)
	seen := map[source.Span]bool{}
	for _, process := range check.Running(p) {
		module, at := named(process)
		if module == "" || seen[at] {
			continue
		}
		seen[at] = true
		asked++
		switch {
		case resolves(p, module), isCelery(process) && strings.Contains(module, ".") && resolves(p, module[:strings.LastIndexByte(module, '.')]):
		case p.Project.Code.Owns(module):
			findings = append(findings, check.Finding{Severity: check.Critical, At: at,
				Message: fmt.Sprintf("%s starts %s, but there is no such module in the project, so the process ends at once; name the one that holds the application", process.Artefact, module)})
		default:
			doubts = append(doubts, fmt.Sprintf("%s starts %s, which is not in the project; it can be in an installed package or made when the image is built", process.Artefact, module))
		}
	}
	findings = append(findings, unansweredBackends(p)...)
	if asked == 0 && len(findings) == 0 {
		return check.Unclear("no process of production names a module of the project")
	}
	return check.Gather(findings, doubts, "the modules that the processes name are there")
}

// named is the module that a process's main command imports: the application of its server, or of Celery.
func named(p *deploy.Process) (module string, at source.Span) {
	if s, ok := p.Server(); ok && s.App != "" && s.Program != "runserver" {
		module, _, _ = strings.Cut(s.App, ":")
		module, _, _ = strings.Cut(module, "(")
		if !isDotted(module) || strings.HasSuffix(module, ".py") {
			return "", source.Span{}
		}
		return module, s.AppAt
	}
	main, ok := p.Main()
	if !ok || !isCelery(p) {
		return "", source.Span{}
	}
	for i, a := range main.Argv {
		switch {
		case (a == "-A" || a == "--app") && i+1 < len(main.Argv):
			module = main.Argv[i+1]
		case strings.HasPrefix(a, "--app="):
			module = strings.TrimPrefix(a, "--app=")
		}
	}
	module, _, _ = strings.Cut(module, ":")
	if !isDotted(module) {
		return "", source.Span{}
	}
	return module, main.At
}

// isCelery reports whether a process's main command is Celery's, which takes an attribute of a module for an application, too.
func isCelery(p *deploy.Process) bool {
	main, ok := p.Main()
	return ok && len(main.Argv) > 0 && path.Base(main.Argv[0]) == "celery"
}

func isDotted(name string) bool {
	if name == "" {
		return false
	}
	for _, part := range strings.Split(name, ".") {
		if part == "" || strings.ContainsAny(part, "$/\\{}<> -") || part[0] >= '0' && part[0] <= '9' {
			return false
		}
	}
	return true
}

// resolves reports whether a module is in the project. A folder without __init__.py is a package, too.
func resolves(p *check.SourcePass, module string) bool {
	if _, ok := p.Project.Code.Module(module); ok {
		return true
	}
	for _, m := range p.Project.Code.Modules {
		if strings.HasPrefix(m.Dotted, module+".") {
			return true
		}
	}
	return false
}
