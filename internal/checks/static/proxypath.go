package static

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func proxyPathMatches() check.Check {
	return check.Check{
		ID:       "static/proxy-path-matches",
		Severity: check.Critical,
		Source:   answerProxyPath,
		Doc: check.Doc{
			Title: "The web server's location for static files points at the folder into which collectstatic wrote, and at nothing else",
			Why: `nginx and Django agree about static files by two paths in two files, and nothing compares them: where the location names another folder than STATIC_ROOT, every style and script is a 404, and the pages themselves work, so that no test notices. In containers there are three paths: where Django collects, which volume covers it, and where the volume stands in nginx's container.

alias replaces the pattern, root adds the whole path to the folder: ` + "`location /static/ { root /srv/static; }`" + ` looks for /srv/static/static/site.css.

The slash at the end is a matter of security. With ` + "`location /static { alias /srv/shop/static/; }`" + ` a request for /static../settings.py leads to /srv/shop/static/../settings.py: anybody reads the code and the secrets beside the folder. Missing on the other side, every file is looked for at /srv/shop/staticsite.css.`,
			Fix:    "`location /static/ { alias /srv/shop/staticfiles/; }`: a slash at both ends, and the folder that STATIC_ROOT names, on a volume that both containers mount.",
			Verify: "`curl -s -o /dev/null -w '%{http_code}' https://shop.example/static/admin/css/base.css` prints 200, and `curl --path-as-is -s -o /dev/null -w '%{http_code}' https://shop.example/static../manage.py` prints 404.",
			Bad: []check.Example{
				check.Project("A path with two dots leads out of the folder.", "settings.py", staticSettings, "nginx.conf", "server {\n    location /static {\n        alias /srv/static/;\n    }\n    location / {\n        proxy_pass http://127.0.0.1:8000;\n    }\n}\n"),
				check.Project("nginx looks into another folder of the volume than Django collects into.", "settings.py", staticSettings,
					"compose.yml", sharedVolume, "Dockerfile", "FROM python:3.13-slim\n", "nginx.conf", "server {\n    location /static/ {\n        alias /static/collected/;\n    }\n}\n"),
			},
			Good: []check.Example{
				check.Project("Both containers have the volume.", "settings.py", staticSettings,
					"compose.yml", sharedVolume, "Dockerfile", "FROM python:3.13-slim\n", "nginx.conf", "server {\n    location /static/ {\n        alias /static/;\n    }\n}\n"),
			},
			References: []check.Reference{
				check.See("nginx: alias", "https://nginx.org/en/docs/http/ngx_http_core_module.html#alias"),
				check.See("Gixy: path traversal via misconfigured alias", "https://gixy.getpagespeed.com/checks/alias-traversal/"),
				check.See("Django: serving static files in production", check.DjangoDocs+"howto/static-files/deployment/#serving-static-files-in-production"),
			},
			Triggers: []string{
				"a location without a slash at its end has an alias with one, so a path such as /static../settings.py leads out of the folder (any location of nginx)",
				"the location for STATIC_URL has a slash at its end and its alias none, so no file is found",
				"the folder of the location is another one than STATIC_ROOT: on the machine, on the volume that both containers mount, or in the image",
				"the location for the folder that Django collects into answers another path than STATIC_URL, which goes to Django",
				"nothing is mounted where nginx's container looks, or Django does not collect onto the volume that nginx has",
			},
		},
	}
}

const sharedVolume = `services:
  web:
    build: .
    command: sh -c "python manage.py collectstatic --noinput && exec gunicorn shop.wsgi"
    volumes: ["static:/srv/static"]
  nginx:
    image: nginx:1.28
    volumes: ["static:/static:ro", "./nginx.conf:/etc/nginx/conf.d/default.conf:ro"]
volumes:
  static: {}
`

