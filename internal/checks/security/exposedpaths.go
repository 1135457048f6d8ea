package security

import (
	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
)

func exposedPaths() check.Check {
	return check.Check{
		ID:       "security/exposed-paths",
		Severity: check.Critical,
		Source:   answerExposedPaths,
		Doc: check.Doc{
			Title: "The project's files, its tools and lists of folders are answered to nobody",
			Why: `Scanners ask every address on the web for /.env, /.git/HEAD, /settings.py, :5555 and :8025, all day. A web server whose folder is the project's own answers them: the secret key, the password of the database, the whole source. ` + "`location /static { alias /app/static/; }`" + ` does so too, because /static../.env is /app/static/../.env.

Tools that watch the site show what it does: Flower the arguments of tasks, a mail catcher every link that resets a password, the profiler headers and cookies of each request. Most of them ask for nothing unless they are told to.

Metrics are the matter of observability/metrics, uploads that Django lists of media/not-served-by-django.`,
			Fix:    "Serve a folder that holds nothing else (`location /static/ { alias /app/staticfiles/; }`, with a slash at the end of both); publish tools on 127.0.0.1 or give them a password (`celery flower --basic-auth=...`); leave autoindex off.",
			Verify: "From another machine: `curl -s -o /dev/null -w '%{http_code}' https://shop.example/.env`, also for `/manage.py`, `/static../manage.py` and `/silk/`: each prints 403 or 404; ports 5555, 8025 and 15672 don't answer.",
			Bad: []check.Example{
				check.Project("nginx serves the folder of the project.", "compose.production.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n  nginx:\n    image: nginx:1.27\n    ports: [\"80:80\"]\n    volumes: [\"./nginx.conf:/etc/nginx/conf.d/default.conf\", \".:/app\"]\n",
					"nginx.conf", "server {\n  listen 80;\n  location /static { alias /app/static/; }\n  location / { proxy_pass http://web:8000; }\n}\n", "manage.py", "", "settings.py", "DEBUG = False\nROOT_URLCONF = \"urls\"\n", "urls.py", homeURLs),
			},
			Good: []check.Example{
				check.Project("A folder of its own, and a slash at both ends.", "compose.production.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n  nginx:\n    image: nginx:1.27\n    ports: [\"80:80\"]\n    volumes: [\"./nginx.conf:/etc/nginx/conf.d/default.conf\", \"./staticfiles:/app/static\"]\n",
					"nginx.conf", "server {\n  listen 80;\n  location /static/ { alias /app/static/; }\n  location / { proxy_pass http://web:8000; }\n}\n", "manage.py", "", "settings.py", "DEBUG = False\nROOT_URLCONF = \"urls\"\n", "urls.py", homeURLs),
			},
			References: []check.Reference{
				check.See("nginx: alias", "https://nginx.org/en/docs/http/ngx_http_core_module.html#alias"),
				check.See("Flower: authentication", "https://flower.readthedocs.io/en/latest/auth.html"),
				check.See("django-silk: authentication and authorisation", "https://github.com/jazzband/django-silk#authenticationauthorisation"),
				check.See("CWE-552: files or directories accessible to external parties", "https://cwe.mitre.org/data/definitions/552.html"),
			},
			Triggers: []string{
				"nginx answers with files of the project: its folder is a root or alias, or an alias of a location without a slash at its end leads out of it (critical)",
				"nginx lists a folder",
				"Flower, a mail catcher, a console of the database or another tool is published, or nginx hands requests to it, without a password (critical where the artefact is surely production's)",
				"the pages of silk are served and ask for no login, or the debug toolbar is shown to everybody (critical)",
				"WHITENOISE_ROOT, STATICFILES_DIRS or STATIC_ROOT is the folder of the project (critical)",
			},
		},
	}
}

const homeURLs = "from django.urls import path\nfrom django.views.generic import TemplateView\n\nurlpatterns = [path(\"\", TemplateView.as_view(template_name=\"home.html\"))]\n"

func answerExposedPaths(p *check.SourcePass) check.Answer {
	findings, doubts := exposedByProxies(p)
	tools, more := exposedTools(p)
	findings, doubts = append(findings, tools...), append(doubts, more...)
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		inDjango, more := exposedByDjango(p, w)
		all := append(findings[:len(findings):len(findings)], inDjango...)
		reasons := append(doubts[:len(doubts):len(doubts)], more...)
		if why := notLookedInto(p); why != "" {
			reasons = append(reasons, why)
		}
		return check.Gather(all, reasons, "no proxy of the repository serves the project's folder, and no tool answers to everybody")
	}, "INSTALLED_APPS", "MIDDLEWARE")
}

// notLookedInto says what else can answer for the site, "" where everything in front of it is in the repository.
func notLookedInto(p *check.SourcePass) string {
	if r := p.Project.Routes(); r.Unknown != "" {
		return "which paths the application answers is not known: " + r.Unknown
	}
	proxies := 0
	for _, proxy := range productionProxies(p) {
		proxies++
		if lacking := check.Lacking(proxy); lacking != "" {
			return "whether the proxy serves other folders is not known: " + lacking
		}
	}
	if other := check.OtherProxy(p); other != "" {
		return "what " + other + " serves is not read"
	}
	if proxies > 0 {
		return ""
	}
	if _, ok := p.Project.Platform(); ok {
		return ""
	}
	return "which web server stands before the application, and what folders it serves, is not in the repository"
}

// productionProxies are the proxies whose configuration is production's.
func productionProxies(p *check.SourcePass) []*deploy.Proxy {
	var list []*deploy.Proxy
	if p.Project.Deployment == nil {
		return nil
	}
	for _, proxy := range p.Project.Deployment.Proxies {
		if proxy.Production {
			list = append(list, proxy)
		}
	}
	return list
}
