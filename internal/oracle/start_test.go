package oracle

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	projects "gonogo/internal/project"
	"gonogo/internal/source"
)

// TestRefusalsAgree compares the settings with which Django is said to refuse to start with what real Django does.
func TestRefusalsAgree(t *testing.T) {
	const venv = "venv-django52"
	startDjango(t, venv) // skips, or fails when the environment is missing
	if _, err := os.Stat("/usr/share/zoneinfo"); err != nil {
		t.Skip("Django looks time zones up below /usr/share/zoneinfo, which this machine lacks")
	}
	var texts []string
	for _, line := range []string{`TIME_ZONE = "UTC"`, `TIME_ZONE = "Europe/Berlin"`, `TIME_ZONE = "GMT+0"`, `TIME_ZONE = "Etc/GMT-3"`, `TIME_ZONE = "Europe/Brelin"`,
		`TIME_ZONE = "europe/berlin"`, `TIME_ZONE = "Berlin"`, `TIME_ZONE = "Local"`, `TIME_ZONE = "UTC+2"`, `TIME_ZONE = 5`, `TIME_ZONE = None`, `TIME_ZONE = ""`,
		`INSTALLED_APPS = "a"`, `INSTALLED_APPS = {"a"}`, `INSTALLED_APPS = None`, `INSTALLED_APPS = ()`, `LOCALE_PATHS = "x"`, `LOCALE_PATHS = ["x"]`,
		`SECRET_KEY_FALLBACKS = "x"`, `ALLOWED_HOSTS = "x"`, `TEMPLATES = "x"`, `MIDDLEWARE = "x"`} {
		texts = append(texts, "SECRET_KEY = 'x'\n"+line+"\n")
	}
	input, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(filepath.Join(repository(t), "build", venv, "bin", "python"), "-W", "ignore", filepath.Join("testdata", "start_ask.py"))
	command.Stdin = bytes.NewReader(input)
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var refused []bool
	if err := json.Unmarshal(out, &refused); err != nil || len(refused) != len(texts) {
		t.Fatalf("%v, %d answers", err, len(refused))
	}
	for i, text := range texts {
		tree := source.FromMap(map[string][]byte{"settings.py": []byte(text), "requirements.txt": []byte("django==5.2.8\n"),
			"manage.py": []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n")})
		s, err := projects.Load(tree, projects.Options{Repository: &projects.Repository{}})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(s.Settings.Shipped().Refusals()) > 0; got != refused[i] {
			t.Errorf("%q: refused %t, Django says %t", text, got, refused[i])
		}
	}
}
