// Package gate turns answers into a verdict.
package gate

import (
	"fmt"

	"gonogo/internal/audit"
)

// Policy says what stops a release.
type Policy struct {
	FailOn audit.Severity // a finding of this severity or above stops it
	// UnknownStops says that a critical check which could not be answered stops it too.
	UnknownStops bool
}

// Decide gives the verdict over all checks, with the reasons for a NO-GO.
// The verdict is NO-GO when a finding reaches the policy's severity, a critical check is expired, or (policy) unknown;
// and when nothing at all could be answered.
func Decide(checks []audit.Check, policy Policy) (audit.Verdict, []string) {
	findings, unknown, expired, answered := 0, 0, 0, 0
	for _, c := range checks {
		if c.Status != audit.Unknown {
			answered++
		}
		if c.Status == audit.Fail {
			findings += stopping(c, policy.FailOn)
		}
		if c.Severity != audit.Critical {
			continue
		}
		switch c.Status {
		case audit.Unknown:
			unknown++
		case audit.Expired:
			expired++
		}
	}
	var because []string
	if findings > 0 {
		because = append(because, fmt.Sprintf("%s of severity %s", plural(findings, "finding"), atLeast(policy.FailOn)))
	}
	if expired > 0 {
		because = append(because, plural(expired, "expired waiver or attestation of a critical check", "expired waivers or attestations of critical checks"))
	}
	if policy.UnknownStops && unknown > 0 {
		because = append(because, plural(unknown, "critical check")+" could not be answered")
	}
	if answered == 0 && len(checks) > 0 {
		because = append(because, "nothing could be answered")
	}
	if len(because) > 0 {
		return audit.NoGo, because
	}
	return audit.Go, nil
}

func stopping(c audit.Check, failOn audit.Severity) int {
	n := 0
	for _, f := range c.Findings {
		if f.Severity >= failOn {
			n++
		}
	}
	return n
}

func atLeast(s audit.Severity) string {
	if s == audit.Critical {
		return "critical"
	}
	return s.String() + " or above"
}

func plural(n int, one string, many ...string) string {
	if n == 1 {
		return "1 " + one
	}
	if len(many) > 0 {
		return fmt.Sprintf("%d %s", n, many[0])
	}
	return fmt.Sprintf("%d %ss", n, one)
}
