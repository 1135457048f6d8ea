package eval_test

import (
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"
)

func session(contents map[string]string) *eval.Session {
	return eval.NewSession(eval.Config{Finder: newFiles(contents), Library: library.Modules(), Limits: eval.Limits{Steps: 20_000}})
}

func TestSessionSharesModules(t *testing.T) {
	s := session(map[string]string{
		"shop/__init__.py": "",
		"shop/registry.py": "known = []\n",
		"shop/a.py":        "from shop.registry import known\nknown.append('a')\n",
		"shop/b.py":        "from shop.registry import known\nimport shop.a\nknown.append('b')\n",
	})
	for _, name := range []string{"shop.a", "shop.b", "shop.a"} {
		if m := s.Import(name); m.Failure != nil || m.GivenUp != "" || !m.Module.IsValid() {
			t.Fatalf("%s: %+v", name, m)
		}
	}
	if got := s.Import("shop.registry").Module.Attr("known").Repr(80); got != "['a', 'b']" {
		t.Errorf("known is %s", got)
	}
}

func TestSessionOutlivesFailures(t *testing.T) {
	s := session(map[string]string{
		"raises.py":  "BEFORE = 1\nraise ValueError('no')\n",
		"endless.py": "BEFORE = 1\nwhile True: pass\n",
		"deep.py":    "def f(): return f()\nf()\n",
		"good.py":    "X = 1\n",
	})
	if m := s.Import("raises"); m.Failure == nil || m.Failure.Class != "ValueError" {
		t.Errorf("raises: %+v", m)
	}
	s.Import("endless")
	s.Import("deep")
	if m := s.Import("good"); m.Failure != nil || m.GivenUp != "" || m.Module.Attr("X").Repr(9) != "1" {
		t.Errorf("good: %+v", m)
	}
	if m := s.Import("nowhere"); m.Failure != nil || m.Module.Attr("X").IsValid() && !m.Module.Attr("X").IsUnknown() {
		t.Errorf("nowhere: %+v", m)
	}
	if len(s.Diagnostics()) == 0 {
		t.Error("nothing tells of what was given up")
	}
}

func TestSessionCalls(t *testing.T) {
	s := session(map[string]string{"m.py": "def twice(x): return 2 * x\ndef fails(): raise ValueError()\ndef endless():\n    while True: pass\n"})
	m := s.Import("m").Module
	if v, ok := s.Call(m.Attr("twice"), eval.MakeInt(21)); !ok || v.Repr(9) != "42" {
		t.Errorf("twice: %v %s", ok, v.Repr(9))
	}
	for _, name := range []string{"fails", "endless"} {
		if _, ok := s.Call(m.Attr(name)); ok {
			t.Errorf("%s returned", name)
		}
	}
}

func TestSymbols(t *testing.T) {
	s := session(map[string]string{"m.py": `
from acme.auth import login_required
from acme.views import ListView
import acme.urls as u

@login_required
def home(request): pass

class Page(ListView, u.made()):
    pass

page = Page.as_view(size=3)
other = u.route("x", home)
`})
	m := s.Import("m").Module
	home, ok := m.Attr("home").Symbol()
	if !ok || home.Func.Path() != "acme.auth.login_required" || len(home.Args) != 1 {
		t.Fatalf("home: %+v", home)
	}
	if d, ok := home.Args[0].Definition(); !ok || d.Function == nil || d.Function.Name != "home" || d.Module != "m" {
		t.Errorf("the function below the decorator: %+v", d)
	}
	page, ok := m.Attr("page").Symbol()
	if !ok || page.Func.Path() != "m.Page.as_view" || len(page.Kwargs) != 1 {
		t.Errorf("page: %+v %q", page, page.Func.Path())
	}
	class := m.Attr("Page")
	if b := class.Bases(); len(b) != 2 || b[0].Dotted() != "acme.views.ListView" || !b[1].IsUnknown() {
		t.Errorf("bases: %v", b)
	}
	if d, ok := class.Definition(); !ok || d.Class == nil || d.Class.Name != "Page" {
		t.Errorf("the class: %+v", d)
	}
	if o, ok := m.Attr("other").Symbol(); !ok || o.Func.Path() != "acme.urls.route" || o.Args[0].Repr(9) != "'x'" {
		t.Errorf("other: %+v", o)
	}
}

