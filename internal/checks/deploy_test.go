package checks

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/check"
	"gonogo/internal/check/checktest"
)

// deployCase is one line of testdata/deploy: settings, and what Django's own security checks say of them.
type deployCase struct {
	Settings string
	IDs      []string
}

// TestAgreesWithDjango compares the answers with `check --deploy` of real Django, which testdata/deploy/generate.py asked.
func TestAgreesWithDjango(t *testing.T) {
	byID := make(map[string]check.Check)
	for _, c := range All() {
		byID[c.ID] = c
	}
	for _, django := range []string{"4.2.26", "5.2.8"} {
		t.Run(django, func(t *testing.T) {
			t.Parallel()
			cases := readDeployCases(t, "testdata/deploy/django-"+django[:3]+".jsonl")
			if len(cases) < 200 {
				t.Fatalf("%d cases, want 200 at least", len(cases))
			}
			for _, dc := range cases {
				agrees(t, byID, dc, django)
			}
		})
	}
}

func agrees(t *testing.T, byID map[string]check.Check, dc deployCase, django string) {
	files := map[string]string{"settings.py": dc.Settings, "requirements.txt": "Django==" + django + "\n"}
	for _, question := range deployQuestions() {
		warned := slices.ContainsFunc(question.ids, func(id string) bool { return slices.Contains(dc.IDs, "security."+id) })
		answer := checktest.Answer(t, byID[question.check], files)
		if !question.agrees(answer, warned, dc) {
			t.Errorf("%s answers %v (cause %q, reason %q), Django says %v of\n%s",
				question.check, answer.Status, answer.Cause, answer.Reason, dc.IDs, dc.Settings)
		}
	}
}

func readDeployCases(t *testing.T, path string) (cases []deployCase) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var c deployCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}

// deployQuestion is a check and Django's ids for it.
type deployQuestion struct {
	check  string
	ids    []string
	agrees func(a check.Answer, warned bool, c deployCase) bool
}

func deployQuestions() []deployQuestion {
	return []deployQuestion{
		{"https/security-middleware", []string{"W001"}, exactly},
		{"https/clickjacking", []string{"W002", "W019"}, exactly},
		{"security/csrf-middleware", []string{"W003"}, exactly},
		{"https/hsts", []string{"W004"}, orAtProxy},
		{"https/hsts-ramp", []string{"W005", "W021"}, rampAgrees},
		{"https/content-type-nosniff", []string{"W006"}, exactly},
		{"https/redirect", []string{"W008"}, orAtProxy},
		{"https/session-cookie-secure", []string{"W010", "W011", "W012"}, exactly},
		{"https/session-cookie-httponly", []string{"W013", "W014", "W015"}, exactly},
		{"https/csrf-cookie-secure", []string{"W016"}, exactly},
		{"https/referrer-policy", []string{"W022", "E023"}, exactly},
		{"https/cross-origin-opener-policy", []string{"E024"}, orTurnedOff},
	}
}

// silent reports whether an answer is what Django's silence means: all is well, nothing to judge, or another check owns the fault.
func silent(a check.Answer) bool {
	return a.Status == check.Pass || a.Status == check.NotApplicable || a.Cause == "https/security-middleware"
}

// exactly: a finding where Django warns, none where it does not.
func exactly(a check.Answer, warned bool, _ deployCase) bool {
	if warned {
		return a.Status == check.Fail && len(a.Findings) > 0
	}
	return silent(a)
}

// orAtProxy: where Django warns, the proxy may still do it, so the answer may be unknown.
func orAtProxy(a check.Answer, warned bool, c deployCase) bool {
	return warned && a.Status == check.Unknown || exactly(a, warned, c)
}

// orTurnedOff: Django says nothing of a policy that is turned off; the catalogue counts it.
func orTurnedOff(a check.Answer, warned bool, c deployCase) bool {
	off := strings.Contains(c.Settings, "SECURE_CROSS_ORIGIN_OPENER_POLICY = None")
	return off && a.Status == check.Fail || exactly(a, warned, c)
}

// rampAgrees: not to promise subdomains or preload is a choice, so a warning of Django's may pass;
// where Django is silent although HSTS is sent, only a promise with a short max-age may fail.
func rampAgrees(a check.Answer, warned bool, c deployCase) bool {
	short := strings.Contains(c.Settings, "SECURE_HSTS_SECONDS = 3600")
	if warned || short {
		return a.Status == check.Pass || a.Status == check.Fail
	}
	return silent(a)
}
