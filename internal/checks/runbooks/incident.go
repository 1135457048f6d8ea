package runbooks

import (
	"gonogo/internal/check"
	"gonogo/internal/project"
)

func incident() check.Check {
	return check.Check{
		ID: "runbooks/incident", Severity: check.Recommended, Source: answerIncident, WithoutSettings: true,
		Doc: check.Doc{
			Title: "A document says what to look at first when the site is broken",
			Why: `In an outage the first ten minutes go to finding out where to look: which address says whether the database is reached, how logs are read, whether workers still take tasks, who has the password of the provider. Each is one line, if it was written on a quiet day.

The list is short on purpose: a document that explains everything is not read then.`,
			Fix:    "docs/incident.md: the readiness endpoint, the command for logs (by request id), workers and queue, database, cache, the switch for maintenance mode, and whom to call.",
			Verify: "Stop the database on staging and let somebody find out with the document alone.",
			Bad: []check.Example{check.Project("Nothing speaks of failures.", "settings.py", "DEBUG = False\n",
				"README.md", "# Shop\n\n## Deployment\n\n```sh\ndocker compose up -d\n```\n")},
			Good: []check.Example{check.Project("One page has it all.", "settings.py", "ROOT_URLCONF = \"urls\"\n",
				"urls.py", "from django.http import HttpResponse\nfrom django.urls import path\n\n\ndef ready(request):\n    return HttpResponse(\"ok\")\n\n\nurlpatterns = [path(\"readyz\", ready)]\n",
				"docs/incident.md", "# Incident\n\n1. `curl -f https://shop.example.com/readyz`\n2. `docker compose logs --since 10m web`, and search for the request id\n3. `psql -c 'select * from pg_stat_activity'`\n4. Maintenance mode: `touch /srv/shop/maintenance`\n\n## Whom to call\n\nThe person on call, +44 20 7946 0000.\n")},
			References: []check.Reference{check.See("Google SRE book: managing incidents", "https://sre.google/sre-book/managing-incidents/")},
			Triggers:   []string{"no document says what to do in an incident", "it leaves out a place to look at"},
		},
	}
}

func answerIncident(p *check.SourcePass) check.Answer {
	c := p.Project.Coverage()
	topics := []topic{{project.HealthChecks, "the endpoint that tells whether it is ready"}, {project.Logs, "how logs are read"}}
	if hasTasks(p) {
		topics = append(topics, topic{project.Workers, "how workers are looked at"})
	}
	topics = append(topics, topic{project.DatabaseLook, "how the database is looked at"})
	if hasCache(p) {
		topics = append(topics, topic{project.CacheLook, "how the cache is looked at"})
	}
	topics = append(topics, topic{project.MaintenanceMode, "how the site is closed for maintenance"}, topic{project.Contacts, "whom to call"})
	gaps := missing(c, topics)
	_, speaks := c.Find(project.Incident)
	if speaks && len(gaps) == 0 {
		return check.Passed("the documents say it, " + saidIn(p, topics))
	}
	if reason := elsewhere(p); reason != "" {
		return check.Unclear("no document here says what to look at first in an incident; " + reason)
	}
	if !speaks {
		return check.Failed(check.Finding{Severity: check.Recommended, At: place(p, topics),
			Message: "No document says what to look at first when the site is broken; write docs/incident.md with the readiness endpoint, logs, workers, database, cache, maintenance mode and whom to call"})
	}
	m, _ := c.Find(project.Incident)
	return check.Failed(check.Finding{Severity: check.Recommended, At: m.At, Message: "What is written for an incident leaves out " + check.And(gaps)})
}
