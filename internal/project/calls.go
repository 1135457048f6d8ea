package project

import (
	"strings"

	"gonogo/internal/python/syntax"
)

// CallSite is a place at which code that runs in production calls a function from outside the project.
type CallSite struct {
	Module *CodeModule
	Call   *syntax.Call
	// Guards are the tests of the if statements around the call, outermost first.
	Guards []Guard
}

// Guard is a test that must come out one way for a statement to run.
type Guard struct {
	Test   syntax.Expr
	Wanted bool // false in the else part
}

// Calls are the calls of functions by their dotted names ("sentry_sdk.init"), tests, migrations and documentation left out,
// in order of module and place.
func (c *Code) Calls(dotted ...string) []CallSite {
	if c == nil {
		return nil
	}
	wanted := make(map[string]bool, len(dotted))
	for _, d := range dotted {
		wanted[d] = true
	}
	var sites []CallSite
	for _, m := range c.Modules {
		if m.Test || m.Other || m.Syntax == nil || !m.importsAny(dotted) || !m.namesAny(dotted) {
			continue
		}
		f := callFinder{code: c, module: m, wanted: wanted}
		f.body(m.Syntax.Body, nil)
		sites = append(sites, f.sites...)
	}
	return sites
}

// importsAny reports whether the module imports the package of one of the dotted names.
func (m *CodeModule) importsAny(dotted []string) bool {
	for _, d := range dotted {
		for i := range d {
			if d[i] == '.' {
				d = d[:i]
				break
			}
		}
		if m.importsPackage(d) {
			return true
		}
	}
	return false
}

// namesAny reports whether the last part of one of the dotted names stands in the module's text, as it must where the module imports
// and calls it, under whichever name.
func (m *CodeModule) namesAny(dotted []string) bool {
	for _, d := range dotted {
		if m.Syntax.File.Contains(d[strings.LastIndexByte(d, '.')+1:]) {
			return true
		}
	}
	return false
}

// callFinder collects the calls of one module.
type callFinder struct {
	code   *Code
	module *CodeModule
	wanted map[string]bool
	sites  []CallSite
}

// body goes through statements under the guards around them; its depth is that of the tree, which the parser bounds.
func (f *callFinder) body(list []syntax.Stmt, guards []Guard) {
	for _, s := range list {
		branch, ok := s.(*syntax.If)
		if !ok {
			f.statement(s, guards)
			continue
		}
		f.expression(branch.Test, guards)
		f.body(branch.Body, with(guards, Guard{branch.Test, true}))
		f.body(branch.Orelse, with(guards, Guard{branch.Test, false}))
	}
}

// statement looks into a statement; an if inside it starts a guarded body again.
func (f *callFinder) statement(s syntax.Stmt, guards []Guard) {
	syntax.Inspect(s, func(n syntax.Node) bool {
		if branch, ok := n.(*syntax.If); ok {
			f.body([]syntax.Stmt{branch}, guards)
			return false
		}
		f.node(n, guards)
		return true
	})
}

func (f *callFinder) expression(e syntax.Expr, guards []Guard) {
	syntax.Inspect(e, func(n syntax.Node) bool {
		f.node(n, guards)
		return true
	})
}

func (f *callFinder) node(n syntax.Node, guards []Guard) {
	call, ok := n.(*syntax.Call)
	if !ok {
		return
	}
	name := f.code.Refer(f.module, call.Func)
	// An import inside a function is not seen by Refer, which takes the name for one of the module.
	if f.wanted[name] || f.wanted[strings.TrimPrefix(name, f.module.Dotted+".")] {
		f.sites = append(f.sites, CallSite{Module: f.module, Call: call, Guards: guards})
	}
}

// with is a new slice, so that branches don't share their ends.
func with(guards []Guard, g Guard) []Guard {
	return append(append(make([]Guard, 0, len(guards)+1), guards...), g)
}
