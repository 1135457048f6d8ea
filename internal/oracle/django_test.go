package oracle

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// request is one question to real Django; see testdata/django_server.py.
type request struct {
	Folder string            `json:"folder"`
	Module string            `json:"module"`
	Env    map[string]string `json:"env"`
	Deploy bool              `json:"deploy"`
	Texts  []string          `json:"texts,omitempty"` // many settings modules, for the deploy checks in one process
}

// reply is Django's answer.
type reply struct {
	Settings map[string]json.RawMessage `json:"settings"`
	IDs      []string                   `json:"ids"`
	Error    string                     `json:"error"`
	Answers  []struct {
		IDs   []string `json:"ids"`
		Error string   `json:"error"`
	} `json:"answers"` // to the texts of the request
}

// djangoServer is a running Python with one version of Django.
// It answers one request at a time; tests that run in parallel take turns.
type djangoServer struct {
	turn    sync.Mutex
	encoder *json.Encoder
	lines   *bufio.Scanner
}

// repository is the root of the checkout.
func repository(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// newestDjango is the environment of Django 6.1. It is only there where the machine has Python 3.12 or newer.
const newestDjango = "venv-django61"

// pyodideDjango is Django 6.1 on the CPython 3.14 of npm's pyodide package, which runs wherever there is Node. It differs from a
// machine's Python in what a settings module seldom asks: sys.platform is "emscripten", processes cannot be started, and packages
// with a compiled part (pydantic) are not there. Files, HOME, the temporary folder and the zones are the machine's or like them.
const pyodideDjango = "pyodide"

// newestDjangos are where Django 6.1 is compared with: always on pyodide, and with GONOGO_PYTHON61=1 in its virtual environment too.
func newestDjangos() []string {
	if os.Getenv("GONOGO_PYTHON61") == "1" {
		return []string{pyodideDjango, newestDjango}
	}
	return []string{pyodideDjango}
}

// startDjango starts the Python of a virtual environment under build/, or pyodide. The test is skipped unless oracles are asked for,
// and fails when they are and the environment is missing.
func startDjango(t *testing.T, venv string) *djangoServer {
	t.Helper()
	if venv == pyodideDjango {
		askedFor(t)
		return startServer(t, pyodideCommand(t))
	}
	return startServer(t, exec.Command(environment(t, venv), "-W", "ignore", filepath.Join("testdata", "django_server.py")))
}

// askedFor skips a test unless oracles are asked for.
func askedFor(t *testing.T) {
	t.Helper()
	if os.Getenv("GONOGO_ORACLE") != "1" {
		t.Skip("set GONOGO_ORACLE=1 to compare with real Django; ./test does")
	}
}

// environment is the Python of a virtual environment under build/. The test is skipped unless oracles are asked for, and fails when they are and
// the environment is missing.
func environment(t *testing.T, venv string) string {
	t.Helper()
	askedFor(t)
	python := filepath.Join(repository(t), "build", venv, "bin", "python")
	if _, err := os.Stat(python); err != nil && venv == newestDjango {
		t.Skip("Django 6.1 needs Python 3.12, which this machine has not")
	} else if err != nil {
		t.Fatalf("%s is missing; run ./test, which installs it", python)
	}
	return python
}

// pyodideCommand runs the server under Node. Without Node the test is skipped.
func pyodideCommand(t *testing.T) *exec.Cmd {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("Django 6.1 runs on pyodide, which needs Node")
	}
	build := filepath.Join(repository(t), "build")
	modules, site := filepath.Join(build, "pyodide", "node_modules", "pyodide"), filepath.Join(build, "pyodide-site")
	for _, folder := range []string{modules, site} {
		if _, err := os.Stat(folder); err != nil {
			t.Fatalf("%s is missing; run ./test, which installs it", folder)
		}
	}
	return exec.Command(node, filepath.Join("testdata", "django_pyodide.mjs"), modules, site, filepath.Join("testdata", "django_server.py"))
}

// startServer starts a process that answers requests by lines; it ends with the test.
func startServer(t *testing.T, command *exec.Cmd) *djangoServer {
	t.Helper()
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		command.Wait()
	})
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 64<<20)
	return &djangoServer{encoder: json.NewEncoder(in), lines: lines}
}

// ask sends one request and waits for its answer.
func (d *djangoServer) ask(t *testing.T, r request) reply {
	t.Helper()
	d.turn.Lock()
	defer d.turn.Unlock()
	if r.Env == nil {
		r.Env = map[string]string{}
	}
	if err := d.encoder.Encode(r); err != nil {
		t.Fatal(err)
	}
	if !d.lines.Scan() {
		t.Fatalf("Django's process ended: %v", d.lines.Err())
	}
	var answer reply
	if err := json.Unmarshal(d.lines.Bytes(), &answer); err != nil {
		t.Fatalf("%v in %s", err, d.lines.Text())
	}
	return answer
}
