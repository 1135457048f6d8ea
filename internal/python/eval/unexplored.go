package eval

import (
	"sort"

	"gonogo/internal/python/syntax"
)

// Unexplored is what was left out when there were more decisions than the limits allowed.
type Unexplored struct {
	// Conditions are those that no world was run for, in order of meeting.
	Conditions []Condition
	// Chosen says that each of them was met where an operator had chosen something, or is such a choice itself (EnvSet, FileThere).
	Chosen bool
	// Names are the global names that they could change, sorted. It is nil when Any is true.
	Names []string
	Any   bool // every name could be changed
}

// tests are the module-level statements that were running when a decision was asked for.
type tests map[string]map[syntax.Stmt]bool

// note keeps the statement at the top of the module that runs.
func (t tests) note(key string, s syntax.Stmt) {
	if s == nil {
		return
	}
	if t[key] == nil {
		t[key] = map[syntax.Stmt]bool{}
	}
	t[key][s] = true
}

// unexplored says what the worlds that were not run could have changed: apart for those that an operator chooses and those that nobody does.
func (e *explorer) unexplored(dropped []job) []Unexplored {
	var chosen, opaque []job
	for _, j := range dropped {
		if isChosen(j) {
			chosen = append(chosen, j)
		} else {
			opaque = append(opaque, j)
		}
	}
	var out []Unexplored
	for i, part := range [][]job{chosen, opaque} {
		if len(part) > 0 {
			u := e.influence(part)
			u.Chosen = i == 0
			out = append(out, u)
		}
	}
	return out
}

func isChosen(j job) bool {
	for _, c := range j.conditions {
		if c.Kind != Opaque {
			return true
		}
	}
	return false
}

// influence follows what decisions could change from statement to statement. A statement that could be changed changes what it binds and
// what it may alter; one that mentions such a name is changed in turn.
func (e *explorer) influence(dropped []job) Unexplored {
	var u Unexplored
	changed := map[string]bool{}
	seen := map[string]bool{}
	for _, j := range dropped {
		if len(j.conditions) == 0 {
			continue
		}
		c := j.conditions[len(j.conditions)-1]
		if !seen[c.Text] {
			seen[c.Text] = true
			u.Conditions = append(u.Conditions, c)
		}
		if len(e.shared.tests[j.key]) == 0 {
			u.Any = true
		}
		for s := range e.shared.tests[j.key] {
			u.Any = change(s, changed) || u.Any
		}
	}
	u.Any = u.Any || e.spread(changed)
	if !u.Any {
		for name := range changed {
			u.Names = append(u.Names, name)
		}
		sort.Strings(u.Names)
	}
	return u
}

// spread adds what the changed names change, until nothing is added. It reports whether that is everything.
func (e *explorer) spread(changed map[string]bool) (any bool) {
	var list []syntax.Stmt
	for name := range e.shared.imported {
		if tree, _, ok := e.cfg.Finder.Module(name); ok && tree != nil {
			list = append(list, tree.Body...)
		}
	}
	mentions := make([][]string, len(list))
	for i, s := range list {
		mentions[i] = mentionedNames(s)
	}
	done := make([]bool, len(list))
	for before := -1; before != len(changed); {
		before = len(changed)
		for i, s := range list {
			if done[i] || !anyOf(mentions[i], changed) {
				continue
			}
			done[i] = true
			if change(s, changed) {
				return true
			}
		}
	}
	return false
}

func anyOf(names []string, in map[string]bool) bool {
	for _, n := range names {
		if in[n] {
			return true
		}
	}
	return false
}

// change adds the names that a statement binds or alters. It reports whether these can be any: a star import, or a call that stands alone
// and is no method of a name.
func change(s syntax.Stmt, changed map[string]bool) (any bool) {
	bound, mentioned := assignedNames([]syntax.Stmt{s})
	for _, n := range bound {
		changed[n] = true
	}
	if class, ok := s.(*syntax.ClassDef); ok {
		inner, _ := assignedNames(class.Body)
		for _, n := range inner {
			changed[n] = true
		}
	}
	if _, ok := s.(*syntax.FunctionDef); ok {
		return false
	}
	for _, n := range mentioned {
		switch n {
		case "globals", "locals", "vars", "exec", "setattr":
			any = true
		}
	}
	eachStmt([]syntax.Stmt{s}, func(s syntax.Stmt) {
		switch s := s.(type) {
		case *syntax.ImportFrom:
			any = any || len(s.Names) == 1 && s.Names[0].Name == "*"
		case *syntax.ExprStmt:
			any = any || !alterName(s.Value, changed)
		case *syntax.Assign:
			for _, t := range s.Targets {
				alter(t, changed)
			}
		case *syntax.AugAssign:
			alter(s.Target, changed)
		case *syntax.Delete:
			for _, t := range s.Targets {
				alter(t, changed)
			}
		}
	})
	return any
}

// alter notes the name whose part is set by a target like CACHES["default"]["TIMEOUT"].
func alter(target syntax.Expr, changed map[string]bool) {
	if name, ok := rootName(target); ok {
		changed[name] = true
	}
}

// alterName notes the name that a method is called on; ok is false for a call of something else, whose effect is not known.
func alterName(e syntax.Expr, changed map[string]bool) (ok bool) {
	c, isCall := e.(*syntax.Call)
	if !isCall {
		return true
	}
	a, isMethod := c.Func.(*syntax.Attribute)
	if !isMethod {
		return isHarmlessCall(c.Func)
	}
	if name, ok := rootName(a.Value); ok {
		changed[name] = true
		return true
	}
	return false
}

// isHarmlessCall reports whether a function of the builtins changes no name.
func isHarmlessCall(f syntax.Expr) bool {
	n, ok := f.(*syntax.Name)
	return ok && (n.ID == "print" || n.ID == "super" || n.ID == "isinstance")
}

// mentionedNames are the names and attributes that stand anywhere in a statement, functions and classes in it included.
func mentionedNames(s syntax.Stmt) []string {
	var names []string
	syntax.InspectBody([]syntax.Stmt{s}, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Name:
			names = append(names, n.ID)
		case *syntax.Attribute:
			names = append(names, n.Attr)
		case *syntax.Alias:
			names = append(names, n.Name)
		}
		return true
	})
	return names
}
