// Package server holds the checks of the catalogue's section "server".
package server

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		workers(),
		commandsResolve(),
		timeouts(),
		recycling(),
		forwardedAddresses(),
		supervised(),
		unprivileged(),
		gracefulStop(),
		asyncSafety(),
		privateBind(),
	}
}
