package project

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/internal/source"
)

const minimalSettings = "INSTALLED_APPS = ['django.contrib.auth']\nROOT_URLCONF = 'urls'\n"

// load opens a folder and loads the project in it.
func load(t *testing.T, dir string) (*Snapshot, error) {
	t.Helper()
	tree, err := source.Open(dir, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return Load(tree, Options{})
}

func tells(s *Snapshot, path, words string) bool {
	return slices.ContainsFunc(s.Diagnostics, func(d source.Diagnostic) bool {
		return d.At.Path() == path && strings.Contains(d.Message, words)
	})
}

func TestLinksInACircleAndOutOfTheTree(t *testing.T) {
	outside := t.TempDir()
	write(t, outside, "secret.py", minimalSettings)
	dir := t.TempDir()
	write(t, dir, "manage.py", "import django, os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site1.settings')\n")
	write(t, dir, "site1/__init__.py", "")
	write(t, dir, "site1/settings.py", minimalSettings)
	for link, target := range map[string]string{
		"site1/again":    "..",
		"site1/self":     "self",
		"site1/local.py": filepath.Join(outside, "secret.py"),
		"everything":     "/",
	} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	s, err := load(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if s.Choice.Module != "site1.settings" || len(s.Choice.Candidates) != 1 {
		t.Errorf("chose %+v", s.Choice)
	}
	for _, m := range s.Code.Modules {
		if strings.Contains(m.Syntax.File.Path, "local.py") || strings.Contains(m.Syntax.File.Path, "again") {
			t.Errorf("read %s", m.Syntax.File.Path)
		}
	}
}

func TestHugeSettings(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "manage.py", "import django, os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n")
	write(t, dir, "settings.py", minimalSettings)
	if err := os.Truncate(filepath.Join(dir, "settings.py"), 50<<20); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	s, err := load(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 30*time.Second {
		t.Errorf("took %s", took)
	}
	if s.Settings != nil || s.Choice.Module != "" || !tells(s, "settings.py", "this file has 52 MB and was not read: the limit for one file is 10 MB") {
		t.Errorf("choice %+v, diagnostics %v", s.Choice, s.Diagnostics)
	}
}

func TestSettingsInUTF16(t *testing.T) {
	s, err := Load(source.FromMap(map[string][]byte{
		"manage.py":   []byte("import django, os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"),
		"settings.py": []byte("\xff\xfeI\x00N\x00"),
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Settings != nil || !tells(s, "settings.py", "UTF-16") {
		t.Errorf("diagnostics %v", s.Diagnostics)
	}
}

func TestBrokenPython(t *testing.T) {
	s, err := Load(source.FromMap(map[string][]byte{
		"manage.py":   []byte("os.environ.setdefault('DJANGO_SETTINGS_MODULE', \n"),
		"settings.py": []byte("DEBUG = (\nINSTALLED_APPS = ['a']\nROOT_URLCONF = 'urls'\n"),
		"app.py":      []byte(strings.Repeat("(", 100_000)),
		"b.py":        []byte("\x00\x01\xff\xfe\xfd"),
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Choice.Module != "settings" || !tells(s, "settings.py", "syntax error: ") {
		t.Errorf("choice %+v, diagnostics %v", s.Choice, s.Diagnostics)
	}
}

func TestNamesThatLeaveTheTree(t *testing.T) {
	for name, module := range map[string]string{
		"parent": "..settings", "path": "../../etc/passwd", "absolute": "/etc/passwd", "empty part": "a..b", "nul": "a\x00b", "only a dot": ".",
	} {
		t.Run(name, func(t *testing.T) {
			tree := source.FromMap(map[string][]byte{"web/manage.py": []byte("import django"), "web/settings.py": []byte(minimalSettings)})
			_, err := Load(tree, Options{Settings: module})
			if _, ok := err.(*OptionError); !ok {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestEmptyFolder(t *testing.T) {
	_, err := load(t, t.TempDir())
	if _, ok := err.(*NotFoundError); !ok {
		t.Errorf("error %v", err)
	}
}

// TestSameEachTime loads a project with several of everything twice, since much of it is read in parallel.
func TestSameEachTime(t *testing.T) {
	files := map[string][]byte{"manage.py": []byte("import django")}
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i"} {
		files["conf/"+name+".py"] = []byte(minimalSettings)
		files[name+"/broken.py"] = []byte("x = (\n")
		files[name+"/.env"] = []byte("A=1")
	}
	var first *Snapshot
	for range 5 {
		s, err := Load(source.FromMap(files), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = s
			continue
		}
		if !slices.Equal(s.Choice.Candidates, first.Choice.Candidates) || len(s.Diagnostics) != len(first.Diagnostics) {
			t.Fatalf("%+v differs from %+v", s.Choice, first.Choice)
		}
		for i, d := range s.Diagnostics {
			if d.At.Path() != first.Diagnostics[i].At.Path() || d.Message != first.Diagnostics[i].Message {
				t.Errorf("diagnostic %v differs from %v", d, first.Diagnostics[i])
			}
		}
		for i, m := range s.Code.Modules {
			if m.Syntax.File.Path != first.Code.Modules[i].Syntax.File.Path {
				t.Errorf("module %s at the place of %s", m.Syntax.File.Path, first.Code.Modules[i].Syntax.File.Path)
			}
		}
	}
}

func TestClassification(t *testing.T) {
	for path, want := range map[string]string{
		"shop/models.py":               "",
		"shop/tests.py":                "test",
		"shop/tests/test_models.py":    "test",
		"shop/test_views.py":           "test",
		"shop/views_test.py":           "test",
		"conftest.py":                  "test",
		"shop/factories.py":            "test",
		"shop/migrations/0001_a.py":    "other",
		"docs/conf.py":                 "other",
		"examples/a.py":                "other",
		"shop/vendor/lib.py":           "other",
		"shop/api_pb2.py":              "other",
		"setup.py":                     "other",
		".semgrep/celery/rule.py":      "other",
		"shop/contest.py":              "",
		"shop/latest/views.py":         "",
		"shop/testimonials/models.py":  "",
		"{{cookiecutter.name}}/app.py": "other",
	} {
		got := ""
		switch {
		case isTestFile(path):
			got = "test"
		case isOtherFile(path, nil):
			got = "other"
		}
		if got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}
