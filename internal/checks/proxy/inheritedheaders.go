package proxy

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

func inheritedHeaders() check.Check {
	return check.Check{
		ID: "proxy/inherited-headers", Severity: check.Recommended, Source: answerInheritedHeaders, WithoutSettings: true,
		Doc: check.Doc{
			Title:  "No location drops the security headers that stand around it",
			Why:    `nginx inherits add_header from the level around only where the level has none of its own. One ` + "`add_header Cache-Control`" + ` in a location takes away HSTS, Content-Security-Policy and all the others there, and nothing says so: the front page still has them, so every quick test passes.`,
			Fix:    "Put the security headers into a file and include it in each location that has an add_header of its own; nginx 1.29.3 and newer: `add_header_inherit merge;`.",
			Verify: "`curl -sI https://shop.example.com/static/app.css` prints the same security headers as `curl -sI https://shop.example.com/`.",
			Bad: []check.Example{check.Project("Files are served without HSTS.", "compose.yml", compose, "nginx.conf", `server {
  listen 80;
  add_header Strict-Transport-Security "max-age=31536000" always;
  location / { proxy_pass http://web:8000; }
  location /static/ { alias /srv/static/; add_header Cache-Control "public"; }
}
`, "settings.py", "DEBUG = False\n")},
			Good: []check.Example{check.Project("It is repeated.", "compose.yml", compose, "nginx.conf", `server {
  listen 80;
  add_header Strict-Transport-Security "max-age=31536000" always;
  location / { proxy_pass http://web:8000; }
  location /static/ {
    alias /srv/static/;
    add_header Strict-Transport-Security "max-age=31536000" always;
    add_header Cache-Control "public";
  }
}
`, "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("nginx: add_header", "https://nginx.org/en/docs/http/ngx_http_headers_module.html#add_header"),
			},
			Triggers: []string{"a location has an add_header of its own, and not the security headers of the level around it"},
		},
	}
}

func answerInheritedHeaders(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	seen := map[source.Span]bool{}
	asked := 0
	if p.Project.Deployment != nil {
		for _, proxy := range p.Project.Deployment.Proxies {
			if !proxy.Production || proxy.Program != "nginx" {
				continue
			}
			for _, host := range proxy.Hosts {
				for _, route := range append([]*deploy.Route{host.Site}, host.Routes...) {
					asked += len(route.ResponseHeaders)
					if dropped := security(route.DroppedHeaders); len(dropped) > 0 && serves(route) {
						if f := droppedFinding(route, dropped); !seen[f.At] { // routes inside have the same fault at the same place
							seen[f.At] = true
							findings = append(findings, f)
						}
					}
				}
			}
		}
	}
	if len(findings) == 0 && asked == 0 {
		return check.Absent("no proxy of the repository adds headers")
	}
	return check.Gather(findings, nil, "every location has the headers that stand around it")
}

// serves reports whether a route answers with something itself, or for what stands in it.
func serves(r *deploy.Route) bool {
	return r.Answer == 0 && (r.Redirect == nil || r.Redirect.Conditional)
}

// security are the headers among a list that protect the visitor.
func security(list []deploy.Header) []deploy.Header {
	var out []deploy.Header
	for _, h := range list {
		switch strings.ToLower(h.Name) {
		case "strict-transport-security", "content-security-policy", "x-frame-options", "x-content-type-options", "referrer-policy", "permissions-policy", "cross-origin-opener-policy",
			"cross-origin-resource-policy", "cross-origin-embedder-policy":
			out = append(out, h)
		}
	}
	return out
}

func droppedFinding(r *deploy.Route, dropped []deploy.Header) check.Finding {
	var names []string
	for _, h := range dropped {
		names = append(names, h.Name)
	}
	f := check.Finding{Severity: check.Recommended, At: r.At,
		Message: fmt.Sprintf("%s has an add_header of its own, so nginx drops %s there; repeat them in it", place(r), check.And(names))}
	if len(r.ResponseHeaders) > 0 {
		f.At = r.ResponseHeaders[0].At
	}
	f.Related = []check.Related{{Message: "dropped there", At: dropped[0].At}}
	return f
}
