package source

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// onDisk writes files below a new folder. A value that begins with "-> " is a symbolic link.
func onDisk(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		var err error
		if target, isLink := strings.CutPrefix(text, "-> "); isLink {
			err = os.Symlink(target, full)
		} else {
			err = os.WriteFile(full, []byte(text), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func open(t *testing.T, dir string, limits Limits) *Tree {
	t.Helper()
	tree, err := Open(dir, limits)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// told are the diagnostics as "path: message".
func told(tree *Tree) []string {
	var lines []string
	for _, d := range tree.Diagnostics() {
		lines = append(lines, d.At.Path()+": "+d.Message)
	}
	return lines
}

func expectTold(t *testing.T, tree *Tree, words ...string) {
	t.Helper()
	got := told(tree)
	if len(got) != len(words) {
		t.Fatalf("diagnostics %q, want one with each of %q", got, words)
	}
	for i, w := range words {
		if !strings.Contains(got[i], w) {
			t.Errorf("diagnostic %q, want it to contain %q", got[i], w)
		}
	}
}

var mixed = map[string]string{
	"manage.py":                                "print()",
	"app/__init__.py":                          "",
	"app/models.py":                            "x = 1",
	"app/__pycache__/models.pyc":               "",
	"app-two/a.py":                             "",
	".git/config":                              "",
	".github/workflows/ci.yml":                 "",
	"front/node_modules/left-pad/index.js":     "",
	"front/app.min.js":                         "",
	"front/app.js":                             "",
	"myenv/pyvenv.cfg":                         "",
	"myenv/lib/x.py":                           "",
	"lib/python3.12/site-packages/django/a.py": "",
	".env":                  "A=1",
	"pkg.egg-info/PKG-INFO": "",
}

var mixedListed = []string{".env", ".github/workflows/ci.yml", "app-two/a.py", "app/__init__.py", "app/models.py", "front/app.js", "manage.py"}

func TestListing(t *testing.T) {
	inMemory := make(map[string][]byte)
	mapFS := make(fstest.MapFS)
	for name, text := range mixed {
		inMemory[name] = []byte(text)
		mapFS[name] = &fstest.MapFile{Data: []byte(text)}
	}
	fromFS, err := OpenFS(mapFS, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for name, tree := range map[string]*Tree{"disk": open(t, onDisk(t, mixed), Limits{}), "memory": FromMap(inMemory), "file system": fromFS} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(mixedListed, tree.Paths()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff([]string{"app/__init__.py", "app/models.py"}, tree.Under("app")); diff != "" {
				t.Error(diff)
			}
			f, ok := tree.Read("app/models.py")
			if !ok || string(f.Data) != "x = 1" || f.Path != "app/models.py" {
				t.Errorf("read %v %v", f, ok)
			}
			again, _ := tree.Read("./app/../app/models.py")
			if again != f {
				t.Error("a second reading made another file")
			}
			for path, want := range map[string]bool{"app": true, ".": true, "app/models.py": true, "ap": false, "../x": false, "myenv": false, ".git": false, "/etc": false} {
				if got := tree.Exists(path); got != want {
					t.Errorf("Exists(%q) = %v", path, got)
				}
			}
			if !tree.Complete() || len(tree.Diagnostics()) > 0 {
				t.Errorf("not complete: %q", told(tree))
			}
		})
	}
}

func TestGlob(t *testing.T) {
	files := make(map[string][]byte)
	for _, p := range []string{"a.py", "b.txt", ".env", ".env.example", "conf/a.py", "conf/sub/b.py", "conf/sub/.hidden.py", "conf/.x/c.py", "req/base.txt", "odd[1].py"} {
		files[p] = nil
	}
	tree := FromMap(files)
	for pattern, want := range map[string][]string{
		"*.py":           {"a.py", "odd[1].py"},
		".env*":          {".env", ".env.example"},
		"*":              {"a.py", "b.txt", "conf", "odd[1].py", "req"},
		"**/*.py":        {"a.py", "conf/a.py", "conf/sub/b.py", "odd[1].py"},
		"conf/**/*.py":   {"conf/a.py", "conf/sub/b.py"},
		"conf/**":        {"conf/a.py", "conf/sub", "conf/sub/b.py"},
		"**/**/**/b.*":   {"b.txt", "conf/sub/b.py"},
		"conf/*":         {"conf/a.py", "conf/sub"},
		"./conf/*.py":    {"conf/a.py"},
		"[ab].*":         {"a.py", "b.txt"},
		"req/base.txt":   {"req/base.txt"},
		"req/other.txt":  nil,
		"[":              nil,
		"../*":           nil,
		"/etc/*":         nil,
		"nowhere/*.py":   nil,
		"conf/sub/.h*.*": {"conf/sub/.hidden.py"},
	} {
		if diff := cmp.Diff(want, tree.Glob(pattern)); diff != "" {
			t.Errorf("Glob(%q): %s", pattern, diff)
		}
	}
	if diff := cmp.Diff([]string{"b.txt", "req/base.txt"}, tree.WithExt(".txt")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a.py", "conf/a.py"}, tree.Named("a.py")); diff != "" {
		t.Error(diff)
	}
}

func TestLinks(t *testing.T) {
	outside := onDisk(t, map[string]string{"secret.txt": "hunter2", "folder/x.py": ""})
	dir := onDisk(t, map[string]string{
		"real/settings.py": "DEBUG = False",
		"alias":            "-> real",
		"deep/er/alias":    "-> ../../alias",
		"again":            "-> deep/er/alias",
		"settings.py":      "-> real/settings.py",
		"loop/self":        "-> ../loop",
		"a":                "-> b",
		"b":                "-> a",
		"gone":             "-> nothing",
		"out.txt":          "-> " + outside + "/secret.txt",
		"outdir":           "-> " + outside + "/folder",
		"up":               "-> ../",
	})
	tree := open(t, dir, Limits{})
	if diff := cmp.Diff([]string{"real/settings.py", "settings.py"}, tree.Paths()); diff != "" {
		t.Error(diff)
	}
	original, _ := tree.Read("real/settings.py")
	for _, name := range []string{"alias/settings.py", "deep/er/alias/settings.py", "again/settings.py"} {
		if f, ok := tree.Read(name); !ok || f != original {
			t.Errorf("%s: %v", name, ok)
		}
	}
	if f, ok := tree.Read("settings.py"); !ok || f.Path != "settings.py" || string(f.Data) != "DEBUG = False" {
		t.Errorf("link to a file: %v %v", f, ok)
	}
	if !tree.IsDir("again") || !tree.IsDir("loop/self/self/self") || len(tree.Under("alias")) != 1 {
		t.Error("a link to a folder is no folder")
	}
	if len(told(tree)) > 0 {
		t.Errorf("told before anyone asked: %q", told(tree))
	}
	for _, name := range []string{"a", "gone", "out.txt", "outdir/x.py", "up"} {
		if f, ok := tree.Read(name); ok {
			t.Errorf("%s was read: %q", name, f.Data)
		}
	}
	expectTold(t, tree, "a: this is a link out of the project or to nothing", "gone: ", "out.txt: ", "outdir: ", "up: ")
}

func TestLimits(t *testing.T) {
	dir := onDisk(t, map[string]string{"a.py": strings.Repeat("#", 2048), "b/c/d.py": "", "b/z.py": "1234", "c.py": "12"})
	t.Run("size of a file", func(t *testing.T) {
		tree := open(t, dir, Limits{FileBytes: 1024})
		if _, ok := tree.Read("a.py"); ok || tree.Complete() {
			t.Error("was read")
		}
		expectTold(t, tree, "a.py: this file has 2 kB and was not read: the limit for one file is 1 kB")
	})
	t.Run("bytes in all", func(t *testing.T) {
		tree := open(t, dir, Limits{Bytes: 5})
		if files := tree.ReadAll([]string{"b/z.py", "c.py"}); len(files) != 1 {
			t.Errorf("%d files read", len(files))
		}
		expectTold(t, tree, "c.py: this file was not read, since 5 bytes")
	})
	t.Run("number of files", func(t *testing.T) {
		tree := open(t, dir, Limits{Files: 2})
		if diff := cmp.Diff([]string{"a.py", "c.py"}, tree.Paths()); diff != "" {
			t.Error(diff)
		}
		expectTold(t, tree, "b/z.py: the tree has more than 2 files")
		if tree.Complete() {
			t.Error("complete")
		}
	})
	t.Run("depth", func(t *testing.T) {
		tree := open(t, dir, Limits{Depth: 1})
		if diff := cmp.Diff([]string{"a.py", "b/z.py", "c.py"}, tree.Paths()); diff != "" {
			t.Error(diff)
		}
		expectTold(t, tree, "b/c: folders deeper than 1 levels")
	})
}

// guarded is a file system that refuses some paths, as permissions do.
type guarded struct {
	fstest.MapFS
	refused map[string]bool
}

func (g guarded) Open(name string) (fs.File, error) {
	if g.refused[name] {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return g.MapFS.Open(name)
}

func (g guarded) ReadDir(name string) ([]fs.DirEntry, error) {
	if g.refused[name] {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return g.MapFS.ReadDir(name)
}

func TestUnreadable(t *testing.T) {
	files := fstest.MapFS{"a.py": {}, "b/c.py": {}, "d.py": {}}
	tree, err := OpenFS(guarded{files, map[string]bool{"a.py": true, "b": true}}, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := tree.Read("a.py"); ok || tree.Complete() {
		t.Error("was read")
	}
	expectTold(t, tree, "a.py: this file cannot be read (permission denied)", "b: this folder cannot be read (permission denied)")
	if _, err := OpenFS(guarded{files, map[string]bool{".": true}}, Limits{}); err == nil {
		t.Error("a root that cannot be listed is no error")
	}
}

func TestEncodings(t *testing.T) {
	for name, c := range map[string]struct{ path, data, want, told string }{
		"byte order mark":      {"a.py", "\xef\xbb\xbfx = 1", "x = 1", ""},
		"declared encoding":    {"a.py", "# coding: latin-1\nx = '\xe9'", "# coding: latin-1\nx = '\xe9'", ""},
		"UTF-16 with a mark":   {"settings.py", "\xff\xfex\x00=\x001\x00", "", "UTF-16"},
		"UTF-16 without":       {"settings.py", "x\x00=\x001\x00", "", "UTF-16"},
		"UTF-16 big end first": {"settings.py", "\x00x\x00=\x001", "", "UTF-16"},
		"UTF-16 environment":   {".env", "\xff\xfeA\x00", "", "UTF-16"},
		"picture":              {"a.mp3", "\xff\xfeA\x00", "\xff\xfeA\x00", ""},
		"empty":                {"a.py", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			tree := FromMap(map[string][]byte{c.path: []byte(c.data)})
			f, ok := tree.Read(c.path)
			if ok != (c.told == "") {
				t.Errorf("read: %v", ok)
			} else if ok && string(f.Data) != c.want {
				t.Errorf("read %q", f.Data)
			}
			if c.told != "" {
				expectTold(t, tree, c.told)
			}
		})
	}
}

func TestOpenErrors(t *testing.T) {
	dir := onDisk(t, map[string]string{"manage.py": ""})
	for name, want := range map[string]string{
		filepath.Join(dir, "nowhere"):   "there is no folder",
		filepath.Join(dir, "manage.py"): "is a file: name the folder of the project",
	} {
		if _, err := Open(name, Limits{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open(%s): %v", name, err)
		}
	}
	if tree := open(t, t.TempDir(), Limits{}); len(tree.Paths()) != 0 || !tree.IsDir(".") {
		t.Error("an empty folder is not empty")
	}
}

func TestConcurrentReading(t *testing.T) {
	tree := open(t, onDisk(t, mixed), Limits{})
	var running sync.WaitGroup
	read := make([]*File, 20)
	for i := range read {
		running.Go(func() {
			read[i], _ = tree.Read("manage.py")
			tree.Glob("**/*.py")
			tree.Diagnostics()
		})
	}
	running.Wait()
	for _, f := range read {
		if f == nil || f != read[0] {
			t.Fatal("readings differ")
		}
	}
}

func TestBytesAreTheFileAsStored(t *testing.T) {
	utf16 := []byte("\xff\xfeA\x00B\x00")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), utf16, 0o644); err != nil {
		t.Fatal(err)
	}
	onDisk, err := Open(dir, Limits{FileBytes: 2})
	if err != nil {
		t.Fatal(err)
	}
	for name, tree := range map[string]*Tree{"on disk": onDisk, "in memory": FromMap(map[string][]byte{"a.txt": utf16})} {
		if data, ok := tree.Bytes("a.txt", 100); !ok || string(data) != string(utf16) {
			t.Errorf("%s: %q %v", name, data, ok)
		}
		if data, ok := tree.Bytes("a.txt", 3); !ok || len(data) != 3 {
			t.Errorf("%s: %q %v", name, data, ok)
		}
		for _, missing := range []string{"b.txt", "../a.txt", "."} {
			if _, ok := tree.Bytes(missing, 3); ok {
				t.Errorf("%s: %s can be read", name, missing)
			}
		}
	}
	if len(onDisk.Diagnostics()) > 0 {
		t.Errorf("it is told: %v", onDisk.Diagnostics())
	}
}
