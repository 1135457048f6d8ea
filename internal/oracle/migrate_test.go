package oracle

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/django/migrate"
	projects "gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// autodetector is a process with real Django that tells what makemigrations would write.
type autodetector struct {
	in  io.WriteCloser
	out *bufio.Reader
}

// detected is its answer.
type detected struct {
	Changes map[string][][3]string // kind, model, description
	Error   string
	Edit    int      // which edit it is an answer to, -1 for the folder as it is; see askEdits
	Loaded  []string // for the folder as it is: the modules that were imported, as paths below the folder
}

func startAutodetector(t *testing.T, venv string) *autodetector {
	t.Helper()
	startDjango(t, venv) // skips, or fails when the environment is missing
	return startAutodetectorOf(t, filepath.Join(repository(t), "build", venv, "bin", "python"))
}

func startAutodetectorOf(t *testing.T, python string) *autodetector {
	t.Helper()
	command := exec.Command(python, "-B", "-W", "ignore", filepath.Join("testdata", "migrate_server.py"))
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		command.Wait()
	})
	return &autodetector{in, bufio.NewReaderSize(out, 1<<20)}
}

func (a *autodetector) ask(t *testing.T, folder, settings string, write bool) detected {
	t.Helper()
	request, _ := json.Marshal(map[string]any{"folder": folder, "settings": settings, "make": write})
	if _, err := a.in.Write(append(request, '\n')); err != nil {
		t.Fatal(err)
	}
	line, err := a.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var d detected
	if err := json.Unmarshal(line, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// askEdits asks about each edit alone, and at last about the folder as it is; the files stay as they are. Answers are read while others are
// worked out, and come in the order in which Python imports what is edited.
func (a *autodetector) askEdits(t *testing.T, folder, settings string, edits []modelEditOf) iter.Seq[detected] {
	t.Helper()
	if edits == nil {
		edits = []modelEditOf{}
	}
	request, err := json.Marshal(map[string]any{"folder": folder, "settings": settings, "edits": edits})
	if err != nil {
		t.Fatal(err)
	}
	type read struct {
		detected
		err error
	}
	answers := make(chan read, len(edits)+1)
	go func() {
		defer close(answers)
		_, err := a.in.Write(append(request, '\n'))
		for err == nil {
			var d detected
			var line []byte
			if line, err = a.out.ReadBytes('\n'); err == nil {
				err = json.Unmarshal(line, &d)
			}
			answers <- read{d, err}
			if d.Edit < 0 {
				return
			}
		}
	}()
	return func(yield func(detected) bool) {
		for d := range answers {
			if d.err != nil {
				t.Fatal(d.err)
			}
			if !yield(d.detected) {
				return
			}
		}
	}
}

// migrationTally counts what agreed.
type migrationTally struct {
	models, undecided int
	// changed are models that Django would change, missed those of them for which gonogo leaves it undecided.
	changed, missed int
	wrong           []string
	reasons         map[string]int
}

func (y *migrationTally) add(o *migrationTally) {
	y.models, y.undecided, y.changed, y.missed = y.models+o.models, y.undecided+o.undecided, y.changed+o.changed, y.missed+o.missed
	y.wrong = append(y.wrong, o.wrong...)
	for reason, n := range o.reasons {
		y.reasons[reason] += n
	}
}

// String tells the counts in one line.
func (y *migrationTally) String() string {
	return fmt.Sprintf("%d models compared, %d of them changed; %d undecided, %d of them changed; %d false", y.models, y.changed, y.undecided, y.missed, len(y.wrong))
}

// compareMigrations compares what gonogo finds missing in a project with what Django would write, model by model.
func compareMigrations(t *testing.T, y *migrationTally, label string, options projects.Options, folder string, real detected) {
	t.Helper()
	tree, err := source.Open(folder, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := projects.Load(tree, options)
	if err != nil {
		t.Fatal(err)
	}
	m := s.Migrations()
	s.Program().Do(func(session *eval.Session) {
		defer session.Close()
		if m.Failure != "" {
			y.wrong = append(y.wrong, label+": "+m.Failure)
			return
		}
		ours, theirs := ourChanges(m), djangoChanges(real)
		doubts := map[string]string{}
		for _, d := range m.Doubts {
			doubts[d.App+"."+d.Model] = d.Reason
		}
		models := map[string]bool{}
		for _, set := range []map[string][]string{ours, theirs} {
			for key := range set {
				models[key] = true
			}
		}
		for _, key := range s.Collected().State.Keys() {
			app, _, _ := strings.Cut(key, ".")
			if a := m.App(app); a != nil && len(a.Migrations) > 0 {
				models[key] = true
			}
		}
		for key := range models {
			app, _, _ := strings.Cut(key, ".")
			if m.App(app) == nil {
				continue // the migrations of its package are not there
			}
			y.models++
			reason := doubts[key]
			if reason == "" {
				reason = doubts[app+"."]
			}
			if len(theirs[key]) > 0 {
				y.changed++
			}
			if reason != "" {
				y.undecided++
				y.reasons[reason]++
				if len(theirs[key]) > 0 {
					y.missed++
				}
				for _, text := range ours[key] {
					if !slices.Contains(theirs[key], text) {
						y.wrong = append(y.wrong, fmt.Sprintf("%s: %s: gonogo says %q, and Django does not (%q)", label, key, text, theirs[key]))
					}
				}
				continue
			}
			if !slices.Equal(ours[key], theirs[key]) {
				y.wrong = append(y.wrong, fmt.Sprintf("%s: %s:\n  gonogo %q\n  Django %q", label, key, ours[key], theirs[key]))
			}
		}
	})
}

// ourChanges are the descriptions by model, sorted.
func ourChanges(m *migrate.Migrations) map[string][]string {
	out := map[string][]string{}
	for _, c := range m.Changes {
		key := c.App + "." + c.Model
		out[key] = append(out[key], plainText(c.Kind, c.Text))
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

// djangoChanges are Django's in the same form: what it does to a table that it makes or drops is not told, nor is how it takes steps.
func djangoChanges(d detected) map[string][]string {
	out := map[string][]string{}
	for app, list := range d.Changes {
		whole := map[string]bool{}
		for _, o := range list {
			whole[o[1]] = whole[o[1]] || o[0] == "CreateModel" || o[0] == "DeleteModel"
		}
		for _, o := range list {
			key := app + "." + o[1]
			text := plainText(o[0], o[2])
			if whole[o[1]] && o[0] != "CreateModel" && o[0] != "DeleteModel" || slices.Contains(out[key], text) {
				continue
			}
			out[key] = append(out[key], text)
		}
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

// plainText leaves out what Django writes of expressions.
func plainText(kind, text string) string {
	if kind == "AddIndex" && !strings.Contains(text, "on field(s)") {
		text, _, _ = strings.Cut(text, " on ")
	}
	return strings.ToLower(text)
}

func (y *migrationTally) report(t *testing.T) {
	for _, w := range y.wrong {
		t.Error(w)
	}
	for reason, n := range y.reasons {
		t.Logf("%d undecided: %s", n, reason)
	}
	t.Log(y)
}

// TestMigrationsAgree compares with makemigrations: a project as it is, and after many kinds of edits of its models.
func TestMigrationsAgree(t *testing.T) {
	for venv, version := range map[string]string{"venv-django42": "4.2", "venv-django52": "5.2", newestDjango: "6.1"} {
		t.Run(venv, func(t *testing.T) {
			a := startAutodetector(t, venv)
			folder := t.TempDir()
			unpack(t, filepath.Join("testdata", "migrate", "warehouse.txtar"), folder)
			if err := os.WriteFile(filepath.Join(folder, "requirements.txt"), []byte("django=="+version+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
			if d := a.ask(t, folder, "conf.settings", true); d.Error != "" || len(d.Changes) != 0 {
				t.Fatalf("%+v", d)
			}
			y := &migrationTally{reasons: map[string]int{}}
			options := projects.Options{Settings: "conf.settings"}
			compareMigrations(t, y, "as it is", options, folder, a.ask(t, folder, "conf.settings", false))
			for _, e := range modelEdits() {
				path := filepath.Join(folder, e.file)
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				text := string(data)
				if !strings.Contains(text, e.old) {
					t.Errorf("%s: there is no %q", e.name, e.old)
					continue
				}
				if err := os.WriteFile(path, []byte(strings.Replace(text, e.old, e.new, 1)), 0o644); err != nil {
					t.Fatal(err)
				}
				d := a.ask(t, folder, "conf.settings", false)
				if version == "4.2" && strings.Contains(d.Error, "unexpected keyword argument 'violation_error_code'") {
					t.Logf("%s: Django 4.2 has no such argument", e.name)
				} else if d.Error != "" {
					t.Errorf("%s: Django fails: %s", e.name, d.Error)
				} else {
					compareMigrations(t, y, e.name, options, folder, d)
				}
				if err := os.WriteFile(path, data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			t.Logf("%d edits", len(modelEdits()))
			y.report(t)
			if y.undecided > 3 {
				t.Errorf("%d are undecided, and three were: a class that is no model any more, a time, and a field with its own constructor", y.undecided)
			}
		})
	}
}

// TestShopMigrationsAgree compares the example project.
func TestShopMigrationsAgree(t *testing.T) {
	a := startAutodetector(t, "venv-django52")
	folder := filepath.Join(repository(t), "examples", "shop")
	t.Setenv("SECRET_KEY", "only-for-tests")
	y := &migrationTally{reasons: map[string]int{}}
	d := a.ask(t, folder, "config.settings.development", false)
	if d.Error != "" {
		t.Fatal(d.Error)
	}
	compareMigrations(t, y, "shop", projects.Options{Settings: "config.settings.development"}, folder, d)
	y.report(t)
}
