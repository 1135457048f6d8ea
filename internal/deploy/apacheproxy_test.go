package deploy

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/source"
)

const apacheCompose = "services:\n  web:\n    build: .\n    command: gunicorn shop.wsgi --bind 0.0.0.0:8000\n  apache:\n    image: httpd:2.4\n    ports: [\"80:80\", \"443:443\"]\n    volumes: [\"./shop.conf:/usr/local/apache2/conf/extra/shop.conf\"]\n"

// apacheOf reads a project whose configuration of httpd is given.
func apacheOf(t *testing.T, text string) *Proxy {
	t.Helper()
	d := Read(source.FromMap(map[string][]byte{"compose.yml": []byte(apacheCompose), "Dockerfile": []byte("FROM python:3.13\n"), "shop.conf": []byte(text)}))
	if len(d.Proxies) != 1 {
		t.Fatalf("%d proxies", len(d.Proxies))
	}
	return d.Proxies[0]
}

// apacheCase is what stands in a virtual host, and what httpd does: the answers to paths, and the headers that the application gets when a
// visitor sends X-Forwarded-For: 192.0.2.7 and X-Forwarded-Proto: forged to shop.example.com over plain HTTP.
type apacheCase struct{ name, text, asks, headers string }

func apacheSites() []apacheCase {
	return []apacheCase{
		{"a proxy for all", "ProxyPass / http://web:8000/\n", "/ web, /x/y web", "Host backend, X-Forwarded-For appended, X-Forwarded-Proto visitor's"},
		{"headers that are set", "ProxyPreserveHost On\nRequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}\nProxyPass / http://web:8000/\n", "/ web", "Host visitor's, X-Forwarded-For appended, X-Forwarded-Proto scheme"},
		{"the scheme as a text", "RequestHeader set X-Forwarded-Proto \"https\"\nProxyPass / http://web:8000/\n", "/ web", "Host backend, X-Forwarded-For appended, X-Forwarded-Proto https"},
		{"no headers of its own", "ProxyAddHeaders Off\nProxyPass / http://web:8000/\n", "/ web", "Host backend, X-Forwarded-For visitor's, X-Forwarded-Proto visitor's"},
		{"a header that is taken away first", "RequestHeader unset X-Forwarded-Proto\nProxyPass / http://web:8000/\n", "/ web", "Host backend, X-Forwarded-For appended, X-Forwarded-Proto "},
		{"a path that is left out", "ProxyPass /static !\nAlias /static /srv/static\nProxyPass / http://web:8000/\n", "/ web, /static/a.css files /srv/static stripped, /staticx web", ""},
		{"ProxyPass wins over Alias", "Alias /static /srv/static\nProxyPass / http://web:8000/\n", "/static/a.css web", ""},
		{"an exclusion that comes too late", "ProxyPass / http://web:8000/\nProxyPass /static !\nAlias /static /srv/static\n", "/static/a.css web", ""},
		{"a later location wins", "<Location />\n\tProxyPass http://web:8000/\n</Location>\n<Location /static>\n\tProxyPass !\n</Location>\nAlias /static /srv/static\n", "/ web, /static/a.css files /srv/static stripped", ""},
		{"an earlier location", "<Location /static>\n\tProxyPass !\n</Location>\n<Location />\n\tProxyPass http://web:8000/\n</Location>\nAlias /static /srv/static\n", "/ web, /static/a.css web", ""},
		{"the first alias wins", "Alias /static /srv/other\nAlias /static/a.css /srv/static/a.css\nAlias /x /srv/static/a.css\n", "/x files /srv/static/a.css stripped", ""},
		{"a rewrite under a condition that does not hold", "RewriteEngine On\nRewriteCond %{HTTPS} =on\nRewriteRule ^ https://elsewhere.example.com/ [R,L]\nProxyPass / http://web:8000/\n", "/ web", ""},
		{"the first ProxyPass wins", "ProxyPass / http://web:8000/\nProxyPass /api http://api:9000/\n", "/api/x web", ""},
		{"a path before all", "ProxyPass /api http://api:9000/\nProxyPass / http://web:8000/\n", "/api/x http://api:9000/, /apix web, /api http://api:9000/", ""},
		{"a path with a slash", "ProxyPass /api/ http://api:9000/\nProxyPass / http://web:8000/\n", "/api/x http://api:9000/, /api web", ""},
		{"a location that is left out", "Alias /static /srv/static\n<Location /static>\n\tProxyPass !\n</Location>\nProxyPass / http://web:8000/\n", "/ web, /static/a.css files /srv/static stripped", ""},
		{"a location that is proxied", "<Location /api>\n\tProxyPass http://api:9000/\n</Location>\nAlias /static /srv/static\n", "/api/x http://api:9000/, /static/a.css files /srv/static stripped", ""},
		{"an expression", "ProxyPassMatch ^/(a|b)/ http://web:8000\nAlias /static /srv/static\n", "/a/x web, /static/a.css files /srv/static stripped", ""},
		{"Redirect", "Redirect permanent / https://shop.example.com/\n", "/ 301 https://shop.example.com/", ""},
		{"Redirect of a path", "Redirect 308 /old https://shop.example.com/new\nAlias /static /srv/static\n", "/old 308 https://shop.example.com/new, /static/a.css files /srv/static stripped", ""},
		{"ProxyPass wins over Redirect", "Redirect permanent / https://shop.example.com/\nProxyPass / http://web:8000/\n", "/ web", ""},
		{"a redirect by mod_rewrite", "RewriteEngine On\nRewriteRule ^/?(.*) https://shop.example.com/$1 [R=301,L]\nProxyPass / http://web:8000/\n", "/ 301 https://shop.example.com/$1", ""},
		{"mod_rewrite that is off", "RewriteRule ^/?(.*) https://shop.example.com/$1 [R=301,L]\nProxyPass / http://web:8000/\n", "/ web", ""},
		{"definitions and conditions", "Define APP web:8000\n<IfDefine NOT>\n\tRedirect / https://nowhere.example.com/\n</IfDefine>\n<IfModule mod_proxy.c>\n\tProxyPass / http://${APP}/\n</IfModule>\n<IfModule !mod_proxy.c>\n\tRedirect / https://nowhere.example.com/\n</IfModule>\n", "/ web", ""},
		{"a balancer", "<Proxy balancer://app>\n\tBalancerMember http://web:8000\n</Proxy>\nProxyPass / balancer://app/\n", "/ web", ""},
		{"a status", "Redirect gone /old\nProxyPass /x http://web:8000/\n", "/old 410, /x web", ""},
	}
}

