package migrations

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/migrate"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func committed() check.Check {
	return check.Check{
		ID: "migrations/committed", Severity: check.Critical, Source: answerCommitted,
		Doc: check.Doc{
			Title:  "Every application with models has its migrations in version control",
			Why:    `Without a package of migrations Django takes an application for one without migrations: migrate makes no table for it, and the first query fails. Where git ignores the migrations each machine makes its own, the histories differ, and no release can be repeated or rolled back.`,
			Fix:    "Run `python manage.py makemigrations <label>` for the application, take migrations out of .gitignore, and commit them.",
			Verify: "`git ls-files '*/migrations/*.py'` lists the migrations of every application with models.",
			Bad: []check.Example{
				shop("Models, and no migrations.", "shop/models.py", productModel),
			},
			Good: []check.Example{
				shop("The migrations are part of the code.", "shop/models.py", productModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial),
			},
			References: []check.Reference{
				check.See("Django: migrations are code", check.DjangoDocs+"topics/migrations/#workflow"),
				check.See("Django: makemigrations", check.DjangoDocs+"ref/django-admin/#makemigrations"),
			},
			Triggers: []string{"an application with models has no package of migrations", "MIGRATION_MODULES switches the migrations of production off", "git does not track a migration"},
		},
	}
}

func answerCommitted(p *check.SourcePass) check.Answer {
	return ask(p, func(m *migrate.Migrations) check.Answer {
		var findings []check.Finding
		var doubts []string
		apps := 0
		for _, a := range own(m) {
			if inTests(p.Project, a) {
				continue
			}
			tables, at := withTables(p, a)
			switch {
			case a.Unknown != "":
				doubts = append(doubts, a.Label+": "+a.Unknown)
			case a.Unmigrated && tables == eval.Yes:
				findings = append(findings, unmigrated(a, at))
			case a.Unmigrated && tables == eval.Maybe:
				doubts = append(doubts, "whether "+a.Label+" has models is not known")
			}
			apps++
			if f, found := untracked(p, a); found {
				findings = append(findings, f)
			}
		}
		if reason := m.Failure + m.Partial; reason != "" {
			doubts = append(doubts, reason)
		}
		if apps == 0 && len(doubts) == 0 {
			return check.Absent("no application of the project has models")
		}
		if len(findings) == 0 && len(doubts) > 0 {
			return check.Unclear("not known: " + some(doubts))
		}
		return check.Gather(findings, nil, "every application with models has migrations")
	})
}

// withTables reports whether an application has a model with a table that Django manages, and where the first stands.
func withTables(p *check.SourcePass, a *migrate.App) (tables eval.Tri, at source.Span) {
	tables = eval.No
	for _, model := range p.Project.Collected().All {
		if model.App != a.Label || model.Abstract || model.State == nil {
			continue
		}
		switch {
		case model.State.Undecided != "" || model.State.UndecidedOptions != "":
			if tables == eval.No {
				tables = eval.Maybe
			}
		case model.Managed && !model.Proxy:
			return eval.Yes, model.At
		}
	}
	if tables == eval.No && a.HasModels == eval.Maybe {
		tables = eval.Maybe
	}
	return tables, at
}

func unmigrated(a *migrate.App, at source.Span) check.Finding {
	f := check.Finding{Severity: check.Critical, At: at, Fix: "python manage.py makemigrations " + a.Label,
		Message: fmt.Sprintf("the application %s has models and no package of migrations: migrate makes no table for it; run makemigrations %s and commit what it writes",
			a.Label, a.Label)}
	if a.Off {
		f.At = a.At
		f.Message = fmt.Sprintf("MIGRATION_MODULES switches the migrations of %s off in production: migrate makes no table for it; take the entry away", a.Label)
	}
	return f
}

// untracked finds the first migration that git does not track.
func untracked(p *check.SourcePass, a *migrate.App) (f check.Finding, found bool) {
	var names []string
	for _, x := range a.Migrations {
		if x.File == nil || p.Project.Repository.Tracked(x.File.Path) != eval.No {
			continue
		}
		if len(names) == 0 {
			f = check.Finding{Severity: check.Critical, At: x.At}
		}
		names = append(names, x.Name)
	}
	if len(names) == 0 {
		return f, false
	}
	f.Message = fmt.Sprintf("git does not track %s of %s, so no other machine has it; add it with git add %s", check.And(names), a.Label, a.Dir)
	if p.Project.Repository.Ignored(f.At.Path()) == eval.Yes {
		f.Message = fmt.Sprintf("git ignores %s of %s, so each machine makes its own migrations; take %s out of .gitignore and commit it", check.And(names), a.Label,
			strings.TrimSuffix(a.Dir, "/"))
	}
	return f, true
}
