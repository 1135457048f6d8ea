package syntax

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gonogo/internal/source"
)

// Environment variables of the comparison with CPython.
const (
	envOracle = "GONOGO_ORACLE"      // 1: compare
	envPython = "GONOGO_PYTHON"      // the interpreter; else python3, and the one under Node
	envDjango = "GONOGO_DJANGO"      // folder of an installed Django; else the one of build/venv-django52
	envNode   = "GONOGO_PYODIDE"     // node_modules folder of the pyodide package; else the one below build/
	envMore   = "GONOGO_ORACLE_DIRS" // further folders, separated by colons, instead of the two
)

// nodeModules is where testdata/oracle/pyodide installs the CPython that runs under Node.
const nodeModules = "../../../build/pyodide/node_modules"

// TestOracle compares the trees with those of CPython's ast module over the standard library and Django:
// the same tree for every file that CPython accepts, an error for every other one.
//
// Known differences: before 3.12 CPython's positions inside f-strings are wrong (--blind leaves them out on both sides);
// before 3.10 its nodes have fewer positions and other fields, so that only accepting and rejecting is compared.
func TestOracle(t *testing.T) {
	eachOracle(t, func(t *testing.T, o *oracle) {
		files := pythonFiles(t, o.folders(t)...)
		if len(files) == 0 {
			t.Fatal("no Python files found")
		}
		o.compare(t, files)
		t.Logf("Python %d: %d files, %d MB: %d equal, %d rejected by both, %d different",
			o.version, len(files), o.bytes.Load()>>20, o.equal.Load(), o.rejected.Load(), o.different.Load())
	})
}

// eachOracle runs a comparison with the machine's Python, and with the newest one under Node where there is Node.
func eachOracle(t *testing.T, compare func(*testing.T, *oracle)) {
	if os.Getenv(envOracle) != "1" {
		t.Skipf("compares with CPython; set %s=1 to run it", envOracle)
	}
	if os.Getenv(envPython) != "" || os.Getenv(envNode) != "" {
		compare(t, newOracle(t))
		return
	}
	t.Run("machine", func(t *testing.T) { compare(t, newOracle(t)) })
	t.Run("node", func(t *testing.T) {
		if _, err := exec.LookPath("node"); err != nil {
			t.Skip("Python 3.14 needs Node, which this machine has not")
		}
		compare(t, nodeOracle(t, nodeModules))
	})
}

// oracle is a CPython to compare with.
type oracle struct {
	command []string // that reads paths and writes lines
	version int      // 311
	stdlib  string

	bytes, equal, rejected, different atomic.Int64
}

func newOracle(t *testing.T) *oracle {
	if modules := os.Getenv(envNode); modules != "" {
		return nodeOracle(t, modules)
	}
	python := os.Getenv(envPython)
	if python == "" {
		python = "python3"
	}
	o := &oracle{command: []string{python, "testdata/oracle/dump_ast.py"}}
	o.version = number(t, python, "-c", "import sys; print(sys.version_info[0]*100 + sys.version_info[1])")
	o.stdlib = stdlibOf(t, python)
	if o.version < 312 {
		o.command = append(o.command, "--blind")
	}
	return o
}

// nodeOracle is the CPython of the pyodide package in a folder of node_modules, with its standard library unpacked.
func nodeOracle(t *testing.T, modules string) *oracle {
	packed, err := zip.OpenReader(filepath.Join(modules, "pyodide", "python_stdlib.zip"))
	if err != nil {
		t.Fatalf("%v; run testdata/oracle/pyodide to install it", err)
	}
	defer packed.Close()
	o := &oracle{command: []string{"node", "testdata/oracle/pyodide.mjs", modules}, stdlib: t.TempDir()}
	if err := os.CopyFS(o.stdlib, packed); err != nil {
		t.Fatal(err)
	}
	o.version = number(t, append(slices.Clone(o.command), "--version")...)
	return o
}

// stdlibOf is the folder of a Python's standard library.
func stdlibOf(t testing.TB, python string) string {
	return output(t, python, "-c", "import sysconfig; print(sysconfig.get_paths()['stdlib'])")
}

// output runs a command and gives what it prints.
func output(t testing.TB, command ...string) string {
	out, err := exec.Command(command[0], command[1:]...).Output()
	if err != nil {
		t.Fatalf("run %q: %v", command, err)
	}
	return strings.TrimSpace(string(out))
}

