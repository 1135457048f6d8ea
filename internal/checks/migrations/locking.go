package migrations

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/migrate"
	"gonogo/internal/knowledge"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func locking() check.Check {
	return check.Check{
		ID: "migrations/locking", Severity: check.Critical, Source: answerLocking,
		Doc: check.Doc{
			Title: "No migration of the release holds a table for as long as it is big",
			Why: `PostgreSQL locks the table for each ALTER TABLE and CREATE INDEX. Most take a moment. Some read every row, build an index or write the table anew while they hold the lock: with a thousand rows nobody notices, with ten million the site stands still for minutes, since every query behind them waits as well. In one transaction a short strong lock is held for as long as the longest step after it.

gonogo knows what each operation makes Django execute, and what PostgreSQL, MySQL and MariaDB lock, read and rewrite for it in their versions. Tables that the release itself makes are empty and left alone. How many rows a table has is not in the repository, so what it finds here is owed; what is certain to fail (an index CONCURRENTLY within a transaction) stops the release.`,
			Fix:    "Build indexes with AddIndexConcurrently in a migration with `atomic = False`; add checks with AddConstraintNotValid and validate them in the next migration; change types by a new column. Set `lock_timeout` for the role that migrates.",
			Verify: "`gonogo migrations` shows no operation for which reads or writes wait; `python manage.py sqlmigrate <label> <migration>` shows the SQL.",
			Bad: []check.Example{
				onPostgres(shop("An index is built while nobody can write.", "shop/models.py", productModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_index.py", indexed("migrations.AddIndex"))),
			},
			Good: []check.Example{
				onPostgres(shop("The index is built beside the writers.", "shop/models.py", productModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_index.py",
					strings.Replace(indexed("AddIndexConcurrently"), "    dependencies", "    atomic = False\n    dependencies", 1))),
			},
			References: []check.Reference{
				check.See("PostgreSQL: explicit locking", "https://www.postgresql.org/docs/current/explicit-locking.html"),
				check.See("PostgreSQL: ALTER TABLE", "https://www.postgresql.org/docs/current/sql-altertable.html"),
				check.See("Django: concurrent index operations", check.DjangoDocs+"ref/contrib/postgres/operations/#concurrent-index-operations"),
			},
			Triggers: []string{"an index, unique or exclusion constraint built under a lock that stops writes", "a foreign key, check or NOT NULL validated at once",
				"a change of type, or a default computed for each row, that writes the table anew", "CONCURRENTLY in a transaction"},
		},
	}
}

// indexed is a migration that adds an index by a class of operation.
func indexed(operation string) string {
	return `from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [` + operation + `("product", models.Index(fields=["name"], name="product_name"))]
`
}

// onPostgres says that the last release had the first migration, and that production is on PostgreSQL.
func onPostgres(e check.Example) check.Example {
	e = released(e)
	e.Files = slices.Clone(e.Files)
	e.Files[0].Text += "DATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.postgresql\", \"NAME\": \"shop\"}}\n"
	return e
}

func answerLocking(p *check.SourcePass) check.Answer {
	return ask(p, func(m *migrate.Migrations) check.Answer {
		brought, answer, ok := ofRelease(p, m)
		if !ok {
			return answer
		}
		db := p.Project.Database()
		switch {
		case db.Unknown != "":
			return check.Unclear(db.Unknown + ", and with it what its migrations lock")
		case db.Server == knowledge.SQLite:
			return check.Absent("the database is SQLite, where every write locks the whole file")
		}
		fresh := newIn(brought)
		var findings []check.Finding
		var doubts []string
		for _, x := range brought {
			findings = append(findings, impossible(m, x, db)...)
			holds, open := m.Holds(x, db.Database, fresh)
			for _, d := range open {
				doubts = append(doubts, x.String()+": "+d.Reason)
			}
			findings = append(findings, heldLong(m, db, holds)...)
		}
		return check.Gather(findings, doubts, fmt.Sprintf("no table that %s holds is locked for longer than a moment (%s)", p.Project.Release().Since, db.Server))
	})
}

// newIn tells whether a migration is of the release.
func newIn(brought []*migrate.Migration) func(migrate.Key) bool {
	set := map[migrate.Key]bool{}
	for _, x := range brought {
		set[x.Key] = true
	}
	return func(k migrate.Key) bool { return set[k] }
}

// heldLong makes one finding of the tables that a migration holds long for the same reason.
func heldLong(m *migrate.Migrations, db project.MigratedDatabase, holds []migrate.Hold) []check.Finding {
	holds = slices.DeleteFunc(slices.Clone(holds), func(h migrate.Hold) bool {
		return isTiny(m, h.Table) || db.Online && h.Locking.Work != knowledge.Rewrite
	})
	var groups [][]migrate.Hold
	for _, h := range migrate.Longest(holds) {
		i := slices.IndexFunc(groups, func(g []migrate.Hold) bool {
			return g[0].Operation.Kind == h.Operation.Kind && g[0].Effect.Change == h.Effect.Change && g[0].Blocked == h.Blocked
		})
		if i < 0 {
			groups = append(groups, []migrate.Hold{h})
			continue
		}
		groups[i] = append(groups[i], h)
	}
	var findings []check.Finding
	for _, g := range groups {
		h := g[0]
		var others []string
		for _, x := range g[1:] {
			others = append(others, x.Table)
		}
		findings = append(findings, check.Finding{Severity: check.Recommended, At: h.Operation.At,
			Message: fmt.Sprintf("%s: %s%s%s; %s", h.Operation.Brief(), h.Consequence(db.Database), alsoHeld(h, others), among(others), h.Advice(db.Database))})
	}
	return findings
}

// alsoHeld names the other tables that wait with it, but for those that the finding is about anyway.
func alsoHeld(h migrate.Hold, others []string) string {
	const most = 3
	names := slices.DeleteFunc(slices.Clone(h.Also), func(table string) bool { return slices.Contains(others, table) })
	if len(names) == 0 {
		return ""
	}
	more := ""
	if len(names) > most {
		more = fmt.Sprintf(" and %d more", len(names)-most)
		names = names[:most]
	}
	return ", and with it " + strings.Join(names, ", ") + more + ", which the same transaction has locked"
}

// isTiny reports whether a table has few rows by its nature or name: one row (a singleton, the settings of the site), or one for each model or group of the project.
func isTiny(m *migrate.Migrations, table string) bool {
	switch table {
	case "contenttypes.contenttype", "auth.group", "auth.permission", "sites.site":
		return true
	}
	s := m.State.Models[table]
	if s == nil {
		return false
	}
	switch strings.ToLower(s.Name) {
	case "config", "configuration", "applicationconfiguration", "siteconfiguration", "siteconfig", "sitesettings", "globalsettings":
		return true
	}
	for _, b := range s.Bases {
		if strings.HasSuffix(b.Class, "SingletonModel") {
			return true
		}
	}
	return false
}

// impossible finds what PostgreSQL refuses in the transaction of a migration.
func impossible(m *migrate.Migrations, x *migrate.Migration, db project.MigratedDatabase) []check.Finding {
	if db.Server != knowledge.PostgreSQL {
		return nil
	}
	var findings []check.Finding
	for _, outer := range x.Operations {
		for _, o := range append([]*migrate.Operation{outer}, outer.Database...) {
			atomic := x.Atomic == eval.Yes
			what := ""
			switch sql := m.SQL(o); {
			case o.Online && atomic:
				what = "an index is made or dropped CONCURRENTLY"
			case sql != nil && sql.Alone && atomic:
				what = "its SQL is one that PostgreSQL refuses in a transaction block (CONCURRENTLY, VACUUM)"
			case sql != nil && sql.Several:
				findings = append(findings, check.Finding{Severity: check.Critical, At: o.At,
					Message: fmt.Sprintf("migrate fails in %s: PostgreSQL runs several statements of one text as a transaction, in which it refuses CONCURRENTLY; give each statement as an element of a list", x.Key)})
			}
			if what != "" {
				findings = append(findings, check.Finding{Severity: check.Critical, At: o.At, Related: related(x),
					Message: fmt.Sprintf("migrate fails in %s: %s, and the migration is one transaction; set atomic = False on it, with nothing else in it", x.Key, what)})
			}
		}
	}
	return slices.Clip(findings)
}

func related(x *migrate.Migration) []check.Related {
	return []check.Related{{Message: "the migration, without atomic = False", At: x.At}}
}
