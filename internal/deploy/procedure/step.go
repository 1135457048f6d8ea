package procedure

import (
	"path"
	"slices"
	"strings"

	"gonogo/internal/deploy"
)

// stepOf reads a command; ok is false when it does nothing to the deployment.
func stepOf(c deploy.Command) (Step, bool) {
	argv := inside(c.Argv)
	if len(argv) > 2 && strings.HasPrefix(argv[0], "$") && strings.HasSuffix(argv[1], "manage.py") {
		argv = argv[1:] // $PYTHON manage.py
	}
	s := Step{At: c.At, Conditional: c.Conditional}
	if management, args, ok := deploy.ManagementCommand(argv); ok && slices.Contains([]string{"migrate", "migrate_schemas", "migrate_all"}, management) {
		if slices.Contains(args, "--check") || slices.Contains(args, "--plan") || slices.Contains(args, "--list") {
			return s, false
		}
		s.Kind = Migrate
		return s, true
	}
	name, args := deploy.Program(argv)
	switch name {
	case "systemctl":
		return s.verb("systemd", words(args), unit)
	case "service", "invoke-rc.d":
		if w := words(args); len(w) > 1 {
			return s.verb("systemd", []string{w[1], w[0]}, unit)
		}
	case "supervisorctl":
		return s.supervisor(words(afterOptions(args, "-c", "-s", "-u", "-p", "--configuration")))
	case "docker-compose", "podman-compose":
		return s.compose(args)
	case "docker", "podman":
		return s.docker(args)
	case "kubectl", "oc":
		return s.kubectl(words(afterOptions(args, "-n", "--namespace", "--context", "--kubeconfig", "-f", "-k", "--filename")), args)
	case "helm", "helmfile", "werf", "kamal":
		if w := words(args); len(w) > 0 && slices.Contains([]string{"upgrade", "install", "apply", "sync", "converge", "deploy"}, w[0]) {
			s.Kind, s.All, s.Manager = Start, true, map[string]string{"kamal": "Kamal"}[name]
			if s.Manager == "" {
				s.Manager = "Kubernetes"
			}
			return s, true
		}
	case "pkill", "killall", "kill":
		if slices.ContainsFunc(args, func(a string) bool { return strings.HasSuffix(strings.ToUpper(a), "HUP") || a == "-1" }) {
			s.Kind, s.Manager, s.Targets = Start, "a signal", words(args)
			return s, true
		}
	case "touch":
		if slices.ContainsFunc(args, func(a string) bool { return strings.HasSuffix(a, "wsgi.py") || strings.Contains(a, "reload") }) {
			s.Kind, s.Manager, s.Targets = Start, "uWSGI", []string{"web"}
			return s, true
		}
	}
	return s.platform(name, args)
}

// platform reads the commands of hosting platforms.
func (s Step) platform(name string, args []string) (Step, bool) {
	w := words(args)
	has := func(first ...string) bool { return len(w) >= len(first) && slices.Equal(w[:len(first)], first) }
	switch {
	case name == "git" && has("push") && slices.ContainsFunc(w, func(a string) bool {
		return a == "heroku" || a == "dokku" || strings.HasPrefix(a, "dokku@") || strings.Contains(a, "git.heroku.com")
	}):
		s.Manager = "Heroku"
	case name == "heroku" && has("container:release"):
		s.Manager, s.Targets = "Heroku", w[1:]
	case (name == "fly" || name == "flyctl") && has("deploy"):
		s.Manager = "Fly.io"
	case name == "eb" && has("deploy"):
		s.Manager = "Elastic Beanstalk"
	case name == "gcloud" && has("app", "deploy"):
		s.Manager = "App Engine"
	case name == "gcloud" && has("run", "deploy"):
		s.Manager, s.Targets = "Cloud Run", w[2:min(3, len(w))]
	case name == "railway" && has("up"):
		s.Manager = "Railway"
	case name == "aws" && has("ecs", "update-service"):
		s.Manager, s.Targets = "ECS", valueOf(args, "--service")
	default:
		return s, false
	}
	s.Kind, s.All = Start, len(s.Targets) == 0
	return s, true
}

