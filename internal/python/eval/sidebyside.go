package eval

import (
	"runtime"
	"sync"
	"sync/atomic"

	"gonogo/internal/python/syntax"
)

// sideBySide is how many worlds are run at once. It does not hang on the machine, so that everybody gets the same answer: what a world finds
// is known to those of later batches alone.
const sideBySide = 8

// side is how many of the worlds that wait are run next: the shipped one alone, and no more than the limits let run if each takes as many steps
// as the longest so far.
func (e *explorer) side(runs, waiting int) int {
	most := sideBySide
	switch {
	case runs == 0:
		most = 1
	case runs < e.limits.Runs:
		most = min(most, e.limits.Runs-runs)
	default:
		most = min(most, 2*e.limits.Runs-runs)
	}
	if e.longest > 0 {
		most = min(most, max(1, e.steps/e.longest))
	}
	return min(most, waiting)
}

// ran is a world that was run, with the choices that it needed.
type ran struct {
	outcome
	chosen choices
}

// runBatch runs worlds that do not hang on each other, and takes what they found in their order.
func (e *explorer) runBatch(batch []job, shipped bool) []ran {
	results := make([]ran, len(batch))
	workers := min(len(batch), runtime.GOMAXPROCS(0))
	for len(e.caches) < workers {
		e.caches = append(e.caches, newCaches())
	}
	forks := make([]*explorer, len(batch))
	for i := range batch {
		forks[i] = e.fork()
	}
	var faults sync.Once
	var next atomic.Int32
	var fault any // of the interpreter, outside of what guards a run
	work := func(worker int) {
		defer func() {
			if x := recover(); x != nil {
				faults.Do(func() { fault = x })
			}
		}()
		for i := int(next.Add(1)) - 1; i < len(batch); i = int(next.Add(1)) - 1 {
			forks[i].shared.caches = e.caches[worker]
			out, chosen := forks[i].runRepaired(batch[i], shipped)
			results[i] = ran{out, chosen}
		}
	}
	var running sync.WaitGroup
	for worker := 1; worker < workers; worker++ {
		running.Go(func() { work(worker) })
	}
	work(0)
	running.Wait()
	if fault != nil {
		panic(fault)
	}
	before := e.steps
	for _, fork := range forks {
		e.steps -= before - fork.steps
		e.longest = max(e.longest, before-fork.steps)
		e.shared.take(fork.shared)
		for name := range fork.required {
			e.required[name] = true
		}
		for key := range fork.seen {
			e.seen[key] = true
		}
	}
	return results
}

// fork is an explorer for one world, which finds for itself.
func (e *explorer) fork() *explorer {
	shared := newShared(nil)
	shared.exploring = true
	for name := range e.shared.tooLarge {
		shared.tooLarge[name] = true
	}
	return &explorer{cfg: e.cfg, module: e.module, limits: e.limits, shared: shared, seen: map[string]bool{}, required: map[string]bool{}, steps: e.steps}
}

func newCaches() *caches {
	return &caches{builtins: newBuiltinNames(), code: map[syntax.Node]*functionCode{}, numbers: map[*syntax.Constant]Value{}}
}

// newShared makes what runs find, empty.
func newShared(c *caches) *shared {
	return &shared{caches: c, readIndex: map[readKey]int{}, overrideSet: map[string]bool{}, imported: map[string]bool{}, diagnosed: map[string]bool{}, tests: tests{}, tooLarge: map[string]bool{}}
}

// take adds what another run has found.
func (s *shared) take(other *shared) {
	for _, read := range other.reads {
		s.addRead(read)
	}
	s.bare = append(s.bare, other.bare...)
	for _, o := range other.overrides {
		s.addOverride(o)
	}
	for _, d := range other.diagnostics {
		s.addDiagnostic(d)
	}
	for name := range other.imported {
		s.imported[name] = true
	}
	for name := range other.tooLarge {
		s.tooLarge[name] = true
	}
	for key, statements := range other.tests {
		for statement := range statements {
			s.tests.note(key, statement)
		}
	}
}
