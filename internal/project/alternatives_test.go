package project

import (
	"strings"
	"testing"

	"gonogo/internal/source"
)

func TestAlternatives(t *testing.T) {
	const read = "import os\nMODE = os.environ.get('MODE', 'none')\n"
	base := map[string]string{
		"manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_settings.main')\n", "site_settings/__init__.py": "",
		"wsgi.py":               "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site_settings.main')\n",
		"site_settings/main.py": read, "site_settings/cloud.py": "from site_settings.main import *\nPLACE = 'cloud'\n",
	}
	for _, c := range []struct {
		name     string
		files    map[string]string
		settings string // --settings
		want     string // the name of each group with what MODE is in it
	}{
		{"one way", map[string]string{"Procfile": "web: MODE=a gunicorn wsgi\n"}, "", ""},
		{"two ways alike", map[string]string{"Procfile": "web: MODE=a gunicorn wsgi\n", "fly.toml": "[env]\nMODE = 'a'\n[processes]\nweb = 'gunicorn wsgi'\n"}, "", ""},
		{"they differ in what the settings do not read", map[string]string{"Procfile": "web: OTHER=a gunicorn wsgi\n", "fly.toml": "[env]\nOTHER = 'b'\n[processes]\nweb = 'gunicorn wsgi'\n"}, "", ""},
		{"they differ", map[string]string{"Procfile": "web: MODE=a gunicorn wsgi\n", "fly.toml": "[env]\nMODE = 'b'\n[processes]\nweb = 'gunicorn wsgi'\n"}, "", "Procfile: 'a', fly.toml: 'b'"},
		{"one of them is given nothing", map[string]string{"Procfile": "web: gunicorn wsgi\n", "fly.toml": "[env]\nMODE = 'b'\n[processes]\nweb = 'gunicorn wsgi'\n"}, "", "Procfile: 'none', fly.toml: 'b'"},
		{"they name two modules", map[string]string{"Procfile": "web: DJANGO_SETTINGS_MODULE=site_settings.main gunicorn wsgi\n", "fly.toml": "[env]\nDJANGO_SETTINGS_MODULE = 'site_settings.cloud'\n[processes]\nweb = 'gunicorn wsgi'\n"}, "",
			"Procfile: 'none', fly.toml: 'none' site_settings.cloud"},
		{"one names a module", map[string]string{"Procfile": "web: gunicorn wsgi\n", "fly.toml": "[env]\nDJANGO_SETTINGS_MODULE = 'site_settings.cloud'\n[processes]\nweb = 'gunicorn wsgi'\n"}, "", ""},
		{"the user names the module", map[string]string{"Procfile": "web: MODE=a gunicorn wsgi\n", "fly.toml": "[env]\nDJANGO_SETTINGS_MODULE = 'site_settings.cloud'\n[processes]\nweb = 'gunicorn wsgi'\n"},
			"site_settings.main", ""},
		{"an image beside what starts it", map[string]string{"Procfile": "web: MODE=a gunicorn wsgi\n", "Dockerfile": "FROM python:3.13\nENV MODE=b\nCMD [\"gunicorn\", \"wsgi\"]\n"}, "", ""},
		{"workers are no way to start the site", map[string]string{"Procfile": "web: MODE=a gunicorn wsgi\n", "work.service": "[Service]\nEnvironment=MODE=b\nExecStart=/srv/bin/celery -A x worker\n"}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string][]byte{}
			for _, m := range []map[string]string{base, c.files} {
				for name, text := range m {
					files[name] = []byte(text)
				}
			}
			s, err := Load(source.FromMap(files), Options{Settings: c.settings})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range s.Alternatives() {
				text := a.Group.Name + ": " + a.Settings.Get("MODE").Value.Repr(20)
				if a.Settings.Module != "site_settings.main" {
					text += " " + a.Settings.Module
				}
				got = append(got, text)
			}
			if joined := strings.Join(got, ", "); joined != c.want {
				t.Errorf("got %q, want %q", joined, c.want)
			}
		})
	}
}
