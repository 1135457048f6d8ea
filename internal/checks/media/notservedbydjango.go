package media

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func notServedByDjango() check.Check {
	return check.Check{
		ID:       "media/not-served-by-django",
		Severity: check.Critical,
		Source:   answerNotServedByDjango,
		Doc: check.Doc{
			Title: "Uploads are served by the web server or the object storage, and not by a view of Django",
			Why: `django.views.static.serve is for development. It reads files through Python, so that a handful of slow downloads takes all workers; it sends neither caching headers nor ranges; and it serves whatever lies in the folder to everybody. With show_indexes it lists the folder.

The helper static() makes such a route while DEBUG is on and none in production: then nothing serves uploads unless a web server or the storage does.`,
			Fix:    "Let nginx serve the folder, `location /media/ { alias /srv/media/; }`, or keep uploads in an object storage; private files go out through a view that checks the user and answers with X-Accel-Redirect.",
			Verify: "`curl -sI https://shop.example/media/some-upload.jpg | grep -i '^server'` names the web server or the storage.",
			Bad: []check.Example{check.Project("A route for every upload, in production too.", "settings.py", `INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "urls"
MEDIA_URL = "/media/"
MEDIA_ROOT = "/srv/media"
`, "shop/__init__.py", "", "shop/models.py", uploading, "urls.py", `from django.conf import settings
from django.urls import re_path
from django.views.static import serve

urlpatterns = [re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT})]
`)},
			Good: []check.Example{check.Project("nginx serves the folder.", "settings.py", `INSTALLED_APPS = ["shop"]
ROOT_URLCONF = "urls"
MEDIA_URL = "/media/"
MEDIA_ROOT = "/srv/media"
`, "shop/__init__.py", "", "shop/models.py", uploading, "urls.py", "from django.urls import path\n\nurlpatterns = [path(\"\", lambda request: None)]\n",
				"nginx/shop.conf", "server {\n    location /media/ {\n        alias /srv/media/;\n    }\n}\n")},
			References: []check.Reference{
				check.See("Django: serving files uploaded by a user during development", check.DjangoDocs+"howto/static-files/#serving-files-uploaded-by-a-user-during-development"),
				check.See("Django: user-uploaded content", check.DjangoDocs+"topics/security/#user-uploaded-content-security"),
			},
			Triggers: []string{
				"a route of production leads to django.views.static.serve",
				"the same lists the folder (critical)",
			},
		},
	}
}

func answerNotServedByDjango(p *check.SourcePass) check.Answer {
	uploads, _ := p.Project.Has(project.Uploads)
	if uploads == eval.No {
		return check.Absent("no model or form of the project takes files")
	}
	if findings := servingRoutes(p); len(findings) > 0 {
		return check.Failed(findings...)
	}
	if r := p.Project.Routes(); r.Unknown != "" {
		return check.Unclear("which views production has is not known: " + r.Unknown)
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer { return whoServes(p, w) }, "STORAGES", "DEFAULT_FILE_STORAGE", "MEDIA_URL")
}

// servingRoutes are the routes of production that serve a folder which is not that of static files.
func servingRoutes(p *check.SourcePass) (findings []check.Finding) {
	if p.Settings.Get("DEBUG").Value.Truth() != eval.No {
		return nil // the routes that are made while it is on say nothing; another check speaks of it
	}
	static, _ := p.Settings.Get("STATIC_URL").Value.AsStr()
	static = strings.Trim(static, "/")
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		route := strings.TrimLeft(e.Route(), "^/")
		if e.View.Name != "django.views.static.serve" || e.At.IsZero() || static != "" && strings.HasPrefix(route, static) || !strings.Contains(route, "(?P<path>.") && !strings.Contains(route, "<path:") {
			continue
		}
		f := check.Finding{
			Severity: check.Recommended,
			Message:  "Production serves a folder by a view of Django here, which takes a worker for each download and sends no caching headers; let the web server or the object storage serve it",
			At:       e.At,
		}
		if lists(e.At.Text()) {
			f.Severity = check.Critical
			f.Message = "Production serves a folder by a view of Django here, and lists what is in it to everybody; let the web server or the object storage serve it, without show_indexes"
		}
		findings = append(findings, f)
	}
	return findings
}

// lists reports whether the arguments of a route switch the listing of the folder on.
func lists(call string) bool {
	compact := strings.Join(strings.Fields(call), "")
	return strings.Contains(compact, `"show_indexes":True`) || strings.Contains(compact, `'show_indexes':True`) || strings.Contains(compact, "show_indexes=True")
}

// whoServes tells who serves uploads where no view does.
func whoServes(p *check.SourcePass, w *django.World) check.Answer {
	storage := check.StorageOf(p.Settings, w, "default")
	switch {
	case storage.Backend.IsUnknown():
		return check.Unclear(storage.Doubt())
	case check.IsLocalStorage(p, storage.Name()) == eval.No:
		return check.Passed("uploads go to " + storage.Name())
	}
	url, known := w.Get("MEDIA_URL").Value.AsStr()
	if !known {
		return check.Unclear(check.Doubt(w, w.Get("MEDIA_URL")))
	}
	if url == "" {
		return check.Unclear("MEDIA_URL is not set, and no view serves uploads; look who does")
	}
	switch proxy := check.ServedByProxy(p, url); {
	case proxy.Serves == eval.Yes:
		return check.Passed(fmt.Sprintf("%s serves %s, %s", proxy.Program, url, proxy.File))
	case proxy.File != "":
		return check.Unclear(fmt.Sprintf("no view serves uploads, and no location of nginx in production was found that serves %s (there is %s); look who does", url, proxy.File))
	}
	return check.Unclear("no view serves uploads, and the repository configures no web server; look who does")
}
