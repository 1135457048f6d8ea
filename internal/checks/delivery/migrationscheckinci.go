package delivery

import (
	"gonogo/internal/check"
	"gonogo/internal/deploy/ci"
)

func migrationsCheckInCI() check.Check {
	return check.Check{
		ID: "delivery/migrations-check-in-ci", Severity: check.Recommended, Source: answerMigrationsCheck, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Continuous integration fails when a model has changed and its migration is missing",
			Why: `The tests pass with a migration missing more often than people think: a changed option, a new choice, a field that no test writes. Production then has a table that the code does not know, and the next person who runs makemigrations finds somebody else's change in theirs.

The command takes seconds and needs no database of its own beside the one that the tests have.`,
			Fix:    "A step `python manage.py makemigrations --check --dry-run`. This tool's gate asks the same.",
			Verify: "Add a field to a model without a migration in a branch: the job fails.",
			Bad: []check.Example{check.Project("Only the tests run.", "settings.py", "DEBUG = False\n",
				".github/workflows/test.yml", "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python manage.py test\n")},
			Good: []check.Example{check.Project("Migrations are asked for before the tests.", "settings.py", "DEBUG = False\n",
				".github/workflows/test.yml", "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python manage.py makemigrations --check --dry-run\n      - run: python manage.py test\n")},
			References: []check.Reference{
				check.See("Django: makemigrations --check", "https://docs.djangoproject.com/en/stable/ref/django-admin/#cmdoption-makemigrations-check"),
			},
			Triggers: []string{"no job runs `makemigrations --check`"},
		},
	}
}

func answerMigrationsCheck(p *check.SourcePass) check.Answer {
	checks := sought{command: func(c ci.Command) bool {
		return gate(c) || management(c, "makemigrations", "--check") || management(c, "makemigrations", "--exit") || management(c, "makemigrations", "-e")
	}}
	answer := ask(p, checks, check.Recommended,
		"No job of continuous integration asks whether migrations are missing; add `python manage.py makemigrations --check --dry-run`", "python manage.py makemigrations --check --dry-run")
	if answer.Status != check.Fail || answer.Cause != "" {
		return answer
	}
	if name := mentioned(p, "makemigrations"); name != "" {
		return check.Unclear("no job runs makemigrations --check, but a test may ask the same (" + name + ")")
	}
	return answer
}
