// Package database holds the checks of the catalogue's section "database".
package database

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		productionEngine(),
		persistentConnections(),
		connectionHealthChecks(),
		poolerCompatible(),
		connectionBudget(),
		tls(),
		timeouts(),
		replicaRouting(),
		indexes(),
		slowQueriesVisible(),
		timeZone(),
		naiveDatetimes(),
	}
}
