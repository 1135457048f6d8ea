package oracle

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The shop really runs: Django's own checks pass on it, its migrations are complete, and it answers a request.
func TestShopRuns(t *testing.T) {
	for _, venv := range []string{"venv-django42", "venv-django52", newestDjango} {
		t.Run(venv, func(t *testing.T) {
			startDjango(t, venv) // skips, or fails when the environment is missing
			python := filepath.Join(repository(t), "build", venv, "bin", "python")
			folder := filepath.Join(t.TempDir(), "shop")
			if err := os.CopyFS(folder, os.DirFS(filepath.Join(repository(t), "examples", "shop"))); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{
				{"manage.py", "check"},
				{"manage.py", "makemigrations", "--check", "--dry-run"},
				{"manage.py", "migrate", "--verbosity", "0"},
				{"manage.py", "shell", "-c", "from django.test import Client; assert Client().get('/').status_code == 200; assert Client().get('/health/').json() == {'status': 'ok'}"},
			} {
				command := exec.Command(python, args...)
				command.Dir = folder
				if out, err := command.CombinedOutput(); err != nil {
					t.Errorf("python %v: %v\n%s", args, err, out)
				}
			}
		})
	}
}
