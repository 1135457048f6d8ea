// Package static holds the checks of the catalogue's section "static".
package static

import "gonogo/internal/check"

// Checks are the section's checks that settings can answer, in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		rootAndURL(),
		collected(),
		hashedNames(),
		servedOutsideViews(),
		whitenoiseOrder(),
		proxyPathMatches(),
		compression(),
		cacheHeaders(),
	}
}
