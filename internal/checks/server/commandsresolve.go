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
				check.See("Django: manage.py", check.DjangoDocs+"ref/django-admin/"),
				check.See("Celery: application", check.CeleryDocs+"getting-started/first-steps-with-celery.html#application"),
			},
			Triggers: []string{
				"the application of a server, or of Celery, names a module that the package lacks, or an attribute that the module lacks",
				"a process is given a settings module that the project lacks",
				"a process runs a management command that neither Django, nor the project, nor an installed application has",
				"a container starts a script that the image lacks: it is not in the repository, or .dockerignore leaves it out",
				"a container starts a script that git does not have as executable, or whose first line ends like one of Windows",
				"a proxy in a container hands requests on to a container of the site at a port on which its server does not listen, or listens for itself alone",
			},
		},
	}
}

func answerCommandsResolve(p *check.SourcePass) check.Answer {
	c := &commandCheck{pass: p, seen: map[string]bool{}}
	for _, process := range check.Own(p) {
		c.periodic = process.Role == deploy.Periodic
		c.application(process)
		c.settingsModule(process)
		c.management(process)
	}
	c.periodic = false
	c.images()
	c.findings = append(c.findings, unansweredBackends(p)...)
	if c.asked == 0 && len(c.findings) == 0 {
		return check.Unclear("no process of production names a module of the project")
	}
	return check.Gather(c.findings, c.doubts, "what the processes name is there")
}

// commandCheck collects what the commands of processes name.
type commandCheck struct {
	pass     *check.SourcePass
	seen     map[string]bool // what was asked already, at its place
	asked    int
	periodic bool // what is asked about is a job, whose failure leaves the site up
	findings []check.Finding
	doubts   []string
}

// first reports whether something at a place is asked for the first time.
func (c *commandCheck) first(what string, at source.Span) bool {
	key := fmt.Sprint(what, " ", at.Path(), " ", at.Start)
	if c.seen[key] {
		return false
	}
	c.seen[key] = true
	return true
}

func (c *commandCheck) tell(at source.Span, fix, format string, args ...any) {
	severity := check.Critical
	if c.periodic {
		severity = check.Recommended
	}
	c.findings = append(c.findings, check.Finding{Severity: severity, At: at, Fix: fix, Message: fmt.Sprintf(format, args...)})
}

// application asks for the application of a server or of Celery: its module, and its name there.
func (c *commandCheck) application(process *deploy.Process) {
	module, attribute, at := named(process)
	if module == "" || !c.first("application", at) {
		return
	}
	c.asked++
	inside := strings.LastIndexByte(module, '.')
	switch {
	case resolves(c.pass, module):
		c.attribute(process, module, attribute, at)
	case isCelery(process) && inside > 0 && resolves(c.pass, module[:inside]):
		c.attribute(process, module[:inside], module[inside+1:], at)
	case c.pass.Project.Code.Owns(module):
		c.tell(at, "", "%s starts %s, but there is no such module in the project, so the process ends at once; name the one that holds the application", process.Artefact, module)
	default:
		c.doubts = append(c.doubts, fmt.Sprintf("%s starts %s, which is not in the project; it can be in an installed package or made when the image is built", process.Artefact, module))
	}
}

// named is the module that a process's main command imports, and the attribute that it looks for there: the application of its server, or of
// Celery. attribute is "" where Celery looks for one by itself, and where the server has no name that it takes by default.
func named(p *deploy.Process) (module, attribute string, at source.Span) {
	if s, ok := p.Server(); ok && s.App != "" && s.Program != "runserver" {
		module, attribute, _ = strings.Cut(s.App, ":")
		module, _, _ = strings.Cut(module, "(")
		attribute, _, _ = strings.Cut(attribute, "(")
		if !isDotted(module) || strings.HasSuffix(module, ".py") {
			return "", "", source.Span{}
		}
		if attribute == "" && s.Program == "gunicorn" {
			attribute = "application"
		}
		return module, attribute, s.AppAt
	}
	main, ok := p.Main()
	if !ok || !isCelery(p) {
		return "", "", source.Span{}
	}
	for i, a := range main.Argv {
		switch {
		case (a == "-A" || a == "--app") && i+1 < len(main.Argv):
			module = main.Argv[i+1]
		case strings.HasPrefix(a, "--app="):
			module = strings.TrimPrefix(a, "--app=")
		}
	}
	module, attribute, _ = strings.Cut(module, ":")
	if !isDotted(module) {
		return "", "", source.Span{}
	}
	return module, attribute, main.At
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
