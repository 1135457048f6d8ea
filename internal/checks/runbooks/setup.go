package runbooks

import (
	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/project"
)

const (
	workerRole = deploy.Worker
	beatRole   = deploy.Beat
)

func setup() check.Check {
	return check.Check{
		ID: "runbooks/setup", Severity: check.Recommended, Source: answerSetup, WithoutSettings: true,
		Doc: check.Doc{
			Title: "A document says how to set the project up: configuration, web, worker, beat, migrations, the first administrator",
			Why: `Whoever rebuilds the machine at night did not build it the first time. A worker that nobody knew of is found when the mails of a day are missing, and a scheduler that was not started is found later still.

` + "`runserver`" + ` starts no production: what is asked for is the server, image, unit or platform that runs the site.`,
			Fix:    "A section in the README or docs/setup.md with the commands as they are: the example file of variables, `docker compose up -d` or the units, `python manage.py migrate`, `python manage.py createsuperuser`, `celery -A config worker`, `celery -A config beat`.",
			Verify: "Give the document to somebody who has never done it, and an empty machine.",
			Bad: []check.Example{check.Project("Only the development server is described.", "settings.py", "INSTALLED_APPS = [\"django.contrib.admin\"]\n",
				"README.md", "# Shop\n\n```sh\npython manage.py migrate\npython manage.py runserver\n```\n")},
			Good: []check.Example{check.Project("All of it is described.", "settings.py", "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\nINSTALLED_APPS = [\"django.contrib.admin\"]\n",
				"README.md", "# Shop\n\nSet `SECRET_KEY`, then:\n\n```sh\npython manage.py migrate\npython manage.py createsuperuser\ngunicorn shop.wsgi\n```\n")},
			References: []check.Reference{
				check.See("Django: how to deploy", check.DjangoDocs+"howto/deployment/"),
				check.See("Celery: running the worker as a daemon", check.CeleryDocs+"userguide/daemonizing.html"),
			},
			Triggers: []string{"no document says how the project is run", "a part of it is described nowhere"},
		},
	}
}

func answerSetup(p *check.SourcePass) check.Answer {
	topics := []topic{{project.Configuration, "how it is configured"}, {project.StartWeb, "how the web process is started"}}
	if hasTasks(p) {
		topics = append(topics, topic{project.StartWorker, "how the worker is started"})
	}
	if hasSchedule(p) {
		topics = append(topics, topic{project.StartBeat, "how beat is started"})
	}
	topics = append(topics, topic{project.Migrating, "how migrations are applied"})
	if hasAccounts(p) {
		topics = append(topics, topic{project.FirstAdmin, "how the first administrator is made"})
	}
	gaps := missing(p.Project.Coverage(), topics)
	switch reason := elsewhere(p); {
	case len(gaps) == 0:
		return check.Passed("the documents say it, " + saidIn(p, topics))
	case reason != "":
		return check.Unclear("no document here says " + check.And(gaps) + "; " + reason)
	case len(p.Project.Coverage().Documents) == 0:
		return check.Failed(check.Finding{Severity: check.Recommended, At: place(p, topics), Message: "No document says how the project is set up; describe " + check.And(gaps) + " in README.md"})
	}
	return check.Failed(check.Finding{Severity: check.Recommended, At: place(p, topics), Message: "No document says " + check.And(gaps) + "; add the commands as production runs them"})
}

// saidIn names the document that says most of the topics.
func saidIn(p *check.SourcePass, topics []topic) string {
	return place(p, topics).Path() + " most of it"
}
