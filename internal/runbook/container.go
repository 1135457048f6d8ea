package runbook

import (
	"path"
	"slices"
	"strings"
)

// intoContainer divides a command that runs another in a container or on another machine: what leads there, and the other command.
// around is nil where the command is none of these.
func intoContainer(argv []string) (inner, around []string) {
	if len(argv) < 2 {
		return argv, nil
	}
	at := -1
	switch program := path.Base(argv[0]); program {
	case "docker-compose", "podman-compose":
		at = afterCompose(argv, 1)
	case "docker", "podman":
		if argv[1] == "compose" {
			at = afterCompose(argv, 2)
			break
		}
		if i := 1 + slices.IndexFunc(argv[1:], func(a string) bool { return a == "exec" || a == "run" }); i > 0 && i <= 2 {
			at = skipFlags(argv, i+1, containerFlags()) + 1 // behind the container or image
		}
	case "kubectl", "oc", "k":
		if i := slices.Index(argv, "--"); i > 0 && slices.Contains(argv[:i], "exec") {
			at = i + 1
		}
	case "heroku", "dokku", "railway", "scalingo":
		if i := slices.IndexFunc(argv, func(a string) bool { return a == "run" || a == "run:detached" }); i > 0 {
			at = skipFlags(argv, i+1, []string{"-a", "--app", "-s", "--size", "-r", "--remote"})
			if program == "dokku" {
				at++ // the application
			}
		}
	}
	if at < 0 {
		return argv, nil
	}
	at = min(at, len(argv))
	return argv[at:], argv[:at]
}

// afterCompose is where the command within a service begins; -1 for a subcommand that runs none.
func afterCompose(argv []string, from int) int {
	i := skipFlags(argv, from, []string{"-f", "--file", "-p", "--project-name", "--env-file", "--profile", "--project-directory", "-H", "--host", "--ansi", "-c", "--context"})
	if i >= len(argv) || argv[i] != "exec" && argv[i] != "run" {
		return -1
	}
	return skipFlags(argv, i+1, containerFlags()) + 1
}

func containerFlags() []string {
	return []string{"-e", "--env", "-u", "--user", "-w", "--workdir", "-v", "--volume", "-p", "--publish", "--entrypoint", "--name", "--index", "--network", "--env-file", "-l", "--label", "--mount", "--restart", "-h", "--hostname", "--link", "--add-host", "--net", "-m", "--memory", "--cpus", "--platform"}
}

// skipFlags is the index of the first word that is no option; those in valued take a value of their own.
func skipFlags(argv []string, from int, valued []string) int {
	for from < len(argv) && strings.HasPrefix(argv[from], "-") && argv[from] != "-" {
		option := argv[from]
		from++
		if slices.Contains(valued, option) {
			from++
		}
	}
	return from
}

// ComposeCall is a call of Compose.
type ComposeCall struct {
	Files      []string // given with -f
	Subcommand string   // "exec"
	Services   []string // that it names
	Directory  string   // given with --project-directory
}

// Compose is the call of Compose that a command is, or that leads to it.
func (c Command) Compose() (call ComposeCall, ok bool) {
	argv := c.Outer
	if argv == nil {
		argv = c.Argv
	}
	if len(argv) < 2 {
		return call, false
	}
	from := 1
	switch program := path.Base(argv[0]); {
	case program == "docker-compose" || program == "podman-compose":
	case (program == "docker" || program == "podman") && argv[1] == "compose":
		from = 2
	default:
		return call, false
	}
	i := skipFlags(argv, from, []string{"-f", "--file", "-p", "--project-name", "--env-file", "--profile", "--project-directory", "-H", "--host", "--ansi", "-c", "--context"})
	for n := from; n < min(i, len(argv)); n++ {
		if value, ok := strings.CutPrefix(argv[n], "--file="); ok {
			call.Files = append(call.Files, value)
		} else if (argv[n] == "-f" || argv[n] == "--file") && n+1 < len(argv) {
			call.Files = append(call.Files, argv[n+1])
		} else if argv[n] == "--project-directory" && n+1 < len(argv) {
			call.Directory = argv[n+1]
		}
	}
	if i >= len(argv) {
		return call, true
	}
	call.Subcommand = argv[i]
	call.Services = composeServices(call.Subcommand, argv, i+1)
	return call, true
}

// composeServices are the services that the arguments of a subcommand name.
func composeServices(subcommand string, argv []string, from int) (services []string) {
	switch subcommand {
	case "exec", "run":
		if i := skipFlags(argv, from, containerFlags()); i < len(argv) {
			return argv[i : i+1]
		}
	case "up", "start", "stop", "restart", "logs", "build", "pull", "rm", "kill", "create", "push":
		valued := []string{"--scale", "-t", "--timeout", "--tail", "-n", "--since", "--until", "--wait-timeout", "--build-arg", "--pull", "-s", "--signal", "--attach", "--exit-code-from", "--ssh", "-m", "--memory"}
		for i := from; i < len(argv); i++ {
			if strings.HasPrefix(argv[i], "-") {
				if slices.Contains(valued, argv[i]) {
					i++
				}
				continue
			}
			services = append(services, argv[i])
		}
	}
	return services
}
