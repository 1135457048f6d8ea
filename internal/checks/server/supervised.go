package server

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

func supervised() check.Check {
	return check.Check{
		ID: "server/supervised", Severity: check.Critical, Source: answerSupervised, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Something starts every process again when it ends",
			Why: `A worker that runs out of memory, a database connection that fails while the server starts, a host that reboots at night: each ends a process. Without a restart policy the site, the tasks or the database stay down until a person notices.

Docker and Compose restart nothing unless they are told to, and neither does systemd. Kubernetes and the hosting platforms do it by themselves.`,
			Fix:    "Compose: `restart: unless-stopped` for each service, the database and the broker included. systemd: `Restart=always` and `RestartSec=5`. supervisor: `autorestart=true`.",
			Verify: "`docker inspect -f '{{.HostConfig.RestartPolicy.Name}}' shop-web-1` prints `unless-stopped`; `systemctl show -p Restart shop` prints `Restart=always`. Kill the process: it comes back.",
			Bad:    []check.Example{check.Project("After a reboot nothing runs.", "compose.prod.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("Docker starts it again, after a reboot too.", "compose.prod.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n    restart: unless-stopped\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Docker: start containers automatically", "https://docs.docker.com/engine/containers/start-containers-automatically/"),
				check.See("systemd.service: Restart=", "https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Restart="),
			},
			Triggers: []string{"a service of a Compose file without a restart policy, or with `no`", "a unit without `Restart=`", "a program with `autorestart=false`", "the deployment's own database or broker in such a container"},
		},
	}
}

func answerSupervised(p *check.SourcePass) check.Answer {
	if len(check.Serving(p)) == 0 {
		return check.NoProcess(p)
	}
	byFile := map[string][]*deploy.Process{}
	var files, doubts []string
	add := func(process *deploy.Process) {
		file := check.ArtefactFile(process)
		if byFile[file] == nil {
			files = append(files, file)
		}
		byFile[file] = append(byFile[file], process)
	}
	by := ""
	for _, process := range check.Serving(p) {
		switch {
		case process.Restart.Policy == deploy.RestartNever:
			add(process)
		case process.Restart.Policy == 0:
			doubts = append(doubts, unsupervised(process))
		case by == "":
			by = fmt.Sprintf("%s starts them again (%s)", process.Restart.By, process.Artefact)
		}
	}
	for _, s := range p.Project.Deployment.Services {
		if s.Production && s.Process != nil && s.Process.Restart.Policy == deploy.RestartNever && besideServing(p, s.Process) {
			add(s.Process)
		}
	}
	var findings []check.Finding
	for _, file := range files {
		findings = append(findings, neverRestarted(file, byFile[file]))
	}
	return check.Gather(findings, doubts, by)
}

// besideServing reports whether a process stands in a file that serves the site, and not in one for an errand.
func besideServing(p *check.SourcePass, service *deploy.Process) bool {
	return slices.ContainsFunc(check.Serving(p), func(process *deploy.Process) bool { return check.ArtefactFile(process) == check.ArtefactFile(service) })
}

// unsupervised says why it is not known what starts a process again.
func unsupervised(p *deploy.Process) string {
	switch {
	case p.Restart.Written != "":
		return fmt.Sprintf("the restart policy of %s is %s", p.Artefact, p.Restart.Written)
	case p.Runtime == deploy.FromProcfile:
		return "what runs the Procfile, and whether it starts a process again, is not told; a platform does"
	case p.Runtime == deploy.InImage:
		return "what starts the container of " + p.Artefact + ", and with which restart policy, stands outside of the repository"
	}
	return "what starts " + p.Artefact + " again is not told"
}

// neverRestarted is one finding for the processes of a file that nothing restarts. It is owed, and no reason to stop a release: the site is up
// after the deploy.
func neverRestarted(file string, list []*deploy.Process) check.Finding {
	f := check.Finding{Severity: check.Recommended, At: list[0].At, Fix: "restart: unless-stopped"}
	var names []string
	for _, process := range list {
		names = append(names, process.Name)
	}
	what := "Docker does not start %s again when it ends or the host reboots: %s has no restart policy for it; add restart: unless-stopped"
	switch list[0].Runtime {
	case deploy.AsUnit:
		what, f.Fix = "systemd does not start %s again when it ends: %s has no Restart=; add Restart=always", "Restart=always"
	case deploy.AsProgram:
		what, f.Fix = "supervisord does not start %s again when it ends, as %s says; set autorestart=true", "autorestart=true"
	}
	if !list[0].Restart.At.IsZero() {
		f.At = list[0].Restart.At
	}
	f.Message = fmt.Sprintf(what, check.And(names), file)
	return f
}
