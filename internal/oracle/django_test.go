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
}

// reply is Django's answer.
type reply struct {
	Settings map[string]json.RawMessage `json:"settings"`
	IDs      []string                   `json:"ids"`
	Error    string                     `json:"error"`
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

// startDjango starts the Python of a virtual environment under build/. The test is skipped unless oracles are asked for,
// and fails when they are and the environment is missing.
func startDjango(t *testing.T, venv string) *djangoServer {
	t.Helper()
	if os.Getenv("GONOGO_ORACLE") != "1" {
		t.Skip("set GONOGO_ORACLE=1 to compare with real Django; ./test does")
	}
	python := filepath.Join(repository(t), "build", venv, "bin", "python")
	if _, err := os.Stat(python); err != nil && venv == newestDjango {
		t.Skip("Django 6.1 needs Python 3.12, which this machine has not")
	} else if err != nil {
		t.Fatalf("%s is missing; run ./test, which installs it", python)
	}
	command := exec.Command(python, "-W", "ignore", filepath.Join("testdata", "django_server.py"))
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
