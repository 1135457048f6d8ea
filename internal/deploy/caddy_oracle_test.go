package deploy

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCaddyAnswersSo starts the real Caddy with the sites of TestCaddyRoutes on loopback and asks it for the same paths.
func TestCaddyAnswersSo(t *testing.T) {
	program := realProgram(t, "caddy")
	backend := func(name string) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, name, " ", r.Header.Get("X-Forwarded-For"), " ", r.Header.Get("X-Forwarded-Proto"), " ", r.Host)
		}))
		t.Cleanup(s.Close)
		return strings.TrimPrefix(s.URL, "http://")
	}
	web, api := backend("web"), backend("api:9000")
	files := t.TempDir()
	for _, name := range []string{"a/x", "a.css", "media/a.jpg", "static/static/a.css", "static/a.css"} {
		file := filepath.Join(files, "srv", name)
		os.MkdirAll(filepath.Dir(file), 0o755)
		os.WriteFile(file, []byte("file"), 0o644)
	}
	for _, c := range caddySites() {
		t.Run(c.name, func(t *testing.T) {
			port := freePort(t)
			text := strings.NewReplacer("shop.example.com", fmt.Sprintf("http://127.0.0.1:%d", port), "web:8000", web, "api:9000", api, "/srv", filepath.Join(files, "srv")).Replace(c.text)
			if !strings.Contains(c.text, "{\n") {
				text = strings.Replace(text, "\n", " {\n", 1) + "}\n"
			}
			file := filepath.Join(t.TempDir(), "Caddyfile")
			os.WriteFile(file, []byte("{\n\tadmin off\n}\n"+text), 0o644)
			server := exec.Command(program, "run", "--adapter", "caddyfile", "--config", file)
			server.Env = append(os.Environ(), "HOME="+t.TempDir(), "XDG_DATA_HOME="+t.TempDir(), "XDG_CONFIG_HOME="+t.TempDir())
			if err := server.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { server.Process.Kill(); server.Wait() }()
			for _, ask := range strings.Split(c.asks, ", ") {
				uri, want, _ := strings.Cut(ask, " ")
				if strings.HasPrefix(want, "unknown") {
					continue
				}
				if got := askCaddy(t, port, uri); got != strings.Split(want, " stripped")[0] && !(strings.HasPrefix(want, "files") && got == "files") {
					t.Errorf("%s: caddy answers %q, the model %q", uri, got, want)
				}
			}
		})
	}
}

// realProgram is a server of Debian's, by its name; the test is left out without it, unless the oracles are asked for.
func realProgram(t *testing.T, name string) string {
	t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("GONOGO_ORACLE") == "1" {
			t.Fatalf("%s is not installed; apt-get install %s", name, name)
		}
		t.Skipf("%s is not installed", name)
	}
	return program
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// askCaddy is what a path is answered with, in the words of answer; it also looks at the headers that Caddy sends by itself.
func askCaddy(t *testing.T, port int, uri string) string {
	t.Helper()
	client := &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	request, _ := http.NewRequest("GET", fmt.Sprintf("http://127.0.0.1:%d%s", port, uri), nil)
	request.Header.Set("X-Forwarded-For", "192.0.2.7")
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
	words := strings.Fields(string(body))
	switch {
	case response.StatusCode >= 300 && response.StatusCode < 400:
		return fmt.Sprint(response.StatusCode, " ", response.Header.Get("Location"))
	case string(body) == "file":
		return "files"
	case len(words) == 4 && (words[0] == "web" || words[0] == "api:9000"):
		if words[1] != "127.0.0.1" || words[2] != "http" || words[3] != fmt.Sprintf("127.0.0.1:%d", port) {
			t.Errorf("%s: the application gets X-Forwarded-For %s, X-Forwarded-Proto %s, Host %s", uri, words[1], words[2], words[3])
		}
		return words[0]
	}
	return fmt.Sprint(response.StatusCode)
}
