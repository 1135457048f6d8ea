package eval_test

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"gonogo/internal/python/eval"
)

// program is one small program of testdata/programs: the last line is `name = expression  # expected repr`.
type program struct {
	place, text, want string
}

// programs reads testdata/programs/*.py. Programs are separated by lines that begin with "###"; each assigns X, and its last
// comment is what repr(X) gives, or "raises Class: message".
func programs(t testing.TB) []program {
	paths, err := filepath.Glob("testdata/programs/*.py")
	if err != nil || len(paths) == 0 {
		t.Fatal("no programs", err)
	}
	var out []program
	for _, p := range paths {
		data, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, splitPrograms(filepath.Base(p), string(data))...)
	}
	return out
}

// splitPrograms: a line with a comment "# expected" at column 0 code ends a program.
func splitPrograms(name, data string) []program {
	var out []program
	var text strings.Builder
	lines := bufio.NewScanner(strings.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		code, want, ok := strings.Cut(line, "  #= ")
		if !ok {
			text.WriteString(line + "\n")
			continue
		}
		text.WriteString(code + "\n")
		out = append(out, program{place: name + ":" + itoa(n), text: text.String(), want: want})
		text.Reset()
	}
	return out
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

func TestPrograms(t *testing.T) {
	for _, p := range programs(t) {
		t.Run(p.place, func(t *testing.T) {
			if got := evaluate(t, p.text); got != p.want {
				t.Errorf("%s\ngot  %s\nwant %s", p.text, got, p.want)
			}
		})
	}
}

// evaluate runs a program and gives repr(X), or the exception that left it.
func evaluate(t *testing.T, text string) string {
	r := explore(t, map[string]string{"settings.py": text}, nil)
	w := r.Worlds[0]
	for _, d := range r.Diagnostics {
		t.Errorf("diagnostic at %s: %s", d.At.Text(), d.Message)
	}
	if w.Failure != nil {
		return "raises " + w.Failure.Class + ": " + strings.ReplaceAll(w.Failure.Message, "\n", " ")
	}
	v, ok := w.Names["X"]
	if !ok {
		return "no X"
	}
	if v.IsUnknown() {
		return "unknown: " + v.Reason()
	}
	return v.Repr(1 << 20)
}

// TestProgramsOracle runs the same programs with CPython: set GONOGO_ORACLE=1.
func TestProgramsOracle(t *testing.T) {
	if os.Getenv("GONOGO_ORACLE") == "" {
		t.Skip("set GONOGO_ORACLE=1 to compare with python3")
	}
	list := programs(t)
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = p.text
	}
	input, err := json.Marshal(texts)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("python3", "-c", `
import json, sys, io, contextlib
out = []
for text in json.load(sys.stdin):
    g = {"__name__": "settings"}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(text, "settings.py", "exec"), g)
        out.append(repr(g.get("X")))
    except BaseException as e:
        t = type(e)
        name = t.__name__ if t.__module__ == "builtins" else t.__module__ + "." + t.__qualname__
        out.append("raises " + name + ": " + str(e).replace(chr(10), ' '))
json.dump(out, sys.stdout)
`)
	cmd.Stdin = strings.NewReader(string(input))
	cmd.Stderr = os.Stderr
	data, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	for i, p := range list {
		if got[i] != p.want {
			t.Errorf("%s: CPython gives %s, expected %s\n%s", p.place, got[i], p.want, p.text)
		}
	}
}

var _ = eval.Equal
