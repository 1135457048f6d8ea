package background

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// finder collects the tasks of modules.
type finder struct {
	work      *Work
	session   *eval.Session
	graph     *resolve.Graph
	setting   func(name string) eval.Value
	receivers map[string]Library // of the values whose attributes are decorators, 0 for one that is none
}

// words are parts of a text without one of which no decorator makes a task in it.
var words = [...]string{"task", "Task", "job", "actor"}

func (f *finder) module(m *resolve.Module) {
	if !m.Syntax.File.ContainsAny(words[:]...) {
		return
	}
	f.body(m, m.Syntax.Body, "", true)
}

// body looks at the definitions of a body; prefix is the path of the classes around it, and open says that its names can be reached.
// Depth is that of the tree, which the parser bounds.
func (f *finder) body(m *resolve.Module, list []syntax.Stmt, prefix string, open bool) {
	syntax.InspectBody(list, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef:
			f.function(m, n, prefix, open)
			f.body(m, n.Body, prefix, false)
			return false
		case *syntax.ClassDef:
			f.class(m, n, prefix, open)
			f.body(m, n.Body, prefix+n.Name+".", open)
			return false
		case syntax.Expr:
			return false
		}
		return true
	})
}

// function adds a function that a decorator makes a task.
func (f *finder) function(m *resolve.Module, def *syntax.FunctionDef, prefix string, open bool) {
	for _, d := range def.Decorators {
		library, kind := f.decorator(m, d)
		if library == 0 && open && prefix == "" {
			library, kind = f.own(m, d, def.Name)
		}
		if library == 0 {
			continue
		}
		t := &Task{Library: library, Name: def.Name, Module: m, Function: def, Periodic: strings.HasSuffix(kind, "periodic_task"), AfterCommit: kind == "on_commit_task",
			At: source.Span{File: m.Syntax.File, Start: def.NamePos, End: def.NamePos + syntax.Pos(len(def.Name))}}
		if open && m.Dotted != "" {
			t.Dotted = m.Dotted + "." + prefix + def.Name
		}
		call, _ := d.(*syntax.Call)
		t.bare = library == RQ && f.ofRQItself(m, d)
		f.options(t, call, prefix == "" && open)
		f.add(t)
		return
	}
}

func (f *finder) add(t *Task) {
	f.work.Tasks = append(f.work.Tasks, t)
	if t.Dotted != "" {
		f.work.byName[t.Dotted] = t
	}
}

// decorator tells which library a decorator makes a task of, 0 for none, and the decorator's own name.
func (f *finder) decorator(m *resolve.Module, d syntax.Expr) (library Library, kind string) {
	if call, ok := d.(*syntax.Call); ok {
		d = call.Func
	}
	name := lastName(d)
	if dotted, ok := m.Resolve(d); ok {
		if library, ok := decorators()[dotted]; ok {
			return library, name
		}
	}
	attribute, ok := d.(*syntax.Attribute)
	if !ok || !slices.Contains([]string{"task", "periodic_task", "shared_task", "actor", "context_task"}, name) {
		return 0, ""
	}
	return f.receiver(m, attribute.Value), name
}

// ofRQItself reports whether a decorator is RQ's own, which does not read the settings of django-rq.
func (f *finder) ofRQItself(m *resolve.Module, d syntax.Expr) bool {
	if call, ok := d.(*syntax.Call); ok {
		d = call.Func
	}
	dotted, _ := m.Resolve(d)
	return strings.HasPrefix(dotted, "rq.")
}

