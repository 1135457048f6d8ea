package report

import (
	"fmt"
	"io"
	"strings"

	"gonogo/internal/audit"
	"gonogo/internal/redact"
	"gonogo/internal/source"
)

// Text writes an audit for a person: what was audited, the checklist by section, what stops the release in full,
// what is owed and what could not be known in a line each, and the verdict at the end, where the eye is.
func Text(w io.Writer, a *audit.Audit, style Style) error {
	p := newPrinter(w, style)
	t := &text{printer: p, audit: a}
	t.header()
	t.checklist()
	t.blockers()
	t.owed()
	t.unknown()
	if style.All {
		t.rest()
	}
	t.diagnostics()
	t.summary()
	return p.flush()
}

type text struct {
	*printer
	audit *audit.Audit
}

func (t *text) header() {
	project := t.audit.Project
	versions := "Django " + project.Django
	if project.Python != "" && project.Python != "unknown" {
		versions += ", Python " + project.Python
	}
	t.line("%s  %s", t.paint(bold, "gonogo "+t.audit.Tool), printable(project.Root)+"  "+t.paint(dim, versions))
	if project.Settings == "" {
		t.field("settings", "none found")
	} else {
		t.field("settings", t.paint(cyan, project.Settings))
	}
	if project.SettingsReason != "" {
		t.field("", project.SettingsReason)
	}
	if len(project.Stack) > 0 {
		t.field("stack", strings.Join(project.Stack, ", "))
	}
	t.line("")
}

func (t *text) field(name, value string) {
	t.paragraph(t.paint(dim, fmt.Sprintf("%-10s", name)), 10, strings.Repeat(" ", 10), value)
}

// tally counts the answers of one section.
type tally struct {
	section                                           string
	applicable, passed, critical, owed, less, unknown int
}

func (t *text) tallies() []tally {
	var all []tally
	for _, c := range t.audit.Checks {
		if len(all) == 0 || all[len(all)-1].section != c.Section() {
			all = append(all, tally{section: c.Section()})
		}
		all[len(all)-1].add(c)
	}
	return all
}

func (s *tally) add(c audit.Check) {
	if c.Status == audit.NotApplicable {
		return
	}
	s.applicable++
	switch c.Status {
	case audit.Pass, audit.Waived, audit.Attested:
		s.passed++
	case audit.Unknown:
		s.unknown++
	}
	switch weight(c) {
	case audit.Critical:
		s.critical++
	case audit.Recommended:
		s.owed++
	case audit.Optional:
		s.less++
	}
}

// weight is how much a failed check weighs: its worst finding, or its own severity, at most recommended, when the fault is told elsewhere.
func weight(c audit.Check) audit.Severity {
	if c.Status == audit.Fail && len(c.Findings) == 0 {
		return min(c.Severity, audit.Recommended)
	}
	return c.Worst()
}

// sectionName is how a section is called in headings.
func sectionName(section string) string {
	switch section {
	case "https", "api":
		return strings.ToUpper(section)
	}
	return strings.ToUpper(section[:1]) + section[1:]
}

const barWidth = 16

func (t *text) checklist() {
	t.line("%s   %s passed  %s critical  %s owed  %s unknown", t.paint(bold, "CHECKLIST"),
		t.paint(green, "#"), t.paint(red, "!"), t.paint(yellow, "x"), t.paint(cyan, "?"))
	for _, s := range t.tallies() {
		if s.applicable == 0 {
			if t.style.All {
				t.line("  %-14s %5s  %s", sectionName(s.section), "-", t.paint(dim, "not applicable"))
			}
			continue
		}
		line := fmt.Sprintf("  %-14s %5s  %s  %s", sectionName(s.section), fmt.Sprintf("%d/%d", s.passed, s.applicable), t.bar(s), t.states(s))
		t.line("%s", strings.TrimRight(line, " "))
	}
	t.line("")
}

// bar draws one character a check, readable without colour: # passed, ! critical, x owed, ? unknown.
func (t *text) bar(s tally) string {
	parts := []struct {
		n    int
		mark string
		c    color
	}{{s.critical, "!", red}, {s.owed, "x", yellow}, {s.less, "-", dim}, {s.unknown, "?", cyan}, {s.passed, "#", green}}
	var b strings.Builder
	width := 0
	for _, part := range parts {
		b.WriteString(t.paint(part.c, strings.Repeat(part.mark, part.n)))
		width += part.n
	}
	b.WriteString(strings.Repeat(" ", max(barWidth-width, 0)))
	return b.String()
}

func (t *text) states(s tally) string {
	var parts []string
	for _, part := range []struct {
		n    int
		word string
		c    color
	}{{s.critical, "critical", red}, {s.owed, "owed", yellow}, {s.less, "optional", dim}, {s.unknown, "unknown", cyan}} {
		if part.n > 0 {
			parts = append(parts, t.paint(part.c, fmt.Sprintf("%d %s", part.n, part.word)))
		}
	}
	return strings.Join(parts, ", ")
}

// entry is one finding with its check.
type entry struct {
	check   audit.Check
	finding audit.Finding
}

