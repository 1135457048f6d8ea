//go:build unix

package library_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"
)

// hostile are settings that would loop for ever or need endless memory in Python. AFTER is assigned behind each.
var hostile = []struct{ name, text string }{
	{"endless loop", "while True: pass"},
	{"endless loop that appends in a function", "L = []\ndef f(x):\n    L.append(x)\nwhile True:\n    f([1, 2, 3])"},
	{"endless loop that builds dictionaries", "D = {}\nn = 0\nwhile True:\n    n += 1\n    D[n] = {'a': n}"},
	{"endless loop over an environment variable", "import os\nwhile os.environ.get('X') != 'stop':\n    Y = 1"},
	{"long text", "X = 'a' * 10**12"},
	{"long text, twenty times", "X = []\nfor i in range(20):\n    X.append('a' * (30 * 1024 * 1024) + str(i))"},
	{"long bytes", "X = b'a' * 10**12"},
	{"long bytearray", "X = bytearray(10**12)"},
	{"long list", "X = [0] * 10**12"},
	{"long tuple", "X = (0, 1) * 10**12"},
	{"list of long lists", "X = [[0] * 100000 for i in range(100000)]"},
	{"doubling list", "X = [1]\nfor i in range(1000):\n    X = X + X"},
	{"doubling list in place", "X = [1]\nfor i in range(1000):\n    X += X"},
	{"doubling list by extend", "X = [1]\nwhile True:\n    X.extend(X)"},
	{"doubling text", "X = 'x'\nwhile True:\n    X = X + X"},
	{"doubling text by join", "X = 'x'\nwhile True:\n    X = X.join([X, X, X])"},
	{"doubling text by formatting", "X = 'x'\nwhile True:\n    X = f'{X}{X}'"},
	{"doubling text by percent", "X = 'x'\nwhile True:\n    X = '%s%s' % (X, X)"},
	{"doubling text by str.format", "X = 'x'\nwhile True:\n    X = '{0}{0}'.format(X)"},
	{"replacement that grows", "X = 'a'\nwhile True:\n    X = X.replace('a', 'aaaaaaaa')"},
	{"nested lists, printed", "X = []\nfor i in range(100000):\n    X = [X, X]\nY = str(X)"},
	{"nested lists, printed, small", "X = []\nfor i in range(60):\n    X = [X, X]\nY = repr(X)"},
	{"nested lists, compared", "X = Y = 1\nfor i in range(60):\n    X = [X, X]\n    Y = [Y, Y]\nZ = X == Y"},
	{"nested tuples, hashed", "X = 1\nfor i in range(60):\n    X = (X, X)\nY = {X: 1}\nZ = hash(X)"},
	{"nested dictionaries, copied", "import copy\nX = {}\nfor i in range(60):\n    X = {'a': X, 'b': X}\nY = copy.deepcopy(X)"},
	{"nested lists, to JSON", "import json\nX = []\nfor i in range(60):\n    X = [X, X]\nY = json.dumps(X)"},
	{"nested JSON", "import json\nX = json.loads('[' * 1000000 + ']' * 1000000)"},
	{"nested JSON objects", "import json\nX = json.loads('{\"a\":' * 1000000 + '1' + '}' * 1000000)"},
	{"nested literal", "import ast\nX = ast.literal_eval('[' * 100000 + ']' * 100000)"},
	{"literal of powers", "import ast\nX = ast.literal_eval('9' * 100000)"},
	{"tower of powers", "X = 10 ** 10 ** 10"},
	{"large power", "X = 2 ** 10**9"},
	{"large power by pow", "X = pow(2, 10**9)"},
	{"power that grows", "X = 3\nwhile True:\n    X = X ** 3"},
	{"shift that grows", "X = 1\nwhile True:\n    X = X << 10**6"},
	{"large shift", "X = 1 << 10**12"},
	{"long digits", "X = str(10 ** 100000)"},
	{"number from long digits", "X = int('9' * 10**7)"},
	{"factorial", "import math\nX = math.factorial(10**9)"},
	{"combinations", "import math\nX = math.comb(10**9, 10**8)"},
	{"wide percent format", "X = '%1000000000000d' % 5"},
	{"wide percent format by star", "X = '%*d' % (10**12, 5)"},
	{"wide format specification", "X = f'{5:1000000000000}'"},
	{"precise format specification", "X = f'{5:.1000000000f}'"},
	{"wide str.format", "X = '{:>{w}}'.format(5, w=10**12)"},
	{"centred text", "X = 'a'.center(10**12)"},
	{"zero-filled text", "X = 'a'.zfill(10**12)"},
	{"tabs", "X = ('\\t' * 1000).expandtabs(10**9)"},
	{"recursion", "def f(n):\n    return f(n + 1)\nX = f(0)"},
	{"recursion by two branches", "def f(n):\n    return f(n - 1) + f(n - 1) if n else 1\nX = f(100)"},
	{"recursion by lambda", "f = lambda n: f(n + 1)\nX = f(0)"},
	{"recursion in a property", "class A:\n    @property\n    def p(self): return self.p\nX = A().p"},
	{"recursion in __getattr__", "class A:\n    def __getattr__(self, n): return getattr(self, n + 'x')\nX = A().a"},
	{"recursion in __eq__", "class A:\n    def __eq__(self, o): return o == self\nX = A() == A()"},
	{"recursion in __repr__", "class A:\n    def __repr__(self): return repr(self)\nX = repr(A())"},
	{"recursion in a default factory", "from collections import defaultdict\ndef f(): return defaultdict(f)[1]\nX = defaultdict(f)['a']"},
	{"recursion caught again and again", "def f():\n    while True:\n        try:\n            f()\n        except RecursionError:\n            f()\nX = f()"},
	{"Ackermann", "def a(m, n):\n    return n + 1 if m == 0 else a(m - 1, 1) if n == 0 else a(m - 1, a(m, n - 1))\nX = a(4, 4)"},
	{"endless generator", "def g():\n    while True: yield 1\nX = list(g())"},
	{"endless generator, summed", "def g():\n    while True: yield 1\nX = sum(g())"},
	{"endless generator, silent", "def g():\n    while True: pass\n    yield 1\nX = next(g())"},
	{"generators in each other", "def g(n):\n    yield 1\n    yield from g(n + 1)\nX = list(g(0))"},
	{"many generators", "def g():\n    yield 1\nX = [next(g()) for i in range(10**9)]"},
	{"endless iter", "X = list(iter(lambda: 1, 2))"},
	{"own endless iterator", "class A:\n    def __iter__(self): return self\n    def __next__(self): return 1\nX = list(A())"},
	{"own endless __getitem__", "class A:\n    def __getitem__(self, i): return i\nX = list(A())"},
	{"large range as list", "X = list(range(10**12))"},
	{"large range, summed", "X = sum(range(10**12))"},
	{"large range, sorted", "X = sorted(range(10**12))"},
	{"large range as set", "X = set(range(10**12))"},
	{"large range as dictionary", "X = dict.fromkeys(range(10**12))"},
	{"large range, searched", "X = 'a' in range(10**15)"},
	{"large range, joined", "X = ','.join(str(i) for i in range(10**12))"},
	{"large range, unpacked", "X = [*range(10**12)]"},
	{"large range as arguments", "def f(*a): return a\nX = f(*range(10**12))"},
	{"large range, starred target", "a, *b = range(10**12)"},
	{"list comprehension", "X = [a for a in range(10**9) for b in range(10**9)]"},
	{"set comprehension", "X = {(a, b) for a in range(10**9) for b in range(10**9)}"},
	{"dictionary comprehension", "X = {a: a for a in range(10**12)}"},
	{"generator expression", "X = all(True for a in range(10**12))"},
	{"list grown while it is read", "X = [1]\nfor x in X: X.append(x)"},
	{"dictionary grown while it is read", "X = {1: 1}\nfor x in list(X) * 10**9: X[len(X)] = 1"},
	{"zip of endless iterators", "import itertools\nX = list(zip(itertools.count(), itertools.cycle('ab')))"},
	{"count", "import itertools\nX = list(itertools.count())"},
	{"cycle", "import itertools\nX = [a for a in itertools.cycle([1])]"},
	{"repeat", "import itertools\nX = list(itertools.repeat('a'))"},
	{"product", "import itertools\nX = list(itertools.product(range(1000), repeat=10))"},
	{"permutations", "import itertools\nX = list(itertools.permutations(range(50)))"},
	{"combinations of many", "import itertools\nX = list(itertools.combinations(range(1000), 20))"},
	{"chain of endless iterators", "import itertools\nX = list(itertools.chain.from_iterable(itertools.repeat([1, 2])))"},
	{"accumulate", "import itertools\nX = list(itertools.accumulate(itertools.count()))"},
	{"map of endless iterator", "import itertools\nX = list(map(str, itertools.count()))"},
	{"filter that finds nothing", "import itertools\nX = next(filter(lambda x: False, itertools.count()))"},
	{"reduce", "import functools, itertools\nX = functools.reduce(lambda a, b: a + b, itertools.repeat(1))"},
	{"reduce that grows", "import functools\nX = functools.reduce(lambda a, b: a + a, range(10**6), 'x')"},
	{"deque", "from collections import deque\nX = deque()\nwhile True: X.append(1)"},
	{"Counter", "from collections import Counter\nX = Counter('a' * 10**9)"},
	{"regular expression with nested repetition", "import re\nX = re.match(r'(a+)+$', 'a' * 5000 + 'b')"},
	{"regular expression with alternatives", "import re\nX = re.match(r'(a|a)*$', 'a' * 5000 + 'b')"},
	{"regular expression with a back-reference", "import re\nX = re.match(r'(a*)*\\1b', 'a' * 5000)"},
	{"regular expression, repeated", "import re\nX = re.compile('((a{0,1000}){0,1000}){0,1000}')"},
	{"regular expression, nested", "import re\nX = re.compile('(' * 100000 + ')' * 100000)"},
	{"regular expression, substituted", "import re\nX = re.sub('', 'a' * 100000, 'b' * 100000)"},
	{"regular expression, split", "import re\nX = re.split('(a*)*c', 'a' * 100000)"},
	{"bases in a circle", "class A: pass\nclass B(A): pass\nA.__bases__ = (B,)\nX = A().x"},
	{"bases in no order", "class A: pass\nclass B(A): pass\nclass C(A, B): pass\nX = C()"},
	{"chain of classes", "class A: x = 1\nfor i in range(10**9):\n    class A(A): pass\nX = A.x"},
	{"bases that double", "class A: pass\nfor i in range(10**6):\n    class B(A): pass\n    class C(A): pass\n    class A(B, C): pass\nX = A()"},
	{"metaclass that makes classes", "class M(type):\n    def __new__(m, n, b, d): return M(n, b, d)\nclass A(metaclass=M): pass"},
	{"__init_subclass__ that makes classes", "class A:\n    def __init_subclass__(cls): type('B', (A,), {})\nclass C(A): pass"},
	{"decorators", "def d(f): return d(d(f))\n@d\ndef X(): pass"},
	{"partials in each other", "import functools\nX = print\nwhile True:\n    X = functools.partial(X, 1)"},
	{"exec of itself", "s = 'exec(s)'\nexec(s)"},
	{"exec that doubles", "s = 'exec(s); exec(s)'\nexec(s)"},
	{"exec of long text", "exec('a = 1\\n' * 10**7)"},
	{"exec of many definitions", "while True:\n    exec('def f(): pass')"},
	{"eval of nested brackets", "X = eval('(' * 100000 + ')' * 100000)"},
	{"eval of a long sum", "X = eval('+'.join(['1'] * 100000))"},
	{"globals", "n = 0\nwhile True:\n    n += 1\n    globals()['A%d' % n] = n"},
	{"attributes", "class A: pass\na = A()\nn = 0\nwhile True:\n    n += 1\n    setattr(a, 'A%d' % n, n)"},
	{"exceptions in a chain", "e = None\nwhile True:\n    try:\n        raise ValueError(e)\n    except ValueError as x:\n        e = x"},
	{"exception that is always caught", "while True:\n    try:\n        1 / 0\n    except ZeroDivisionError:\n        continue"},
	{"finally that goes on", "while True:\n    try:\n        break\n    finally:\n        continue"},
	{"match in a loop", "while True:\n    match [1, 2, [3, 4]]:\n        case [a, b, [c, *d]]: pass"},
	{"slices", "X = list(range(100000))\nwhile True:\n    X[:0] = X"},
	{"sorting with a key that grows", "X = sorted([1] * 100000, key=lambda a: 'x' * 1000000)"},
	{"long sort", "X = sorted(['a' * 100000 + str(i) for i in range(1000)] * 100)"},
	{"set operations", "X = {1}\nwhile True:\n    X = X | {len(X)}"},
	{"search in long text", "X = ('a' * 1000000).count('a' * 500000 + 'b')\nwhile True:\n    X = ('a' * 1000000).find('a' * 5000 + 'b')"},
	{"many splits", "while True:\n    X = ('a,' * 100000).split(',')"},
	{"translate", "while True:\n    X = ('a' * 100000).translate({97: 'bbbb'})"},
	{"encode and decode", "X = b'a'\nwhile True:\n    X = X + X.hex().encode()"},
	{"unknown operations in a chain", "import os\nX = os.environ['A']\nwhile True:\n    X = X + X"},
	{"unknown conditions in a loop", "import acme\nwhile acme.more():\n    X = acme.next()"},
	{"unknown branches in a loop", "import acme\nfor i in range(10**9):\n    if acme.flag(i): X = i"},
	{"unknown text, formatted", "import os\nX = os.environ['A']\nfor i in range(10**6):\n    X = f'{X}-{X}'"},
	{"paths in each other", "from pathlib import Path\nX = Path('a')\nwhile True:\n    X = X / X"},
	{"path joins", "import os.path\nX = 'a'\nwhile True:\n    X = os.path.join(X, X)"},
	{"parents", "from pathlib import Path\nX = Path(__file__)\nwhile X != 1:\n    X = X.parent"},
	{"enumeration", "from enum import Enum\nX = Enum('E', ' '.join('a%d' % i for i in range(10**7)))"},
	{"dataclasses", "from dataclasses import dataclass\nwhile True:\n    @dataclass\n    class A:\n        a: int = 1"},
	{"namedtuple", "from collections import namedtuple\nX = namedtuple('X', ['a%d' % i for i in range(10**7)])"},
	{"time spans", "from datetime import timedelta\nX = timedelta(1)\nwhile True:\n    X = X * 2"},
	{"decimals", "from decimal import Decimal\nX = Decimal(3)\nwhile True:\n    X = X * X"},
	{"decimal power", "from decimal import Decimal\nX = Decimal(10) ** 10**9"},
	{"fractions", "from fractions import Fraction\nX = Fraction(1, 3)\nwhile True:\n    X = X * X"},
	{"quoting", "from urllib.parse import quote\nX = '%'\nwhile True:\n    X = quote(X)"},
	{"string template", "from string import Template\nX = '$a$a'\nwhile True:\n    X = Template(X).safe_substitute(a=X)"},
	{"base64", "import base64\nX = b'a'\nwhile True:\n    X = base64.b64encode(X)"},
	{"hashing", "import hashlib\nX = hashlib.pbkdf2_hmac('sha256', b'a', b'b', 10**12)"},
	{"hashing long text", "import hashlib\nwhile True:\n    X = hashlib.sha256(b'a' * 10**7).hexdigest()"},
	{"compression bomb", "import zlib, base64\nX = zlib.decompress(b'a' * 10**6)"},
	{"sleep", "import time\ntime.sleep(10**9)"},
	{"random", "import random, string\nwhile True:\n    X = ''.join(random.choices(string.ascii_letters, k=10**9))"},
	{"secrets", "from django.utils.crypto import get_random_string\nX = get_random_string(10**12)"},
}

