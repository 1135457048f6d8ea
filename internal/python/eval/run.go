package eval

import (
	"fmt"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

const (
	defaultSteps = 400_000
	defaultDepth = 200
	defaultBytes = 64 << 20
	defaultRuns  = 64

	maxValue = 16 << 20 // bytes of one value
	maxBits  = 1 << 18  // of an integer
)

// run is one interpretation of a module: one world.
type run struct {
	cfg    Config
	shared *shared // what all runs of an exploration have in common
	limits Limits

	modules map[string]*moduleData // sys.modules
	models  map[string]*moduleData
	main    *moduleData
	classes map[string]*classData // exceptions that only a name is known of
	// nameClasses are classes of modules that only a name is known of.
	nameClasses map[string]*classData

	steps     int  // left
	bytes     int  // left
	nested    int  // expressions and statements in each other
	exiting   bool // a limit was hit, and what runs is being unwound
	exhausted int  // how often a limit was hit

	dyn  *dynamics
	weak *weakRegion // not nil where what runs may or may not run
	top  syntax.Stmt // the statement of a module that is being executed
	at   source.Span // the statement being executed, narrowed to the target of an assignment
	live []func()    // generators to be stopped at the end

	installing int // modules of installed packages that are running, in each other
	inPackage  int // calls of their functions by the project

	making []*makingClass // class statements whose metaclass is running, the innermost last

	finishers []func(*Call, Value) // of models, at the end of the module
	records   []CallRecord

	effects     []Value // calls that stand as statements, where they are kept
	keepEffects bool

	lenient    *lenient // not nil while imports go on after exceptions
	shipped    bool     // the first world
	choices    choices
	met        []decision
	taken      map[string]bool // decisions as this run took them
	metKeys    map[string]bool
	candidates map[string][]string // texts that a variable was compared with
	env        map[string]envEntry // what the program itself set
	sites      *counts             // how many unknown values a place has made
	scans      int                 // searches for the names of changed containers
}

// caches are of what never changes. They are for one goroutine.
type caches struct {
	builtins map[string]Value
	code     map[syntax.Node]*functionCode
	numbers  map[*syntax.Constant]Value
}

// shared is what outlives one run: caches, and what all runs have found.
type shared struct {
	*caches
	reads       []Read
	readIndex   map[readKey]int
	bare        []string // variables that the shipped world read without a default
	overrides   []Override
	overrideSet map[string]bool
	imported    map[string]bool
	diagnostics []source.Diagnostic
	diagnosed   map[string]bool
	tests       tests
	// tooLarge are packages that took more steps than an exploration may spend on one; the same in all worlds.
	tooLarge  map[string]bool
	exploring bool
}

type readKey struct {
	name string
	at   source.Span
}

// dynamics is the part of the state that follows the nesting of calls. A generator has its own.
type dynamics struct {
	depth    int
	handlers []handler // try statements that are active, the innermost last
	controls []control // conditions that what runs depends on
	bounds   []*bound  // what is known of unknown texts where this runs
	outer    *dynamics // of whoever resumed the generator
}

// handler is an active try statement, or a with statement that suppresses exceptions.
type handler struct {
	frame      *frame
	clauses    []*syntax.ExceptHandler
	suppressed Value // the classes; invalid for try
}

// control is what the branch that is being executed depends on.
type control struct{ keys []string }

// exhausted is the panic that ends what uses more than its limits.
type exhausted struct{ what string }

// exhaust ends what runs now. protect lets it pass without looking at it, which matters when many calls are unwound.
func (r *run) exhaust(what string) {
	r.exiting = true
	panic(exhausted{what})
}

func (r *run) step() {
	r.steps--
	if r.steps < 0 {
		r.exhaust(fmt.Sprintf("more than %d steps", r.limits.Steps))
	}
}

// reserve accounts for memory about to be used. It reports false when that would be too much.
func (r *run) reserve(n int) bool {
	if n < 0 || n > r.bytes || n > maxValue {
		return false
	}
	r.bytes -= n
	return true
}

// enter counts a nested call or import; the result must be called at its end.
func (r *run) enter() {
	r.dyn.depth++
	if r.dyn.depth > r.limits.Depth {
		r.exhaust(fmt.Sprintf("calls nested deeper than %d", r.limits.Depth))
	}
}

func (r *run) diagnose(at source.Span, message string) {
	if r.installing > 0 {
		return
	}
	r.shared.addDiagnostic(source.Diagnostic{At: at, Message: message})
}

// addDiagnostic keeps a diagnostic once.
func (s *shared) addDiagnostic(d source.Diagnostic) {
	key := fmt.Sprintf("%s:%d:%s", d.At.Path(), d.At.Start, d.Message)
	if s.diagnosed[key] || len(s.diagnosed) > 1000 {
		return
	}
	s.diagnosed[key] = true
	s.diagnostics = append(s.diagnostics, d)
}

func (r *run) override(what string, at source.Span) {
	if r.installing == 0 {
		r.shared.addOverride(Override{What: what, At: at})
	}
}

// addOverride keeps a place once.
func (s *shared) addOverride(o Override) {
	key := fmt.Sprintf("%s:%d:%s", o.At.Path(), o.At.Start, o.What)
	if !s.overrideSet[key] {
		s.overrideSet[key] = true
		s.overrides = append(s.overrides, o)
	}
}

// derived is a value computed at a place from others.
func derived(v Value, at source.Span, from ...Value) Value {
	o := &Origin{At: at, plain: true}
	n := 0
	for _, f := range from {
		if f.origin == nil {
			continue
		}
		n++
		o.plain = o.plain && f.origin.plain
		if o.literal == nil {
			o.literal = f.origin.literal
		}
	}
	switch {
	case n == 0:
	case o.plain:
		// How a value was computed from literals alone does not matter, and a loop would make the graph grow without end.
		if o.literal != nil {
			o.From = []*Origin{o.literal}
		}
	default:
		o.From = make([]*Origin, 0, n)
		for _, f := range from {
			if f.origin != nil {
				o.From = append(o.From, f.origin)
			}
		}
	}
	v.origin = o
	return v
}

// unknownFrom is an unknown result of an operation on values of which at least one is unknown.
func unknownFrom(at source.Span, op string, from ...Value) Value {
	reason := "not known"
	for _, f := range from {
		if u := unknownPart(f, 0); u.IsValid() {
			reason = u.Reason()
			break
		}
	}
	return derived(Value{data: &unknownData{reason: reason, op: op, args: from}}, at, from...)
}

// unknownAt is an unknown value that begins at a place.
func (r *run) unknownAt(at source.Span, reason string, from ...Value) Value {
	place := fmt.Sprintf("%s:%d-%d", at.Path(), at.Start, at.End)
	u := &unknownData{reason: reason, op: fmt.Sprintf("%s#%d", place, r.sites.next(place))}
	return derived(Value{data: u}, at, from...)
}
