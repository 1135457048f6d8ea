package migrations

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django/migrate"
	"gonogo/internal/python/eval"
)

func dataSeparate() check.Check {
	return check.Check{
		ID: "migrations/data-separate", Severity: check.Recommended, Source: answerDataSeparate,
		Doc: check.Doc{
			Title: "A migration changes the schema or the data, not both",
			Why: `A migration is one transaction. A change of a table takes a lock that nobody else can pass, and holds it until the transaction ends: when the rows are filled in the same one, the site waits until the last row is written. PostgreSQL refuses some of these mixtures ("cannot ALTER TABLE because it has pending trigger events"); MySQL and MariaDB cannot roll a change of a table back, so a failure half way leaves a state that no migration knows.

Tables that the same release makes are empty and used by nobody, and are left alone.`,
			Fix:    "Split it in two: one migration for the schema, the next one for the data.",
			Verify: "`python manage.py sqlmigrate <label> <migration>` shows no statement of schema beside data.",
			Bad: []check.Example{
				released(shop("A column is added and filled in one transaction.", "shop/models.py", pricedModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_price.py", mixed)),
			},
			Good: []check.Example{
				released(shop("First the column, then the rows.", "shop/models.py", pricedModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_price.py", price, "shop/migrations/0003_fill.py", filled("fill"))),
			},
			References: []check.Reference{
				check.See("Django: data migrations", check.DjangoDocs+"topics/migrations/#data-migrations"),
				check.See("Django: RunPython and schema changes", check.DjangoDocs+"ref/migration-operations/#runpython"),
			},
			Triggers: []string{"RunPython beside operations on tables of an earlier release, in one transaction"},
		},
	}
}

func answerDataSeparate(p *check.SourcePass) check.Answer {
	return ask(p, func(m *migrate.Migrations) check.Answer {
		brought, answer, ok := ofRelease(p, m)
		if !ok {
			return answer
		}
		fresh := map[string]bool{} // tables that this release makes
		for _, x := range brought {
			for _, o := range x.Operations {
				if o.Kind == "CreateModel" {
					fresh[x.App+"."+o.Model] = true
				}
			}
		}
		var findings []check.Finding
		var doubts []string
		for _, x := range brought {
			if x.Unknown != "" || x.Atomic == eval.Maybe {
				doubts = append(doubts, x.String()+" is not known whole")
				continue
			}
			schema, data := mixture(x, fresh)
			if schema == nil || data == nil || x.Atomic == eval.No {
				continue
			}
			findings = append(findings, check.Finding{Severity: check.Recommended, At: data.At,
				Related: []check.Related{{Message: "the change of the schema", At: schema.At}},
				Message: fmt.Sprintf("%s changes rows in the transaction that holds the lock of \"%s\": the table waits until the last row is written; move the data into a migration of its own",
					x.Key, schema.Describe())})
		}
		if len(findings) == 0 && len(doubts) > 0 {
			return check.Unclear("not known: " + some(doubts))
		}
		return check.Gather(findings, nil, "")
	})
}

// mixture finds a change of a table that was there before, and a step that runs Python.
func mixture(x *migrate.Migration, fresh map[string]bool) (schema, data *migrate.Operation) {
	for _, o := range x.Operations {
		switch p := o.Phase(); {
		case o.Kind == "RunPython":
			if o.Arg("code").Dotted() != "django.db.migrations.RunPython.noop" {
				data = o
			}
		case o.Kind == "CreateModel", o.Kind == "RunSQL", o.Kind == "SeparateDatabaseAndState", p == migrate.StateOnly, p == migrate.Unclear:
		case o.Model != "" && !fresh[x.App+"."+o.Model] && schema == nil:
			schema = o
		}
	}
	return schema, data
}
