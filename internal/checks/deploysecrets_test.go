package checks

import (
	"slices"
	"strings"
	"testing"

	"gonogo/internal/check"
	"gonogo/internal/check/checktest"
)

// TestAgreesWithDjangoOnSecrets compares the answers about keys, DEBUG, hosts and trusted origins with real Django's, which
// testdata/deploy/generate_secrets.py asked.
func TestAgreesWithDjangoOnSecrets(t *testing.T) {
	byID := make(map[string]check.Check)
	for _, c := range All() {
		byID[c.ID] = c
	}
	questions := []struct {
		check, id string
		fails     func(a check.Answer) bool // whether the answer says what Django's id says
	}{
		{"errors/debug-off", "security.W018", failed},
		{"secrets/secret-key-strong", "security.W009", failed},
		{"secrets/secret-key-rotation", "security.W025", saying("has only", "begins with", "is empty, and", "example value")},
		{"hosts/allowed-hosts", "security.W020", saying("is empty,")},
		{"hosts/csrf-trusted-origins", "4_0.E001", saying("4_0.E001")},
	}
	cases := readDeployCases(t, "testdata/deploy/secrets-django-5.2.jsonl")
	if len(cases) < 200 {
		t.Fatalf("%d cases, want 200 at least", len(cases))
	}
	for _, dc := range cases {
		files := map[string]string{"settings.py": dc.Settings, "requirements.txt": "Django==5.2.8\n"}
		for _, q := range questions {
			answer := checktest.Answer(t, byID[q.check], files)
			if q.fails(answer) != slices.Contains(dc.IDs, q.id) {
				t.Errorf("%s answers %v (cause %q, reason %q, findings %v), Django says %v of\n%s",
					q.check, answer.Status, answer.Cause, answer.Reason, answer.Findings, dc.IDs, dc.Settings)
			}
		}
	}
}

func failed(a check.Answer) bool { return a.Status == check.Fail }

// saying asks whether one of the findings has one of the words: the check finds more than Django does.
func saying(words ...string) func(check.Answer) bool {
	return func(a check.Answer) bool {
		return slices.ContainsFunc(a.Findings, func(f check.Finding) bool {
			return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(f.Message, w) })
		})
	}
}
