package oracle

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// readProject unpacks an archive of testdata/projects into a temporary folder. The lines of its comment that begin with one
// of these words are directives; the others describe the project:
//
//	module: NAME             the settings module
//	always: NAME=VALUE       a variable that every environment has
//	plausible: NAME=VALUE    what a variable could have in production
//	expect-unknown: NAME WORDS    a setting that cannot be known, and words of the reason (testdata/idioms only)
func readProject(t *testing.T, file string) project {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := project{folder: filepath.Join(t.TempDir(), "project"), always: map[string]string{}, plausible: map[string]string{}, unknown: map[string]string{}}
	for line := range strings.Lines(string(archive.Comment)) {
		directive, rest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		name, value, _ := strings.Cut(rest, "=")
		switch directive {
		case "module":
			p.module = rest
		case "always":
			p.always[name] = value
		case "plausible":
			p.plausible[name] = value
		case "expect-unknown":
			setting, words, _ := strings.Cut(rest, " ")
			p.unknown[setting] = words
		}
	}
	if p.module == "" {
		t.Fatalf("%s names no module", file)
	}
	if err := p.write(archive.Files); err != nil {
		t.Fatal(err)
	}
	return p
}

// write puts the files into the project's folder, with a requirements.txt and a manage.py where they have none.
func (p project) write(files []txtar.File) error {
	manage := "import os\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"" + p.module + "\")\n"
	all := append([]txtar.File{{Name: "requirements.txt", Data: []byte("Django==5.2.8\n")}, {Name: "manage.py", Data: []byte(manage)}}, files...)
	for _, f := range all {
		path := filepath.Join(p.folder, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Whole projects, each with settings of another shape, have the settings that Django has.
func TestProjects(t *testing.T) {
	newer, older := startDjango(t, "venv-django52"), startDjango(t, "venv-django42")
	files := projectFiles(t)
	tallies := make([]tally, len(files))
	t.Run("all", func(t *testing.T) { // ends when those that run in parallel have ended
		for i, file := range files {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
				t.Parallel()
				tallies[i] = compareVersions(t, newer, older, readProject(t, file))
				t.Logf("%+v", tallies[i])
			})
		}
	})
	var all tally
	for i, n := range tallies {
		if n != (tally{}) && n.known+n.oneOf <= n.unknown { // empty when -run leaves the project out
			t.Errorf("%s: %d settings are known, %d are not", files[i], n.known+n.oneOf, n.unknown)
		}
		all = all.plus(n)
	}
	all.judge(t)
}

// The projects have the settings that the newest Django has, under the first two environments.
func TestProjectsOfTheNewestDjango(t *testing.T) {
	for _, name := range newestDjangos() {
		t.Run(name, func(t *testing.T) {
			django := startDjango(t, name)
			var all tally
			for _, file := range projectFiles(t) {
				if name == pyodideDjango && notOnPyodide(t, file) {
					continue
				}
				p := readProject(t, file)
				all = all.plus(compareProject(t, django, p, p.environments(t)[:2]))
			}
			all.judge(t)
		})
	}
}

// notOnPyodide tells whether a project imports a package that does not run on WebAssembly: pydantic has a compiled part, and Celery
// starts processes.
func notOnPyodide(t *testing.T, file string) bool {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(text), "import pydantic") || strings.Contains(string(text), "from pydantic") || strings.Contains(string(text), "celery import")
}

// projectFiles are the archives of testdata/projects.
func projectFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "projects", "*.txtar"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d projects, %v", len(files), err)
	}
	return files
}

// A project made from the real cookiecutter-django template: GONOGO_COOKIECUTTER names its folder, and build/venv-cookie has
// what its production settings import.
func TestCookiecutter(t *testing.T) {
	folder := os.Getenv("GONOGO_COOKIECUTTER")
	if folder == "" {
		t.Skip("set GONOGO_COOKIECUTTER to the folder of a project made from cookiecutter-django")
	}
	django := startDjango(t, "venv-cookie")
	p := project{folder: folder, module: "config.settings.production"}
	compareProject(t, django, p, p.environments(t)).judge(t)
}

// Every project imports: with everything set to something plausible no Django refuses it.
func TestProjectsImport(t *testing.T) {
	files := projectFiles(t)
	for _, venv := range []string{"venv-django42", "venv-django52"} {
		django := startDjango(t, venv)
		for _, file := range files {
			t.Run(fmt.Sprint(venv, "/", filepath.Base(file)), func(t *testing.T) {
				p := readProject(t, file)
				env := p.environments(t)[1]
				if answer := django.ask(t, request{Folder: p.folder, Module: p.module, Env: env}); answer.Error != "" {
					t.Errorf("%s (env %v)", answer.Error, env)
				}
			})
		}
	}
}
