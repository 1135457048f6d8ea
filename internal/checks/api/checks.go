// Package api holds the checks of the catalogue's section "api".
package api

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		throttling(),
		pagination(),
		permissions(),
		authentication(),
		renderers(),
		schema(),
		versioning(),
		graphQLLimits(),
	}
}
