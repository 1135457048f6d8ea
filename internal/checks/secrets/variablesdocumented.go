package secrets

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/python/eval"
	"gonogo/internal/runbook"
)

func variablesDocumented() check.Check {
	return check.Check{
		ID:       "secrets/variables-documented",
		Severity: check.Recommended,
		Doc: check.Doc{
			Title: "Every variable that the settings read is described, and every one described is read",
			Why: `Who sets up a host, in a year or in an incident, has nothing but the description. A variable that stands only in the settings is found when the site fails, or never, if its default merely makes the site worse. A description of a variable that nothing reads is as bad: somebody changes it and believes that the change works.

An example file is the shortest form, and doubles as a start for developers; a table in the README or a runbook serves as well.`,
			Fix:    `Add the variable to .env.example with a comment, and remove those that nothing reads; "gonogo env --example" writes such a file from the settings.`,
			Verify: `Run "git grep -l NAME" for each variable that "gonogo env" lists: it prints a settings module and a document.`,
			Bad: []check.Example{
				check.Project("One variable is missing from the example.",
					"settings.py", "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\nEMAIL_HOST = os.environ[\"MAIL_SERVER\"]\n",
					".env.example", "SECRET_KEY=\n"),
				check.Project("The example has a variable that nothing reads.",
					"settings.py", "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\n",
					".env.example", "SECRET_KEY=\nMAIL_SERVER=localhost\n"),
			},
			Good: []check.Example{
				check.Project("The example has them all.",
					"settings.py", "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\nEMAIL_HOST = os.environ[\"MAIL_SERVER\"]\n",
					".env.example", "SECRET_KEY=\nMAIL_SERVER=localhost\n"),
				check.Project("A table in the README.",
					"settings.py", "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\n",
					"README.md", "# Shop\n\n| Variable | Meaning |\n|---|---|\n| SECRET_KEY | signs sessions |\n"),
			},
			References: []check.Reference{
				check.See("The Twelve-Factor App: config", "https://12factor.net/config"),
				check.See("Django deployment checklist", check.DjangoDocs+"howto/deployment/checklist/"),
			},
			Triggers: []string{
				"the settings read a variable that no example file, README, runbook or other document names",
				"an example file has a variable that nothing in the repository reads",
			},
		},
		Source: documentedSource,
	}
}

func documentedSource(p *check.SourcePass) check.Answer {
	reads := ownReads(p.Settings.Result.Reads)
	if len(reads) == 0 {
		return check.Absent("the settings read no environment variable")
	}
	texts := check.DocumentTexts(p.Project.Tree)
	var missing []eval.Read
	for _, r := range reads {
		if !named(texts, r.Name) && !(strings.HasSuffix(r.Name, "_FILE") && named(texts, strings.TrimSuffix(r.Name, "_FILE"))) {
			missing = append(missing, r)
		}
	}
	if !hasExample(p) && len(missing) > 0 || 4*len(missing) > len(reads) {
		if link := check.DocumentationSite(p.Project.Tree); link != "" {
			return check.Unclear(fmt.Sprintf("no document here names %d of %d variables; the README points to ", len(missing), len(reads)) + link + ", which is not read")
		}
	}
	var findings []check.Finding
	if len(missing) > 0 {
		findings = append(findings, undocumented(missing))
	}
	findings = append(findings, unread(p, reads)...)
	return check.Gather(findings, nil, "")
}

// ownReads are the readings of variables that somebody has to know of, one for each name.
func ownReads(all []eval.Read) []eval.Read {
	var reads []eval.Read
	names := map[string]bool{}
	for _, r := range all {
		names[r.Name] = true
	}
	for _, r := range all {
		plain, isFile := strings.CutSuffix(r.Name, "_FILE") // NAME_FILE is the other way to give NAME
		if !fromPlatform(r.Name) && !(isFile && names[plain]) && (len(reads) == 0 || reads[len(reads)-1].Name != r.Name) {
			reads = append(reads, r)
		}
	}
	return reads
}

