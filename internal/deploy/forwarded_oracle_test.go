package deploy

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// forwardedApps tell the address and the scheme that a server gives to its application.
const forwardedApps = `async def asgi(scope, receive, send):
    if scope["type"] != "http":
        return
    body = f'{scope["client"][0]} {scope["scheme"]}'.encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def wsgi(environ, start):
    start("200 OK", [])
    return [f'{environ["REMOTE_ADDR"]} {environ["wsgi.url_scheme"]}'.encode()]
`

// TestServersTakeForwardedAddresses asks real servers which address of X-Forwarded-For they take, as server/forwarded-addresses says of them.
func TestServersTakeForwardedAddresses(t *testing.T) {
	bin, err := filepath.Abs("../../build/venv-gunicorn/bin")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"gunicorn", "uvicorn", "daphne"} {
		if _, err := os.Stat(filepath.Join(bin, name)); err != nil {
			if os.Getenv("GONOGO_ORACLE") == "1" {
				t.Fatal(name + " is not installed; internal/oracle/testdata/environments installs it")
			}
			t.Skip(name + " is not installed below build/")
		}
	}
	for _, c := range []struct {
		name, program string
		args          []string
		want          string
	}{
		{"uvicorn that trusts everybody takes the first", "uvicorn", []string{"app:asgi", "--port", "PORT", "--forwarded-allow-ips", "*"}, "192.0.2.7 https"},
		{"uvicorn that names its proxy takes the last", "uvicorn", []string{"app:asgi", "--port", "PORT", "--forwarded-allow-ips", "127.0.0.1"}, "198.51.100.9 https"},
		{"daphne takes the first", "daphne", []string{"-p", "PORT", "--proxy-headers", "app:asgi"}, "192.0.2.7 https"},
		{"gunicorn takes the scheme alone", "gunicorn", []string{"app:wsgi", "-b", "127.0.0.1:PORT", "--forwarded-allow-ips", "*"}, "127.0.0.1 https"},
		{"gunicorn with workers of uvicorn takes the first", "gunicorn", []string{"-k", "uvicorn_worker.UvicornWorker", "app:asgi", "-b", "127.0.0.1:PORT", "--forwarded-allow-ips", "*"}, "192.0.2.7 https"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir, port := t.TempDir(), freePort(t)
			if err := os.WriteFile(filepath.Join(dir, "app.py"), []byte(forwardedApps), 0o644); err != nil {
				t.Fatal(err)
			}
			args := make([]string, len(c.args))
			for i, a := range c.args {
				args[i] = map[string]string{"PORT": fmt.Sprint(port), "127.0.0.1:PORT": fmt.Sprintf("127.0.0.1:%d", port)}[a]
				if args[i] == "" {
					args[i] = a
				}
			}
			server := exec.Command(filepath.Join(bin, c.program), args...)
			server.Dir, server.Env = dir, append(os.Environ(), "PYTHONPATH="+dir)
			if err := server.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { server.Process.Signal(os.Interrupt); server.Wait() }()
			if got := askForwarded(t, port); got != c.want {
				t.Errorf("the application gets %q, want %q", got, c.want)
			}
		})
	}
}

// askForwarded asks a server that is starting, with two addresses in the header.
func askForwarded(t *testing.T, port int) string {
	t.Helper()
	request, _ := http.NewRequest("GET", fmt.Sprintf("http://127.0.0.1:%d/", port), nil)
	request.Header.Set("X-Forwarded-For", "192.0.2.7, 198.51.100.9")
	request.Header.Set("X-Forwarded-Proto", "https")
	client := &http.Client{Timeout: 30 * time.Second}
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		response, err := client.Do(request)
		if err != nil {
			continue
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		return string(body)
	}
	t.Fatal("the server did not answer")
	return ""
}
