package project

import (
	"runtime"
	"sync"

	"gonogo/internal/django"
	"gonogo/internal/django/migrate"
	"gonogo/internal/django/orm"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Program is the project's code as one abstract process: modules are imported when they are asked for, once each, with the production
// settings in django.conf.settings. It is safe for concurrent use as long as what comes from the session is read within Do; values
// that nothing changes any more (texts, numbers, what a place says of itself) may be kept.
type Program struct {
	mu      sync.Mutex
	session *eval.Session
	orm     *orm.Interpreter
	routes  *routes.Interpreter
}

// Do runs work with the session, which belongs to it until it returns. It must not call Do again.
func (p *Program) Do(work func(*eval.Session)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	work(p.session)
}

// Program is the process in which the project's code is imported. It is made when somebody asks for it.
func (s *Snapshot) Program() *Program {
	s.program.once.Do(func() {
		p := &Program{orm: orm.New(s.Django, s.productionSetting, s.ownedPackage), routes: routes.New(s.Django, s.productionSetting, s.productionREST)}
		config := s.programConfig(p.orm, p.routes)
		p.session = eval.NewSession(config)
		p.orm.LoadApps(p.session)
		s.program.made = p
	})
	return s.program.made
}

// Prepare makes facts for who will ask nearly everything. One process imports the code for most of them, one after the other: what most others
// wait for is made before it returns, while as much else is worked at as there are other processors, so that it need not share its own. The
// rest of what takes long is what it returns.
func (s *Snapshot) Prepare() (rest func()) {
	var running sync.WaitGroup
	if s.Settings == nil || s.Code == nil {
		return running.Wait
	}
	facts := make(chan func(), 5)
	facts <- func() { s.Flow() }
	if s.leaks.wanted {
		facts <- func() { s.Leaks() }
	}
	facts <- func() { s.Documents() }
	facts <- func() { s.Integration() }
	facts <- func() { s.CacheKeys() }
	close(facts)
	for range max(1, runtime.GOMAXPROCS(0)-1) {
		running.Go(func() {
			for fact := range facts {
				s.ahead(fact)
			}
		})
	}
	s.ahead(func() { s.Routes(); s.querySchema() })
	return func() {
		running.Go(func() { s.ahead(func() { s.Queries() }) })
		s.ahead(func() { s.Migrations() })
		s.ahead(func() { s.Background() })
		running.Wait()
	}
}

// ahead makes a fact before anybody has asked. A crash is kept for CrashedAhead: who asks next would take the fact for an empty one.
func (s *Snapshot) ahead(make func()) {
	defer func() {
		if x := recover(); x != nil {
			s.crashed.CompareAndSwap(nil, &x)
		}
	}()
	make()
}

// CrashedAhead is what the first crash of Prepare was told with, nil when nothing crashed.
func (s *Snapshot) CrashedAhead() any {
	if x := s.crashed.Load(); x != nil {
		return *x
	}
	return nil
}

// lazyProgram makes the process once. evaluator is nil in a snapshot that was not loaded from a tree.
type lazyProgram struct {
	once      sync.Once
	made      *Program
	evaluator *evaluator

	routesOnce sync.Once
	routes     *routes.Routes

	socketsOnce sync.Once
	sockets     *routes.Sockets
}

// ORM is what knows the models of the process; it may be used within Do alone.
func (p *Program) ORM() *orm.Interpreter { return p.orm }

// Models are the project's applications and models, collected when somebody asks for them. Values in it are to be read within
// Program().Do.
func (s *Snapshot) Models() *orm.Models {
	var models *orm.Models
	p := s.Program()
	p.Do(func(session *eval.Session) { models = p.orm.Collect(session) })
	return models
}

// Routes are the endpoints of the project's URL configuration, collected when somebody asks for them. They hold no values of the session.
func (s *Snapshot) Routes() *routes.Routes {
	s.program.routesOnce.Do(func() {
		p := s.Program()
		p.Do(func(session *eval.Session) {
			p.orm.Collect(session) // as django.setup() imports all models before the URL configuration
			s.program.routes = p.routes.Collect(session)
		})
	})
	return s.program.routes
}

// productionREST is an option of REST_FRAMEWORK as shipped, or the framework's default.
func (s *Snapshot) productionREST(option string) django.Setting {
	if s.Settings == nil {
		return django.Setting{Name: option, Value: eval.MakeUnknown("the production settings are not known")}
	}
	return s.Settings.Shipped().REST(option)
}

// productionSetting is a production setting as shipped, or Django's default.
func (s *Snapshot) productionSetting(name string) eval.Value {
	if s.Settings == nil {
		return eval.MakeUnknown("the production settings are not known")
	}
	v := s.Settings.Get(name).Value
	if name == "INSTALLED_APPS" && v.IsUnknown() {
		return s.appsInPart(v)
	}
	return v
}

// ownedPackage tells whether a module is the project's, and the folder of a package.
func (s *Snapshot) ownedPackage(module string) (dir string, ok bool) {
	if s.program.evaluator == nil {
		return "", false
	}
	_, dir, _, ok = s.program.evaluator.x.locate(module)
	return dir, ok
}

func (s *Snapshot) programConfig(models *orm.Interpreter, urls *routes.Interpreter) eval.Config {
	e := s.program.evaluator
	if e == nil {
		e = newEvaluator(newIndex(newParser(source.FromMap(nil)), nil), s, Options{}, nil)
	}
	config := e.config(s.Choice.Module, nil)
	config.Library = make(eval.Library, len(e.library)+1)
	for name, model := range e.library {
		config.Library[name] = model
	}
	config.Library["django.conf"] = func() eval.Model { return django.Conf(s.Settings) }
	recordedTasks(config.Library)
	config.Library = urls.Library(migrate.Library(models.Library(config.Library)))
	if model, ok := s.Settings.ModuleModel(); ok {
		if m, isPackage, found := e.x.Module(s.Settings.Module); found && !isPackage && m != nil {
			config.Library[s.Settings.Module] = func() eval.Model { return model }
			config.Finder = withoutModule{config.Finder, s.Settings.Module}
		}
	}
	if e.packages != nil {
		config.Packages = e.packages.within(packageStepsOfCode)
		config.Limits.Bytes = max(config.Limits.Bytes, packageBytesOfCode)
	}
	return config
}

// withoutModule finds all but one module, which the library has instead: the settings, which are evaluated already, and which would raise
// without the variables that they require.
type withoutModule struct {
	eval.Finder
	module string
}

func (w withoutModule) Module(dotted string) (m *syntax.Module, isPackage, ok bool) {
	if dotted == w.module {
		return nil, false, false
	}
	return w.Finder.Module(dotted)
}
