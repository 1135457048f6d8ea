// Package audit is the plain result of an audit: all that a reporter sees, and nothing of how it came about.
package audit

import (
	"strings"
	"time"

	"gonogo/internal/source"
)

// Severity is how much a finding weighs. For a check it is the ceiling of its findings.
type Severity uint8

const (
	Optional    Severity = iota + 1 // worth knowing
	Recommended                     // owed
	Critical                        // stops a release
)

// String is the severity's public name; "invalid" for the zero value.
func (s Severity) String() string {
	return name(int(s), "invalid", "optional", "recommended", "critical")
}

// Status is the answer to a check.
type Status uint8

const (
	Pass Status = iota + 1
	Fail
	Unknown // could not be known; the reason says what is missing and what would settle it
	NotApplicable
	Waived
	Attested
	Expired
)

// Statuses are all valid statuses in the order of their public listing.
func Statuses() []Status {
	return []Status{Pass, Fail, Unknown, NotApplicable, Waived, Attested, Expired}
}

// String is the status's public name; "invalid" for the zero value.
func (s Status) String() string {
	return name(int(s), "invalid", "pass", "fail", "unknown", "not-applicable", "waived", "attested", "expired")
}

func name(i int, names ...string) string {
	if i < 0 || i >= len(names) {
		return names[0]
	}
	return names[i]
}

// Finding is one fault with its evidence.
type Finding struct {
	Severity Severity
	Message  string // one sentence
	At       source.Span
	Related  []Related
	Fix      string // one line, or ""
	// Secret says that what At covers is a secret: it is never shown, nor does the fingerprint rest on it.
	Secret      bool
	Fingerprint string // 16 hexadecimal digits; stays the same while the finding moves within its file
}

// Related is another place that a finding rests on.
type Related struct {
	Message string
	At      source.Span
}

// Check is one question with its answer.
type Check struct {
	ID       string
	Title    string
	Severity Severity // the ceiling
	Status   Status
	Reason   string
	Cause    string // id of the check that owns the fault, or ""
	Evidence []string
	Findings []Finding // ordered by severity (worst first), then place
	Duration time.Duration
}

// Section is the part of the id before the slash.
func (c Check) Section() string {
	section, _, _ := strings.Cut(c.ID, "/")
	return section
}

// Worst is the highest severity of the check's findings; for a failed check without findings of its own (it has a cause)
// and for every other status it is 0.
func (c Check) Worst() Severity {
	var worst Severity
	if c.Status != Fail {
		return 0
	}
	for _, f := range c.Findings {
		worst = max(worst, f.Severity)
	}
	return worst
}

// Project says what was audited.
type Project struct {
	Root           string // relative to the path that the user named
	Django         string // "5.2.8", or "unknown"
	Python         string // "3.12", or "unknown"
	Settings       string // dotted module, "" when there is none
	SettingsReason string
	Stack          []string // what was found in use, for people: "Django REST framework", "Celery"
}

// Verdict is the end of it.
type Verdict string

const (
	Go   Verdict = "go"
	NoGo Verdict = "no-go"
)

// Audit is the whole result.
type Audit struct {
	Tool        string // version
	Project     Project
	Verdict     Verdict
	Because     []string // why it is NO-GO, one clause each; empty for GO
	Checks      []Check  // in the catalogue's order
	Diagnostics []source.Diagnostic
}

// Count is how many checks have each status.
func (a *Audit) Count() map[Status]int {
	counts := make(map[Status]int)
	for _, c := range a.Checks {
		counts[c.Status]++
	}
	return counts
}
