// Package containers holds the checks of the catalogue's section "containers".
package containers

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		multiStage(),
		pinnedBase(),
		unprivileged(),
		noSecrets(),
		ignoreFile(),
		health(),
		resources(),
		readOnlySecrets(),
	}
}
