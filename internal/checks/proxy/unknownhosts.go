package proxy

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/source"
)

func unknownHosts() check.Check {
	return check.Check{
		ID: "proxy/unknown-hosts", Severity: check.Recommended, Source: answerUnknownHosts, WithoutSettings: true,
		Doc: check.Doc{
			Title: "Requests for names that are not the site's end at the proxy",
			Why: `A request for a name that no server has goes to the first server of the port, which usually is the application's. All that scanners send to bare addresses, and all names that somebody points there, reaches Django: each costs a worker, fills the log with DisallowedHost, and is served where ALLOWED_HOSTS is wider than it should be.

Behind a load balancer that asks by address the health check must have a location of its own.`,
			Fix:    "A server of its own: `server { listen 80 default_server; server_name _; return 444; }`, for 443 with `ssl_reject_handshake on;`.",
			Verify: "`curl -s -o /dev/null -w '%{http_code}' -H 'Host: nobody.example' http://203.0.113.7/` prints 000 (nginx closes the connection) or 4xx, and Django's log shows nothing.",
			Bad:    []check.Example{check.Project("The application's server is the default.", "compose.yml", compose, "nginx.conf", "server { listen 80; server_name shop.example.com; location / { proxy_pass http://web:8000; } }\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("Another server is.", "compose.yml", compose, "nginx.conf", "server { listen 80 default_server; return 444; }\nserver { listen 80; server_name shop.example.com; location / { proxy_pass http://web:8000; } }\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("nginx: how it processes a request", "https://nginx.org/en/docs/http/request_processing.html"),
				check.See("Django: host headers", check.DjangoDocs+"topics/security/#host-header-validation"),
			},
			Triggers: []string{"the server that answers for unknown names hands requests to the application"},
		},
	}
}

func answerUnknownHosts(p *check.SourcePass) check.Answer {
	list := check.LikelyFronts(p)
	if len(list) == 0 {
		return noProxy(p)
	}
	var findings []check.Finding
	var doubts []string
	seen := map[source.Span]bool{}
	for _, f := range list {
		if f.Proxy.Program != "nginx" && len(f.Host.Names) > 0 && f.Host.Names[0].Unknown {
			doubts = append(doubts, "for which names "+f.Proxy.File.Path+" answers is not known: a variable decides it")
			continue
		}
		if !f.Host.Default || seen[f.Host.At] || redirected(f) {
			continue
		}
		seen[f.Host.At] = true
		if f.Proxy.Orphan && (!saysDefault(f) || !f.Routes[0].Backend.Certain()) {
			doubts = append(doubts, f.Proxy.File.Path+" is a part of a configuration of nginx; whether another server is the default is not told")
			continue
		}
		findings = append(findings, check.Finding{Severity: check.Recommended, At: f.Host.At, Fix: "server { listen 80 default_server; return 444; }",
			Message: fmt.Sprintf("This server answers for names that no server has, and hands them to the application (%s); add a default server that returns 444", f.Proxy.File.Path)})
	}
	return check.Gather(findings, doubts, "unknown names end at the proxy")
}

// saysDefault reports whether a site is written to be the default.
func saysDefault(f check.Front) bool {
	for _, l := range f.Host.Listens {
		if l.Default {
			return true
		}
	}
	return false
}
