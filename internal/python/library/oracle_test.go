package library_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"
	"gonogo/internal/python/library/pyshlex"
)

// The oracle: every program of testdata/oracle/*.txt is a settings module. Real Python with the real packages imports it under
// several environments, and every value that the interpreter calls known must be equal. The answers of Python are kept in
// testdata/oracle/answers.json.gz, so that the comparison needs no Python; with GONOGO_ORACLE=1 Python is asked again
// (see testdata/oracle/setup.sh), and with -update its answers are written.
var (
	update = flag.Bool("update", false, "with GONOGO_ORACLE=1: write the answers of Python")
	only   = flag.String("only", "", "with GONOGO_ORACLE=1: ask Python only about programs with this in their names")
)

const answersFile = "testdata/oracle/answers.json.gz"

// program is one settings module with its project.
type program struct {
	name          string
	files         map[string]string
	plausible     map[string]string
	also          []map[string]string
	configuration string
	argv          []string
}

// job is what run.py reads.
type job struct {
	Root          string              `json:"root"`
	Files         map[string]string   `json:"files"`
	Module        string              `json:"module"`
	Configuration string              `json:"configuration,omitempty"`
	Argv          []string            `json:"argv,omitempty"`
	Environments  []map[string]string `json:"environments"`
}

// answer is what run.py prints for one environment.
type answer struct {
	Settings map[string]any `json:"settings,omitempty"`
	Error    string         `json:"error,omitempty"`
	Message  string         `json:"message,omitempty"`
}

