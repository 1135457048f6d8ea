package deploycheck

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/audit"
	"gonogo/internal/check"
)

// Tally counts answers: one for each id that a check names, or for those of a check that exclude one another.
type Tally struct {
	Settings   int            // compared, one for each version
	Answers    int            // compared
	Agree      int            // both say the id, or neither does
	Broken     int            // Django's check breaks on the settings, and gonogo does not pass them
	Deliberate map[string]int // by "check: reason"
	Stricter   map[string]int // findings that stand for no id, by "check: reason"
	Wrong      []string
}

// question is one check with ids that it answers together.
type question struct {
	check string
	ids   []string
}

// questions are the ids of the asked checks. Those of which Django reports at most one at a time are one question.
func questions(asked []check.Check) (list []question) {
	for _, c := range asked {
		if strings.HasPrefix(c.ID, "https/session-cookie-") {
			list = append(list, question{c.ID, c.Doc.Django})
			continue
		}
		for _, id := range c.Doc.Django {
			list = append(list, question{c.ID, []string{id}})
		}
	}
	return list
}

// Compare adds the answers about one case to the tally.
func (t *Tally) Compare(asked []check.Check, c Case, answers []audit.Check, theirs Reply) {
	t.Settings++
	if t.Deliberate == nil {
		t.Deliberate, t.Stricter = make(map[string]int), make(map[string]int)
	}
	byID := make(map[string]audit.Check)
	said := make(map[string]bool) // ids of Django's
	for _, a := range answers {
		byID[a.ID] = a
		t.read(c, a, theirs, said)
	}
	if theirs.Refused != "" {
		t.refused(c, answers)
		return
	}
	for _, id := range theirs.IDs {
		t.known(asked, c, id)
	}
	for _, q := range questions(asked) {
		t.Answers++
		a := byID[q.check]
		reported := slices.ContainsFunc(q.ids, func(id string) bool { return slices.Contains(theirs.IDs, id) })
		ours := slices.ContainsFunc(q.ids, func(id string) bool { return said[id] })
		switch {
		case reported && !ours || broken(q, theirs) && !failing(a):
			t.missing(q, c, a)
		case broken(q, theirs):
			t.Broken++
		case ours && !reported:
			t.surplus(q, c, a)
		default:
			t.Agree++
		}
	}
}

// read notes the ids that an answer stands for.
func (t *Tally) read(c Case, a audit.Check, theirs Reply, said map[string]bool) {
	if a.Status != audit.Fail || a.Cause == "https/security-middleware" {
		return // without the middleware Django does not ask the rest either
	}
	messages := []string{a.Reason}
	if len(a.Findings) > 0 {
		messages = nil
		for _, f := range a.Findings {
			messages = append(messages, f.Message)
		}
	}
	for _, m := range messages {
		r, ok := readingOf(a.ID, m)
		switch {
		case !ok:
			t.wrong(c, "no reading of %s: %s", a.ID, m)
		case r.ids == nil:
			t.Stricter[a.ID+": "+r.because]++
		}
		for _, id := range r.ids {
			said[id] = true
		}
	}
}

func readingOf(id, message string) (reading, bool) {
	for _, r := range readings() {
		if r.check == id && strings.Contains(message, r.words) {
			return r, true
		}
	}
	return reading{}, false
}

// refused asks that some check fails for settings that Django does not load.
func (t *Tally) refused(c Case, answers []audit.Check) {
	t.Answers++
	for _, a := range answers {
		if a.Status == audit.Fail && strings.Contains(shown(a), "Django refuses") {
			t.Agree++
			return
		}
	}
	if strings.Contains(c.Settings, "INSTALLED_APPS = ") {
		t.Deliberate["settings that do not load: no question is about the type of INSTALLED_APPS, or a STATIC_URL that staticfiles misses"]++
		return
	}
	t.wrong(c, "Django does not load these settings, and no check says so")
}

// known asks that each id of Django's is named by a check, or listed with a reason.
func (t *Tally) known(asked []check.Check, c Case, id string) {
	if notAsked()[id] != "" || breaking()[id] != nil {
		return
	}
	if !slices.ContainsFunc(asked, func(c check.Check) bool { return slices.Contains(c.Doc.Django, id) }) {
		t.wrong(c, "no check names Django's %s", id)
	}
}

// broken tells whether a check of Django's that would give the ids breaks on the settings.
func broken(q question, theirs Reply) bool {
	return slices.ContainsFunc(theirs.IDs, func(name string) bool {
		return slices.ContainsFunc(breaking()[name], func(id string) bool { return slices.Contains(q.ids, id) })
	})
}

func failing(a audit.Check) bool { return a.Status == audit.Fail || a.Status == audit.Unknown }

func (t *Tally) missing(q question, c Case, a audit.Check) {
	for _, d := range differences() {
		if d.check == q.check && d.status == a.Status.String() && slices.Contains(d.ids, q.ids[0]) &&
			strings.Contains(shown(a), d.words) && strings.Contains(c.Settings, d.setting) {
			t.Deliberate[d.check+": "+d.because]++
			return
		}
	}
	if strings.Contains(c.Settings, "\nMIDDLEWARE = None\n") && q.check != "https/security-middleware" {
		t.Deliberate["MIDDLEWARE that is no list is told once, by https/security-middleware; Django's checks all break"]++
		return
	}
	t.wrong(c, "%s is %s (%s), Django says one of %v, or breaks", q.check, a.Status, shown(a), q.ids)
}

// surplus is an answer that says an id which Django does not report.
func (t *Tally) surplus(q question, c Case, a audit.Check) {
	for _, m := range moreSeen() {
		if slices.Contains(m.checks, q.check) && strings.Contains(c.Settings, m.setting) {
			t.Deliberate[m.because]++
			return
		}
	}
	t.wrong(c, "%s says %v (%s), Django does not", q.check, q.ids, shown(a))
}

// shown are the words of an answer.
func shown(a audit.Check) string {
	parts := []string{a.Reason}
	for _, f := range a.Findings {
		parts = append(parts, f.Message)
	}
	return strings.Join(parts, "; ")
}

func (t *Tally) wrong(c Case, format string, args ...any) {
	t.Wrong = append(t.Wrong, fmt.Sprintf(format, args...)+"\n"+c.Settings)
}
