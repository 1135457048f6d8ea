package eval_test

import (
	"fmt"
	"strings"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"

	"github.com/google/go-cmp/cmp"
)

// manyDecisions are settings with more variables than worlds, and then some statements.
func manyDecisions(rest string) string {
	var b strings.Builder
	b.WriteString("import os\nfrom acme import flag, other\n")
	for i := range 40 {
		fmt.Fprintf(&b, "X%d = 1 if os.environ.get('V%d') else 2\n", i, i)
	}
	return b.String() + rest
}

func TestUnexplored(t *testing.T) {
	for name, c := range map[string]struct {
		code    string
		with    []string // names that must be among those that can change
		without []string
		any     bool
	}{
		"a conditional value":    {"A = 1 if os.environ.get('LAST') else 2\nB = 3\n", []string{"A"}, []string{"B"}, false},
		"what is computed of it": {"A = 1 if os.environ.get('LAST') else 2\nB = [A]\nC = B[0] + 1\nD = 5\n", []string{"A", "B", "C"}, []string{"D"}, false},
		"a list that is changed": {"L = []\nM = []\nif os.environ.get('LAST'):\n    L.append(1)\nN = L\n", []string{"L", "N"}, []string{"M"}, false},
		"a part that is set":     {"D = {'a': {}}\nif os.environ.get('LAST'):\n    D['a']['b'] = 1\nE = 1\n", []string{"D"}, []string{"E"}, false},
		"a function that asks":   {"def f():\n    return os.environ.get('LAST') == 'x'\nA = f()\nB = 1 if f() else 2\nC = 1\n", []string{"B"}, []string{"C"}, false},
		"a star import":          {"if os.environ.get('LAST'):\n    from local import *\nA = 1\n", nil, nil, true},
		"a call for its effect":  {"def f():\n    if os.environ.get('LAST'): globals()['A'] = 1\nA = 2\nf()\n", nil, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			project := newFiles(map[string]string{"settings.py": manyDecisions(c.code), "local.py": "A = 9\n"})
			r := eval.Explore(eval.Config{Finder: project, Library: library.Modules(), Limits: eval.Limits{Runs: 8}}, "settings")
			if !r.Truncated || len(r.Unexplored) != 1 {
				t.Fatalf("truncated %v, %d parts", r.Truncated, len(r.Unexplored))
			}
			u := r.Unexplored[0]
			if u.Any != c.any {
				t.Errorf("any is %v", u.Any)
			}
			in := map[string]bool{}
			for _, n := range u.Names {
				in[n] = true
			}
			for _, n := range c.with {
				if !in[n] {
					t.Errorf("%s is not among %v", n, u.Names)
				}
			}
			for _, n := range c.without {
				if in[n] {
					t.Errorf("%s is among them", n)
				}
			}
		})
	}
}

func TestNothingUnexplored(t *testing.T) {
	project := newFiles(map[string]string{"settings.py": "import os\nA = 1 if os.environ.get('X') else 2\n"})
	r := eval.Explore(eval.Config{Finder: project, Library: library.Modules()}, "settings")
	if r.Truncated || len(r.Unexplored) > 0 {
		t.Errorf("%v %v", r.Truncated, cmp.Diff(nil, r.Unexplored))
	}
}
