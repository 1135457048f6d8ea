package migrations

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

func singleRunner() check.Check {
	return check.Check{
		ID: "migrations/single-runner", Severity: check.Recommended, Source: answerSingleRunner,
		Doc: check.Doc{
			Title: "One process applies the migrations of a release",
			Why: `migrate takes no lock of its own. Where each web process runs it when it starts, two of them see the same migration as not applied and both apply it: one fails with "relation already exists", or data is changed twice. A slow migration is then cut off by the liveness probe of the very pod that runs it, again and again.

A command that stands under a condition, or in a step that runs once per release, is fine; so is a single process on one machine.`,
			Fix:    "Run `migrate` once before the new processes start: the release phase of the platform, a Job of Kubernetes, an init service of Compose that the others wait for with `service_completed_successfully`.",
			Verify: "Start two copies of the web process at once on an empty database; none of them may migrate.",
			Bad: []check.Example{
				check.Project("Each dyno migrates.", "manage.py", manage, "settings.py", "INSTALLED_APPS = []\n", "wsgi.py", "",
					"Procfile", "web: python manage.py migrate && gunicorn wsgi\n"),
			},
			Good: []check.Example{
				check.Project("The release phase migrates, once.", "manage.py", manage, "settings.py", "INSTALLED_APPS = []\n", "wsgi.py", "",
					"Procfile", "release: python manage.py migrate\nweb: gunicorn wsgi\n"),
			},
			References: []check.Reference{
				check.See("Heroku: release phase", "https://devcenter.heroku.com/articles/release-phase"),
				check.See("Kubernetes: jobs", "https://kubernetes.io/docs/concepts/workloads/controllers/job/"),
				check.See("Compose: depends_on", "https://docs.docker.com/reference/compose-file/services/#depends_on"),
			},
			Triggers: []string{"migrate in the start of a process that runs several times", "migrate in the start of two processes that start together"},
		},
	}
}

const manage = "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"settings\")\n"

func answerSingleRunner(p *check.SourcePass) check.Answer {
	if p.Project.Deployment == nil {
		return check.Unclear("nothing in the repository shows what runs migrate")
	}
	var starting []*deploy.Process // that migrate whenever they start
	once := ""
	for _, x := range p.Project.Deployment.Processes {
		switch {
		case !x.Production:
		case x.Role == deploy.Release && len(x.Runs("migrate")) > 0:
			once = x.Artefact
		case !migratesAtStart(x).IsZero():
			starting = append(starting, x)
		}
	}
	switch {
	case len(starting) == 0 && once != "":
		return check.Passed("migrate runs once per release: " + once)
	case len(starting) == 0:
		return check.Unclear("no process of production is shown to run migrate")
	}
	var findings []check.Finding
	var doubts []string
	for _, x := range starting {
		switch {
		case x.Replicas.Known && x.Replicas.Value > 1:
			findings = append(findings, racing(x, fmt.Sprintf("%d of it start together", x.Replicas.Value)))
		case x.Runtime == deploy.OnPlatform || x.Runtime == deploy.FromProcfile:
			findings = append(findings, racing(x, "the platform starts as many of it as it is scaled to"))
		case x.Runtime == deploy.InImage, x.Runtime == deploy.InPod && !x.Replicas.Known:
			doubts = append(doubts, x.Artefact+" migrates at each start; how many of it run is not known")
		}
	}
	findings = append(findings, together(starting)...)
	return check.Gather(findings, doubts, "a single process migrates: "+starting[0].Artefact)
}

// migratesAtStart is where a process runs migrate under no condition; zero when it does not.
func migratesAtStart(x *deploy.Process) source.Span {
	for _, c := range x.Runs("migrate") {
		if !c.Conditional && !slices.Contains(c.Argv, "--check") && !slices.Contains(c.Argv, "--plan") {
			return c.At
		}
	}
	return source.Span{}
}

func racing(x *deploy.Process, why string) check.Finding {
	return check.Finding{Severity: check.Recommended, At: migratesAtStart(x),
		Message: fmt.Sprintf("%s runs migrate whenever it starts, and %s: they apply the same migration at once; run it once per release instead, before the processes start", x.Name, why)}
}

// together finds two processes of one file that both migrate when they start, without one waiting for the other.
func together(all []*deploy.Process) []check.Finding {
	var findings []check.Finding
	told := map[string]bool{} // files
	for i, a := range all {
		for _, b := range all[i+1:] {
			file := a.At.Path()
			if file != b.At.Path() || a.Name == b.Name || told[file] || waitsFor(a, b) || waitsFor(b, a) || a.Runtime == deploy.InImage {
				continue
			}
			told[file] = true
			findings = append(findings, check.Finding{Severity: check.Recommended, At: migratesAtStart(b),
				Related: []check.Related{{Message: "the other one", At: migratesAtStart(a)}},
				Message: fmt.Sprintf("%s and %s both run migrate when they start, and neither waits for the other: they apply the same migration at once; let one step migrate that both wait for", a.Name, b.Name)})
		}
	}
	return findings
}

// waitsFor reports whether a process starts only when another one is ready or done.
func waitsFor(a, b *deploy.Process) bool {
	return slices.ContainsFunc(a.DependsOn, func(d deploy.Dependency) bool {
		return d.Name == b.Name && d.Condition != "" && d.Condition != "service_started"
	})
}
