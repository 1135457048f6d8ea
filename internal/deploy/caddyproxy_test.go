package deploy

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/source"
)

const caddyCompose = "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n  caddy:\n    image: caddy:2\n    ports: [\"80:80\", \"443:443\"]\n    volumes: [\"./Caddyfile:/etc/caddy/Caddyfile\"]\n    environment:\n      SITE: shop.example.com\n"

// caddyOf reads a project whose Caddyfile is given.
func caddyOf(t *testing.T, text string) *Proxy {
	t.Helper()
	d := Read(source.FromMap(map[string][]byte{"compose.yml": []byte(caddyCompose), "Dockerfile": []byte("FROM python:3.13\n"), "Caddyfile": []byte(text)}))
	if len(d.Proxies) != 1 {
		t.Fatalf("%d proxies", len(d.Proxies))
	}
	return d.Proxies[0]
}

// answer tells which route answers a path, in short.
func answer(h *VirtualHost, uri string) string {
	through, unknown := h.Find(uri)
	r := through[len(through)-1]
	switch {
	case unknown != "":
		return "unknown: " + unknown
	case r.Redirect != nil && !r.Redirect.Conditional:
		return fmt.Sprint(r.Redirect.Status, " ", r.Redirect.To)
	case r.Backend != nil && r.Backend.Certain():
		return "web"
	case r.Backend != nil:
		return r.Backend.Written
	case r.Answer != 0:
		return fmt.Sprint(r.Answer)
	case r.Files.Said():
		return fmt.Sprint("files ", r.Files.Value, map[bool]string{true: " stripped"}[r.Alias])
	}
	return "nothing"
}

// caddySites are sites with paths and what answers them, as Caddy does.
func caddySites() []struct{ name, text, asks string } {
	return []struct{ name, text, asks string }{
		{"one line", "shop.example.com\nreverse_proxy web:8000\n", "/ web, /x/y web"},
		{"a path goes before none", "shop.example.com {\n\treverse_proxy web:8000\n\treverse_proxy /api/* api:9000\n}\n", "/ web, /api/x api:9000, /api web"},
		{"handle excludes, the longest path first", "shop.example.com {\n\thandle {\n\t\treverse_proxy web:8000\n\t}\n\thandle_path /static/* {\n\t\troot * /srv/static\n\t\tfile_server\n\t}\n\thandle /media/* {\n\t\troot * /srv\n\t\tfile_server\n\t}\n}\n",
			"/ web, /static/a.css files /srv/static stripped, /media/a.jpg files /srv"},
		{"reverse_proxy goes before file_server", "shop.example.com {\n\troot * /srv\n\tfile_server\n\treverse_proxy web:8000\n}\n", "/a.css web"},
		{"file_server for a path behind reverse_proxy for others", "shop.example.com {\n\troot * /srv\n\tfile_server /static/*\n\t@django not path /static/*\n\treverse_proxy @django web:8000\n}\n", "/x unknown: the matcher @django was not understood"},
		{"a named matcher of paths", "shop.example.com {\n\t@api path /api/* /graphql\n\treverse_proxy @api web:8000\n\trespond \"no\" 404\n}\n", "/ 404, /api/1 404"},
		{"redir goes first", "shop.example.com {\n\treverse_proxy web:8000\n\tredir /old /new permanent\n}\n", "/old 301 /new, / web"},
		{"a snippet", "(app) {\n\treverse_proxy web:8000\n}\nshop.example.com {\n\timport app\n}\n", "/ web"},
		{"an exact path", "shop.example.com {\n\treverse_proxy /ws web:8000\n\trespond 404\n}\n", "/ws 404"},
		{"route keeps its order", "shop.example.com {\n\troute {\n\t\tfile_server /a/*\n\t\treverse_proxy web:8000\n\t}\n\troot * /srv\n}\n", "/b web, /a/x files /srv"},
	}
}

func TestCaddyRoutes(t *testing.T) {
	for _, c := range caddySites() {
		t.Run(c.name, func(t *testing.T) {
			proxy := caddyOf(t, c.text)
			var got []string
			for _, ask := range strings.Split(c.asks, ", ") {
				uri, _, _ := strings.Cut(ask, " ")
				got = append(got, uri+" "+answer(proxy.Hosts[0], uri))
			}
			if s := strings.Join(got, ", "); s != c.asks {
				t.Errorf("got  %s\nwant %s", s, c.asks)
			}
		})
	}
}

func TestCaddyAddresses(t *testing.T) {
	for _, c := range []struct{ address, want string }{
		{"shop.example.com", "shop.example.com 443tls 80 redirects"},
		{"shop.example.com, www.shop.example.com", "shop.example.com www.shop.example.com 443tls 80 443tls 80 redirects"},
		{"http://shop.example.com", "shop.example.com 80"},
		{":80", "80 default"},
		{":8080", "8080 default"},
		{"https://shop.example.com:8443", "shop.example.com 8443tls"},
		{"{$SITE}", "shop.example.com 443tls 80 redirects"},
		{"{$OTHER:localhost}", "localhost? 443tls 80 redirects"},
		{"{$OTHER}", "{$OTHER}? unknown"},
	} {
		t.Run(c.address, func(t *testing.T) {
			h := caddyOf(t, c.address+" {\n\treverse_proxy web:8000\n}\n").Hosts[0]
			var got []string
			for _, n := range h.Names {
				got = append(got, n.Text+map[bool]string{true: "?"}[n.Unknown])
			}
			for _, l := range h.Listens {
				if l.Unknown && l.Port == 0 {
					got = append(got, "unknown")
					continue
				}
				got = append(got, fmt.Sprint(l.Port)+map[bool]string{true: "tls"}[l.TLS])
			}
			if h.Site.Redirect.ToHTTPS() {
				got = append(got, "redirects")
			}
			if h.Default {
				got = append(got, "default")
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %s, want %s", s, c.want)
			}
		})
	}
}

func TestCaddyForwards(t *testing.T) {
	proxy := caddyOf(t, "{\n\tservers {\n\t\ttrusted_proxies static 0.0.0.0/0\n\t}\n}\nshop.example.com {\n\trequest_body {\n\t\tmax_size 20MB\n\t}\n\treverse_proxy web:8000 {\n\t\theader_up X-Real-IP {remote_host}\n\t\ttransport http {\n\t\t\tread_timeout 40s\n\t\t}\n\t}\n}\n")
	route := proxy.Hosts[0].Application()[0]
	if h, _ := route.RequestHeader("X-Real-IP"); h.Means() != MeansPeer {
		t.Errorf("X-Real-IP means %d", h.Means())
	}
	if h, _ := route.RequestHeader("Host"); h.Means() != MeansHost {
		t.Errorf("Host means %d", h.Means())
	}
	if route.ForwardedFor() != MeansUnknown || len(route.TrustedPeers) != 1 {
		t.Errorf("X-Forwarded-For means %d, trusted %v", route.ForwardedFor(), route.TrustedPeers)
	}
	if route.ReadTimeout.Value.Seconds() != 40 || route.MaxBody.Value != 20_000_000 {
		t.Errorf("limits %v %v", route.ReadTimeout, route.MaxBody)
	}
	plain := caddyOf(t, "shop.example.com {\n\treverse_proxy web:8000\n}\n").Hosts[0].Application()[0]
	if plain.ForwardedFor() != MeansPeer || !plain.PassesUpgrade {
		t.Errorf("X-Forwarded-For means %d", plain.ForwardedFor())
	}
}
