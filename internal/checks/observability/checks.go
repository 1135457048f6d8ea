// Package observability holds the checks of the catalogue's section "observability".
package observability

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order.
func Checks() []check.Check {
	return []check.Check{
		structuredLogs(),
		logsToStdout(),
		logRotation(),
		requestID(),
		accessLog(),
		errorTracking(),
		metrics(),
		tracing(),
		liveness(),
		readiness(),
		probesWired(),
		alerts(),
	}
}
