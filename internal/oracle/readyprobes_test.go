package oracle

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"context"

	"gonogo/internal/deploy"
)

// probed makes the request of the web process's health check in its container, as gonogo reads it.
func probed(s *liveShop) siteAnswer {
	p, ok := s.current.process("web").Probe(deploy.HealthCheck)
	if !ok || p.Request == nil {
		return siteAnswer{Error: fmt.Errorf("web has no health check over HTTP")}
	}
	inside := func(_ context.Context, _, address string) (net.Conn, error) {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		return net.Dial("tcp", net.JoinHostPort(s.within("web"), port))
	}
	v := s.visit()
	v.client.Transport = &http.Transport{DialContext: inside, DisableKeepAlives: true}
	if !p.Request.Follows {
		v.stay()
	}
	address := url.URL{Scheme: p.Request.Scheme, Host: net.JoinHostPort(p.Request.Host, fmt.Sprint(p.Request.Port.Value)), Path: p.Request.PathOnly()}
	headers := []string{}
	for _, h := range p.Request.Headers {
		headers = append(headers, h.Name, h.Value)
	}
	return v.do("GET", address.String(), "", headers...)
}

// healthy asks whether a shop that is well counts as well.
func healthy(s *liveShop) (string, bool) {
	r := probed(s)
	return "the health check gets " + r.String(), r.Status != 200
}

// without asks the health check while the database is away.
func without(s *liveShop) siteAnswer {
	s.stopService("db")
	return probed(s)
}

func probeVariants() []variant {
	return []variant{
		{name: "Django refuses the Host of the probe", edits: edit(composeFile, `"-H", "Host: shop.example.com", `, ""), see: healthy, shows: "400", named: []string{"hosts/probe-host-allowed"}},
		{name: "the probe is sent to TLS", edits: edit(siteFile, `SECURE_REDIRECT_EXEMPT = [r"^health/"]`, `SECURE_REDIRECT_EXEMPT = [r"^status/"]`), see: healthy, shows: "301", named: []string{"observability/probes-wired"}},
		{name: "the probe asks for a page that is not there", edits: edit(composeFile, "/health/ready/", "/health/nothing/"), see: healthy, shows: "404", named: []string{"observability/probes-wired"}},
		{name: "the probe asks a port on which nobody listens", edits: edit(composeFile, "127.0.0.1:8000", "127.0.0.1:8080"), see: healthy, shows: "refused", named: []string{"observability/probes-wired"}},
		{name: "nothing asks whether the container is well", edits: edit(composeFile, `    healthcheck:
      test: ["CMD", "curl", "-fsS", "-H", "Host: shop.example.com", "http://127.0.0.1:8000/health/ready/"]
      interval: 10s
      timeout: 5s
      retries: 3
`, ""), see: healthy, named: []string{"containers/health"}},
		{name: "readiness does not ask the database", edits: edit("config/health.py", "        with connection.cursor() as cursor:\n            cursor.execute(\"SELECT 1\")\n", ""), see: func(s *liveShop) (string, bool) {
			r := without(s)
			return "the health check without a database: " + r.String(), r.Status == 200
		}, named: []string{"observability/readiness"}},
		{name: "readiness answers 200 when it fails", edits: edit("config/health.py", `{"status": "not ready"}, status=503`, `{"status": "not ready"}`), see: func(s *liveShop) (string, bool) {
			r := without(s)
			return "the health check without a database: " + r.String(), r.Status == 200
		}, named: []string{"observability/readiness"}},
		{name: "readiness shows the text of the error", edits: append(edit("config/health.py", "except Exception:", "except Exception as error:"), edit("config/health.py", `{"status": "not ready"}`, `{"status": str(error)}`)...), see: func(s *liveShop) (string, bool) {
			r := without(s)
			return fmt.Sprintf("the health check without a database: %s, shows the address: %t", r, strings.Contains(r.Body, s.address("db"))), strings.Contains(r.Body, s.address("db"))
		}, named: []string{"observability/readiness"}},
	}
}
