// Package media holds the checks of the catalogue's section "media".
package media

import "gonogo/internal/check"

// Checks are the section's checks that settings can answer, in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		persistent(),
		notServedByDjango(),
		uploadValidation(),
		sizeLimitsAgree(),
		accessDecided(),
		exports(),
	}
}