func readPrograms(t *testing.T) []program {
	t.Helper()
	files, err := filepath.Glob("testdata/oracle/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	sort.Strings(files)
	var out []program
	seen := map[string]bool{}
	for _, f := range files {
		if filepath.Base(f) == "requirements.txt" {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split("\n"+string(data), "\n=== ")[1:] {
			p := parseProgram(t, strings.TrimSuffix(filepath.Base(f), ".txt"), part)
			if seen[p.name] {
				t.Fatalf("two programs are called %s", p.name)
			}
			seen[p.name] = true
			out = append(out, p)
		}
	}
	return out
}

func parseProgram(t *testing.T, group, text string) program {
	t.Helper()
	title, rest, _ := strings.Cut(text, "\n")
	p := program{name: group + "-" + strings.ReplaceAll(strings.TrimSpace(title), " ", "-"), files: map[string]string{}, plausible: map[string]string{}}
	for {
		line, after, _ := strings.Cut(rest, "\n")
		key, value, ok := strings.Cut(line, ": ")
		if !ok || !strings.Contains("env also conf argv", key) {
			break
		}
		words, err := pyshlex.Split(value, " ", "")
		if err != nil {
			t.Fatal(p.name, err)
		}
		switch key {
		case "conf":
			p.configuration = value
		case "argv":
			p.argv = words
		default:
			vars := map[string]string{}
			for _, w := range words {
				n, v, _ := strings.Cut(w, "=")
				vars[n] = v
			}
			if key == "env" {
				p.plausible = vars
			} else {
				p.also = append(p.also, vars)
			}
		}
		rest = after
	}
	name := "settings.py"
	for _, part := range strings.Split("\n--- settings.py\n"+rest, "\n--- ")[1:] {
		var body string
		name, body, _ = strings.Cut(part, "\n")
		if body != "" && !strings.HasSuffix(body, "\n") {
			body += "\n"
		}
		p.files[strings.TrimSpace(name)] = body
	}
	return p
}

// environments are: none set, all plausible, each variable in turn missing, empty, "False", "0", and those that the program names.
func (p program) environments() []map[string]string {
	out := []map[string]string{{}}
	if len(p.plausible) > 0 {
		out = append(out, p.plausible)
		names := make([]string, 0, len(p.plausible))
		for n := range p.plausible {
			names = append(names, n)
		}
		sort.Strings(names)
		for _, n := range names {
			for _, v := range []string{"\x00", "", "False", "0"} {
				e := map[string]string{}
				for k, w := range p.plausible {
					e[k] = w
				}
				e[n] = v
				if v == "\x00" {
					delete(e, n)
				}
				out = append(out, e)
			}
		}
	}
	for _, also := range p.also {
		e := map[string]string{}
		for k, w := range p.plausible {
			e[k] = w
		}
		for k, w := range also {
			e[k] = w
		}
		out = append(out, e)
	}
	return out
}

func (p program) job() job {
	return job{Root: "/tmp/gonogo-oracle/" + p.name, Files: p.files, Module: "settings", Configuration: p.configuration, Argv: p.argv, Environments: p.environments()}
}

// installed are the versions in which the oracle's packages were installed (setup.sh takes the newest).
func installed(distribution string) (string, eval.Tri) {
	versions := map[string]string{"django": "5.2.8", "django-redis": "7.0.0", "redis": "8.1.0", "psycopg": "3.3.9", "whitenoise": "6.12.0"}
	v, ok := versions[strings.ToLower(distribution)]
	if ok {
		return v, eval.Yes
	}
	if strings.EqualFold(distribution, "pymemcache") {
		return "", eval.No
	}
	return "", eval.Maybe
}

// tally counts settings over all programs and environments.
type tally struct {
	known, partly, unknown, wrong, failures int
	logged                                  map[string]bool
}

// log tells of an unknown setting, once for a program.
func (c *tally) log(t *testing.T, where, name, reason string, want any) {
	program, _, _ := strings.Cut(where, " ")
	if key := program + name; *verbose && !c.logged[key] {
		c.logged[key] = true
		t.Logf("%s: %s is unknown: %.300s; Python has %.300s", where, name, reason, fmt.Sprint(want))
	}
}

func TestOracle(t *testing.T) {
	programs := readPrograms(t)
	var answers map[string][]answer
	if os.Getenv("GONOGO_ORACLE") == "1" {
		var chosen []program
		for _, p := range programs {
			if strings.Contains(p.name, *only) {
				chosen = append(chosen, p)
			}
		}
		answers = askPython(t, chosen)
		if *update {
			answers = mergeAnswers(t, programs, answers)
			writeAnswers(t, answers)
		}
		if *only != "" {
			programs = chosen
		}
	} else {
		answers = readAnswers(t)
	}
	total := tally{logged: map[string]bool{}}
	runs := 0
	for _, p := range programs {
		if len(answers[p.name]) != len(p.environments()) {
			t.Errorf("%s: there are no answers of Python for this program as it is now; run GONOGO_ORACLE=1 go test -run TestOracle -update", p.name)
			continue
		}
		for i, env := range p.environments() {
			runs++
			compareRun(t, p, env, true, answers[p.name][i], &total)
			if i == 0 {
				compareRun(t, p, env, false, answers[p.name][i], &total)
			}
		}
	}
	all := total.known + total.partly + total.unknown
	t.Logf("%d programs, %d runs: %d settings, known %d (%.1f %%), partly %d, unknown %d, wrong %d; %d failures of imports equal",
		len(programs), runs, all, total.known, 100*float64(total.known)/float64(max(all, 1)), total.partly, total.unknown, total.wrong, total.failures)
}

func compareRun(t *testing.T, p program, env map[string]string, complete bool, want answer, total *tally) {
	t.Helper()
	vars := map[string]eval.EnvValue{}
	for n, v := range env {
		vars[n] = eval.EnvValue{Value: v}
	}
	if p.configuration != "" {
		vars["DJANGO_CONFIGURATION"] = eval.EnvValue{Value: p.configuration}
	}
	argv := p.argv
	if argv == nil {
		argv = []string{"/usr/bin/gunicorn", "config.wsgi"}
	}
	where := fmt.Sprintf("%s with %v (complete: %v)", p.name, env, complete)
	cfg := eval.Config{Finder: newProject(p), Library: library.Modules(), Installed: installed, Python: [2]int{3, 11}, Argv: argv,
		Env:   eval.Environment{Vars: vars, Complete: complete},
		Trace: func(s string) { t.Errorf("%s: the interpreter failed: %s", where, s) }}
	result := eval.Explore(cfg, "settings")
	world := result.Worlds[0]
	switch {
	case want.Error != "":
		if world.Failure != nil {
			total.failures++
			if world.Failure.Class != want.Error && lastName(world.Failure.Class) != lastName(want.Error) {
				t.Errorf("%s: fails with %s: %s, Python with %s: %s", where, world.Failure.Class, world.Failure.Message, want.Error, want.Message)
			}
		} else if complete && !hasUnknown(world) {
			t.Errorf("%s: does not fail, Python with %s: %s", where, want.Error, want.Message)
			total.wrong++
		}
		return
	case world.Failure != nil:
		t.Errorf("%s: fails with %s: %s, Python does not", where, world.Failure.Class, world.Failure.Message)
		total.wrong++
		return
	}
	makeDoubtful(result)
	compareSettings(t, where, world, want.Settings, p.configuration != "", total)
}

// makeDoubtful makes settings unknown that other worlds have otherwise for conditions that the source does not decide: the value is one of
// several.
func makeDoubtful(result *eval.Result) {
	for name, v := range result.Worlds[0].Names {
		for _, w := range result.Worlds[1:] {
			if chosen(w) {
				continue
			}
			if other, ok := w.Names[name]; w.Failure == nil && (!ok || other.Repr(0) != v.Repr(0)) {
				result.Worlds[0].Names[name] = eval.MakeUnknown("one of several values")
			}
		}
	}
}

// chosen reports whether a world rests on a variable that an operator sets, or on a file that the project lacks.
func chosen(w *eval.World) bool {
	for _, c := range w.Conditions {
		if c.Kind != eval.Opaque {
			return true
		}
	}
	return false
}

func lastName(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

// hasUnknown reports whether anything in the world is unknown: then a failure may have been missed honestly.
func hasUnknown(w *eval.World) bool {
	for _, v := range w.Names {
		if v.IsUnknown() || strings.Contains(v.Repr(0), "?") {
			return true
		}
	}
	return w.Open != ""
}

func compareSettings(t *testing.T, where string, world *eval.World, want map[string]any, class bool, total *tally) {
	t.Helper()
	names := map[string]bool{}
	for n := range world.Names {
		if n == strings.ToUpper(n) && strings.ToLower(n) != n {
			names[n] = true
		}
	}
	if !class {
		for n := range want {
			names[n] = true
		}
	}
	sorted := make([]string, 0, len(names))
	for n := range names {
		sorted = append(sorted, n)
	}
	sort.Strings(sorted)
	for _, n := range sorted {
		got, has := world.Names[n]
		wanted, there := want[n]
		if !there && strings.HasPrefix(n, "_") {
			continue
		}
		switch {
		case !has && world.Open != "":
			total.unknown++
			continue
		case !has:
			t.Errorf("%s: %s is missing, Python has %v", where, n, wanted)
			total.wrong++
			continue
		case !there && !got.IsUnknown():
			t.Errorf("%s: %s is %s, Python has none", where, n, got.Repr(200))
			total.wrong++
			continue
		case !there:
			total.unknown++
			continue
		}
		c := comparison{}
		c.value(got, wanted, n)
		switch {
		case c.difference != "":
			t.Errorf("%s: %s\n got %s\nwant %.300v", where, c.difference, got.Repr(300), fmt.Sprint(wanted))
			total.wrong++
		case got.IsUnknown():
			total.unknown++
			total.log(t, where, n, got.Reason(), wanted)
		case c.unknown > 0:
			total.partly++
			total.log(t, where, n, "partly: "+got.Repr(300), wanted)
		default:
			total.known++
		}
	}
}

var verbose = flag.Bool("unknowns", false, "log every setting that is unknown")
