package eval

import (
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Finder finds the project's own modules. It never looks outside the project.
type Finder interface {
	// Module is the parsed module of a dotted name ("config.settings.base"), and whether it is a package (its __init__.py).
	// ok is false when the project has no such module; a folder without __init__.py is a package with an empty Module.
	Module(dotted string) (m *syntax.Module, isPackage, ok bool)
	// File is a file of the project by its path relative to the root, with slashes.
	File(path string) (*source.File, bool)
	// Glob are the paths of the project that match a shell pattern, sorted.
	Glob(pattern string) []string
	// Root is the absolute path under which the project is imagined to live; __file__ values start with it.
	Root() string
	// ParseFile parses any file of the project as Python (for exec, include and the like).
	ParseFile(path string) (*syntax.Module, bool)
}

// EnvValue is a variable that the evaluation is given.
type EnvValue struct {
	Value string
	At    source.Span // where it is set; zero when it came from the command line
}

// Environment is what is known of the process's environment.
type Environment struct {
	Vars map[string]EnvValue
	// Complete says that a variable which is not in Vars is not set (those of the operating system stay unknown: HOME, HOSTNAME, PATH, USER, ...).
	// Otherwise a variable that is not in Vars is symbolic.
	Complete bool
}

// Library is the packages and standard modules that the interpreter has models of, by dotted module name.
type Library map[string]func() Model

// Config is all that an evaluation may know. Explore runs several worlds side by side: what it is given is asked from several goroutines at once.
type Config struct {
	Finder  Finder
	Library Library
	Env     Environment
	Limits  Limits
	// Installed tells whether production has a distribution, and its exact version ("5.2.8"), "" when that is not known.
	// nil means that the dependencies could not be read.
	Installed func(distribution string) (version string, there Tri)
	// Packages finds the source of installed packages; nil means that none is read.
	Packages Packages
	// Python is the version that runs the project as {3, 12}; zero means unknown.
	Python [2]int
	// Argv is sys.argv; empty means that it is the argument vector of a server process, of which only the absence of
	// management commands ("test", "runserver", "migrate") is known.
	Argv []string
	// Preset are names that a module has before it runs (what the caller of exec gives).
	Preset map[string]Value
	// Trace, when set, is told of faults of the interpreter itself, with the stack, for debugging.
	Trace func(text string)
}

// Limits bound one run. Zero fields take the defaults.
type Limits struct {
	Steps int // nodes evaluated; default 400,000 for a run
	Depth int // nested calls and imports; default 200
	Bytes int // approximate memory of values made; default 64 MiB
	Runs  int // worlds explored; default 64. Those that rest on Opaque conditions alone are explored up to twice as many
}

// ConditionKind tells what a decision was about.
type ConditionKind uint8

const (
	EnvSet    ConditionKind = iota + 1 // an environment variable is set, or its value satisfies the branch: the operator's choice
	FileThere                          // an optional file or module that the repository does not have exists (local_settings.py)
	Opaque                             // a condition that cannot be known from the source
)

// Condition is one decision that a world rests on.
type Condition struct {
	Kind  ConditionKind
	Name  string // the variable or the file; for Opaque OrderOfElements, UnknownTest or ""
	Text  string // a clause for people: "environment variable REDIS_URL is set", "DEBUG is true"
	Taken bool   // whether it holds in this world
	At    source.Span
}

// World is the result of one run: one consistent set of decisions.
type World struct {
	// Conditions are the decisions in which this world differs from the first one; empty for the first.
	Conditions []Condition
	// Names are the module's global names at the end, with their values.
	Names map[string]Value
	// Assigned has for each global name every place that gave or changed its value, in order of execution (in whichever module it stands).
	Assigned map[string][]source.Span
	// Open says why there can be more names than Names, or other values of the settings that are Unknown for the same reason
	// (a star import from a package that is not in the project, an evaluation that was given up); "" when there can't be.
	Open string
	// OpenPrefixes are beginnings of names that may exist beside Names when nothing else is open, with the reason
	// (what begins with "SOCIAL_AUTH_" is copied from a module that is not in the project).
	OpenPrefixes map[string]string
	// Calls are the calls that matter for what they do rather than for a value (sentry_sdk.init), in order of execution.
	Calls []CallRecord
	// Failure says why the module cannot be imported in this world (an exception that nothing catches), or is nil.
	Failure *Failure
}

// Failure is a Python exception that left the module.
type Failure struct {
	Class   string // "django.core.exceptions.ImproperlyConfigured"
	Message string
	At      source.Span
}

// Read is one reading of an environment variable, in whichever world.
type Read struct {
	EnvRef
	Required bool // without it the module fails to import
	Secret   bool // its value goes to a name that is secret (SECRET_KEY, PASSWORD, TOKEN, a DSN, ...)
}

// Override is a place through which a value can be replaced from outside the repository.
type Override struct {
	What string // "local_settings.py, which is not in the repository"
	At   source.Span
}

// Result is everything that exploring a module has shown.
type Result struct {
	Module      string
	Worlds      []*World // Worlds[0] is what happens when nothing optional is given
	Reads       []Read   // each variable's readings, ordered by name, then place
	Overrides   []Override
	Imported    []string // dotted names of the project's modules that were run, sorted
	Diagnostics []source.Diagnostic
	// Truncated says that there were more decisions than Limits.Runs allowed; Unexplored says what those that were left out could change.
	Truncated  bool
	Unexplored []Unexplored
}
