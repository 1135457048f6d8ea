package library_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

var (
	moduleStep  = flag.Int("every", 40, "TestModuleGlobals: compare every n-th module; 1 is all of them, some minutes")
	moduleOnly  = flag.String("modules", "", "TestModuleGlobals: compare modules with this in their name only")
	modulePrint = flag.Bool("module-unknowns", false, "TestModuleGlobals: log what is unknown, by reason")
)

const modulePython = "../../../build/venv-django52/bin/python"

// installedFolder is a folder of Python modules as it is installed. Only modules of one package are shown: others are those of the library.
type installedFolder struct {
	root, top string
	mu        sync.Mutex // of trees
	trees     map[string]*syntax.Module
}

func (f *installedFolder) Root() string { return f.root }

func (f *installedFolder) File(name string) (*source.File, bool) {
	data, err := os.ReadFile(filepath.Join(f.root, name))
	if err != nil {
		return nil, false
	}
	return source.NewFile(name, data), true
}

func (f *installedFolder) Module(dotted string) (*syntax.Module, bool, bool) {
	if dotted != f.top && !strings.HasPrefix(dotted, f.top+".") {
		return nil, false, false
	}
	base := strings.ReplaceAll(dotted, ".", "/")
	if m, ok := f.ParseFile(base + "/__init__.py"); ok {
		return m, true, true
	}
	if m, ok := f.ParseFile(base + ".py"); ok {
		return m, false, true
	}
	if info, err := os.Stat(filepath.Join(f.root, base)); err == nil && info.IsDir() {
		return &syntax.Module{}, true, true
	}
	return nil, false, false
}

func (f *installedFolder) Glob(pattern string) []string {
	pattern = strings.ReplaceAll(pattern, "/**/", "/*/")
	found, _ := filepath.Glob(filepath.Join(f.root, pattern))
	for i, name := range found {
		found[i], _ = filepath.Rel(f.root, name)
	}
	return found
}

func (f *installedFolder) ParseFile(name string) (*syntax.Module, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if m, ok := f.trees[name]; ok {
		return m, true
	}
	file, ok := f.File(name)
	if !ok {
		return nil, false
	}
	f.trees[name] = syntax.Parse(file)
	return f.trees[name], true
}

// notImported are modules that do something else than define names when they are imported, or have no place in a server.
var notImported = []string{"antigravity", "this", "idlelib", "lib2to3", "turtledemo", "tkinter", "turtle", "test", "tests", "__main__", "ensurepip",
	"site-packages", "__pycache__", "pip", "setuptools", "pkg_resources", "_distutils_hack", "_pytest", "lib-dynload", "project_template", "app_template", "conftest"}

