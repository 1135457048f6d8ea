package engine

import (
	"strings"
	"testing"
	"time"

	"gonogo/internal/audit"
	"gonogo/internal/check"
	"gonogo/internal/project"
	"gonogo/internal/source"
)

func asking(id string, severity check.Severity, answer func(*check.SourcePass) check.Answer) check.Check {
	return check.Check{ID: id, Severity: severity, Source: answer, WithoutSettings: true}
}

func always(a check.Answer) func(*check.SourcePass) check.Answer {
	return func(*check.SourcePass) check.Answer { return a }
}

var today = time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)

func TestRunKeepsTheOrderAndSurvivesACrash(t *testing.T) {
	checks := []check.Check{
		asking("b/one", check.Critical, always(check.Passed(""))),
		asking("b/crash", check.Critical, func(*check.SourcePass) check.Answer { panic("out of luck") }),
		asking("a/silent", check.Critical, always(check.Answer{})),
		asking("a/empty", check.Critical, always(check.Answer{Status: check.Fail})),
		asking("a/heavy", check.Optional, always(check.Failed(check.Finding{Severity: check.Critical, Message: "x"}))),
		asking("a/mute", check.Optional, always(check.Answer{Status: check.Unknown})),
		{ID: "a/settings", Severity: check.Critical, Source: always(check.Passed(""))},
	}
	results := Run(checks, &project.Snapshot{}, today)
	wants := []struct {
		status audit.Status
		reason string
	}{
		{audit.Pass, ""}, {audit.Unknown, "out of luck"}, {audit.Unknown, "no status"}, {audit.Unknown, "without finding or cause"},
		{audit.Unknown, "above the check's severity"}, {audit.Unknown, "without a reason"}, {audit.Unknown, "no settings module"},
	}
	for i, want := range wants {
		if results[i].ID != checks[i].ID || results[i].Status != want.status || !strings.Contains(results[i].Reason, want.reason) {
			t.Errorf("%s: %v %q, want %v %q", results[i].ID, results[i].Status, results[i].Reason, want.status, want.reason)
		}
	}
}

func TestCompleteAddsTheOwnerOfAFault(t *testing.T) {
	owner := asking("a/owner", check.Critical, always(check.Failed(check.Finding{Severity: check.Critical, Message: "the fault"})))
	middle := asking("b/middle", check.Critical, always(check.CausedBy("a/owner", "the same")))
	last := asking("c/last", check.Critical, always(check.CausedBy("b/middle", "the same")))
	other := asking("d/other", check.Critical, always(check.Passed("")))
	all := []check.Check{owner, middle, last, other}
	results := Complete(all, Run([]check.Check{last}, &project.Snapshot{}, today), &project.Snapshot{}, today)
	var ids []string
	for _, r := range results {
		ids = append(ids, r.ID)
	}
	if got := strings.Join(ids, " "); got != "a/owner b/middle c/last" {
		t.Errorf("got %s", got)
	}
	if n := len(Complete([]check.Check{last}, Run([]check.Check{last}, &project.Snapshot{}, today), &project.Snapshot{}, today)); n != 1 {
		t.Errorf("an owner that is left out was added: %d results", n)
	}
}

func TestFindingsAreOrderedAndFingerprinted(t *testing.T) {
	before := source.NewFile("settings.py", []byte("A = 1\nB = 2\nB = 2\n"))
	after := source.NewFile("settings.py", []byte("# a line\nA = 1\nB = 2\nB = 2\n"))
	found := func(f *source.File, shift source.Pos) []audit.Finding {
		return findings("a/b", []check.Finding{
			{Severity: check.Optional, Message: "a", At: f.Span(shift, shift+5)},
			{Severity: check.Critical, Message: "second", At: f.Span(shift+12, shift+17)},
			{Severity: check.Critical, Message: "first", At: f.Span(shift+6, shift+11)},
		})
	}
	a, b := found(before, 0), found(after, 9)
	if a[0].Message != "first" || a[1].Message != "second" || a[2].Message != "a" {
		t.Errorf("order: %q %q %q", a[0].Message, a[1].Message, a[2].Message)
	}
	for i := range a {
		if a[i].Fingerprint != b[i].Fingerprint || len(a[i].Fingerprint) != 16 {
			t.Errorf("finding %d: fingerprint %s became %s when a line was added above", i, a[i].Fingerprint, b[i].Fingerprint)
		}
	}
	if a[0].Fingerprint == a[1].Fingerprint {
		t.Error("two findings on equal text have one fingerprint")
	}
}

func TestSelect(t *testing.T) {
	checks := []check.Check{{ID: "https/hsts"}, {ID: "https/redirect"}, {ID: "secrets/secret-key-strong"}}
	cases := []struct {
		name         string
		only, except []string
		want, fault  string
	}{
		{"all", nil, nil, "https/hsts https/redirect secrets/secret-key-strong", ""},
		{"id", []string{"https/hsts"}, nil, "https/hsts", ""},
		{"section", []string{"https"}, nil, "https/hsts https/redirect", ""},
		{"glob", []string{"*/h*"}, nil, "https/hsts", ""},
		{"without", nil, []string{"https/*"}, "secrets/secret-key-strong", ""},
		{"nothing matches", []string{"https/hst"}, nil, "", "did you mean https/hsts?"},
		{"name alone", []string{"secret-key-stron"}, nil, "", "did you mean secrets/secret-key-strong?"},
		{"broken glob", []string{"https/["}, nil, "", "not a valid pattern"},
		{"nothing left", []string{"https"}, []string{"https"}, "", "no check is left"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			kept, err := Select(checks, c.only, c.except)
			if c.fault != "" {
				if err == nil || !strings.Contains(err.Error(), c.fault) {
					t.Fatalf("error %v, want %q", err, c.fault)
				}
				return
			}
			var ids []string
			for _, k := range kept {
				ids = append(ids, k.ID)
			}
			if got := strings.Join(ids, " "); err != nil || got != c.want {
				t.Errorf("%s, %v; want %s", got, err, c.want)
			}
		})
	}
}
