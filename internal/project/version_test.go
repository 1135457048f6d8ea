package project

import (
	"testing"

	"gonogo/internal/deploy"
	"gonogo/internal/knowledge"
)

func TestDjangoVersion(t *testing.T) {
	newest := knowledge.AllSeries()[len(knowledge.AllSeries())-1].Series
	for name, c := range map[string]struct {
		exact, constraint, want string
	}{
		"locked":                       {"5.2.8", "", "5.2.8"},
		"pinned without a patch":       {"5.2", "==5.2", "5.2.0"},
		"candidate of a release":       {"6.0rc1", "==6.0rc1", "6.0.0"},
		"one series":                   {"", ">=5.2,<5.3", "5.2"},
		"one series, by wildcard":      {"", "==4.2.*", "4.2"},
		"compatible release":           {"", "~=5.2.3", "5.2"},
		"up to a major version":        {"", ">=4.0,<5", "4.2"},
		"compatible, within a major":   {"", "~=4.1", "4.2"},
		"only an upper end":            {"", "<4.3", "4.2"},
		"Poetry's caret":               {"", "^4.1", "4.2"},
		"Poetry's tilde":               {"", "~4.1", "4.1"},
		"no upper end":                 {"", ">=4.2", "unknown"},
		"no upper end, newest series":  {"", ">=" + newest.Series(), newest.Series()},
		"nothing said":                 {"", "", "unknown"},
		"excluded patch":               {"", ">=5.2,!=5.2.1,<5.3", "5.2"},
		"nothing satisfies it":         {"", ">=9,<9.1", "unknown"},
		"not a constraint":             {"", "latest", "unknown"},
		"exact, with extra characters": {"", "===5.2", "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &deploy.Dependencies{Requirements: []deploy.Requirement{{Name: "django", Version: c.exact, Constraint: c.constraint, Production: true}}}
			if got, _ := djangoVersion(d); got.String() != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	if got, at := djangoVersion(&deploy.Dependencies{}); got.Known() || !at.IsZero() {
		t.Errorf("without dependencies: %s", got)
	}
}