func number(t *testing.T, command ...string) int {
	n, err := strconv.Atoi(output(t, command...))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// folders is what to compare over.
func (o *oracle) folders(t *testing.T) []string {
	if more := os.Getenv(envMore); more != "" {
		return strings.Split(more, ":")
	}
	return []string{o.stdlib, djangoFolder(t)}
}

// djangoFolder is where Django's sources are.
func djangoFolder(t *testing.T) string {
	if django := os.Getenv(envDjango); django != "" {
		return django
	}
	found, _ := filepath.Glob("../../../build/venv-django52/lib/python3*/site-packages/django")
	if len(found) == 0 {
		t.Fatalf("no Django: set %s, or install it into build/venv-django52", envDjango)
	}
	return found[0]
}

// pythonFiles finds the .py files under folders, without installed packages below them.
func pythonFiles(t testing.TB, folders ...string) []string {
	var files []string
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() && path != folder && (d.Name() == "site-packages" || d.Name() == "dist-packages") {
				return filepath.SkipDir
			}
			if d.Type().IsRegular() && strings.HasSuffix(path, ".py") {
				files = append(files, path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	sort.Strings(files)
	return files
}

// compare runs one Python per processor and parses what each writes, as it comes.
func (o *oracle) compare(t *testing.T, files []string) {
	n := runtime.GOMAXPROCS(0)
	var wg sync.WaitGroup
	for i := range n {
		var mine []string
		for j := i; j < len(files); j += n {
			mine = append(mine, files[j])
		}
		wg.Go(func() { o.worker(t, mine) })
	}
	wg.Wait()
}

func (o *oracle) worker(t *testing.T, files []string) {
	cmd := exec.Command(o.command[0], o.command[1:]...)
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n"))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Errorf("start %q: %v", o.command, err)
		return
	}
	r := bufio.NewReaderSize(out, 1<<20)
	for _, path := range files {
		line, err := r.ReadBytes('\n')
		if err != nil {
			t.Errorf("read what %q says of %s: %v", o.command, path, err)
			break
		}
		o.file(t, path, line)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%q: %v", o.command, err)
	}
}

func (o *oracle) file(t *testing.T, path string, line []byte) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return
	}
	o.bytes.Add(int64(len(data)))
	m := Parse(source.NewFile(path, data))
	if bytes.HasSuffix(line, []byte(`"error":null}`+"\n")) {
		o.accepted(t, m, line)
		return
	}
	var answer struct{ Error string }
	if err := json.Unmarshal(line, &answer); err != nil {
		t.Errorf("%s: %v", path, err)
		return
	}
	if o.errorIn(m) == "" {
		o.different.Add(1)
		t.Errorf("%s: no diagnostic, but Python says %s", path, answer.Error)
		return
	}
	o.rejected.Add(1)
}

// errorIn is the first diagnostic that makes this Python reject the file, or "".
func (o *oracle) errorIn(m *Module) string {
	for _, d := range m.Diagnostics {
		if d.Since == 0 || d.Since > o.version {
			at := m.File.Position(d.Start)
			return fmt.Sprintf("%d:%d: %s", at.Line, at.Column, d.Message)
		}
	}
	return ""
}

func (o *oracle) accepted(t *testing.T, m *Module, line []byte) {
	path := m.File.Path
	if message := o.errorIn(m); message != "" {
		o.different.Add(1)
		t.Errorf("%s:%s, but Python %d accepts it", path, message, o.version)
		return
	}
	d := newDumper(m)
	d.blind = o.version < 312
	d.raw(`{"path":`)
	d.str(path)
	d.raw(`,"ast":`)
	d.tree(m)
	d.raw(`,"error":null}` + "\n")
	if o.version < 310 || bytes.Equal(d.out, line) {
		o.equal.Add(1)
		return
	}
	o.different.Add(1)
	t.Errorf("%s: %s", path, firstDifference(d.out, line))
}

// firstDifference shows where two dumps part.
func firstDifference(got, want []byte) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	from := max(0, i-200)
	return fmt.Sprintf("\n got ...%s\nwant ...%s", got[from:min(len(got), i+160)], want[from:min(len(want), i+160)])
}
