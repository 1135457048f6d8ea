package eval_test

import (
	"slices"
	"strings"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"
	"gonogo/internal/python/syntax"
)

// environment is a folder of installed packages in memory.
type environment struct {
	eval.Finder
	steps int
}

func (e environment) Module(dotted string) (*syntax.Module, bool, bool) {
	return e.Finder.Module(dotted)
}
func (e environment) Missing(dotted string) bool {
	_, _, ok := e.Finder.Module(dotted)
	return !ok
}
func (e environment) Steps() int { return e.steps }

func installed() environment {
	return environment{newFiles(map[string]string{
		"acme/__init__.py": "",
		"acme/base.py":     "import os\nNAME = os.environ.get('ACME_NAME', 'acme')\nclass Base:\n    kind = 'base'\ndef twice(x):\n    return 2 * x\ndef fails():\n    raise RuntimeError('no')\nprint('loaded')\n",
		"acme/broken.py":   "KNOWN = 1\nraise RuntimeError('this needs a server')\nLATER = 2\n",
		"acme/endless.py":  "KNOWN = 1\nwhile True:\n    pass\n",
		"acme/optional.py": "try:\n    import nowhere\nexcept ImportError:\n    nowhere = None\n",
		"acme/defaults.py": "ACME_SIZE = 7\nACME_APPS = ['acme']\n",
		"user.py":          "import shop.models\nclass User(shop.models.Order):\n    pass\n",
	}), 20_000}
}

func TestPackagesAreRun(t *testing.T) {
	s := eval.NewSession(eval.Config{Packages: installed(), Library: library.Modules(), Limits: eval.Limits{Steps: 20_000}, Finder: newFiles(map[string]string{
		"shop/__init__.py": "",
		"shop/models.py":   "from acme.base import Base, NAME, twice, fails\nclass Order(Base):\n    pass\nFOUR = twice(2)\nOTHER = fails()\nAFTER = 1\n",
		"shop/parts.py":    "from acme.broken import KNOWN, LATER, Missing\nfrom acme.endless import KNOWN as first\nfrom acme.optional import nowhere\nimport user\n",
	})})
	m := s.Import("shop.models")
	if m.Failure != nil || m.GivenUp != "" {
		t.Fatalf("%+v", m)
	}
	for name, want := range map[string]string{"NAME": "'acme'", "FOUR": "4", "AFTER": "1"} {
		if got := m.Module.Attr(name).Repr(40); got != want {
			t.Errorf("%s is %s, not %s", name, got, want)
		}
	}
	if v := m.Module.Attr("OTHER"); !v.IsUnknown() {
		t.Errorf("what a function of a package raises gives %s", v.Repr(40))
	}
	order := m.Module.Attr("Order")
	base := m.Module.Attr("Base")
	if got := order.Attr("kind").Repr(9); got != "'base'" {
		t.Errorf("kind is %s", got)
	}
	if _, own := order.Definition(); !own || order.Installed() {
		t.Error("a class of the project is not told as such")
	}
	if _, own := base.Definition(); own || !base.Installed() {
		t.Error("a class of a package is told as the project's")
	}
	if d, ok := base.Written(); !ok || d.Module != "acme.base" {
		t.Errorf("the text of a class of a package is %+v", d)
	}
	if n := len(s.Effects()); n != 0 {
		t.Errorf("%d effects are of a package", n)
	}
	parts := s.Import("shop.parts")
	if parts.Failure != nil || parts.GivenUp != "" {
		t.Fatalf("%+v", parts)
	}
	for name, want := range map[string]string{"KNOWN": "1", "first": "1", "nowhere": "None"} {
		if got := parts.Module.Attr(name).Repr(40); got != want {
			t.Errorf("%s is %s, not %s", name, got, want)
		}
	}
	if v := parts.Module.Attr("LATER"); !v.IsUnknown() || !strings.Contains(v.Reason(), "acme.broken") {
		t.Errorf("a name that a package did not come to is %s", v.Repr(40))
	}
	if v := parts.Module.Attr("Missing"); v.Path() != "acme.broken.Missing" {
		t.Errorf("a class that a package did not come to is %s", v.Repr(40))
	}
	if user := s.Import("user").Module.Attr("User"); !user.IsSubclass("shop.models.Order") {
		t.Error("a class of a package does not inherit from one of the project")
	}
}

func TestPackagesInSettings(t *testing.T) {
	result := eval.Explore(eval.Config{Packages: installed(), Library: library.Modules(), Finder: newFiles(map[string]string{
		"settings.py": "from acme.defaults import *\nfrom acme.base import NAME\nfrom acme.endless import KNOWN\nINSTALLED_APPS = ACME_APPS + ['shop']\n",
	})}, "settings")
	if len(result.Worlds) != 1 || result.Worlds[0].Open != "" || result.Worlds[0].Failure != nil {
		t.Fatalf("%d worlds, open: %q, %+v", len(result.Worlds), result.Worlds[0].Open, result.Worlds[0].Failure)
	}
	names := result.Worlds[0].Names
	for name, want := range map[string]string{"INSTALLED_APPS": "['acme', 'shop']", "ACME_SIZE": "7", "NAME": "'acme'"} {
		if got := names[name].Repr(40); got != want {
			t.Errorf("%s is %s, not %s", name, got, want)
		}
	}
	if !names["KNOWN"].IsUnknown() {
		t.Error("a package that is too large for settings is read in part")
	}
	if len(result.Reads) != 0 || len(result.Diagnostics) != 0 || slices.Contains(result.Imported, "acme.base") {
		t.Errorf("what a package does is told of the project: %+v %+v %v", result.Reads, result.Diagnostics, result.Imported)
	}
}

func TestClassOfModuleThatOnlyItsNameIsKnownOf(t *testing.T) {
	s := session(map[string]string{"api.py": "from framework import pagination\nclass Pages(pagination.PageNumbers):\n    size = 5\nSAME = pagination.PageNumbers is pagination.PageNumbers\nx = pagination.settings\n"})
	m := s.Import("api").Module
	pages := m.Attr("Pages")
	if !pages.IsSubclass("framework.pagination.PageNumbers") || m.Attr("SAME").Repr(9) != "True" || m.Attr("x").Path() != "framework.pagination.settings" {
		t.Errorf("Pages is %s, SAME %s, x %s", pages.Repr(60), m.Attr("SAME").Repr(9), m.Attr("x").Path())
	}
}

func TestObjectsWithTheirOwnEquality(t *testing.T) {
	s := session(map[string]string{"graph.py": `
import decimal
class State:
    def __init__(self):
        self.children = set()
    def __eq__(self, other):
        return self is other
    def __hash__(self):
        return hash(id(self))
a, b = State(), State()
a.children.add(b)
FILLED = bool(a.children), bool(b.children)
a.children.discard(b)
AFTER = 1 if a.children else 0
PRICE = "%.2f" % decimal.Decimal("2.5")
`})
	m := s.Import("graph")
	if m.Failure != nil {
		t.Fatalf("%+v", m.Failure)
	}
	if got := m.Module.Attr("FILLED").Repr(40); got != "(True, False)" {
		t.Errorf("FILLED is %s", got)
	}
	if v := m.Module.Attr("PRICE"); !v.IsUnknown() {
		t.Errorf("PRICE is %s", v.Repr(40))
	}
}
