package cli

import (
	"fmt"
	"strings"

	"gonogo/internal/django/migrate"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/report"
)

type migrationsCommand struct {
	projectFlags
	Since  string `help:"Revision of the last release. Default: the latest tag, else where the branch left the main one." placeholder:"REV"`
	All    bool   `help:"Show every migration, and not only those of the release."`
	Format string `enum:"text,json,markdown" default:"text" help:"text, json or markdown." placeholder:"FORMAT"`
}

// Run shows the migrations of the release, and what no migration holds.
func (c *migrationsCommand) Run(ctx *Context) error {
	c.since = c.Since
	loaded, err := c.load(ctx, newStopwatch())
	if err != nil {
		return err
	}
	m := loaded.snapshot.Migrations()
	chosen := c.chosen(loaded.snapshot, m)
	view := newMigrationView(loaded.snapshot, m, chosen, c.All)
	view.askLast(loaded.snapshot, chosen)
	var shown *report.Migrations
	loaded.snapshot.Program().Do(func(*eval.Session) { shown = c.shown(loaded, m, view, chosen) })
	switch c.Format {
	case "json":
		err = report.MigrationsJSON(ctx.Stdout, shown)
	case "markdown":
		err = report.MigrationsMarkdown(ctx.Stdout, shown)
	default:
		err = report.MigrationsText(ctx.Stdout, shown, report.Style{Width: min(ctx.Width, maxWidth)})
	}
	switch {
	case err != nil:
		return err
	case m.Failure != "":
		return unchecked(fmt.Errorf("what the migrations lack is not known: %s", m.Failure))
	case shown.Unknown != "" && c.Since != "":
		return usage("%s", shown.Unknown)
	}
	return nil
}

// chosen are the migrations that are shown, in the order in which Django applies them.
func (c *migrationsCommand) chosen(s *project.Snapshot, m *migrate.Migrations) (chosen []*migrate.Migration) {
	for _, key := range m.Order() {
		x := m.All[key]
		if a := m.App(key.App); a != nil && a.Project && x.File != nil && (c.All || s.Release().Brings(x.File.Path)) {
			chosen = append(chosen, x)
		}
	}
	return chosen
}

// shown makes plain data of the migrations.
func (c *migrationsCommand) shown(l *loaded, m *migrate.Migrations, v *migrationView, chosen []*migrate.Migration) *report.Migrations {
	out := &report.Migrations{Schema: 1, Totals: map[string]int{}, Migrations: []report.Migration{}, Missing: []report.MissingChange{},
		Undecided: []report.MigrationDoubt{}, Problems: problems(m)}
	if release := l.snapshot.Release(); !c.All {
		out.Since, out.Reason, out.Unknown = release.Since, release.Reason, release.Unknown
	}
	out.Database, out.DatabaseNote, out.Rollout = v.name, v.note, v.rollout
	for _, x := range chosen {
		out.Migrations = append(out.Migrations, v.migration(x, out.Totals))
	}
	for _, change := range m.Changes {
		if a := m.App(change.App); a != nil && a.Project {
			out.Missing = append(out.Missing, report.MissingChange{App: change.App, Model: change.Model, Text: change.Text, Schema: change.Schema,
				Path: change.At.Path(), Line: line(change.At)})
		}
	}
	if m.Partial != "" {
		out.Undecided = append(out.Undecided, report.MigrationDoubt{Reason: m.Partial})
	}
	for _, d := range m.Doubts {
		if a := m.App(d.App); a != nil && a.Project {
			out.Undecided = append(out.Undecided, report.MigrationDoubt{App: d.App, Model: d.Model, Reason: d.Reason})
		}
	}
	return out
}

func reversible(o *migrate.Operation) string {
	switch r := o.Reversible(); {
	case r == eval.No:
		return "no"
	case r == eval.Maybe:
		return "unknown"
	case o.LosesData():
		return "data lost"
	}
	return "yes"
}

// problems are what is wrong with the graph.
func problems(m *migrate.Migrations) []string {
	out := []string{}
	for _, a := range m.Apps {
		if ends := m.Graph.Leaves(a.Label); a.Project && len(ends) > 1 {
			var names []string
			for _, k := range ends {
				names = append(names, k.Name)
			}
			out = append(out, fmt.Sprintf("%s has several last migrations: %s", a.Label, strings.Join(names, ", ")))
		}
	}
	for _, x := range m.Graph.Missing {
		if a := m.App(x.Of.App); a != nil && a.Project {
			out = append(out, fmt.Sprintf("%s depends on %s: %s", x.Of.Key, x.On, x.Text))
		}
	}
	for _, k := range m.Graph.Cycle {
		out = append(out, k.String()+" is part of a circle of dependencies")
	}
	return out
}
