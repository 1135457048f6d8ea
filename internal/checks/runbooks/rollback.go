package runbooks

import (
	"gonogo/internal/check"
	"gonogo/internal/project"
)

func rollback() check.Check {
	return check.Check{
		ID: "runbooks/rollback", Severity: check.Recommended, Source: answerRollback, WithoutSettings: true,
		Doc: check.Doc{
			Title: "A document says how to go back: to the code before, with migrations that are applied, and from a backup",
			Why: `A release that breaks the site is undone in minutes where the way is written down, and in hours where it is thought up under pressure. The code is the easy part. Whether the database may stay as the new release left it, or which migration has to be unapplied first, decides whether going back works at all; and a backup that nobody has restored by the book is a hope.

Where migrations are never unapplied because releases only expand the schema, say so: that is an answer too.`,
			Fix:    "docs/rollback.md: the command that starts the release before, `python manage.py migrate <app> <name>` or the rule that makes it needless, and the command that restores the backup.",
			Verify: "Do it on staging, with the document alone.",
			Bad: []check.Example{check.Project("Only the deployment is described.", "settings.py", "DEBUG = False\n",
				"README.md", "# Shop\n\n## Deployment\n\n```sh\ndocker compose up -d\n```\n")},
			Good: []check.Example{check.Project("All three are described.", "settings.py", "DEBUG = False\n",
				"docs/rollback.md", "# Rollback\n\n## Code\n\n```sh\ngit checkout <previous tag>\ndocker compose up -d --build\n```\n\n## Migrations\n\n```sh\npython manage.py migrate orders 0007\n```\n\n## Data\n\n```sh\npg_restore --clean --dbname shop shop.dump\n```\n")},
			References: []check.Reference{
				check.See("Django: reversing migrations", check.DjangoDocs+"topics/migrations/#reversing-migrations"),
				check.See("PostgreSQL: pg_restore", check.PostgresDocs+"app-pgrestore.html"),
			},
			Triggers: []string{"no document says how to revert the code, what to do about applied migrations, or how to restore"},
		},
	}
}

func answerRollback(p *check.SourcePass) check.Answer {
	topics := []topic{{project.CodeRollback, "how the release before is brought back"}, {project.AppliedMigrations, "what to do then about migrations that were applied"}, {project.Restoring, "how a backup is restored"}}
	gaps := missing(p.Project.Coverage(), topics)
	if len(gaps) == 0 {
		return check.Passed("the documents say it, " + saidIn(p, topics))
	}
	if reason := elsewhere(p); reason != "" {
		return check.Unclear("no document here says " + check.And(gaps) + "; " + reason)
	}
	return check.Failed(check.Finding{Severity: check.Recommended, At: place(p, topics), Message: "No document says " + check.And(gaps) + "; write it down, for example in docs/rollback.md"})
}
