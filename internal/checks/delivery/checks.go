// Package delivery holds the checks of the catalogue's section "delivery".
package delivery

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		testsInCI(),
		deployCheckInCI(),
		migrationsCheckInCI(),
		lintInCI(),
		staticInCI(),
		dependencyAuditInCI(),
		releaseOrder(),
		workersRestarted(),
		verifiedAfter(),
		rollback(),
		noShellInProduction(),
		featureFlags(),
		maintenanceMode(),
	}
}
