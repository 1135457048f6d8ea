package oracle

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/django/orm"
	projects "gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"

	"github.com/rogpeppe/go-internal/txtar"
)

// djangoModel is a ModelState as testdata/orm_dump.py tells it.
type djangoModel struct {
	Name        string                     `json:"name"`
	Fields      map[string]json.RawMessage `json:"fields"`
	Order       []string                   `json:"order"`
	Indexes     []json.RawMessage          `json:"indexes"`
	Constraints []json.RawMessage          `json:"constraints"`
	Options     map[string]json.RawMessage `json:"options"`
	Bases       []string                   `json:"bases"`
	Table       string                     `json:"table"`
}

// ormTally counts what was compared.
type ormTally struct {
	models, fields, options, indexes int
	undecided                        map[string]int
	wrong                            []string
}

func (y *ormTally) skip(reason string) { y.undecided[reason]++ }

func (y *ormTally) fault(format string, args ...any) {
	y.wrong = append(y.wrong, fmt.Sprintf(format, args...))
}

// TestModelsAgree compares the models of projects with ProjectState.from_apps of real Django.
func TestModelsAgree(t *testing.T) {
	for _, c := range []struct{ venv, version, settings, project string }{
		{"venv-django42", "4.2", "conf.settings", "library"},
		{"venv-django52", "5.2", "conf.settings", "library"},
		{newestDjango, "6.1", "conf.settings", "library"},
		{"venv-django52", "5.2", "conf.settings", "postgres"},
		{newestDjango, "6.1", "conf.settings", "postgres"},
		{"venv-django52", "5.2", "conf.settings", "packages"},
		{"venv-django52", "5.2", "config.settings.development", ""},
	} {
		t.Run(c.venv+"/"+c.project, func(t *testing.T) {
			startDjango(t, c.venv) // skips, or fails when the environment is missing
			folder := t.TempDir()
			if c.project == "" {
				folder = filepath.Join(repository(t), "examples", "shop")
			} else {
				unpack(t, filepath.Join("testdata", "orm", c.project+".txtar"), folder)
				if err := os.WriteFile(filepath.Join(folder, "requirements.txt"), []byte("django=="+c.version+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			real := dumpModels(t, c.venv, folder, c.settings)
			var packages []string
			if c.project == "packages" {
				packages, _ = filepath.Glob(filepath.Join(repository(t), "build", c.venv, "lib", "python3*", "site-packages"))
			}
			y := compareModels(t, folder, projects.Options{Settings: c.settings, SitePackages: packages}, real)
			for _, w := range y.wrong {
				t.Error(w)
			}
			undecided := 0
			for reason, n := range y.undecided {
				undecided += n
				t.Logf("%d undecided: %s", n, reason)
			}
			t.Logf("%d models, %d fields, %d options, %d indexes and constraints; %d undecided, %d wrong", y.models, y.fields, y.options, y.indexes,
				undecided, len(y.wrong))
		})
	}
}

func unpack(t *testing.T, archive, folder string) {
	t.Helper()
	a, err := txtar.ParseFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		name := filepath.Join(folder, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func dumpModels(t *testing.T, venv, folder, settings string) map[string]djangoModel {
	t.Helper()
	command := exec.Command(filepath.Join(repository(t), "build", venv, "bin", "python"), "-B", "-W", "ignore",
		filepath.Join("testdata", "orm_dump.py"), folder, settings)
	var errors bytes.Buffer
	command.Stderr = &errors
	command.Env = append(os.Environ(), "SECRET_KEY=only-for-tests", "DATABASE_URL=sqlite:///:memory:")
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errors.String())
	}
	var real map[string]djangoModel
	if err := json.Unmarshal(out, &real); err != nil {
		t.Fatal(err)
	}
	return real
}

func compareModels(t *testing.T, folder string, options projects.Options, real map[string]djangoModel) *ormTally {
	t.Helper()
	tree, err := source.Open(folder, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := projects.Load(tree, options)
	if err != nil {
		t.Fatal(err)
	}
	y := &ormTally{undecided: map[string]int{}}
	models := s.Models()
	s.Program().Do(func(*eval.Session) {
		for _, f := range models.Failures {
			y.fault("%s: %s", f.Module, f.Reason)
		}
		for _, key := range sortedModels(real) {
			ours := models.State.Models[key]
			if ours == nil {
				y.fault("%s: not found", key)
				continue
			}
			y.models++
			compareState(y, ours, real[key])
		}
		for _, key := range models.State.Keys() {
			if _, ok := real[key]; !ok {
				y.fault("%s: Django has no such model", key)
			}
		}
		for _, m := range models.All {
			if m.State != nil && m.Table != real[m.State.Key()].Table {
				y.fault("%s: table %q, Django has %q", m.State.Key(), m.Table, real[m.State.Key()].Table)
			}
		}
	})
	return y
}

func sortedModels(real map[string]djangoModel) []string {
	var keys []string
	for key := range real {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func compareState(y *ormTally, ours *orm.ModelState, real djangoModel) {
	name := ours.Key()
	if ours.Name != real.Name {
		y.fault("%s: name %s, Django has %s", name, ours.Name, real.Name)
	}
	var order []string
	for i := range ours.Fields {
		f := &ours.Fields[i]
		order = append(order, f.Name)
		text, ok := real.Fields[f.Name]
		if !ok {
			y.fault("%s: Django has no field %s", name, f.Name)
			continue
		}
		y.fields++
		e := &ormEncoder{}
		y.compare(name+"."+f.Name, e, e.made(&f.Deconstructed, map[string]any{"swappable": f.Swappable}), text)
	}
	if ours.Undecided != "" {
		y.skip(ours.Undecided)
	} else if !slices.Equal(order, real.Order) {
		y.fault("%s: fields %v, Django has %v", name, order, real.Order)
	}
	compareOptions(y, ours, real)
	var bases []string
	for _, b := range ours.Bases {
		bases = append(bases, b.Model+b.Class)
	}
	if ours.Undecided == "" && !slices.Equal(bases, real.Bases) {
		y.fault("%s: bases %v, Django has %v", name, bases, real.Bases)
	}
}

func compareOptions(y *ormTally, ours *orm.ModelState, real djangoModel) {
	name := ours.Key()
	if ours.UndecidedOptions != "" {
		y.skip(ours.UndecidedOptions)
		return
	}
	for option, text := range real.Options {
		if v, ok := ours.Options[option]; ok {
			y.options++
			e := &ormEncoder{}
			y.compare(name+" option "+option, e, e.value(v), text)
		} else {
			y.fault("%s: no option %s, Django has %s", name, option, text)
		}
	}
	for option := range ours.Options {
		if _, ok := real.Options[option]; !ok {
			y.fault("%s: Django has no option %s", name, option)
		}
	}
	if len(ours.Indexes) != len(real.Indexes) || len(ours.Checks) != len(real.Constraints) {
		y.fault("%s: %d indexes and %d constraints, Django has %d and %d", name, len(ours.Indexes), len(ours.Checks), len(real.Indexes), len(real.Constraints))
		return
	}
	for i := range ours.Indexes {
		y.indexes++
		e := &ormEncoder{}
		y.compare(fmt.Sprintf("%s index %d", name, i), e, e.made(&ours.Indexes[i].Deconstructed, map[string]any{}), real.Indexes[i])
	}
	for i := range ours.Checks {
		y.indexes++
		e := &ormEncoder{}
		y.compare(fmt.Sprintf("%s constraint %d", name, i), e, e.made(&ours.Checks[i].Deconstructed, map[string]any{}), real.Constraints[i])
	}
}

// compare counts one value; what is not known is counted apart.
func (y *ormTally) compare(what string, e *ormEncoder, ours any, real json.RawMessage) {
	if e.unknown != "" {
		y.skip(e.unknown)
		return
	}
	text, _ := json.Marshal(ours)
	var a, b any
	json.Unmarshal(text, &a)
	json.Unmarshal(real, &b)
	x, _ := json.Marshal(a)
	z, _ := json.Marshal(b)
	if string(x) != string(z) {
		y.fault("%s\n  ours   %s\n  Django %s", what, strings.ReplaceAll(string(x), `\u003c`, "<"), strings.ReplaceAll(string(z), `\u003c`, "<"))
	}
}