func answerProxyPath(p *check.SourcePass) check.Answer {
	climbing := climbs(p)
	answer := check.Weigh(p.Settings, func(w *django.World) check.Answer {
		if serves(w) == eval.No {
			return check.Absent(noStaticFiles)
		}
		return judgeLocations(p, w)
	})
	if len(climbing) == 0 {
		return answer
	}
	return check.Failed(append(climbing, answer.Findings...)...)
}

// climbs are the findings about locations of production's proxies through which a request gets out of the folder.
func climbs(p *check.SourcePass) (findings []check.Finding) {
	if p.Project.Deployment == nil {
		return nil
	}
	seen := map[source.Span]bool{}
	for _, proxy := range p.Project.Deployment.Proxies {
		if !proxy.Production {
			continue
		}
		for _, host := range proxy.Hosts {
			for _, r := range host.Routes {
				if r.Climbs.IsZero() || seen[r.Climbs] || r.Internal {
					continue
				}
				seen[r.Climbs] = true
				findings = append(findings, climbing(proxy, host, r))
			}
		}
	}
	return findings
}

// climbing is the finding about one such location. It weighs what lies beside the folder.
func climbing(proxy *deploy.Proxy, host *deploy.VirtualHost, r *deploy.Route) check.Finding {
	pattern, folder := strings.TrimPrefix(r.Pattern, "^~ "), r.Files.Written+r.Files.Value
	f := check.Finding{Severity: check.Critical, At: r.Climbs, Fix: "location " + pattern + "/ {",
		Related: []check.Related{{Message: "the location lacks the slash at its end", At: r.At}},
		Message: fmt.Sprintf("A request for %s../x leads to %s../x, so anybody reads what lies in %s; write `location %s/`", pattern, folder, path.Dir(path.Clean(folder)), pattern)}
	if proxy.Orphan || !besideIsMore(proxy.Process, host, path.Dir(path.Clean(folder))) {
		f.Severity = check.Recommended
	}
	return f
}

// besideIsMore reports whether a folder of a proxy's file system is known to hold more than what the proxy serves: on a machine, and in a
// container the root, or a volume that no location names.
func besideIsMore(container *deploy.Process, host *deploy.VirtualHost, parent string) bool {
	if container == nil || parent == "/" || container.Role == deploy.Web {
		return true
	}
	return slices.ContainsFunc(container.Volumes, func(v deploy.Volume) bool {
		return v.Target != "" && within(path.Clean(v.Target), parent) && !slices.ContainsFunc(host.Routes, func(r *deploy.Route) bool {
			return r.Files.Known && within(path.Clean(r.Files.Value), path.Clean(v.Target))
		})
	})
}

// judgeLocations judges the locations that answer STATIC_URL.
func judgeLocations(p *check.SourcePass, w *django.World) check.Answer {
	url, known := w.Get("STATIC_URL").Value.AsStr()
	if !known {
		return check.Unclear(check.Doubt(w, w.Get("STATIC_URL")))
	}
	if strings.Contains(url, "//") {
		return check.Absent("another host serves static files: " + url)
	}
	routes, doubt := check.RoutesTo(p, url, sampleFile)
	var findings []check.Finding
	var doubts []string
	matched := ""
	asked := 0
	for _, r := range routes {
		if !r.ServesFiles() {
			continue
		}
		asked++
		f, reason, ok := judgeLocation(p, w, r)
		switch {
		case f != nil:
			findings = append(findings, *f)
		case !ok:
			doubts = append(doubts, reason)
		case matched == "":
			matched = reason
		}
	}
	switch {
	case asked > 0:
		return check.Gather(distinct(findings), doubts, matched)
	case doubt != "":
		return check.Unclear("which location answers " + url + " is not known: " + doubt)
	}
	if lacking := check.ProxyDoubt(p); lacking != "" && len(routes) == 0 {
		return check.Unclear("no location of a proxy in production was found that serves " + url + "; " + lacking)
	}
	if f, ok := underAnotherPath(p, w, url, routes); ok {
		return check.Failed(f)
	}
	return check.Absent("no proxy that the repository configures serves " + url + " from a folder")
}

