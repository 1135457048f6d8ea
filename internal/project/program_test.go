package project

import (
	"sync"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func TestProgramReadsProductionSettings(t *testing.T) {
	files := map[string]string{
		"manage.py":        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')\n",
		"requirements.txt": "django==5.2.8\n",
		"conf/__init__.py": "",
		"conf/settings.py": "INSTALLED_APPS = ['shop']\nROOT_URLCONF = 'conf.urls'\nLIMITS = {'page': 20}\nSECRET_KEY = 'x'\n",
		"shop/__init__.py": "",
		"shop/models.py": `
from django.conf import settings
A = settings.LIMITS["page"], settings.USE_TZ, settings.SETTINGS_MODULE, getattr(settings, "NOTHING", 7), hasattr(settings, "SECRET_KEY")
settings.LIMITS["page"] = 5
B = settings.LIMITS["page"], settings.is_overridden("USE_TZ"), settings.configured
`,
	}
	bytes := make(map[string][]byte, len(files))
	for name, text := range files {
		bytes[name] = []byte(text)
	}
	s, err := Load(source.FromMap(bytes), Options{Repository: &Repository{}})
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			s.Program().Do(func(session *eval.Session) {
				m := session.Import("shop.models")
				if got, want := m.Module.Attr("A").Repr(200), "(20, True, 'conf.settings', 7, True)"; got != want {
					t.Errorf("A is %s, want %s; %+v", got, want, m.Failure)
				}
				if got, want := m.Module.Attr("B").Repr(200), "(5, False, True)"; got != want {
					t.Errorf("B is %s, want %s", got, want)
				}
			})
		})
	}
	wait.Wait()
	if got := s.Settings.Get("LIMITS").Value.Repr(50); got != "{'page': 20}" {
		t.Errorf("the settings are changed: %s", got)
	}
}

func TestProgramOfNothing(t *testing.T) {
	(&Snapshot{}).Program().Do(func(session *eval.Session) {
		m := session.Import("django.conf").Module
		if v := m.Attr("settings"); v.Class() != "django.conf.LazySettings" {
			t.Errorf("settings is a %s", v.Class())
		}
	})
}
