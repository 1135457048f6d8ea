package deploy

import (
	"path"
	"strings"
)

// unwrapped is a command without the programs that only start it.
type unwrapped struct {
	argv []string
	env  []string // variables that such a program sets (`env A=B cmd`), as NAME=value
	user string   // who such a program makes it run as, "" for none
}

// unwrap takes off the programs that only start another one with the rest of their arguments: tini, gosu, poetry run, wait-for-it and the like.
// `sh -c` is left alone.
func unwrap(argv []string) unwrapped {
	out := unwrapped{argv: argv}
	for range 10 {
		next := unwrapOnce(out.argv)
		out.env = append(out.env, next.env...)
		if next.user != "" {
			out.user = next.user
		}
		if len(next.argv) == 0 || len(next.argv) == len(out.argv) {
			break
		}
		out.argv = next.argv
	}
	return out
}

// unwrapOnce is the command that the first program starts, or argv itself.
func unwrapOnce(argv []string) unwrapped {
	if len(argv) < 2 {
		return unwrapped{argv: argv}
	}
	rest := argv[1:]
	switch program := path.Base(argv[0]); program {
	case "exec", "command", "nohup", "setsid", "ddtrace-run", "opentelemetry-instrument", "logfire", "time", "stdbuf", "unbuffer":
		return unwrapped{argv: skipOptions(rest, "")}
	case "tini", "dumb-init", "catatonit", "docker-init", "pid1":
		return unwrapped{argv: skipOptions(rest, "eprg")}
	case "gosu", "su-exec", "s6-setuidgid":
		return unwrapped{argv: rest[1:], user: rest[0]}
	case "s6-setlock":
		rest = skipOptions(rest, "t")
		return unwrapped{argv: rest[min(1, len(rest)):]}
	case "s6-env", "with-contenv":
		inner, env := cutAssignments(rest)
		return unwrapped{argv: inner, env: env}
	case "setpriv":
		return unwrapped{argv: skipOptions(rest, ""), user: optionValue(rest, "--reuid")}
	case "env":
		inner, env := cutAssignments(skipOptions(rest, "uCS"))
		return unwrapped{argv: inner, env: env}
	case "sudo":
		user := optionValue(rest, "--user")
		if i := indexOf(rest, "-u"); i >= 0 && i+1 < len(rest) {
			user = rest[i+1]
		}
		inner, env := cutAssignments(skipOptions(rest, "ughpCrt"))
		return unwrapped{argv: inner, env: env, user: user}
	case "nice", "ionice", "chrt", "timeout", "chroot", "flock":
		rest = skipOptions(rest, "nckspm")
		if program == "timeout" || program == "chroot" || program == "flock" {
			rest = rest[min(1, len(rest)):]
		}
		return unwrapped{argv: rest}
	case "poetry", "pipenv", "pdm", "uv", "hatch", "rye", "pixi", "doppler", "infisical", "dotenv", "dotenvx", "newrelic-admin", "op", "chamber":
		return unwrapped{argv: afterRun(argv)}
	case "wait-for-it", "wait-for-it.sh", "wait-for", "wait-for.sh", "wait_for_it.sh", "waitforit", "watchmedo", "dockerize", "wait-for-db.sh":
		return unwrapped{argv: afterDashes(argv)}
	}
	return unwrapped{argv: argv}
}

// optionValue is the value of --option=value.
func optionValue(args []string, option string) string {
	for _, a := range args {
		if value, ok := strings.CutPrefix(a, option+"="); ok {
			return value
		}
	}
	return ""
}

// skipOptions skips options; those in valued (one letter each) take a value of their own. A -- ends them.
func skipOptions(args []string, valued string) []string {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") && args[0] != "-" {
		option := args[0]
		args = args[1:]
		if option == "--" {
			return args
		}
		if len(option) == 2 && strings.IndexByte(valued, option[1]) >= 0 && len(args) > 0 {
			args = args[1:]
		}
	}
	return args
}

// cutAssignments cuts leading NAME=value arguments.
func cutAssignments(args []string) (rest, env []string) {
	for len(args) > 0 && isAssignment(args[0]) {
		env = append(env, args[0])
		args = args[1:]
	}
	return args, env
}

func isAssignment(arg string) bool {
	name, _, ok := strings.Cut(arg, "=")
	return ok && isVariableName(name)
}

func isVariableName(name string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c != '_' && !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// afterRun is what follows `run`, `exec` or `run-program` and the options behind it (`uv run --frozen gunicorn`).
func afterRun(argv []string) []string {
	for i, arg := range argv {
		if i > 0 && (arg == "run" || arg == "exec" || arg == "run-program" || arg == "run-python") {
			rest := argv[i+1:]
			if dashes := indexOf(rest, "--"); dashes >= 0 && allOptionsOrValues(rest[:dashes]) {
				return rest[dashes+1:]
			}
			return skipRunOptions(rest)
		}
	}
	return argv
}

// skipRunOptions skips options before the command. Those of uv that take a value are known by name.
func skipRunOptions(args []string) []string {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		option := args[0]
		args = args[1:]
		switch option {
		case "--group", "--extra", "--with", "--python", "-p", "--env-file", "--project", "--directory", "--package", "--no-group", "--only-group", "-f", "-e", "--env", "--config":
			args = args[min(1, len(args)):]
		case "-m", "--module":
			return append([]string{"python", "-m"}, args...)
		}
	}
	return args
}

