package server

import (
	"fmt"
	"path"
	"strings"
	"time"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

func gracefulStop() check.Check {
	return check.Check{
		ID: "server/graceful-stop", Severity: check.Recommended, Source: answerGracefulStop, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Each process gets the signal to stop, and the time to end its work",
			Why: `A deploy stops the old containers: Docker and Kubernetes send SIGTERM to the first process of each and kill all that is left after a grace period. When that process is a shell which waits for the server, the server never hears of it: requests and tasks in the middle are cut off after ten seconds of silence, on every deploy.

bash and busybox replace themselves with the last command of ` + "`sh -c`" + `; dash, which is the sh of Debian and so of the official Python images, does not, and no shell does so at the end of a script.`,
			Fix:    "Write `CMD` and `ENTRYPOINT` as lists (`CMD [\"gunicorn\", \"shop.wsgi\"]`), and begin the last line of a script with `exec`. Make the grace period longer than the server's: `stop_grace_period: 40s`, `terminationGracePeriodSeconds: 40`.",
			Verify: "`docker compose exec web cat /proc/1/cmdline | tr '\\0' ' '` shows the server and no shell; `time docker compose stop web` ends well before the grace period.",
			Bad:    []check.Example{check.Project("The entry point waits for the server.", "Dockerfile", "FROM python:3.13-slim\nCOPY . /srv\nCMD [\"/srv/start.sh\"]\n", "start.sh", "#!/bin/sh\npython manage.py migrate\ngunicorn shop.wsgi\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("The server takes the shell's place.", "Dockerfile", "FROM python:3.13-slim\nCOPY . /srv\nCMD [\"/srv/start.sh\"]\n", "start.sh", "#!/bin/sh\npython manage.py migrate\nexec gunicorn shop.wsgi\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Dockerfile: shell and exec form", "https://docs.docker.com/reference/dockerfile/#shell-and-exec-form"),
				check.See("gunicorn: signal handling", "https://docs.gunicorn.org/en/stable/signals.html"),
				check.See("Kubernetes: termination of pods", "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination"),
			},
			Triggers: []string{"a script that starts the server without `exec`", "a command in shell form in an image whose sh is dash", "a grace period that is shorter than the server's own"},
		},
	}
}

func answerGracefulStop(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	var doubts []string
	asked := 0
	seen := map[string]bool{}
	for _, process := range check.Serving(p) {
		main, ok := process.Main()
		if !ok || !check.InContainer(process) || process.Runtime == deploy.OnPlatform {
			continue
		}
		asked++
		lost, doubt := losesSignals(process, main)
		switch {
		case doubt != "":
			doubts = append(doubts, doubt)
		case lost:
			key := fmt.Sprint(main.At.Path(), main.At.Start)
			if !seen[key] {
				seen[key] = true
				findings = append(findings, check.Finding{Severity: check.Recommended, At: main.At, Fix: "exec " + strings.Join(main.Argv[:1], " "),
					Message: fmt.Sprintf("%s waits before %s (%s) and gets the signal to stop in its place, so that every deploy cuts off what is under way; begin the line with exec, or write the command as a list", main.Shell, path.Base(main.Argv[0]), process.Artefact)})
			}
		}
		if f := tooShort(process); f != nil {
			findings = append(findings, *f)
		}
	}
	if asked == 0 {
		return check.Absent("no process of production runs in a container")
	}
	return check.Gather(findings, doubts, "each server is the first process of its container")
}

// losesSignals reports whether a shell stands before the command and keeps the signals.
func losesSignals(p *deploy.Process, main deploy.Command) (lost bool, doubt string) {
	if main.Shell == "" || forwardsToAll(p) {
		return false, ""
	}
	if !main.LastInShell {
		return true, ""
	}
	switch main.Shell {
	case "bash", "busybox", "zsh", "ksh":
		return false, ""
	}
	if p.Built == nil {
		return false, fmt.Sprintf("%s runs in a shell, and whether that of its image replaces itself with the command is not known", p.Artefact)
	}
	image, _ := p.Built.Target.BaseImage()
	text := strings.ToLower(image.Written)
	switch {
	case strings.Contains(text, "alpine"), strings.Contains(text, "ubi"), strings.Contains(text, "centos"), strings.Contains(text, "fedora"), strings.Contains(text, "rocky"), strings.Contains(text, "amazonlinux"):
		return false, "" // busybox, or bash
	case image.Base() == "python", image.Base() == "debian", image.Base() == "ubuntu", image.Base() == "uv", image.Base() == "pypy", strings.Contains(text, "bookworm"), strings.Contains(text, "slim"):
		return true, ""
	}
	return false, fmt.Sprintf("%s runs in the sh of %s, and whether that replaces itself with the command is not known", p.Artefact, image.Written)
}

// forwardsToAll reports whether the container's first process is an init that sends signals to all processes: dumb-init, tini -g.
func forwardsToAll(p *deploy.Process) bool {
	if len(p.Argv) == 0 {
		return false
	}
	switch path.Base(p.Argv[0]) {
	case "dumb-init":
		return true
	case "tini":
		for _, a := range p.Argv[1:] {
			if a == "-g" {
				return true
			}
		}
	}
	return false
}

// tooShort is the finding that the runtime kills before the server's own time to stop has passed, where one of the two is written.
func tooShort(p *deploy.Process) *check.Finding {
	s, ok := p.Server()
	if !ok || !s.GracefulTimeout.Known || !p.StopGrace.Known || s.GracefulTimeout.Value <= p.StopGrace.Value || s.GracefulTimeout.Value == 0 {
		return nil
	}
	if !s.GracefulTimeout.Said() && !p.StopGrace.Said() {
		return nil
	}
	f := &check.Finding{Severity: check.Recommended, At: p.StopGrace.At, Message: fmt.Sprintf("%s lets requests end for %s, but %s is killed after %s; make the grace period longer",
		s.Program, short(s.GracefulTimeout.Value), p.Artefact, short(p.StopGrace.Value))}
	if f.At.IsZero() {
		f.At = s.GracefulTimeout.At
	} else if s.GracefulTimeout.Said() {
		f.Related = []check.Related{{Message: "the server's own time", At: s.GracefulTimeout.At}}
	}
	return f
}

// short is a span of time in seconds.
func short(d time.Duration) string { return fmt.Sprintf("%gs", d.Seconds()) }
