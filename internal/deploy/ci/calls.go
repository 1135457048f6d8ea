package ci

import (
	"path"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

// text records what a shell program of a job runs.
func (r *reader) text(j *Job, text, dir string, at source.Span) {
	c := caller{reader: r, job: j}
	c.text(text, dir, at)
}

func (r *reader) preCommit(j *Job, dir string, at source.Span) {
	c := caller{reader: r, job: j}
	c.calls("pre-commit", func() { c.preCommit(dir, at) })
}

// caller follows the tools that commands of a job call.
type caller struct {
	*reader
	job   *Job
	via   []string // the calls that led here
	depth int
}

func (c *caller) text(text, dir string, at source.Span) {
	for _, found := range c.follow.Text(text, dir, at) {
		dir = c.command(found, dir)
	}
}

// calls follows commands that a tool runs.
func (c *caller) calls(name string, follow func()) {
	for _, before := range c.via {
		if before == name {
			return
		}
	}
	if c.depth >= maxDepth || !c.visit() {
		return
	}
	c.depth++
	c.via = append(c.via, name)
	follow()
	c.via = c.via[:len(c.via)-1]
	c.depth--
}

// command records one command and follows what it calls. It returns the folder in which the next one runs.
func (c *caller) command(found deploy.Command, dir string) string {
	if len(found.Argv) == 0 {
		return dir
	}
	if c.steps++; c.steps > maxSteps {
		c.visits = maxVisits
	}
	if !c.visit() {
		return dir
	}
	via := ""
	if len(c.via) > 0 {
		via = c.via[len(c.via)-1]
	}
	ignored := ""
	if found.Tolerated {
		ignored = "|| true"
	}
	c.job.Commands = append(c.job.Commands, Command{Command: found, Via: via, Ignored: ignored})
	name, args := deploy.Program(found.Argv)
	if name == "cd" && len(args) > 0 {
		if to := path.Join(dir, args[0]); !strings.HasPrefix(args[0], "/") && c.tree.IsDir(to) {
			return to
		}
		return dir
	}
	c.called(found, name, args, dir)
	return dir
}

func (c *caller) called(found deploy.Command, name string, args []string, dir string) {
	at := found.At
	switch name {
	case "xvfb-run", "coverage", "unshare", "caffeinate", "travis_retry", "retry":
		if name != "coverage" {
			c.inner(deploy.Command{Argv: plainArguments(args), At: at}, dir)
		}
	case "tox", "tox-gh-actions":
		c.calls("tox", func() { c.tox(args, dir, at) })
	case "nox":
		c.calls("nox", func() { c.nox(dir, at) })
	case "pre-commit", "prek":
		if len(args) > 0 && args[0] == "run" {
			c.calls("pre-commit", func() { c.preCommit(dir, at) })
		}
	case "make", "gmake":
		c.make(args, dir, at)
	case "just":
		c.just(args, dir, at)
	case "npm", "yarn", "pnpm", "bun":
		c.packageScript(name, args, dir, at)
	case "docker", "docker-compose", "podman", "podman-compose":
		c.container(found.Argv, dir, at, found.Tolerated)
	case "inv", "invoke", "doit", "task", "bazel", "pants", "earthly", "dagger", "nix", "nix-build", "ansible-playbook", "act", "fab", "ant", "mage", "honcho", "vagrant", "tilt", "skaffold", "devenv", "mise",
		"gulp", "grunt", "rake", "gradle", "gradlew", "mvn", "nx", "turbo", "lerna", "npx":
		c.job.doubt(at, "what %s runs is not followed", name)
	default:
		c.program(found, name, args, dir)
	}
}

// inner follows a command that another one starts.
func (c *caller) inner(found deploy.Command, dir string) {
	if c.depth >= maxDepth || len(found.Argv) == 0 {
		return
	}
	c.depth++
	for _, next := range c.follow.Command(found.Argv, dir, found.At) {
		next.Conditional, next.Tolerated = next.Conditional || found.Conditional, next.Tolerated || found.Tolerated
		c.command(next, dir)
	}
	c.depth--
}

// plainArguments leaves out options before the first other argument.
func plainArguments(args []string) []string {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		args = args[1:]
	}
	return args
}

