package migrations

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/migrate"
)

func noConflicts() check.Check {
	return check.Check{
		ID: "migrations/no-conflicts", Severity: check.Critical, Source: answerNoConflicts,
		Doc: check.Doc{
			Title: "The migrations of each application form one line with one end",
			Why: `Two branches that each added a migration after the same one leave two ends. Django refuses to migrate then, so the release stops half way: the new code is there, the database is old. A dependency that does not exist, and a circle, stop every command that loads migrations.

Version control merges the two files without a conflict, for they have different names; nobody sees it before the deployment.`,
			Fix:    "Run `python manage.py makemigrations --merge`, or make one of the two depend on the other, and commit it.",
			Verify: "`python manage.py migrate --plan` prints a plan and no error.",
			Bad: []check.Example{
				shop("Two migrations after the same one.", "shop/models.py", productModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_a.py", empty, "shop/migrations/0002_b.py", empty),
			},
			Good: []check.Example{
				shop("One after the other.", "shop/models.py", productModel, "shop/migrations/__init__.py", "",
					"shop/migrations/0001_initial.py", initial, "shop/migrations/0002_a.py", empty,
					"shop/migrations/0003_b.py", strings.Replace(empty, "0001_initial", "0002_a", 1)),
			},
			References: []check.Reference{
				check.See("Django: migrations and version control", check.DjangoDocs+"topics/migrations/#version-control"),
			},
			Triggers: []string{"an application has more than one leaf", "a dependency does not exist", "migrations depend on each other in a circle"},
		},
	}
}

func answerNoConflicts(p *check.SourcePass) check.Answer {
	return ask(p, func(m *migrate.Migrations) check.Answer {
		if len(m.All) == 0 {
			if reason := m.Failure + m.Partial; reason != "" {
				return check.Unclear(reason)
			}
			return check.Absent("the project has no migrations")
		}
		findings := leaves(m)
		for _, x := range m.Graph.Missing {
			if a := m.App(x.Of.App); a == nil || !a.Project {
				continue
			}
			findings = append(findings, check.Finding{Severity: check.Critical, At: x.At,
				Message: fmt.Sprintf("%s depends on %s, and %s: every command that loads migrations fails; name a migration that exists", x.Of.Key, x.On, x.Text)})
		}
		if c := m.Graph.Cycle; c != nil {
			var names []string
			for _, k := range c {
				names = append(names, k.String())
			}
			findings = append(findings, check.Finding{Severity: check.Critical, At: m.All[c[0]].At,
				Message: "migrations depend on each other in a circle: " + strings.Join(names, ", ") + "; take one of the dependencies away"})
		}
		switch {
		case len(findings) > 0:
			return check.Failed(findings...)
		case m.Graph.Unknown != "":
			return check.Unclear(m.Graph.Unknown)
		}
		return check.Passed("")
	})
}

// leaves finds applications with several ends.
func leaves(m *migrate.Migrations) []check.Finding {
	var findings []check.Finding
	for _, a := range m.Apps {
		ends := m.Graph.Leaves(a.Label)
		if !a.Project || len(ends) < 2 || m.Graph.Cycle != nil || unlinked(m, a) {
			continue
		}
		var names []string
		var related []check.Related
		for _, k := range ends {
			names = append(names, k.Name)
			if k != ends[len(ends)-1] {
				related = append(related, check.Related{Message: "another end", At: m.All[k].At})
			}
		}
		findings = append(findings, check.Finding{Severity: check.Critical, At: m.All[ends[len(ends)-1]].At, Related: related,
			Fix: "python manage.py makemigrations --merge " + a.Label,
			Message: fmt.Sprintf("%s has %d last migrations (%s), and migrate refuses to run; merge them with makemigrations --merge", a.Label, len(ends),
				check.And(names))})
	}
	return findings
}

// unlinked reports whether a dependency within an application is not known, or does not exist.
func unlinked(m *migrate.Migrations, a *migrate.App) bool {
	for _, x := range m.Graph.Missing {
		if x.Of.App == a.Label && x.On.App == a.Label {
			return true
		}
	}
	for _, x := range a.Migrations {
		if x.Unlinked != "" {
			return true
		}
	}
	return false
}
