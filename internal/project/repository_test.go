package project

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// write puts a file below a folder.
func write(t *testing.T, dir, name, text string) {
	t.Helper()
	full := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", args, err, out)
	}
}

// TestRepository asks the real git about a checkout of which the project is a part.
func TestRepository(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	top := t.TempDir()
	ran := filepath.Join(top, "ran")
	write(t, top, "web/.gitignore", ".env\n*.log\n")
	write(t, top, "web/.env", "A=1")
	write(t, top, "web/forced.log", "")
	write(t, top, "web/settings.py", "")
	write(t, top, "web/new file.py", "")
	write(t, top, "web/grün.py", "")
	write(t, top, "other.py", "")
	run(t, top, "git", "init", "-q")
	run(t, top, "git", "add", "web/settings.py", "web/.gitignore", "web/grün.py", "other.py")
	run(t, top, "git", "add", "-f", "web/forced.log")
	run(t, top, "git", "config", "core.fsmonitor", "touch "+ran+";")
	r := readRepository(filepath.Join(top, "web"))
	if !r.Present {
		t.Fatal(r.Reason)
	}
	for path, want := range map[string][2]eval.Tri{
		"settings.py":     {eval.Yes, eval.No},
		"grün.py":         {eval.Yes, eval.No},
		".env":            {eval.No, eval.Yes},
		"deep/.env":       {eval.No, eval.Yes},
		"forced.log":      {eval.Yes, eval.Yes},
		"new file.py":     {eval.No, eval.No},
		"other.py":        {eval.No, eval.No},
		"not there.txt":   {eval.No, eval.No},
		".env.production": {eval.No, eval.No},
	} {
		if got := [2]eval.Tri{r.Tracked(path), r.Ignored(path)}; got != want {
			t.Errorf("%s: tracked, ignored %v, want %v", path, got, want)
		}
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("git ran a program that the repository's configuration names")
	}
}

func TestWithoutRepository(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "manage.py", "import django")
	if r := readRepository(dir); r.Present || !strings.Contains(r.Reason, "no git checkout") || r.Tracked("manage.py") != eval.Maybe || r.Ignored(".env") != eval.Maybe {
		t.Errorf("%+v", r)
	}
	write(t, dir, ".git/config", "broken")
	if r := readRepository(dir); r.Present || r.Reason == "" {
		t.Errorf("%+v", r)
	}
	if r := startRepository(source.FromMap(nil), nil).wait(); r.Present || r.Reason == "" {
		t.Errorf("%+v", r)
	}
}
