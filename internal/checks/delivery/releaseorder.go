package delivery

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/deploy/procedure"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func releaseOrder() check.Check {
	return check.Check{
		ID: "delivery/release-order", Severity: check.Critical, Source: answerReleaseOrder, WithoutSettings: true,
		Doc: check.Doc{
			Title: "A release migrates before its code serves",
			Why: `Code that is newer than the tables it reads fails on every page that touches them: "column does not exist" from the moment the new processes start until somebody migrates. When the migration itself fails, that moment lasts.

Migrations that the old code can live with (expand first, contract later) may run while it still serves; the other order has no such way out. A release phase also stops the release when the migration fails, which a command behind the start does not.`,
			Fix:    "Migrate in the step before the new processes start: `release:` of a Procfile, release_command, preDeployCommand, an init container or a Job that is waited for, a service of Compose that the site waits for with `service_completed_successfully`, or a line above `docker compose up -d` in the script.",
			Verify: "Add a migration that fails in a branch and deploy it to a test environment: the old release still serves.",
			Bad: []check.Example{check.Project("The script starts the new code, then migrates.", "settings.py", "DEBUG = False\n", "wsgi.py", "",
				"deploy.sh", "#!/bin/sh\ngit pull\ndocker compose up -d --build\ndocker compose exec web python manage.py migrate\n")},
			Good: []check.Example{check.Project("The release phase migrates.", "settings.py", "DEBUG = False\n", "wsgi.py", "",
				"Procfile", "release: python manage.py migrate\nweb: gunicorn wsgi\n")},
			References: []check.Reference{
				check.See("Heroku: release phase", "https://devcenter.heroku.com/articles/release-phase"),
				check.See("Compose: depends_on", "https://docs.docker.com/reference/compose-file/services/#depends_on"),
				check.See("Kubernetes: init containers", "https://kubernetes.io/docs/concepts/workloads/pods/init-containers/"),
			},
			Triggers: []string{
				"a deployment script, job, fabfile or playbook starts the new processes and migrates afterwards",
				"it starts them, the deployment is described as a whole, and no step and no process migrates",
				"the process that migrates and the site start together, and the site does not wait",
				"the site's own start migrates in the background",
			},
		},
	}
}

