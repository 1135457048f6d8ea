package checks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// question is one line of testdata/catalogue.txt.
type question struct{ id, severity, evidence, state string }

func catalogue(t *testing.T) []question {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "catalogue.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var out []question
	for _, line := range strings.Split(string(data), "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		if len(fields) != 4 {
			t.Fatalf("catalogue.txt: a line needs id, severity, evidence and state: %q", line)
		}
		out = append(out, question{fields[0], fields[1], fields[2], fields[3]})
	}
	return out
}

// The checks are exactly the questions that the catalogue calls asked, in its order and with its severities.
func TestCatalogue(t *testing.T) {
	var asked []question
	seen := make(map[string]bool)
	for _, q := range catalogue(t) {
		if seen[q.id] {
			t.Errorf("%s stands twice in the catalogue", q.id)
		}
		seen[q.id] = true
		switch q.state {
		case "asked":
			asked = append(asked, q)
		case "planned":
		default:
			t.Errorf("%s: state %q is neither asked nor planned", q.id, q.state)
		}
	}
	all := All()
	for _, c := range all {
		if !seen[c.ID] {
			t.Errorf("%s is not in the catalogue", c.ID)
		}
	}
	if len(all) != len(asked) {
		t.Errorf("%d checks, but the catalogue says that %d are asked", len(all), len(asked))
	}
	for i := range min(len(all), len(asked)) {
		if all[i].ID != asked[i].id {
			t.Fatalf("check %d is %s, the catalogue has %s there", i, all[i].ID, asked[i].id)
		}
		if got := all[i].Severity.String(); got != asked[i].severity {
			t.Errorf("%s is %s, the catalogue says %s", all[i].ID, got, asked[i].severity)
		}
	}
}

// Every folder of checks is a section in the list, and the other way round.
func TestSections(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	listed := make(map[string]bool)
	for _, c := range All() {
		section, _, _ := strings.Cut(c.ID, "/")
		listed[section] = true
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "testdata" && !listed[e.Name()] {
			t.Errorf("the folder %s has no check in the list", e.Name())
		}
		delete(listed, e.Name())
	}
	for section := range listed {
		t.Errorf("the section %s has no folder", section)
	}
}
