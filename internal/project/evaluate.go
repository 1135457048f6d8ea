package project

import (
	"fmt"
	"maps"
	"strings"
	"sync"

	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"
	"gonogo/internal/source"
)

// evaluator evaluates settings modules of a project, each once. It is safe for concurrent use.
type evaluator struct {
	x        *index
	snapshot *Snapshot
	limits   eval.Limits
	library  eval.Library
	packages *installedPackages // nil when none are read
	mu       sync.Mutex
	modules  map[string]*evaluated
}

type evaluated struct {
	once     sync.Once
	settings *django.Settings
}

func newEvaluator(x *index, s *Snapshot, options Options, folders []*source.Folder) *evaluator {
	models := library.Modules()
	models["django.conf.global_settings"] = django.GlobalSettings(s.Django)
	return &evaluator{x: x, snapshot: s, limits: options.Limits, library: models, packages: newInstalledPackages(folders, models), modules: make(map[string]*evaluated)}
}

// settings are a module's settings as production evaluates them; nil when the project has no such module.
func (e *evaluator) settings(module string) *django.Settings {
	return e.once(module, func() *django.Settings { return e.run(module, nil) })
}

// once keeps what an evaluation gives, by the module and what else it depends on: processes are often given the same variables.
func (e *evaluator) once(key string, evaluate func() *django.Settings) *django.Settings {
	e.mu.Lock()
	m := e.modules[key]
	if m == nil {
		m = &evaluated{}
		e.modules[key] = m
	}
	e.mu.Unlock()
	m.once.Do(func() { m.settings = evaluate() })
	return m.settings
}

// run evaluates a module with more variables given than production's processes are.
func (e *evaluator) run(module string, more map[string]eval.EnvValue) *django.Settings {
	file, ok := e.file(module)
	if !ok {
		return nil
	}
	result := explore(e.config(module, more), module, file)
	again := func(env map[string]eval.EnvValue) *django.Settings {
		all := maps.Clone(more)
		if all == nil {
			all = make(map[string]eval.EnvValue)
		}
		maps.Copy(all, env)
		return e.run(module, all)
	}
	return django.NewSettings(file, e.snapshot.Django, result, again)
}

// config is what an evaluation in the environment of a settings module may know.
func (e *evaluator) config(module string, more map[string]eval.EnvValue) eval.Config {
	config := eval.Config{Finder: e.x, Library: e.library, Limits: e.limits}
	if e.packages != nil {
		config.Packages = e.packages.within(packageStepsOfSettings)
	}
	if d := e.snapshot.Deployment; d != nil {
		config.Env = e.snapshot.environmentFor(module, more)
		config.Installed = installed(d.Dependencies)
		config.Python = pythonVersion(d.Dependencies)
	}
	return config
}

// explore evaluates, and turns a crash of the interpreter into a world that fails, so that the rest of the audit is made.
func explore(config eval.Config, module string, file *source.File) (result *eval.Result) {
	defer func() {
		if r := recover(); r != nil {
			result = crashed(module, file, fmt.Sprintf("gonogo failed while it evaluated %s (%v); please report it", module, r))
		}
	}()
	result = eval.Explore(config, module)
	if result == nil || len(result.Worlds) == 0 {
		return crashed(module, file, fmt.Sprintf("gonogo could not evaluate %s; please report it", module))
	}
	return result
}

func crashed(module string, file *source.File, message string) *eval.Result {
	return &eval.Result{
		Module:      module,
		Worlds:      []*eval.World{{Failure: &eval.Failure{Class: "gonogo", Message: message, At: file.Whole()}}},
		Diagnostics: []source.Diagnostic{{At: file.Whole(), Message: message}},
	}
}

// file is the file of a settings module.
func (e *evaluator) file(module string) (*source.File, bool) {
	file, _, _, ok := e.x.locate(module)
	if !ok || file == "" {
		return nil, false
	}
	if m, ok := e.x.parse(file); ok {
		return m.File, true
	}
	return nil, false
}

// installed answers from the project's dependencies. That a package is missing is only known from a lock file, and whether one is there
// that only a group for development or a marker asks for is not known, unless a lock file names its version.
func installed(d *deploy.Dependencies) func(string) (string, eval.Tri) {
	locked := false
	for _, s := range d.Sources {
		locked = locked || s.Lock && s.Production
	}
	return func(distribution string) (version string, there eval.Tri) {
		r, ok := d.Find(normalize(distribution))
		switch {
		case !ok && locked:
			return "", eval.No
		case !ok:
			return "", eval.Maybe
		case r.Version != "" || r.Production && r.Marker == "":
			return r.Version, eval.Yes
		}
		return "", eval.Maybe
	}
}

// normalize is the form in which names of distributions are compared (PEP 503).
func normalize(name string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(name) {
		if r == '-' || r == '_' || r == '.' {
			dash = true
			continue
		}
		if dash && b.Len() > 0 {
			b.WriteByte('-')
		}
		dash = false
		b.WriteRune(r)
	}
	return b.String()
}

func pythonVersion(d *deploy.Dependencies) [2]int {
	if v := d.Python.Version; v.Known() {
		return [2]int{v.Major, v.Minor}
	}
	return [2]int{}
}
