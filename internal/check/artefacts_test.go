package check

import (
	"testing"

	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

func TestJoinTellsTheWorstAndWhereItHolds(t *testing.T) {
	f := source.NewFile("settings.py", []byte("A = 1\nB = 2\n"))
	passes := []*SourcePass{{Artefact: &deploy.Group{Name: "one.yml"}}, {Artefact: &deploy.Group{Name: "two.yml"}}}
	a, b := f.Span(0, 5), f.Span(6, 11)
	finding := func(message string, at source.Span) Finding {
		return Finding{Severity: Critical, Message: message, At: at}
	}
	for _, c := range []struct {
		name     string
		answers  []Answer
		status   Status
		reason   string
		cause    string
		messages []string
	}{
		{"both pass", []Answer{Passed("first"), Passed("second")}, Pass, "first", "", nil},
		{"one has nothing to judge", []Answer{Absent("none"), Passed("second")}, Pass, "second", "", nil},
		{"one is not known", []Answer{Passed("first"), Unclear("who knows")}, Unknown, "under two.yml: who knows", "", nil},
		{"neither is known", []Answer{Unclear("who knows"), Unclear("nobody")}, Unknown, "who knows", "", nil},
		{"one fails", []Answer{Unclear("who knows"), Failed(finding("A is 1", a))}, Fail, "", "", []string{"under two.yml: A is 1"}},
		{"both fail alike", []Answer{Failed(finding("A is 1", a)), Failed(finding("A is 1", a))}, Fail, "", "", []string{"A is 1"}},
		{"in other words", []Answer{Failed(finding("A is 1", a)), Failed(finding("A is 1 when X is missing", a))}, Fail, "", "", []string{"A is 1"}},
		{"at another place", []Answer{Failed(finding("A is 1", a)), Failed(finding("A is 1", b))}, Fail, "", "", []string{"A is 1"}},
		{"another fault", []Answer{Failed(finding("A is 1", a)), Failed(finding("B is 2", b))}, Fail, "", "", []string{"under one.yml: A is 1", "under two.yml: B is 2"}},
		{"other faults of a file", []Answer{Failed(finding("A is missing", f.Whole())), Failed(finding("B is missing", f.Whole()))}, Fail, "", "",
			[]string{"under one.yml: A is missing", "under two.yml: B is missing"}},
		{"two at one place", []Answer{Failed(finding("A is 1", a), finding("A is odd", a)), Failed(finding("A is odd", a))}, Fail, "", "", []string{"under one.yml: A is 1", "A is odd"}},
		{"both for a cause", []Answer{CausedBy("x/y", "first"), CausedBy("x/y", "second")}, Fail, "first", "x/y", nil},
		{"one for a cause", []Answer{Passed("first"), CausedBy("x/y", "second")}, Fail, "under two.yml: second", "x/y", nil},
	} {
		got := Join(passes, c.answers)
		var messages []string
		for _, f := range got.Findings {
			messages = append(messages, f.Message)
		}
		same := len(messages) == len(c.messages)
		for i := range messages {
			same = same && messages[i] == c.messages[i]
		}
		if got.Status != c.status || got.Reason != c.reason || got.Cause != c.cause || !same {
			t.Errorf("%s: %v %q cause %q %q", c.name, got.Status, got.Reason, got.Cause, messages)
		}
	}
}