func TestApacheRoutes(t *testing.T) {
	for _, c := range apacheSites() {
		t.Run(c.name, func(t *testing.T) {
			h := apacheOf(t, "<VirtualHost *:80>\n\tServerName shop.example.com\n"+c.text+"</VirtualHost>\n").Hosts[0]
			var got []string
			for _, ask := range strings.Split(c.asks, ", ") {
				uri, _, _ := strings.Cut(ask, " ")
				got = append(got, uri+" "+answer(h, uri))
			}
			if s := strings.Join(got, ", "); s != c.asks {
				t.Errorf("got  %s\nwant %s", s, c.asks)
			}
			if c.headers == "" {
				return
			}
			routes, _ := h.Find("/")
			if s := apacheHeaders(routes[0]); s != c.headers {
				t.Errorf("got  %s\nwant %s", s, c.headers)
			}
		})
	}
}

// apacheHeaders tells the headers that the application gets, in short.
func apacheHeaders(r *Route) string {
	var out []string
	for _, name := range []string{"Host", "X-Forwarded-For", "X-Forwarded-Proto"} {
		h, ok := r.RequestHeader(name)
		word := "visitor's"
		switch means := h.Means(); {
		case !ok && name == "Host":
			word = "backend"
		case !ok:
		case means == MeansAppended:
			word = "appended"
		case means == MeansScheme:
			word = "scheme"
		case means == MeansText:
			word = h.Value
		case means != MeansHost && means != MeansVisitors:
			word = "unknown"
		}
		out = append(out, name+" "+word)
	}
	return strings.Join(out, ", ")
}

