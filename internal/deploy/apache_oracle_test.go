package deploy

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestApacheAnswersSo starts the real httpd with the sites of TestApacheRoutes on loopback and asks it for the same paths.
func TestApacheAnswersSo(t *testing.T) {
	program := realProgram(t, "apache2")
	backend := func(name string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "%s|%s|%s|%s", name, r.Host, r.Header.Get("X-Forwarded-For"), r.Header.Get("X-Forwarded-Proto"))
		}))
		t.Cleanup(s.Close)
		return strings.TrimPrefix(s.URL, "http://")
	}
	web, api := backend("web"), backend("http://api:9000/")
	files := t.TempDir()
	os.Chmod(files, 0o755)
	os.Chmod(filepath.Dir(files), 0o755)
	os.MkdirAll(filepath.Join(files, "srv/static"), 0o755)
	os.WriteFile(filepath.Join(files, "srv/static/a.css"), []byte("file"), 0o644)
	for _, c := range apacheSites() {
		t.Run(c.name, func(t *testing.T) {
			port := freePort(t)
			replace := strings.NewReplacer("web:8000", web, "api:9000", api, "/srv", filepath.Join(files, "srv"))
			config := apacheModules(t, program) + fmt.Sprintf("ServerRoot %s\nPidFile %s/pid\nErrorLog %s/error.log\nListen 127.0.0.1:%d\nServerName localhost\nUser www-data\nGroup www-data\n<Directory />\n\tRequire all granted\n</Directory>\n<VirtualHost *:%d>\n\tServerName shop.example.com\n%s</VirtualHost>\n",
				files, files, files, port, port, replace.Replace(c.text))
			file := filepath.Join(t.TempDir(), "httpd.conf")
			os.WriteFile(file, []byte(config), 0o644)
			server := exec.Command(program, "-X", "-f", file)
			if err := server.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { server.Process.Kill(); server.Wait() }()
			for _, ask := range strings.Split(c.asks, ", ") {
				uri, want, _ := strings.Cut(ask, " ")
				got, headers := askApache(t, port, uri, web)
				want = strings.Split(want, " stripped")[0]
				if got != strings.Replace(want, "$1", strings.TrimPrefix(uri, "/"), 1) && !(strings.HasPrefix(want, "files") && got == "files") {
					t.Errorf("%s: httpd answers %q, the model %q", uri, got, want)
				}
				if c.headers != "" && headers != c.headers {
					t.Errorf("%s: the application gets %q, the model %q", uri, headers, c.headers)
				}
			}
		})
	}
}

// apacheModules loads what the sites ask for.
func apacheModules(t *testing.T, program string) string {
	t.Helper()
	var b strings.Builder
	for _, name := range []string{"mpm_event", "authz_core", "alias", "rewrite", "headers", "proxy", "proxy_http", "proxy_balancer", "lbmethod_byrequests", "slotmem_shm"} {
		file := "/usr/lib/apache2/modules/mod_" + name + ".so"
		if _, err := os.Stat(file); err != nil {
			t.Fatalf("%s has no module %s", program, name)
		}
		fmt.Fprintf(&b, "LoadModule %s_module %s\n", name, file)
	}
	return b.String()
}

// askApache is what a path is answered with, in the words of answer, and the headers that the application got.
func askApache(t *testing.T, port int, uri, web string) (answer, headers string) {
	t.Helper()
	client := &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	request, _ := http.NewRequest("GET", fmt.Sprintf("http://127.0.0.1:%d%s", port, uri), nil)
	request.Host = "shop.example.com"
	request.Header.Set("X-Forwarded-For", "192.0.2.7")
	request.Header.Set("X-Forwarded-Proto", "forged")
	var response *http.Response
	var err error
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if response, err = client.Do(request); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	words := strings.Split(string(body), "|")
	switch {
	case response.StatusCode >= 300 && response.StatusCode < 400:
		return fmt.Sprint(response.StatusCode, " ", response.Header.Get("Location")), ""
	case string(body) == "file":
		return "files", ""
	case len(words) == 4:
		short := func(value string, names map[string]string) string {
			if name, ok := names[value]; ok {
				return name
			}
			return value
		}
		return words[0], strings.Join([]string{
			"Host " + short(words[1], map[string]string{web: "backend", "shop.example.com": "visitor's"}),
			"X-Forwarded-For " + short(words[2], map[string]string{"192.0.2.7": "visitor's", "192.0.2.7, 127.0.0.1": "appended"}),
			"X-Forwarded-Proto " + short(words[3], map[string]string{"forged": "visitor's", "http": "scheme"}),
		}, ", ")
	}
	return fmt.Sprint(response.StatusCode), ""
}