// undocumented is the finding about variables that nothing describes; it points at the first and names a few.
func undocumented(missing []eval.Read) check.Finding {
	const shown = 6
	var names []string
	for _, r := range missing {
		names = append(names, r.Name)
	}
	list := check.And(names)
	if len(names) > shown {
		list = strings.Join(names[:shown], ", ") + fmt.Sprintf(" and %d more", len(names)-shown)
	}
	f := check.Finding{
		Severity: check.Recommended,
		Message:  "The settings read " + list + ", which no document of the repository names; add " + map[bool]string{true: "it", false: "them"}[len(names) == 1] + " to .env.example",
		At:       missing[0].At,
	}
	for _, r := range missing[1:min(len(missing), shown)] {
		f.Related = append(f.Related, check.Related{Message: r.Name + " is read here", At: r.At})
	}
	return f
}

// unread are the variables of example files that nothing reads.
func unread(p *check.SourcePass, reads []eval.Read) []check.Finding {
	var findings []check.Finding
	var reader *readers
	for _, file := range p.Project.EnvFiles {
		if !file.Example {
			continue
		}
		for _, line := range file.Vars {
			if fromPlatform(line.Name) || readByTools(line.Name) || slices.ContainsFunc(reads, func(r eval.Read) bool { return r.Name == line.Name }) {
				continue
			}
			if reader == nil {
				reader = newReaders(p)
			}
			if !reader.read(line.Name) {
				findings = append(findings, check.Finding{
					Severity: check.Optional,
					Message:  line.Name + " is described, but nothing in the repository reads it; remove it, or read it",
					At:       line.At,
				})
			}
		}
	}
	return findings
}

func hasExample(p *check.SourcePass) bool {
	for _, file := range p.Project.EnvFiles {
		if file.Example && len(file.Vars) > 0 {
			return true
		}
	}
	return false
}

// fromPlatform reports whether a variable is set by the operating system, a platform or a CI service, so that nobody has to describe it.
func fromPlatform(name string) bool {
	switch name {
	case "HOME", "PATH", "USER", "LOGNAME", "HOSTNAME", "PORT", "PWD", "SHELL", "TERM", "LANG", "TZ", "CI", "DYNO", "TMPDIR", "TEMP", "PYTHONPATH", "VIRTUAL_ENV",
		"DJANGO_SETTINGS_MODULE", "DJANGO_CONFIGURATION", "SOURCE_VERSION", "GOOGLE_CLOUD_PROJECT", "K_SERVICE", "K_REVISION", "AWS_EXECUTION_ENV", "AWS_REGION", "AWS_DEFAULT_REGION",
		"WEBSITE_HOSTNAME", "COMPUTERNAME", "RUN_MAIN", "WERKZEUG_RUN_MAIN", "SERVER_SOFTWARE", "PROCESS_TYPE", "INVOCATION_ID":
		return true
	}
	for _, prefix := range []string{"GITHUB_", "GITLAB_", "CI_", "HEROKU_", "RENDER_", "RAILWAY_", "FLY_", "KUBERNETES_", "AWS_LAMBDA_", "ECS_", "GAE_", "VERCEL", "PYTEST_", "TOX_", "TRAVIS", "CIRCLE", "CODESPACE", "GITPOD_", "PLATFORM_", "NOMAD_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// readByTools reports whether a program or library reads the variable itself, so that no file of the project has to.
func readByTools(name string) bool {
	for _, prefix := range []string{"POSTGRES_", "MYSQL_", "MARIADB_", "REDIS_", "RABBITMQ_", "MINIO_", "PGADMIN_", "PG", "COMPOSE_", "DOCKER_", "BUILDKIT_", "PYTHON", "PIP_", "UV_", "POETRY_",
		"GUNICORN_", "UVICORN_", "WEB_CONCURRENCY", "FORWARDED_ALLOW_IPS", "UWSGI_", "SENTRY_", "AWS_", "AZURE_", "GOOGLE_", "NEW_RELIC_", "DD_", "OTEL_", "ELASTIC_APM_", "DJANGO_SUPERUSER_", "C_FORCE_ROOT",
		"CELERY_", "FLOWER_", "TRAEFIK_", "NGINX_", "LETSENCRYPT_", "VIRTUAL_HOST", "SSL_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "LC_", "NODE_", "NPM_", "PROMETHEUS_MULTIPROC_DIR", "LOGFIRE_", "OPENAI_", "ANTHROPIC_", "STRIPE_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// named reports whether one of the texts has the name as a word of its own.
func named(texts []string, name string) bool {
	return slices.ContainsFunc(texts, func(text string) bool { return runbook.HasWord(text, name) })
}
