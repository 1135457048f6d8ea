package server

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

func unprivileged() check.Check {
	return check.Check{
		ID: "server/unprivileged", Severity: check.Recommended, Source: answerUnprivileged, WithoutSettings: true,
		Doc: check.Doc{
			Title: "No process of the application runs as root",
			Why: `Whoever finds a way to run code in the application, through a picture, a template or a pickle, has the rights of its process. As root that is the whole machine or container: other applications' files, the keys of TLS, and a much shorter way out of a container.

An own user costs a line and some thought about who owns the media folder.`,
			Fix:    "systemd: `User=shop`. supervisor: `user=shop` in each program. Containers: `USER` in the Dockerfile (see containers/unprivileged).",
			Verify: "`ps -eo user,cmd | grep gunicorn` shows another user than root.",
			Bad:    []check.Example{check.Project("A unit without User= runs as root.", "deploy/shop.service", "[Service]\nExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi\nRestart=always\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("It has a user of its own.", "deploy/shop.service", "[Service]\nUser=shop\nExecStart=/srv/shop/venv/bin/gunicorn shop.wsgi\nRestart=always\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("systemd.exec: User=", "https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#User="),
				check.See("OWASP: principle of least privilege", "https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html"),
			},
			Triggers: []string{"a unit without `User=`, or with root", "a program of supervisor that runs as root", "a container whose processes run as root (told by containers/unprivileged)"},
		},
	}
}

func answerUnprivileged(p *check.SourcePass) check.Answer {
	list := check.Running(p)
	if len(list) == 0 {
		return check.NoProcess(p)
	}
	var findings []check.Finding
	var doubts []string
	containers := ""
	byPlace := map[source.Span][]string{}
	var places []source.Span
	for _, process := range list {
		user, root, known, why := check.WhoRuns(process)
		switch {
		case process.Runtime == deploy.OnPlatform && process.Built == nil, process.Runtime == deploy.FromProcfile:
			continue // a platform runs processes as a user of its own
		case process.Runtime == deploy.AsProgram && !user.Said():
			doubts = append(doubts, fmt.Sprintf("%s runs as whoever started supervisord, which is not told; give the program user=", process.Artefact))
		case !known:
			doubts = append(doubts, fmt.Sprintf("who %s runs as is not known: %s", process.Artefact, why))
		case root && check.InContainer(process):
			if containers == "" {
				containers = process.Artefact + " runs as root"
			}
		case root:
			at := user.At
			if at.IsZero() {
				at = process.At
			}
			if byPlace[at] == nil {
				places = append(places, at)
			}
			byPlace[at] = append(byPlace[at], process.Name)
		}
	}
	for _, at := range places {
		findings = append(findings, check.Finding{Severity: check.Recommended, At: at, Fix: "User=shop",
			Message: fmt.Sprintf("%s runs as root, so a fault in the application is one of the whole machine; give it a user of its own", check.And(byPlace[at]))})
	}
	if len(findings) == 0 && containers != "" {
		return check.CausedBy("containers/unprivileged", containers)
	}
	return check.Gather(findings, doubts, "no process runs as root")
}
