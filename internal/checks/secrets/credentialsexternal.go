package secrets

import (
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/source"
)

const credentialsExternalID = "secrets/credentials-external"

func credentialsExternal() check.Check {
	return check.Check{
		ID:       credentialsExternalID,
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "Passwords, tokens and addresses with passwords come from outside the repository",
			Why: `What stands in the repository is known to everybody who ever had a copy: former colleagues, contractors, the build service, a stolen laptop. It cannot be changed without a release, and is the same in each environment, so that a leak in the least guarded one opens all.

A working default that is shipped ("postgres", "admin") is no leak, since nothing was secret about it, and is worse in one way: every host on which a variable is forgotten runs with a password that everybody tries first, and nothing tells. In a compose file for developers it is right, and not asked about.`,
			Fix:    `Read it without a default: env("DB_PASSWORD"), os.environ["DB_PASSWORD"]. In compose write ${DB_PASSWORD:?}, in Kubernetes take it from a Secret that is made outside of the repository, in CI from the service's secrets. Change a value that was ever pushed.`,
			Verify: `Run "git grep -nE 'PASSWORD|TOKEN|SECRET'": what it prints reads a variable, or says how to set one.`,
			Bad: []check.Example{
				check.SettingsExample("The password of production stands in the settings.", "DATABASES = {\n    \"default\": {\n        \"ENGINE\": \"django.db.backends.postgresql\",\n        \"NAME\": \"shop\",\n        \"USER\": \"shop\",\n        \"PASSWORD\": \"k7Xw2Qz9Lm4Tn8\",\n        \"HOST\": \"db\",\n    }\n}\n"),
				check.Project("A default that works everywhere.", "settings.py", "DEBUG = False\n",
					"compose.yml", "services:\n  web:\n    image: shop\n    command: gunicorn shop.wsgi\n  db:\n    image: postgres:17\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:-postgres}\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Required from the environment.", "import os\n\nDATABASES = {\n    \"default\": {\n        \"ENGINE\": \"django.db.backends.postgresql\",\n        \"NAME\": \"shop\",\n        \"USER\": \"shop\",\n        \"PASSWORD\": os.environ[\"DB_PASSWORD\"],\n        \"HOST\": \"db\",\n    }\n}\n"),
				check.Project("Compose refuses to start without it.", "settings.py", "DEBUG = False\n",
					"compose.yml", "services:\n  web:\n    image: shop\n    command: gunicorn shop.wsgi\n  db:\n    image: postgres:17\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:?set it}\n"),
			},
			References: []check.Reference{
				check.See("The Twelve-Factor App: config", "https://12factor.net/config"),
				check.See("Docker Compose: interpolation", "https://docs.docker.com/reference/compose-file/interpolation/"),
				check.See("Kubernetes: good practices for Secrets", "https://kubernetes.io/docs/concepts/security/secrets-good-practices/"),
				check.See("CWE-798: Use of Hard-coded Credentials", "https://cwe.mitre.org/data/definitions/798.html"),
			},
			Triggers: []string{
				"a password, token or address with a password is a literal of the production settings, or of the code",
				"a secret of the settings falls back to a literal",
				"an artefact of production gives a process a secret, or a default for one",
				"a manifest, a workflow or another file of the repository holds a generated value",
			},
		},
		Source: credentialsExternalSource,
	}
}

func credentialsExternalSource(p *check.SourcePass) check.Answer {
	findings := settingsFindings(settingsCredentials(p))
	findings = append(findings, artefactCredentials(p)...)
	findings = append(findings, fileCredentials(p, findings)...)
	if len(findings) > 0 {
		return check.Failed(findings...)
	}
	return check.Passed("")
}

// covered reports whether one of the findings tells of a place already, or of its line.
func covered(findings []check.Finding, at source.Span) bool {
	return slices.ContainsFunc(findings, func(f check.Finding) bool {
		return f.At.Path() == at.Path() && (f.At.Start < at.End && at.Start < f.At.End || f.At.Begin().Line == at.Begin().Line)
	})
}

// listed joins names for a message, and counts those beyond the third.
func listed(names []string) string {
	if len(names) > 3 {
		return strings.Join(names[:3], ", ") + " and others"
	}
	return check.And(names)
}
