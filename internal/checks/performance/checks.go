// Package performance holds the checks of the catalogue's section "performance".
package performance

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		nPlusOne(),
		listsPaginated(),
		cacheBackend(),
		cachePolicy(),
		privateAnswersNotShared(),
		sessions(),
		cachedTemplates(),
		evaluation(),
	}
}