func TestContextManagerAsDecorator(t *testing.T) {
	s := session(map[string]string{"m.py": `
from contextlib import contextmanager
LOG = []
@contextmanager
def traced(name):
    LOG.append("enter " + name)
    yield
    LOG.append("leave " + name)
@traced("a")
def work(x):
    LOG.append("work")
    return x + 1
Y = [work(1), work(2)]
`})
	m := s.Import("m").Module
	if y, log := m.Attr("Y").Repr(80), m.Attr("LOG").Repr(200); y != "[2, 3]" || log != "['enter a', 'work', 'leave a', 'enter a', 'work', 'leave a']" {
		t.Errorf("%s after %s", y, log)
	}
}

func TestSessionKeepsEffects(t *testing.T) {
	s := session(map[string]string{"m.py": `
from acme import Router, site, register
router = Router()
router.register("orders", object)
site.register(int)
def later():
    site.register(str)
@register(1)
class A: pass
`})
	m := s.Import("m").Module
	var got []string
	for _, e := range s.Effects() {
		call, _ := e.Symbol()
		of, _ := call.Func.Symbol()
		got = append(got, call.Func.Path()+" "+of.Attr)
		if of.Attr == "register" && len(call.Args) == 2 && !eval.Same(of.Of, m.Attr("router")) {
			t.Error("the router is not the router")
		}
	}
	if want := []string{"acme.Router.register register", "acme.site.register register"}; strings.Join(got, ",") != strings.Join(want, ",") {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDjangoChoices(t *testing.T) {
	s := session(map[string]string{"m.py": `
from django.db import models
from django.utils.translation import gettext_lazy as _
class Status(models.TextChoices):
    DRAFT = "d", _("Draft")
    OUT_OF_STOCK = "o"
    @property
    def loud(self): return self.label.upper()
class Size(models.IntegerChoices):
    __empty__ = "none"
    SMALL = 1
    LARGE = 2, "Big"
A = Status.choices
B = Status.DRAFT == "d", Status.DRAFT.label, str(Status.DRAFT), f"{Status.DRAFT}", Status("o").name, Status.DRAFT.loud
C = Size.choices, Size.labels, Size.values, Size.names
D = [s.value for s in Status]
`})
	m := s.Import("m").Module
	for name, want := range map[string]string{
		"A": "[('d', 'Draft'), ('o', 'Out Of Stock')]",
		"B": "(True, 'Draft', 'd', 'd', 'OUT_OF_STOCK', 'DRAFT')",
		"C": "([(None, 'none'), (1, 'Small'), (2, 'Big')], ['none', 'Small', 'Big'], [None, 1, 2], ['__empty__', 'SMALL', 'LARGE'])",
		"D": "['d', 'o']",
	} {
		if got := m.Attr(name).Repr(300); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// A session is of a project that can be imported, so an unknown condition does not lead to an exception where the other arm goes on.
func TestSessionGoesOn(t *testing.T) {
	s := session(map[string]string{"m.py": `
from acme import where
def check(uri):
    if "://" not in uri:
        raise ValueError(uri)
    return uri
def known(uri):
    if "/" in uri:
        return uri
    else:
        raise ValueError(uri)
A = check(f"{where}/media"), known(where)
X = 1
`, "n.py": "def check(uri):\n    if '://' not in uri:\n        raise ValueError(uri)\ncheck('media')\n"})
	if m := s.Import("m"); m.Failure != nil || m.Module.Attr("X").Repr(9) != "1" {
		t.Errorf("m: %+v", m.Failure)
	}
	if m := s.Import("n"); m.Failure == nil {
		t.Error("what is known to be wrong raises nothing")
	}
}

func TestSessionTries(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"nothing to decide", "    return 1\n", "1"},
		{"a condition twice is decided once", "    if x: a = 1\n    else: a = 2\n    if x: return a\n    return -a\n", "-2 [not x] | 1 [x]"},
		{"two conditions, one below the other", "    if x:\n        return 1\n    if x.y:\n        return 2\n    return 3\n", "1 [x] | 2 [not x, x.y] | 3 [not x, not x.y]"},
		{"an exception in one way", "    if x: raise ValueError('no')\n    return 1\n", "1 [not x] | ValueError [x]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := session(map[string]string{"m.py": "def f(x):\n" + c.body})
			f := s.Import("m").Module.Attr("f")
			trials, whole := s.Try(8, func(c *eval.Call) eval.Value { return c.Call(f, eval.MakeUnknown("what a client sends")) })
			if !whole {
				t.Error("there are more ways")
			}
			var ways []string
			for _, w := range trials {
				text := w.Result.Repr(20)
				if w.Failure != nil {
					text = w.Failure.Class
				}
				var conditions []string
				for _, k := range w.Conditions {
					name := strings.TrimSuffix(strings.TrimSuffix(strings.ReplaceAll(k.Text, "`", ""), " is true"), " is false")
					if k.Taken != strings.HasSuffix(k.Text, " is true") {
						name = "not " + name
					}
					conditions = append(conditions, name)
				}
				if len(conditions) > 0 {
					text += " [" + strings.Join(conditions, ", ") + "]"
				}
				ways = append(ways, text)
			}
			slices.Sort(ways)
			if got := strings.Join(ways, " | "); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
	s := session(map[string]string{"m.py": "def f(x):\n    n = 0\n    while x[n]: n += 1\n    return n\n"})
	f := s.Import("m").Module.Attr("f")
	if trials, whole := s.Try(4, func(c *eval.Call) eval.Value { return c.Call(f, eval.MakeUnknown("what a client sends")) }); whole && len(trials) > 4 {
		t.Errorf("%d ways, and whole is %v", len(trials), whole)
	}
}

func TestSessionPassesOver(t *testing.T) {
	files := map[string]string{
		"views.py":  "def fails(): raise ValueError('no')\nclass A:\n    x = fails()\nB = 1\n",
		"urls.py":   "import views\nfrom views import A, B\nX = B\n",
		"caught.py": "try:\n    import absent_thing_of_nobody.at_all\nexcept ImportError:\n    Y = 1\n",
		"own.py":    "Z = 1\nraise ValueError('its own')\n",
		"calls.py":  "from views import fails\nfails()\nW = 2\n",
	}
	s := session(files)
	broken := s.GoOn(func() {
		m := s.Import("urls")
		if m.Failure != nil || m.Module.Attr("X").Repr(9) != "1" || !m.Module.Attr("A").IsUnknown() {
			t.Errorf("urls: %+v, X is %s, A is %s", m.Failure, m.Module.Attr("X").Repr(9), m.Module.Attr("A").Repr(9))
		}
		if m := s.Import("own"); m.Failure == nil {
			t.Error("a raise of the module's own was passed over")
		}
		if m := s.Import("calls"); m.Module.Attr("W").Repr(9) != "2" {
			t.Error("calls did not go on")
		}
	})
	if len(broken) != 2 || broken[0].Module != "views" || !broken[0].Binds || broken[1].Module != "calls" || broken[1].Binds {
		t.Errorf("passed over: %+v", broken)
	}
	if m := s.Import("urls"); m.Failure == nil {
		t.Error("a later import does not meet the exception")
	}
}

// TestSessionClose has generators that nobody runs to their end: each waits in a goroutine of its own, until the session is closed.
func TestSessionClose(t *testing.T) {
	before := runtime.NumGoroutine()
	s := session(map[string]string{"m.py": "def count():\n    n = 0\n    while True:\n        yield n\n        n += 1\n" +
		"waiting = [count() for _ in range(20)]\nfirst = [next(c) for c in waiting]\n"})
	m := s.Import("m")
	if during := runtime.NumGoroutine(); m.Failure != nil || during < before+20 {
		t.Fatalf("%+v, and %d goroutines instead of %d", m.Failure, during, before)
	}
	s.Close()
	for range 1000 {
		if runtime.NumGoroutine() < before+20 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if after := runtime.NumGoroutine(); after >= before+20 || m.Module.Attr("first").Repr(9) == "" {
		t.Errorf("%d goroutines are left, and there were %d", after, before)
	}
}