func (t *text) entries(s audit.Severity) []entry {
	var all []entry
	for _, c := range t.audit.Checks {
		if c.Status != audit.Fail {
			continue
		}
		for _, f := range c.Findings {
			if f.Severity == s {
				all = append(all, entry{c, f})
			}
		}
	}
	return all
}

func (t *text) blockers() {
	found := t.entries(audit.Critical)
	if len(found) == 0 {
		return
	}
	t.line("%s", t.paint(red, fmt.Sprintf("CRITICAL (%d): each of these stops a release", len(found))))
	told := ""
	for i, e := range found {
		if e.check.ID != told {
			t.line("")
			t.line(" %s %s", t.paint(red, "!"), t.paint(bold, e.check.ID))
		}
		told = e.check.ID
		t.full(e)
		if i+1 == len(found) || found[i+1].check.ID != e.check.ID {
			t.closing(e)
		}
	}
	t.line("")
}

// full tells one finding with its place and the other half of it.
func (t *text) full(e entry) {
	t.paragraph("   ", 3, "   ", t.message(e.finding.Message))
	sensitive := e.check.Section() == "secrets"
	if !e.finding.At.IsZero() {
		t.frame("   ", e.finding.At, red, concealment(sensitive, e.finding.Secret))
	}
	for _, r := range e.finding.Related {
		t.paragraph("   and ", 7, "       ", t.message(r.Message))
		if !r.At.IsZero() {
			t.frame("   ", r.At, blue, concealment(sensitive, false))
		}
	}
	if e.finding.Fix != "" {
		t.paragraph("   "+t.paint(green, "fix")+"  ", 8, "        ", t.message(e.finding.Fix))
	}
}

// closing ends the findings of one check: what fails for the same cause, and where to read more.
func (t *text) closing(e entry) {
	if also := t.causedBy(e.check.ID); len(also) > 0 {
		t.paragraph("   "+t.paint(dim, "also")+" ", 8, "        ", "for this reason "+strings.Join(also, ", ")+" "+fails(len(also)))
	}
	t.line("   %s gonogo explain %s", t.paint(dim, "more"), e.check.ID)
}

func fails(n int) string {
	if n == 1 {
		return "fails too"
	}
	return "fail too"
}