// verb reads "restart A B" of a manager of services.
func (s Step) verb(manager string, w []string, name func(string) string) (Step, bool) {
	if len(w) < 2 {
		return s, false
	}
	switch w[0] {
	case "restart", "start", "reload", "try-restart", "reload-or-restart", "enable":
		s.Kind = Start
	case "stop":
		s.Kind = Stop
	default:
		return s, false
	}
	s.Manager = manager
	for _, t := range w[1:] {
		s.Targets = append(s.Targets, name(t))
	}
	return s, true
}

// unit is the name of a unit without its suffix.
func unit(name string) string {
	for _, suffix := range []string{".service", ".socket", ".target", ".timer"} {
		name = strings.TrimSuffix(name, suffix)
	}
	return name
}

func (s Step) supervisor(w []string) (Step, bool) {
	if len(w) == 1 && (w[0] == "update" || w[0] == "reload") {
		s.Kind, s.All, s.Manager = Start, w[0] == "reload", "supervisord"
		return s, s.All
	}
	s, ok := s.verb("supervisord", w, func(t string) string { return t })
	s.All = ok && slices.Contains(s.Targets, "all")
	return s, ok
}

// compose reads `compose up`, `restart` and the like. Without names they are of all services.
func (s Step) compose(args []string) (Step, bool) {
	args = afterLeading(args)
	if len(args) == 0 {
		return s, false
	}
	switch args[0] {
	case "up", "restart", "start", "create":
		s.Kind = Start
	case "down", "stop", "kill":
		s.Kind = Stop
	default:
		return s, false
	}
	s.Manager, s.Targets = "Compose", words(afterOptions(args[1:], "-t", "--timeout", "--scale", "--pull", "--wait-timeout", "--exit-code-from"))
	s.All = len(s.Targets) == 0
	return s, true
}

func (s Step) docker(args []string) (Step, bool) {
	args = afterLeading(args)
	if len(args) == 0 {
		return s, false
	}
	switch w := words(args); {
	case args[0] == "compose":
		return s.compose(args[1:])
	case len(w) > 1 && w[0] == "stack" && (w[1] == "deploy" || w[1] == "up"):
		s.Kind, s.All, s.Manager = Start, true, "Swarm"
		return s, true
	case len(w) > 2 && w[0] == "service" && w[1] == "update":
		s.Kind, s.Targets, s.Manager = Start, w[len(w)-1:], "Swarm"
		return s, true
	case len(w) > 1 && w[0] == "restart":
		s.Kind, s.Targets, s.Manager = Start, w[1:], "Docker"
		return s, true
	}
	return s, false
}

func (s Step) kubectl(w, args []string) (Step, bool) {
	if len(w) == 0 {
		return s, false
	}
	switch {
	case w[0] == "apply":
		files := append(valueOf(args, "-f"), valueOf(args, "--filename")...)
		s.Kind, s.Manager = Start, "Kubernetes"
		s.All = len(files) == 0
		for _, f := range files {
			if f == "." || f == "-" || strings.HasSuffix(f, "/") || path.Ext(f) == "" || strings.Contains(f, "$") {
				s.All = true
			}
			s.Targets = append(s.Targets, strings.TrimSuffix(path.Base(f), path.Ext(f)))
		}
	case w[0] == "rollout" && len(w) > 2 && w[1] == "restart", w[0] == "set" && len(w) > 2 && w[1] == "image":
		s.Kind, s.Manager = Start, "Kubernetes"
		for _, t := range w[2:] {
			if kind, name, ok := strings.Cut(t, "/"); ok && !strings.Contains(kind, "=") {
				s.Targets = append(s.Targets, name)
			} else if !strings.Contains(t, "=") && !slices.Contains([]string{"deployment", "deploy", "deployments", "statefulset", "sts", "daemonset", "ds"}, t) {
				s.Targets = append(s.Targets, t)
			}
		}
		s.All = len(s.Targets) == 0
	default:
		return s, false
	}
	return s, true
}

