package deploy

import (
	"testing"

	"gonogo/internal/source"
)

// TestWhichArtefactsAreProduction names for each tree the process that must be production's and the one that must not.
func TestWhichArtefactsAreProduction(t *testing.T) {
	const web = "services:\n  web:\n    image: shop\n    command: gunicorn shop.wsgi\n"
	for _, c := range []struct {
		name       string
		files      map[string]string
		file       string
		production bool
	}{
		{"a Compose file for developers by its name", map[string]string{"docker-compose-developer.yml": web}, "docker-compose-developer.yml", false},
		{"a plain Compose file", map[string]string{"docker-compose.yml": web}, "docker-compose.yml", true},
		{"settings for development in a service of unknown role", map[string]string{"docker-compose.yml": "services:\n  app:\n    image: shop\n    command: ./go\n    environment:\n      DJANGO_SETTINGS_MODULE: shop.dev_settings\n"},
			"docker-compose.yml", false},
		{"a configuration class for development", map[string]string{"docker-compose.yml": web + "    environment:\n      DJANGO_CONFIGURATION: Development\n"}, "docker-compose.yml", false},
		{"a Procfile that starts Compose", map[string]string{"Procfile": "db: docker-compose up db\nweb: python manage.py runserver\n"}, "Procfile", false},
		{"a Procfile", map[string]string{"Procfile": "web: gunicorn shop.wsgi\n"}, "Procfile", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := map[string][]byte{}
			for name, text := range c.files {
				files[name] = []byte(text)
			}
			d := Read(source.FromMap(files))
			if len(d.Processes) == 0 {
				t.Fatal("no process was read")
			}
			for _, p := range d.Processes {
				if p.At.Path() == c.file && p.Production != c.production {
					t.Errorf("%s: production is %t (%s)", p.Artefact, p.Production, p.Reason)
				}
			}
		})
	}
}

// TestPythonOfImage takes the version from images of Python alone.
func TestPythonOfImage(t *testing.T) {
	for image, want := range map[string]string{"python:3.12-slim": "3.12", "cimg/python:3.11.4": "3.11.4", "ghcr.io/astral-sh/uv:python3.12-bookworm": "3.12", "bitnami-python:3.10": "3.10",
		"ghcr.io/example/docker-python-web:1.0.0": "", "shop/python-base:2024.1": ""} {
		got := ""
		if m := pythonImage.FindStringSubmatch(image); m != nil {
			got = firstNonEmpty(m[1], m[2])
		}
		if got != want {
			t.Errorf("%s: %q, want %q", image, got, want)
		}
	}
}
