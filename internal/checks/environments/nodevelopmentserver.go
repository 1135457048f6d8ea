package environments

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

func noDevelopmentServer() check.Check {
	return check.Check{
		ID: "environments/no-development-server", Severity: check.Critical, Source: answerNoDevelopmentServer, WithoutSettings: true,
		Doc: check.Doc{
			Title:  "No process of production runs the development server",
			Why:    `Django's documentation says of runserver: "It has not gone through security audits or performance tests." It loads the code anew whenever a file changes, has no limits on slow clients or the size of requests, and starts no worker again. A server that reloads its code (` + "`--reload`" + `) watches every file of the image and serves half of a deploy.`,
			Fix:    "Start gunicorn, uvicorn or another server for production: `gunicorn shop.wsgi --workers 3`.",
			Verify: "`docker compose exec web cat /proc/1/cmdline | tr '\\0' ' '` shows the server for production; `curl -sI https://shop.example.com/ | grep -i ^server` does not say WSGIServer.",
			Bad:    []check.Example{check.Project("The image starts runserver.", "Dockerfile", "FROM python:3.13\nCOPY . /srv\nCMD [\"python\", \"manage.py\", \"runserver\", \"0.0.0.0:8000\"]\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("The image starts gunicorn; developers start runserver themselves.", "Dockerfile", "FROM python:3.13\nCOPY . /srv\nCMD [\"gunicorn\", \"shop.wsgi\"]\n", "compose.dev.yml", "services:\n  web:\n    build: .\n    command: python manage.py runserver 0.0.0.0:8000\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Django: runserver", check.DjangoDocs+"ref/django-admin/#runserver"),
				check.See("Django: how to deploy", check.DjangoDocs+"howto/deployment/"),
			},
			Triggers: []string{"a process of production ends on runserver, runserver_plus or the like", "a server of production reloads its code"},
		},
	}
}

func answerNoDevelopmentServer(p *check.SourcePass) check.Answer {
	web := check.Running(p, deploy.Web)
	if len(web) == 0 {
		return check.NoProcess(p, deploy.Web)
	}
	var findings []check.Finding
	told := ""
	for _, process := range web {
		main, ok := process.Main()
		if !ok {
			continue
		}
		server := deploy.DevelopmentServer(main.Argv)
		if server == "" {
			if s, ok := process.Server(); ok && s.Reload.Known && s.Reload.Value {
				server = s.Program + " with reload"
				main.At = s.Reload.At
			}
		}
		if server == "" {
			if told == "" {
				told = fmt.Sprintf("%s runs a server for production", process.Artefact)
			}
			continue
		}
		f := check.Finding{Severity: check.Critical, At: main.At, Fix: "gunicorn shop.wsgi",
			Message: fmt.Sprintf("%s runs %s, the server for developers: no limits, no audits, and it loads changed files while it serves; start gunicorn or uvicorn", process.Artefact, server)}
		if process.Runtime == deploy.InContainer && !process.Explicit { // a Compose file that may be for developers although nothing says so
			f.Severity = check.Recommended
		}
		if servesOtherwise(process) {
			f.Severity = check.Recommended
			f.Message += "; a variable that nobody sets by default chooses another server"
		}
		findings = append(findings, f)
	}
	return check.Gather(findings, nil, told)
}

// servesOtherwise reports whether the process's script starts a server for production under a condition.
func servesOtherwise(p *deploy.Process) bool {
	for _, c := range p.Commands {
		if c.Conditional && deploy.IsServer(c.Argv) && deploy.DevelopmentServer(c.Argv) == "" {
			return true
		}
	}
	return false
}
