// Package errors holds the checks of the catalogue's section "errors".
package errors

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		debugOff(),
		debugFailsClosed(),
		templateDebugOff(),
		errorPages(),
		noTracebackLeak(),
		noPropagatedExceptions(),
		someoneIsTold(),
	}
}