func allOptionsOrValues(args []string) bool {
	return len(args) == 0 || strings.HasPrefix(args[0], "-")
}

// afterDashes is what follows `--`, for programs that wait or watch before they start it.
func afterDashes(argv []string) []string {
	if i := indexOf(argv, "--"); i >= 0 {
		return argv[i+1:]
	}
	for i := 1; i < len(argv) && path.Base(argv[0]) == "dockerize"; i++ { // -wait tcp://db:5432 gunicorn ...: options with a value each
		if !strings.HasPrefix(argv[i], "-") {
			return argv[i:]
		}
		if !strings.Contains(argv[i], "=") {
			i++
		}
	}
	return argv
}

func indexOf(args []string, text string) int {
	for i, a := range args {
		if a == text {
			return i
		}
	}
	return -1
}

// program is what a command starts, and its arguments: `python -m gunicorn` and `/venv/bin/gunicorn` are gunicorn,
// `python manage.py migrate` is "manage.py" with "migrate" first.
func program(argv []string) (name string, args []string) {
	if len(argv) == 0 {
		return "", nil
	}
	name, args = path.Base(argv[0]), argv[1:]
	if !strings.HasPrefix(name, "python") && !strings.HasPrefix(name, "pypy") {
		return name, args
	}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		option := args[0]
		args = args[1:]
		switch {
		case option == "-m" && len(args) > 0:
			return args[0], args[1:]
		case option == "-c":
			return "python", nil
		case (option == "-W" || option == "-X") && len(args) > 0:
			args = args[1:]
		}
	}
	if len(args) == 0 {
		return "python", nil
	}
	return path.Base(args[0]), args[1:]
}

// ManagementCommand is the Django management command that argv runs, and its arguments; ok is false when it runs none.
// Whatever stands before manage.py must have been taken off.
func ManagementCommand(argv []string) (name string, args []string, ok bool) {
	command, args := program(argv)
	switch command {
	case "manage.py", "manage", "django-admin", "django-admin.py", "django":
	default:
		return "", nil, false
	}
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		option := args[0]
		args = args[1:]
		if (option == "--settings" || option == "--pythonpath" || option == "-v" || option == "--verbosity") && len(args) > 0 {
			args = args[1:]
		}
	}
	if len(args) == 0 {
		return "", nil, false
	}
	return args[0], args[1:], true
}

// IsServer reports whether a command starts an application server.
func IsServer(argv []string) bool { return roleOf(argv) == Web }

// roleOf is what a command does; Other when it is not known.
func roleOf(argv []string) Role {
	if name, args, ok := ManagementCommand(argv); ok {
		return roleOfManagement(name, args)
	}
	name, args := program(argv)
	switch name {
	case "gunicorn", "gunicorn.app.wsgiapp", "uvicorn", "daphne", "hypercorn", "granian", "uwsgi", "pyuwsgi", "waitress-serve", "waitress", "mod_wsgi-express",
		"chaussette", "cheroot", "gunicorn_django":
		return Web
	case "celery", "celeryd", "django_celery":
		return roleOfCelery(args)
	case "celerybeat", "rqscheduler", "rq_scheduler":
		return Beat
	case "dramatiq", "dramatiq-gevent", "huey_consumer", "huey_consumer.py", "huey.bin.huey_consumer", "arq", "saq", "taskiq", "procrastinate":
		return Worker
	case "rq":
		if len(args) > 0 && strings.HasPrefix(args[0], "worker") {
			return Worker
		}
	}
	return Other
}

func roleOfManagement(name string, args []string) Role {
	if name == "migrate" && onlyLooks(args) {
		return Other
	}
	switch name {
	case "runserver", "runserver_plus", "runsslserver", "testserver", "run_gunicorn", "rundaphne", "devserver", "livereload_runserver", "runbolt", "run_server", "tailwind_runserver":
		return Web
	case "rqworker", "rqworker-pool", "qcluster", "run_huey", "rundramatiq", "db_worker", "process_tasks", "run_procrastinate", "celeryd", "runworker", "djangohuey", "send_queued_mail":
		return Worker
	case "rqscheduler", "celerybeat", "runapscheduler", "rqcron", "periodic_tasks_scheduler":
		return Beat
	case "celery", "celery_worker":
		return roleOfCelery(args)
	case "procrastinate":
		return Worker
	case "migrate", "migrate_schemas", "collectstatic", "check", "compilemessages", "createcachetable", "loaddata", "compress", "syncdb", "createsuperuser",
		"ensure_superuser", "setup", "wait_for_db", "migrate_all", "sync_roles", "collectmedia", "compilescss", "tailwind", "showmigrations", "makemigrations":
		return Release
	}
	return Other
}

// roleOfCelery finds the subcommand: `celery -A app worker -B`, `celery worker -A app`, `celery multi start`.
func roleOfCelery(args []string) Role {
	for i := 0; i < len(args); i++ {
		switch args[i] {
		case "worker", "multi":
			return Worker
		case "beat":
			return Beat
		case "flower", "inspect", "control", "purge", "shell", "status", "events", "report", "call":
			return Other
		case "-A", "--app", "-b", "--broker", "--workdir", "--config", "--loader", "--result-backend":
			i++
		}
	}
	return Other
}

// RoleOf is what a command does; Other when it is not known.
func RoleOf(argv []string) Role { return roleOf(argv) }
