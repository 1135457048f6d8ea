package server

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

func privateBind() check.Check {
	return check.Check{
		ID: "server/private-bind", Severity: check.Recommended, Source: answerPrivateBind, WithoutSettings: true,
		Doc: check.Doc{
			Title: "The application server can only be reached through its proxy",
			Why: `A proxy ends TLS, limits the size of requests and overwrites X-Forwarded-* headers. Whoever reaches the server beside it skips all of that, and can claim to come from any address and over HTTPS, because the server trusts what the proxy would have written.

Docker publishes ports before the host's firewall is asked, so that ` + "`8000:8000`" + ` is open to the world although ufw says otherwise.`,
			Fix:    "Compose: remove `ports` of the application (services reach each other without), or publish on `127.0.0.1:8000:8000`. Machines: `--bind unix:/run/shop.sock` or `127.0.0.1:8000`.",
			Verify: "From another machine `curl -m 5 http://shop.example.com:8000/` gets no answer.",
			Bad:    []check.Example{check.Project("Beside nginx everybody reaches gunicorn.", "compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n    ports: [\"8000:8000\"]\n  nginx:\n    image: nginx:1.27\n    ports: [\"80:80\"]\n    volumes: [\"./nginx.conf:/etc/nginx/conf.d/default.conf\"]\n", "nginx.conf", "server { listen 80; location / { proxy_pass http://web:8000; } }\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("Only nginx is published.", "compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n  nginx:\n    image: nginx:1.27\n    ports: [\"80:80\"]\n    volumes: [\"./nginx.conf:/etc/nginx/conf.d/default.conf\"]\n", "nginx.conf", "server { listen 80; location / { proxy_pass http://web:8000; } }\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("Docker: published ports and firewalls", "https://docs.docker.com/engine/network/packet-filtering-firewalls/"),
				check.See("gunicorn: deploying behind nginx", "https://docs.gunicorn.org/en/stable/deploy.html"),
			},
			Triggers: []string{"a container of the application publishes a port on all addresses, and a proxy stands in front of it", "a server on a machine listens on all addresses beside nginx"},
		},
	}
}

func answerPrivateBind(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	var doubts []string
	asked := 0
	for _, proxy := range proxies(p) {
		for _, host := range proxy.Hosts {
			for _, route := range host.Application() {
				asked++
				if len(route.Backend.Processes) == 0 {
					doubts = append(doubts, fmt.Sprintf("which process listens at %s is not known, so whether it can be reached beside its proxy is not either", route.Backend.Written))
				}
				for _, process := range route.Backend.Processes {
					if process == proxy.Process {
						continue // the proxy stands in the same container, and its port is what is published
					}
					if f := reachedBeside(process, route); f != nil && !slices.ContainsFunc(findings, func(other check.Finding) bool { return other.At == f.At }) {
						findings = append(findings, *f)
					}
				}
			}
		}
	}
	if asked == 0 {
		return check.Absent("no proxy in front of the application was found in the repository")
	}
	return check.Gather(findings, doubts, "the proxy alone is published")
}

// proxies are the proxies of production.
func proxies(p *check.SourcePass) []*deploy.Proxy {
	var list []*deploy.Proxy
	if p.Project.Deployment != nil {
		for _, proxy := range p.Project.Deployment.Proxies {
			if proxy.Production {
				list = append(list, proxy)
			}
		}
	}
	return list
}

// reachedBeside is the finding that a process behind a proxy can be reached without it.
func reachedBeside(p *deploy.Process, route *deploy.Route) *check.Finding {
	behind := []check.Related{{Message: "the proxy in front of it", At: route.Backend.At}}
	for _, port := range p.Publishes() {
		if port.Through != "" || port.Loopback() || !port.Address.Known && port.Address.Said() {
			continue
		}
		return &check.Finding{Severity: check.Recommended, At: port.At, Related: behind,
			Message: fmt.Sprintf("%s is published on all addresses beside its proxy, so anybody can skip it and forge what it writes; remove the port, or publish it on 127.0.0.1", p.Artefact)}
	}
	if s, ok := p.Server(); ok && (p.Runtime == deploy.AsUnit || p.Runtime == deploy.AsProgram && p.Built == nil) {
		for _, b := range s.Binds {
			if b.AnyAddress() && !b.At.IsZero() {
				return &check.Finding{Severity: check.Recommended, At: b.At, Related: behind, Fix: "--bind 127.0.0.1:8000",
					Message: fmt.Sprintf("%s listens on all addresses of its machine beside its proxy, so anybody can skip it unless a firewall forbids it; bind it to 127.0.0.1 or a socket", p.Artefact)}
			}
		}
	}
	return nil
}
