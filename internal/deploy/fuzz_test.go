package deploy

import (
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"gonogo/internal/source"
)

// fuzzNames are names of files of every format that is read.
func fuzzNames() []string {
	return []string{
		"Dockerfile", "docker-compose.yml", "compose.prod.yaml", "Procfile", "k8s/app.yaml", "shop.service", "supervisor.conf", "fly.toml", "render.yaml", "app.json",
		"heroku.yml", "app.yaml", "railway.json", "railway.toml", ".do/app.yaml", "requirements.txt", "constraints.txt", "pyproject.toml", "poetry.lock", "uv.lock", "pdm.lock",
		"pylock.toml", "Pipfile", "Pipfile.lock", "setup.cfg", "setup.py", "environment.yml", "runtime.txt", ".python-version", ".env", "entrypoint.sh",
		"gunicorn.conf.py", "uwsgi.ini", ".platform.app.yaml", ".dockerignore",
		"k8s/kustomization.yaml", ".ebextensions/django.config", ".platform/hooks/predeploy/run.sh", "zappa_settings.json",
	}
}

// scriptName is the place of entrypoint.sh in fuzzNames.
const scriptName = 30

// FuzzRead gives each format any text, beside a Dockerfile and a Compose file that start it as a script. Nothing may panic or hang,
// every span must lie in its file, and reading again must give the same.
func FuzzRead(f *testing.F) {
	archives, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range archives {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range archive.Files {
			for i, known := range fuzzNames() {
				if filepath.Base(file.Name) == filepath.Base(known) {
					f.Add(i, file.Data)
				}
			}
			if filepath.Ext(file.Name) == ".sh" || len(file.Data) > 2 && string(file.Data[:2]) == "#!" {
				f.Add(scriptName, file.Data)
			}
		}
	}
	f.Add(0, []byte("FROM a AS b\nFROM b AS a\nCOPY --from=a x y\nENTRYPOINT exec \"$@\"\nENV A=$B B=${A:-${A:-x}}\n"))
	f.Add(1, []byte("services:\n  a: &a\n    extends: a\n    <<: *a\n  b: *a\n"))
	f.Add(1, []byte("a: &a [x]\nb: &b [*a,*a]\nservices: {x: {command: *b, <<: [*a, *b]}}\n"))
	f.Add(15, []byte("-r requirements.txt\n-c requirements.txt\n-r ../../etc/passwd\n"))
	f.Add(scriptName, []byte("f() { f; f; }\nf\n. ./entrypoint.sh\nsh -c \"sh -c 'sh entrypoint.sh'\"\neval \"$0\"\n"))
	names := fuzzNames()
	f.Fuzz(func(t *testing.T, which int, data []byte) {
		if which < 0 || which >= len(names) {
			t.Skip()
		}
		files := map[string][]byte{
			"Dockerfile":  []byte("FROM python:3.12\nCOPY . /app\nWORKDIR /app\nENTRYPOINT [\"/app/entrypoint.sh\"]\nCMD [\"web\"]\n"),
			"compose.yml": []byte("services:\n  web:\n    build: .\n    env_file: .env\n    command: sh ./entrypoint.sh web\n"),
		}
		files[names[which]] = data
		first := Read(source.FromMap(files))
		checkSpans(t, first)
		if describe(first) != describe(Read(source.FromMap(files))) {
			t.Error("reading twice gives two answers")
		}
	})
}

func checkSpans(t *testing.T, d *Deployment) {
	t.Helper()
	in := func(what string, at source.Span) {
		if at.File != nil && (at.Start > at.End || int(at.End) > len(at.File.Data)) {
			t.Errorf("%s: span %d-%d of %d bytes", what, at.Start, at.End, len(at.File.Data))
		}
	}
	for _, p := range d.Processes {
		in("process", p.At)
		for _, v := range p.Env {
			in("variable "+v.Name, v.At)
		}
		for _, c := range p.Commands {
			in("command", c.At)
		}
		for _, port := range p.Ports {
			in("port", port.At)
		}
		for _, probe := range p.Probes {
			in("probe", probe.At)
		}
		for _, v := range p.Volumes {
			in("volume", v.At)
		}
		if s, ok := p.Server(); ok {
			in("application", s.AppAt)
			in("workers", s.Workers.At)
		}
	}
	for _, r := range d.Dependencies.Requirements {
		in("requirement "+r.Name, r.At)
	}
	for _, g := range d.Diagnostics {
		in("diagnostic "+g.Message, g.At)
	}
}