// cost is what an exploration used.
type cost struct {
	cpu, wall time.Duration
	peak      uint64 // bytes that the heap grew by, garbage included
}

// measured runs f, and samples the heap meanwhile.
func measured(f func()) cost {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak atomic.Uint64
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		var now runtime.MemStats
		for {
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
				runtime.ReadMemStats(&now)
				peak.Store(max(peak.Load(), now.HeapAlloc))
			}
		}
	}()
	cpu, start := processorTime(), time.Now()
	f()
	c := cost{cpu: processorTime() - cpu, wall: time.Since(start)}
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	close(done)
	<-stopped
	c.peak = max(peak.Load(), now.HeapAlloc)
	c.peak -= min(c.peak, before.HeapAlloc)
	return c
}

// processorTime is what this process has used.
func processorTime() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		panic(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// Bounds of one exploration of hostile settings, with the default limits. What is usual is far below.
const (
	maxHostileCPU  = 3 * time.Second
	maxHostileUnit = 40        // on a slow or a busy machine: times what ordinary calls take to use up all steps there
	maxHostileHeap = 256 << 20 // garbage included
)

// ordinary uses up the steps by calls of a function, the measure for the others.
const ordinary = "def a(m, n):\n    return n + 1 if m == 0 else a(m - 1, 1) if n == 0 else a(m - 1, a(m, n - 1))\nX = a(4, 4)"

// TestHostile wants an end in little time and memory, and that what stands behind the hostile statement is still known. The limits
// are lower than the default ones unless GONOGO_ORACLE is 1.
func TestHostile(t *testing.T) {
	limits := eval.Limits{Steps: 40_000, Bytes: 16 << 20}
	if os.Getenv("GONOGO_ORACLE") == "1" {
		limits = eval.Limits{}
	}
	explore := func(t *testing.T, text string) (*eval.Result, cost) {
		var r *eval.Result
		c := measured(func() {
			p := program{name: "project", files: map[string]string{"settings.py": text + "\nAFTER = 1\n"}}
			r = eval.Explore(eval.Config{Finder: newProject(p), Library: library.Modules(), Installed: installed, Python: [2]int{3, 12},
				Limits: limits, Trace: func(s string) { t.Error(s) }}, "settings")
		})
		return r, c
	}
	_, unit := explore(t, ordinary)
	bound := max(maxHostileCPU, maxHostileUnit*unit.cpu)
	var table strings.Builder
	for _, h := range hostile {
		t.Run(h.name, func(t *testing.T) {
			r, c := explore(t, h.text)
			w := r.Worlds[0]
			if c.cpu > bound {
				t.Errorf("took %v of processor time, more than %v", c.cpu, bound)
			}
			if c.peak > maxHostileHeap {
				t.Errorf("the heap grew by %d MB", c.peak>>20)
			}
			if v := w.Names["AFTER"]; w.Failure == nil && w.Open == "" && v.Repr(10) != "1" {
				t.Errorf("AFTER is %s", v.Repr(50))
			}
			fmt.Fprintf(&table, "%6d ms cpu %6d ms %4d MB %2d worlds  %-45s X=%s %s\n", c.cpu.Milliseconds(), c.wall.Milliseconds(), c.peak>>20, len(r.Worlds),
				h.name, w.Names["X"].Repr(30), failure(w))
		})
	}
	t.Log("\n" + table.String())
}

func failure(w *eval.World) string {
	if w.Failure == nil {
		return ""
	}
	return "raises " + w.Failure.Class
}