// underAnotherPath is the finding about a site of which the location for the folder that Django collects into answers another path than the
// pages name, and hands those requests on to Django, which serves none.
func underAnotherPath(p *check.SourcePass, w *django.World, url string, routes []check.ProxyRoute) (check.Finding, bool) {
	if whitenoiseEntry(p, w).IsValid() || check.HasMiddleware(w, whitenoises[0]) != eval.No {
		return check.Finding{}, false
	}
	root := w.Get("STATIC_ROOT")
	if _, known := root.Value.AsStr(); !known || check.EnvNote(root.Value) != "" {
		return check.Finding{}, false
	}
	for _, asked := range routes {
		if asked.Route.Backend == nil || !asked.Route.Backend.Certain() {
			continue
		}
		for _, r := range asked.Host.Routes {
			served := check.ProxyRoute{Proxy: asked.Proxy, Host: asked.Host, Route: r, URI: r.Pattern + sampleFile}
			if !served.ServesFiles() || !r.Alias || !strings.HasPrefix(r.Pattern, "/") || !strings.HasSuffix(r.Pattern, "/") {
				continue
			}
			file, known := asked.Host.Opens(served.URI)
			folder, found := strings.CutSuffix(file, "/"+sampleFile)
			if !known || !found {
				continue
			}
			if f, _, ok := compareFolders(p, w, served, folder); f != nil || !ok {
				continue
			}
			return check.Finding{Severity: check.Critical, At: r.At, Fix: "location " + url + " {",
				Related: []check.Related{{Message: "STATIC_URL", At: check.Where(w.Get("STATIC_URL"))}},
				Message: fmt.Sprintf("nginx serves the collected files below %s, but STATIC_URL is %s%s, which it hands on to Django, so every style and script is a 404; name one path in both", r.Pattern, url, check.EnvNote(w.Get("STATIC_URL").Value))}, true
		}
	}
	return check.Finding{}, false
}

// sampleFile is a file that every project with the admin has.
const sampleFile = "admin/css/base.css"

// distinct leaves out findings about one place.
func distinct(list []check.Finding) (kept []check.Finding) {
	seen := map[source.Span]bool{}
	for _, f := range list {
		if !seen[f.At] {
			seen[f.At] = true
			kept = append(kept, f)
		}
	}
	return kept
}

// judgeLocation compares the folder that a location looks into with STATIC_ROOT: a finding, or that they agree (ok) and why, or why that is
// not known.
func judgeLocation(p *check.SourcePass, w *django.World, r check.ProxyRoute) (f *check.Finding, reason string, ok bool) {
	file, known := r.Host.Opens(r.URI)
	if !known {
		return nil, "which folder " + r.Route.Pattern + " of " + r.Proxy.File.Path + " serves is not known: " + r.Route.Files.Written, false
	}
	folder, found := strings.CutSuffix(file, "/"+sampleFile)
	if !found {
		return &check.Finding{Severity: check.Critical, At: r.Route.Files.At, Fix: "alias " + r.Route.Files.Value + "/;",
			Message: fmt.Sprintf("The alias lacks the slash at its end that the location has, so a request for %s looks for %s, and no static file is found; write `alias %s/;`", r.URI, file, r.Route.Files.Value)}, "", true
	}
	if folder == "" {
		folder = "/"
	}
	root := w.Get("STATIC_ROOT")
	if _, rootKnown := root.Value.AsStr(); !rootKnown {
		return nil, check.Doubt(w, root), false
	}
	f, reason, ok = compareFolders(p, w, r, folder)
	if note := check.EnvNote(root.Value); f != nil && note != "" {
		return nil, "STATIC_ROOT is " + root.Value.Repr(60) + note + ", which another value may replace; as it is: " + f.Message, false
	}
	return f, reason, ok
}
