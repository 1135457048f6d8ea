// Package background is the model of what a project runs in the background: its tasks with their options, and the places that queue
// them.
//
// Which functions are tasks is told by what their decorators are, and what the decorators are given by the values that the project's code
// has when it is imported; the bodies of functions are read as text.
package background

import (
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Library is what works tasks off.
type Library uint8

// The libraries whose tasks are known.
const (
	Celery   Library = iota + 1
	RQ               // rq and django-rq
	Dramatiq         //
	Huey             // huey and its contrib.djhuey
	Tasks            // django.tasks (Django 6.0) and django-tasks
	DjangoQ          // django-q and django-q2
)

// String is the library's name.
func (l Library) String() string {
	return [...]string{"", "Celery", "RQ", "Dramatiq", "Huey", "Django's tasks", "Django Q"}[l]
}

// Task is a function, or a class with a run method, that the project's code makes a task.
type Task struct {
	Library  Library
	Name     string // of the function or class
	Dotted   string // "shop.tasks.send", "" for one that no name of a module leads to
	Module   *resolve.Module
	Function *syntax.FunctionDef // the function, or the run method of the class
	Class    *syntax.ClassDef    // nil for a function
	At       source.Span         // the name
	Periodic bool                // the decorator itself gives it a schedule
	// AfterCommit says that its decorator queues it when the transaction around the call commits (on_commit_task of Huey).
	AfterCommit bool
	// Opaque says that it is given options that can't be read (**options, a decorator of the project's own).
	Opaque  bool
	options map[string]Option
	bare    bool // of RQ itself, which knows no settings
}

// Option is an option that a task is given.
type Option struct {
	Value eval.Value
	At    source.Span
}

// Option is an option of the task itself or of the class that it is made of; ok is false when neither gives it.
func (t *Task) Option(name string) (o Option, ok bool) {
	o, ok = t.options[name]
	return o, ok
}

// Body are the statements that the task runs.
func (t *Task) Body() []syntax.Stmt {
	if t.Function == nil {
		return nil
	}
	return t.Function.Body
}

// Work is what a project has of tasks.
type Work struct {
	Tasks  []*Task // in order of module and place
	Queued []*Queued
	Delays []Delay
	byName map[string]*Task
	// functions are those that no decorator makes a task, and that code gives to a queue.
	functions map[*syntax.FunctionDef]*Task
	modules   []*resolve.Module
	periodic  []Periodic // what code schedules, but for decorators
	// signatures are those that code makes of tasks, to be queued later.
	signatures []use
}

// Task is a task by the dotted name of its function or class, or nil.
func (w *Work) Task(dotted string) *Task { return w.byName[dotted] }

// TaskOf is the task whose function a place stands in, or nil.
func (w *Work) TaskOf(f *syntax.FunctionDef) *Task {
	for _, t := range w.Tasks {
		if t.Function == f && f != nil {
			return t
		}
	}
	return nil
}

// Read finds the tasks of modules, and where they are queued. Modules are those that production runs. The session imports those that
// can have tasks; it is not used any more when Read returns. setting is a production setting by its name.
func Read(session *eval.Session, graph *resolve.Graph, modules []*resolve.Module, setting func(string) eval.Value) *Work {
	w := &Work{byName: map[string]*Task{}, functions: map[*syntax.FunctionDef]*Task{}, modules: modules}
	f := finder{work: w, session: session, graph: graph, setting: setting, receivers: map[string]Library{}}
	for _, m := range modules {
		f.module(m)
	}
	f.inherit()
	for _, m := range modules {
		w.queued(m, f.valueOf)
		f.given(m)
	}
	w.sortQueued()
	f.delays()
	w.schedules(f.valueOf)
	w.signatures = w.signed()
	return w
}

// OfRQItself says that a task of RQ is queued without django-rq, so that its settings do not count.
func (t *Task) OfRQItself() bool { return t.bare }
