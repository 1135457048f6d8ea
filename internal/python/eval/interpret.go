package eval

import (
	"fmt"
	"runtime/debug"
	"slices"
	"sort"
	"strings"

	"gonogo/internal/source"
)

// Explore evaluates a module in every world that a decision met on the way leads to, the nearest first.
// It never fails: what goes wrong is in the result, as a Failure of a world or a diagnostic.
func Explore(cfg Config, module string) *Result {
	e := &explorer{cfg: cfg, module: module, limits: cfg.Limits.withDefaults(), seen: map[string]bool{}, required: map[string]bool{}}
	e.shared = newShared(nil)
	e.shared.exploring = true
	e.steps = worldSteps * e.limits.Steps
	return e.explore()
}

// worldSteps is how many times the steps of one run all worlds together may take.
const worldSteps = 4

func (l Limits) withDefaults() Limits {
	if l.Steps <= 0 {
		l.Steps = defaultSteps
	}
	if l.Depth <= 0 {
		l.Depth = defaultDepth
	}
	if l.Bytes <= 0 {
		l.Bytes = defaultBytes
	}
	if l.Runs <= 0 {
		l.Runs = defaultRuns
	}
	return l
}

type explorer struct {
	cfg      Config
	module   string
	limits   Limits
	shared   *shared
	caches   []*caches       // of each goroutine that runs worlds
	seen     map[string]bool // keys of decisions that some run took otherwise
	required map[string]bool // variables without which the shipped world fails
	steps    int             // left for all runs
	longest  int             // the most that a world has taken, its repairs among them
}

// job is a world to be explored.
type job struct {
	choices    choices
	conditions []Condition
	key        string // of the decision that is taken otherwise
}

// outcome is what one run gave.
type outcome struct {
	world  *World
	met    []decision
	causes []string // of the failure
	taken  map[string]bool
}

func (e *explorer) explore() *Result {
	result := &Result{Module: e.module}
	queue := []job{{choices: choices{}.copy()}}
	var dropped []job
	for runs := 0; len(queue) > 0; {
		if runs >= e.limits.Runs || runs > 0 && e.steps <= 0 {
			all := len(queue)
			queue, dropped = undecided(queue, dropped)
			result.Truncated = result.Truncated || len(queue) < all
			if len(queue) == 0 || runs >= 2*e.limits.Runs || e.steps <= 0 {
				result.Truncated = true
				break
			}
		}
		batch := queue[:e.side(runs, len(queue))]
		queue = queue[len(batch):]
		for i, ran := range e.runBatch(batch, runs == 0) {
			runs++
			ran.world.Conditions = batch[i].conditions
			result.Worlds = append(result.Worlds, ran.world)
			for _, d := range ran.met {
				if e.seen[d.key] {
					continue
				}
				e.seen[d.key] = true
				queue = append(queue, flipped(batch[i], ran.chosen, d))
			}
		}
	}
	result.Unexplored = e.unexplored(append(dropped, queue...))
	e.finish(result)
	return result
}

// undecided keeps the worlds that rest on nobody's choice: an answer can hang on them, so that they are run beyond the limit, up to twice
// of it. The others are dropped.
func undecided(queue, dropped []job) (kept, all []job) {
	for _, j := range queue {
		if isChosen(j) {
			dropped = append(dropped, j)
		} else {
			kept = append(kept, j)
		}
	}
	return kept, dropped
}

// flipped is the world in which a decision is taken otherwise.
func flipped(j job, chosen choices, d decision) job {
	c := chosen.copy()
	condition := Condition{Kind: d.kind, Name: d.name, Text: d.text, Taken: true, At: d.at}
	if d.env != nil {
		c.env[d.name] = *d.env
		for site, arm := range d.prefer {
			c.taken[site] = arm
		}
	} else {
		taken, ok := c.taken[d.key]
		if !ok {
			taken = d.shipped
		}
		c.taken[d.key] = !taken
		condition.Taken = !taken
	}
	conditions := append(append([]Condition(nil), j.conditions...), condition)
	return job{choices: c, conditions: conditions, key: d.key}
}

