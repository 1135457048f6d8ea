package project

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// expected is what the comment of an archive in testdata/projects says: directives, one a line, other lines are prose.
type expected map[string][]string

func readExpected(comment []byte) expected {
	e := make(expected)
	for _, line := range strings.Split(string(comment), "\n") {
		key, value, ok := strings.Cut(line, ": ")
		if ok && !strings.Contains(key, " ") {
			e[key] = append(e[key], strings.TrimSpace(value))
		}
	}
	return e
}

func (e expected) one(key string) string {
	if len(e[key]) == 0 {
		return ""
	}
	return e[key][0]
}

// archive reads a project in memory.
func archive(t *testing.T, file string) (*source.Tree, expected) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	a := txtar.Parse(data)
	files := make(map[string][]byte)
	for _, f := range a.Files {
		files[f.Name] = f.Data
	}
	return source.FromMap(files), readExpected(a.Comment)
}

// TestProjects loads the projects of testdata/projects. Directives: settings, project (options); root, module, certain, reason (words),
// django, error (words); candidate, entry (complete lists in order); module-file, dotted (import roots); diagnostic (path and words);
// not-code (a path that is no code of the project); feature (name, answer and place); setting (name and value).
func TestProjects(t *testing.T) {
	files, err := filepath.Glob("testdata/projects/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no projects: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			tree, want := archive(t, file)
			s, err := Load(tree, Options{Settings: want.one("settings"), Project: want.one("project")})
			if words := want.one("error"); words != "" {
				if err == nil || !strings.Contains(err.Error(), words) {
					t.Errorf("error %v, want %q", err, words)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			compareChoice(t, s, want)
			compareLists(t, s, want)
			compareRoots(t, s, want)
			compareFeatures(t, s, want)
			for _, line := range want["setting"] {
				name, value, _ := strings.Cut(line, " ")
				if got := s.Settings.Get(name).Value.Repr(100); got != value {
					t.Errorf("%s is %s, want %s", name, got, value)
				}
			}
		})
	}
}

func compareChoice(t *testing.T, s *Snapshot, want expected) {
	t.Helper()
	if s.Root != want.one("root") {
		t.Errorf("root %q, want %q", s.Root, want.one("root"))
	}
	if s.Choice.Module != want.one("module") || s.Choice.Certain != (want.one("certain") == "yes") {
		t.Errorf("chose %s (certain: %v): %s", s.Choice.Module, s.Choice.Certain, s.Choice.Reason)
	}
	if !strings.Contains(s.Choice.Reason, want.one("reason")) {
		t.Errorf("reason %q, want %q", s.Choice.Reason, want.one("reason"))
	}
	if v := want.one("django"); v != "" && s.Django.String() != v {
		t.Errorf("Django %s, want %s", s.Django, v)
	}
	if s.Settings == nil || s.Settings.Module != s.Choice.Module {
		t.Error("the chosen settings were not evaluated")
	}
}

func compareLists(t *testing.T, s *Snapshot, want expected) {
	t.Helper()
	if lines := want["candidate"]; lines != nil {
		var got []string
		for _, c := range s.Choice.Candidates {
			why, _, _ := strings.Cut(c.Why, ", but")
			if slices.Contains(lines, c.Module+" "+c.Why) {
				why = c.Why
			}
			got = append(got, c.Module+" "+why)
		}
		if diff := cmp.Diff(lines, got); diff != "" {
			t.Error("candidates: " + diff)
		}
	}
	if lines := want["entry"]; lines != nil {
		var got []string
		for _, e := range s.EntryPoints {
			kind := map[EntryKind]string{Manage: "manage", WSGI: "wsgi", ASGI: "asgi", CeleryApp: "celery", Script: "script"}[e.Kind]
			got = append(got, fmt.Sprintf("%s %s %s %s", e.File.Path, kind, e.Module, map[bool]string{true: "default", false: "set"}[e.Default]))
		}
		if diff := cmp.Diff(lines, got); diff != "" {
			t.Error("entry points: " + diff)
		}
	}
	for _, line := range want["diagnostic"] {
		path, words, _ := strings.Cut(line, " ")
		if !slices.ContainsFunc(s.Diagnostics, func(d source.Diagnostic) bool { return d.At.Path() == path && strings.Contains(d.Message, words) }) {
			t.Errorf("no diagnostic %q in %v", line, s.Diagnostics)
		}
	}
	for _, path := range want["not-code"] {
		if slices.ContainsFunc(s.Code.Modules, func(m *CodeModule) bool { return m.Syntax.File.Path == path }) {
			t.Errorf("%s is taken for code of the project", path)
		}
	}
}

// compareRoots asks how modules are found over the import roots.
func compareRoots(t *testing.T, s *Snapshot, want expected) {
	t.Helper()
	p := newParser(s.Tree)
	layouts := findLayouts(p)
	at := slices.IndexFunc(layouts, func(l layout) bool { return l.root == s.Root })
	x := newIndex(p, layouts[at].importRoots(p, s.Deployment))
	for _, line := range want["module-file"] {
		module, file, _ := strings.Cut(line, " ")
		if got, _, _, _ := x.locate(module); got != file {
			t.Errorf("%s is in %q, want %s (roots %q)", module, got, file, x.roots)
		}
	}
	for _, line := range want["dotted"] {
		file, module, _ := strings.Cut(line, " ")
		if got, _, _ := x.dotted(file); got != module {
			t.Errorf("%s is %q, want %s (roots %q)", file, got, module, x.roots)
		}
	}
}

func compareFeatures(t *testing.T, s *Snapshot, want expected) {
	t.Helper()
	names := map[string]Feature{
		"Celery": Celery, "RQ": RQ, "Dramatiq": Dramatiq, "Huey": Huey, "DjangoQ": DjangoQ, "Tasks": Tasks, "DRF": DRF, "Ninja": Ninja,
		"GraphQL": GraphQL, "Channels": Channels, "Admin": Admin, "Mail": Mail, "Uploads": Uploads, "StoredFiles": StoredFiles, "HTML": HTML, "Accounts": Accounts,
		"Static": Static, "CORS": CORS, "Cache": Cache,
	}
	for _, line := range want["feature"] {
		name, _, _ := strings.Cut(line, " ")
		has, at := s.Has(names[name])
		got := name + " " + map[eval.Tri]string{eval.No: "no", eval.Yes: "yes", eval.Maybe: "maybe"}[has]
		if has == eval.Yes {
			got += " " + placeOf(at)
		}
		if got != line {
			t.Errorf("feature %s, want %s", got, line)
		}
	}
}
