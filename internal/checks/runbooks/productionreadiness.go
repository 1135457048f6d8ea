package runbooks

import (
	"gonogo/internal/check"
	"gonogo/internal/project"
	"gonogo/internal/runbook"
	"gonogo/internal/source"
)

func productionReadiness() check.Check {
	return check.Check{
		ID: "runbooks/production-readiness", Severity: check.Recommended, Source: answerProductionReadiness, WithoutSettings: true,
		Doc: check.Doc{
			Title: "A document describes production: variables, deployment, health checks, rollback, known risks, monitoring",
			Why: `What production is made of is in the heads of two people until it is written down, and the second reader of the document finds what the first forgot. The part about known risks is the one that is worth most: what was accepted, by whom, and until when.

A document of another name will do. What counts is what it says.`,
			Fix:    "docs/production-readiness.md with a section for each, and the commands and paths of this project in them.",
			Verify: "Read it as somebody who has to say whether the release may go out today.",
			Bad: []check.Example{check.Project("Nothing describes production.", "settings.py", "DEBUG = False\n",
				"README.md", "# Shop\n\nA shop.\n")},
			Good: []check.Example{check.Project("All is described.", "settings.py", "import os\n\nSECRET_KEY = os.environ[\"SECRET_KEY\"]\nROOT_URLCONF = \"urls\"\n",
				"urls.py", "from django.http import HttpResponse\nfrom django.urls import path\n\n\ndef ready(request):\n    return HttpResponse(\"ok\")\n\n\nurlpatterns = [path(\"readyz\", ready)]\n",
				"docs/production-readiness.md", "# Production readiness\n\n## Variables\n\n* `SECRET_KEY`: signs sessions\n\n## Deployment\n\n    gunicorn shop.wsgi\n\n## Health checks\n\n`/readyz` asks the database.\n\n## Rollback\n\n    git checkout <previous tag>\n\n## Known risks\n\nOne node only.\n\n## Monitoring\n\nThe dashboards stand in Grafana.\n")},
			References: []check.Reference{check.See("Django deployment checklist", check.DjangoDocs+"howto/deployment/checklist/")},
			Triggers:   []string{"no document describes production", "it leaves out a part"},
		},
	}
}

func answerProductionReadiness(p *check.SourcePass) check.Answer {
	c := p.Project.Coverage()
	topics := []topic{{project.Configuration, "variables"}, {project.StartWeb, "deployment steps"}, {project.HealthChecks, "health checks"}, {project.CodeRollback, "rollback"}, {project.KnownRisks, "known risks"}, {project.Monitoring, "monitoring"}}
	gaps := missing(c, topics)
	at, described := productionDocument(c)
	switch reason := elsewhere(p); {
	case described && len(gaps) == 0:
		return check.Passed(at.Path() + " and what stands beside it describe production")
	case reason != "":
		return check.Unclear("no document here describes production with " + check.And(gaps) + "; " + reason)
	case described && len(gaps) == 1 && gaps[0] == "rollback":
		return check.CausedBy("runbooks/rollback", at.Path()+" describes production, but no way back")
	case described:
		return check.Failed(check.Finding{Severity: check.Recommended, At: at, Message: "The documents about production leave out " + check.And(gaps) + "; add a section for each that names what this project has"})
	}
	return check.Failed(check.Finding{Severity: check.Recommended, At: place(p, topics), Message: "No document describes production; write docs/production-readiness.md with variables, deployment steps, health checks, rollback, known risks and monitoring"})
}

// productionDocument is the document that says how production is deployed: one whose name or title says so and that has the commands, else one that
// starts what serves.
func productionDocument(c *project.Coverage) (at source.Span, ok bool) {
	for _, d := range c.Documents {
		if m, starts := c.In(d, project.StartWeb); starts && (!ok || runbook.Titled(d, "production", "deploy", "readiness", "runbook", "operation", "go-live")) {
			if runbook.Titled(d, "production", "deploy", "readiness", "runbook", "operation", "go-live") {
				return d.File.Whole(), true
			}
			at, ok = m.At.File.Whole(), true
		}
	}
	return at, ok
}
