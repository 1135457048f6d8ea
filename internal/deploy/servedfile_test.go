package deploy

import (
	"testing"

	"gonogo/internal/source"
)

// What nginx answers with was compared with nginx 1.22: /static../settings.py of the third case is answered with the file, of the fourth with 404.
func TestPathOf(t *testing.T) {
	for _, c := range []struct{ name, body, file, want string }{
		{"root", "location / { root /app; }", "/app/manage.py", "/manage.py"},
		{"root is another folder", "location / { root /srv/www; }", "/app/manage.py", ""},
		{"an alias leads above", "location /static { alias /app/static/; }", "/app/manage.py", "/static../manage.py"},
		{"an alias without a slash leads nowhere", "location /static { alias /app/static; }", "/app/manage.py", ""},
		{"slashes at both ends", "location /static/ { alias /app/static/; }", "/app/manage.py", ""},
		{"below an alias", "location ^~ /files/ { alias /app/; }", "/app/shop/settings.py", "/files/shop/settings.py"},
		{"below an alias without slashes", "location /files { alias /app; }", "/app/manage.py", "/files/manage.py"},
		{"files are tried first", "root /app; location / { try_files $uri @web; } location @web { proxy_pass http://web; }", "/app/manage.py", "/manage.py"},
		{"another file is tried", "root /app; location / { try_files /down.html @web; } location @web { proxy_pass http://web; }", "/app/manage.py", ""},
		{"handed on", "root /app; location / { proxy_pass http://web; }", "/app/manage.py", ""},
		{"another location takes it", "root /app; location / { } location ~ \\.py$ { return 404; }", "/app/manage.py", ""},
		{"denied", "root /app; location / { deny all; }", "/app/manage.py", ""},
		{"password", "root /app; auth_basic staff; location / { }", "/app/manage.py", ""},
		{"password is lifted", "root /app; auth_basic staff; location / { auth_basic off; }", "/app/manage.py", "/manage.py"},
		{"internal", "location /files/ { internal; alias /app/; }", "/app/manage.py", ""},
		{"a variable", "root $folder; location / { }", "/app/manage.py", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			tree := source.FromMap(map[string][]byte{"nginx.conf": []byte("server {\n  listen 80;\n  " + c.body + "\n}\n")})
			d := Read(tree)
			if len(d.Proxies) != 1 || len(d.Proxies[0].Hosts) != 1 {
				t.Fatalf("proxies: %v", d.Proxies)
			}
			host, got := d.Proxies[0].Hosts[0], ""
			for _, r := range append([]*Route{host.Site}, host.Routes...) {
				if uri, ok := host.PathOf(r, c.file); ok {
					got = uri
				}
			}
			if got != c.want {
				t.Errorf("path of %s: %q, want %q", c.file, got, c.want)
			}
		})
	}
}
