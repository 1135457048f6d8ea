package project

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/runbook"
	"gonogo/internal/source"
)

func rollbackWords() []string {
	return []string{"rollback", "rolling back", "roll back", "revert", "downgrad", "going back", "undo"}
}

func restoreWords() []string { return []string{"restor", "recover", "import"} }

func incidentWords() []string {
	return []string{"incident", "outage", "emergency", "on-call", "oncall", "on call", "troubleshoot", "firefight", "something is broken", "when things go wrong", "what to do", "diagnos", "site is down", "debugging production", "runbook"}
}

// command notes what a command says.
func (x *coverer) command(d *runbook.Document, c runbook.Command) {
	what := strings.Join(c.Argv, " ")
	if len(what) > 60 {
		what = what[:60]
	}
	if len(c.Argv) > 0 {
		x.argv(d, c, c.Argv, what)
		if argv := x.ownScript(c); argv != nil {
			for _, inner := range x.follow.Command(argv, ".", c.At) {
				x.argv(d, c, inner.Argv, what)
			}
		}
	}
	if call, ok := c.Compose(); ok {
		x.compose(c, call)
	}
}

// ownScript is a command that runs a script of the tree, wherever the reader has put it; nil for another.
func (x *coverer) ownScript(c runbook.Command) []string {
	argv := c.Argv
	if (argv[0] == "sh" || argv[0] == "bash") && len(argv) > 1 {
		argv = argv[1:]
	}
	if c.Outer != nil || !strings.Contains(argv[0], "/") && !strings.HasSuffix(argv[0], ".sh") {
		return nil
	}
	if found := x.Tree.Named(path.Base(argv[0])); len(found) == 1 {
		return append([]string{found[0]}, argv[1:]...)
	}
	return argv
}

// asManage is a command with manage.py in place of a package of the project that is run as one (`python -m shop migrate`).
func (x *coverer) asManage(argv []string) []string {
	name, args := deploy.Program(argv)
	for _, e := range x.EntryPoints {
		if e.Kind == Manage && path.Base(e.File.Path) == "__main__.py" && path.Base(path.Dir(e.File.Path)) == name {
			return append([]string{"manage.py"}, args...)
		}
	}
	return argv
}

func isOwnScript(program string) bool {
	return strings.Contains(program, "/") && !strings.HasPrefix(program, "/") || strings.HasSuffix(program, ".sh")
}

