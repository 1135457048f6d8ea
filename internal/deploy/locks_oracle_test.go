package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// lockers are the tools that lock, with a project for each, and how each is asked what production installs of it.
func lockers() []struct{ name, files, lock, ask string } {
	const standard = "-- pyproject.toml --\n[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"Django>=4.2,<5\", \"celery[redis]<5.4\", \"psycopg[binary]==3.2.3\", \"colorama; sys_platform == 'win32'\", " +
		"\"gunicorn>=22; python_version >= '3.8'\", \"uvloop; python_version < '3.9'\"]\n[dependency-groups]\ndev = [\"pytest\", \"ruff\", {include-group = \"docs\"}]\ndocs = [\"sphinx\", \"django-debug-toolbar\"]\n"
	return []struct{ name, files, lock, ask string }{
		{"uv", standard + "[project.optional-dependencies]\nproduction = [\"whitenoise==6.6.0\", \"django[argon2]\"]\ndev = [\"zope-interface\"]\n", "uv lock -q --default-index INDEX", "uv export -q --frozen --no-dev --extra production --no-emit-project --no-hashes --no-annotate --no-header"},
		{"uv with forks", "-- pyproject.toml --\n[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.9\"\ndependencies = [\"Django==3.2.25; python_version < '3.10'\", \"Django==5.2.8; python_version >= '3.10'\", \"redis<5; sys_platform == 'win32'\", \"redis>=5; sys_platform != 'win32'\"]\n", "uv lock -q --default-index INDEX", "uv export -q --frozen --no-dev --no-emit-project --no-hashes --no-annotate --no-header"},
		{"uv's file of PEP 751", standard, "uv export -q --default-index INDEX --no-dev --no-emit-project --format pylock.toml -o pylock.toml", "uv export -q --no-dev --default-index INDEX --no-emit-project --no-hashes --no-annotate --no-header"},
		{"pip's lock", "-- requirements.txt --\nDjango<5\ncelery[redis]\n", "pip lock -q --index-url INDEX -r requirements.txt", "uv pip compile -q --default-index INDEX --no-annotate --no-header requirements.txt"},
		{"Poetry", "-- pyproject.toml --\n[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\npython = \"^3.9\"\ndjango = \">=4.2,<5\"\ncelery = {version = \"<5.4\", extras = [\"redis\"]}\npsycopg = {version = \"3.2.3\", extras = [\"binary\"]}\ncolorama = {version = \"*\", platform = \"win32\"}\n" +
			"gunicorn = [{version = \"21.2.0\", python = \"<3.10\"}, {version = \">=22\", python = \">=3.10\"}]\nuvloop = {version = \"*\", optional = true}\n[tool.poetry.extras]\nfast = [\"uvloop\"]\n" +
			"[tool.poetry.group.production.dependencies]\nwhitenoise = \"6.6.0\"\n[tool.poetry.group.dev.dependencies]\npytest = \"*\"\ndjango-debug-toolbar = \"*\"\n[tool.poetry.group.docs]\noptional = true\n[tool.poetry.group.docs.dependencies]\nsphinx = \"*\"\n" +
			"[[tool.poetry.source]]\nname = \"local\"\nurl = \"INDEX\"\n", "poetry lock -q -n", "poetry install -n --no-root --only main,production --dry-run"},
		{"Poetry with standard metadata", strings.Replace(standard, "[project]", "[tool.poetry]\npackage-mode = false\n[[tool.poetry.source]]\nname = \"local\"\nurl = \"INDEX\"\n[project]", 1), "poetry lock -q -n", "poetry install -n --no-root --only main --dry-run"},
		{"PDM", standard + "[[tool.pdm.source]]\nname = \"pypi\"\nurl = \"INDEX\"\nverify_ssl = false\n", "pdm lock -q --no-isolation", "pdm export --prod --without-hashes -f requirements"},
		{"Pipenv", "-- Pipfile --\n[[source]]\nname = \"local\"\nurl = \"INDEX\"\nverify_ssl = false\n[packages]\nDjango = \">=4.2,<5\"\ncelery = {version = \"<5.4\", extras = [\"redis\"]}\ncolorama = {version = \"*\", sys_platform = \"== 'win32'\"}\ngunicorn = \"==22.0.0\"\n[dev-packages]\npytest = \"*\"\nruff = \"*\"\n", "pipenv lock -q", "pipenv requirements"},
	}
}

// TestLockedProduction compares what locks say of production with what the tools that wrote them would install.
func TestLockedProduction(t *testing.T) {
	uv := deployProgram(t, "uv")
	programs := filepath.Dir(uv)
	index := newPackageIndex(t)
	python := pythonOf(t)
	compared := 0
	for _, c := range lockers() {
		t.Run(c.name, func(t *testing.T) {
			files := index.files(strings.ReplaceAll(c.files, "INDEX", index.url), python)
			dir := writeFiles(t, files)
			call := func(command string) string {
				words := strings.Fields(strings.ReplaceAll(command, "INDEX", index.url))
				out, err := index.run(filepath.Join(programs, words[0]), dir, words[1:]...)
				if err != nil {
					t.Fatalf("%s: %v", command, err)
				}
				return string(out)
			}
			call(c.lock)
			for _, name := range []string{"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"} {
				if data, err := os.ReadFile(filepath.Join(dir, name)); err == nil {
					files[name] = data
				}
			}
			answer := call(c.ask)
			want := dryRun(answer)
			if !strings.HasPrefix(c.ask, "poetry") {
				if err := os.WriteFile(filepath.Join(dir, "answer.txt"), []byte(answer), 0o644); err != nil {
					t.Fatal(err)
				}
				var err error
				if want, err = index.compile(uv, dir, []string{"answer.txt"}); err != nil { // decides the markers
					t.Fatal(err)
				}
			}
			if len(want) < 3 {
				t.Fatalf("%s", answer)
			}
			d := Read(source.FromMap(files)).Dependencies
			n := compareInstalled(t, d, want)
			for name := range want {
				if _, exact, _ := d.Resolved(name); !exact {
					t.Errorf("%s is locked, and its version not exact", name)
				}
			}
			compared += n
		})
	}
	t.Logf("%d locked packages of %d projects compared", compared, len(lockers()))
}

// installing matches a line of `poetry install --dry-run`; what its own environment has it brings to the version of the lock.
var installing = regexp.MustCompile(`(?m)(?:Installing|Updating|Downgrading) ([\w.-]+) \((?:[^)]+ -> )?([^)]+)\)(.*)$`)

func dryRun(text string) installed {
	all := installed{}
	for _, m := range installing.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(m[3], "Skipped") {
			all[m[1]] = m[2]
		}
	}
	return all
}
