package realtime

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func proxyUpgrade() check.Check {
	return check.Check{
		ID: "realtime/proxy-upgrade", Severity: check.Critical, Source: answerProxyUpgrade,
		Doc: check.Doc{
			Title: "The proxy passes the Upgrade of WebSockets on",
			Why: `A WebSocket begins as a request with the headers Upgrade and Connection. Both speak of one connection only, so nginx drops them, and talks HTTP/1.0 to what is behind it, which has no Upgrade. The application then sees a plain GET, answers 404 or 426, and the socket never opens; the rest of the site works, so nobody notices before somebody uses what needs it.

Caddy, Traefik and the controller of ingress-nginx do it by themselves.`,
			Fix:    "In the location that answers the paths of WebSockets: `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";`. A location with one proxy_set_header of its own inherits none of the others.",
			Verify: "`curl -si --http1.1 -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==' -H 'Origin: https://example.com' https://example.com/ws/` answers 101.",
			Bad:    []check.Example{socketsBehind("The location knows nothing of WebSockets.", "proxy_pass http://web:8000; proxy_set_header Host $host;")},
			Good:   []check.Example{socketsBehind("Both headers and the version are set.", "proxy_pass http://web:8000; proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";")},
			References: []check.Reference{
				check.See("nginx: WebSocket proxying", "https://nginx.org/en/docs/http/websocket.html"),
				check.See("nginx: proxy_http_version", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_http_version"),
				check.See("RFC 6455: the WebSocket protocol, opening handshake", "https://www.rfc-editor.org/rfc/rfc6455#section-4"),
			},
			Triggers: []string{"the location that answers a path of WebSockets sets no Upgrade or no Connection, or speaks HTTP/1.0", "it hands the path to a WSGI server, or to nothing"},
		},
	}
}

// socketsBehind is a project with a WebSocket behind nginx with the directives in its location.
func socketsBehind(note, directives string) check.Example {
	e := originExample(note, `AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([path("ws/", Chat.as_asgi())])))`)
	e.Files = append(e.Files,
		check.ExampleFile{Path: "compose.yml", Text: "services:\n  web:\n    build: .\n    command: uvicorn shop.asgi:application --host 0.0.0.0\n  nginx:\n    image: nginx:1.27\n    ports: [\"80:80\"]\n    volumes: [\"./nginx.conf:/etc/nginx/conf.d/default.conf\"]\n"},
		check.ExampleFile{Path: "nginx.conf", Text: "server {\n  listen 80;\n  location / { " + directives + " }\n}\n"})
	return e
}

// socketRoute is where a site answers a path of WebSockets.
type socketRoute struct {
	path  string
	front check.Front
	route *deploy.Route
}

// socketRoutes are the routes of production's sites that answer the project's paths of WebSockets. doubt says why not all are known.
func socketRoutes(p *check.SourcePass) (list []socketRoute, doubt string) {
	sockets := p.Project.Sockets()
	doubt = sockets.Unknown
	for n := range sockets.Paths {
		e := &sockets.Paths[n]
		uri := check.RequestPath(e)
		if uri == "" {
			doubt = "the path " + e.Route() + " of WebSockets is not known as text"
			continue
		}
		for _, f := range check.Fronts(p) {
			through, unknown := f.Host.Find(uri)
			if unknown != "" {
				doubt = unknown + " in " + f.Proxy.File.Path
			}
			last := through[len(through)-1]
			if unknown != "" || last.Redirect != nil && !last.Redirect.Conditional || f.Host.Site.Redirect != nil && !f.Host.Site.Redirect.Conditional || last.Conditional {
				continue
			}
			list = append(list, socketRoute{uri, f, last})
		}
	}
	return list, doubt
}

func answerProxyUpgrade(p *check.SourcePass) check.Answer {
	switch sockets := p.Project.Sockets(); sockets.Takes {
	case eval.No:
		return check.Absent("the project takes no WebSockets by Channels")
	case eval.Maybe:
		return check.Unclear("whether the project takes WebSockets is not known: " + sockets.Unknown)
	}
	if len(check.Fronts(p)) == 0 {
		if doubt := check.ProxyDoubt(p); doubt != "" {
			return check.Unclear("whether the proxy passes Upgrade on is not known: " + doubt)
		}
		return check.Absent("the repository holds no proxy in front of the application")
	}
	list, doubt := socketRoutes(p)
	var findings []check.Finding
	var doubts []string
	if doubt != "" {
		doubts = append(doubts, doubt)
	}
	seen := map[source.Span]bool{}
	for _, s := range list {
		f, why := s.judge()
		switch {
		case why != "":
			doubts = append(doubts, why)
		case f != nil && !seen[f.At]:
			seen[f.At] = true
			findings = append(findings, *f)
		}
	}
	if len(list) == 0 && len(doubts) == 0 {
		doubts = append(doubts, "no site was found that answers the paths of WebSockets")
	}
	return check.Gather(findings, doubts, "WebSockets are passed on")
}

// judge is the finding about a route that does not pass WebSockets on, or why that is not known.
func (s socketRoute) judge() (*check.Finding, string) {
	file, r := s.front.Proxy.File.Path, s.route
	if r.Backend == nil {
		return nil, fmt.Sprintf("%s answers %s itself", file, s.path)
	}
	if !r.Backend.Certain() {
		return nil, fmt.Sprintf("%s hands %s to %s, and whether the application listens there is not told", file, s.path, r.Backend.Written)
	}
	words, line := s.front.Proxy.Upgrades()
	f := &check.Finding{Severity: check.Critical, At: r.Backend.At, Fix: line}
	if wsgi := servedByWSGI(r.Backend); wsgi != "" {
		f.Message, f.Fix = fmt.Sprintf("%s hands the WebSockets of %s to %s, which serves by WSGI and cannot take them; hand them to the ASGI server", file, s.path, wsgi), ""
		return f, ""
	}
	if r.PassesUpgrade {
		return nil, ""
	}
	if protocol := r.Backend.Protocol; protocol != "http" && protocol != "https" {
		return nil, fmt.Sprintf("%s hands %s on by %s", file, s.path, protocol)
	}
	if absent := check.Lacking(s.front.Proxy); absent != "" && len(r.RequestHeaders) == 0 {
		return nil, absent + ", and may set Upgrade"
	}
	var missing []string
	if h, ok := r.RequestHeader("Upgrade"); !ok || !h.Unknown && h.Value != "websocket" && !strings.HasPrefix(h.Value, "$") {
		missing = append(missing, "Upgrade")
	}
	if h, ok := r.RequestHeader("Connection"); !ok || !h.Unknown && !strings.EqualFold(h.Value, "upgrade") && !strings.HasPrefix(h.Value, "$") {
		missing = append(missing, "Connection")
	}
	old := r.HTTPVersion.Known && r.HTTPVersion.Value == "1.0"
	switch {
	case len(missing) > 0:
		f.Message = fmt.Sprintf("%s answers the WebSockets of %s and does not pass %s on, so none ever opens; %s", file, s.path, check.And(missing), words)
		return f, ""
	case !old:
		return nil, ""
	}
	f.Fix = "proxy_http_version 1.1;"
	f.Message = fmt.Sprintf("%s hands the WebSockets of %s on over HTTP/1.0, which has no Upgrade, so none ever opens; set proxy_http_version 1.1", file, s.path)
	if !r.HTTPVersion.Said() && !defaultsToOld(s.front.Proxy) {
		f.Severity = check.Recommended
		f.Message = fmt.Sprintf("%s hands the WebSockets of %s on over HTTP/1.0, unless nginx is 1.29.7 or newer, and HTTP/1.0 has no Upgrade; set proxy_http_version 1.1", file, s.path)
	}
	return f, ""
}

// servedByWSGI names the process behind a backend when all that listen there certainly serve by WSGI.
func servedByWSGI(b *deploy.Backend) string {
	name := ""
	for _, process := range b.Processes {
		s, ok := process.Server()
		if !ok {
			return ""
		}
		if yes, known := s.ASGI(); yes || !known || deploy.DevelopmentServer(s.Command.Argv) != "" {
			return ""
		}
		name = process.Artefact
	}
	return name
}

// defaultsToOld reports whether the nginx of a container is known to be older than 1.29.7, from which on it speaks HTTP/1.1 by default
// (https://nginx.org/en/CHANGES).
func defaultsToOld(proxy *deploy.Proxy) bool {
	if proxy.Process == nil {
		return false
	}
	_, tag, ok := strings.Cut(proxy.Process.Image, ":")
	number, _, _ := strings.Cut(tag, "-")
	return ok && number != "" && number[0] >= '0' && number[0] <= '9' && knowledge.ParseVersion(number).Before(1, 29)
}
