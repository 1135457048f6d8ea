package deploy

import (
	"testing"

	"gonogo/internal/source"
)

func traefikOf(t *testing.T, files map[string]string) *Proxy {
	t.Helper()
	bytes := map[string][]byte{}
	for name, text := range files {
		bytes[name] = []byte(text)
	}
	d := Read(source.FromMap(bytes))
	if len(d.Proxies) != 1 {
		t.Fatalf("%d proxies", len(d.Proxies))
	}
	return d.Proxies[0]
}

func TestTraefikLabels(t *testing.T) {
	proxy := traefikOf(t, map[string]string{"compose.yml": `services:
  web:
    image: registry.example.com/shop:1.4
    command: gunicorn shop.wsgi --bind 0.0.0.0:8000
    labels:
      - traefik.enable=true
      - "traefik.http.routers.shop.rule=Host(` + "`shop.example.com`" + `)"
      - traefik.http.routers.shop.entrypoints=websecure
      - traefik.http.routers.shop.tls.certresolver=le
      - traefik.http.routers.shop.middlewares=few
      - traefik.http.middlewares.few.ratelimit.average=20
  traefik:
    image: traefik:v3.1
    command:
      - --providers.docker=true
      - --entrypoints.web.address=:80
      - --entrypoints.web.http.redirections.entrypoint.to=websecure
      - --entrypoints.websecure.address=:443
      - --entrypoints.websecure.forwardedHeaders.insecure=true
    ports: ["80:80", "443:443"]
`})
	h := proxy.Hosts[0]
	route := h.Application()[0]
	if !h.IsTLS() || h.Names[0].Text != "shop.example.com" || !h.Site.Redirect.ToHTTPS() || !route.Backend.Certain() || len(route.Limits) != 1 || len(route.TrustedPeers) != 1 || route.ForwardedFor() != MeansUnknown {
		t.Errorf("%+v\n%+v", h, route)
	}
}

func TestTraefikFile(t *testing.T) {
	proxy := traefikOf(t, map[string]string{"compose.yml": `services:
  web:
    image: registry.example.com/shop:1.4
    command: gunicorn shop.wsgi --bind 0.0.0.0:5000
  traefik:
    image: traefik:v3.1
    volumes: ["./traefik.yml:/etc/traefik/traefik.yml"]
    ports: ["80:80", "443:443"]
`, "traefik.yml": `entryPoints:
  web:
    address: ':80'
    http:
      redirections:
        entryPoint:
          to: web-secure
  web-secure:
    address: ':443'
http:
  routers:
    shop:
      rule: 'Host(` + "`shop.example.com`) || Host(`www.shop.example.com`" + `)'
      entryPoints: [web-secure]
      service: django
      tls:
        certResolver: letsencrypt
  services:
    django:
      loadBalancer:
        servers:
          - url: http://web:5000
`})
	h := proxy.Hosts[0]
	route := h.Application()[0]
	if !h.IsTLS() || len(h.Names) != 2 || !h.Site.Redirect.ToHTTPS() || !route.Backend.Certain() || route.ForwardedFor() != MeansPeer || answer(h, "/x") != "web" {
		t.Errorf("%+v\n%+v", h, route)
	}
}

func TestTraefikRule(t *testing.T) {
	for _, c := range []struct {
		rule         string
		hosts, paths int
		known        bool
	}{
		{"Host(`a.example`)", 1, 0, true},
		{"Host(`a.example`, `b.example`) && PathPrefix(`/api`)", 2, 1, true},
		{"Host(`a.example`) || PathPrefix(`/api`)", 1, 1, false},
		{"HostRegexp(`.*`)", 0, 0, false},
		{"Host(`a.example`) && !PathPrefix(`/x`)", 1, 0, false},
		{"", 0, 0, false},
	} {
		hosts, paths, unknown := traefikRule(c.rule)
		if len(hosts) != c.hosts || len(paths) != c.paths || (unknown == "") != c.known {
			t.Errorf("%s: %v %v %q", c.rule, hosts, paths, unknown)
		}
	}
}
