// Package project joins what was found about one Django project into a Snapshot that checks ask.
package project

import (
	"gonogo/internal/advisory"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
	"sync/atomic"
)

// Snapshot is one Django project at one moment. It is read only.
type Snapshot struct {
	Tree   *source.Tree
	Root   string // the project's folder (where manage.py is), relative to the tree's root; "." for the root itself
	Django knowledge.Version
	// DjangoAt is where the version was found.
	DjangoAt source.Span
	// Settings are the production settings, or nil when no module could be found.
	Settings    *django.Settings
	Choice      Choice
	EntryPoints []EntryPoint
	Deployment  *deploy.Deployment
	Code        *Code
	Repository  *Repository
	// EnvFiles are the dotenv-like files of the tree, examples among them.
	EnvFiles []EnvFile
	// Given is the environment file that the user named with --env-file or --check, or nil.
	Given *EnvFile
	// Advisories are those that the user gave with --advisories, for the packages of production; nil when none were given.
	Advisories  *advisory.Set
	Diagnostics []source.Diagnostic
	// Evaluate is another settings module of the project, evaluated as Settings was (what an entry point falls back to);
	// it returns nil when the project has no such module. The field is nil where nothing but Settings can be evaluated.
	Evaluate func(module string) *django.Settings

	// configuration is the class of settings that wsgi.py or asgi.py falls back to, with django-configurations.
	configuration eval.EnvValue
	artefacts     []*deploy.Group // each starts the site
	named         bool            // the user named the settings module
	alternatives  lazyAlternatives
	features      [lastFeature + 1]featureAnswer
	templates     lazyTemplates
	program       lazyProgram
	background    lazyBackground
	migrations    lazyMigrations
	release       lazyRelease
	before        lazyBefore
	sitePackages  []string // as the user named them
	leaks         lazyLeaks
	proxies       lazyProxyFiles
	history       lazyHistory
	flow          lazyFlow
	queries       lazyQueries
	rest          lazyREST
	crashed       atomic.Pointer[any]
	forms         lazyForms
	health        lazyHealth
	integration   lazyIntegration
	procedures    lazyProcedures
	lists         lazyLists
	writers       lazyWriters
	views         lazyViews
	caching       lazyCaching
	celery        lazyCelery
	middleware    lazyMiddleware
	documents     lazyDocuments
	coverage      lazyCoverage
}

// Choice is how the production settings were determined.
type Choice struct {
	Module     string      // dotted, "" when there is none
	Reason     string      // one clause for people: "DJANGO_SETTINGS_MODULE of the web process, compose.yml:14"
	At         source.Span // where the reason stands
	Certain    bool        // false when it is the best guess among several
	Candidates []Candidate // every settings module that was found, best first
	// Absent is the module that a production process is told to use and that is not in the repository, "" when there is none; AbsentAt is
	// where it is told. It may replace what Module gives.
	Absent   string
	AbsentAt source.Span
	// Development is where Module says itself that it is for development, though no better one was found; zero when it does not, and
	// where a process of production is shown to run it.
	Development source.Span
}

// Candidate is a module that could be the production settings.
type Candidate struct {
	Module string
	Path   string
	Why    string // why it is, or is not, likely to be production
	// Rival says that it could be production's as well as the chosen one: by its name, and because no other module builds on it.
	Rival bool
}

// EntryPoint is a file that starts Django: manage.py, wsgi.py, asgi.py, a Celery application, a script that calls django.setup().
type EntryPoint struct {
	Kind    EntryKind
	File    *source.File
	Module  string      // the settings module that it falls back to, "" when it has none or it can't be known
	Default bool        // os.environ.setdefault: the environment wins; false: the entry point sets it whatever the environment says
	At      source.Span // the expression that names the module
	others  []string    // the modules that the expression names under another condition
}

// EntryKind is the kind of an entry point.
type EntryKind uint8

const (
	Manage EntryKind = iota + 1
	WSGI
	ASGI
	CeleryApp
	Script
)

// EnvFile is a file of NAME=value lines.
type EnvFile struct {
	File    *source.File
	Example bool // by its name: .env.example, env.sample, .env.template, ...
	Vars    []EnvLine
}

// EnvLine is one variable of an EnvFile.
type EnvLine struct {
	Name, Value string
	At          source.Span // the whole line
	ValueAt     source.Span
}

// Repository is what git says. Present is false when the tree is no git checkout or git is not installed; Reason says which.
type Repository struct {
	Present bool
	Reason  string
	tracked map[string]bool
	// executable are the tracked files that are so for their owner; nil when that is not known.
	executable map[string]bool
	ignored    func(path string) eval.Tri
}

// NewRepository makes the facts of a repository from its list of tracked files and a judge of ignore rules (nil: not known).
func NewRepository(tracked []string, ignored func(path string) eval.Tri) *Repository {
	r := &Repository{Present: true, tracked: make(map[string]bool, len(tracked)), ignored: ignored}
	for _, p := range tracked {
		r.tracked[p] = true
	}
	return r
}

// WithExecutable adds which of the tracked files are executable.
func (r *Repository) WithExecutable(paths []string) *Repository {
	r.executable = make(map[string]bool, len(paths))
	for _, p := range paths {
		r.executable[p] = true
	}
	return r
}

// Executable reports whether git has the file at the path as executable; Maybe for what it does not track, and where that is not known.
func (r *Repository) Executable(path string) eval.Tri {
	switch {
	case r == nil || !r.Present || r.executable == nil || !r.tracked[path]:
		return eval.Maybe
	case r.executable[path]:
		return eval.Yes
	}
	return eval.No
}

// Tracked reports whether git tracks the file at the path relative to the tree's root; Maybe without git.
func (r *Repository) Tracked(path string) eval.Tri {
	switch {
	case r == nil || !r.Present:
		return eval.Maybe
	case r.tracked[path]:
		return eval.Yes
	}
	return eval.No
}

// Ignored reports whether git would ignore a file at the path, whether it exists or not; Maybe without git.
func (r *Repository) Ignored(path string) eval.Tri {
	if r == nil || !r.Present || r.ignored == nil {
		return eval.Maybe
	}
	return r.ignored(path)
}
