package delivery

import (
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/deploy/ci"
	"gonogo/internal/deploy/document"
)

func dependencyAuditInCI() check.Check {
	return check.Check{
		ID: "delivery/dependency-audit-in-ci", Severity: check.Recommended, Source: answerDependencyAudit, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Dependencies with known vulnerabilities are found by a machine",
			Why: `A dependency that was safe on the day of the release has a published hole a month later, and nobody reads the announcements of a hundred packages. Scanners look for known holes at once.

A tool that opens pull requests (Dependabot, Renovate) also keeps the versions near those that still get fixes; one that only fails a job for every low finding is soon turned off, so begin with what is serious.`,
			Fix:    "`.github/dependabot.yml` with the ecosystem `pip` or `uv`, or a step `pip-audit`.",
			Verify: "Pin an old Django in a branch: the job fails, or a pull request appears within a day.",
			Bad: []check.Example{check.Project("Only the tests run.", "settings.py", "DEBUG = False\n",
				".github/workflows/test.yml", "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: python manage.py test\n")},
			Good: []check.Example{check.Project("Dependabot watches the packages of Python.", "settings.py", "DEBUG = False\n",
				".github/dependabot.yml", "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    schedule:\n      interval: weekly\n")},
			References: []check.Reference{
				check.See("pip-audit", "https://pypi.org/project/pip-audit/"),
				check.See("GitHub: options of dependabot.yml", "https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference"),
			},
			Triggers: []string{"no file of the repository makes anything look for vulnerable packages of Python"},
		},
	}
}

func answerDependencyAudit(p *check.SourcePass) check.Answer {
	if reason := watched(p); reason != "" {
		return check.Passed(reason)
	}
	answer := ask(p, sought{command: auditsPackages, action: auditAction, byClock: true}, check.Recommended,
		"Nothing in the repository looks for dependencies with known vulnerabilities; add .github/dependabot.yml with the ecosystem of your packages, or a step that runs pip-audit", "pip-audit")
	if answer.Cause == "" {
		return answer
	}
	return check.Failed(check.Finding{Severity: check.Recommended, At: evidence(p, p.Project.Integration()),
		Message: "Nothing in the repository looks for dependencies with known vulnerabilities; add .github/dependabot.yml with the ecosystem of your packages, or a job that runs pip-audit"})
}

// watched says which bot watches the packages of Python, "" for none.
func watched(p *check.SourcePass) string {
	for _, name := range []string{".github/dependabot.yml", ".github/dependabot.yaml"} {
		f, ok := p.Project.Tree.Read(name)
		if !ok {
			continue
		}
		docs, _ := document.YAML(f)
		for _, doc := range docs {
			for _, update := range doc.Get("updates").List() {
				if slices.Contains([]string{"pip", "uv"}, update.Get("package-ecosystem").Scalar()) {
					return "Dependabot watches the packages of Python (" + name + ")"
				}
			}
		}
	}
	for _, name := range []string{"renovate.json", "renovate.json5", ".github/renovate.json", ".github/renovate.json5", ".gitlab/renovate.json", ".gitlab/renovate.json5",
		".renovaterc", ".renovaterc.json", ".renovaterc.json5", ".pyup.yml", ".snyk"} {
		if p.Project.Tree.IsFile(name) {
			return "a bot watches the packages (" + name + ")"
		}
	}
	return ""
}

func auditsPackages(c ci.Command) bool {
	name, args := deploy.Program(c.Argv)
	has := func(words ...string) bool { return len(args) > 0 && slices.Contains(words, args[0]) }
	switch name {
	case "pip-audit", "pip_audit", "safety", "osv-scanner", "grype", "snyk", "python-safety-dependencies-check", "dependency-check", "dependency-check.sh", "depscan":
		return true
	case "trivy":
		return has("fs", "filesystem", "repo", "repository", "image", "rootfs", "sbom")
	case "pipenv":
		return has("check", "audit", "scan")
	case "uvx", "pipx":
		return slices.Contains(args, "pip-audit") || slices.Contains(args, "safety")
	case "uv":
		return has("audit")
	}
	return false
}

// auditAction reports whether an action or template looks for vulnerable packages.
func auditAction(a ci.Action) bool {
	for _, part := range []string{"dependency-review-action", "pip-audit", "osv-scanner", "trivy-action", "snyk/actions", "safety-action", "anchore/scan-action", "renovate", "Dependency-Scanning", "docker/scout-action", "dependency-check"} {
		if strings.Contains(a.Name, part) {
			return true
		}
	}
	return false
}
