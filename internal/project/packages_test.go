package project

import (
	"os"
	"path/filepath"
	"testing"

	"gonogo/internal/source"
)

func TestModelsOfInstalledPackages(t *testing.T) {
	site := t.TempDir()
	for name, text := range map[string]string{
		"acme/__init__.py":   "",
		"acme/fields.py":     "from django.db import models\nclass ShortField(models.CharField):\n    def __init__(self, *a, **k):\n        k.setdefault('max_length', 7)\n        super().__init__(*a, **k)\n",
		"acme/models.py":     "from django.db import models\nclass Stamped(models.Model):\n    stamp = models.DateTimeField(auto_now=True)\n    class Meta:\n        abstract = True\nclass Log(Stamped):\n    pass\n",
		"acme/apps.py":       "from django.apps import AppConfig\nclass AcmeConfig(AppConfig):\n    name = 'acme'\n    label = 'acme_logs'\n    default_auto_field = 'django.db.models.AutoField'\n",
		"django/db/fake.txt": "never read",
	} {
		path := filepath.Join(site, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string][]byte{
		"manage.py":        []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n"),
		"requirements.txt": []byte("django==5.2.8\nacme==1.0\n"),
		"conf/__init__.py": nil,
		"conf/settings.py": []byte("INSTALLED_APPS = ['acme', 'shop']\nROOT_URLCONF = 'conf.urls'\nSECRET_KEY = 'x'\n"),
		"shop/__init__.py": nil,
		"shop/models.py":   []byte("from acme.models import Stamped\nfrom acme.fields import ShortField\nclass Order(Stamped):\n    code = ShortField(null=True)\n"),
	}
	for _, c := range []struct {
		name         string
		sitePackages []string
		models       int
		decided      bool
	}{
		{"without the package's source", nil, 1, false},
		{"with the package's source", []string{site}, 2, true},
	} {
		s, err := Load(source.FromMap(files), Options{Repository: &Repository{}, SitePackages: c.sitePackages})
		if err != nil {
			t.Fatal(err)
		}
		m := s.Models()
		order := m.State.Models["shop.order"]
		if order == nil || len(m.State.Models) != c.models || (order.Undecided == "") != c.decided {
			t.Fatalf("%s: %q, %+v", c.name, m.State.Keys(), order)
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
	}
}
