package migrations

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/migrate"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func expandContract() check.Check {
	return check.Check{
		ID: "migrations/expand-contract", Severity: check.Critical, Source: answerExpandContract,
		Doc: check.Doc{
			Title: "The last release lives with the migrations of this one",
			Why: `While a release rolls out, processes of the last one still serve: for seconds, for the length of a slow migration, or for an hour when somebody stops to look. Django names every column in every query, so the moment a column is gone or has another name, each of their queries of that model fails; a new column that is NOT NULL and has no default in the database makes each of their INSERTs fail. The same holds in the other direction when the release is taken back.

Code of the new release that still names what is gone fails wherever nobody looked: a filter raises FieldError, an admin class stops migrate, a form stops the import. What the last release uses is read from its own code in git, where that is there, and not concluded from its migrations: a column that no model of it has any more may go.

Where a release phase of a platform or Kubernetes shows that the old processes go on while the new release migrates, that stops the release. Where nothing shows it, it is owed: a deployment that stops everything before it migrates does not feel it. Tables that this release makes are left alone.`,
			Fix:    "Do it in two releases: first expand (add what is new, in a way that the old code can live with), then, when no process of the old release is left, contract (drop and tighten).",
			Verify: "Apply the migrations to a copy of the database, and run the tests of the last release against it. `gonogo migrations` shows the phase of each operation.",
			Bad: []check.Example{
				released(shop("The column goes while the old code reads it.", "shop/models.py", productModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_name.py", operations(`migrations.RemoveField("product", "name")`))),
			},
			Good: []check.Example{
				released(shop("The old code may leave the new column out.", "shop/models.py", productModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_price.py", operations(`migrations.AddField("product", "price", models.IntegerField(null=True))`))),
			},
			References: []check.Reference{
				check.See("Django: SeparateDatabaseAndState", check.DjangoDocs+"ref/migration-operations/#separatedatabaseandstate"),
				check.See("Django: db_default", check.DjangoDocs+"ref/models/fields/#db-default"),
				check.See("Parallel change (expand and contract)", "https://martinfowler.com/bliki/ParallelChange.html"),
			},
			Triggers: []string{"a column or table that the last release has is dropped or renamed", "a new NOT NULL column without a default in the database",
				"code of this release that still refers to a field or model that its migrations take away",
				"NULL refused, or a type narrowed, where the last release may write otherwise", "a unique column that is added with one value for all rows"},
		},
	}
}

// operations is a migration after the first one.
func operations(text string) string {
	return `from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [` + text + `]
`
}

func answerExpandContract(p *check.SourcePass) check.Answer {
	r := &rollingRelease{p: p}
	if answer := ask(p, r.read); answer.Status != 0 {
		return answer
	}
	r.compare() // takes the sessions of both releases, one after the other
	return ask(p, r.judge)
}

// rollingRelease is what a release takes away, and who uses it still.
type rollingRelease struct {
	p       *check.SourcePass
	brought []*migrate.Migration
	breaks  map[migrate.Key][]migrate.Break
	losses  []migrate.Loss
	last    lastRelease
	now     leftovers
}

// read finds what the migrations take away. An answer without status says that there is something to judge.
func (r *rollingRelease) read(m *migrate.Migrations) check.Answer {
	brought, answer, ok := ofRelease(r.p, m)
	if !ok {
		return answer
	}
	r.brought, r.breaks = brought, map[migrate.Key][]migrate.Break{}
	db, fresh := r.p.Project.Database(), newIn(brought)
	for _, x := range brought {
		r.breaks[x.Key] = m.Breaks(x, db.Database, fresh)
		for _, loss := range slices.Concat(m.Losses(x), m.Drops(x, db.Database)) {
			if !fresh(loss.Made) {
				r.losses = append(r.losses, loss)
			}
		}
	}
	return check.Answer{}
}

// judge makes the findings.
func (r *rollingRelease) judge(*migrate.Migrations) check.Answer {
	rollout := r.p.Project.Rollout()
	staged := r.p.Project.Settings != nil && check.HasApp(r.p.Project.Settings.Shipped(), "syzygy") == eval.Yes
	var findings []check.Finding
	var doubts []string
	for _, x := range r.brought {
		if x.Unknown != "" {
			doubts = append(doubts, x.String()+": "+x.Unknown)
		}
		for _, o := range x.Operations {
			if o.Unknown != "" {
				doubts = append(doubts, x.String()+": "+o.Unknown)
			}
		}
		told := map[*migrate.Operation]bool{}
		for _, alike := range alike(r.last.models.StillUse(r.breaks[x.Key], r.losses)) {
			if kind := alike[0].Operation.Kind; staged && (kind == "RemoveField" || kind == "DeleteModel") {
				continue // django-syzygy applies these after the deployment
			}
			f := broken(alike, rollout)
			r.last.tell(&f, alike)
			var operations []*migrate.Operation
			for _, b := range alike {
				operations = append(operations, b.Operation)
				told[b.Operation] = true
			}
			r.now.tell(&f, operations)
			findings = append(findings, f)
		}
		for _, o := range x.Operations {
			if f := (check.Finding{At: o.At, Message: r.now.gone(o)}); !told[o] && (r.now.tell(&f, []*migrate.Operation{o}) || r.last.tellSQL(&f, o)) {
				findings = append(findings, f)
			}
		}
	}
	return check.Gather(findings, doubts, fmt.Sprintf("the release since %s lives with what its migrations change", r.p.Project.Release().Since))
}

// alike groups the breaks of a migration that are mended in the same way, in order.
func alike(all []migrate.Break) [][]migrate.Break {
	var groups [][]migrate.Break
	for _, b := range all {
		i := slices.IndexFunc(groups, func(g []migrate.Break) bool {
			return g[0].Advice == b.Advice && g[0].Operation.Kind == b.Operation.Kind && g[0].Certain == b.Certain && g[0].Fails == b.Fails
		})
		if i < 0 {
			groups = append(groups, []migrate.Break{b})
			continue
		}
		groups[i] = append(groups[i], b)
	}
	return groups
}

// broken is the finding of breaks that are alike.
func broken(all []migrate.Break, rollout project.Rollout) check.Finding {
	b := all[0]
	f := check.Finding{Severity: check.Recommended, At: b.Operation.At, Message: b.Operation.Describe() + ": " + b.Text + likewise(b, all[1:]) + "; " + b.Advice}
	switch {
	case b.Fails && b.Certain:
		f.Severity = check.Critical
	case b.Certain && rollout.Reason != "":
		f.Severity = check.Critical
		f.Related = []check.Related{{Message: rollout.Reason, At: rollout.At}}
	}
	return f
}

// likewise names further fields and models of which the same holds.
func likewise(first migrate.Break, rest []migrate.Break) string {
	var names []string
	for _, b := range rest {
		name := b.Operation.Name
		switch {
		case name == "":
			name = b.Model
		case b.Model != first.Model:
			name = b.Model + "." + name
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return among(names)
}

// among is " (likewise a, b)", "" for no names; of many it names some.
func among(names []string) string {
	const most = 6
	switch {
	case len(names) == 0:
		return ""
	case len(names) > most:
		return fmt.Sprintf(" (likewise %s and %d more)", strings.Join(names[:most], ", "), len(names)-most)
	}
	return " (likewise " + strings.Join(names, ", ") + ")"
}
