package project

import (
	"slices"
	"strings"

	"gonogo/internal/django/migrate"
	"gonogo/internal/django/queries"
)

// LastModels are the models of the last release, as its code has them.
type LastModels struct {
	Schema *queries.Schema
	known  map[string]bool // the labels of applications whose models are all known
}

// LastModels are nil where the code of the last release is not known. It takes the session of that release: don't call it while another
// one is held.
func (b *Before) LastModels() *LastModels {
	if b.Snapshot == nil || b.Settings == nil || b.Code == nil {
		return nil
	}
	l := &LastModels{Schema: b.Queries().Schema, known: map[string]bool{}}
	models := b.Models()
	for _, app := range models.Apps {
		l.known[app.Label] = models.Undecided[app.Label] == "" && models.Undecided[""] == "" && app.Unknown == ""
	}
	return l
}

// StillUse leaves out the breaks that take away what no model of the last release has, though its migrations do. Losses are those of the
// whole release. Without models all breaks stay.
func (l *LastModels) StillUse(breaks []migrate.Break, losses []migrate.Loss) []migrate.Break {
	if l == nil {
		return breaks
	}
	return slices.DeleteFunc(slices.Clone(breaks), func(b migrate.Break) bool { return b.Takes && l.lack(b, losses) })
}

// lack reports whether no model of the last release has what a break takes away.
func (l *LastModels) lack(b migrate.Break, losses []migrate.Loss) bool {
	app, _, _ := strings.Cut(b.Model, ".")
	m := l.Schema.ByKey(b.Model)
	switch {
	case !l.known[app], m != nil && m.Undecided != "":
		return false
	case m == nil:
		// It may have had another name; only what nothing was renamed to is gone.
		return b.Field == "" && b.Column == "" && !slices.ContainsFunc(losses, func(x migrate.Loss) bool { return x.Now != "" && x.Field == "" })
	case b.Field != "":
		return m.Field(b.Field) == nil && !slices.ContainsFunc(losses, func(x migrate.Loss) bool { return x.Model == b.Model && x.Now == b.Field })
	}
	return false
}