func TestApacheSites(t *testing.T) {
	proxy := apacheOf(t, `ServerTokens Prod
LimitRequestBody 1048576
<VirtualHost *:80>
	ServerName shop.example.com
	ServerAlias www.shop.example.com *.shop.example.com
	RewriteEngine on
	RewriteCond %{HTTPS} !=on
	RewriteRule ^ https://%{SERVER_NAME}%{REQUEST_URI} [R=301,L]
</VirtualHost>
<VirtualHost *:443>
	ServerName https://shop.example.com:443
	SSLEngine on
	SSLCertificateFile "/etc/ssl/shop.pem"
	SSLProtocol all -TLSv1 -TLSv1.1
	Header always set Strict-Transport-Security "max-age=63072000; includeSubDomains"
	ProxyTimeout 90
	ProxyPass /ws ws://web:8000/ws
	ProxyPass / http://web:8000/ timeout=120
	<Directory /srv/static>
		Header set Cache-Control "max-age=31536000, immutable"
		AddOutputFilterByType DEFLATE text/css
		Options -Indexes
	</Directory>
	ProxyPass /static !
	Alias /static /srv/static
	<Location /admin>
		Require ip 10.0.0.0/8
	</Location>
</VirtualHost>
`)
	plain, tls := proxy.Hosts[0], proxy.Hosts[1]
	if plain.IsTLS() || !tls.IsTLS() || !plain.Default || !plain.Site.Redirect.ToHTTPS() || plain.Site.Redirect.Condition != "$scheme != https" {
		t.Errorf("sites: %+v %+v", plain.Listens, tls.Listens)
	}
	if got := fmt.Sprint(words2(plain.Names), words2(tls.Names), words2(tls.TLS.Protocols), tls.TLS.Certificate.Value); got != "[shop.example.com www.shop.example.com *.shop.example.com] [shop.example.com] [TLSv1.2 TLSv1.3]/etc/ssl/shop.pem" {
		t.Error(got)
	}
	app, _ := tls.Find("/shop")
	if h, ok := app[0].ResponseHeader("strict-transport-security"); !ok || !h.Always || app[0].MaxBody.Value != 1<<20 || app[0].ReadTimeout.Value.Seconds() != 120 || !app[0].HidesVersion.Value || !app[0].Backend.Certain() {
		t.Errorf("%+v", app[0])
	}
	if ws, _ := tls.Find("/ws"); !ws[0].PassesUpgrade || ws[0].ReadTimeout.Value.Seconds() != 90 || app[0].PassesUpgrade {
		t.Error("WebSockets")
	}
	if static, _ := tls.Find("/static/a.css"); static[0].Backend == nil {
		t.Error("the exclusion behind ProxyPass / holds though it comes too late")
	}
}

func TestApacheServesDjangoItself(t *testing.T) {
	h := apacheOf(t, "<VirtualHost *:80>\n\tWSGIDaemonProcess shop processes=2 threads=15\n\tWSGIProcessGroup shop\n\tAlias /static/ /srv/static/\n\t<Directory /srv/static>\n\t\tHeader set Cache-Control \"public\"\n\t\tRequire all granted\n\t</Directory>\n\tWSGIScriptAlias / /srv/shop/wsgi.py\n</VirtualHost>\n").Hosts[0]
	if got := answer(h, "/"); got != "mod_wsgi /srv/shop/wsgi.py" || len(h.Application()) != 1 {
		t.Error(got, h.Application())
	}
	static, _ := h.Find("/static/a.css")
	if header, ok := static[0].ResponseHeader("Cache-Control"); !ok || header.Value != "public" {
		t.Errorf("%+v", static[0])
	}
}
