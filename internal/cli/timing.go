package cli

import (
	"cmp"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"

	"gonogo/internal/audit"
)

// stopwatch remembers how long each step of a run took.
type stopwatch struct {
	began, last time.Time
	steps       []step
}

type step struct {
	name, detail string
	took         time.Duration
}

func newStopwatch() *stopwatch {
	now := time.Now()
	return &stopwatch{began: now, last: now}
}

// step ends a step that began where the one before it ended.
func (w *stopwatch) step(name, detail string) {
	now := time.Now()
	w.steps = append(w.steps, step{name, detail, now.Sub(w.last)})
	w.last = now
}

// slowest is how many single checks are listed.
const slowest = 5

func (w *stopwatch) print(out io.Writer, checks []audit.Check) {
	for _, s := range w.steps {
		fmt.Fprintf(out, "%-10s %8.1f ms  %s\n", s.name, milliseconds(s.took), s.detail)
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	fmt.Fprintf(out, "%-10s %8.1f ms  %d MB from the operating system\n", "all", milliseconds(w.last.Sub(w.began)), memory.Sys>>20)
	byTime := slices.SortedFunc(slices.Values(checks), func(a, b audit.Check) int { return cmp.Compare(b.Duration, a.Duration) })
	for _, c := range byTime[:min(slowest, len(byTime))] {
		fmt.Fprintf(out, "  %8.2f ms  %s\n", milliseconds(c.Duration), c.ID)
	}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
