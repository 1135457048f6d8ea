package static

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func servedOutsideViews() check.Check {
	return check.Check{
		ID:       "static/served-outside-views",
		Severity: check.Critical,
		Source:   answerServedOutsideViews,
		Doc: check.Doc{
			Title: "Something other than a view of Django serves static files in production",
			Why: `runserver serves static files by itself, and so nobody misses what serves them in production: with DEBUG off neither runserver's view nor static() nor staticfiles_urlpatterns() answers, gunicorn and its like serve no files, and the admin and every page come without CSS and scripts.

A route to django.views.static.serve brings them back, at the cost of a worker for each file and without caching headers. WhiteNoise serves them from the application's own process and lets browsers and CDNs keep them; a web server or an object storage does it without the application.`,
			Fix:    "Add `\"whitenoise.middleware.WhiteNoiseMiddleware\"` right after SecurityMiddleware, or let nginx serve the folder: `location /static/ { alias /srv/static/; }`.",
			Verify: "`curl -s -o /dev/null -w '%{http_code}' https://shop.example/static/admin/css/base.css` prints `200` with DEBUG off.",
			Bad: []check.Example{check.Project("A view serves them in production.", "settings.py", staticSettings+"ROOT_URLCONF = \"urls\"\n",
				"urls.py", "from django.urls import re_path\nfrom django.views.static import serve\n\nurlpatterns = [re_path(r\"^static/(?P<path>.*)$\", serve, {\"document_root\": \"/srv/static\"})]\n")},
			Good: []check.Example{check.Project("WhiteNoise serves them.", "settings.py", staticSettings+`ROOT_URLCONF = "urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
]
`, "urls.py", "from django.urls import path\n\nurlpatterns = [path(\"\", lambda request: None)]\n")},
			References: []check.Reference{
				check.See("Django: serving static files in production", check.DjangoDocs+"howto/static-files/deployment/#serving-static-files-in-production"),
				check.See("WhiteNoise", "https://whitenoise.readthedocs.io/en/stable/"),
			},
			Triggers: []string{
				"a route of production serves them by django.views.static.serve or django.contrib.staticfiles.views.serve",
				"a platform without a web server of its own runs the project, and nothing serves them (critical)",
			},
		},
	}
}

const staticSettings = "INSTALLED_APPS = [\"django.contrib.staticfiles\"]\nSTATIC_URL = \"/static/\"\nSTATIC_ROOT = \"/srv/static\"\n"

func answerServedOutsideViews(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		uses := serves(w)
		if uses == eval.No {
			return check.Absent(noStaticFiles)
		}
		answer := whoServes(p, w)
		if answer.Status == check.Fail && uses == eval.Maybe {
			return check.Unclear(check.Doubt(w, w.Get("INSTALLED_APPS")))
		}
		return answer
	}, "MIDDLEWARE", "STORAGES", "STATICFILES_STORAGE", "STATIC_URL")
}

// whoServes tells who serves static files in one world.
func whoServes(p *check.SourcePass, w *django.World) check.Answer {
	if entry := whitenoiseEntry(p, w); entry.IsValid() {
		return check.Passed("WhiteNoise serves them")
	}
	for _, wrapper := range []string{"whitenoise.WhiteNoise", "whitenoise.django.DjangoWhiteNoise", "dj_static.Cling", "servestatic.ServeStatic"} {
		if len(p.Project.Code.Calls(wrapper)) > 0 {
			return check.Passed(wrapper[strings.LastIndexByte(wrapper, '.')+1:] + " around the application serves them")
		}
	}
	if check.HasMiddleware(w, whitenoises[0]) == eval.Maybe {
		return check.Unclear(check.Doubt(w, w.Get("MIDDLEWARE")))
	}
	url, known := w.Get("STATIC_URL").Value.AsStr()
	if !known {
		return check.Unclear(check.Doubt(w, w.Get("STATIC_URL")))
	}
	if strings.Contains(url, "//") {
		if strings.Contains(url, "//localhost") || strings.Contains(url, "//127.0.0.1") {
			return check.Unclear("STATIC_URL names the machine of a developer, " + url + ", which an operator's settings have to replace; look who serves them")
		}
		return check.Passed("another host serves them: " + url)
	}
	storage := check.StorageOf(p.Settings, w, "staticfiles")
	if storage.Backend.IsUnknown() {
		return check.Unclear(storage.Doubt())
	}
	if check.IsLocalStorage(p, storage.Name()) == eval.No {
		return check.Passed("they go to " + storage.Name())
	}
	return byViewOrNobody(p, url)
}

// byViewOrNobody is the answer where neither WhiteNoise nor a storage serves them.
func byViewOrNobody(p *check.SourcePass, url string) check.Answer {
	proxy := check.ServedByProxy(p, url)
	if proxy.Serves == eval.Yes {
		return check.Passed(fmt.Sprintf("%s serves %s, %s", proxy.Program, url, proxy.File))
	}
	if f, ok := servingRoute(p, url); ok {
		return check.Failed(f)
	}
	if proxy.File != "" {
		return check.Unclear(fmt.Sprintf("nothing in Django serves them, and no location of nginx in production was found that serves %s (there is %s); look who does", url, proxy.File))
	}
	platform, ok := p.Project.Platform()
	if !ok {
		return check.Unclear("nothing in Django serves them, and the repository configures no web server; look who does")
	}
	f := check.Finding{Severity: check.Critical, At: check.Where(p.Settings.Get("STATIC_URL")),
		Message: fmt.Sprintf("Nothing serves static files: %s has no web server in front of the application, and with DEBUG off Django serves none; add WhiteNoise", platform.Name),
		Fix:     `"whitenoise.middleware.WhiteNoiseMiddleware",`}
	if file, ok := p.Project.Tree.Read(platform.File); ok {
		f.Related = []check.Related{{Message: "this file is written for " + platform.Name, At: file.Whole()}}
	}
	return check.Failed(f)
}

// servingRoute is a route of production by which a view serves static files.
func servingRoute(p *check.SourcePass, url string) (f check.Finding, ok bool) {
	if p.Settings.Get("DEBUG").Value.Truth() != eval.No {
		return f, false // the routes that are made while it is on say nothing
	}
	prefix := strings.Trim(url, "/")
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		byName := e.View.Name == "django.contrib.staticfiles.views.serve"
		if e.At.IsZero() || !byName && e.View.Name != "django.views.static.serve" || prefix == "" || !strings.HasPrefix(strings.TrimLeft(e.Route(), "^/"), prefix) {
			continue
		}
		return check.Finding{Severity: check.Recommended, At: e.At,
			Message: "Production serves static files by a view of Django here, which takes a worker for each file and sends no caching headers; use WhiteNoise, or let the web server do it"}, true
	}
	return f, false
}
