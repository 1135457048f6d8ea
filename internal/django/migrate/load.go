package migrate

import (
	"slices"
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Package is what stands in a folder of migrations.
type Package struct {
	Dir     string
	Modules []string // names of its modules without those that begin with "_" or "~", sorted
	// Namespace says that it has no __init__.py, Single that it is a module and no package.
	Namespace, Single bool
}

// Input is what migrations are read from.
type Input struct {
	Session *eval.Session
	ORM     *orm.Interpreter
	Models  *orm.Models
	Version knowledge.Version
	// Modules is the setting MIGRATION_MODULES.
	Modules eval.Value
	// Package tells what a dotted name of a package holds; ok is false when its source is not there.
	Package func(dotted string) (p Package, ok bool)
	// HasClass reports whether the project's code has a class statement of a name.
	HasClass func(name string) bool
}

// Load reads all migrations, and finds what they lead to and what they lack.
func Load(in Input) *Migrations {
	m := &Migrations{All: map[Key]*Migration{}, Undecided: map[string]string{}, State: &orm.State{Models: map[string]*orm.ModelState{}},
		created: map[string]Key{}, tables: map[string]string{}, makers: map[string][]maker{}, forgotten: map[string]Key{}, fieldMade: map[string]Key{}, losses: map[Key][]Loss{},
		django: in.Version}
	if reason := in.Models.Undecided[""]; reason != "" && len(in.Models.Apps) == 0 {
		m.Failure = reason
	} else {
		m.Partial = reason
	}
	l := &loader{Input: in, m: m}
	for _, app := range in.Models.Apps {
		if a := l.app(app); a != nil {
			m.Apps = append(m.Apps, a)
		}
	}
	m.Graph = newGraph(m, in.Models)
	l.replay()
	if m.Failure == "" {
		l.detect()
	}
	return m
}

type loader struct {
	Input
	m *Migrations
	// renamed are the models that were renamed in the replay: what pointed to the key points to the value.
	renamed map[string]string
	// unchecked are the checks that are not valid as yet, by model and name: "shop.product/positive".
	unchecked map[string]bool
	// step counts the operations that are replayed.
	step int
}

// app reads the migrations of one application; nil for one whose source is not there.
func (l *loader) app(app orm.App) *App {
	a := &App{Label: app.Label, Module: app.Module + ".migrations", Project: app.Project, At: app.At, HasModels: l.hasModels(app)}
	if app.Unknown != "" {
		if !app.Project {
			return nil
		}
		a.Unknown = app.Unknown
		return a
	}
	explicit := false
	switch v, ok := l.Modules.Lookup(app.Label); {
	case ok && v.Kind() == eval.None:
		a.Unmigrated, a.Off = true, true
		return a
	case ok:
		text, known := v.AsStr()
		if !known {
			a.Unknown = "MIGRATION_MODULES is not known"
			return a
		}
		a.Module, explicit = text, true
	case l.Modules.IsUnknown() || l.Modules.IsOpen():
		a.Unknown = "MIGRATION_MODULES is not known"
		return a
	}
	p, ok := l.Package(a.Module)
	switch {
	case !ok && !app.Project && !explicit:
		if _, there := l.Package(app.Module); !there {
			return nil
		}
		a.Unmigrated = true
	case !ok && explicit && !app.Project:
		a.Unknown = "its migrations are in a package that is not in the project: " + a.Module
	case !ok, p.Single:
		a.Unmigrated = true
	case p.Namespace && len(p.Modules) == 0:
		a.Unmigrated = true
	}
	a.Dir, a.Empty = p.Dir, len(p.Modules) == 0
	if a.Unmigrated || a.Unknown != "" {
		return a
	}
	for _, name := range p.Modules {
		l.migration(a, name)
	}
	return a
}

// hasModels reports whether migrations are for any model of an application.
func (l *loader) hasModels(app orm.App) eval.Tri {
	for _, s := range l.Models.State.Models {
		if s.App == app.Label {
			return eval.Yes
		}
	}
	if l.Models.Undecided[app.Label] != "" || l.Models.Undecided[""] != "" {
		return eval.Maybe
	}
	return eval.No
}

// migration reads one module.
func (l *loader) migration(a *App, name string) {
	m := &Migration{Key: Key{a.Label, name}, Module: a.Module + "." + name, Initial: eval.Maybe, Atomic: eval.Yes}
	imported := l.Session.Import(m.Module)
	class := imported.Module.Attr("Migration")
	if d, ok := class.Written(); ok {
		m.File, m.At = d.File, class.At()
		if d.Class != nil {
			m.At = d.File.Span(uint32(d.Class.NamePos), uint32(d.Class.NamePos)+uint32(len(d.Class.Name)))
		}
	}
	a.Migrations = append(a.Migrations, m)
	l.m.All[m.Key] = m
	if class.Kind() != eval.Class {
		m.Unknown = "the migration has no class Migration that can be read"
		if imported.Failure != nil {
			m.Unknown = "the migration cannot be imported: " + imported.Failure.Class + ": " + imported.Failure.Message
		}
		m.Unlinked = m.Unknown
		return
	}
	m.read(class)
	if imported.GivenUp != "" {
		m.Unknown, m.Unlinked = imported.GivenUp, imported.GivenUp
	}
}

// read takes the attributes of the class.
func (m *Migration) read(class eval.Value) {
	m.checkClass(class)
	m.Dependencies = m.links(class.Attr("dependencies"))
	m.RunBefore = m.links(class.Attr("run_before"))
	for _, d := range m.links(class.Attr("replaces")) {
		m.Replaces = append(m.Replaces, d.Key)
	}
	if v := class.Attr("initial"); v.IsValid() && v.Kind() != eval.None {
		m.Initial = v.Truth()
	} else {
		m.Initial = eval.Yes
		for _, d := range m.Dependencies {
			if d.App == m.App {
				m.Initial = eval.No
			}
		}
	}
	if v := class.Attr("atomic"); v.IsValid() {
		m.Atomic = v.Truth()
	}
	if v := class.Attr("operations"); v.IsValid() {
		var reason string
		if m.Operations, reason = readOperations(v, 0); reason != "" {
			m.Unknown = reason
		}
	}
}

// checkClass finds what makes a migration behave in another way than its lists say.
func (m *Migration) checkClass(class eval.Value) {
	for _, k := range class.MRO() {
		if _, ok := k.Written(); !ok {
			if name := k.Dotted(); strings.Contains(name, ".") && !strings.HasPrefix(name, "django.db.migrations") {
				m.Unknown = "the migration inherits from a package that is not in the project: " + name
			}
			continue
		}
		for _, e := range k.Fields() {
			if name, _ := e.Key.AsStr(); slices.Contains([]string{"__init__", "mutate_state", "apply", "dependencies_for", "app_label"}, name) && name != "apply" {
				m.Unknown = "the migration has its own " + name
			}
		}
	}
}

// links are the migrations that a list of pairs names.
func (m *Migration) links(list eval.Value) []Dependency {
	if !list.IsValid() {
		return nil
	}
	if k := list.Kind(); k != eval.List && k != eval.Tuple && k != eval.Set {
		m.Unlinked = "its dependencies are not known"
		return nil
	}
	var out []Dependency
	for _, v := range list.Elems() {
		if key, ok := linkOf(v); ok {
			out = append(out, Dependency{key, at(v, list)})
		} else {
			m.Unlinked = "a dependency is not known"
		}
	}
	return out
}

func at(v, list eval.Value) source.Span {
	if !v.At().IsZero() {
		return v.At()
	}
	return list.At()
}

// linkOf is one dependency: a pair of label and name.
func linkOf(v eval.Value) (Key, bool) {
	pair := v.Elems()
	if len(pair) != 2 {
		return Key{}, false
	}
	app, ok := pair[0].AsStr()
	name, ok2 := pair[1].AsStr()
	return Key{app, name}, ok && ok2
}
