package server

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/project"
	"gonogo/internal/source"
)

// unansweredBackends are the findings about proxies that hand requests on to a container of the site at a port on which its server does not
// listen, or on which it listens for its own container alone.
func unansweredBackends(p *check.SourcePass) (findings []check.Finding) {
	if p.Project.Deployment == nil {
		return nil
	}
	seen := map[source.Span]bool{}
	for _, proxy := range p.Project.Deployment.Proxies {
		if !proxy.Production || proxy.Process == nil || proxy.Process.Runtime != deploy.InContainer || proxy.Process.HostNet.Value {
			continue
		}
		for _, host := range proxy.Hosts {
			for _, r := range host.Application() {
				if r.Backend == nil || seen[r.Backend.At] || len(r.Backend.Addresses) != 1 {
					continue
				}
				seen[r.Backend.At] = true
				if f, ok := unanswered(r.Backend); ok {
					findings = append(findings, f)
				}
			}
		}
	}
	return findings
}

// unanswered is the finding about one backend with one address.
func unanswered(b *deploy.Backend) (check.Finding, bool) {
	host, written, ok := strings.Cut(b.Addresses[0], ":")
	if !ok {
		written = "80"
	}
	port, err := strconv.Atoi(written)
	if err != nil || len(b.Processes) == 0 || host == "localhost" || strings.HasPrefix(host, "127.") {
		return check.Finding{}, false
	}
	for _, process := range b.Processes {
		if !refuses(process, port) {
			return check.Finding{}, false
		}
	}
	process := b.Processes[0]
	server, _ := process.Server()
	bind := server.Binds[0]
	what := fmt.Sprintf("nobody listens on port %d there: %s listens on %s", port, server.Program, shownBind(bind))
	fix := fmt.Sprintf("--bind 0.0.0.0:%d", port)
	if bind.Port.Value == port {
		what = fmt.Sprintf("%s listens on %s, which its own container alone reaches", server.Program, shownBind(bind))
	} else if !bind.Loopback() {
		fix = fmt.Sprintf("%s:%d", host, bind.Port.Value)
	}
	f := check.Finding{Severity: check.Critical, At: b.At, Fix: fix,
		Message: fmt.Sprintf("The proxy hands requests on to %s (%s), but %s, so every page is answered 502; name one address in both", b.Addresses[0], process.Artefact, what)}
	if !bind.At.IsZero() {
		f.Related = []check.Related{{Message: "where the server listens", At: bind.At}}
	}
	return f, true
}

func shownBind(b deploy.Bind) string {
	return fmt.Sprintf("%s:%d", b.Host.Value, b.Port.Value)
}

// refuses reports whether a container of the site is known to take no connections of others on a port.
func refuses(p *deploy.Process, port int) bool {
	server, ok := p.Server()
	if !ok || p.Role != deploy.Web || p.Runtime != deploy.InContainer || p.HostNet.Value || server.Unread != "" || len(server.Binds) == 0 {
		return false
	}
	if servers := slices.DeleteFunc(slices.Clone(p.Commands), func(c deploy.Command) bool { return deploy.RoleOf(c.Argv) != deploy.Web }); len(servers) != 1 {
		return false
	}
	return !slices.ContainsFunc(server.Binds, func(b deploy.Bind) bool {
		switch {
		case b.Socket != "":
			return false
		case !b.Host.Known || !b.Port.Known:
			return true
		case !b.Port.Said() && !project.Closed(p): // a variable that is given elsewhere may say another one
			return true
		}
		return b.Port.Value == port && !b.Loopback()
	})
}
