package eval

import (
	"fmt"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Packages finds the source of installed packages. What is read there is run as the project's modules are, with these differences: it is no
// text of the project (Value.Definition, Session.Effects and the table of environment variables leave it out), its conditions are taken as
// shipped and make no worlds, and where it cannot be followed the rest of the module is a symbol, as all of it is without its source.
type Packages interface {
	// Module is a module of a package; m is nil for a namespace (PEP 420), and for what is there but is no Python text.
	Module(dotted string) (m *syntax.Module, isPackage, ok bool)
	// Missing reports whether a module of that name, were it installed, would have been found, and was not.
	Missing(dotted string) bool
	// Steps bound what importing one package, with what it imports, may take.
	Steps() int
}

// importInstalled imports a module of an installed package; nil when there is none, or when it is not to be read.
func (r *run) importInstalled(dotted string, parent *moduleData, at source.Span, f *frame) *moduleData {
	if loaded, ok := r.modules[dotted]; ok {
		return loaded
	}
	if r.cfg.Packages == nil || r.model(dotted) != nil || IsStandard(topOf(dotted)) || r.shared.tooLarge[topOf(dotted)] {
		return nil
	}
	if parent != nil && !parent.installed && parent.tree != nil {
		return nil // a part of a package of the project
	}
	if parent != nil {
		if v, ok := parent.globals.getStr(lastPart(dotted)); ok && v.Kind() == Module && parent.tree == nil {
			return nil
		}
	}
	tree, pkg, ok := r.cfg.Packages.Module(dotted)
	if !ok {
		return nil
	}
	if tree == nil {
		m := unmodelledModule(dotted)
		m.installed, m.pkg = true, pkg
		r.modules[dotted] = m
		if parent != nil {
			r.bindSubmodule(parent, dotted, m)
		}
		return m
	}
	m := &moduleData{name: dotted, tree: tree, pkg: pkg, globals: r.newGlobals(), installed: true}
	r.prepare(m)
	r.modules[dotted] = m
	if !r.runInstalled(m, at, f) {
		return nil
	}
	if parent != nil {
		r.bindSubmodule(parent, dotted, m)
	}
	return m
}

func topOf(dotted string) string {
	for i := range len(dotted) {
		if dotted[i] == '.' {
			return dotted[:i]
		}
	}
	return dotted
}

// runInstalled runs a module of a package. It reports false when the package as a whole is not read.
func (r *run) runInstalled(m *moduleData, at source.Span, caller *frame) bool {
	outermost := r.installing == 0
	steps, exhausted := r.steps, r.exhausted
	if outermost {
		r.steps = r.cfg.Packages.Steps()
	}
	r.installing++
	r.exhausted = maxExhausted // a limit ends the module, and not one statement
	t, gaveUp := r.contain(func() { r.runModule(m, at, caller) })
	r.installing--
	r.exhausted = exhausted
	if outermost {
		r.steps = steps
	}
	switch {
	case gaveUp != "":
		if !outermost {
			r.steps = max(r.steps, r.cfg.Packages.Steps()/20)
		} else if r.shared.exploring {
			r.shared.tooLarge[topOf(m.name)] = true // the same in all worlds
			for name := range r.modules {
				if topOf(name) == topOf(m.name) {
					delete(r.modules, name)
				}
			}
			return false
		}
		r.openInstalled(m, gaveUp)
	case t != nil && r.isImportError(t) && r.wouldCatch("ImportError"):
		panic(t)
	case t != nil:
		r.openInstalled(m, fmt.Sprint("its module ", m.name, " cannot be followed to its end: ", r.failure(t).Message))
	}
	return true
}

// openInstalled makes a module of a package, of which not all was run, one whose other names are symbols.
func (r *run) openInstalled(m *moduleData, why string) {
	r.modules[m.name] = m
	m.running, m.open, m.reason = false, true, unmodelledReason(m.name)+" ("+why+")"
}

func (r *run) isImportError(t *thrown) bool {
	c := r.exceptionClass("ImportError")
	k, ok := t.value.data.(*objectData)
	return ok && k.class.isSubclass(c)
}

// contain runs what may raise or use up its limits; gaveUp is "" when it did not.
func (r *run) contain(body func()) (t *thrown, gaveUp string) {
	dyn, depth, nested, weak := r.dyn, r.dyn.depth, r.nested, r.weak
	handlers, controls, making := len(dyn.handlers), len(dyn.controls), len(r.making)
	defer func() {
		x := recover()
		if x == nil {
			return
		}
		e, ok := x.(exhausted)
		if !ok {
			panic(x)
		}
		r.exiting, gaveUp = false, e.what
		r.dyn, r.nested, r.weak, r.making = dyn, nested, weak, r.making[:min(making, len(r.making))]
		dyn.depth, dyn.handlers, dyn.controls = depth, dyn.handlers[:handlers], dyn.controls[:controls]
	}()
	return r.protect(body), ""
}

// outOfPackages lets a module of the project run as such though code of a package imports it; what it gives ends that.
func (r *run) outOfPackages() (restore func()) {
	installing, inPackage, steps, exhausted := r.installing, r.inPackage, r.steps, r.exhausted
	r.installing, r.inPackage, r.steps, r.exhausted = 0, 0, r.limits.Steps, 0
	return func() { r.installing, r.inPackage, r.steps, r.exhausted = installing, inPackage, steps, exhausted }
}

// callSteps bound one call of a function of a package by the project.
const callSteps = 100_000

// callInstalled calls a function of a package from code of the project. What cannot be followed is as unknown as it is without its source.
func (r *run) callInstalled(fn *funcData, args []Value, kwargs []Kwarg, at source.Span, caller *frame) (v Value) {
	steps, exhausted := r.steps, r.exhausted
	r.steps, r.exhausted = min(steps, callSteps), maxExhausted
	granted := r.steps
	r.inPackage++
	t, gaveUp := r.contain(func() { v = r.callFunction(fn, args, kwargs, at, caller) })
	r.inPackage--
	r.steps, r.exhausted = steps-(granted-max(r.steps, 0)), exhausted
	if t == nil && gaveUp == "" {
		return v
	}
	if t != nil && r.raisedByProject(t) {
		panic(t)
	}
	return r.callUnknown(Value{data: fn}, &unknownData{reason: unmodelledReason(fn.name)}, args, kwargs, at)
}

// raisedByProject reports whether an exception is to pass: the project catches it.
func (r *run) raisedByProject(t *thrown) bool {
	k, ok := t.value.data.(*objectData)
	return ok && r.catches(k.class)
}

// catches reports whether a try statement around what runs catches a class of exceptions.
func (r *run) catches(c *classData) bool {
	for d := r.dyn; d != nil; d = d.outer {
		for i := len(d.handlers) - 1; i >= 0; i-- {
			h := d.handlers[i]
			if h.suppressed.IsValid() && r.matchesClass(h.suppressed, c) == Yes {
				return true
			}
			for _, clause := range h.clauses {
				if clause.Type == nil || r.clauseMatches(h.frame, clause.Type, c) == Yes {
					return true
				}
			}
		}
	}
	return false
}

// Installed reports whether a module, class or function stands in the source of an installed package.
func (v Value) Installed() bool {
	switch x := v.data.(type) {
	case *moduleData:
		return x.installed
	case *methodData:
		return x.fn.Installed()
	case *descriptorData:
		return x.get.Installed()
	case *funcData:
		return x.module != nil && x.module.installed
	case *classData:
		return x.body != nil && x.body.module != nil && x.body.module.installed
	}
	return false
}
