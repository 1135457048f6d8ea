package server

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

func workers() check.Check {
	return check.Check{
		ID: "server/workers", Severity: check.Recommended, Source: answerWorkers, WithoutSettings: true,
		Doc: check.Doc{
			Title: "The server has as many workers as its cores and memory carry",
			Why: `A synchronous worker answers one request at a time. With one worker, which is what gunicorn and uWSGI start when nobody says otherwise, a single slow page or a client that uploads slowly stops the whole site, the health check included.

More workers cost memory: each is a copy of the project. Two for each core and one more is gunicorn's own rule of thumb; threads are cheaper where requests wait for the database.`,
			Fix:    "Set `--workers` (gunicorn, uvicorn, hypercorn, granian) or `processes` (uWSGI), or the variable `WEB_CONCURRENCY`, to about 2 x cores + 1, and `--threads` where requests wait for others.",
			Verify: "`gunicorn --print-config shop.wsgi | grep -E 'workers|threads'` prints the numbers; `ps -o pid,ppid,cmd -C gunicorn` shows one process for each worker and the master.",
			Bad:    []check.Example{check.Project("gunicorn starts one synchronous worker.", "Procfile", "release: python manage.py migrate\n", "compose.yml", "services:\n  web:\n    image: registry.example.com/shop:1.4\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("Five workers with two threads each.", "compose.yml", "services:\n  web:\n    image: registry.example.com/shop:1.4\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000 --workers 5 --threads 2\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("gunicorn: how many workers", "https://docs.gunicorn.org/en/stable/design.html#how-many-workers"),
				check.See("uWSGI: things to know", "https://uwsgi-docs.readthedocs.io/en/latest/ThingsToKnow.html"),
			},
			Triggers: []string{"one worker with one thread, by default or as it is written", "many more workers than the limit of processors carries"},
		},
	}
}

func answerWorkers(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	var doubts []string
	asked, told := 0, ""
	for _, process := range check.Running(p, deploy.Web) {
		server, ok := process.Server()
		if !ok || server.Program == "daphne" || server.Program == "waitress" || deploy.DevelopmentServer(server.Command.Argv) != "" {
			continue
		}
		asked++
		f, doubt := judgeWorkers(process, server)
		switch {
		case f != nil:
			findings = append(findings, *f)
		case doubt != "":
			doubts = append(doubts, doubt)
		case told == "":
			told = describeWorkers(process, server)
		}
	}
	if asked == 0 {
		return check.Unclear("no server whose workers can be counted was found among the processes of production")
	}
	return check.Gather(findings, doubts, told)
}

// describeWorkers says how many workers a server has.
func describeWorkers(p *deploy.Process, s *deploy.Server) string {
	if s.Workers.Known {
		return fmt.Sprintf("%s starts %d workers (%s)", s.Program, s.Workers.Value, p.Artefact)
	}
	return fmt.Sprintf("the number of workers is %s (%s)", strings.TrimSpace(s.Workers.Written), p.Artefact)
}

func judgeWorkers(p *deploy.Process, s *deploy.Server) (*check.Finding, string) {
	if !s.Workers.Known {
		if s.Unread != "" && !s.Workers.Said() {
			return nil, "how many workers " + s.Program + " starts is not known: " + s.Unread
		}
		return nil, ""
	}
	at := s.Workers.At
	if at.IsZero() {
		at = s.Command.At
	}
	n, cores := s.Workers.Value, p.Resources.CPULimit
	switch {
	case cores.Known && cores.Said() && float64(n) > 4*cores.Value+2:
		return &check.Finding{Severity: check.Recommended, At: at, Related: []check.Related{{Message: "the limit of processors", At: cores.At}},
			Message: fmt.Sprintf("%s starts %d workers (%s) for %g cores, so that they wait for each other and take memory for nothing; 2 x cores + 1 is enough", s.Program, n, p.Artefact, cores.Value)}, ""
	case n > 1 || n == 0, s.Threads.Known && s.Threads.Value > 1, p.Replicas.Known && p.Replicas.Value > 1, !p.Replicas.Known && p.Replicas.Said():
		return nil, ""
	case isAsync(s):
		return nil, ""
	}
	how := "as it is written"
	if !s.Workers.Said() {
		how = "because nothing says how many"
	}
	return &check.Finding{Severity: check.Recommended, At: at, Fix: "--workers 3 --threads 2",
		Message: fmt.Sprintf("%s starts one worker with one thread (%s), %s: it answers one request at a time, and a slow one stops the site; add --workers and --threads", s.Program, p.Artefact, how)}, ""
}

// isAsync reports whether one worker answers many requests at a time.
func isAsync(s *deploy.Server) bool {
	switch s.Program {
	case "uvicorn", "hypercorn":
		return true
	case "granian":
		return true // blocking threads, unless the interface is ASGI, which has an event loop
	}
	class := s.WorkerClass.Value
	return strings.Contains(class, "gevent") || strings.Contains(class, "eventlet") || strings.Contains(class, "uvicorn") || strings.Contains(class, "Uvicorn") || strings.Contains(class, "tornado")
}
