package migrations

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/migrate"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/references"
	"gonogo/internal/project"
	"gonogo/internal/source"
)

// maxPlaces bounds how many places of one kind a finding shows.
const maxPlaces = 4

// compare asks the code of the last release, and that of this one, for what the migrations take away.
func (r *rollingRelease) compare() {
	takes := slices.ContainsFunc(r.losses, func(l migrate.Loss) bool { return l.Table != "" })
	for _, x := range r.brought {
		takes = takes || slices.ContainsFunc(r.breaks[x.Key], func(b migrate.Break) bool { return b.Takes })
	}
	lost := make([]references.Lost, len(r.losses))
	for i, loss := range r.losses {
		lost[i] = lostOf(loss)
	}
	r.now = leftovers{losses: r.losses, found: r.p.Project.References(lost, true)}
	if takes {
		r.last = readLastRelease(r.p.Project.Before(), r.losses, lost)
	}
}

// lostOf is a loss as references are looked for.
func lostOf(loss migrate.Loss) references.Lost {
	var l references.Lost
	for _, n := range loss.Names {
		l.Names = append(l.Names, references.Name{Model: n.Model, Name: n.Name})
	}
	if loss.Field == "" && loss.Table == "" {
		l.App, l.Class = loss.App, loss.Class
	}
	l.Table, l.Column = loss.Table, loss.Column
	return l
}

// lastRelease is what the code of the last release says; its zero value is one that is not known.
type lastRelease struct {
	before *project.Before
	models *project.LastModels
	losses []migrate.Loss
	found  []references.Reference
}

func readLastRelease(before *project.Before, losses []migrate.Loss, lost []references.Lost) lastRelease {
	l := lastRelease{before: before, losses: losses, models: before.LastModels()}
	if l.models == nil {
		return lastRelease{}
	}
	l.found = before.References(lost, false)
	return l
}

// tell adds where the last release uses what breaks take away.
func (l *lastRelease) tell(f *check.Finding, breaks []migrate.Break) {
	if l.models == nil {
		return
	}
	for _, b := range breaks {
		if !b.Takes || len(f.Related) > maxPlaces {
			continue
		}
		if m := l.models.Schema.ByKey(b.Model); m != nil {
			at, what := m.At, m.Name
			if field := m.Field(b.Field); b.Field != "" && field != nil {
				at, what = field.At, field.Name
			}
			l.place(f, at, "the last release has "+what)
		}
	}
	shown := 0
	for _, r := range l.found {
		if shown < maxPlaces && ofOperations(l.losses[r.Lost], operationsOf(breaks)) {
			l.place(f, r.At, "in the last release "+r.Does)
			shown++
		}
	}
}

// tellSQL makes a finding of the SQL of the last release that names what an operation drops, though its models do not have it any more; it is
// false where there is none.
func (l *lastRelease) tellSQL(f *check.Finding, o *migrate.Operation) bool {
	for _, r := range l.found {
		if loss := l.losses[r.Lost]; loss.Operation == o && loss.Table != "" {
			if len(f.Related) == 0 {
				f.Severity = check.Recommended
				f.Message += fmt.Sprintf("; SQL in the code of the last release still names %s: it fails once that is gone; drop it in the release after the one that takes this SQL out",
					strings.TrimSuffix(loss.Table+"."+loss.Column, "."))
			}
			l.place(f, r.At, "in the last release "+r.Does)
		}
	}
	return len(f.Related) > 0
}

func (l *lastRelease) place(f *check.Finding, at source.Span, message string) {
	if at = l.before.Named(at); !at.IsZero() {
		f.Related = append(f.Related, check.Related{Message: message, At: at})
	}
}

func operationsOf(breaks []migrate.Break) []*migrate.Operation {
	var list []*migrate.Operation
	for _, b := range breaks {
		list = append(list, b.Operation)
	}
	return list
}

func ofOperations(loss migrate.Loss, operations []*migrate.Operation) bool {
	return slices.Contains(operations, loss.Operation)
}

// leftovers are the places of this release that refer to what its migrations take away.
type leftovers struct {
	losses []migrate.Loss
	found  []references.Reference
}

// tell adds the references to what operations take away to a finding; it is false where there are none.
func (l *leftovers) tell(f *check.Finding, operations []*migrate.Operation) bool {
	var found []references.Reference
	for _, r := range l.found {
		if ofOperations(l.losses[r.Lost], operations) {
			found = append(found, r)
		}
	}
	if len(found) == 0 {
		return false
	}
	slices.SortStableFunc(found, func(a, b references.Reference) int { return int(a.When) - int(b.When) })
	f.Message += "; " + l.consequence(found)
	f.Severity = max(f.Severity, severityOf(found))
	for _, r := range found[:min(len(found), maxPlaces)] {
		message := "this release: " + r.Does
		if r.Raises != "" {
			message += " (" + r.Raises + ")"
		}
		f.Related = append(f.Related, check.Related{Message: message, At: r.At})
	}
	return true
}

// gone says what an operation takes out of the models.
func (l *leftovers) gone(o *migrate.Operation) string {
	for _, loss := range l.losses {
		switch {
		case loss.Operation != o:
		case loss.Table != "":
			return strings.TrimSuffix("the database loses "+loss.Table+"."+loss.Column, ".")
		case loss.Field == "" && loss.Now == "":
			return "the model " + loss.Class + " goes"
		case loss.Field == "":
			return fmt.Sprintf("the model %s has the name %s from now on", loss.Class, loss.Now)
		case loss.Now == "":
			return fmt.Sprintf("the field %s of %s goes", loss.Field, loss.Class)
		default:
			return fmt.Sprintf("the field %s of %s has the name %s from now on", loss.Field, loss.Class, loss.Now)
		}
	}
	return o.Describe()
}

// severityOf is critical where the new release does not start, or where what serves people raises.
func severityOf(found []references.Reference) check.Severity {
	for _, r := range found {
		serves := r.Place == queries.View || r.Place == queries.Task
		if r.When == references.AtImport || r.When == references.AtCheck || r.When == references.OnUse && serves {
			return check.Critical
		}
	}
	return check.Recommended
}

// consequence says what references do, the worst first.
func (l *leftovers) consequence(found []references.Reference) string {
	loss := l.losses[found[0].Lost]
	what := loss.Field
	if what == "" {
		what = loss.Class
	}
	instead := "take it out before the release"
	if loss.Now != "" {
		instead = "write " + loss.Now + " there"
	}
	text := fmt.Sprintf("the code of this release still uses %s in %s", what, places(len(found)))
	switch worst := found[0]; worst.When {
	case references.AtImport:
		text += fmt.Sprintf(": a module cannot be imported any more (%s), so that the processes which need it do not start", worst.Raises)
	case references.AtCheck:
		text += fmt.Sprintf(": Django's system checks refuse the project (%s), and migrate with it", worst.Raises)
	case references.OnUse:
		text += fmt.Sprintf(": what runs there raises %s", worst.Raises)
	case references.Silently:
		text += ", where nothing raises and the value is missing"
	}
	return text + "; " + instead
}

func places(n int) string {
	if n == 1 {
		return "one place"
	}
	return fmt.Sprintf("%d places", n)
}
