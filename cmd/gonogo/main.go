// Command gonogo tells whether a Django project can be deployed to production.
package main

import (
	"math"
	"os"
	"runtime"
	"runtime/debug"

	"gonogo/internal/cli"
)

// A run is short, and what it reads stays to its end: collecting garbage only pays when a project is large.
const (
	uncollected  = 512 << 20 // the memory that is used before garbage is collected at all, in bytes
	collectAfter = 100       // the growth of the heap, in percent, after which it is collected from then on
)

func main() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		collectLate()
	}
	os.Exit(cli.Run(os.Args[1:], cli.Process()))
}

// collectLate leaves garbage alone until the memory reaches a limit. The limit would then have all processors collect all the time: so the
// first collection that it asks for, which a value that nobody holds notices, sets the usual rule.
func collectLate() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(uncollected)
	runtime.AddCleanup(new([64]byte), func(percent int) {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(math.MaxInt64)
	}, collectAfter)
}
