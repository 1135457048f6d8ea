package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	projects "gonogo/internal/project"

	"github.com/google/go-cmp/cmp"
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

// With the source of installed packages, what gonogo finds missing in packages with migrations is what makemigrations finds: as they are, and
// after edits of their models. This downloads packages and runs for about an hour; a package alone takes one to five minutes:
//
//	GONOGO_PACKAGES=1 go test -timeout 3h ./internal/oracle -run TestMigrationsOfPackages/NAME -v          -short leaves out the edits
//
// GONOGO_PART=2/3 makes the second third of the edits alone. GONOGO_EDITS is how many edits of each kind are made of a package, 1 without it; GONOGO_REFUSED=1 prints why Django refuses an edit.
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
type modelEditOf struct {
	Kind   string `json:"kind"`
	Path   string `json:"path"`
	Model  string `json:"model"`
	Change string `json:"change"`
	Text   string `json:"text"`
}

// compare compares the package as it is and after each edit. Django and gonogo have a copy each: gonogo reads an edited file while Django's
// process is at the next edit.
func (p migratedPackage) compare(t *testing.T, python string) (y *migrationTally, line string) {
	t.Helper()
	begin := time.Now()
	folder, site := p.lay(t, python)
	theirs, _ := p.lay(t, python)
	if out, err := exec.Command(python, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", theirs).CombinedOutput(); err != nil {
		t.Logf("not all of the copy can be compiled: %s", lastLines(out))
	}
	a := startAutodetectorOf(t, python)
	var real detected
	for d := range a.askEdits(t, theirs, "conf.settings", nil) {
		real = d
	}
	if real.Error != "" {
		t.Fatalf("Django fails: %s", real.Error)
	}
	c := packageComparison{folder: folder, options: projects.Options{Settings: "conf.settings", SitePackages: []string{site}}}
	untouched := &migrationTally{reasons: map[string]int{}}
	compareMigrations(t, untouched, "as it is", c.options, folder, real)
	untouched.report(t)
	y = &migrationTally{reasons: map[string]int{}}
	if !testing.Short() {
		c.edits = p.edits(t, python, folder, real.Loaded)
		c.run(t, y, a.askEdits(t, theirs, "conf.settings", c.edits))
		c.again(t, a, theirs)
		for reason, n := range y.reasons {
			t.Logf("%d undecided: %s", n, reason)
		}
	}
	return y, fmt.Sprintf("%-26s as it is: %s\n%26s after %d edits of %d kinds, %d refused by Django: %s; %d s", p.Name, untouched, "", len(c.edits),
		len(c.kinds), c.refused, y, int(time.Since(begin).Seconds()))
}

// packageComparison compares a package after each edit.
type packageComparison struct {
	folder  string
	options projects.Options
	edits   []modelEditOf
	refused int
	kinds   map[string]bool
	last    detected // an answer that was not refused
}

// run edits gonogo's copy as Django's answers come.
func (c *packageComparison) run(t *testing.T, y *migrationTally, answers iter.Seq[detected]) {
	t.Helper()
	c.kinds, c.last.Edit = map[string]bool{}, -1
	for real := range answers {
		switch {
		case real.Edit < 0: // as it is
		case real.Error != "":
			c.refused++
			if os.Getenv("GONOGO_REFUSED") != "" {
				t.Logf("%s of %s: Django fails: %s", c.edits[real.Edit].Kind, c.edits[real.Edit].Model, real.Error)
			}
		default:
			e := c.edits[real.Edit]
			c.kinds[e.Kind], c.last = true, real
			restore := e.write(t, c.folder)
			told := len(y.wrong)
			compareMigrations(t, y, fmt.Sprintf("%s of %s in %s", e.Kind, e.Model, e.Path), c.options, c.folder, real)
			restore()
			for _, w := range y.wrong[told:] {
				t.Error(w)
			}
			if testing.Verbose() {
				t.Logf("%d kinds of edits, the last one %s of %s: %s", len(c.kinds), e.Kind, e.Model, y)
			}
		}
	}
}

// again asks Django about one edit in a process of its own, which must say the same as the copy of the process that made all edits.
func (c *packageComparison) again(t *testing.T, a *autodetector, folder string) {
	t.Helper()
	if c.last.Edit < 0 {
		return
	}
	e := c.edits[c.last.Edit]
	restore := e.write(t, folder)
	defer restore()
	if alone := a.ask(t, folder, "conf.settings", false); !cmp.Equal(alone.Changes, c.last.Changes) {
		t.Errorf("%s of %s in %s: Django alone says %v %s, and among other edits %v", e.Kind, e.Model, e.Path, alone.Changes, alone.Error, c.last.Changes)
	}
}

// write makes the edit in a copy of the package.
func (e modelEditOf) write(t *testing.T, folder string) (restore func()) {
	t.Helper()
	path := filepath.Join(folder, e.Path)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	replace := func(text []byte) {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	replace([]byte(e.Text))
	return func() { replace(before) }
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
		"requirements.txt": "Django==" + p.django() + "\n", "conf/__init__.py": "", "conf/urls.py": "urlpatterns = []\n",
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

// django is the version of Django that the package is compared with.
func (p migratedPackage) django() string {
	if p.Django != "" {
		return p.Django
	}
	return "5.2.8"
}

// edits are those that the program makes of the copies, in files that Django imports.
func (p migratedPackage) edits(t *testing.T, python, folder string, loaded []string) (all []modelEditOf) {
	t.Helper()
	most := os.Getenv("GONOGO_EDITS")
	if most == "" {
		most = "1"
	}
	for _, name := range p.Copies {
		var files []string
		for _, f := range loaded {
			if within, ok := strings.CutPrefix(f, name+"/"); ok {
				files = append(files, within)
			}
		}
		allowed, err := json.Marshal(files)
		if err != nil {
			t.Fatal(err)
		}
		command := exec.Command(python, filepath.Join("testdata", "model_edits.py"), filepath.Join(folder, name), most)
		command.Stdin = bytes.NewReader(allowed)
		out, err := command.Output()
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
	return partOf(all, os.Getenv("GONOGO_PART"))
}

// partOf keeps every nth edit, beginning with the first, the second and so on: "2/3"; all of them where nothing is asked.
func partOf(all []modelEditOf, which string) (part []modelEditOf) {
	var first, n int
	if _, err := fmt.Sscanf(which, "%d/%d", &first, &n); err != nil || n < 1 {
		return all
	}
	for i := first - 1; i >= 0 && i < len(all); i += n {
		part = append(part, all[i])
	}
	return part
}
