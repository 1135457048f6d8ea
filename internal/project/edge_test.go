package project

import (
	"slices"
	"testing"
)

func TestProxyFiles(t *testing.T) {
	is := []string{
		"nginx.conf", "deploy/nginx/site.conf", "docker/nginx/default.conf.template", "conf/shop.nginx", "Caddyfile", "deploy/haproxy.cfg",
		"traefik.yml", "etc/apache2/shop.conf", "roles/web/templates/nginx.conf.j2", "k8s/ingress.yaml", "netlify.toml", "docs/Caddyfile",
	}
	isNot := []string{"docs/nginx.md", "docs/netlify.toml", "website/docs/vercel.json", "shop/nginx.py", "supervisord.conf", "compose.yml", "fly.toml", "nginx/Dockerfile", "static/ingress.css"}
	var files []string
	for _, f := range append(slices.Clone(is), isNot...) {
		files = append(files, f, "x\n")
	}
	got := snapshotOf(t, files...).ProxyFiles()
	for _, f := range is {
		if !slices.Contains(got, f) {
			t.Errorf("%s is not among %v", f, got)
		}
	}
	for _, f := range isNot {
		if slices.Contains(got, f) {
			t.Errorf("%s is taken for a proxy's configuration", f)
		}
	}
}

func TestPlatform(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		want  string
	}{
		{"nothing", nil, ""},
		{"Fly.io", []string{"fly.toml", "app = 'shop'\n"}, "Fly.io"},
		{"Heroku by its manifest", []string{"heroku.yml", "build: {}\n"}, "Heroku"},
		{"a Procfile alone is anybody's", []string{"Procfile", "web: gunicorn shop.wsgi\n"}, ""},
		{"Procfile and app.json", []string{"Procfile", "web: gunicorn shop.wsgi\n", "app.json", "{}\n"}, "Heroku"},
		{"an own proxy beside it", []string{"fly.toml", "app = 'shop'\n", "nginx.conf", "server {}\n"}, ""},
		{"compose beside it", []string{"fly.toml", "app = 'shop'\n", "docker-compose.prod.yml", "services: {}\n"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			platform, ok := snapshotOf(t, c.files...).Platform()
			if platform.Name != c.want || ok != (c.want != "") {
				t.Errorf("got %q (%v), want %q", platform.Name, ok, c.want)
			}
		})
	}
}
