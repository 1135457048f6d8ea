package engine

import (
	"strings"
	"testing"

	"gonogo/internal/audit"
	"gonogo/internal/check"
)

func TestNothingPassesAfterACrash(t *testing.T) {
	results := []audit.Check{{Status: check.Pass}, {Status: check.Fail}, {Status: check.NotApplicable}, {Status: check.Unknown, Reason: "own"}}
	doubtPasses(results, "index out of range")
	for i, want := range []audit.Status{check.Unknown, check.Fail, check.Unknown, check.Unknown} {
		if results[i].Status != want {
			t.Errorf("result %d is %v, not %v", i, results[i].Status, want)
		}
	}
	if !strings.Contains(results[0].Reason, "index out of range") || results[3].Reason != "own" {
		t.Errorf("reasons %q and %q", results[0].Reason, results[3].Reason)
	}
}
