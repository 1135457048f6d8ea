package delivery

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/deploy/procedure"
)

func workersRestarted() check.Check {
	return check.Check{
		ID: "delivery/workers-restarted", Severity: check.Critical, Source: answerWorkersRestarted, WithoutSettings: true,
		Doc: check.Doc{
			Title: "A release restarts workers and schedulers with the site",
			Why: `A worker keeps the code that it was started with. When a release restarts the web server alone, the old worker goes on with tables that have changed under it and with tasks whose arguments it does not know; a new task is "unregistered" and thrown away. It looks like a bug of the new code, on one machine only.

Let the same step restart all processes of the project, and give workers time to end their task (TimeoutStopSec, stop_grace_period).`,
			Fix:    "Restart the workers and the scheduler in the same step: `systemctl restart shop-web shop-worker shop-beat`, `docker compose up -d` without names, `kubectl rollout restart` of each deployment.",
			Verify: "After a release `celery -A shop inspect stats` shows an uptime of minutes for every worker.",
			Bad: []check.Example{check.Project("The worker is left out.", "settings.py", "DEBUG = False\n", "wsgi.py", "",
				"compose.yml", "services:\n  web:\n    image: shop\n    command: gunicorn wsgi\n  worker:\n    image: shop\n    command: celery -A shop worker\n",
				"deploy.sh", "#!/bin/sh\ndocker compose pull\ndocker compose up -d web\n")},
			Good: []check.Example{check.Project("All of them restart.", "settings.py", "DEBUG = False\n", "wsgi.py", "",
				"compose.yml", "services:\n  web:\n    image: shop\n    command: gunicorn wsgi\n  worker:\n    image: shop\n    command: celery -A shop worker\n",
				"deploy.sh", "#!/bin/sh\ndocker compose pull\ndocker compose up -d\n")},
			References: []check.Reference{
				check.See("Celery: restarting the worker", check.CeleryDocs+"userguide/workers.html#restarting-the-worker"),
				check.See("Compose: up", "https://docs.docker.com/reference/cli/docker/compose/up/"),
			},
			Triggers: []string{"a deployment script, job, fabfile or playbook restarts the web process and not the worker or beat"},
		},
	}
}

func answerWorkersRestarted(p *check.SourcePass) check.Answer {
	groups := staffedGroups(p)
	if len(groups) == 0 {
		if len(check.Running(p)) == 0 {
			return check.NoProcess(p)
		}
		return check.Absent("no worker or scheduler of production is in the repository")
	}
	var findings []check.Finding
	var doubts []string
	good := ""
	for _, x := range p.Project.Procedures() {
		for _, g := range groups {
			f, why, all := leftRunning(x, g)
			switch {
			case f.Message != "":
				findings = append(findings, f)
			case why != "":
				doubts = append(doubts, why)
			case all && good == "":
				good = x.Name + " restarts the workers, too"
			}
		}
	}
	if len(findings) == 0 && good == "" {
		for _, g := range groups {
			if g.Runtime == deploy.OnPlatform || g.Runtime == deploy.FromProcfile {
				good = "the platform restarts all processes of " + g.Name + " with each release"
				break
			}
		}
	}
	if len(findings) == 0 && len(doubts) == 0 && good == "" {
		return check.Unclear("nothing in the repository shows how a release is deployed, and whether it restarts " + groups[0].Name + "'s workers")
	}
	return check.Gather(findings, doubts, good)
}

// staffedGroups are the descriptions of production that have a worker or scheduler beside the site.
func staffedGroups(p *check.SourcePass) (list []*deploy.Group) {
	for _, g := range p.Project.Deployment.Groups() {
		if g.Whole && len(g.Starts(deploy.Web)) > 0 && len(behind(g)) > 0 {
			list = append(list, g)
		}
	}
	return list
}

// behind are the workers and schedulers of a deployment, each process once; those inside the container of the site restart with it.
func behind(g *deploy.Group) (list []*deploy.Process) {
	web := map[*deploy.Process]bool{}
	for _, s := range g.Starts(deploy.Web) {
		web[s.Process] = true
	}
	for _, s := range append(g.Starts(deploy.Worker), g.Starts(deploy.Beat)...) {
		if !web[s.Process] && !slices.Contains(list, s.Process) {
			list = append(list, s.Process)
		}
	}
	return list
}

// leftRunning asks one procedure whether it leaves old workers of a deployment running. all says that it restarts them.
func leftRunning(x *procedure.Procedure, g *deploy.Group) (f check.Finding, why string, all bool) {
	var restarted procedure.Step // of the site
	site := false
	for _, s := range x.Starts() {
		if !speaksTo(s, g) {
			continue
		}
		if s.All {
			return f, "", true
		}
		if slices.ContainsFunc(s.Targets, func(t string) bool { return strings.ContainsAny(t, "$*{") }) {
			why = fmt.Sprintf("which processes %s restarts is not known", x.Name)
		}
		for _, web := range g.Starts(deploy.Web) {
			if reaches(s, web.Process) && !site {
				site, restarted = true, s
			}
		}
	}
	if !site {
		return f, "", false
	}
	var left []string
	var first *deploy.Process
	for _, worker := range behind(g) {
		if !slices.ContainsFunc(x.Starts(), func(s procedure.Step) bool { return reaches(s, worker) }) {
			left = append(left, worker.Name)
			if first == nil {
				first = worker
			}
		}
	}
	switch {
	case first == nil:
		return f, "", true
	case why != "" || x.Doubt != "":
		return f, firstOf(why, fmt.Sprintf("%s restarts %s; whether it restarts %s, too, is not known: %s", x.Name, check.And(restarted.Targets), check.And(left), x.Doubt)), false
	}
	return check.Finding{Severity: check.Critical, At: restarted.At,
		Message: fmt.Sprintf("%s restarts %s and not %s, which go on with the code of the last release; restart all of them", capital(x.Name), check.And(restarted.Targets), check.And(left)),
		Related: []check.Related{{Message: "a process that keeps the old code", At: first.At}}}, "", false
}

// speaksTo reports whether a step's manager is what runs the processes of a deployment.
func speaksTo(s procedure.Step, g *deploy.Group) bool {
	switch g.Runtime {
	case deploy.InContainer:
		return s.Manager == "Compose" || s.Manager == "Docker" || s.Manager == "Swarm"
	case deploy.InPod:
		return s.Manager == "Kubernetes"
	case deploy.AsUnit:
		return s.Manager == "systemd"
	case deploy.AsProgram:
		return s.Manager == "supervisord" || s.Manager == "systemd" && slices.ContainsFunc(s.Targets, func(t string) bool { return strings.Contains(t, "supervisor") })
	}
	return false
}

// reaches reports whether a step restarts a process, by its names.
func reaches(s procedure.Step, p *deploy.Process) bool {
	if s.All {
		return true
	}
	for _, target := range s.Targets {
		if strings.Contains(target, "supervisor") && p.Runtime == deploy.AsProgram {
			return true
		}
		name := strings.TrimSuffix(target, ":*")
		if name == p.Name || slices.Contains(p.Names, name) || strings.HasSuffix(name, ":"+p.Name) || strings.Contains(p.Artefact, " "+name+",") {
			return true
		}
		if ok, err := path.Match(name, p.Name); err == nil && ok {
			return true
		}
		if group, _, ok := strings.Cut(target, ":"); ok && strings.HasSuffix(target, ":*") && strings.HasPrefix(p.Name, group) {
			return true
		}
	}
	return false
}