// own tells which library a decorator of the project makes a task of, by the value that the function's name has in the end: one whose module
// uses a library, and gives what its decorator gives.
func (f *finder) own(m *resolve.Module, d syntax.Expr, name string) (Library, string) {
	if call, ok := d.(*syntax.Call); ok {
		d = call.Func
	}
	dotted, ok := m.Resolve(d)
	if !ok || m.Dotted == "" {
		return 0, ""
	}
	defined, ok := f.graph.Define(dotted)
	if !ok || defined.Function == nil && defined.Class == nil || !defined.Module.Syntax.File.ContainsAny("celery", "rq", "dramatiq", "huey", "tasks") {
		return 0, ""
	}
	made, ok := decorated(f.session.Import(m.Dotted).Module.Attr(name), 0)
	if !ok {
		return 0, ""
	}
	return libraryOf(made.Func.Path()), lastPart(made.Func.Path())
}

// receiver tells what the value is whose attribute decorates: an application of Celery, an instance of Huey.
func (f *finder) receiver(m *resolve.Module, e syntax.Expr) Library {
	dotted, ok := m.Resolve(e)
	if !ok {
		return byName(e)
	}
	if library, ok := f.receivers[dotted]; ok {
		return library
	}
	library := f.valued(dotted, e)
	f.receivers[dotted] = library
	return library
}

// valued asks the session for the value of a dotted name of the project.
func (f *finder) valued(dotted string, e syntax.Expr) Library {
	d, ok := f.graph.Define(dotted)
	if !ok || d.Function != nil || d.Class != nil {
		switch {
		case strings.HasPrefix(dotted, "celery."):
			return Celery
		case dotted == "huey.contrib.djhuey.HUEY":
			return Huey
		case !ok && f.graph.Owns(dotted): // of the project, by a way that was not followed
			return byName(e)
		}
		return 0
	}
	v := f.session.Import(d.Module.Dotted).Module.Attr(d.Name)
	switch class := v.Class(); {
	case !v.IsValid() || v.IsUnknown():
		return byName(e)
	case class == "celery.Celery" || v.ClassOf().IsSubclass("celery.Celery") || class == "celery.app.base.Celery":
		return Celery
	case strings.HasPrefix(class, "huey.") || strings.HasSuffix(class, "Huey"):
		return Huey
	}
	return 0
}

// byName is the last resort where a value is not known: what an application of Celery is called everywhere.
func byName(e syntax.Expr) Library {
	name := strings.ToLower(lastName(e))
	switch {
	case name == "app" || strings.Contains(name, "celery"):
		return Celery
	case name == "huey":
		return Huey
	}
	return 0
}

// class adds a class that is a task of Celery: one that inherits from Task and can run. A class without a run method is a base for others.
func (f *finder) class(m *resolve.Module, def *syntax.ClassDef, prefix string, open bool) {
	if len(def.Bases) == 0 || m.Dotted == "" || !open {
		return
	}
	run := method(def, "run")
	if run == nil || !f.inheritsTask(m.Dotted+"."+prefix+def.Name) {
		return
	}
	t := &Task{Library: Celery, Name: def.Name, Dotted: m.Dotted + "." + prefix + def.Name, Module: m, Function: run, Class: def,
		At: source.Span{File: m.Syntax.File, Start: def.NamePos, End: def.NamePos + syntax.Pos(len(def.Name))}}
	if prefix == "" {
		f.attributes(t, f.session.Import(m.Dotted).Module.Attr(def.Name))
	}
	f.add(t)
}

func (f *finder) inheritsTask(class string) bool {
	names, _ := f.graph.Ancestors(class)
	for _, n := range names {
		switch n {
		case "celery.Task", "celery.app.task.Task", "celery.task.Task", "celery.task.base.Task", "celery.task.PeriodicTask":
			return true
		}
	}
	return false
}

// method is a method that a class itself defines, or nil.
func method(def *syntax.ClassDef, name string) *syntax.FunctionDef {
	for _, s := range def.Body {
		if f, ok := s.(*syntax.FunctionDef); ok && f.Name == name {
			return f
		}
	}
	return nil
}

// lastName is the last part of a name or attribute chain, whatever stands before it.
func lastName(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID
	case *syntax.Attribute:
		return e.Attr
	}
	return ""
}
