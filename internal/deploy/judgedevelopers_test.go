package deploy

import (
	"strings"
	"testing"

	"gonogo/internal/source"
)

func TestComposeForDevelopers(t *testing.T) {
	const own = "    build: .\n    command: gunicorn shop.wsgi\n"
	for _, c := range []struct{ name, compose, because string }{
		{"mounted source beside a catcher of mail", "services:\n  web:\n" + own + "    volumes: [\".:/app\"]\n  mail:\n    image: schickling/mailcatcher\n", "catches mail"},
		{"a catcher of mail beside the image", "services:\n  web:\n" + own + "  mail:\n    image: axllent/mailpit\n", ""},
		{"mounted source alone", "services:\n  web:\n" + own + "    volumes: [\".:/app\"]\n", ""},
		{"an own command with DEBUG on mounted source", "services:\n  web:\n    build: .\n    command: python manage.py run\n    environment: {DEBUG: 1}\n    volumes: [\".:/app:ro\"]\n", "turns DEBUG on"},
		{"an own command on mounted source", "services:\n  web:\n    build: .\n    command: python manage.py run\n    volumes: [\".:/app:ro\"]\n", ""},
	} {
		d := Read(source.FromMap(map[string][]byte{"compose.yml": []byte(c.compose), "manage.py": nil, "Dockerfile": []byte("FROM python:3.13\nCOPY . /app\nCMD [\"gunicorn\", \"shop.wsgi\"]\n")}))
		for _, p := range d.Processes {
			if !strings.HasPrefix(p.Artefact, "compose.yml, service web") {
				continue
			}
			if p.Production != (c.because == "") || !strings.Contains(p.Reason, c.because) {
				t.Errorf("%s: production %v because %s", c.name, p.Production, p.Reason)
			}
		}
	}
}