// maxRepairs bounds how many variables and files are assumed because the module fails without them.
const maxRepairs = 150

// runRepaired runs a world. When it fails for want of a variable or file that nobody has spoken of, that is assumed to be there:
// a deployment that works has it.
func (e *explorer) runRepaired(j job, shipped bool) (outcome, choices) {
	c := j.choices
	out := e.run(c, shipped)
	for range maxRepairs {
		if out.world.Failure == nil {
			break
		}
		next, repaired, cause := e.repair(c, out, shipped, repairDepth)
		if cause == "" {
			break
		}
		c, out = next, repaired
		if shipped {
			if name, ok := strings.CutPrefix(cause, "env:"); ok {
				e.required[name] = true
			} else {
				e.seen[cause] = true // the other way it does not import
			}
		}
	}
	return out, c
}

// repairDepth is how many conditions that lead to one and the same failure are lifted together
// (if not KEY or KEY == "change-me": raise ImproperlyConfigured).
const repairDepth = 3

// repair assumes the cause of a failure that is nearest to it and whose absence makes the failure go away or move.
func (e *explorer) repair(c choices, failed outcome, shipped bool, depth int) (choices, outcome, string) {
	tried := map[string]bool{}
	for i := len(failed.causes) - 1; i >= 0 && len(tried) < 6; i-- {
		cause := failed.causes[i]
		if tried[cause] || e.steps <= 0 {
			continue
		}
		tried[cause] = true
		next := c.copy()
		if name, ok := strings.CutPrefix(cause, "env:"); ok {
			if _, chosen := c.env[name]; chosen {
				continue
			}
			next.env[name] = envChoice{assumed: true}
		} else if _, chosen := c.taken[cause]; chosen {
			continue
		} else {
			next.taken[cause] = !failed.taken[cause]
		}
		out := e.run(next, shipped)
		if out.world.Failure == nil || *out.world.Failure != *failed.world.Failure {
			return next, out, cause
		}
		if depth > 0 && hasOther(out.causes, failed.causes) {
			if deeper, repaired, further := e.repair(next, out, shipped, depth-1); further != "" {
				return deeper, repaired, cause
			}
		}
	}
	return c, failed, ""
}

// hasOther reports whether a list has an element that the other one lacks.
func hasOther(list, other []string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return !slices.Contains(other, s) })
}

// run interprets the module once.
func (e *explorer) run(c choices, shipped bool) (out outcome) {
	r := newRun(e.cfg, e.shared, e.limits, c, shipped)
	world := &World{Names: map[string]Value{}, Assigned: map[string][]source.Span{}}
	out.world = world
	defer func() {
		r.stopGenerators()
		e.steps -= e.limits.Steps - max(r.steps, 0)
		if r.steps < 0 || r.exhausted > 0 {
			e.steps -= e.limits.Steps // another world most likely ends at the same place
		}
		out.met, out.taken = r.met, r.taken
		r.collect(world, e.module)
	}()
	t := r.guard(world, e.module)
	if t != nil {
		world.Failure = r.failure(t)
		out.causes = t.causes
	}
	return out
}

// guard runs the module; limits and faults of the interpreter itself end in a diagnostic.
func (r *run) guard(world *World, module string) (t *thrown) {
	defer func() {
		x := recover()
		if x == nil {
			return
		}
		at := r.at
		switch x := x.(type) {
		case exhausted:
			r.diagnose(at, "the evaluation was given up after "+x.what+"; what follows is not known")
			world.Open = "the evaluation was given up after " + x.what
		default:
			r.diagnose(at, fmt.Sprintf("the interpreter failed here (%v); what follows is not known", x))
			world.Open = "the interpreter failed"
			if r.cfg.Trace != nil {
				r.cfg.Trace(fmt.Sprintf("%v\n%s", x, debug.Stack()))
			}
		}
	}()
	return r.protect(func() { r.runMain(module) })
}

