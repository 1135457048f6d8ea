package delivery

import (
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/deploy/ci"
)

func testsInCI() check.Check {
	return check.Check{
		ID: "delivery/tests-in-ci", Severity: check.Recommended, Source: answerTestsInCI, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Continuous integration runs the tests",
			Why: `Tests that somebody has to remember are not run on the day on which it matters: a small change, late, just before a release. A machine that runs them for every change is the difference between having tests and being protected by them.

A job that takes half an hour is skipped or ignored; keep it below ten minutes, and run what is slow at night.`,
			Fix:    "A workflow for every pull request and every push to the main branch that installs the locked dependencies and runs `pytest` or `python manage.py test`.",
			Verify: "Open a pull request that breaks a test: the check turns red.",
			Bad: []check.Example{{Note: "There is no continuous integration.",
				Files: []check.ExampleFile{{Path: "settings.py", Text: "DEBUG = False\n"}}}},
			Good: []check.Example{check.Project("The tests run for every change.", "settings.py", "DEBUG = False\n",
				".github/workflows/test.yml", "on: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: pip install -r requirements.txt\n      - run: python manage.py test\n")},
			References: []check.Reference{
				check.See("Django: testing in Django", "https://docs.djangoproject.com/en/stable/topics/testing/"),
				check.See("GitHub: building and testing Python", "https://docs.github.com/en/actions/tutorials/build-and-test-code/python"),
			},
			Triggers: []string{"the repository has no continuous integration", "no job runs tests"},
		},
	}
}

func answerTestsInCI(p *check.SourcePass) check.Answer {
	answer := ask(p, sought{command: runsTests}, check.Recommended,
		"No job of continuous integration runs tests: a change that breaks the site is found by its users; add a step that runs pytest or manage.py test", "python manage.py test")
	if answer.Cause == "" {
		return answer
	}
	return check.Failed(check.Finding{Severity: check.Recommended, At: evidence(p, p.Project.Integration()),
		Message: "The repository has no continuous integration: nothing runs the tests before a change is released; add a workflow that runs them for every change"})
}

// runsTests reports whether a command runs tests written in Python.
func runsTests(c ci.Command) bool {
	if management(c, "test") || management(c, "pytest") {
		return true
	}
	name, args := deploy.Program(c.Argv)
	switch name {
	case "pytest", "py.test":
		return !slices.Contains(args, "--collect-only") && !slices.Contains(args, "--co") && !slices.Contains(args, "--version")
	case "coverage":
		return len(args) > 0 && args[0] == "run" // what is measured is tests
	case "unittest", "nose2", "nosetests", "trial", "behave", "ward", "runtests.py", "run_tests.py":
		return true
	case "setup.py", "hatch":
		return len(args) > 0 && args[0] == "test"
	}
	return false
}
