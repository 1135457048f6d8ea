package project

import (
	"path"
	"slices"
	"strings"
	"sync"

	"gonogo/internal/django/migrate"
	"gonogo/internal/django/orm"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// lazyMigrations reads the migrations once.
type lazyMigrations struct {
	once sync.Once
	made *migrate.Migrations
}

// Migrations are the migrations of the project's applications, read when somebody asks for them. Values in it are to be read within
// Program().Do.
func (s *Snapshot) Migrations() *migrate.Migrations {
	s.migrations.once.Do(func() {
		models := s.Models()
		p := s.Program()
		p.Do(func(session *eval.Session) {
			s.migrations.made = migrate.Load(migrate.Input{Session: session, ORM: p.orm, Models: models, Version: s.Django,
				Modules: s.productionSetting("MIGRATION_MODULES"), Package: s.migrationPackage,
				HasClass: s.hasClass()})
		})
	})
	return s.migrations.made
}

// migrationPackage lists the modules of a package, as pkgutil.iter_modules does.
func (s *Snapshot) migrationPackage(dotted string) (p migrate.Package, ok bool) {
	e := s.program.evaluator
	if e == nil {
		return migrate.Package{}, false
	}
	x := e.x
	file, dir, isPackage, ok := x.locate(dotted)
	if !ok {
		return e.packages.migrations(dotted)
	}
	p = migrate.Package{Dir: dir, Namespace: file == "", Single: !isPackage}
	for _, f := range x.tree.Under(dir) {
		name, isPython := strings.CutSuffix(path.Base(f), ".py")
		if path.Dir(f) == path.Clean(dir) && isPython && isMigrationModule(name) {
			p.Modules = append(p.Modules, name)
		}
	}
	slices.Sort(p.Modules)
	return p, true
}

// hasClass tells whether the project's code has a class statement of a name.
func (s *Snapshot) hasClass() func(name string) bool {
	names := sync.OnceValue(func() map[string]bool {
		found := map[string]bool{}
		if s.Code == nil {
			return found
		}
		for _, m := range s.Code.Modules {
			syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
				if class, ok := n.(*syntax.ClassDef); ok {
					found[class.Name] = true
				}
				_, isExpr := n.(syntax.Expr)
				return !isExpr
			})
		}
		return found
	})
	return func(name string) bool { return names()[name] }
}

// Collected are the project's models, to be called within Program().Do.
func (s *Snapshot) Collected() *orm.Models { return s.Program().orm.Collect(s.Program().session) }