// modulesBelow are the dotted names of all modules below a folder.
func modulesBelow(t *testing.T, root string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := strings.TrimSuffix(d.Name(), ".py")
		for _, not := range notImported {
			if name == not && path != root {
				if d.IsDir() {
					return fs.SkipDir
				}
				return nil
			}
		}
		rel, _ := filepath.Rel(root, path)
		if d.IsDir() {
			if strings.ContainsAny(strings.TrimPrefix(rel, "."), ".-") {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(rel, ".py") || strings.Contains(rel, "-") {
			return nil
		}
		dotted := strings.ReplaceAll(strings.TrimSuffix(rel, ".py"), "/", ".")
		names = append(names, strings.TrimSuffix(dotted, ".__init__"))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// moduleAnswer is what Python has after the import of a module.
type moduleAnswer struct {
	Names   map[string]any
	Error   string
	Message string
}

func askModules(t *testing.T, names []string) []moduleAnswer {
	t.Helper()
	var answers []moduleAnswer
	for len(names) > 0 {
		n := min(len(names), 500)
		cmd := exec.Command(modulePython, append([]string{"testdata/oracle/modules.py"}, names[:n]...)...)
		cmd.Env, cmd.Stderr = []string{}, os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatal("modules.py: ", err)
		}
		scanner := bufio.NewScanner(bytes.NewReader(out))
		scanner.Buffer(nil, 64<<20)
		for range n {
			var a moduleAnswer
			if !scanner.Scan() {
				t.Fatal("modules.py printed too little")
			}
			if err := json.Unmarshal(scanner.Bytes(), &a); err != nil {
				t.Fatal(err)
			}
			answers = append(answers, a)
		}
		names = names[n:]
	}
	return answers
}

// moduleTally counts global names.
type moduleTally struct {
	modules, known, partly, unknown, wrong, explained, failed int
	reasons                                                   map[string]int
}

// TestModuleGlobals interprets modules of the standard library, of Django and of its packages as they are installed, and compares what it calls
// known of their global names with what Python has after importing them:
//
//	GONOGO_ORACLE=1 go test -run TestModuleGlobals ./internal/python/library [-every 1] [-modules django.conf]
func TestModuleGlobals(t *testing.T) {
	if os.Getenv("GONOGO_ORACLE") != "1" {
		t.Skip("GONOGO_ORACLE=1 compares with the modules of a real Python")
	}
	out, err := exec.Command(modulePython, "-c", "import os, django; print(os.path.dirname(os.__file__)); print(os.path.dirname(os.path.dirname(django.__file__)))").Output()
	if err != nil {
		t.Fatal(err)
	}
	tally := moduleTally{reasons: map[string]int{}}
	used := map[string]bool{}
	for _, root := range strings.Fields(string(out)) {
		var names []string
		for i, name := range modulesBelow(t, root) {
			if *moduleOnly != "" && strings.Contains(name, *moduleOnly) || *moduleOnly == "" && i%*moduleStep == 0 {
				names = append(names, name)
			}
		}
		for i, answer := range askModules(t, names) {
			compareModule(t, root, names[i], answer, &tally, used)
		}
	}
	if *moduleStep == 1 && *moduleOnly == "" {
		for name := range differentGlobals {
			if !used[name] {
				t.Errorf("%s is as in Python now; take it off the list", name)
			}
		}
	}
	if *modulePrint {
		tally.logReasons(t)
	}
	t.Logf("%d modules, %d failed imports: %d known, %d partly, %d unknown, %d explained, %d wrong", tally.modules, tally.failed, tally.known,
		tally.partly, tally.unknown, tally.explained, tally.wrong)
}

func (n *moduleTally) logReasons(t *testing.T) {
	t.Helper()
	reasons := make([]string, 0, len(n.reasons))
	for r := range n.reasons {
		reasons = append(reasons, r)
	}
	sort.Slice(reasons, func(i, j int) bool { return n.reasons[reasons[i]] > n.reasons[reasons[j]] })
	for _, r := range reasons[:min(len(reasons), 80)] {
		t.Logf("%5d %s", n.reasons[r], r)
	}
}

func compareModule(t *testing.T, root, name string, want moduleAnswer, tally *moduleTally, used map[string]bool) {
	t.Helper()
	tally.modules++
	if want.Error != "" {
		tally.failed++
		return
	}
	if differentModules[name] != "" {
		tally.explained++
		return
	}
	top, _, _ := strings.Cut(name, ".")
	finder := &installedFolder{root: root, top: top, trees: map[string]*syntax.Module{}}
	settings := map[string]eval.EnvValue{"DJANGO_SETTINGS_MODULE": {Value: "django.conf.global_settings"}}
	result := eval.Explore(eval.Config{Finder: finder, Library: library.Modules(), Python: [2]int{3, 11}, Limits: eval.Limits{Runs: 2}, Argv: []string{"/usr/bin/gunicorn", "config.wsgi"},
		Env:   eval.Environment{Vars: settings, Complete: true},
		Trace: func(s string) { t.Errorf("%s: the interpreter failed: %s", name, s) }}, name)
	makeDoubtful(result)
	world := result.Worlds[0]
	problem := func(global, text string) {
		full := name + ":" + global
		if _, ok := differentGlobals[full]; ok {
			used[full] = true
			tally.explained++
			return
		}
		tally.wrong++
		t.Errorf("%s: %s", full, text)
	}
	if world.Failure != nil {
		problem("import", fmt.Sprintf("fails with %s: %s (%s), Python does not", world.Failure.Class, world.Failure.Message, world.Failure.At.Text()))
	}
	for _, global := range sortedNames(world.Names) {
		v := world.Names[global]
		if strings.HasPrefix(global, "__") || !isData(v) {
			if v.IsUnknown() && isDataAnswer(want.Names[global]) {
				tally.unknown++
				tally.reasons[v.Reason()]++
			}
			continue
		}
		wanted, there := want.Names[global]
		if !there {
			problem(global, v.Repr(100)+" is not there in Python")
			continue
		}
		c := comparison{}
		c.value(v, wanted, global)
		switch {
		case c.difference != "":
			problem(global, c.difference)
		case c.unknown > 0:
			tally.partly++
		default:
			tally.known++
		}
	}
	if world.Open != "" || world.Failure != nil || len(world.OpenPrefixes) > 0 {
		return
	}
	for global, wanted := range want.Names {
		if _, ok := world.Names[global]; !ok && isDataAnswer(wanted) && !strings.HasPrefix(global, "__") {
			problem(global, "is missing, Python has it")
		}
	}
}

func sortedNames(m map[string]eval.Value) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// isData reports whether a value is data: a number, text, container, path or boolean.
func isData(v eval.Value) bool {
	switch v.Kind() {
	case eval.None, eval.Bool, eval.Int, eval.Float, eval.Str, eval.Bytes, eval.List, eval.Tuple, eval.Set, eval.Dict, eval.Path, eval.Timedelta:
		return true
	}
	return false
}

// isDataAnswer asks the same of what Python has.
func isDataAnswer(v any) bool {
	m, ok := v.(map[string]any)
	if !ok {
		return true
	}
	for _, tag := range []string{"$object", "$class", "$callable", "$module", "$enum", "$value", "$deep", "$surrogates"} {
		if _, ok := m[tag]; ok {
			return false
		}
	}
	return true
}

// differentGlobals are names whose values differ from those of this Python, with the reason. "module:import" is an import that is said to fail.
var differentGlobals = map[string]string{
	"marshmallow.class_registry:_registry":                "a metaclass that is not followed fills it",
	"pydantic._internal._serializers:SEQUENCE_ORIGIN_MAP": "typing.List is taken for list, so that both are one key",
}

// differentModules are modules of which no name is compared, with the reason.
var differentModules = map[string]string{
	"datetime":                  "Lib/datetime.py deletes its names when _datetime is there",
	"distutils":                 "setuptools puts its own distutils in the place of the standard library's",
	"distutils.command.install": "setuptools puts its own distutils in the place of the standard library's",
	"copy":                      "bytearray.copy is asked for as an attribute of the class",
	"ctypes.macholib.dylib":     "sizes of C types are asked of the machine",
	"functools":                 "functions that define themselves as methods of a class are told apart by name",
	"kombu.compression":         "which packages are installed is not known, and not both worlds are looked at",
	"selectors":                 "which selectors there are is asked of the machine",
}
