// Command gonogo tells whether a Django project can be deployed to production.
package main

import (
	"os"
	"runtime/debug"

	"gonogo/internal/cli"
)

// collectAfter is the growth of the heap, in percent, after which garbage is collected: a run is short, and what it reads stays to its end.
const collectAfter = 800

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAfter)
	}
	os.Exit(cli.Run(os.Args[1:], cli.Process()))
}
