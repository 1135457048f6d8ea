// Package tasks holds the checks of the catalogue's section "tasks".
package tasks

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		slowWork(),
		notEager(),
		brokerConfigured(),
		brokerSecured(),
		workerProcess(),
		concurrencyLimited(),
		timeLimits(),
		retries(),
		deadLetter(),
		idempotent(),
		visibilityTimeout(),
		afterCommit(),
		arguments(),
		resultsExpire(),
		beatOnce(),
		monitored(),
	}
}
