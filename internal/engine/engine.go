// Package engine runs the selected checks over a project in parallel, survives a check that panics, and brings the answers into a total order.
package engine

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"

	"gonogo/internal/audit"
	"gonogo/internal/check"
	"gonogo/internal/project"
)

// Run asks every check and returns the answers in the order of the checks.
// today is the date on which the audit is made, UTC.
func Run(checks []check.Check, snapshot *project.Snapshot, today time.Time) []audit.Check {
	passes := check.Passes(snapshot, today)
	results := make([]audit.Check, len(checks))
	var running sync.WaitGroup
	if len(checks) >= manyChecks {
		running.Go(snapshot.Prepare())
	}
	for i := range checks { // all at once: many wait for a fact that another one has under way, and no processor should wait with them
		running.Go(func() { results[i] = ask(&checks[i], passes) })
	}
	running.Wait()
	if x := snapshot.CrashedAhead(); x != nil {
		doubtPasses(results, x)
	}
	return results
}

// doubtPasses takes back what passed or did not apply after a fact could not be made: the check may have taken it for an empty one.
func doubtPasses(results []audit.Check, crash any) {
	for i := range results {
		if r := &results[i]; r.Status == check.Pass || r.Status == check.NotApplicable {
			r.Status, r.Reason = check.Unknown, fmt.Sprintf("gonogo failed while it read the project (%v); please report it", crash)
		}
	}
}

// manyChecks is how many checks are sure to ask for what the snapshot prepares.
const manyChecks = 60

// Complete adds to the results of a selection the checks that own a fault for which a selected one fails, so that no failure stays
// without its finding. all are the checks that may be added; the order is theirs.
func Complete(all []check.Check, results []audit.Check, snapshot *project.Snapshot, today time.Time) []audit.Check {
	there, wanted := make(map[string]bool), make(map[string]bool)
	for _, r := range results {
		there[r.ID] = true
	}
	for _, r := range results {
		if r.Status == audit.Fail && r.Cause != "" && !there[r.Cause] {
			wanted[r.Cause] = true
		}
	}
	if len(wanted) == 0 {
		return results
	}
	var owners []check.Check
	position := make(map[string]int)
	for i, c := range all {
		position[c.ID] = i
		if wanted[c.ID] {
			owners = append(owners, c)
		}
	}
	if len(owners) == 0 {
		return results
	}
	results = append(results, Run(owners, snapshot, today)...)
	slices.SortStableFunc(results, func(a, b audit.Check) int { return cmp.Compare(position[a.ID], position[b.ID]) })
	return Complete(all, results, snapshot, today)
}

// ask answers one check, timed, its crash turned into an answer.
func ask(c *check.Check, passes []*check.SourcePass) audit.Check {
	began := time.Now()
	answers := make([]check.Answer, len(passes))
	for i, pass := range passes {
		answers[i] = contained(c, pass)
	}
	answer := check.Join(passes, answers)
	return audit.Check{
		ID: c.ID, Title: c.Doc.Title, Severity: c.Severity,
		Status: answer.Status, Reason: answer.Reason, Cause: answer.Cause,
		Evidence: []string{"source"},
		Findings: findings(c.ID, answer.Findings),
		Duration: time.Since(began),
	}
}

// contained runs the check's question. A panic is a bug of the check; it is told as unknown and never stops the rest.
func contained(c *check.Check, pass *check.SourcePass) (answer check.Answer) {
	defer func() {
		if r := recover(); r != nil {
			answer = check.Unclear(fmt.Sprintf("this check failed inside gonogo (%v); please report it with the check's id", r))
		}
	}()
	if pass.Settings == nil && !c.WithoutSettings {
		return check.Unclear("no settings module could be determined; name it with --settings")
	}
	answer = c.Source(pass)
	if problem := invalid(c, answer); problem != "" {
		return check.Unclear("this check answered wrongly (" + problem + "); please report it with the check's id")
	}
	return replaceable(pass, answer)
}

// invalid says how an answer breaks the contract of a check, or "".
func invalid(c *check.Check, a check.Answer) string {
	switch a.Status {
	case check.Pass, check.NotApplicable:
		if len(a.Findings) > 0 {
			return "findings without a failure"
		}
	case check.Fail:
		if len(a.Findings) == 0 && a.Cause == "" {
			return "a failure without finding or cause"
		}
	case check.Unknown:
		if a.Reason == "" {
			return "unknown without a reason"
		}
	default:
		return "no status"
	}
	for _, f := range a.Findings {
		if f.Severity < audit.Optional || f.Severity > c.Severity {
			return "a finding above the check's severity"
		}
	}
	return ""
}
