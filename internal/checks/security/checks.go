// Package security holds the checks of the catalogue's section "security".
package security

import "gonogo/internal/check"

// Checks are the section's checks, in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		csrfMiddleware(),
		csrfFailureView(),
		csrfExempt(),
		stateChangeOnGet(),
		csrfTokenInForms(),
		passwordValidators(),
		passwordHashers(),
		sessionSerializer(),
		loginThrottled(),
		adminProtected(),
		objectPermissions(),
		sqlInjection(),
		unsafeHTML(),
		unsafeDeserialization(),
		openRedirect(),
		serverSideRequests(),
		massAssignment(),
		exposedPaths(),
		thirdPartyScripts(),
		disclosureContact(),
	}
}