func (x *coverer) argv(d *runbook.Document, c runbook.Command, argv []string, what string) {
	argv = x.asManage(argv)
	x.role(deploy.RoleOf(argv), argv, c.At, what)
	if name, args, ok := deploy.ManagementCommand(argv); ok {
		x.management(d, c, name, args, what)
		return
	}
	program, args := deploy.Program(argv)
	has := func(words ...string) bool {
		return slices.ContainsFunc(args, func(a string) bool { return slices.Contains(words, a) })
	}
	switch program {
	case "kubectl", "oc":
		switch {
		case has("undo"):
			x.say(CodeRollback, c.At, what)
		case has("apply", "rollout"):
			x.everything(c.At, what)
		}
		x.sayIf(has("logs"), Logs, c.At, what)
	case "helm":
		x.sayIf(has("rollback"), CodeRollback, c.At, what)
		if has("install", "upgrade") {
			x.everything(c.At, what)
		}
	case "heroku", "dokku", "scalingo":
		x.sayIf(has("rollback", "releases:rollback", "rollbacks"), CodeRollback, c.At, what)
		x.sayIf(has("logs"), Logs, c.At, what)
		x.sayIf(has("maintenance:on", "maintenance:enable"), MaintenanceMode, c.At, what)
		x.sayIf(has("pg:backups:restore", "postgres:import"), Restoring, c.At, what)
	case "fly", "flyctl", "kamal", "eb", "railway", "cap", "dotcloud", "copilot", "nomad", "terraform":
		x.sayIf(has("rollback", "deploy:rollback"), CodeRollback, c.At, what)
		x.sayIf(has("logs"), Logs, c.At, what)
		if has("deploy", "up", "setup", "apply", "run") {
			x.everything(c.At, what)
		}
	case "gcloud", "az", "ansible-playbook", "zappa", "serverless":
		if has("deploy", "up", "update") || program == "ansible-playbook" {
			x.everything(c.At, what)
		}
		x.sayIf(has("rollback"), CodeRollback, c.At, what)
	case "git":
		if has("push") && (has("heroku", "dokku", "production", "live", "scalingo")) {
			x.everything(c.At, what)
		}
		x.sayIf(has("revert") || has("checkout", "reset") && about(d, c.Section, rollbackWords()...), CodeRollback, c.At, what)
	case "docker", "podman":
		switch {
		case has("logs"):
			x.say(Logs, c.At, what)
		case has("run") && len(x.processes) > 0 || has("stack"):
			x.everything(c.At, what)
		}
		x.sayIf(has("rollback") || has("pull", "tag", "run") && runbook.Speaks(c.Section, rollbackWords()...), CodeRollback, c.At, what)
	case "systemctl", "service", "supervisorctl":
		if has("start", "restart", "enable", "reload") {
			x.unit(args, c.At, what)
		}
	case "journalctl", "multitail":
		x.say(Logs, c.At, what)
	case "tail", "less", "cat", "grep":
		x.sayIf(slices.ContainsFunc(args, func(a string) bool { return strings.Contains(a, "/log/") || strings.HasSuffix(a, ".log") }), Logs, c.At, what)
	case "celery":
		x.sayIf(has("inspect", "status", "events", "flower", "control", "purge"), Workers, c.At, what)
	case "flower", "rqinfo":
		x.say(Workers, c.At, what)
	case "psql", "mysql", "pg_isready", "mysqladmin", "pgcli":
		x.say(DatabaseLook, c.At, what)
		x.sayIf(about(d, c.Section, restoreWords()...), Restoring, c.At, what)
	case "pg_restore", "pgbackrest", "wal-g", "barman", "mongorestore", "mysqlimport":
		x.say(Restoring, c.At, what)
	case "redis-cli":
		x.say(CacheLook, c.At, what)
	case "curl", "wget", "http", "httpie":
		for _, a := range args {
			x.sayIf(x.isHealth(a), HealthChecks, c.At, what)
		}
	case "tar", "cp", "rsync", "aws", "restic", "borg", "rclone", "gunzip", "zcat":
		x.sayIf(runbook.Speaks(c.Section, "restor"), Restoring, c.At, what)
	}
	if isOwnScript(argv[0]) {
		base := strings.ToLower(path.Base(argv[0]))
		x.sayIf(strings.Contains(base, "restore"), Restoring, c.At, what)
		x.sayIf(strings.Contains(base, "rollback"), CodeRollback, c.At, what)
	}
	if program == "restore" || program == "make" && has("restore", "restore-db") {
		x.say(Restoring, c.At, what)
	}
}

func (x *coverer) sayIf(yes bool, subject Subject, at source.Span, what string) {
	if yes {
		x.say(subject, at, what)
	}
}

func (x *coverer) management(d *runbook.Document, c runbook.Command, name string, args []string, what string) {
	positional := 0
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			positional++
		}
	}
	switch {
	case name == "migrate" && positional >= 2:
		x.say(AppliedMigrations, c.At, what)
	case strings.HasPrefix(name, "migrate"):
		x.say(Migrating, c.At, what)
	case name == "dbshell":
		x.say(DatabaseLook, c.At, what)
	case name == "health_check":
		x.say(HealthChecks, c.At, what)
	case name == "rqstats" || name == "qinfo" || name == "qmonitor":
		x.say(Workers, c.At, what)
	case name == "maintenance_mode" || strings.Contains(name, "maintenance"):
		x.say(MaintenanceMode, c.At, what)
	case name == "dbrestore" || name == "mediarestore" || strings.Contains(name, "restore") || name == "loaddata" && runbook.Speaks(c.Section, restoreWords()...) || strings.HasSuffix(name, "_importer"):
		x.say(Restoring, c.At, what)
	case strings.Contains(name, "superuser") || strings.Contains(name, "admin") && (strings.Contains(name, "create") || strings.Contains(name, "add")) || name == "createuser" || name == "create_user":
		x.say(FirstAdmin, c.At, what)
	case name == "shell" || name == "shell_plus" || name == "shell_command":
		if !runbook.ForDevelopment(c.Section) && !runbook.Titled(d, "develop", "contribut", "debug") {
			x.say(ShellInProduction, c.At, what)
		}
	case positional >= 0 && x.setsUp(name):
		x.say(Migrating, c.At, what)
	}
}

