package nginx

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const fileServer = `
types { text/css css; application/javascript js; text/plain txt; }
server {
	listen PORT;
	root DIR/site/;
	gzip on;
	gzip_min_length 1;
	location /static/ { alias DIR/static/; gzip_types text/css; }
	location /climbs { alias DIR/static/; }
	location /joined/ { alias DIR/static; gzip_types *; }
	location /twice/ { root DIR/static; gzip off; }
	location ^~ /final { alias DIR/static/; gzip_types text/css application/javascript; }
	location = /one { alias DIR/static/a.css; }
	location /plain { root DIR; }
	location /outer/ {
		alias DIR/static/;
		location /outer/inner/ { add_header X-Inner 1; }
	}
	location ~ \.txt$ { root DIR/texts; }
}
`

// TestFilesAreThoseOfNginx asks the real nginx for paths, climbing ones among them, and compares the files that it opens and whether it
// compresses them.
func TestFilesAreThoseOfNginx(t *testing.T) {
	dir, port := t.TempDir(), freePort(t)
	for _, readable := range []string{filepath.Dir(dir), dir} { // by the workers of an nginx that root starts
		if err := os.Chmod(readable, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"static/a.css", "static/a.js", "static/inner/a.css", "static/twice/a.css", "staticx/a.css", "site/a.css", "site/b/a.txt", "texts/b/a.txt", "plain/a.css", "settings.py", "static/deep/a.txt", "texts/static/deep/a.txt"} {
		write(t, filepath.Join(dir, name), "/"+name)
	}
	text := strings.NewReplacer("PORT", fmt.Sprint(port), "DIR", dir).Replace(fileServer)
	startNginx(t, text, port)
	server := loadText("events {}\nhttp {" + text + "}").Servers[0]
	opened, compressed := 0, 0
	for _, uri := range []string{"/static/a.css", "/static/a.js", "/static/inner/a.css", "/climbs/a.css", "/climbs../settings.py", "/climbs../static/a.css", "/climbsx", "/joined/a.css", "/joined/x/a.css",
		"/twice/a.css", "/twice/twice/a.css", "/final/a.css", "/final/a.js", "/final../settings.py", "/one", "/plain/a.css", "/outer/inner/a.css", "/outer/a.css", "/a.css", "/b/a.txt", "/static/deep/a.txt", "/plain../settings.py",
		"/static../settings.py"} {
		body, encoding, status := get(t, port, uri)
		found := server.Find(uri)
		file, ok := found.Opens(uri)
		if !ok {
			t.Errorf("%s: the file is not known", uri)
			continue
		}
		got := strings.TrimPrefix(filepath.Clean(file), dir)
		if status == 200 {
			opened++
			if got != body {
				t.Errorf("%s: nginx opens %s, Opens says %s", uri, body, file)
			}
			mediaType := map[string]string{".css": "text/css", ".js": "application/javascript", ".txt": "text/plain", ".py": "text/plain"}[filepath.Ext(body)]
			on, known := found.Scope().Compresses(mediaType)
			if on != (encoding == "gzip") || !known {
				t.Errorf("%s: nginx sends the encoding %q, Compresses says %v (known %v)", uri, encoding, on, known)
			}
			if on {
				compressed++
			}
		}
		if climbed := strings.Contains(uri, "..") && status == 200; climbed != (found.Location != nil && found.Location.Climbs() != nil && strings.Contains(uri, "..")) {
			t.Errorf("%s: nginx answers %d, Climbs says %v", uri, status, found.Location.Climbs() != nil)
		}
	}
	if opened < 14 || compressed < 3 {
		t.Errorf("only %d files were opened, and %d of them compressed", opened, compressed)
	}
}

// get asks for a path as it is written, so that the client puts nothing right.
func get(t *testing.T, port int, uri string) (body, encoding string, status int) {
	t.Helper()
	r, err := http.NewRequest("GET", fmt.Sprintf("http://127.0.0.1:%d/", port), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.URL.Opaque = fmt.Sprintf("//127.0.0.1:%d%s", port, uri)
	for _, accept := range []string{"", "gzip"} {
		r.Header.Set("Accept-Encoding", accept)
		client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{DisableCompression: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if accept == "" {
			body, status = string(data), answer.StatusCode
		}
		encoding = answer.Header.Get("Content-Encoding")
	}
	return body, encoding, status
}
