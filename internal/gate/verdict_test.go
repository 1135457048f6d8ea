package gate

import (
	"testing"

	"gonogo/internal/audit"
)

func TestDecide(t *testing.T) {
	finding := func(s audit.Severity) []audit.Finding { return []audit.Finding{{Severity: s}} }
	cases := []struct {
		name    string
		checks  []audit.Check
		policy  Policy
		verdict audit.Verdict
		because string
	}{
		{"nothing", nil, Policy{FailOn: audit.Critical}, audit.Go, ""},
		{"critical finding", []audit.Check{{Severity: audit.Critical, Status: audit.Fail, Findings: finding(audit.Critical)}},
			Policy{FailOn: audit.Critical}, audit.NoGo, "1 finding of severity critical"},
		{"recommended finding of a critical check", []audit.Check{{Severity: audit.Critical, Status: audit.Fail, Findings: finding(audit.Recommended)}},
			Policy{FailOn: audit.Critical}, audit.Go, ""},
		{"recommended finding under a stricter policy", []audit.Check{{Severity: audit.Recommended, Status: audit.Fail, Findings: finding(audit.Recommended)}},
			Policy{FailOn: audit.Recommended}, audit.NoGo, "1 finding of severity recommended or above"},
		{"nothing answered", []audit.Check{{Severity: audit.Critical, Status: audit.Unknown}}, Policy{FailOn: audit.Critical}, audit.NoGo, "nothing could be answered"},
		{"unknown is no finding", []audit.Check{{Severity: audit.Critical, Status: audit.Unknown}, {Severity: audit.Optional, Status: audit.Pass}}, Policy{FailOn: audit.Critical}, audit.Go, ""},
		{"unknown under a policy", []audit.Check{{Severity: audit.Critical, Status: audit.Unknown}, {Severity: audit.Recommended, Status: audit.Unknown}, {Severity: audit.Optional, Status: audit.Pass}},
			Policy{FailOn: audit.Critical, UnknownStops: true}, audit.NoGo, "1 critical check could not be answered"},
		{"expired", []audit.Check{{Severity: audit.Critical, Status: audit.Expired}}, Policy{FailOn: audit.Critical},
			audit.NoGo, "1 expired waiver or attestation of a critical check"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			verdict, because := Decide(c.checks, c.policy)
			if verdict != c.verdict {
				t.Fatalf("verdict %s, want %s", verdict, c.verdict)
			}
			if c.because == "" && len(because) == 0 {
				return
			}
			if len(because) != 1 || because[0] != c.because {
				t.Fatalf("because %q, want %q", because, c.because)
			}
		})
	}
}
