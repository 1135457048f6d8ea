package eval

import (
	"fmt"
	"runtime/debug"

	"gonogo/internal/source"
)

// Session imports modules of a project one after the other into one process, as Django does when it starts: a module runs once, and
// what several import is shared. There is one world: a variable that is not given has its default, an optional file is not there, and
// a condition that cannot be known is taken as Explore takes it at first. It is not safe for concurrent use.
type Session struct {
	run       *run
	perModule Limits
}

// Imported is one module of a session.
type Imported struct {
	// Module is the module as Python would have it, invalid when it could not be imported at all.
	Module Value
	// Failure is the exception that left it; what ran before it counts in Module.
	Failure *Failure
	// GivenUp says why what follows in the module is not known ("more than 2000000 steps"), "" when it ran to its end.
	GivenUp string
}

// NewSession starts a process. Limits.Steps bound each import with all that it imports first; Limits.Bytes the whole session.
func NewSession(cfg Config) *Session {
	limits := cfg.Limits.withDefaults()
	shared := newShared(newCaches())
	r := newRun(cfg, shared, limits, choices{}.copy(), true)
	r.keepEffects = true
	return &Session{run: r, perModule: limits}
}

// Import runs a module and those that it imports, once each.
func (s *Session) Import(module string) (m Imported) {
	r := s.run
	if loaded, ok := r.modules[module]; ok {
		return Imported{Module: Value{data: loaded}}
	}
	r.steps, r.exhausted, r.exiting = s.perModule.Steps, 0, false
	defer func() {
		switch x := recover().(type) {
		case nil:
		case exhausted:
			m.GivenUp = x.what
			r.diagnose(r.at, "the evaluation was given up after "+x.what+"; what follows is not known")
		default:
			m.GivenUp = "a fault of the interpreter"
			r.diagnose(r.at, fmt.Sprintf("the interpreter failed here (%v); what follows is not known", x))
			if r.cfg.Trace != nil {
				r.cfg.Trace(fmt.Sprintf("%v\n%s", x, debug.Stack()))
			}
		}
		if m.GivenUp != "" {
			r.unwind()
		}
		if loaded, ok := r.modules[module]; ok {
			m.Module = Value{data: loaded}
		}
	}()
	if t := r.protect(func() { r.importModule(module, source.Span{}, nil) }); t != nil {
		m.Failure = r.failure(t)
	}
	return m
}

// Close ends the generators that wait in the middle, each of which keeps all of the session in memory. Values may be read after it; nothing is
// to be imported or called. A program that ends soon need not ask for it.
func (s *Session) Close() { s.run.stopGenerators() }

// unwind forgets what was nested when a limit was hit.
func (r *run) unwind() {
	r.dyn, r.nested, r.weak, r.exiting = &dynamics{}, 0, nil, false
}

// Call runs a function of a module of the session with arguments, bounded as an import is. ok is false when it raised or was given up.
func (s *Session) Call(fn Value, args ...Value) (result Value, ok bool) {
	r := s.run
	r.steps, r.exhausted, r.exiting = s.perModule.Steps, 0, false
	defer func() {
		if x := recover(); x != nil {
			r.unwind()
			result, ok = Value{}, false
		}
	}()
	t := r.protect(func() { result = r.call(fn, args, nil, source.Span{}, nil) })
	return result, t == nil
}

// Diagnostics are what went wrong so far, in order.
func (s *Session) Diagnostics() []source.Diagnostic { return s.run.shared.diagnostics }

// Effects are the calls of packages that are not modelled which modules made as statements of their own, for what they do: admin.site.register(...),
// router.register(...), signal.connect(...). They are in order of execution, at most 100,000.
func (s *Session) Effects() []Value { return s.run.effects }

const maxEffects = 100_000

// noteEffect keeps a call that stands as a statement.
func (r *run) noteEffect(v Value) {
	if u, ok := v.data.(*unknownData); ok && u.called != nil && r.keepEffects && r.installing+r.inPackage == 0 && len(r.effects) < maxEffects {
		r.effects = append(r.effects, v)
	}
}

// Same reports whether two values are one and the same object, list, class and so on (Python's "is"); false for numbers and texts.
func Same(a, b Value) bool {
	switch a.data.(type) {
	case *listData, *dictData, *objectData, *classData, *moduleData, *funcData, *unknownData:
		return a.data == b.data
	}
	return false
}

// newRun makes one interpretation.
func newRun(cfg Config, s *shared, limits Limits, c choices, shipped bool) *run {
	return &run{cfg: cfg, shared: s, limits: limits, modules: map[string]*moduleData{}, models: map[string]*moduleData{},
		classes: map[string]*classData{}, steps: limits.Steps, bytes: limits.Bytes, dyn: &dynamics{}, choices: c, shipped: shipped,
		metKeys: map[string]bool{}, taken: map[string]bool{}, candidates: map[string][]string{}, env: map[string]envEntry{}, sites: &counts{}}
}
