package delivery

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/deploy/ci"
)

func lintInCI() check.Check {
	return check.Check{
		ID: "delivery/lint-in-ci", Severity: check.Optional, Source: answerLint, WithoutSettings: true,
		Doc: check.Doc{
			Title:  "Continuous integration runs a linter or formatter for Python",
			Why:    "A linter finds the name that does not exist in a branch that no test runs, and a formatter ends the talk about white space in reviews. Both take seconds.\n\nWhat only runs on people's machines, as a hook of git, runs on those of them who have installed it.",
			Fix:    "A step `ruff check .` and `ruff format --check .`, or `pre-commit run --all-files`.",
			Verify: "Use a name that does not exist in a branch: the job fails.",
			Bad: []check.Example{check.Project("Only the tests run.", "settings.py", "DEBUG = False\n",
				".github/workflows/test.yml", "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python manage.py test\n")},
			Good: []check.Example{check.Project("ruff runs first.", "settings.py", "DEBUG = False\n",
				".github/workflows/test.yml", "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: ruff check .\n      - run: python manage.py test\n")},
			References: []check.Reference{check.See("ruff: integrations", "https://docs.astral.sh/ruff/integrations/")},
			Triggers:   []string{"no job runs a linter or formatter for Python"},
		},
	}
}

func answerLint(p *check.SourcePass) check.Answer {
	if f, ok := p.Project.Tree.Read(".pre-commit-config.yaml"); ok && strings.Contains("\n"+string(f.Data), "\nci:") {
		return check.Passed("pre-commit.ci runs the hooks of .pre-commit-config.yaml")
	}
	lints := sought{command: lintsPython, action: func(a ci.Action) bool {
		for _, name := range []string{"ruff-action", "psf/black", "isort-action", "super-linter", "pre-commit", "flake8", "pylint", "mypy", "megalinter"} {
			if strings.Contains(a.Name, name) {
				return true
			}
		}
		return false
	}}
	return ask(p, lints, check.Optional,
		"No job of continuous integration runs a linter or formatter for Python; add `ruff check .` or `pre-commit run --all-files`", "ruff check .")
}

func lintsPython(c ci.Command) bool {
	name, _ := deploy.Program(c.Argv)
	for _, linter := range []string{"ruff", "flake8", "pylint", "black", "isort", "mypy", "dmypy", "pyright", "basedpyright", "prospector", "pylama", "pycodestyle",
		"pyflakes", "pytype", "autoflake", "yapf", "autopep8", "flakeheaven", "flake9", "pyupgrade", "django-upgrade", "dlint", "bandit"} {
		if name == linter || strings.HasPrefix(name, linter+"-") {
			return true
		}
	}
	return name == "ty" || name == "uvx" && len(c.Argv) > 1 && strings.HasPrefix(c.Argv[1], "ruff")
}
