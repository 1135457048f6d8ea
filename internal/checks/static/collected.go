package static

import (
	"fmt"
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func collected() check.Check {
	return check.Check{
		ID:       "static/collected",
		Severity: check.Critical,
		Source:   answerCollected,
		Doc: check.Doc{
			Title: "collectstatic runs in the build, the release or the deployment, over all folders with static files, with production's settings",
			Why: `Nothing serves static files from the applications' own folders once DEBUG is off: WhiteNoise and nginx look into STATIC_ROOT, and only collectstatic fills it. Forgotten, the site and the admin come up without styles and scripts, and with a manifest storage every page with a {% static %} tag ends in an error.

It must run where the result stays: in the image, behind the COPY that brings the files; with settings whose storage is production's, else the manifest is missing; and no volume may lie over the folder. Docker fills an empty volume with a name from the image once, and never again, so the second release goes out with the files of the first.`,
			Fix:    "`RUN python manage.py collectstatic --noinput` behind the last COPY of the Dockerfile; where a volume holds STATIC_ROOT, run it in the entry point or the release step instead.",
			Verify: "`docker run --rm IMAGE ls STATIC_ROOT/admin/css` prints `base.css` and its hashed copy.",
			Bad: []check.Example{
				check.Project("Nothing collects them.", "settings.py", staticSettings+whitenoiseFirst, "compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi\n",
					"Dockerfile", "FROM python:3.13-slim\nWORKDIR /srv\nCOPY . .\nRUN pip install -r requirements.txt\n"),
				check.Project("They are collected before the code is there.", "settings.py", "from pathlib import Path\n"+staticSettings+"STATICFILES_DIRS = [Path(__file__).parent / \"assets\"]\n"+whitenoiseFirst, "assets/site.css", "a {}\n",
					"Dockerfile", "FROM python:3.13-slim\nWORKDIR /srv\nCOPY manage.py settings.py ./\nRUN python manage.py collectstatic --noinput\nCOPY . .\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"),
			},
			Good: []check.Example{
				check.Project("The image holds them.", "settings.py", staticSettings+whitenoiseFirst,
					"Dockerfile", "FROM python:3.13-slim\nWORKDIR /srv\nCOPY . .\nRUN python manage.py collectstatic --noinput\nCMD [\"gunicorn\", \"shop.wsgi\"]\n"),
				check.Project("Heroku's buildpack does it by itself.", "settings.py", staticSettings+whitenoiseFirst, "Procfile", "web: gunicorn shop.wsgi\n", "app.json", "{\"name\": \"shop\"}\n"),
			},
			References: []check.Reference{
				check.See("Django: collectstatic", check.DjangoDocs+"ref/contrib/staticfiles/#collectstatic"),
				check.See("Heroku: Django and static assets", "https://devcenter.heroku.com/articles/django-assets"),
				check.See("Docker: populate a volume using a container", "https://docs.docker.com/engine/storage/volumes/#populate-a-volume-using-a-container"),
			},
			Triggers: []string{
				"the whole of production is in the repository, and nothing runs or mentions collectstatic",
				"DISABLE_COLLECTSTATIC turns it off on a platform that would run it, and nothing else does",
				"a build collects before the COPY that brings a folder with static files, or .dockerignore keeps that folder out",
				"a build collects with settings whose storage or STATIC_ROOT is not that of production",
				"a volume lies over the folder into which the image collected",
			},
		},
	}
}

const whitenoiseFirst = "MIDDLEWARE = [\"django.middleware.security.SecurityMiddleware\", \"whitenoise.middleware.WhiteNoiseMiddleware\"]\n"

func answerCollected(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		uses := serves(w)
		if uses == eval.No {
			return check.Absent(noStaticFiles)
		}
		answer := judgeCollected(p, w)
		if answer.Status == check.Fail && uses == eval.Maybe {
			return check.Unclear(check.Doubt(w, w.Get("INSTALLED_APPS")))
		}
		return answer
	})
}

func judgeCollected(p *check.SourcePass, w *django.World) check.Answer {
	if whitenoiseEntry(p, w).IsValid() && check.IsOn(w.Get("WHITENOISE_USE_FINDERS").Value) == eval.Yes {
		return check.Passed("WHITENOISE_USE_FINDERS lets WhiteNoise find the files where they are")
	}
	var findings []check.Finding
	reason, beside := "", ""
	for _, c := range p.Project.Collections() {
		switch {
		case c.Job != nil && !c.Delivers:
			beside = c.Name + " of continuous integration runs collectstatic, but nothing in it brings the result anywhere"
			continue
		case c.Build != nil:
			findings = append(findings, judgeBuild(p, w, c)...)
		}
		if reason == "" {
			reason = c.Name + " runs collectstatic"
		}
	}
	if len(findings) > 0 || reason != "" {
		return check.Gather(findings, nil, reason)
	}
	return collectedElsewhere(p, w, beside)
}

