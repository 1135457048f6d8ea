package migrations

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/migrate"
	"gonogo/internal/project"
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
			Triggers: []string{"a table, column, index or constraint that the models have and no migration makes", "an index that the migrations have under another name", "a change of options that Django alone uses"},
		},
	}
}

func answerNoneMissing(p *check.SourcePass) check.Answer {
	return ask(p, func(m *migrate.Migrations) check.Answer {
		if m.Failure != "" {
			return check.Unclear(m.Failure + "; run `python manage.py makemigrations --check --dry-run` where the project's packages are installed")
		}
		if len(own(m)) == 0 && m.Partial == "" {
			return check.Absent("no application of the project has models")
		}
		findings := missing(m, hasOwnCommand(p))
		var doubts []string
		if m.Partial != "" {
			doubts = append(doubts, "other applications: "+m.Partial)
		}
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

// missing makes a finding of each model whose table lacks something, and one of each application for what concerns Django alone.
func missing(m *migrate.Migrations, ownCommand bool) []check.Finding {
	var findings []check.Finding
	for _, a := range m.Apps {
		if !a.Project {
			continue
		}
		var state []migrate.Change
		byModel := map[string][]migrate.Change{}
		var models []string
		for _, c := range m.Changes {
			switch {
			case c.App != a.Label:
			case !c.Schema && ownCommand:
			case !c.Schema:
				state = append(state, c)
			default:
				if len(byModel[c.Model]) == 0 {
					models = append(models, c.Model)
				}
				byModel[c.Model] = append(byModel[c.Model], c)
			}
		}
		for _, model := range models {
			findings = append(findings, ofModel(a.Label, byModel[model]))
		}
		if len(state) > 0 {
			findings = append(findings, finding(check.Recommended, a.Label, state, "it concerns Django's own state and not the database"))
		}
	}
	return findings
}

// ofModel is the finding of what the table of a model lacks. An index under another name serves every query as before.
func ofModel(label string, changes []migrate.Change) check.Finding {
	if !slices.ContainsFunc(changes, func(c migrate.Change) bool { return c.Kind != "RenameIndex" }) {
		return finding(check.Recommended, label, changes, "queries do not notice, but the next makemigrations on any machine writes it")
	}
	return finding(check.Critical, label, changes, "the database of production will not have it")
}

// hasOwnCommand reports whether the project has a command makemigrations of its own, which may leave out what Django alone knows of.
func hasOwnCommand(p *check.SourcePass) bool {
	if p.Project.Code == nil {
		return false
	}
	return slices.ContainsFunc(p.Project.Code.Modules, func(m *project.CodeModule) bool {
		return strings.HasSuffix(m.Dotted, "management.commands.makemigrations")
	})
}

func finding(severity check.Severity, label string, changes []migrate.Change, consequence string) check.Finding {
	var texts []string
	for _, c := range changes {
		texts = append(texts, c.Text)
	}
	return check.Finding{Severity: severity, At: changes[0].At, Fix: "python manage.py makemigrations " + label,
		Message: fmt.Sprintf("no migration of %s holds: %s; %s; run makemigrations %s and commit what it writes", label, some(texts), consequence, label)}
}
