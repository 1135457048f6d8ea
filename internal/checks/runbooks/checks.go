// Package runbooks holds the checks of the catalogue's section "runbooks".
package runbooks

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		productionReadiness(),
		setup(),
		rollback(),
		incident(),
		current(),
	}
}
