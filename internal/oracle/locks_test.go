package oracle

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gonogo/internal/django/migrate"
	"gonogo/internal/knowledge"
	projects "gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"

	"github.com/rogpeppe/go-internal/txtar"
)

// tableLock is what a migration does to one table.
type tableLock struct {
	Lock      int  `json:"lock"` // place in lockModes, -1 for none
	Rewritten bool `json:"rewritten"`
	Scanned   bool `json:"scanned"`
	referred  bool // the other end of a foreign key: whether it is read from end to end is the planner's choice
}

// lockAnswer is what PostgreSQL shows of one migration.
type lockAnswer struct {
	Name       string               `json:"name"`
	Tables     map[string]tableLock `json:"tables"`
	Concurrent bool                 `json:"concurrent"` // only locks are seen
	Error      string               `json:"error"`
}

// lockModes are PostgreSQL's modes from the weakest to the strongest.
func lockModes() []string {
	return []string{"ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"}
}

// Each kind of operation, applied by Django to tables with rows, locks, reads and rewrites what the table of knowledge says.
func TestLocksOfPostgreSQL(t *testing.T) {
	host := startPostgres(t)
	python := filepath.Join(repository(t), "build", "venv-locks", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("%s is missing; run ./test, which installs it", python)
	}
	archive, err := txtar.ParseFile(filepath.Join("testdata", "locks", "postgres.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	files, cases := map[string]string{}, map[string]string{}
	for _, f := range archive.Files {
		if name, isCase := strings.CutSuffix(f.Name, ".py"); isCase && name != "initial" {
			cases[name] = string(f.Data)
		} else {
			files[f.Name] = string(f.Data)
		}
	}
	request, _ := json.Marshal(map[string]any{"host": host, "user": "postgres", "initial": files["initial.py"], "fill": files["fill.sql"],
		"write": files["write.sql"], "cases": cases})
	command := exec.Command(python, "-B", "-W", "ignore", filepath.Join("testdata", "locks_server.py"))
	command.Stdin, command.Stderr = bytes.NewReader(request), os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("apply the migrations: %v", err)
	}
	answered := 0
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		var seen lockAnswer
		if err := json.Unmarshal([]byte(line), &seen); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		answered++
		t.Run(seen.Name, func(t *testing.T) { compareLocks(t, files["initial.py"], cases[seen.Name], seen) })
	}
	if answered != len(cases) || answered == 0 {
		t.Errorf("%d of %d migrations were applied", answered, len(cases))
	}
}

// compareLocks compares what gonogo reads in a migration with what was seen when it was applied.
func compareLocks(t *testing.T, initial, text string, seen lockAnswer) {
	if seen.Error != "" {
		t.Fatalf("the migration fails: %s", seen.Error)
	}
	expected, uncertain := predictLocks(t, initial, text)
	if uncertain != "" {
		t.Fatalf("gonogo does not know: %s", uncertain)
	}
	for table, real := range seen.Tables {
		said, ok := expected[table]
		if !ok {
			said.Lock = -1
		}
		delete(expected, table)
		const rowShare = 1 // reading, and looking a key up
		if said.Lock != real.Lock && max(said.Lock, real.Lock) > rowShare {
			t.Errorf("%s: gonogo says %s, PostgreSQL holds %s", table, modeName(said.Lock), modeName(real.Lock))
		}
		if seen.Concurrent {
			continue
		}
		if said.Rewritten != real.Rewritten {
			t.Errorf("%s: rewritten: gonogo says %t, PostgreSQL %t", table, said.Rewritten, real.Rewritten)
		}
		if said.Scanned != real.Scanned && !real.Rewritten && said.Lock > rowShare && !said.referred {
			t.Errorf("%s: read from end to end: gonogo says %t, PostgreSQL %t", table, said.Scanned, real.Scanned)
		}
	}
	for table, said := range expected {
		t.Errorf("%s: gonogo says %s of a table that is not there", table, modeName(said.Lock))
	}
}

func modeName(i int) string {
	if i < 0 {
		return "no lock"
	}
	return lockModes()[i]
}

// predictLocks is what gonogo says of the second migration of a project, by tables.
func predictLocks(t *testing.T, initial, text string) (tables map[string]tableLock, uncertain string) {
	t.Helper()
	tree := source.FromMap(bytesOf(map[string]string{
		"manage.py":        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n",
		"settings.py":      "INSTALLED_APPS = ['shop']\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n",
		"shop/__init__.py": "", "shop/models.py": "", "shop/migrations/__init__.py": "",
		"shop/migrations/0001_initial.py": initial, "shop/migrations/0002_case.py": text, "requirements.txt": "Django==5.2.8\n",
	}))
	s, err := projects.Load(tree, projects.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tables = map[string]tableLock{}
	m := s.Migrations()
	s.Program().Do(func(*eval.Session) {
		x := m.All[migrate.Key{App: "shop", Name: "0002_case"}]
		if x == nil || x.Unknown != "" {
			t.Fatal("the migration is not read")
		}
		for _, o := range x.Operations {
			uncertain += o.Unknown
			for _, o := range append([]*migrate.Operation{o}, o.Database...) {
				uncertain += o.Uncertain
				for _, e := range o.Effects {
					note(t, tables, e)
				}
			}
		}
	})
	return tables, uncertain
}

// note adds the locks of one effect.
func note(t *testing.T, tables map[string]tableLock, e migrate.Effect) {
	t.Helper()
	l, ok := knowledge.HowLocks(knowledge.PostgreSQL, knowledge.Version{Major: 15}, e.Change)
	if !ok {
		t.Fatalf("no row for: %s", e.Change)
	}
	add := func(table, lock string, work knowledge.Work, other bool) {
		if lock == "" || table == "" {
			return
		}
		had, there := tables[table]
		if !there {
			had.Lock = -1
		}
		place := -1
		for i, name := range lockModes() {
			if name == lock {
				place = i
			}
		}
		if place < 0 {
			t.Fatalf("no such lock: %s", lock)
		}
		tables[table] = tableLock{max(had.Lock, place), had.Rewritten || work == knowledge.Rewrite, had.Scanned || work > knowledge.Moment, had.referred || other}
	}
	table := e.Table
	if e.Model != "" {
		table = strings.ReplaceAll(e.Model, ".", "_")
	}
	add(table, l.Lock, l.Work, false)
	add(strings.ReplaceAll(e.Other, ".", "_"), l.Other, knowledge.Moment, true)
}

func bytesOf(texts map[string]string) map[string][]byte {
	out := map[string][]byte{}
	for name, text := range texts {
		out[name] = []byte(text)
	}
	return out
}