func (t *text) causedBy(id string) []string {
	var ids []string
	for _, c := range t.audit.Checks {
		if c.Status == audit.Fail && c.Cause == id && len(c.Findings) == 0 {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

func (t *text) message(s string) string { return printable(redact.Text(s)) }

func (t *text) owed() {
	t.brief(audit.Recommended, "OWED", "each deserves a fix or a decision", yellow)
	t.orphans()
	optional := t.entries(audit.Optional)
	if t.style.All {
		t.brief(audit.Optional, "OPTIONAL", "worth knowing", dim)
	} else if len(optional) > 0 {
		t.line("%s", t.paint(dim, fmt.Sprintf("and %d optional; --all shows them", len(optional))))
		t.line("")
	}
}

// orphans tells of checks that fail for a fault whose owner is not part of this run.
func (t *text) orphans() {
	there := make(map[string]bool)
	for _, c := range t.audit.Checks {
		there[c.ID] = true
	}
	for _, c := range t.audit.Checks {
		if c.Status == audit.Fail && c.Cause != "" && len(c.Findings) == 0 && !there[c.Cause] {
			t.paragraph(" ", 1, "   ", t.message(fmt.Sprintf("%s fails for the reason that %s tells, which is left out here: %s", c.ID, c.Cause, c.Reason)))
		}
	}
}

// brief tells the findings of a severity in a line each, grouped by section.
func (t *text) brief(s audit.Severity, title, meaning string, c color) {
	found := t.entries(s)
	if len(found) == 0 {
		return
	}
	t.line("%s", t.paint(c, fmt.Sprintf("%s (%d): %s", title, len(found), meaning)))
	section := ""
	for len(found) > 0 {
		n := 1
		for n < len(found) && found[n].check.ID == found[0].check.ID {
			n++
		}
		if first := found[0].check; first.Section() != section {
			section = first.Section()
			t.line(" %s", t.paint(bold, sectionName(section)))
		}
		t.several(found[:n], s)
		found = found[n:]
	}
	t.line("")
}

// A check with more findings than severalShown is told by the first few, so that one fault at forty places does not hide the others.
const (
	severalShown = 5
	firstShown   = 3
	placesShown  = 6
)

// several tells the findings of one check.
func (t *text) several(list []entry, s audit.Severity) {
	shown := list
	if len(list) > severalShown && !t.style.All {
		shown = list[:firstShown]
	}
	for _, e := range shown {
		t.one(e)
	}
	if left := list[len(shown):]; len(left) > 0 {
		var places []string
		for _, e := range left {
			if at := shortPlace(e.finding.At); at != "" && len(places) < placesShown {
				places = append(places, at)
			}
		}
		if len(left) > len(places) {
			places = append(places, "...")
		}
		_, name, _ := strings.Cut(list[0].check.ID, "/")
		text := fmt.Sprintf("and %d more like these; --all shows them: %s", len(left), strings.Join(places, ", "))
		t.paragraph("   "+t.paint(yellow, name)+"  ", 3+len(name)+2, "     ", t.message(text))
	}
	if also := t.causedBy(list[0].check.ID); len(also) > 0 && list[0].check.Worst() == s {
		t.paragraph("     "+t.paint(dim, "also "), 10, "     ", strings.Join(also, ", "))
	}
}

func (t *text) one(e entry) {
	_, name, _ := strings.Cut(e.check.ID, "/")
	text := t.message(e.finding.Message)
	if at := shortPlace(e.finding.At); at != "" {
		text += " (" + at + ")"
	}
	first := "   " + t.paint(yellow, name) + "  "
	t.paragraph(first, 3+len(name)+2, "     ", text)
}

// unknown lists what could not be known, the checks with one reason together.
func (t *text) unknown() {
	var causes []string
	groups := make(map[string][]audit.Check)
	for _, c := range t.audit.Checks {
		if c.Status != audit.Unknown {
			continue
		}
		cause := rootCause(c.Reason)
		if groups[cause] == nil {
			causes = append(causes, cause)
		}
		groups[cause] = append(groups[cause], c)
	}
	if len(causes) == 0 {
		return
	}
	t.line("%s", t.paint(cyan, fmt.Sprintf("UNKNOWN (%d): not shown by the source, so not passed", t.audit.Count()[audit.Unknown])))
	for _, cause := range causes {
		t.unknownGroup(cause, groups[cause])
	}
	t.line("")
}

// rootCause is a reason without the setting that it is about, so that one cause which leaves many settings open is told once.
func rootCause(reason string) string {
	if _, cause, ok := strings.Cut(reason, " is not known: "); ok {
		cause, _, _ = strings.Cut(cause, "; give the environment")
		return cause
	}
	return reason
}

// severalUnknown is from how many checks on a cause is told once, before them.
const severalUnknown = 3

func (t *text) unknownGroup(cause string, checks []audit.Check) {
	if len(checks) < severalUnknown {
		for _, c := range checks {
			t.paragraph("   "+t.paint(cyan, c.ID)+"  ", 3+len(c.ID)+2, "     ", t.message(c.Reason))
		}
		return
	}
	var ids []string
	for _, c := range checks {
		ids = append(ids, c.ID)
	}
	t.paragraph("   ", 3, "   ", t.message(cause)+fmt.Sprintf(" (%d checks):", len(checks)))
	t.paragraph("     ", 5, "     ", strings.Join(ids, ", "))
}

// rest lists passing and not-applicable checks.
func (t *text) rest() {
	for _, group := range []struct {
		status audit.Status
		title  string
		c      color
	}{{audit.Pass, "PASSED", green}, {audit.NotApplicable, "NOT APPLICABLE", dim}} {
		n := t.audit.Count()[group.status]
		if n == 0 {
			continue
		}
		t.line("%s", t.paint(group.c, fmt.Sprintf("%s (%d)", group.title, n)))
		for _, c := range t.audit.Checks {
			if c.Status == group.status {
				t.paragraph("   "+c.ID+"  ", 3+len(c.ID)+2, "     ", t.message(c.Reason))
			}
		}
		t.line("")
	}
}

// diagnosticsShown is how many unreadable places are listed without --all.
const diagnosticsShown = 5

func (t *text) diagnostics() {
	found := t.audit.Diagnostics
	if len(found) == 0 {
		return
	}
	t.line("%s", t.paint(yellow, fmt.Sprintf("NOT READ AS IT SHOULD BE (%d)", len(found))))
	for i, d := range found {
		if i == diagnosticsShown && !t.style.All {
			t.line("   and %d more; --all shows them", len(found)-i)
			break
		}
		t.diagnostic(d)
	}
	t.line("")
}

func (t *text) diagnostic(d source.Diagnostic) {
	if at := place(d.At); at != "" {
		t.paragraph("   ", 3, "     ", at+": "+t.message(d.Message))
		return
	}
	t.paragraph("   ", 3, "     ", t.message(d.Message))
}

func (t *text) summary() {
	counts := t.audit.Count()
	var parts []string
	for _, s := range audit.Statuses() {
		n := counts[s]
		if n == 0 && s > audit.NotApplicable {
			continue
		}
		word := strings.ReplaceAll(s.String(), "-", " ")
		switch s {
		case audit.Pass:
			word = "passed"
		case audit.Fail:
			word = "failed"
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, word))
	}
	t.line("%s", strings.Join(parts, ", "))
	if t.audit.Verdict == audit.Go {
		t.line("%s  %s", t.paint(green, "GO"), "nothing found that stops a release"+t.caveat(counts[audit.Unknown]))
		return
	}
	t.line("%s  %s", t.paint(red, "NO-GO"), strings.Join(t.audit.Because, "; "))
	for _, e := range t.entries(audit.Critical) {
		t.line("  %s %s  %s", t.paint(red, "!"), e.check.ID, t.paint(dim, shortPlace(e.finding.At)))
	}
}

func (t *text) caveat(unknown int) string {
	if unknown == 0 {
		return ""
	}
	return fmt.Sprintf("; %d could not be known from the source", unknown)
}
