// Package secrets holds the checks of the catalogue's section "secrets".
package secrets

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		secretKeyExternal(),
		secretKeyStrong(),
		secretKeyRotation(),
		credentialsExternal(),
		defaultAccounts(),
		noneInRepository(),
		envFilesIgnored(),
		requiredVariablesFailFast(),
		variablesDocumented(),
		variablesPresent(),
		notLogged(),
	}
}
