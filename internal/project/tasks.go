package project

import (
	"slices"
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// CeleryTask is a function that is a Celery task by its decorator.
type CeleryTask struct {
	Module  *CodeModule
	Name    string
	Options map[string]syntax.Expr // keyword arguments of the decorator
	At      source.Span            // the function's name
}

// CeleryTasks are the project's tasks, tests left out, in order of module and place. Tasks that are classes are not among them.
func (s *Snapshot) CeleryTasks() []CeleryTask {
	var list []CeleryTask
	s.eachModule(func(m *CodeModule) {
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			if f, ok := n.(*syntax.FunctionDef); ok {
				for _, d := range f.Decorators {
					if options, ok := taskDecorator(d); ok {
						at := source.Span{File: m.Syntax.File, Start: f.NamePos, End: f.NamePos + syntax.Pos(len(f.Name))}
						list = append(list, CeleryTask{m, f.Name, options, at})
						break
					}
				}
			}
			return true
		})
	})
	return list
}

// eachModule visits the modules that run in production.
func (s *Snapshot) eachModule(visit func(*CodeModule)) {
	if s.Code == nil {
		return
	}
	for _, m := range s.Code.Modules {
		if !m.Test && !m.Other && m.Syntax != nil {
			visit(m)
		}
	}
}

// taskDecorator recognises @shared_task, @app.task and @celery_app.task, with or without arguments.
func taskDecorator(e syntax.Expr) (options map[string]syntax.Expr, ok bool) {
	call, isCall := e.(*syntax.Call)
	if isCall {
		e = call.Func
	}
	switch e := e.(type) {
	case *syntax.Name:
		ok = e.ID == "shared_task" || e.ID == "periodic_task"
	case *syntax.Attribute:
		owner := ""
		switch v := e.Value.(type) {
		case *syntax.Name:
			owner = strings.ToLower(v.ID)
		case *syntax.Attribute:
			owner = strings.ToLower(v.Attr)
		}
		ok = e.Attr == "shared_task" || e.Attr == "task" && (strings.Contains(owner, "app") || strings.Contains(owner, "celery"))
	}
	if !ok || !isCall {
		return nil, ok
	}
	options = map[string]syntax.Expr{}
	for _, k := range call.Keywords {
		options[k.Name] = k.Value
	}
	return options, true
}

// Delay is a place at which code asks for a task to run later.
type Delay struct {
	At      source.Span
	Option  string // "countdown", "eta", "default_retry_delay", "retry_backoff_max"
	Seconds int64  // 0 when it is not a number in the text
}

// Delays are the places at which code that runs in production delays a Celery task: countdown and eta of apply_async and retry,
// and the delays of retries that decorators name.
func (s *Snapshot) Delays() []Delay {
	var list []Delay
	s.eachModule(func(m *CodeModule) {
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			call, ok := n.(*syntax.Call)
			if !ok {
				return true
			}
			wanted := delayOptions(call.Func)
			for _, k := range call.Keywords {
				if slices.Contains(wanted, k.Name) {
					list = append(list, Delay{m.Syntax.Span(k), k.Name, wholeNumber(k.Value, 0)})
				}
			}
			return true
		})
	})
	return list
}

// delayOptions are the keyword arguments by which a call delays a task.
func delayOptions(callee syntax.Expr) []string {
	name := ""
	switch f := callee.(type) {
	case *syntax.Attribute:
		name = f.Attr
	case *syntax.Name:
		name = f.ID
	}
	switch name {
	case "apply_async", "retry", "set":
		return []string{"countdown", "eta"}
	case "shared_task", "task":
		return []string{"default_retry_delay", "retry_backoff_max"}
	}
	return nil
}

// wholeNumber is the value of a number, or a product or sum of numbers, that stands in the text; 0 for anything else.
func wholeNumber(e syntax.Expr, depth int) int64 {
	switch e := e.(type) {
	case *syntax.Constant:
		var n int64
		for _, r := range strings.ReplaceAll(e.Value, "_", "") {
			if e.Kind != syntax.Int || r < '0' || r > '9' || n > 1<<40 {
				return 0
			}
			n = n*10 + int64(r-'0')
		}
		return n
	case *syntax.BinOp:
		if depth > 20 {
			return 0
		}
		a, b := wholeNumber(e.Left, depth+1), wholeNumber(e.Right, depth+1)
		switch {
		case a == 0 || b == 0 || a > 1<<30 || b > 1<<30:
			return 0
		case e.Op == syntax.Mult:
			return a * b
		case e.Op == syntax.Add:
			return a + b
		}
	}
	return 0
}
