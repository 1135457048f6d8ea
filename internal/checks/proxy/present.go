package proxy

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

func present() check.Check {
	return check.Check{
		ID: "proxy/present", Severity: check.Recommended, Source: answerPresent, WithoutSettings: true,
		Doc: check.Doc{
			Title: "A proxy, a load balancer or a platform stands between the internet and the application server",
			Why: `gunicorn's own documentation says to run it behind a proxy that buffers slow clients: a worker that waits for a phone to send its request line by line answers nobody else, and a handful of such connections stop the site. Application servers also end no TLS that is kept up, serve no files well, and limit neither sizes nor rates.

A load balancer of a cloud or the router of a platform does the same.`,
			Fix:    "Put nginx, Caddy, Traefik or the load balancer of the platform before the server, and publish only that; bind the server to 127.0.0.1, a socket or the network of the containers.",
			Verify: "`curl -sI http://shop.example.com/ | grep -i ^server` names the proxy, not gunicorn or uvicorn.",
			Bad:    []check.Example{check.Project("gunicorn itself answers on port 80.", "compose.yml", "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n    ports: [\"80:8000\"]\n", "settings.py", "DEBUG = False\n")},
			Good:   []check.Example{check.Project("nginx does.", "compose.yml", compose, "nginx.conf", "server { listen 80; location / { proxy_pass http://web:8000; } }\n", "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("gunicorn: deploying", "https://docs.gunicorn.org/en/stable/deploy.html"),
				check.See("uvicorn: running behind nginx", "https://www.uvicorn.org/deployment/#running-behind-nginx"),
			},
			Triggers: []string{"an application server is published on port 80 or 443 of its host, and nothing stands before it"},
		},
	}
}

func answerPresent(p *check.SourcePass) check.Answer {
	web := check.Running(p, deploy.Web)
	if len(web) == 0 {
		return check.NoProcess(p, deploy.Web)
	}
	fronts := check.Fronts(p)
	var findings []check.Finding
	var doubts []string
	told := ""
	for _, process := range web {
		by, doubt, f := before(p, fronts, process)
		switch {
		case f != nil:
			findings = append(findings, *f)
		case by != "" && told == "":
			told = by
		case by == "":
			doubts = append(doubts, doubt)
		}
	}
	return check.Gather(findings, doubts, told)
}

// before is what stands before a process, or why that is not known, or the finding that nothing does.
func before(p *check.SourcePass, fronts []check.Front, process *deploy.Process) (by, doubt string, f *check.Finding) {
	for _, front := range fronts {
		if check.Before([]check.Front{front}, process) {
			return fmt.Sprintf("%s of %s stands before %s", front.Proxy.Program, front.Proxy.File.Path, process.Artefact), "", nil
		}
	}
	switch process.Runtime {
	case deploy.OnPlatform, deploy.FromProcfile:
		return "the platform's router stands before " + process.Artefact, "", nil
	}
	if at, public := facesInternet(process); public && check.ProxyDoubt(p) == "" {
		server, _ := process.Server()
		at.Message = fmt.Sprintf("%s answers the internet by itself on port %s: nothing before it takes slow clients, TLS, sizes and rates off its workers; publish a proxy in its place", server.Program, at.Message)
		return "", "", &at
	}
	doubt = "nothing in the repository shows what stands before " + process.Artefact
	if more := check.ProxyDoubt(p); more != "" {
		doubt = "whether a proxy stands before " + process.Artefact + " is not known: " + more
	}
	return "", doubt, nil
}

// facesInternet tells whether an application server has the ports of the web itself: published on 80 or 443 of its host, or bound to them
// on its machine. The finding holds the place, and the port as its message.
func facesInternet(p *deploy.Process) (check.Finding, bool) {
	s, ok := p.Server()
	if !ok {
		return check.Finding{}, false
	}
	f := check.Finding{Severity: check.Recommended}
	for _, port := range p.Publishes() {
		if port.Through == "" && !port.Loopback() && (port.Address.Known || !port.Address.Said()) && port.Host.Known && isWebPort(port.Host.Value) {
			f.At, f.Message = port.At, fmt.Sprint(port.Host.Value)
			return f, true
		}
	}
	if p.Runtime == deploy.AsUnit || p.Runtime == deploy.AsProgram && p.Built == nil {
		for _, b := range s.Binds {
			if b.AnyAddress() && b.Port.Known && isWebPort(b.Port.Value) {
				f.At, f.Message = b.At, fmt.Sprint(b.Port.Value)
				return f, true
			}
		}
	}
	return f, false
}

func isWebPort(port int) bool { return port == 80 || port == 443 }
