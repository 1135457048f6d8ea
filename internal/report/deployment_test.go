package report

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

func exampleDeployment() Deployment {
	tree := source.FromMap(map[string][]byte{
		"compose.yml": []byte(`services:
  web:
    build: .
    command: gunicorn shop.wsgi -b 0.0.0.0:8000 -w 3
    environment: {DJANGO_SETTINGS_MODULE: shop.settings, SECRET_KEY: "abcdefgh-very-secret", SENTRY: "${SENTRY}"}
    restart: unless-stopped
    healthcheck: {test: [CMD, curl, -f, "http://localhost:8000/health/"]}
    deploy: {replicas: 2, resources: {limits: {memory: 512M}}}
  worker: {build: ., command: celery -A shop worker}
  db: {image: "postgres:16", volumes: ["data:/var/lib/postgresql/data"]}
  nginx:
    image: nginx:1.27
    ports: ["80:80"]
    volumes: ["./site.conf:/etc/nginx/conf.d/default.conf"]
`),
		"site.conf":         []byte("server { listen 80; listen [::]:80; server_name shop.example.com; location / { proxy_pass http://web:8000; } location /static/ { alias /srv/static/; } }\n"),
		"Dockerfile":        []byte("FROM python:3.13-slim\nUSER app\n"),
		"dev/Procfile":      []byte("web: python manage.py runserver\n"),
		"manage.py":         []byte("import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n"),
		"requirements.txt":  []byte("django==5.2.8\n"),
		"shop/settings.py":  []byte("DEBUG = False\n"),
		"unused/nginx.conf": []byte("events {}\n"),
	})
	return Deployment{Deployment: deploy.Read(tree), Settings: "shop.settings", SettingsReason: "the only settings module"}
}

func TestDeploymentText(t *testing.T) {
	var out strings.Builder
	if err := DeploymentText(&out, exampleDeployment(), Style{}); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/deployment.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), out.String()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if strings.Contains(out.String(), "very-secret") {
		t.Error("a secret is shown")
	}
}

func TestDeploymentJSON(t *testing.T) {
	var out strings.Builder
	if err := DeploymentJSON(&out, exampleDeployment()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "very-secret") {
		t.Error("a secret is shown")
	}
	var got struct {
		Processes []struct {
			Name, Role string
			Production bool
			Server     *struct{ Workers struct{ Value int } }
		}
		Proxies []struct {
			Sites []struct {
				Routes []struct {
					Pattern string
					Backend *struct{ Processes []string }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(out.String()), &got); err != nil {
		t.Fatal(err)
	}
	for _, p := range got.Processes {
		if p.Name == "web" && p.Production && (p.Role != "web" || p.Server == nil || p.Server.Workers.Value != 3) {
			t.Errorf("web is %+v", p)
		}
	}
	if len(got.Proxies) != 1 || got.Proxies[0].Sites[0].Routes[1].Backend.Processes[0] != "web" {
		t.Errorf("proxies are %+v", got.Proxies)
	}
}

func TestDeploymentMarkdown(t *testing.T) {
	var out strings.Builder
	if err := DeploymentMarkdown(&out, exampleDeployment()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"└─ nginx (nginx, site.conf)", "### web (web)", "| restart | always, by Docker |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}
