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
		{"a Compose file that says it is not for production", map[string]string{"docker-compose.yml": "# For trying out the site locally, and absolutely\n# not suitable for production usage.\n\nversion: '3'\n" + web},
			"docker-compose.yml", false},
		{"a Compose file that asks not to use it", map[string]string{"docker-compose.yml": "---\n# DO NOT USE THIS SETUP FOR PRODUCTION.\n" + web}, "docker-compose.yml", false},
		{"a Compose file for developers by its words", map[string]string{"docker-compose.yml": "# Only meant for local development.\n" + web}, "docker-compose.yml", false},
		{"a Compose file that is for production once it is changed", map[string]string{"docker-compose.yml": "# Not intended for production without changing the passwords.\n" + web}, "docker-compose.yml", true},
		{"a Compose file that says how production differs from development", map[string]string{"docker-compose.yml": "# The set-up of production; for local development see dev.yml.\n" + web}, "docker-compose.yml", true},
		{"a remark about one service", map[string]string{"docker-compose.yml": web + "    # not suitable for production\n    tty: true\n"}, "docker-compose.yml", true},
		{"a Dockerfile for developers by its words", map[string]string{"Dockerfile": "# For local development\nFROM python:3.12\nCMD gunicorn shop.wsgi\n"}, "Dockerfile", false},
		{"the development server behind a program that is not followed",
			map[string]string{"docker-compose.yml": "services:\n  app:\n    build: .\n    entrypoint: python /app/as_user.py\n    command: bash -c 'python manage.py migrate && python manage.py runserver'\n    volumes: ['.:/app']\n", "Dockerfile": "FROM python:3.12\n"},
			"docker-compose.yml", false},
		{"services that developers keep beside their code", map[string]string{"docker-compose.yml": "services:\n  db:\n    image: postgres:16\n    ports: ['5432:5432']\n", "Procfile": "web: gunicorn shop.wsgi\n"},
			"docker-compose.yml", false},
		{"services that are started again", map[string]string{"docker-compose.yml": "services:\n  db:\n    image: postgres:16\n    restart: always\n", "Procfile": "web: gunicorn shop.wsgi\n"},
			"docker-compose.yml", true},
		{"services and nothing else", map[string]string{"docker-compose.yml": "services:\n  db:\n    image: postgres:16\n"}, "docker-compose.yml", true},
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
