package migrations

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/django/migrate"
	"gonogo/internal/project"
)

func historicalModels() check.Check {
	return check.Check{
		ID: "migrations/historical-models", Severity: check.Recommended, Source: answerHistoricalModels,
		Doc: check.Doc{
			Title: "Data migrations use the models as they were",
			Why: `A data migration runs for years: on every new database, in every test run, on the server that skipped three releases. apps.get_model gives it the model as it was at that point. A model that is imported is the one of today: as soon as it has a column that a later migration adds, each of its queries in the old migration fails, and nobody can build the database from nothing any more. The same holds for code of the project that the migration calls and that uses the models.

What runs after all migrations (a receiver of post_migrate, a task that is queued) sees the schema of today, and is left alone.`,
			Fix:    "Take each model from `apps.get_model(\"label\", \"Model\")` in the function, and copy the few lines of code that it needs into the migration.",
			Verify: "`grep -n \"^from .*models import\\|get_user_model\" */migrations/*.py` shows nothing that RunPython uses, and `python manage.py migrate` works on an empty database.",
			Bad: []check.Example{
				released(shop("The model of today is imported.", "shop/models.py", productModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_fill.py", imported)),
			},
			Good: []check.Example{
				released(shop("The model as it was is asked for.", "shop/models.py", productModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_fill.py", filled("fill, migrations.RunPython.noop"))),
			},
			References: []check.Reference{
				check.See("Django: historical models", check.DjangoDocs+"topics/migrations/#historical-models"),
				check.See("Django: RunPython", check.DjangoDocs+"ref/migration-operations/#runpython"),
			},
			Triggers: []string{"a function of RunPython that uses an imported model", "get_user_model() in a function of RunPython",
				"a call of the project's own code that uses models"},
		},
	}
}

const imported = `from django.db import migrations

from shop.models import Product


def fill(apps, schema_editor):
    Product.objects.filter(name="").update(name="?")


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
`

func answerHistoricalModels(p *check.SourcePass) check.Answer {
	return ask(p, func(m *migrate.Migrations) check.Answer {
		brought, answer, ok := ofRelease(p, m)
		if !ok && p.Project.Release().Unknown == "" {
			return answer
		}
		if !ok {
			brought = ofProject(m) // without a base all are judged
		}
		var findings []check.Finding
		var doubts []string
		ran := false
		for _, x := range brought {
			if x.Unknown != "" {
				doubts = append(doubts, x.String()+": "+x.Unknown)
			}
			for _, o := range x.Operations {
				ran = ran || o.Kind == "RunPython"
			}
			if found := p.Project.RealModels(m, x); len(found) > 0 {
				findings = append(findings, realModel(found))
			}
		}
		if len(brought) == 0 {
			return answer
		}
		if !ran && len(findings)+len(doubts) == 0 {
			return check.Absent("no migration that is judged runs Python")
		}
		return check.Gather(findings, doubts, "data migrations take their models from apps.get_model")
	})
}

// ofProject are all migrations of the project in order.
func ofProject(m *migrate.Migrations) (all []*migrate.Migration) {
	for _, key := range m.Order() {
		x := m.All[key]
		if a := m.App(key.App); a != nil && a.Project && x.File != nil {
			all = append(all, x)
		}
	}
	return all
}

// realModel is the finding of one migration.
func realModel(all []project.RealModel) check.Finding {
	first := all[0]
	var others []string
	for _, x := range all[1:] {
		if x.Model != first.Model && !slices.Contains(others, x.Model) {
			others = append(others, x.Model)
		}
	}
	f := check.Finding{Severity: check.Recommended, At: first.At}
	does, instead := "uses "+first.Model, "take it from apps.get_model"
	if first.Through != "" {
		does = fmt.Sprintf("calls %s, which uses %s", first.Through, first.Model)
		instead = "copy what it does into the migration, with apps.get_model"
		f.Related = []check.Related{{Message: "the model is used here", At: first.UsedAt}}
	}
	f.Message = fmt.Sprintf("the migration %s as the code has it today%s: it fails on a new database as soon as a later migration adds a column; %s", does, among(others), instead)
	return f
}
