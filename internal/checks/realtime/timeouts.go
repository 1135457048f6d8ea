package realtime

import (
	"fmt"
	"time"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func timeouts() check.Check {
	return check.Check{
		ID: "realtime/timeouts", Severity: check.Recommended, Source: answerTimeouts,
		Doc: check.Doc{
			Title: "The proxy waits longer for a WebSocket to say something than the server's pings are apart",
			Why: `A WebSocket is silent most of the time. nginx closes a connection on which the application sends nothing for proxy_read_timeout, a minute by default: users lose their socket once a minute, each page opens it anew, and messages in between are lost.

A ping keeps it open and also finds clients that are gone. uvicorn and daphne send one every 20 seconds; hypercorn sends none unless it is told to.`,
			Fix:    "Let the server ping (`hypercorn --websocket-ping-interval 20`), or raise the limit in the location of the sockets: `proxy_read_timeout 1h;`.",
			Verify: "A socket that says nothing is still open after two minutes: `websocat -v wss://example.com/ws/`.",
			Bad:    []check.Example{socketsServed("hypercorn sends no pings, so nginx closes silent sockets after a minute.", "hypercorn shop.asgi:application --bind 0.0.0.0:8000")},
			Good:   []check.Example{socketsServed("uvicorn pings every 20 seconds.", "uvicorn shop.asgi:application --host 0.0.0.0")},
			References: []check.Reference{
				check.See("nginx: WebSocket proxying", "https://nginx.org/en/docs/http/websocket.html"),
				check.See("uvicorn: WebSocket pings", "https://www.uvicorn.org/settings/"),
				check.See("hypercorn: websocket_ping_interval", "https://hypercorn.readthedocs.io/en/latest/how_to_guides/configuring.html"),
			},
			Triggers: []string{"the server sends no pings, or sends them more rarely than the proxy waits"},
		},
	}
}

// socketsServed is socketsBehind with a command, and all that nginx needs.
func socketsServed(note, command string) check.Example {
	e := socketsBehind(note, "proxy_pass http://web:8000; proxy_http_version 1.1; proxy_set_header Host $host; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection \"upgrade\";")
	for i := range e.Files {
		if e.Files[i].Path == "compose.yml" {
			e.Files[i].Text = "services:\n  web:\n    build: .\n    command: " + command + "\n  nginx:\n    image: nginx:1.27\n    ports: [\"80:80\"]\n    volumes: [\"./nginx.conf:/etc/nginx/conf.d/default.conf\"]\n"
		}
	}
	return e
}

func answerTimeouts(p *check.SourcePass) check.Answer {
	switch sockets := p.Project.Sockets(); sockets.Takes {
	case eval.No:
		return check.Absent("the project takes no WebSockets by Channels")
	case eval.Maybe:
		return check.Unclear("whether the project takes WebSockets is not known: " + sockets.Unknown)
	}
	list, doubt := socketRoutes(p)
	var findings []check.Finding
	var doubts []string
	if doubt != "" {
		doubts = append(doubts, doubt)
	}
	compared := 0
	seen := map[source.Span]bool{}
	for _, s := range list {
		if s.route.Backend == nil || !s.route.Backend.Certain() || seen[s.route.Backend.At] {
			continue
		}
		seen[s.route.Backend.At] = true
		for _, process := range s.route.Backend.Processes {
			server, ok := process.Server()
			if !ok {
				continue
			}
			switch f, why := s.pings(process, server); {
			case f != nil:
				findings = append(findings, *f)
			case why != "":
				doubts = append(doubts, why)
			default:
				compared++
			}
		}
	}
	if compared == 0 && len(findings) == 0 && len(doubts) == 0 {
		doubts = append(doubts, "no site of production was found that hands WebSockets to a server whose pings are known; how long the proxy waits is not told")
	}
	return check.Gather(findings, doubts, "the server's pings come more often than the proxy's limit")
}

// pings compares the server's pings with how long the proxy waits for the application to send something.
func (s socketRoute) pings(p *deploy.Process, server *deploy.Server) (*check.Finding, string) {
	wait, ping := s.route.ReadTimeout, server.PingInterval
	switch {
	case !wait.Known && !wait.Said():
		return nil, "how long " + s.front.Proxy.Program + " of " + s.front.Proxy.File.Path + " waits is not known"
	case !wait.Known:
		return nil, fmt.Sprintf("how long %s waits is not known: it is %s", s.front.Proxy.File.Path, wait.Written)
	case wait.Value == 0 || wait.Value >= time.Hour:
		return nil, ""
	case !ping.Known:
		return nil, fmt.Sprintf("how often %s sends pings (%s) is not known", server.Program, p.Artefact)
	case ping.Value > 0 && ping.Value < wait.Value:
		return nil, ""
	}
	f := &check.Finding{Severity: check.Recommended, At: server.Command.At, Related: []check.Related{{Message: "the limit of the proxy holds here", At: s.route.Backend.At}}}
	if wait.Said() {
		f.Related[0].At = wait.At
	}
	if ping.Value == 0 {
		f.Message = fmt.Sprintf("%s sends no pings (%s), and %s closes a WebSocket on which nothing is sent for %s; set a ping interval, or raise %s for %s", server.Program, p.Artefact, s.front.Proxy.File.Path, wait.Value, s.front.Proxy.Waits(), s.path)
		return f, ""
	}
	f.Message = fmt.Sprintf("%s sends a ping every %s (%s), and %s closes a WebSocket on which nothing is sent for %s; ping more often, or raise %s for %s", server.Program, ping.Value, p.Artefact, s.front.Proxy.File.Path, wait.Value, s.front.Proxy.Waits(), s.path)
	if ping.Said() {
		f.At = ping.At
	}
	return f, ""
}
