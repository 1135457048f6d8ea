package cli

import (
	"bytes"
	"testing"
	"unicode"

	"gonogo/internal/checks"
	"gonogo/internal/report"
)

// The documentation of a check can be read and searched as text, whatever its examples hold.
func TestPagesHoldNoControlCharacters(t *testing.T) {
	var page bytes.Buffer
	if err := report.ListMarkdown(&page, checks.All()); err != nil {
		t.Fatal(err)
	}
	requireText(t, "the list of checks", page.String())
	if !bytes.Contains(page.Bytes(), []byte(`SQLite format 3\x00 CREATE`)) {
		t.Error("the example of a database is not written with its NUL as text")
	}
	for _, c := range checks.All() {
		var page bytes.Buffer
		if err := report.Explain(&page, c, report.Style{}); err != nil {
			t.Fatal(err)
		}
		requireText(t, c.ID, page.String())
	}
}

func requireText(t *testing.T, name, text string) {
	t.Helper()
	for i, r := range text {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			t.Errorf("%s holds the control character %U at byte %d", name, r, i)
		}
	}
}
