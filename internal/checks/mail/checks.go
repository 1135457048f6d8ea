// Package mail holds the checks of the catalogue's section "mail".
package mail

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order. mail/reachable needs a connection.
func Checks() []check.Check {
	return []check.Check{
		backend(),
		transport(),
	}
}
