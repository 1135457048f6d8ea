package oracle

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	projects "gonogo/internal/project"

	"github.com/pelletier/go-toml/v2"
)

// migratedPackage is a package of the Python Package Index with migrations; testdata/migrate/packages.toml describes the fields.
type migratedPackage struct {
	Name  string
	Light bool
	// Environment is the virtual environment that it is compared in, "common" where it says none; Django the version there.
	Environment string
	Django      string
	Copies      []string
	Apps        []string
	Settings    string
}

// editsOfKind is how many edits of each kind are made of one package.
const editsOfKind = 1

// With the source of installed packages, what gonogo finds missing in packages with migrations is what makemigrations finds: as they are, and
// after edits of their models. This downloads packages and runs for some minutes:
//
//	GONOGO_PACKAGES=1 go test ./internal/oracle -run TestMigrationsOfPackages/NAME -v          -short leaves out the edits
func TestMigrationsOfPackages(t *testing.T) {
	if os.Getenv("GONOGO_PACKAGES") != "1" {
		t.Skip("set GONOGO_PACKAGES=1 to download packages with migrations and compare them")
	}
	list := readMigratedPackages(t)
	var table []string
	all := &migrationTally{reasons: map[string]int{}}
	for _, p := range list.Package {
		t.Run(p.Name, func(t *testing.T) {
			environment, name := "common", "migrations"
			if p.Environment != "" {
				environment, name = p.Environment, p.Environment
			}
			y, line := p.compare(t, list.Environments[environment].make(t, name))
			table = append(table, line)
			all.add(y)
		})
	}
	t.Logf("%s\n%s", all, strings.Join(table, "\n"))
}

// TestMigrationsOfLightPackages is the same for few small packages.
func TestMigrationsOfLightPackages(t *testing.T) {
	startDjango(t, "venv-packages52") // skips, or fails when the environment is missing
	python := filepath.Join(repository(t), "build", "venv-packages52", "bin", "python")
	for _, p := range readMigratedPackages(t).Package {
		if p.Light {
			t.Run(p.Name, func(t *testing.T) { p.compare(t, python) })
		}
	}
}

type migratedPackages struct {
	Environments map[string]pythonEnvironment
	Package      []migratedPackage
}

func readMigratedPackages(t *testing.T) migratedPackages {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "migrate", "packages.toml"))
	if err != nil {
		t.Fatal(err)
	}
	var list migratedPackages
	if err := toml.NewDecoder(strings.NewReader(string(text))).DisallowUnknownFields().Decode(&list); err != nil {
		t.Fatal(err)
	}
	return list
}

// modelEditOf is one edit that testdata/model_edits.py makes.
type modelEditOf struct{ Kind, Path, Model, Change, Text string }

// compare compares the package as it is and after each edit.
func (p migratedPackage) compare(t *testing.T, python string) (y *migrationTally, line string) {
	t.Helper()
	folder, site := p.lay(t, python)
	a := startAutodetectorOf(t, python)
	options := projects.Options{Settings: "conf.settings", SitePackages: []string{site}}
	untouched := &migrationTally{reasons: map[string]int{}}
	real := a.ask(t, folder, "conf.settings", false)
	if real.Error != "" {
		t.Fatalf("Django fails: %s", real.Error)
	}
	begin := time.Now()
	compareMigrations(t, untouched, "as it is", options, folder, real)
	took := time.Since(begin)
	y = &migrationTally{reasons: map[string]int{}}
	refused, kinds := 0, map[string]bool{}
	for _, e := range p.edits(t, python, folder) {
		if testing.Short() {
			break
		}
		before, err := os.ReadFile(filepath.Join(folder, e.Path))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, e.Path), []byte(e.Text), 0o644); err != nil {
			t.Fatal(err)
		}
		if real := a.ask(t, folder, "conf.settings", false); real.Error != "" {
			refused++
			if testing.Verbose() && os.Getenv("GONOGO_REFUSED") != "" {
				t.Logf("%s of %s: Django fails: %s", e.Kind, e.Model, real.Error)
			}
		} else {
			kinds[e.Kind] = true
			compareMigrations(t, y, fmt.Sprintf("%s of %s in %s", e.Kind, e.Model, e.Path), options, folder, real)
		}
		if err := os.WriteFile(filepath.Join(folder, e.Path), before, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	untouched.report(t)
	y.report(t)
	return y, fmt.Sprintf("%-26s as it is (%4d ms): %s\n%26s after %d kinds of edits, %d refused by Django: %s", p.Name, took.Milliseconds(), untouched, "", len(kinds), refused, y)
}

// lay makes a project of copies of the package, and gives the folder with the others.
func (p migratedPackage) lay(t *testing.T, python string) (folder, site string) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(python)), "lib", "python3*", "site-packages"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%v %v", found, err)
	}
	folder, site = t.TempDir(), found[0]
	for _, name := range p.Copies {
		if err := copyPython(filepath.Join(site, name), filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
	var apps strings.Builder
	for _, name := range append([]string{"django.contrib.contenttypes", "django.contrib.auth", "django.contrib.sessions", "django.contrib.sites",
		"django.contrib.messages", "django.contrib.admin"}, p.Apps...) {
		fmt.Fprintf(&apps, "    %q,\n", name)
	}
	for name, text := range map[string]string{
		"requirements.txt": "Django==" + cmp.Or(p.Django, "5.2.8") + "\n", "conf/__init__.py": "", "conf/urls.py": "urlpatterns = []\n",
		"manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n",
		"conf/settings.py": "SECRET_KEY = 'only-for-tests'\nSITE_ID = 1\nUSE_TZ = True\nSTATIC_URL = '/static/'\nROOT_URLCONF = 'conf.urls'\n" +
			"DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n" + p.Settings +
			"INSTALLED_APPS = [\n" + apps.String() + "]\n",
	} {
		if err := writeFile(filepath.Join(folder, name), text); err != nil {
			t.Fatal(err)
		}
	}
	return folder, site
}

// copyPython copies the Python files of a folder and its templates, which some code reads when it is imported.
func copyPython(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && slices.Contains([]string{"__pycache__", "node_modules", "static", "locale"}, entry.Name()) {
			return filepath.SkipDir
		}
		if entry.IsDir() || filepath.Ext(path) != ".py" && filepath.Ext(path) != ".html" {
			return nil
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
}

// edits are those that the program makes of the copies.
func (p migratedPackage) edits(t *testing.T, python, folder string) (all []modelEditOf) {
	t.Helper()
	for _, name := range p.Copies {
		out, err := exec.Command(python, filepath.Join("testdata", "model_edits.py"), filepath.Join(folder, name), fmt.Sprint(editsOfKind)).Output()
		if err != nil {
			t.Fatalf("model_edits.py: %v", err)
		}
		var list []modelEditOf
		if err := json.Unmarshal(out, &list); err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			e.Path = filepath.Join(name, e.Path)
			all = append(all, e)
		}
	}
	return all
}
