package delivery

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy/ci"
)

func deployCheckInCI() check.Check {
	return check.Check{
		ID: "delivery/deploy-check-in-ci", Severity: check.Recommended, Source: answerDeployCheck, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Continuous integration runs Django's deployment checks and fails on their warnings",
			Why: `Django's own deployment checks see a setting that was turned off for a minute and stayed off. Run by hand once, they say nothing of the next change.

Without a fail level the command reports warnings and ends well: all of the deployment checks about security are warnings, so the job is green whatever they say.`,
			Fix:    "A step with production's settings: `python manage.py check --deploy --fail-level WARNING`. This tool's gate asks the same and more.",
			Verify: "Set `SECURE_HSTS_SECONDS = 0` in a branch: the job fails.",
			Bad: []check.Example{check.Project("Warnings don't fail the job.", "settings.py", "DEBUG = False\n",
				".github/workflows/test.yml", "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python manage.py check --deploy\n")},
			Good: []check.Example{check.Project("They do.", "settings.py", "DEBUG = False\n",
				".github/workflows/test.yml", "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python manage.py check --deploy --fail-level WARNING\n")},
			References: []check.Reference{
				check.See("Django: check --deploy", "https://docs.djangoproject.com/en/stable/ref/django-admin/#cmdoption-check-deploy"),
			},
			Triggers: []string{"no job runs `check --deploy`", "`check --deploy` is run without `--fail-level`"},
		},
	}
}

func answerDeployCheck(p *check.SourcePass) check.Answer {
	failing := sought{command: func(c ci.Command) bool { return gate(c) || management(c, "check", "--deploy") && failsOnWarnings(c) }}
	answer := ask(p, failing, check.Recommended,
		"No job of continuous integration runs Django's deployment checks; add `python manage.py check --deploy --fail-level WARNING` with production's settings", "python manage.py check --deploy --fail-level WARNING")
	if answer.Status != check.Fail && answer.Status != check.Unknown || answer.Cause != "" {
		return answer
	}
	if at, _, ok := (sought{command: func(c ci.Command) bool { return management(c, "check", "--deploy") }}).find(p.Project.Integration()); ok {
		return check.Failed(check.Finding{Severity: check.Recommended, At: at, Fix: "--fail-level WARNING",
			Message: "`check --deploy` ends well whatever it warns of, since the level that fails is ERROR; add --fail-level WARNING"})
	}
	if name := mentioned(p, "deploy", "call_command(\"check\""); name != "" && answer.Status == check.Fail {
		return check.Unclear("a test may run the deployment checks (" + name + ")")
	}
	return answer
}

// failsOnWarnings reports whether the level that makes the command fail is that of warnings or below it (Django: check --fail-level, ERROR
// by default). A level that a variable gives is taken for one.
func failsOnWarnings(c ci.Command) bool {
	for i, a := range c.Argv {
		level, ok := strings.CutPrefix(a, "--fail-level=")
		if a == "--fail-level" && i+1 < len(c.Argv) {
			level, ok = c.Argv[i+1], true
		}
		if ok {
			return level != "ERROR" && level != "CRITICAL"
		}
	}
	return false
}