func answerReleaseOrder(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	var doubts []string
	good := ""
	m := migrations{own: migratingCommands(p)}
	for _, x := range p.Project.Procedures() {
		f, ordered := orderOf(x)
		switch {
		case f.Message != "":
			findings = append(findings, f)
		case ordered && good == "":
			good = x.Name + " migrates before it starts the new processes"
		}
	}
	delivered := good != ""
	for _, g := range p.Project.Deployment.Groups() {
		if len(g.Starts(deploy.Web)) == 0 {
			continue
		}
		f, how, why := m.first(g)
		switch {
		case f.Message != "":
			findings = append(findings, f)
		case how != "":
			if good == "" {
				good = how
			}
		case g.Whole || why != "":
			doubts = append(doubts, firstOf(why, "no step of "+g.Name+" migrates before the site starts; whether somebody or something else does stands nowhere in the repository"))
		}
	}
	switch {
	case len(findings) > 0:
		return check.Failed(findings...)
	case good != "" && (delivered || len(doubts) == 0):
		return check.Passed(good)
	}
	if f, ok := neverMigrates(p, m); ok && good == "" {
		return check.Failed(f)
	}
	if len(doubts) > 0 {
		return check.Unclear(doubts[0])
	}
	return check.Unclear("nothing in the repository shows what migrates when a release is deployed")
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// neverMigrates is the finding about a deployment that the repository describes as a whole, with a procedure that starts the site, where neither
// the procedure nor a process migrates. What somebody does by hand before it is no step.
func neverMigrates(p *check.SourcePass, m migrations) (check.Finding, bool) {
	for _, x := range p.Project.Deployment.Processes {
		speaks := slices.ContainsFunc(x.Commands, func(c deploy.Command) bool {
			name, _, ok := deploy.ManagementCommand(c.Argv)
			return ok && strings.Contains(name, "migrat")
		})
		if speaks || len(m.of(x)) > 0 {
			return check.Finding{}, false
		}
	}
	groups := p.Project.Deployment.Groups()
	if len(groups) == 0 || slices.ContainsFunc(groups, func(g *deploy.Group) bool { return !g.Whole || len(g.Obscure()) > 0 }) {
		return check.Finding{}, false
	}
	var first *procedure.Procedure
	for _, x := range p.Project.Procedures() {
		if x.Doubt != "" || slices.ContainsFunc(x.Steps, func(s procedure.Step) bool { return s.Kind == procedure.Migrate }) {
			return check.Finding{}, false
		}
		if first == nil && slices.ContainsFunc(x.Steps, func(s procedure.Step) bool { return s.Kind == procedure.Start && servesSite(s) }) {
			first = x
		}
	}
	if first == nil {
		return check.Finding{}, false
	}
	start := first.Steps[slices.IndexFunc(first.Steps, func(s procedure.Step) bool { return s.Kind == procedure.Start && servesSite(s) })]
	return check.Finding{Severity: check.Recommended, At: start.At,
		Message: fmt.Sprintf("%s starts the new code, and neither it nor a process of %s migrates before: a release with a migration serves pages that fail on columns and tables that are not there; add a step that migrates", capital(first.Name), groups[0].Name)}, true
}

// orderOf asks one procedure whether it migrates before the new code serves. ordered says that it does.
func orderOf(x *procedure.Procedure) (f check.Finding, ordered bool) {
	started, migrated := -1, -1
	for i, s := range x.Steps {
		switch {
		case s.Kind == procedure.Migrate && migrated < 0:
			migrated = i
		case s.Kind == procedure.Start && started < 0 && servesSite(s):
			started = i
		}
	}
	switch {
	case migrated < 0, started < 0:
		return check.Finding{}, false
	case migrated < started:
		return check.Finding{}, !x.Steps[migrated].Conditional
	}
	severity, then := check.Critical, "until the migration is done, pages fail on columns and tables that are not there"
	for _, s := range x.Steps[migrated:] {
		if s.Kind == procedure.Start && servesSite(s) {
			severity, then = check.Recommended, "until then it serves with tables that it does not match"
		}
	}
	for _, s := range x.Steps[:started] {
		if s.Kind == procedure.Migrate {
			return check.Finding{}, true
		}
	}
	return check.Finding{Severity: severity, At: x.Steps[migrated].At,
		Message: fmt.Sprintf("%s migrates after it has started the new code: %s; migrate before", capital(x.Name), then),
		Related: []check.Related{{Message: "the new code starts here", At: x.Steps[started].At}}}, false
}

func capital(text string) string {
	if strings.HasPrefix(text, "the ") {
		return "T" + text[1:]
	}
	return text
}

// servesSite reports whether a step starts the site: all processes, or one that is no database, cache or worker by its name.
func servesSite(s procedure.Step) bool {
	if s.All {
		return true
	}
	return slices.ContainsFunc(s.Targets, func(name string) bool {
		name = strings.ToLower(name)
		for _, other := range []string{"db", "postgres", "mysql", "mariadb", "redis", "valkey", "rabbit", "memcached", "celery", "worker", "beat", "rq", "huey", "nginx", "caddy", "traefik", "apache", "proxy", "certbot", "daemon", "elastic", "$"} {
			if strings.Contains(name, other) {
				return false
			}
		}
		return true
	})
}

// migrations finds the commands that migrate.
type migrations struct {
	own map[string]bool // the project's own management commands that migrate
}

// migratingCommands are the project's management commands that call migrate.
func migratingCommands(p *check.SourcePass) map[string]bool {
	own := map[string]bool{}
	for _, site := range p.Project.Code.Calls("django.core.management.call_command", "django.core.management.commands.migrate.Command") {
		file := site.Module.Syntax.File.Path
		if path.Base(path.Dir(file)) != "commands" || len(site.Call.Args) == 0 {
			continue
		}
		if name, ok := site.Call.Args[0].(*syntax.Constant); ok && strings.HasPrefix(name.Value, "migrate") {
			own[strings.TrimSuffix(path.Base(file), ".py")] = true
		}
	}
	return own
}

// of are the commands of a process that migrate.
func (m migrations) of(x *deploy.Process) (list []deploy.Command) {
	for _, c := range x.Commands {
		name, args, ok := deploy.ManagementCommand(c.Argv)
		if ok && (m.own[name] || name == "migrate" || name == "migrate_schemas") && !slices.Contains(args, "--check") && !slices.Contains(args, "--plan") {
			list = append(list, c)
		}
	}
	return list
}

// first asks one description of the deployment. how says what migrates, and why what keeps the answer from being known.
func (m migrations) first(g *deploy.Group) (f check.Finding, how, why string) {
	web := g.Starts(deploy.Web)[0].Process
	for _, x := range g.With(deploy.Release) {
		if len(m.of(x)) == 0 {
			continue
		}
		switch {
		case x.Runtime == deploy.OnPlatform || x.Runtime == deploy.FromProcfile:
			return f, "the release phase migrates (" + x.Artefact + ")", ""
		case x.Runtime == deploy.InPod && strings.Contains(x.Artefact, ", Job "):
			return f, "", x.Artefact + " migrates; whether the pods of the site wait for it is decided where the manifests are applied"
		case x.Runtime == deploy.InPod:
			return f, "an init container migrates (" + x.Artefact + ")", ""
		}
	}
	if runs := m.of(web); len(runs) > 0 {
		return ownStart(web, runs)
	}
	return m.beside(g, web)
}

// ownStart judges a site that migrates when it starts.
func ownStart(web *deploy.Process, runs []deploy.Command) (f check.Finding, how, why string) {
	for _, c := range runs {
		switch {
		case c.Conditional:
			why = web.Artefact + " migrates only under a condition that the files don't decide"
		case c.Background:
			return check.Finding{Severity: check.Recommended, At: c.At,
				Message: web.Artefact + " migrates in the background while it starts the server, which serves before the tables are there; take the & away"}, "", ""
		default:
			return f, "the site migrates before it serves (" + web.Artefact + ")", ""
		}
	}
	return f, "", why
}

// beside judges a site beside which another process of its deployment migrates.
func (m migrations) beside(g *deploy.Group, web *deploy.Process) (f check.Finding, how, why string) {
	for _, x := range g.Processes {
		at := m.unconditional(x)
		if x == web || at.IsZero() {
			continue
		}
		if waits(g, web, x, 0) || !waitsItself(web).IsZero() {
			return f, "the site waits for " + x.Artefact + ", which migrates", ""
		}
		if x.Runtime == deploy.AsS6Service {
			return f, "", x.Artefact + " migrates; whether the site waits for it is decided by the dependencies of s6"
		}
		if x.Runtime != deploy.InContainer {
			return f, "", x.Artefact + " migrates; whether it does so before the site starts is not known"
		}
		if x.Role == deploy.Worker || x.Role == deploy.Beat {
			return check.Finding{Severity: check.Recommended, At: at,
				Message: fmt.Sprintf("%s migrates when it starts, and the site (%s), which starts at the same time, does not wait for it; migrate in a step before both", x.Name, web.Name)}, "", ""
		}
		return check.Finding{Severity: check.Recommended, At: firstSpan(dependency(web, x), web.At), Fix: "condition: service_completed_successfully",
			Message: fmt.Sprintf("%s migrates, and the site (%s) starts without waiting for it to end: the new code serves before its tables are there; depend on it with service_completed_successfully", x.Name, web.Name),
			Related: []check.Related{{Message: "it migrates here", At: at}}}, "", ""
	}
	return f, "", ""
}

// unconditional is where a process migrates under no condition; zero when it does not.
func (m migrations) unconditional(x *deploy.Process) source.Span {
	for _, c := range m.of(x) {
		if !c.Conditional {
			return c.At
		}
	}
	return source.Span{}
}

// waits reports whether a process starts only when another one is done, or healthy, itself or through others that it waits for.
func waits(g *deploy.Group, web, other *deploy.Process, depth int) bool {
	for _, d := range web.DependsOn {
		if d.Condition == "" || d.Condition == "service_started" {
			continue
		}
		if d.Name == other.Name {
			return true
		}
		for _, between := range g.Processes {
			if between.Name == d.Name && depth < 10 && waits(g, between, other, depth+1) {
				return true
			}
		}
	}
	return false
}

func dependency(web, other *deploy.Process) source.Span {
	for _, d := range web.DependsOn {
		if d.Name == other.Name {
			return d.At
		}
	}
	return source.Span{}
}

// waitsItself is where a process waits for the migrations before it serves; zero when it does not.
func waitsItself(web *deploy.Process) source.Span {
	for _, c := range web.Commands {
		if name, args, ok := deploy.ManagementCommand(c.Argv); ok && (name == "wait_for_migrations" || name == "migrate" && slices.Contains(args, "--check")) {
			return c.At
		}
	}
	return source.Span{}
}

func firstSpan(spans ...source.Span) source.Span {
	for _, at := range spans {
		if !at.IsZero() {
			return at
		}
	}
	return source.Span{}
}
