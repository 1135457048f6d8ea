package eval

import (
	"gonogo/internal/python/syntax"
)

// Broken is a statement of a module that raised where the import went on.
type Broken struct {
	Module  string
	Failure *Failure
	// Binds says that the statement only gives names (an import, a class, a function, an assignment), so that nothing else is missing.
	Binds bool
}

const (
	// maxBroken bounds the statements after which an import goes on.
	maxBroken = 200
	// lenientSteps bounds the steps of all statements together, so that a project may be imported by one import.
	lenientSteps = 5_000_000
)

// lenient is what a session keeps while imports go on after exceptions.
type lenient struct {
	broken []Broken
	// steps are left for statements of modules together.
	steps int
	// touched are modules that have such a statement, or import one that has, directly or not.
	touched map[string]bool
}

// GoOn runs work in which a statement of a module that raises is passed over: what it would have set is unknown, and the module goes on. A
// project that is deployed can be imported, so such an exception tells of what is not known here more often than of a fault. A `raise` of the
// module's own, and what a try statement catches, stay as they are. Afterwards the session forgets the modules concerned, so that a later
// import meets the exception.
func (s *Session) GoOn(work func()) []Broken {
	l := &lenient{touched: map[string]bool{}, steps: lenientSteps}
	s.run.lenient = l
	defer func() {
		s.run.lenient = nil
		for name := range l.touched {
			delete(s.run.modules, name)
		}
	}()
	work()
	return l.broken
}

// execLenient runs one statement of a module, and goes on after an exception.
func (r *run) execLenient(f *frame, s syntax.Stmt) (end flow) {
	if full := r.limits.Steps; r.steps < full {
		more := min(full-r.steps, r.lenient.steps)
		r.lenient.steps -= more
		r.steps += more
	}
	t := r.protect(func() { end = r.execBounded(f, s) })
	if t == nil {
		return end
	}
	failure := r.failure(t)
	if len(r.lenient.broken) >= maxBroken || raisesItself(f, s, failure) || r.wouldCatch(failure.Class) || r.wouldCatch("Exception") {
		panic(t)
	}
	at := f.span(s)
	r.lenient.broken = append(r.lenient.broken, Broken{Module: f.module.name, Failure: failure, Binds: onlyBinds(s)})
	r.lenient.touched[f.module.name] = true
	r.makeUnknown(f, s, at, derived(MakeUnknown(f.module.name+" cannot be followed here: "+failure.Class+": "+failure.Message), at))
	return flowNext
}

// raisesItself reports whether the exception was raised by a `raise` of the statement, and not by what it calls.
func raisesItself(f *frame, s syntax.Stmt, failure *Failure) bool {
	found := false
	if failure.At.File != f.file {
		return false
	}
	syntax.InspectBody([]syntax.Stmt{s}, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FunctionDef, *syntax.ClassDef, *syntax.Lambda:
			return false
		case *syntax.Raise:
			r := n.Extent()
			found = found || failure.At.Start >= r.Start && failure.At.End <= r.End
		}
		return !found
	})
	return found
}

// onlyBinds reports whether a statement gives names and does nothing else that counts.
func onlyBinds(s syntax.Stmt) bool {
	switch s.(type) {
	case *syntax.Import, *syntax.ImportFrom, *syntax.ClassDef, *syntax.FunctionDef, *syntax.Assign, *syntax.AnnAssign:
		return true
	}
	return false
}

// touch notes that a module imports another one in which a statement was passed over.
func (r *run) touch(imported string, f *frame) {
	if r.lenient != nil && f != nil && f.module != nil && r.lenient.touched[imported] {
		r.lenient.touched[f.module.name] = true
	}
}
