// Package hosts holds the checks of the catalogue's section "hosts".
package hosts

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		allowedHosts(),
		probeHostAllowed(),
		csrfTrustedOrigins(),
		corsAllowList(),
		corsCredentials(),
		corsMiddlewareOrder(),
		forwardedHost(),
	}
}
