package eval

import (
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// maxExhausted is how many statements of a run may use up their limits before it is given up.
const maxExhausted = 3

// execBounded runs one statement of a module.
func (r *run) execBounded(f *frame, s syntax.Stmt) (end flow) {
	dyn, depth, nested, weak := r.dyn, r.dyn.depth, r.nested, r.weak
	handlers, controls := len(dyn.handlers), len(dyn.controls)
	defer func() {
		x := recover()
		if x == nil {
			return
		}
		e, ok := x.(exhausted)
		if !ok || r.exhausted >= maxExhausted {
			panic(x)
		}
		r.exhausted++
		r.exiting = false
		r.dyn, r.nested, r.weak = dyn, nested, weak
		dyn.depth, dyn.handlers, dyn.controls = depth, dyn.handlers[:handlers], dyn.controls[:controls]
		r.steps = max(r.steps, r.limits.Steps/20)
		r.bytes = max(r.bytes, r.limits.Bytes/20)
		at := f.span(s)
		r.diagnose(at, "this statement was given up after "+e.what+"; what it sets is not known")
		r.giveUp(f, s, at, e)
	}()
	return r.exec(f, s)
}

// giveUp makes unknown what a statement might have changed.
func (r *run) giveUp(f *frame, s syntax.Stmt, at source.Span, e exhausted) {
	r.makeUnknown(f, s, at, derived(MakeUnknown("given up after "+e.what), at))
}

// makeUnknown makes what a statement might have changed the Unknown u.
func (r *run) makeUnknown(f *frame, s syntax.Stmt, at source.Span, u Value) {
	switch s.(type) {
	case *syntax.Import, *syntax.ImportFrom:
		r.openNames(f.global, u)
	}
	bound, mentioned := assignedNames([]syntax.Stmt{s})
	for _, name := range mentioned {
		if v, ok := f.global.getStr(name); ok {
			openValue(v, u.Reason(), 0)
		}
	}
	for _, name := range bound {
		r.store(f, name, u, at)
	}
}
