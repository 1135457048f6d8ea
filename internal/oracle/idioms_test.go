package oracle

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// updateAnswers writes the answers of real Django to testdata/idioms/answers, where the comparison without Python reads them.
var updateAnswers = flag.Bool("update", false, "with GONOGO_ORACLE=1: write the answers of real Django to testdata/idioms/answers")

// idiomDjangos are the virtual environments that the fixtures of testdata/idioms are imported in.
var idiomDjangos = [...]string{"venv-django42", "venv-django52", newestDjango}

// idiomFiles are the archives of testdata/idioms. Each is a small project named after the one idiom that it shows, with the
// directives of readProject.
func idiomFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "idioms", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d fixtures, %v", len(files), err)
	}
	return files
}

func idiomName(file string) string { return strings.TrimSuffix(filepath.Base(file), ".txtar") }

// TestIdioms compares gonogo with what real Django had, setting by setting and environment by environment. The answers are
// recorded. With GONOGO_ORACLE=1 every Django is asked again, and with -update too the answers are written:
//
//	GONOGO_ORACLE=1 go test ./internal/oracle -run TestIdioms -update
//
// A name behind -run=TestIdioms/all/ chooses one fixture.
func TestIdioms(t *testing.T) {
	files := idiomFiles(t)
	counts := make([]idiomCount, len(files))
	answers := recordedAnswers
	if os.Getenv("GONOGO_ORACLE") == "1" {
		answers = askDjangos(t)
	}
	t.Run("all", func(t *testing.T) { // ends when those that run in parallel have ended
		for i, file := range files {
			t.Run(idiomName(file), func(t *testing.T) {
				t.Parallel()
				p := readProject(t, file)
				counts[i] = compareIdiom(t, p, answers(t, file, p))
				counts[i].judgeFixture(t, p)
			})
		}
	})
	judgeIdioms(t, counts)
}

// idiomRun is one environment, and what each Django has under it.
type idiomRun struct {
	Env     map[string]string `json:"env"`
	Answers []idiomAnswer     `json:"answers"`
}

// idiomAnswer is the answer that these Djangos share.
type idiomAnswer struct {
	Django   []string                   `json:"django"`
	Settings map[string]json.RawMessage `json:"settings,omitempty"`
	Error    string                     `json:"error,omitempty"`
}

// askDjangos starts a Python for each Django; the function that it returns asks all of them about a fixture under every environment.
func askDjangos(t *testing.T) func(*testing.T, string, project) []idiomRun {
	t.Helper()
	servers := map[string]*djangoServer{}
	for _, venv := range idiomDjangos {
		if venv == newestDjango && !haveNewestDjango(t) {
			t.Log("not compared with Django 6.1, which needs Python 3.12")
			continue
		}
		servers[venv] = startDjango(t, venv)
	}
	return func(t *testing.T, file string, p project) []idiomRun {
		t.Helper()
		var runs []idiomRun
		for _, env := range p.environments(t) {
			run := idiomRun{Env: env}
			for _, venv := range idiomDjangos {
				if server := servers[venv]; server != nil {
					run.add(venv, server.ask(t, request{Folder: p.folder, Module: p.module, Env: env}))
				}
			}
			runs = append(runs, run)
		}
		if *updateAnswers && len(servers) == len(idiomDjangos) {
			writeIdiomAnswers(t, file, p, runs)
		}
		return runs
	}
}

func haveNewestDjango(t *testing.T) bool {
	t.Helper()
	_, err := os.Stat(filepath.Join(repository(t), "build", newestDjango, "bin", "python"))
	return err == nil
}

// add joins the answer of a Django with the same answer of others.
func (r *idiomRun) add(venv string, answer reply) {
	for i, other := range r.Answers {
		if other.Error == answer.Error && sameSettings(other.Settings, answer.Settings) {
			r.Answers[i].Django = append(other.Django, venv)
			return
		}
	}
	r.Answers = append(r.Answers, idiomAnswer{Django: []string{venv}, Settings: answer.Settings, Error: answer.Error})
}

func sameSettings(a, b map[string]json.RawMessage) bool {
	if len(a) != len(b) {
		return false
	}
	for name, value := range a {
		if other, ok := b[name]; !ok || string(other) != string(value) {
			return false
		}
	}
	return true
}

// compareIdiom compares every setting under each environment taken as complete, and those of the shipped world, in which
// nothing is said about the environment, with what Django has when nothing is set.
func compareIdiom(t *testing.T, p project, runs []idiomRun) idiomCount {
	t.Helper()
	count := newIdiomCount()
	for i, run := range runs {
		ours := evaluateIdiom(t, p, "--env-file", environmentFile(t, run.Env))
		for _, theirs := range run.Answers {
			count.compare(t, p, envLabel(run.Env, theirs), ours, theirs)
		}
		if i > 0 || len(p.always) > 0 {
			continue
		}
		for _, theirs := range run.Answers {
			if theirs.Error == "" {
				count.compare(t, p, "as shipped", evaluateIdiom(t, p), theirs)
			}
		}
	}
	return count
}

func envLabel(env map[string]string, theirs idiomAnswer) string {
	text, _ := json.Marshal(env)
	return strings.Join(theirs.Django, " ") + " " + string(text)
}

// evaluation is what gonogo says of a fixture in one environment.
type evaluation struct {
	settings map[string]setting
	imported bool
	ask      func(names ...string) map[string]setting // what it says of names that it does not list
}

// evaluateIdiom asks gonogo for all settings; args say more of the environment.
func evaluateIdiom(t *testing.T, p project, args ...string) evaluation {
	t.Helper()
	args = append([]string{"--settings", p.module, "--show-secrets", "--format", "json"}, args...)
	ask := func(names ...string) (map[string]setting, bool) {
		out, code := run(t, slices.Concat([]string{"settings", p.folder}, names, args)...)
		var answer struct{ Settings map[string]setting }
		if err := json.Unmarshal([]byte(out), &answer); err != nil {
			t.Fatalf("%v in %s", err, out)
		}
		return answer.Settings, code == 0
	}
	settings, imported := ask()
	return evaluation{settings, imported, func(names ...string) map[string]setting { more, _ := ask(names...); return more }}
}
