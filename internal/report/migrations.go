package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Migrations are the migrations of a release as they are shown.
type Migrations struct {
	Schema int `json:"schema"`
	// Since is the revision of the last release, "" when all migrations are shown or it is not known; Reason says why it is taken.
	Since   string `json:"since"`
	Reason  string `json:"reason"`
	Unknown string `json:"unknown"` // why the release is not known, "" when it is
	// Migrations are in the order in which Django applies them.
	Migrations []Migration      `json:"migrations"`
	Missing    []MissingChange  `json:"missing"`
	Undecided  []MigrationDoubt `json:"undecided"`
	Problems   []string         `json:"problems"` // of the graph
	Totals     map[string]int   `json:"totals"`   // operations by phase
}

// Migration is one file.
type Migration struct {
	App        string               `json:"app"`
	Name       string               `json:"name"`
	Path       string               `json:"path"`
	Line       int                  `json:"line"`
	Atomic     bool                 `json:"atomic"`
	Unknown    string               `json:"unknown"`
	Operations []MigrationOperation `json:"operations"`
}

// MigrationOperation is one operation.
type MigrationOperation struct {
	Kind       string `json:"kind"`
	Text       string `json:"text"`
	Phase      string `json:"phase"`      // expand, data, contract, state, unknown
	Reversible string `json:"reversible"` // yes, no, data lost, unknown
	Line       int    `json:"line"`
}

// MissingChange is a change that no migration holds.
type MissingChange struct {
	App    string `json:"app"`
	Model  string `json:"model"`
	Text   string `json:"text"`
	Schema bool   `json:"schema"`
	Path   string `json:"path"`
	Line   int    `json:"line"`
}

// MigrationDoubt is a model of which it is not known whether something changed.
type MigrationDoubt struct {
	App    string `json:"app"`
	Model  string `json:"model"`
	Reason string `json:"reason"`
}

// MigrationsJSON writes one object.
func MigrationsJSON(w io.Writer, m *Migrations) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", text)
	return err
}

// MigrationsText writes lines for people.
func MigrationsText(w io.Writer, m *Migrations) error {
	var b strings.Builder
	b.WriteString(m.headline() + "\n")
	for _, x := range m.Migrations {
		fmt.Fprintf(&b, "\n%s.%s  %s:%d%s\n", x.App, x.Name, x.Path, x.Line, notAtomic(x.Atomic))
		if x.Unknown != "" {
			fmt.Fprintf(&b, "  unknown   %s\n", x.Unknown)
		}
		for _, o := range x.Operations {
			fmt.Fprintf(&b, "  %-9s %s%s\n", o.Phase, o.Text, backNote(o.Reversible))
		}
	}
	if len(m.Problems) > 0 {
		b.WriteString("\nPROBLEMS\n")
		for _, p := range m.Problems {
			fmt.Fprintf(&b, "  %s\n", p)
		}
	}
	if len(m.Missing) > 0 {
		b.WriteString("\nNO MIGRATION HOLDS\n")
		for _, c := range m.Missing {
			fmt.Fprintf(&b, "  %s: %s  %s:%d\n", c.App, c.Text, c.Path, c.Line)
		}
	}
	if len(m.Undecided) > 0 {
		b.WriteString("\nNOT KNOWN\n")
		for _, d := range m.Undecided {
			fmt.Fprintf(&b, "  %s: %s\n", strings.TrimSuffix(d.App+"."+d.Model, "."), d.Reason)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// MigrationsMarkdown writes a table for a pull request.
func MigrationsMarkdown(w io.Writer, m *Migrations) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", m.headline())
	if len(m.Migrations) > 0 {
		b.WriteString("\n| migration | operation | phase | reversible |\n|---|---|---|---|\n")
	}
	for _, x := range m.Migrations {
		for _, o := range x.Operations {
			fmt.Fprintf(&b, "| %s.%s | %s | %s | %s |\n", x.App, x.Name, cell(o.Text), o.Phase, o.Reversible)
		}
	}
	if len(m.Missing) > 0 {
		b.WriteString("\nNo migration holds:\n\n")
		for _, c := range m.Missing {
			fmt.Fprintf(&b, "- %s: %s (%s:%d)\n", c.App, c.Text, c.Path, c.Line)
		}
	}
	if len(m.Problems)+len(m.Undecided) > 0 {
		b.WriteString("\nNot known, or wrong:\n\n")
		for _, p := range m.Problems {
			fmt.Fprintf(&b, "- %s\n", p)
		}
		for _, d := range m.Undecided {
			fmt.Fprintf(&b, "- %s: %s\n", strings.TrimSuffix(d.App+"."+d.Model, "."), d.Reason)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// headline says what is shown.
func (m *Migrations) headline() string {
	n := len(m.Migrations)
	of := fmt.Sprintf("%d migrations", n)
	if n == 1 {
		of = "1 migration"
	}
	switch {
	case m.Unknown != "":
		return "The migrations of the release are not known: " + m.Unknown + "; or show every one with --all"
	case m.Since == "":
		return of + " in all"
	}
	return fmt.Sprintf("%s since %s (%s)", of, m.Since, m.Reason)
}

func notAtomic(atomic bool) string {
	if atomic {
		return ""
	}
	return "  not in a transaction"
}

func backNote(reversible string) string {
	switch reversible {
	case "no":
		return "  (cannot be reversed)"
	case "data lost":
		return "  (reversed without its data)"
	case "unknown":
		return "  (reversible or not: not known)"
	}
	return ""
}
