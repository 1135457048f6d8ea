// Package proxy holds the checks of the catalogue's section "proxy".
package proxy

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		present(),
		headers(),
		tls(),
		rateLimit(),
		hidesVersions(),
		unknownHosts(),
		inheritedHeaders(),
	}
}
