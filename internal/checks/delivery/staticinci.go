package delivery

import (
	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/deploy/ci"
)

func staticInCI() check.Check {
	return check.Check{
		ID: "delivery/static-in-ci", Severity: check.Recommended, Source: answerStatic, WithoutSettings: true,
		Doc: check.Doc{
			Title: "collectstatic runs before production does it: in continuous integration or in the build of the image",
			Why: `With hashed names, collectstatic fails on a style sheet that names an image that is not there. Run for the first time when a container of production starts, that failure is an outage; run in the build, it is a red job.

It also makes each start slower and each instance its own source of files.`,
			Fix:    "`RUN python manage.py collectstatic --noinput` in the Dockerfile, or the same as a step of continuous integration.",
			Verify: "Name an image that does not exist in a style sheet: the build fails.",
			Bad: []check.Example{check.Project("It runs when production starts.", "settings.py", "DEBUG = False\n",
				"Dockerfile", "FROM python:3.13-slim\nCOPY . /srv\nCMD python manage.py collectstatic --noinput && exec gunicorn shop.wsgi\n")},
			Good: []check.Example{check.Project("It runs in the build.", "settings.py", "DEBUG = False\n",
				"Dockerfile", "FROM python:3.13-slim\nCOPY . /srv\nRUN python manage.py collectstatic --noinput\nCMD [\"gunicorn\", \"shop.wsgi\"]\n")},
			References: []check.Reference{
				check.See("Django: collectstatic", "https://docs.djangoproject.com/en/stable/ref/contrib/staticfiles/#collectstatic"),
			},
			Triggers: []string{"the commands of production run collectstatic, and neither a build nor continuous integration does"},
		},
	}
}

func answerStatic(p *check.SourcePass) check.Answer {
	i := p.Project.Integration()
	if _, name, ok := (sought{command: func(c ci.Command) bool { return management(c, "collectstatic") }}).find(i); ok {
		return check.Passed(name)
	}
	d := p.Project.Deployment
	if d == nil {
		return check.Unclear("nothing that runs collectstatic was found")
	}
	if reason := collectedInBuild(d); reason != "" {
		return check.Passed(reason)
	}
	for _, process := range d.Processes {
		if !process.Production {
			continue
		}
		for _, c := range process.Runs("collectstatic") {
			if doubts := i.AllDoubts(); len(doubts) > 0 {
				return check.Unclear("collectstatic runs in production; whether continuous integration does it before is not known: " + doubts[0].Reason)
			}
			if len(i.Files) == 0 && !p.Project.WholeRepository() {
				return check.Unclear("collectstatic runs in production; the folder is no whole repository, so continuous integration was not found")
			}
			return check.Failed(check.Finding{Severity: check.Recommended, At: c.At, Fix: "RUN python manage.py collectstatic --noinput",
				Message: "collectstatic is first run here, in production: a file that is missing is an outage, not a red job; run it in the build of the image or in continuous integration"})
		}
	}
	return check.Unclear("nothing that runs collectstatic was found; name where it runs")
}

// collectedInBuild says which build of an image runs collectstatic, "" for none.
func collectedInBuild(d *deploy.Deployment) string {
	for _, b := range d.Builds {
		if b.Target == nil {
			continue
		}
		for _, st := range b.Target.Chain() {
			for _, step := range st.Steps {
				for _, c := range step.Commands {
					if name, _, ok := deploy.ManagementCommand(c.Argv); ok && name == "collectstatic" {
						return "the build of " + b.Dockerfile.Path + " runs it"
					}
				}
			}
		}
	}
	return ""
}
