// Package migrations holds the checks of the catalogue's section "migrations".
package migrations

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		noneMissing(),
		committed(),
		noConflicts(),
		expandContract(),
		locking(),
		reversible(),
		dataSeparate(),
		historicalModels(),
		singleRunner(),
	}
}
