// Package realtime holds the checks of the catalogue's section "realtime".
package realtime

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		asgiServer(),
		channelLayer(),
		originValidation(),
		timeouts(),
		proxyUpgrade(),
		noBlockingCalls(),
	}
}