// setsUp reports whether a command of the project applies migrations itself: its code calls migrate.
func (x *coverer) setsUp(name string) bool {
	for _, file := range x.Tree.Named(name + ".py") {
		if f, ok := x.Tree.Read(file); ok && strings.Contains(file, "management/commands/") {
			text := string(f.Data)
			return strings.Contains(text, `call_command("migrate"`) || strings.Contains(text, "call_command('migrate'")
		}
	}
	return false
}

// role notes what a command that runs the project starts.
func (x *coverer) role(role deploy.Role, argv []string, at source.Span, what string) {
	switch role {
	case deploy.Web:
		if name, _, ok := deploy.ManagementCommand(argv); !ok || !strings.HasPrefix(name, "runserver") {
			x.say(StartWeb, at, what)
		}
	case deploy.Worker:
		x.say(StartWorker, at, what)
		if slices.Contains(argv, "-B") || slices.Contains(argv, "--beat") {
			x.say(StartBeat, at, what)
		}
	case deploy.Beat:
		x.say(StartBeat, at, what)
	}
}

// everything notes that all processes of production are started at once: on a platform, in a cluster, from an image.
func (x *coverer) everything(at source.Span, what string) {
	x.say(StartWeb, at, what)
	for _, p := range x.processes {
		x.process(p, at, what)
	}
}

func (x *coverer) process(p *deploy.Process, at source.Span, what string) {
	switch p.Role {
	case deploy.Web:
		x.say(StartWeb, at, what)
	case deploy.Worker:
		x.say(StartWorker, at, what)
		if main, ok := p.Main(); ok && (slices.Contains(main.Argv, "-B") || slices.Contains(main.Argv, "--beat")) {
			x.say(StartBeat, at, what)
		}
	case deploy.Beat:
		x.say(StartBeat, at, what)
	}
	for _, c := range p.Commands {
		if role := deploy.RoleOf(c.Argv); role == deploy.Worker || role == deploy.Beat {
			x.role(role, c.Argv, at, what)
		}
		if name, _, ok := deploy.ManagementCommand(c.Argv); ok && (strings.HasPrefix(name, "migrate") || x.setsUp(name)) {
			x.say(Migrating, at, what+", which migrates when it starts")
		}
	}
}

// compose notes what a call of Compose starts.
func (x *coverer) compose(c runbook.Command, call runbook.ComposeCall) {
	what := "docker compose " + call.Subcommand
	switch call.Subcommand {
	case "up", "start", "restart":
		for _, p := range x.processes {
			if strings.Contains(p.Artefact, "service") && (len(call.Services) == 0 || slices.Contains(call.Services, p.Name)) {
				x.process(p, c.At, what)
			}
		}
		if len(call.Services) == 0 && len(x.processes) == 0 {
			x.say(StartWeb, c.At, what)
		}
		x.sayIf(runbook.Speaks(c.Section, rollbackWords()...), CodeRollback, c.At, what)
	case "logs":
		x.say(Logs, c.At, what)
	case "pull":
		x.sayIf(runbook.Speaks(c.Section, rollbackWords()...), CodeRollback, c.At, what)
	}
}

// unit notes which process a unit or program starts, by the name of the process or that of the unit.
func (x *coverer) unit(args []string, at source.Span, what string) {
	for _, a := range args {
		name := strings.TrimSuffix(a, ".service")
		for _, p := range x.processes {
			if p.Name == name || strings.HasSuffix(name, ":"+p.Name) || name == "all" {
				x.process(p, at, what)
			}
		}
		switch {
		case strings.Contains(name, "beat") || strings.Contains(name, "scheduler"):
			x.say(StartBeat, at, what)
		case strings.Contains(name, "worker") || strings.Contains(name, "celery") || strings.Contains(name, "rq"):
			x.say(StartWorker, at, what)
		case strings.Contains(name, "gunicorn") || strings.Contains(name, "uwsgi") || strings.Contains(name, "-web") || strings.Contains(name, "apache2") || strings.Contains(name, "uvicorn") || strings.Contains(name, "daphne"):
			x.say(StartWeb, at, what)
		}
	}
}

// isHealth reports whether a text names a health endpoint of the project.
func (x *coverer) isHealth(text string) bool {
	for _, p := range x.endpoints {
		if strings.Contains(text, "/"+p) {
			return true
		}
	}
	return false
}
