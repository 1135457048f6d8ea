package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// acme is a package with an application.
func acme() map[string]string {
	return map[string]string{
		"acme/__init__.py":                "",
		"acme/defaults.py":                "ACME_LIMIT = 7\n",
		"acme/fields.py":                  "from django.db import models\nclass ShortField(models.CharField):\n    def __init__(self, *a, **k):\n        k.setdefault('max_length', 7)\n        super().__init__(*a, **k)\n",
		"acme/models.py":                  "from django.db import models\nclass Stamped(models.Model):\n    stamp = models.DateTimeField(auto_now=True)\n    class Meta:\n        abstract = True\nclass Log(Stamped):\n    pass\n",
		"acme/apps.py":                    "from django.apps import AppConfig\nclass AcmeConfig(AppConfig):\n    name = 'acme'\n    label = 'acme_logs'\n    default_auto_field = 'django.db.models.AutoField'\n",
		"acme/migrations/__init__.py":     "",
		"acme/migrations/0001_initial.py": "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    operations = [migrations.CreateModel('Log', [('id', models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')), ('stamp', models.DateTimeField(auto_now=True))])]\n",
		"acme/views.py":                   "DEBUG = True\n",
		"django/db/fake.txt":              "never read",
	}
}

// shopWithAcme is a project that uses it.
func shopWithAcme() map[string]string {
	return map[string]string{
		"manage.py":        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n",
		"requirements.txt": "django==5.2.8\nacme==1.0\n",
		"conf/__init__.py": "",
		"conf/settings.py": "from acme.defaults import *\nINSTALLED_APPS = ['acme', 'shop']\nROOT_URLCONF = 'conf.urls'\nSECRET_KEY = 'x'\n",
		"shop/__init__.py": "",
		"shop/models.py":   "from acme.models import Stamped\nfrom acme.fields import ShortField\nclass Order(Stamped):\n    code = ShortField(null=True)\n",
	}
}

func writeAll(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func loadFolder(t *testing.T, dir string, options Options) *Snapshot {
	t.Helper()
	tree, err := source.Open(dir, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	options.Repository = &Repository{}
	s, err := Load(tree, options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestModelsOfInstalledPackages(t *testing.T) {
	site, environment := t.TempDir(), t.TempDir()
	writeAll(t, site, acme())
	writeAll(t, filepath.Join(environment, "lib", "python3.12", "site-packages"), acme())
	writeAll(t, environment, map[string]string{"pyvenv.cfg": "home = /usr/bin\n", "lib/python3.9/site-packages/acme/__init__.py": "raise RuntimeError\n"})
	dir := t.TempDir()
	writeAll(t, dir, shopWithAcme())
	for _, c := range []struct {
		name         string
		sitePackages []string
		models       int
		decided      bool
	}{
		{"without the package's source", nil, 1, false},
		{"with a folder of packages", []string{site}, 2, true},
		{"with a virtual environment", []string{environment}, 2, true},
		{"with none", []string{NoSitePackages}, 1, false},
	} {
		s := loadFolder(t, dir, Options{SitePackages: c.sitePackages})
		m := s.Models()
		order := m.State.Models["shop.order"]
		if order == nil || len(m.State.Models) != c.models || (order.Undecided == "") != c.decided {
			t.Fatalf("%s: %q, %+v", c.name, m.State.Keys(), order)
		}
		if limit := s.Settings.Get("ACME_LIMIT").Value; (limit.Repr(9) == "7") != c.decided {
			t.Errorf("%s: ACME_LIMIT is %s", c.name, limit.Repr(60))
		}
		if !c.decided {
			continue
		}
		code := order.Field("code")
		if code.Class != "acme.fields.ShortField" || code.Arg("max_length").Repr(9) != "7" || order.Field("stamp") == nil {
			t.Errorf("%s: %+v", c.name, order.Fields)
		}
		if app := m.App("acme_logs"); app == nil || app.Project || m.State.Models["acme_logs.log"] == nil {
			t.Errorf("%s: %+v %q", c.name, m.Apps, m.State.Keys())
		}
		if a := s.Migrations().App("acme_logs"); a == nil || len(a.Migrations) != 1 || a.Migrations[0].Unknown != "" || a.Project {
			t.Errorf("%s: the migrations are %+v", c.name, a)
		}
	}
	for _, dir := range []string{filepath.Join(site, "nowhere"), filepath.Join(site, "acme", "models.py")} {
		tree, _ := source.Open(t.TempDir(), source.Limits{})
		if _, err := sitePackages(tree, ".", []string{dir}); err == nil {
			t.Errorf("%s is taken for a folder of packages", dir)
		}
	}
}

func TestVirtualEnvironmentOfTheProject(t *testing.T) {
	elsewhere := t.TempDir()
	writeAll(t, filepath.Join(elsewhere, "lib", "python3.13", "site-packages"), acme())
	writeAll(t, elsewhere, map[string]string{"pyvenv.cfg": "home = /usr/bin\n"})
	for _, c := range []struct {
		name, folder, site string
		found              bool
	}{
		{"beside manage.py", ".venv", "lib/python3.13/site-packages", true},
		{"on Windows", "venv", "Lib/site-packages", true},
		{"without pyvenv.cfg", "env", "lib/python3.13/site-packages", false},
		{"behind a link that leads out", ".venv", "", false},
	} {
		dir := t.TempDir()
		writeAll(t, dir, shopWithAcme())
		if c.site == "" {
			if err := os.Symlink(elsewhere, filepath.Join(dir, c.folder)); err != nil {
				t.Skip("no symbolic links here")
			}
		} else {
			writeAll(t, filepath.Join(dir, c.folder, filepath.FromSlash(c.site)), acme())
			if c.found {
				writeAll(t, filepath.Join(dir, c.folder), map[string]string{"pyvenv.cfg": "home = /usr/bin\n"})
			}
		}
		s := loadFolder(t, dir, Options{})
		if got := s.Models().State.Models["acme_logs.log"] != nil; got != c.found {
			t.Errorf("%s: found is %v", c.name, got)
		}
		if !c.found {
			continue
		}
		for _, m := range s.Code.Modules {
			if strings.HasPrefix(m.Syntax.File.Path, c.folder) {
				t.Errorf("%s: %s is told as the project's code", c.name, m.Syntax.File.Path)
			}
		}
	}
}
