// Package https holds the checks of the catalogue's section "https".
package https

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{}
}
