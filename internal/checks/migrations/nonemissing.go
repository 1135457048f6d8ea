package migrations

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/migrate"
)

func noneMissing() check.Check {
	return check.Check{
		ID: "migrations/none-missing", Severity: check.Critical, Source: answerNoneMissing,
		Doc: check.Doc{
			Title: "Every change of the models is held by a migration",
			Why: `The database gets the columns and tables that migrations make, and not those that models declare. A field without its migration passes every test that creates the database from the models' newest state by accident, and then each query of the model fails in production with "column does not exist". Worse: somebody runs makemigrations on the server, and the history of that server and the repository part for ever.

gonogo replays the migrations and compares the result with the models, as makemigrations --check does. What changes Django's state alone (verbose_name, choices, ordering) breaks nothing today; it goes into the next migration that anybody makes.`,
			Fix:    "Run `python manage.py makemigrations`, read what it writes, and commit it with the change of the models. Run `python manage.py makemigrations --check --dry-run` in continuous integration.",
			Verify: "`python manage.py makemigrations --check --dry-run` prints `No changes detected`.",
			Bad: []check.Example{
				shop("A field that no migration adds.", "shop/models.py", pricedModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial),
			},
			Good: []check.Example{
				shop("The migration was made with the field.", "shop/models.py", pricedModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_price.py", price),
			},
			References: []check.Reference{
				check.See("Django: migrations", check.DjangoDocs+"topics/migrations/"),
				check.See("Django: makemigrations --check", check.DjangoDocs+"ref/django-admin/#cmdoption-makemigrations-check"),
			},
			Triggers: []string{"a table, column, index or constraint that the models have and no migration makes", "a change of options that Django alone uses"},
		},
	}
}

func answerNoneMissing(p *check.SourcePass) check.Answer {
	return ask(p, func(m *migrate.Migrations) check.Answer {
		if m.Failure != "" {
			return check.Unclear(m.Failure + "; run `python manage.py makemigrations --check --dry-run` where the project's packages are installed")
		}
		if len(own(m)) == 0 {
			return check.Absent("no application of the project has models")
		}
		findings := missing(m)
		var doubts []string
		for _, d := range m.Doubts {
			if a := m.App(d.App); a != nil && a.Project {
				doubts = append(doubts, strings.TrimSuffix(d.App+"."+d.Model, ".")+": "+d.Reason)
			}
		}
		if len(findings) > 0 {
			return check.Failed(findings...)
		}
		if len(doubts) > 0 {
			return check.Unclear("not known of " + some(doubts) + "; run `python manage.py makemigrations --check --dry-run` to know")
		}
		return check.Passed(fmt.Sprintf("%d migrations lead to the models as they are", len(m.All)))
	})
}

// missing makes a finding of each model with changes.
func missing(m *migrate.Migrations) []check.Finding {
	var findings []check.Finding
	for i := 0; i < len(m.Changes); {
		first := m.Changes[i]
		var texts []string
		schema := false
		for ; i < len(m.Changes) && m.Changes[i].App == first.App && m.Changes[i].Model == first.Model; i++ {
			texts = append(texts, m.Changes[i].Text)
			if m.Changes[i].Schema && !schema {
				schema, first = true, m.Changes[i]
			}
		}
		if a := m.App(first.App); a == nil || !a.Project {
			continue
		}
		f := check.Finding{Severity: check.Recommended, At: first.At, Fix: "python manage.py makemigrations " + first.App,
			Message: fmt.Sprintf("no migration of %s holds: %s; it concerns Django's own state and not the database; run makemigrations %s and commit what it writes",
				first.App, some(texts), first.App)}
		if schema {
			f.Severity = check.Critical
			f.Message = fmt.Sprintf("no migration of %s holds: %s; the database of production will not have it; run makemigrations %s and commit what it writes",
				first.App, some(texts), first.App)
		}
		findings = append(findings, f)
	}
	return findings
}