// collectedElsewhere is the answer where no step that was followed collects: a platform may, the result may be committed, a person may.
func collectedElsewhere(p *check.SourcePass, w *django.World, beside string) check.Answer {
	platform, does := p.Project.PlatformCollects()
	if does && platform.Off.IsZero() {
		return check.Passed(platform.Name + " runs collectstatic when it builds the release (" + platform.File + ")")
	}
	if file, tracked := committed(p, w); tracked == eval.Yes {
		return check.Passed("the collected files are in the repository (" + file + ")")
	} else if tracked == eval.Maybe {
		return check.Unclear("collected files lie in STATIC_ROOT (" + file + "); whether the repository holds them is not known without git")
	}
	if beside != "" {
		return check.Unclear(beside + "; name where production collects them")
	}
	if does {
		return check.Failed(check.Finding{Severity: check.Critical, At: platform.Off,
			Message: fmt.Sprintf("DISABLE_COLLECTSTATIC keeps %s from collecting static files, and nothing else does it, so pages come without styles and scripts; leave the variable out", platform.Name)})
	}
	if at, ok := p.Project.Mention("collectstatic"); ok {
		return check.Unclear(fmt.Sprintf("no step of the deployment that was followed runs collectstatic; %s:%d speaks of it, look whether each release does it", at.Path(), at.Begin().Line))
	}
	if doubt := unseen(p); doubt != "" {
		return check.Unclear("nothing in the repository runs collectstatic, but " + doubt)
	}
	return nobodyCollects(p)
}

// nobodyCollects is the finding where all of production is in the repository, and nothing of it collects.
func nobodyCollects(p *check.SourcePass) check.Answer {
	process := check.Running(p, deploy.Web)[0]
	f := check.Finding{Severity: check.Critical, At: process.At, Fix: "RUN python manage.py collectstatic --noinput",
		Message: process.Artefact + " serves the site, and nothing runs collectstatic, so STATIC_ROOT is empty and pages come without styles and scripts; run it in the build of the image"}
	if process.Built != nil {
		f.Related = []check.Related{{Message: "the image is built here", At: process.Built.Target.At}}
	}
	if html, _ := p.Project.Has(project.HTML); html != eval.Yes {
		if admin, _ := p.Project.Has(project.Admin); admin != eval.Yes {
			f.Severity = check.Recommended // nothing shows a page that asks for them
		}
	}
	return check.Failed(f)
}

// unseen says what of the web processes of production the repository does not show, "" when all of it was followed.
func unseen(p *check.SourcePass) string {
	web := check.Running(p, deploy.Web)
	if len(web) == 0 {
		return "no process of production that serves the site was found"
	}
	for _, process := range web {
		switch {
		case process.Runtime == deploy.AsUnit || process.Runtime == deploy.AsProgram || process.Runtime == deploy.FromProcfile:
			return "what brings a release to where " + process.Artefact + " runs is not in it"
		case process.Runtime == deploy.OnPlatform && process.Built == nil:
			return "what " + process.Restart.By + " builds for " + process.Artefact + " is not in it"
		case process.Built == nil:
			return "the image of " + process.Artefact + " is not built in it"
		}
		if doubt := unseenInImage(process); doubt != "" {
			return doubt
		}
	}
	return ""
}

// unseenInImage says what of an image and its commands could not be followed.
func unseenInImage(process *deploy.Process) string {
	base, _ := process.Built.Target.BaseImage()
	if name := strings.TrimPrefix(strings.TrimPrefix(base.Name, "docker.io/"), "library/"); strings.Contains(name, "/") && !knownBase(name) || !base.Known {
		return "its image is built upon " + base.Written + ", which may do it"
	}
	commands := process.Commands
	for _, st := range process.Built.Used() {
		for _, step := range st.Steps {
			commands = append(commands[:len(commands):len(commands)], step.Commands...)
		}
	}
	for _, c := range commands {
		if len(c.Argv) > 0 && (path.Ext(c.Argv[0]) == ".sh" || strings.HasPrefix(c.Argv[0], "$")) {
			return c.Argv[0] + " of " + process.Artefact + " could not be followed"
		}
	}
	if len(process.Commands) == 0 {
		return "what " + process.Artefact + " runs is not known"
	}
	return ""
}

// knownBase reports whether an image that is no official one holds nothing but a language or a distribution.
func knownBase(name string) bool {
	for _, prefix := range []string{"ghcr.io/astral-sh/", "astral/", "public.ecr.aws/docker/library/", "public.ecr.aws/lambda/", "mcr.microsoft.com/", "registry.access.redhat.com/",
		"quay.io/centos/", "tiangolo/uvicorn-gunicorn", "continuumio/", "bitnami/python", "cgr.dev/chainguard/", "gcr.io/distroless/", "thehale/python-poetry", "acidrain/python-poetry"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// committed is a file of STATIC_ROOT, and whether the repository holds it.
func committed(p *check.SourcePass, w *django.World) (file string, tracked eval.Tri) {
	dir, ok := staticRoot(w).InTree(p)
	if !ok || dir == "." {
		return "", eval.No
	}
	for _, name := range p.Project.Tree.Under(dir) {
		if ext := path.Ext(name); ext == ".css" || ext == ".js" {
			if tracked := p.Project.Repository.Tracked(name); tracked != eval.No {
				return name, tracked
			}
		}
	}
	return "", eval.No
}

// staticRoot is STATIC_ROOT as a folder.
func staticRoot(w *django.World) check.Folder {
	root := w.Get("STATIC_ROOT")
	text, _ := root.Value.AsStr()
	return check.Folder{Path: text, File: check.Where(root).Path()}
}