// inside is the command that a container, a dyno or a machine of a platform is given to run, or the command itself.
func inside(argv []string) []string {
	name, args := deploy.Program(argv)
	switch name {
	case "docker", "podman":
		args = afterLeading(args)
		if len(args) > 0 && args[0] == "compose" {
			args = afterLeading(args[1:])
		}
	case "docker-compose", "podman-compose":
		args = afterLeading(args)
	case "kubectl", "oc":
		if i := slices.Index(args, "--"); i >= 0 && slices.Contains(args[:i], "exec") {
			return args[i+1:]
		}
		return argv
	case "heroku", "dokku":
		w := afterOptions(args, "-a", "--app", "-r", "--remote", "-s", "--size", "--type")
		if len(w) > 1 && (w[0] == "run" || w[0] == "run:detached") {
			rest := afterOptions(w[1:], "-a", "--app", "-r", "--remote", "-s", "--size", "--type")
			if name == "dokku" && len(rest) > 1 {
				rest = rest[1:]
			}
			return splitOne(rest)
		}
		return argv
	case "fly", "flyctl":
		for _, option := range []string{"-C", "--command"} {
			if v := valueOf(args, option); len(v) > 0 {
				return deploy.Words(v[0])
			}
		}
		return argv
	default:
		return argv
	}
	if len(args) < 2 || args[0] != "run" && args[0] != "exec" {
		return argv
	}
	rest := afterLeading(args[1:])
	if len(rest) < 2 {
		return argv
	}
	return shellText(rest[1:])
}

// shellText is the last command of `sh -c "..."`, or the one that migrates; any other command is itself.
func shellText(argv []string) []string {
	if len(argv) != 3 || !slices.Contains([]string{"sh", "bash", "/bin/sh", "/bin/bash"}, argv[0]) || !strings.HasPrefix(argv[1], "-") || !strings.Contains(argv[1], "c") {
		return argv
	}
	parts := strings.FieldsFunc(argv[2], func(c rune) bool { return c == ';' || c == '&' || c == '|' || c == '\n' })
	for _, part := range parts {
		if words := deploy.Words(part); slices.Contains(words, "migrate") {
			return words
		}
	}
	if len(parts) == 0 {
		return nil
	}
	return deploy.Words(parts[len(parts)-1])
}

func splitOne(argv []string) []string {
	if len(argv) == 1 && strings.Contains(argv[0], " ") {
		return deploy.Words(argv[0])
	}
	return argv
}

// words are the arguments that are no options.
func words(args []string) (list []string) {
	for _, a := range args {
		if !strings.HasPrefix(a, "-") {
			list = append(list, a)
		}
	}
	return list
}

// afterOptions leaves out options; those in valued take a value of their own.
func afterOptions(args []string, valued ...string) (rest []string) {
	for i := 0; i < len(args); i++ {
		switch {
		case slices.Contains(valued, args[i]):
			i++
		case !strings.HasPrefix(args[i], "-"):
			rest = append(rest, args[i])
		}
	}
	return rest
}

// afterLeading leaves out the options of docker and Compose before the first word.
func afterLeading(args []string) []string {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		valued := slices.Contains([]string{"-f", "--file", "-p", "--project-name", "--env-file", "--profile", "--project-directory", "-H", "--host", "-c", "--context",
			"-e", "--env", "-u", "--user", "-w", "--workdir", "-v", "--volume", "--entrypoint", "--name", "--network", "--index"}, args[0])
		args = args[1:]
		if valued && len(args) > 0 {
			args = args[1:]
		}
	}
	return args
}

// valueOf are the values of an option.
func valueOf(args []string, option string) (list []string) {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, option+"="); ok {
			list = append(list, v)
		} else if a == option && i+1 < len(args) {
			list = append(list, args[i+1])
		}
	}
	return list
}
