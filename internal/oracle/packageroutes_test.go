package oracle

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
)

// routedPackage is a project of the Python Package Index; testdata/routes/packages.toml describes the fields.
type routedPackage struct {
	Name, Environment, Path, Settings, Requirements string
	Copy                                            []string
	Files                                           map[string]string
	Env                                             map[string]string
}

// Endpoints of projects that are installed from the Python Package Index are those of real Django's resolver, and what is known of the policy
// of their views is what the instantiated views have. This installs some hundred megabytes:
//
//	GONOGO_PACKAGES=1 go test ./internal/oracle -run TestPackagedRoutes/NAME -v
func TestPackagedRoutes(t *testing.T) {
	if os.Getenv("GONOGO_PACKAGES") != "1" {
		t.Skip("set GONOGO_PACKAGES=1 to install projects and compare their endpoints")
	}
	text, err := os.ReadFile(filepath.Join("testdata", "routes", "packages.toml"))
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Environments map[string]pythonEnvironment
		Project      []routedPackage
	}
	if err := toml.NewDecoder(strings.NewReader(string(text))).DisallowUnknownFields().Decode(&list); err != nil {
		t.Fatal(err)
	}
	for _, p := range list.Project {
		t.Run(p.Name, func(t *testing.T) {
			python := list.Environments[p.Environment].make(t, p.Environment)
			folder := filepath.Join(t.TempDir(), "project")
			p.lay(t, sitePackages(t, python), folder)
			folder = filepath.Join(folder, filepath.FromSlash(p.Path))
			for name, value := range p.Env {
				t.Setenv(name, value)
			}
			y := compareRoutes(t, folder, p.Settings, dumpRoutes(t, python, folder, p.Settings))
			for _, w := range y.wrong {
				t.Error(w)
			}
			y.log(t)
		})
	}
}

// sitePackages is the folder of installed packages of a Python.
func sitePackages(t *testing.T, python string) string {
	t.Helper()
	out, err := exec.Command(python, "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(out))
}

// lay copies the Python files of the project's own packages, and adds what an operator does.
func (p routedPackage) lay(t *testing.T, from, to string) {
	t.Helper()
	for _, name := range p.Copy {
		err := filepath.WalkDir(filepath.Join(from, name), func(path string, entry os.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.Contains(path, "__pycache__") || leftOut(path) {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(from, path)
			if err != nil {
				return err
			}
			return writeFile(filepath.Join(to, rel), string(data))
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	base := filepath.Join(to, filepath.FromSlash(p.Path))
	if err := writeFile(filepath.Join(base, "requirements.txt"), p.Requirements); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(filepath.Join(base, "manage.py"), "import os\n\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \""+p.Settings+"\")\n"); err != nil {
		t.Fatal(err)
	}
	for _, name := range sortedKeys(p.Files) {
		if err := writeFile(filepath.Join(base, filepath.FromSlash(name)), strings.TrimPrefix(p.Files[name], "\n")); err != nil {
			t.Fatal(err)
		}
	}
}
