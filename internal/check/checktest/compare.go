package checktest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/source"
)

// problems are the ways in which an answer differs from what a fixture asks for, for the author of the check.
func (e expectation) problems(c check.Check, a check.Answer) []string {
	var wrong []string
	if p := contract(c, a); p != "" {
		wrong = append(wrong, p)
	}
	if a.Status != e.status {
		wrong = append(wrong, fmt.Sprintf("answered %s, want %s", a.Status, e.status))
	}
	for _, words := range e.reasons {
		if !strings.Contains(a.Reason, words) {
			wrong = append(wrong, fmt.Sprintf("the reason does not contain %q", words))
		}
	}
	if a.Cause != e.cause {
		wrong = append(wrong, fmt.Sprintf("cause %q, want %q", a.Cause, e.cause))
	}
	if e.status == check.Fail {
		wrong = append(wrong, compareFindings(e.findings, a.Findings)...)
	}
	return wrong
}

// compareFindings pairs each expected finding with one that was made; what is left on either side is wrong.
func compareFindings(want []expectedFinding, got []check.Finding) (wrong []string) {
	left := slices.Clone(got)
	for _, w := range want {
		i := slices.IndexFunc(left, w.matches)
		if i < 0 {
			wrong = append(wrong, "missing: "+w.text)
			continue
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, f := range left {
		wrong = append(wrong, "not expected: "+line(f))
	}
	return wrong
}

func (w expectedFinding) matches(f check.Finding) bool {
	if w.severity != f.Severity.String() || !strings.Contains(f.Message, w.words) {
		return false
	}
	at := place(f.At)
	return at == w.at || strings.HasPrefix(at, w.at+":")
}

// contract says how an answer breaks the rules that hold for every check, or "".
func contract(c check.Check, a check.Answer) string {
	switch a.Status {
	case check.Pass, check.NotApplicable:
		if len(a.Findings) > 0 {
			return "findings without a failure"
		}
		if a.Status == check.NotApplicable && a.Reason == "" {
			return "not-applicable without a reason"
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
		switch {
		case f.Severity < check.Optional || f.Severity > c.Severity:
			return "the finding's severity is above the check's: " + line(f)
		case f.Message == "":
			return "a finding without a message at " + place(f.At)
		case f.At.IsZero():
			return "a finding without a place: " + f.Message
		case int(f.At.End) > len(f.At.File.Data) || f.At.Start > f.At.End:
			return "a finding behind the end of its file: " + f.Message
		}
	}
	return ""
}

// shown is an answer in the form of a fixture's directives.
func shown(a check.Answer) string {
	var b strings.Builder
	fmt.Fprintf(&b, "status %s\n", a.Status)
	if a.Reason != "" {
		fmt.Fprintf(&b, "reason: %s\n", a.Reason)
	}
	if a.Cause != "" {
		fmt.Fprintf(&b, "cause: %s\n", a.Cause)
	}
	findings := slices.Clone(a.Findings)
	slices.SortStableFunc(findings, func(x, y check.Finding) int {
		return cmp.Or(cmp.Compare(x.At.Path(), y.At.Path()), cmp.Compare(x.At.Start, y.At.Start), cmp.Compare(x.Message, y.Message))
	})
	for _, f := range findings {
		fmt.Fprintf(&b, "finding: %s\n", line(f))
		if text := f.At.Text(); text != "" {
			fmt.Fprintf(&b, "\t\tat the text %.80q\n", text)
		}
		for _, r := range f.Related {
			fmt.Fprintf(&b, "\t\trelated: %s %s\n", place(r.At), r.Message)
		}
		if f.Fix != "" {
			fmt.Fprintf(&b, "\t\tfix: %s\n", f.Fix)
		}
	}
	return b.String()
}

// line is a finding as a directive has it.
func line(f check.Finding) string { return fmt.Sprintf("%s %s %s", place(f.At), f.Severity, f.Message) }

// place is "path:line:column", or "path" for a whole file.
func place(s source.Span) string {
	if s.IsZero() {
		return "(no place)"
	}
	if s.Start == 0 && s.End == 0 {
		return s.Path()
	}
	at := s.Begin()
	return fmt.Sprintf("%s:%d:%d", s.Path(), at.Line, at.Column)
}
