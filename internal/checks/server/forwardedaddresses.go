package server

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

func forwardedAddresses() check.Check {
	return check.Check{
		ID: "server/forwarded-addresses", Severity: check.Critical, Source: answerForwardedAddresses,
		Doc: check.Doc{
			Title: "The visitor's address is taken from a proxy, not from the visitor",
			Why: `X-Forwarded-For is a list. Each proxy puts the address of whoever connected to it at the end; what stands at the beginning is what the client itself sent. Who takes the first address takes what the client chose: a limit on logins counts a new visitor with each request, an allow list lets everybody in, and logs accuse others.

uvicorn with --forwarded-allow-ips="*" and daphne with --proxy-headers take the first one. gunicorn does not read addresses from headers at all; with its own workers "*" only means that it believes X-Forwarded-Proto, which is right where nobody but the proxy reaches it.

A proxy that faces the visitors can overwrite the header, and then the first address is the right one. nginx believes whoever set_real_ip_from names: 0.0.0.0/0 is everybody.`,
			Fix:    "In the proxy that faces the visitors: `proxy_set_header X-Forwarded-For $remote_addr;`. Or name the proxies: `--forwarded-allow-ips 10.0.0.0/8` (uvicorn then takes the last address that is no proxy), `AXES_IPWARE_PROXY_COUNT = 1`, `set_real_ip_from 10.0.0.0/8`.",
			Verify: "`curl -H 'X-Forwarded-For: 192.0.2.7' https://shop.example.com/` and look at the address in the application's log: it is not 192.0.2.7.",
			Bad: []check.Example{check.Project("uvicorn takes the first address, and nginx leaves it to the visitor.", "compose.yml", uvicornBehind("--forwarded-allow-ips \"*\""), "nginx.conf", tlsSite("$proxy_add_x_forwarded_for"),
				"settings.py", "INSTALLED_APPS = [\"axes\"]\n")},
			Good: []check.Example{check.Project("nginx overwrites what the visitor sent.", "compose.yml", uvicornBehind("--forwarded-allow-ips \"*\""), "nginx.conf", tlsSite("$remote_addr"),
				"settings.py", "INSTALLED_APPS = [\"axes\"]\n")},
			References: []check.Reference{
				check.See("MDN: X-Forwarded-For, security", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For#security_and_privacy_concerns"),
				check.See("uvicorn: proxies and forwarded headers", "https://www.uvicorn.org/deployment/#proxies-and-forwarded-headers"),
				check.See("nginx: set_real_ip_from", "https://nginx.org/en/docs/http/ngx_http_realip_module.html"),
				check.See("django-axes: reverse proxies", "https://django-axes.readthedocs.io/en/latest/4_configuration.html#configuring-reverse-proxies"),
			},
			Triggers: []string{
				"uvicorn trusts every peer, or daphne reads proxy headers, behind a proxy that faces visitors and leaves what they sent at the beginning",
				"the project's code, django-ipware, django-axes or django-ratelimit takes the first address behind such a proxy",
				"a proxy that faces visitors takes their word for their address",
			},
		},
	}
}

func uvicornBehind(option string) string {
	return "services:\n  web:\n    build: .\n    command: uvicorn shop.asgi:application --host 0.0.0.0 " + option + "\n  nginx:\n    image: nginx:1.27\n    ports: [\"80:80\", \"443:443\"]\n    volumes: [\"./nginx.conf:/etc/nginx/conf.d/default.conf\"]\n"
}

func tlsSite(forwardedFor string) string {
	return "server {\n  listen 443 ssl;\n  server_name shop.example.com;\n  ssl_certificate /certs/shop.pem;\n  location / {\n    proxy_pass http://web:8000;\n    proxy_set_header Host $host;\n    proxy_set_header X-Forwarded-For " + forwardedFor + ";\n  }\n}\n"
}

// chain is what happens to X-Forwarded-For on the way to the application.
type chain struct {
	// open is a route of a proxy that faces the visitors and leaves what they sent at the beginning of the header; nil where none is known.
	open *deploy.Route
	file string
	// written says that each route to the application overwrites the header with the visitor's address.
	written bool
	doubt   string // why neither is known
}

// readChain follows the header through the proxies of production. A proxy that ends TLS for a name of a site faces the visitors; before one
// that does not, another may stand.
func readChain(p *check.SourcePass) chain {
	fronts := check.Fronts(p)
	c := chain{written: len(fronts) > 0}
	if len(fronts) == 0 {
		c.doubt = "no proxy in front of the application is known from the repository"
		if doubt := check.ProxyDoubt(p); doubt != "" {
			c.doubt = doubt
		}
		if platform, ok := p.Project.Platform(); ok {
			c.doubt = "what the router of " + platform.Name + " leaves of it is not judged"
		}
		return c
	}
	for _, f := range fronts {
		for _, route := range f.Routes {
			means := route.ForwardedFor()
			if route.Backend.Protocol != "http" && route.Backend.Protocol != "https" {
				means = deploy.MeansVisitors // uwsgi_params hand the visitor's own headers on
			}
			switch {
			case means == deploy.MeansPeer && len(route.TrustedPeers) == 0:
				continue
			case means == deploy.MeansUnknown || len(route.TrustedPeers) > 0 || check.Lacking(f.Proxy) != "" && means == deploy.MeansVisitors:
				c.written, c.doubt = false, "what "+f.Proxy.File.Path+" puts into X-Forwarded-For is not followed"
			case !check.FacesVisitors(f.Proxy):
				c.written, c.doubt = false, f.Proxy.File.Path+" leaves what came in X-Forwarded-For at its beginning, and whether another proxy stands before it is not told"
			case c.open == nil:
				c.written, c.open, c.file = false, route, f.Proxy.File.Path
			}
		}
	}
	return c
}

// taker is something that takes the visitor's address from the beginning of the header.
type taker struct {
	what    string // "uvicorn trusts every peer (--forwarded-allow-ips *) and takes the first address of X-Forwarded-For"
	instead string // what to write instead
	at      source.Span
	// guards names what rests on the address, "" when nothing is known to.
	guards string
}

func answerForwardedAddresses(p *check.SourcePass) check.Answer {
	findings, doubts := believedPeers(p)
	c := readChain(p)
	takers, unread := addressTakers(p)
	doubts = append(doubts, unread...)
	for _, t := range takers {
		switch {
		case c.written:
		case c.open == nil:
			doubts = append(doubts, t.what+"; whether a client can write that is not known: "+c.doubt)
		default:
			f := check.Finding{Severity: check.Recommended, At: t.at, Related: []check.Related{{Message: "what the visitor sent is left at the beginning here", At: c.open.Backend.At}},
				Message: fmt.Sprintf("%s, and %s leaves there what the visitor sent, so anybody chooses his address; %s", t.what, c.file, t.instead)}
			if t.guards != "" {
				f.Severity = check.Critical
				f.Message = fmt.Sprintf("%s, and %s leaves there what the visitor sent, so anybody chooses the address by which %s; %s", t.what, c.file, t.guards, t.instead)
			}
			findings = append(findings, f)
		}
	}
	reason := "nothing takes the visitor's address from the beginning of a header"
	if len(takers) > 0 && c.written {
		reason = "the proxy overwrites what the visitor sent (" + check.Fronts(p)[0].Proxy.File.Path + ")"
	}
	return check.Gather(findings, doubts, reason)
}

// believedPeers are the findings about proxies that face the visitors and take their word for their address.
func believedPeers(p *check.SourcePass) (findings []check.Finding, doubts []string) {
	seen := map[source.Span]bool{}
	for _, f := range check.Fronts(p) {
		for _, route := range f.Routes {
			for _, peer := range route.TrustedPeers {
				if seen[peer.At] || !isEverybody(peer.Text) {
					continue
				}
				seen[peer.At] = true
				if !check.FacesVisitors(f.Proxy) {
					doubts = append(doubts, fmt.Sprintf("%s takes everybody's word for the visitor's address (%s); whether nobody but another proxy reaches it is not told", f.Proxy.File.Path, peer.Text))
					continue
				}
				out := check.Finding{Severity: check.Recommended, At: peer.At,
					Message: fmt.Sprintf("%s takes everybody's word for the visitor's address (%s), and visitors reach it themselves, so anybody chooses his address; name the proxies before it", f.Proxy.File.Path, peer.Text)}
				if guards := guardsOf(f.Host); guards != "" {
					out.Severity = check.Critical
					out.Message = fmt.Sprintf("%s takes everybody's word for the visitor's address (%s), and visitors reach it themselves, so anybody chooses the address by which %s; name the proxies before it", f.Proxy.File.Path, peer.Text, guards)
				}
				findings = append(findings, out)
			}
		}
	}
	return findings, doubts
}

func isEverybody(network string) bool {
	return network == "0.0.0.0/0" || network == "::/0" || network == "*"
}

// guardsOf names what a site decides by the visitor's address.
func guardsOf(h *deploy.VirtualHost) string {
	for _, r := range append([]*deploy.Route{h.Site}, h.Routes...) {
		switch {
		case len(r.Allows) > 0:
			return "it lets visitors in"
		case len(r.Limits) > 0:
			return "it limits requests"
		}
	}
	return ""
}

// servesAddresses are the servers of production that take the first address of the header from everybody.
// Source: uvicorn/middleware/proxy_headers.py (get_trusted_client_address), daphne/utils.py (parse_x_forwarded_for).
func servesAddresses(p *check.SourcePass) (list []taker, doubts []string) {
	guards := addressGuards(p)
	for _, process := range check.Running(p, deploy.Web) {
		s, ok := process.Server()
		if !ok {
			continue
		}
		class := strings.ToLower(s.WorkerClass.Value)
		uvicorn := s.Program == "uvicorn" || s.Program == "gunicorn" && s.WorkerClass.Known && strings.Contains(class, "uvicorn")
		switch {
		case s.Program == "daphne" && s.ProxyHeaders.Known && s.ProxyHeaders.Value:
			list = append(list, taker{fmt.Sprintf("daphne takes the first address of X-Forwarded-For (%s)", process.Artefact), "let the proxy overwrite the header with $remote_addr", s.ProxyHeaders.At, guards})
		case !uvicorn || s.ProxyHeaders.Known && !s.ProxyHeaders.Value:
		case !s.ForwardedAllowIPs.Known && s.ForwardedAllowIPs.Said():
			doubts = append(doubts, fmt.Sprintf("which peers %s trusts is not known: it is %s (%s)", s.Program, s.ForwardedAllowIPs.Written, process.Artefact))
		case s.ForwardedAllowIPs.Value == "*":
			list = append(list, taker{fmt.Sprintf("%s trusts every peer and takes the first address of X-Forwarded-For (%s)", s.Program, process.Artefact), "let the proxy overwrite the header with $remote_addr, or name the proxy's network in forwarded-allow-ips", s.ForwardedAllowIPs.At, guards})
		}
	}
	return list, doubts
}
