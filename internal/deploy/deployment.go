// Package deploy is what runs the project, whatever format says it: processes with their environment, and dependencies.
package deploy

import (
	"gonogo/internal/deploy/document"
	"gonogo/internal/knowledge"
	"gonogo/internal/source"
)

// Role is what a process does in the deployment.
type Role uint8

const (
	Web      Role = iota + 1 // answers requests
	Worker                   // works off a task queue
	Beat                     // sends periodic tasks
	Release                  // runs once per release: migrate, collectstatic
	Other                    // anything else: databases, proxies, tools
	Periodic                 // starts again and again, by a clock: Process.Schedule
)

// Variable is an environment variable that an artefact gives to a process.
type Variable struct {
	Name string
	// Value is what is given. When Given is false the artefact names the variable and takes its value from elsewhere
	// (`FOO: ${FOO}` without a default, a secret, the host's environment).
	Value string
	Given bool
	// Written is the value as the artefact writes it where a part of it is taken from elsewhere ("redis://:${PASSWORD}@redis/1"), "" for none. It is
	// for comparing variables, not for showing.
	Written string
	At      source.Span
}

// Process is one process as an artefact describes it.
type Process struct {
	Name       string   // "web", the name of the service, program or container
	Role       Role     //
	Argv       []string // the command as far as it is known; entry point first
	Env        []Variable
	Artefact   string // "compose.yml, service web", for people
	At         source.Span
	Production bool   // whether its artefact is one of production
	Reason     string // why it is or is not, in a clause
	Explicit   bool   // its artefact is named after production, and is not merely the only one there is
	// Commands is everything that the process runs, in order: what its entry point scripts and shell strings do, wrappers (tini, gosu,
	// poetry run, wait-for-it) taken off. Main is the one that serves.
	Commands []Command
	// EnvFrom are the files and stores from which the process gets further variables.
	EnvFrom []EnvSource
	Image   string // the image of a container, "" when it is built here or there is none
	ImageAt source.Span
	Build   string // the path of the Dockerfile that the container is built from, "" when there is none
	Built   *Build // the image that the container is built from, nil when there is none
	// BuiltHere says that the artefact itself builds the image (Compose's build), and Image, if any, is what the result is called.
	BuiltHere bool
	Running

	server *lazyServer
	pod    *document.Node // the workload of Kubernetes that starts it, patches laid over it
	argvAt source.Span    // where the command stands; zero: At
}

// Command is one command that a process runs.
type Command struct {
	Argv        []string // expansions that are not known stand as written: "$PORT"
	At          source.Span
	Exec        bool // replaces the shell, so that it gets signals
	Conditional bool // runs only under a condition that is not known
	Background  bool // started with &
	// User is who a program before it (gosu, su-exec, setpriv, sudo) makes the command run as, "" for none.
	User string
	// Shell is the shell that starts the command and stays before it, so that it gets the signals ("sh"); "" when none does.
	Shell string
	// LastInShell says that the command is the last of the text that Shell was given with -c. bash and busybox replace themselves with such
	// a command; dash, which is the sh of Debian, does not.
	LastInShell bool
	// Tolerated says that its failure is passed over: `command || true`.
	Tolerated bool
	// Remote says that it runs on another machine, which ssh leads to.
	Remote bool
}

// EnvSource is a place that a process takes variables from.
type EnvSource struct {
	Name string // the path of a file relative to the tree's root, "ConfigMap web", "Secret web"
	At   source.Span
	Read bool // whether it is in the tree and its variables are in Env
}

// Lookup is the last variable of a name that the process is given.
func (p *Process) Lookup(name string) (Variable, bool) {
	for i := len(p.Env) - 1; i >= 0; i-- {
		if p.Env[i].Name == name {
			return p.Env[i], true
		}
	}
	return Variable{}, false
}

// Requirement is one dependency as one file states it.
type Requirement struct {
	Name       string   // normalised as in PEP 503: "django-rest-framework"
	Extras     []string // that are asked for, normalised: "redis" of celery[redis]
	Constraint string   // PEP 440 specifiers as written, "" for any
	Version    string   // exact version: pinned with == or locked; "" when it is not exact
	URL        string   // where it is taken from when that is no index: a repository, an archive, a folder
	Marker     string   // the PEP 508 marker as written, "" for none
	Production bool     // not in a group or file for development, tests or documentation
	Direct     bool     // asked for by the project itself, not only present in a lock file
	Hashed     bool     // with hashes of its files
	Group      string   // the group, extra or environment that asks for it ("dev"), "" for the project itself
	// ConstraintOnly says that the file (`pip -c`) bounds the version without asking for the package.
	ConstraintOnly bool
	At             source.Span
}

// Dependencies are all that the project says of its packages.
type Dependencies struct {
	Requirements []Requirement // ordered by file, then place
	// Sources are the files that were read, in order of precedence: lock files first.
	Sources []Source
	Python  PythonVersion
}

// Source is one file of dependencies.
type Source struct {
	File       *source.File
	Format     string // "requirements.txt", "pyproject.toml (PEP 621)", "poetry.lock", "uv.lock", "Pipfile.lock", ...
	Lock       bool   // holds the exact versions of direct and indirect packages
	Production bool
}

// PythonVersion is the Python that production runs, as far as the repository tells.
type PythonVersion struct {
	Version knowledge.Version // {3, 12, -1}; unknown when not told
	Reason  string            // "FROM python:3.12-slim"
	At      source.Span
}

// Deployment is everything read from the files that run the project.
type Deployment struct {
	Processes []*Process
	// Services are the databases, caches, brokers and the like, those that production runs and others.
	Services []*Service
	// Proxies are the servers in front of the application whose configuration is in the tree.
	Proxies []*Proxy
	// Builds are the images that are built, each target of a Dockerfile with its context and arguments.
	Builds       []*Build
	Dependencies *Dependencies
	// Unrendered are the templates of charts, not for tests or examples by their paths, whose objects are not known.
	Unrendered  []Unrendered
	Diagnostics []source.Diagnostic

	poolers []*ConnectionPooler // of machines
}