// program judges a command that is no tool with a file of its own: a task of pyproject.toml, a program of the project, or anything else.
func (c *caller) program(found deploy.Command, name string, args []string, dir string) {
	first := found.Argv[0]
	if name == "poe" || name == "taskipy" {
		if args = plainArguments(args); len(args) == 0 {
			return
		}
		first = args[0]
	}
	if texts := c.pyprojectTask(first, dir); len(texts) > 0 {
		c.calls(first, func() {
			for _, text := range texts {
				c.text(text, dir, found.At)
			}
		})
		return
	}
	switch {
	case name == "poe":
		c.job.doubt(found.At, "the task %s of poe is not found", first)
	case c.ownScript(first, dir):
		c.job.doubt(found.At, "what %s does, a program that the project installs, is not followed", first)
	case strings.HasPrefix(first, "$"):
		c.job.doubt(found.At, "a command stands in a variable (%s)", shown(first))
	case ownProgram(c, found.Argv, dir):
		c.job.doubt(found.At, "what %s does is not followed", name)
	}
}

// shown is a variable as a person would write it.
func shown(word string) string {
	if strings.Trim(word, "$_") == "" {
		return "an expression"
	}
	return word
}

// ownProgram reports whether a command is a program of the project other than manage.py.
func ownProgram(c *caller, argv []string, dir string) bool {
	word := argv[0]
	if strings.HasPrefix(path.Base(word), "python") {
		rest := plainArguments(argv[1:])
		if len(rest) == 0 || len(rest) < len(argv)-1 && argv[1] == "-m" {
			return false
		}
		word = rest[0]
	}
	switch path.Base(word) {
	case "manage.py", "setup.py", "runtests.py", "run_tests.py":
		return false
	}
	if strings.HasPrefix(word, "./") || strings.HasPrefix(word, "../") {
		return true
	}
	clean := path.Clean(word)
	return strings.ContainsAny(clean, "/.") && (c.tree.IsFile(path.Join(dir, clean)) || c.tree.IsFile(clean))
}

// container follows what a container is given to run.
func (c *caller) container(argv []string, dir string, at source.Span, tolerated bool) {
	rest := argv[1:]
	compose := strings.HasSuffix(path.Base(argv[0]), "-compose")
	tests := false
	for _, word := range rest {
		tests = tests || strings.Contains(word, "test") && strings.Contains(word, ".yml") || strings.HasPrefix(word, "--exit-code-from") || word == "--abort-on-container-exit"
	}
	rest = skipValued(rest)
	if len(rest) > 0 && rest[0] == "compose" {
		compose, rest = true, skipValued(rest[1:])
	}
	if len(rest) == 0 {
		return
	}
	switch rest[0] {
	case "run", "exec":
		rest = skipValued(rest[1:])
		if len(rest) < 2 {
			c.job.doubt(at, "what a container runs by itself is not followed")
			return
		}
		c.inner(deploy.Command{Argv: rest[1:], At: at, Tolerated: tolerated}, dir)
	case "up":
		if compose && tests {
			c.job.doubt(at, "what the containers run by themselves is not followed")
		}
	}
}

// skipValued skips options of docker and Compose, with the values of those that have one.
func skipValued(args []string) []string {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		option := args[0]
		args = args[1:]
		switch option {
		case "-f", "--file", "-p", "--project-name", "--env-file", "--profile", "--project-directory", "-e", "--env", "-u", "--user", "-w", "--workdir",
			"-v", "--volume", "--entrypoint", "--name", "--publish", "--network", "--net", "--mount", "--platform", "-l", "--label", "--index", "-c", "--context", "--add-host", "-h", "--hostname", "--link", "--shm-size":
			args = args[min(1, len(args)):]
		}
	}
	return args
}
