package eval_test

import (
	"strings"
	"testing"
	"time"

	"gonogo/internal/python/eval"
)

// TestBounded runs programs that would not end, or need endless memory. What stands after the statement is still known.
func TestBounded(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"endless loop", "while True: pass"},
		{"endless loop in a function", "def f():\n    n = 0\n    while True:\n        n += 1\nX = f()"},
		{"large text", `X = "x" * 10**10`},
		{"doubling text", "X = 'x'\nfor i in range(100):\n    X += X"},
		{"doubling list", "X = [1]\nfor i in range(100):\n    X = X + X"},
		{"large range", "X = list(range(10**12))"},
		{"sum of a large range", "X = sum(range(10**12))"},
		{"huge power", "X = 10 ** 10 ** 10"},
		{"huge shift", "X = 1 << 10**10"},
		{"growing number", "X = 3\nwhile True:\n    X = X * X"},
		{"recursion", "def f(n): return f(n + 1)\nX = f(0)"},
		{"mutual recursion", "def f(n): return g(n)\ndef g(n): return f(n)\nX = f(0)"},
		{"recursive repr", "class A:\n    def __repr__(self): return repr(self)\nX = repr(A())"},
		{"list in itself", "L = []\nL.append(L)\nX = str(L) + repr([L, L]) + str(L == L)"},
		{"dict in itself", "D = {}\nD['d'] = D\nX = f'{D}'"},
		{"growing list", "X = []\nfor x in iter(lambda: 1, 2): X.append(x)"},
		{"list grown while read", "X = [1]\nfor x in X: X.append(x)"},
		{"endless generator", "def g():\n    while True: yield 1\nX = list(g())"},
		{"wide format", "X = '%1000000000d' % 5"},
		{"wide format spec", "X = f'{5:1000000000}'"},
		{"centred", "X = 'a'.center(10**10)"},
		{"replace", "X = ('a' * 100000).replace('a', 'b' * 100000)"},
		{"many generators", "def g():\n    yield 1\nX = [next(g()) for i in range(100000)]"},
		{"decorators", "def d(f): return d(d(f))\n@d\ndef X(): pass"},
		{"getattr recursion", "class A:\n    def __getattr__(self, n): return getattr(self, n + 'x')\nX = A().a"},
		{"property recursion", "class A:\n    @property\n    def p(self): return self.p\nX = A().p"},
		{"comprehension", "X = [a for a in range(10**4) for b in range(10**4) for c in range(10**4)]"},
		{"exec recursion", "s = 'exec(s)'\nexec(s)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			r := explore(t, map[string]string{"settings.py": c.text + "\nAFTER = 1\n"}, func(c *eval.Config) {
				c.Limits = eval.Limits{Steps: 200_000, Bytes: 64 << 20}
			})
			if d := time.Since(start); d > 30*time.Second {
				t.Errorf("took %v", d)
			}
			w := r.Worlds[0]
			if v := w.Names["AFTER"]; w.Failure == nil && !eval.Equal(v, eval.MakeInt(1)) {
				t.Errorf("AFTER is %s; failure %v; diagnostics %v", v.Repr(50), w.Failure, r.Diagnostics)
			}
			t.Logf("%v X=%s %v %v", time.Since(start).Round(time.Millisecond), w.Names["X"].Repr(30), w.Failure, messages(r))
		})
	}
}

func messages(r *eval.Result) []string {
	var out []string
	for _, d := range r.Diagnostics {
		out = append(out, d.Message)
	}
	return out
}

func TestImportOfItself(t *testing.T) {
	files := map[string]string{"settings.py": "from a import *\nAFTER = 1", "a.py": "from b import *\nA = 1", "b.py": "from a import *\nfrom settings import *\nB = 1"}
	if got := shown(explore(t, files, nil), "A", "B", "AFTER"); got != "[] A=1 B=1 AFTER=1\n" {
		t.Error(got)
	}
}

func TestRunLimit(t *testing.T) {
	var b strings.Builder
	b.WriteString("import os\n")
	for i := range 100 {
		n := itoa(i)
		b.WriteString("if os.environ.get('V" + n + "'): X" + n + " = 1\n")
	}
	r := explore(t, map[string]string{"settings.py": b.String()}, nil)
	if len(r.Worlds) != 64 || !r.Truncated {
		t.Errorf("%d worlds, truncated %v", len(r.Worlds), r.Truncated)
	}
}

func FuzzExplore(f *testing.F) {
	for _, p := range programs(f) {
		f.Add(p.text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 {
			t.Skip()
		}
		watchdog := time.AfterFunc(5*time.Second, func() { panic("does not end: " + text) })
		defer watchdog.Stop()
		explore(t, map[string]string{"settings.py": text}, func(c *eval.Config) {
			c.Limits = eval.Limits{Steps: 20_000, Bytes: 8 << 20, Runs: 4}
		})
	})
}

func BenchmarkSettings(b *testing.B) {
	var text strings.Builder
	text.WriteString("import os\nDEBUG = os.environ.get('DEBUG', '0') == '1'\nINSTALLED_APPS = []\n")
	for i := range 60 {
		n := itoa(i)
		text.WriteString("A" + n + " = os.environ.get('A" + n + "', 'x')\n")
		text.WriteString("B" + n + " = {'a': [1, 2, 'three'], 'b': {'c': A" + n + ", 'd': 60 * 60}}\n")
		text.WriteString("INSTALLED_APPS += ['app" + n + "']\n")
		text.WriteString("def f" + n + "(x, y=1):\n    if x:\n        return [x, y]\n    return None\n")
		text.WriteString("C" + n + " = f" + n + "(1) + [c for c in 'abc']\n")
	}
	files := newFiles(map[string]string{"settings.py": text.String()})
	cfg := eval.Config{Finder: files, Library: testLibrary()}
	b.ReportAllocs()
	for b.Loop() {
		eval.Explore(cfg, "settings")
	}
}

func TestUndecidedConditionsAreExploredBeyondTheLimit(t *testing.T) {
	var text strings.Builder
	text.WriteString("import os, acme\n")
	for i := range 100 {
		text.WriteString("if os.environ.get('V" + itoa(i) + "'):\n    A = 1\n")
	}
	text.WriteString("DEBUG = False\nif acme.flag:\n    DEBUG = True\n")
	r := explore(t, map[string]string{"settings.py": text.String()}, nil)
	if !r.Truncated {
		t.Error("not truncated")
	}
	for _, w := range r.Worlds {
		if len(w.Conditions) == 1 && w.Conditions[0].Kind == eval.Opaque && w.Names["DEBUG"].Repr(10) == "True" {
			return
		}
	}
	t.Errorf("the world of acme.flag is not among %d", len(r.Worlds))
}
