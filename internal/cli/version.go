package cli

import (
	"fmt"
	"runtime"
)

// Version is gonogo's own version.
const Version = "0.1.0"

type versionCommand struct{}

// Run prints the version and the platform.
func (versionCommand) Run(ctx *Context) error {
	fmt.Fprintf(ctx.Stdout, "gonogo %s (%s, %s/%s)\n", Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}
