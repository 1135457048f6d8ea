package oracle

import (
	"fmt"
	"strings"

	"gonogo/internal/oracle/readyshop"
)

const (
	proxyFile   = "deploy/nginx.conf"
	composeFile = "compose.yml"
	baseFile    = "config/settings/base.py"
	siteFile    = "config/settings/production.py"
)

// edit is one replacement.
func edit(file, old, text string) []readyshop.Edit {
	return []readyshop.Edit{{File: file, Old: old, New: text}}
}

// home asks for the first page, following redirects as a browser does.
func home(s *liveShop) (string, bool) {
	v := s.visit()
	r := v.get(site + "/")
	what := "/: " + r.String()
	if len(v.trail) > 0 {
		what += fmt.Sprintf(" after %d redirects to %s", len(v.trail), v.trail[len(v.trail)-1])
	}
	return what, r.Status != 200
}

// forged claims over plain HTTP that TLS was used.
func forged(address string) func(s *liveShop) (string, bool) {
	return func(s *liveShop) (string, bool) {
		r := s.visit().stay().get(address, "X-Forwarded-Proto", "https", "Host", "shop.example.com")
		return "plain HTTP with X-Forwarded-Proto: https: " + r.String(), r.Status == 200
	}
}

// plain asks over plain HTTP.
func plain(s *liveShop) (string, bool) {
	r := s.visit().stay().get("http://shop.example.com/")
	return "plain HTTP: " + r.String(), r.Status == 200
}

// limited asks for the list of products more often than one minute allows.
func limited(headers func(i int) []string) func(s *liveShop) (string, bool) {
	return func(s *liveShop) (string, bool) {
		if _, err := s.redisCommand("FLUSHALL"); err != nil {
			return err.Error(), false
		}
		v, served := s.visit(), 0
		for i := range 40 {
			if v.get(site+"/api/v1/products/", headers(i)...).Status == 200 {
				served++
			}
		}
		return fmt.Sprintf("%d of 40 requests were served, 30 are allowed in a minute", served), served > 30
	}
}

func noHeaders(int) []string { return nil }

func otherAddress(i int) []string {
	return []string{"X-Forwarded-For", fmt.Sprintf("10.0.%d.%d", i/250, i%250)}
}

func proxyVariants() []variant {
	toTLS := "        return 301 https://shop.example.com$request_uri;\n"
	toApp := "        location / {\n            proxy_pass http://app;\n            proxy_set_header Host $host;\n            proxy_set_header X-Forwarded-For $remote_addr;\n" +
		"            proxy_set_header X-Forwarded-Proto $scheme;\n            proxy_set_header X-Request-Id $request_id;\n        }\n"
	toApp += strings.Replace(toApp, "location / {", "location /admin/login/ {\n            limit_req zone=login burst=5 nodelay;", 1)
	return []variant{
		{name: "nginx does not tell the scheme", edits: edit(proxyFile, "            proxy_set_header X-Forwarded-Proto $scheme;\n", ""),
			see: home, shows: "redirected ten times", named: []string{"proxy/headers"}},
		{name: "Django does not read the scheme", edits: edit(siteFile, `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`, ""),
			see: home, shows: "redirected ten times", named: []string{"https/proxy-ssl-header"}},
		{name: "Django reads the scheme from another header", edits: edit(siteFile, "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_SCHEME"),
			see: home, shows: "redirected ten times", named: []string{"proxy/headers"}},
		{name: "nginx passes on what a client says of the scheme", edits: append(edit(proxyFile, "X-Forwarded-Proto $scheme", "X-Forwarded-Proto $http_x_forwarded_proto"),
			readyshop.Edit{File: proxyFile, Old: toTLS, New: strings.ReplaceAll(toApp, "$scheme", "$http_x_forwarded_proto")}),
			see: forged("http://shop.example.com/"), named: []string{"https/proxy-ssl-header"}},
		{name: "gunicorn is published beside nginx", edits: edit(composeFile, "    stop_grace_period: 35s\n", "    stop_grace_period: 35s\n    ports: [\"8000:8000\"]\n"),
			see: forged("http://shop.example.com:8000/"), named: []string{"server/private-bind"}},
		{name: "nothing redirects to TLS", edits: append(edit(proxyFile, toTLS, toApp), edit(siteFile, "SECURE_SSL_REDIRECT = True", "SECURE_SSL_REDIRECT = False")...),
			see: plain, named: []string{"proxy/tls"}},
		{name: "nginx does not pass the Host on", edits: edit(proxyFile, "            proxy_set_header Host $host;\n", ""),
			see: home, shows: "400", named: []string{"proxy/headers"}},
		{name: "nginx answers for a name that Django refuses", edits: edit(composeFile, "ALLOWED_HOSTS: shop.example.com", "ALLOWED_HOSTS: www.example.com"),
			see: home, shows: "400", named: []string{"hosts/allowed-hosts"}},
		{name: "gunicorn listens in its own container alone", edits: edit("gunicorn.conf.py", "0.0.0.0:8000", "127.0.0.1:8000"),
			see: home, shows: "502", named: []string{"server/commands-resolve"}},
		{name: "nginx asks a port on which nobody listens", edits: edit(proxyFile, "server web:8000", "server web:8080"),
			see: home, shows: "502", named: []string{"server/commands-resolve"}},
		{name: "nginx hands on what it was told of the client", edits: edit(proxyFile, "X-Forwarded-For $remote_addr", "X-Forwarded-For $http_x_forwarded_for"),
			see: limited(otherAddress), named: []string{"proxy/headers"}},
		{name: "throttles count in each process", edits: edit(siteFile, `"django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ["CACHE_URL"],`, `"django.core.cache.backends.locmem.LocMemCache",`),
			see: limited(noHeaders), named: []string{"performance/cache-backend"}},
		{name: "an upload is larger than nginx takes", edits: edit(proxyFile, "        client_max_body_size 5m;\n", ""),
			see: func(s *liveShop) (string, bool) {
				r := s.visit().stay().do("POST", site+"/admin/catalog/product/add/", strings.Repeat("x", 3<<20), "Content-Type", "application/octet-stream")
				return "3 MiB to the admin: " + r.String(), r.Status == 413
			}, named: []string{"media/size-limits-agree"}},
		{name: "the default server hands on foreign names", edits: edit(proxyFile, "        return 444;\n", strings.ReplaceAll(toApp, "$host", "shop.example.com")),
			see: func(s *liveShop) (string, bool) {
				r := s.visit().get("http://shop.example.com/", "Host", "evil.example.net")
				return "Host: evil.example.net: " + r.String(), r.Error == nil
			}, named: []string{"proxy/unknown-hosts"}},
		{name: "nginx tells its version", edits: edit(proxyFile, "server_tokens off;", "server_tokens on;"),
			see: func(s *liveShop) (string, bool) {
				r := s.visit().get(site + "/")
				return "Server: " + r.Header.Get("Server"), strings.Contains(r.Header.Get("Server"), "/")
			}, named: []string{"proxy/hides-versions"}},
	}
}
