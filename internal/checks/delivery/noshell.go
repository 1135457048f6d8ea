package delivery

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/deploy/ci"
	"gonogo/internal/project"
)

func noShellInProduction() check.Check {
	return check.Check{
		ID: "delivery/no-shell-in-production", Severity: check.Optional, Source: answerNoShell, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Nobody is told to change production by a shell or by raw SQL",
			Why: `What is typed into a shell is not reviewed, not tested, and not repeated the same way. A query without its WHERE clause is the classic; a loop that sends mail twice is the modern form.

A management command of the project takes ten minutes longer to write, has a dry run, and stays for the next time.`,
			Fix:    "A management command with a `--dry-run` option, or a data migration, in place of `manage.py shell`.",
			Verify: "`git grep -n 'manage.py shell'` over documents and jobs finds nothing that is for production.",
			Bad: []check.Example{check.Project("A runbook changes rows in a shell.", "settings.py", "DEBUG = False\n",
				"docs/operations.md", "# Operations\n\n## Refunds\n\n```sh\npython manage.py shell -c \"Order.objects.filter(pk=1).update(paid=False)\"\n```\n")},
			Good: []check.Example{check.Project("It calls a command.", "settings.py", "DEBUG = False\n",
				"docs/operations.md", "# Operations\n\n## Refunds\n\n```sh\npython manage.py refund 1 --dry-run\n```\n")},
			References: []check.Reference{check.See("Django: custom management commands", check.DjangoDocs+"howto/custom-management-commands/")},
			Triggers:   []string{"a document for operation tells its reader to use `manage.py shell`, or SQL that changes rows", "a job runs `manage.py shell` beside the tests"},
		},
	}
}

func answerNoShell(p *check.SourcePass) check.Answer {
	c := p.Project.Coverage()
	var findings []check.Finding
	for _, d := range c.Documents {
		if m, ok := c.In(d, project.ShellInProduction); ok {
			findings = append(findings, check.Finding{Severity: check.Optional, At: m.At, Message: "The document tells its reader to work in a shell on the running system; write a management command with a dry run in its place"})
		}
	}
	for _, j := range p.Project.Integration().Jobs {
		for _, command := range j.Commands {
			if management(command, "shell") && !testsBeside(j) && strings.Contains(strings.ToLower(j.Name+command.At.Path()), "deploy") {
				findings = append(findings, check.Finding{Severity: check.Optional, At: command.At, Message: "The job " + j.Name + " changes the running system with manage.py shell; write a management command in its place"})
			}
		}
	}
	switch {
	case len(findings) > 0:
		return check.Failed(findings...)
	case len(c.Documents) == 0:
		return check.Unclear("no document says how production is operated; attest that nobody works on it in a shell")
	}
	return check.Passed("no document for operation and no job uses a shell or raw SQL to change the running system")
}

// testsBeside reports whether a job also runs tests: what it does in a shell is done to its own database.
func testsBeside(j *ci.Job) bool {
	for _, c := range j.Commands {
		if runsTests(c) {
			return true
		}
		if name, _ := deploy.Program(c.Argv); name == "pytest" {
			return true
		}
	}
	return false
}
