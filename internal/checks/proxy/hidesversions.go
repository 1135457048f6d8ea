package proxy

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

func hidesVersions() check.Check {
	return check.Check{
		ID: "proxy/hides-versions", Severity: check.Optional, Source: answerHidesVersions, WithoutSettings: true,
		Doc: check.Doc{
			Title:  "The proxy does not tell its version",
			Why:    "nginx writes its version into every answer and error page. Whoever looks for servers with a known fault finds them by it, without asking each. It hides nothing from somebody who tries; an update is what protects.",
			Fix:    "`server_tokens off;` in http {} or beside the servers.",
			Verify: "`curl -sI https://shop.example.com/ | grep -i ^server` prints `Server: nginx` without a number.",
			Bad:    []check.Example{check.Project("The version is in every answer.", "compose.yml", compose, "nginx.conf", "server { listen 80; location / { proxy_pass http://web:8000; } }\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("It is turned off for all servers of the file.", "compose.yml", compose, "nginx.conf", "server_tokens off;\nserver { listen 80; location / { proxy_pass http://web:8000; } }\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("nginx: server_tokens", "https://nginx.org/en/docs/http/ngx_http_core_module.html#server_tokens"),
			},
			Triggers: []string{"server_tokens is on, or not set, where the application is served"},
		},
	}
}

func answerHidesVersions(p *check.SourcePass) check.Answer {
	list := check.LikelyFronts(p)
	if len(list) == 0 {
		return noProxy(p)
	}
	var findings []check.Finding
	var doubts []string
	seen := map[*deploy.Proxy]bool{}
	for _, f := range list {
		site := f.Host.Site
		if seen[f.Proxy] || site.HidesVersion.Value {
			continue
		}
		seen[f.Proxy] = true
		switch {
		case !site.HidesVersion.Said() && check.Lacking(f.Proxy) != "":
			doubts = append(doubts, check.Lacking(f.Proxy)+", and may hide the version")
		case !site.HidesVersion.Said() && f.Proxy.Orphan:
			doubts = append(doubts, fmt.Sprintf("%s does not say %s; the main file of the machine's %s, which is not in the repository, may", f.Proxy.File.Path, f.Proxy.HidesVersion(), f.Proxy.Program))
		default:
			at := site.HidesVersion.At
			if at.IsZero() {
				at = f.Host.At
			}
			findings = append(findings, check.Finding{Severity: check.Optional, At: at, Fix: f.Proxy.HidesVersion(),
				Message: fmt.Sprintf("%s tells its version in every answer (%s); add %s", f.Proxy.Program, f.Proxy.File.Path, f.Proxy.HidesVersion())})
		}
	}
	return check.Gather(findings, doubts, "the version is hidden")
}
