package proxy

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func headers() check.Check {
	return check.Check{
		ID: "proxy/headers", Severity: check.Critical, Source: answerHeaders,
		Doc: check.Doc{
			Title: "The proxy tells the application the visitor's host, address and scheme",
			Why: `nginx hands requests on under the name of its upstream unless it is told otherwise: Django then sees ` + "`Host: web:8000`" + `, answers 400 because that is not in ALLOWED_HOSTS, or writes it into the links of mails. Without X-Forwarded-For every visitor has the proxy's address, so that a limit for one is a limit for all.

X-Forwarded-Proto decides more: Django takes a request for HTTPS because of a header (SECURE_PROXY_SSL_HEADER). A proxy that does not set it passes on what the visitor sent, and the visitor can say https himself.`,
			Fix:    "In each location with proxy_pass, or once around them:\n\n    proxy_set_header Host $host;\n    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n    proxy_set_header X-Forwarded-Proto $scheme;\n\nA location with one proxy_set_header of its own inherits none of the others.",
			Verify: "A view that prints `request.get_host()`, `request.is_secure()` and REMOTE_ADDR shows the site's name, True and the visitor's address; `curl -H 'X-Forwarded-Proto: https' http://shop.example.com/` is not taken for secure.",
			Bad:    []check.Example{check.Project("Django sees the host web:8000.", "compose.yml", compose, "nginx.conf", "server { listen 80; location / { proxy_pass http://web:8000; } }\n", "settings.py", "ALLOWED_HOSTS = [\"shop.example.com\"]\n")},
			Good:   []check.Example{check.Project("Host, address and scheme are passed on.", "compose.yml", compose, "nginx.conf", "server {\n  listen 80;\n  location / {\n    proxy_set_header Host $host;\n    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\n    proxy_set_header X-Forwarded-Proto $scheme;\n    proxy_pass http://web:8000;\n  }\n}\n", "settings.py", "ALLOWED_HOSTS = [\"shop.example.com\"]\n")},
			References: []check.Reference{
				check.See("nginx: proxy_set_header", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header"),
				check.See("Django: SECURE_PROXY_SSL_HEADER", check.DjangoDocs+"ref/settings/#secure-proxy-ssl-header"),
			},
			Triggers: []string{"a location that hands requests on does not set Host", "it does not set the header that SECURE_PROXY_SSL_HEADER trusts", "it does not pass the visitor's address on, or takes it from what the visitor sent"},
		},
	}
}

const compose = "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n  nginx:\n    image: nginx:1.27\n    ports: [\"80:80\"]\n    volumes: [\"./nginx.conf:/etc/nginx/conf.d/default.conf\"]\n"

// wanted is a header that the application needs.
type wanted struct {
	name     string
	severity check.Severity
	because  string
	fix      string
}

func answerHeaders(p *check.SourcePass) check.Answer {
	list := check.LikelyFronts(p)
	if len(list) == 0 {
		return noProxy(p)
	}
	trusted, unknown := trustedHeader(p)
	var findings []check.Finding
	var doubts []string
	if unknown != "" {
		doubts = append(doubts, unknown)
	}
	seen := map[source.Span]bool{}
	asked := 0
	for _, f := range list {
		for _, route := range f.Routes {
			if route.Backend.Protocol != "http" && route.Backend.Protocol != "https" {
				continue // uwsgi_pass and fastcgi_pass hand the visitor's own headers on
			}
			asked++
			if told, ok := repeatsVisitor(f, route); ok && !seen[told.At] {
				seen[told.At] = true
				findings = append(findings, told)
			}
			missing := lacks(p, route, wantedHeaders(p, f, trusted))
			if len(missing) == 0 || seen[route.Backend.At] {
				continue
			}
			seen[route.Backend.At] = true
			if absent := check.Lacking(f.Proxy); absent != "" && len(route.RequestHeaders) == 0 {
				doubts = append(doubts, absent+", and may set the headers")
				continue
			}
			if !route.Backend.Certain() {
				doubts = append(doubts, fmt.Sprintf("%s hands %s to %s without setting %s; whether the application listens there is not told", f.Proxy.File.Path, place(route), route.Backend.Written, missing[0].name))
				continue
			}
			findings = append(findings, notPassed(f, route, missing))
		}
	}
	if asked == 0 && len(findings) == 0 {
		return check.Passed("requests are handed on with the visitor's own headers (" + list[0].Routes[0].Backend.Protocol + ")")
	}
	return check.Gather(findings, doubts, "Host, the visitor's address and the scheme are passed on")
}

// wantedHeaders are the headers to ask for, what is worst first. The header that Django trusts is asked for where the site itself ends TLS:
// elsewhere what the proxy before it sent is passed on by design. One that only a certain edge sends (Fastly-SSL) is that edge's.
func wantedHeaders(p *check.SourcePass, f check.Front, trusted string) []wanted {
	host := wanted{"Host", check.Recommended, "Django sees the name of the upstream in place of the visitor's, and writes it into links", f.Proxy.SetsHeader("Host", deploy.MeansHost)}
	if refusesUpstream(p) {
		host.severity, host.because = check.Critical, "Django sees the name of the upstream in place of the visitor's, which ALLOWED_HOSTS does not have, and answers 400"
	}
	list := []wanted{host}
	if strings.HasPrefix(trusted, "X-") && f.Host.IsTLS() {
		list = append(list, wanted{trusted, check.Critical, "Django trusts it (SECURE_PROXY_SSL_HEADER), so a visitor can send it himself and be taken for secure", f.Proxy.SetsHeader(trusted, deploy.MeansScheme)})
	}
	return append(list, wanted{"X-Forwarded-For", check.Recommended, "every visitor has the proxy's address, in logs and in limits", f.Proxy.SetsHeader("X-Forwarded-For", deploy.MeansAppended)})
}

// refusesUpstream reports whether ALLOWED_HOSTS is known and neither takes every name nor one without a dot, as upstreams and services have.
func refusesUpstream(p *check.SourcePass) bool {
	names, whole := check.Strings(p.Settings.Shipped().Get("ALLOWED_HOSTS").Value)
	for _, name := range names {
		if name == "*" || !strings.Contains(name, ".") && name != "localhost" {
			return false
		}
	}
	return whole && len(names) > 0
}

// forwardsHost reports whether the route passes the host on in the header that Django is told to read in its place (USE_X_FORWARDED_HOST).
func forwardsHost(p *check.SourcePass, route *deploy.Route) bool {
	_, ok := route.RequestHeader("X-Forwarded-Host")
	return ok && check.Is(p.Settings.Shipped().Get("USE_X_FORWARDED_HOST").Value) != eval.No
}

// lacks are the wanted headers that a route does not set.
func lacks(p *check.SourcePass, route *deploy.Route, list []wanted) []wanted {
	var missing []wanted
	for _, w := range list {
		h, ok := route.RequestHeader(w.name)
		switch {
		case w.name == "Host" && forwardsHost(p, route):
		case w.name == "Host" && ok && (h.Value == "$proxy_host" || h.Value == "" && h.Means() != deploy.MeansHost):
			missing = append(missing, w)
		case w.name == "X-Forwarded-For" && !ok:
			if _, real := route.RequestHeader("X-Real-IP"); !real {
				missing = append(missing, w)
			}
		case !ok:
			missing = append(missing, w)
		}
	}
	return missing
}

// repeatsVisitor is the finding about a proxy that visitors reach themselves and that hands on, as the visitor's address, what the visitor says.
func repeatsVisitor(f check.Front, route *deploy.Route) (check.Finding, bool) {
	h, set := route.RequestHeader("X-Forwarded-For")
	if !set || h.Means() != deploy.MeansVisitors || !check.FacesVisitors(f.Proxy) || !route.Backend.Certain() || len(route.TrustedPeers) > 0 {
		return check.Finding{}, false
	}
	return check.Finding{Severity: check.Recommended, At: h.At, Fix: "proxy_set_header X-Forwarded-For $remote_addr;",
		Message: fmt.Sprintf("%s hands on what the visitor says of his own address (%s), and his address nowhere: whoever sends the header chooses the address in logs and limits; write $remote_addr, or $proxy_add_x_forwarded_for", f.Proxy.Program, h.Value)}, true
}

func notPassed(f check.Front, route *deploy.Route, missing []wanted) check.Finding {
	worst := missing[0]
	var names, fixes []string
	for _, w := range missing {
		names = append(names, w.name)
		fixes = append(fixes, w.fix)
	}
	out := check.Finding{Severity: worst.severity, At: route.Backend.At, Fix: strings.Join(fixes, " "),
		Message: fmt.Sprintf("%s hands %s on without setting %s: %s; add %s", f.Proxy.Program, place(route), check.And(names), worst.because, worst.fix)}
	if route.Conditional {
		out.Severity = min(out.Severity, check.Recommended)
	}
	return out
}

func place(r *deploy.Route) string {
	if r.Pattern == "" {
		return "all requests"
	}
	return r.Pattern
}

// trustedHeader is the header by which Django takes a request for secure, as a proxy calls it; "" when it trusts none. unknown says why that
// is not known.
func trustedHeader(p *check.SourcePass) (name, unknown string) {
	s := p.Settings.Shipped().Get("SECURE_PROXY_SSL_HEADER")
	if !s.Set {
		return "", ""
	}
	elems := s.Value.Elems()
	if len(elems) > 0 {
		if text, ok := elems[0].AsStr(); ok {
			return headerName(text), ""
		}
	}
	if s.Value.IsUnknown() {
		return "", check.Doubt(p.Settings.Shipped(), s)
	}
	return "", ""
}

// headerName is a header of WSGI's environment as HTTP calls it: HTTP_X_FORWARDED_PROTO is X-Forwarded-Proto.
func headerName(environ string) string {
	parts := strings.Split(strings.ToLower(strings.TrimPrefix(environ, "HTTP_")), "_")
	for i, part := range parts {
		if part != "" {
			parts[i] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "-")
}
