package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
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
	// Database is the server whose locks are told: "PostgreSQL 16", "" when it is not known; DatabaseNote says what that means.
	Database     string `json:"database"`
	DatabaseNote string `json:"database_note"`
	// Rollout says why the last release is taken to go on while the migrations are applied, "" where nothing shows it.
	Rollout string         `json:"rollout"`
	Totals  map[string]int `json:"totals"` // operations by phase
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
	// Locks are those on tables that are there, in the order in which they are taken.
	Locks   []MigrationLock `json:"locks"`
	Rewrite bool            `json:"rewrite"` // a table is written anew
	// Held says that its locks stay while long steps behind it run in the same transaction.
	Held bool `json:"held"`
	// Waiting says who waits and how long, "" when that is a moment; Breaks what fails in the last release, or in the migration; Advice the
	// safe sequences, one for each of both.
	Waiting []string `json:"waiting"`
	Breaks  []string `json:"breaks"`
	Advice  []string `json:"advice"`
	// Uncertain says why there can be more locks, "" when there can't.
	Uncertain string `json:"uncertain"`
}

// MigrationLock is one lock.
type MigrationLock struct {
	Table  string `json:"table"` // the key of the model, or the table's name
	Change string `json:"change"`
	Lock   string `json:"lock"`
	Blocks string `json:"blocks"` // nobody, writes, everything
	Work   string `json:"work"`   // moment, scan, index, rewrite
	New    bool   `json:"new"`    // the table is made by the same release
	Source string `json:"source"`
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

// migrationLegend explains the words and signs of MigrationsText.
const migrationLegend = "expand adds, data changes rows, contract takes away or narrows, state leaves the database as it is; ! what happens, > what to do instead, ? what is not known"

// MigrationsText writes lines for people.
func MigrationsText(w io.Writer, m *Migrations, style Style) error {
	var b strings.Builder
	b.WriteString(m.headline() + "\n")
	for _, note := range []string{m.DatabaseNote, m.Rollout} {
		if note != "" && len(m.Migrations) > 0 {
			writeWrapped(&b, "", "", note, style.Width)
		}
	}
	if len(m.Migrations) > 0 {
		writeWrapped(&b, "", "", migrationLegend, style.Width)
	}
	for _, x := range m.Migrations {
		fmt.Fprintf(&b, "\n%s.%s  %s:%d%s\n", x.App, x.Name, x.Path, x.Line, notAtomic(x.Atomic))
		if x.Unknown != "" {
			fmt.Fprintf(&b, "  unknown   %s\n", x.Unknown)
		}
		told := map[string]bool{} // advice that stands above already
		for i := 0; i < len(x.Operations); i++ {
			o := x.Operations[i]
			if n := stateAlone(x.Operations[i:]); n > 3 {
				fmt.Fprintf(&b, "  %-9s %s, and %d more that change Django's state alone\n", o.Phase, o.Text, n-1)
				i += n - 1
				continue
			}
			fmt.Fprintf(&b, "  %-9s %s%s%s\n", o.Phase, o.Text, backNote(o.Reversible), lockNote(o))
			for _, text := range append(slices.Clone(o.Waiting), o.Breaks...) {
				writeWrapped(&b, "            ! ", "              ", text, style.Width)
			}
			for _, text := range o.Advice {
				if told[text] {
					continue
				}
				told[text] = true
				writeWrapped(&b, "            > ", "              ", text, style.Width)
			}
			if o.Uncertain != "" {
				writeWrapped(&b, "            ? ", "              ", o.Uncertain, style.Width)
			}
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
	for _, note := range []string{m.DatabaseNote, m.Rollout} {
		if note != "" && len(m.Migrations) > 0 {
			fmt.Fprintf(&b, "\n%s\n", note)
		}
	}
	if len(m.Migrations) > 0 {
		b.WriteString("\n| migration | operation | phase | lock | rewrite | reversible |\n|---|---|---|---|---|---|\n")
	}
	for _, x := range m.Migrations {
		for _, o := range x.Operations {
			fmt.Fprintf(&b, "| %s.%s | %s | %s | %s | %s | %s |\n", x.App, x.Name, cell(o.Text), o.Phase, cell(strongest(o.Locks)), yesNo(o.Rewrite), o.Reversible)
		}
	}
	m.markdownAdvice(&b)
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

// markdownAdvice lists what waits or breaks, with the safe sequence.
func (m *Migrations) markdownAdvice(b *strings.Builder) {
	for _, x := range m.Migrations {
		for _, o := range x.Operations {
			if len(o.Waiting)+len(o.Breaks) == 0 {
				continue
			}
			fmt.Fprintf(b, "\n**%s.%s: %s** (%s:%d)\n\n", x.App, x.Name, o.Text, x.Path, o.Line)
			for _, text := range append(slices.Clone(o.Waiting), o.Breaks...) {
				fmt.Fprintf(b, "- %s\n", text)
			}
			for _, text := range o.Advice {
				fmt.Fprintf(b, "- instead: %s\n", text)
			}
		}
	}
}

// stateAlone counts the operations at the beginning of a list that change nothing in the database.
func stateAlone(list []MigrationOperation) int {
	for i, o := range list {
		if o.Phase != "state" || o.Reversible != "yes" || len(o.Waiting)+len(o.Breaks)+len(o.Locks) > 0 || o.Uncertain != "" {
			return i
		}
	}
	return len(list)
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

// strongest are the strongest locks on each table that is there: "ACCESS EXCLUSIVE on shop.product".
func strongest(locks []MigrationLock) string {
	rank := map[string]int{"nobody": 1, "writes": 2, "everything": 3}
	best := map[string]MigrationLock{}
	var tables []string
	for _, l := range locks {
		if l.New || l.Lock == "" || l.Table == "" {
			continue
		}
		before, ok := best[l.Table]
		if !ok {
			tables = append(tables, l.Table)
		}
		switch long, longBefore := lasts(l), lasts(before); {
		case !ok, long && !longBefore && rank[l.Blocks] != rank[before.Blocks]: // a momentary lock matters less than one that lasts
			best[l.Table] = l
		case long == longBefore && rank[l.Blocks] > rank[before.Blocks]:
			best[l.Table] = l
		}
	}
	var parts []string
	for _, t := range tables {
		parts = append(parts, best[t].Lock+" on "+t)
	}
	const most = 3
	if len(parts) > most {
		parts = append(parts[:most], fmt.Sprintf("and %d more", len(parts)-most))
	}
	return strings.Join(parts, ", ")
}

// lasts reports whether somebody waits for as long as the table is big.
func lasts(l MigrationLock) bool { return l.Work != "moment" && l.Blocks != "nobody" }

// lockNote is what a line of text says of the locks.
func lockNote(o MigrationOperation) string {
	locks := strongest(o.Locks)
	switch {
	case locks == "":
		return ""
	case len(o.Waiting) > 0:
		return "  [" + locks + "]"
	case o.Held:
		return "  [" + locks + ", until the transaction ends]"
	}
	return "  [" + locks + ", not for long]"
}

// writeWrapped writes words in lines of at most width columns (0: one line), first before the first and rest before the others.
func writeWrapped(b *strings.Builder, first, rest, text string, width int) {
	line := first
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && width > 0 && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			b.WriteString(line + "\n")
			line, empty = rest, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	b.WriteString(line + "\n")
}