// runMain imports the module as Django does.
func (r *run) runMain(module string) {
	at := source.Span{}
	parts := strings.Split(module, ".")
	var parent *moduleData
	for i := range parts[:len(parts)-1] {
		parent = r.importOne(strings.Join(parts[:i+1], "."), parent, false, at, nil)
	}
	if m, ok := r.modules[module]; ok {
		r.main = m
		return
	}
	tree, pkg, ok := r.cfg.Finder.Module(module)
	if !ok {
		r.raise(at, "ModuleNotFoundError", "No module named '"+module+"'")
	}
	m := &moduleData{name: module, tree: tree, pkg: pkg, globals: r.newGlobals()}
	r.main = m
	r.prepare(m)
	for _, name := range sortedKeys(r.cfg.Preset) {
		m.globals.setStr(name, r.cfg.Preset[name])
	}
	r.modules[module] = m
	if tree != nil && tree.File != nil {
		r.shared.imported[module] = true
	}
	r.runModule(m, at, nil)
	r.runFinishers(m)
}

func (r *run) stopGenerators() {
	for _, stop := range r.live {
		func() {
			defer func() { _ = recover() }()
			stop()
		}()
	}
}

// failure tells an exception that left the module.
func (r *run) failure(t *thrown) *Failure {
	f := &Failure{At: t.at, Class: "Exception"}
	if o, ok := t.value.data.(*objectData); ok {
		f.Class = o.class.name
	}
	func() {
		defer func() {
			if x := recover(); x != nil {
				f.Message = "its message cannot be computed"
			}
		}()
		f.Message = r.exceptionText(t.value)
	}()
	return f
}

// collect takes the names of the module out of a run.
func (r *run) collect(world *World, module string) {
	if r.main == nil {
		return
	}
	world.Names = make(map[string]Value, r.main.globals.size())
	for _, e := range r.main.globals.entries() {
		if name, ok := e.Key.AsStr(); ok {
			world.Names[name] = e.Value
		}
	}
	if open := r.main.globals.open; open.IsValid() && world.Open == "" {
		r.collectOpen(world, open)
	}
	world.Calls = r.records
	if places := r.main.globals.assigned; places != nil {
		world.Assigned = places
	}
}

// collectOpen says what names there can be beside those that are known.
func (r *run) collectOpen(world *World, open Value) {
	list := openPrefixes(open)
	if list == nil {
		world.Open = open.Reason()
		return
	}
	world.OpenPrefixes = map[string]string{}
	for _, p := range list {
		world.OpenPrefixes[p] = open.Reason()
	}
}

// finish orders what all runs have found.
func (e *explorer) finish(result *Result) {
	for i := range e.shared.reads {
		read := &e.shared.reads[i]
		read.Secret = isSecretName(read.Name)
		if e.required[read.Name] {
			read.Required = true
		}
	}
	e.markRequired()
	e.markSecret(result)
	result.Reads = e.shared.reads
	sort.SliceStable(result.Reads, func(i, j int) bool {
		a, b := result.Reads[i], result.Reads[j]
		if a.Name != b.Name {
			return a.Name < b.Name
		}
		if a.At.Path() != b.At.Path() {
			return a.At.Path() < b.At.Path()
		}
		return a.At.Start < b.At.Start
	})
	result.Overrides = e.shared.overrides
	result.Diagnostics = e.shared.diagnostics
	for name := range e.shared.imported {
		result.Imported = append(result.Imported, name)
	}
	sort.Strings(result.Imported)
}

// markRequired marks the variables that the shipped world reads without a default: an import without them fails.
func (e *explorer) markRequired() {
	bare := map[string]bool{}
	for _, name := range e.shared.bare {
		bare[name] = true
	}
	for i := range e.shared.reads {
		read := &e.shared.reads[i]
		read.Required = read.Required || bare[read.Name] && !read.HasDefault
	}
}
