package deploy

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gonogo/internal/source"
)

// printed matches a line of gunicorn --print-config.
var printed = regexp.MustCompile(`(?m)^(\w+) += (.*)$`)

// TestGunicornConfigurationIsItsOwn compares the effective configuration with what the real gunicorn prints for the same command line,
// file and environment.
func TestGunicornConfigurationIsItsOwn(t *testing.T) {
	program, err := filepath.Abs("../../build/venv-gunicorn/bin/gunicorn")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(program); err != nil {
		if os.Getenv("GONOGO_ORACLE") == "1" {
			t.Fatal("gunicorn is not installed; internal/oracle/testdata/environments installs it")
		}
		t.Skip("gunicorn is not installed below build/")
	}
	for _, c := range []struct {
		name, args, file string
		env              map[string]string
	}{
		{name: "defaults", args: "app:app"},
		{name: "short and joined options", args: "app:app -w3 -b:9000 -t 45 -k gthread --threads=6"},
		{name: "long options", args: "--workers 3 --bind 0.0.0.0:9000 --timeout 45 --graceful-timeout 20 --keep-alive 7 --max-requests 500 --max-requests-jitter 50 app:app"},
		{name: "options that take no value", args: "--preload --reload app:app --capture-output -w 2"},
		{name: "a file in the folder", args: "app:app", file: "workers = 1 + 2\nbind = ['127.0.0.1:1', 'unix:/tmp/x.sock']\ntimeout = 60\npreload_app = True\n"},
		{name: "the command line wins over the file", args: "app:app -w 9", file: "workers = 3\nthreads = 4\n"},
		{name: "the variable stands between", args: "app:app --timeout 9", file: "workers = 3\ntimeout = 8\nkeepalive = 1\n", env: map[string]string{"GUNICORN_CMD_ARGS": "--workers=5 --timeout 7"}},
		{name: "WEB_CONCURRENCY", args: "app:app", env: map[string]string{"WEB_CONCURRENCY": "6"}},
		{name: "WEB_CONCURRENCY below the file", args: "app:app", file: "workers = 2\n", env: map[string]string{"WEB_CONCURRENCY": "6"}},
		{name: "a file that reads the environment", args: "-c conf/live.py app:app", file: "import os\nworkers = int(os.environ.get('W', '2')) * 2\nforwarded_allow_ips = os.getenv('IPS', '*')\nmax_requests, max_requests_jitter = 1000, 100\n", env: map[string]string{"W": "4"}},
		{name: "PORT", args: "app:app", env: map[string]string{"PORT": "5555"}},
		{name: "PORT below the command line", args: "app:app -b 127.0.0.1:1234", env: map[string]string{"PORT": "5555"}},
		{name: "FORWARDED_ALLOW_IPS", args: "app:app", env: map[string]string{"FORWARDED_ALLOW_IPS": "10.0.0.1"}},
		{name: "functions and branches in the file", args: "app:app", file: "def when_ready(server):\n    pass\n\nif True:\n    timeout = 77\nfor n in range(3):\n    workers = n + 1\naccesslog = '-'\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			files := map[string][]byte{"app.py": []byte("def app(environ, start):\n    start('200 OK', [])\n    return [b'']\n")}
			name := "gunicorn.conf.py"
			if strings.Contains(c.args, "conf/live.py") {
				name = "conf/live.py"
			}
			if c.file != "" {
				files[name] = []byte(c.file)
			}
			cmd := exec.Command(program, append([]string{"--print-config"}, strings.Fields(c.args)...)...)
			cmd.Dir, cmd.Env = dir, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir}
			for name, value := range c.env {
				cmd.Env = append(cmd.Env, name+"="+value)
			}
			for name, data := range files {
				if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			output, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, output)
			}
			want := map[string]string{}
			for _, m := range printed.FindAllStringSubmatch(string(output), -1) {
				want[m[1]] = m[2]
			}
			files["compose.yml"] = []byte(composeOf(c.args, c.env))
			compareGunicorn(t, Read(source.FromMap(files)), want)
		})
	}
}

// composeOf starts gunicorn with the environment.
func composeOf(args string, env map[string]string) string {
	text := "services:\n  web:\n    image: x:1\n    command: gunicorn " + args + "\n    environment:\n      UNUSED: x\n"
	for _, name := range sortedKeys(env) {
		text += fmt.Sprintf("      %s: %q\n", name, env[name])
	}
	return text
}

func compareGunicorn(t *testing.T, d *Deployment, want map[string]string) {
	t.Helper()
	s, ok := d.Processes[0].Server()
	if !ok {
		t.Fatal("no server was found")
	}
	same := func(name, got string) {
		if got != want[name] {
			t.Errorf("%s is %s, gunicorn has %s", name, got, want[name])
		}
	}
	number := func(name string, v Told[int]) { same(name, fmt.Sprint(v.Value)) }
	seconds := func(name string, v Told[time.Duration]) { same(name, fmt.Sprint(int(v.Value.Seconds()))) }
	number("workers", s.Workers)
	number("threads", s.Threads)
	number("max_requests", s.MaxRequests)
	number("max_requests_jitter", s.MaxRequestsJitter)
	seconds("timeout", s.Timeout)
	seconds("graceful_timeout", s.GracefulTimeout)
	seconds("keepalive", s.KeepAlive)
	same("preload_app", map[bool]string{true: "True", false: "False"}[s.Preload.Value])
	same("reload", map[bool]string{true: "True", false: "False"}[s.Reload.Value])
	same("forwarded_allow_ips", "['"+strings.ReplaceAll(s.ForwardedAllowIPs.Value, ",", "', '")+"']")
	accesslog := "None"
	if s.AccessLog.Value != "" {
		accesslog = s.AccessLog.Value
	}
	same("accesslog", accesslog)
	var binds []string
	for _, b := range s.Binds {
		switch {
		case b.Socket != "":
			binds = append(binds, "'unix:"+b.Socket+"'")
		default:
			binds = append(binds, fmt.Sprintf("'%s:%d'", b.Host.Value, b.Port.Value))
		}
	}
	same("bind", "["+strings.Join(binds, ", ")+"]")
}
