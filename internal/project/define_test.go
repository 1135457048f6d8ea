package project

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/source"
)

// codeOf loads a project in memory: pairs of a path and its text, beside a manage.py and settings.
func codeOf(t *testing.T, pathsAndTexts ...string) *Code {
	t.Helper()
	return snapshotOf(t, pathsAndTexts...).Code
}

func snapshotOf(t *testing.T, pathsAndTexts ...string) *Snapshot {
	t.Helper()
	files := map[string][]byte{
		"manage.py":   []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"),
		"settings.py": []byte("INSTALLED_APPS = []\n"),
	}
	for i := 0; i+1 < len(pathsAndTexts); i += 2 {
		files[pathsAndTexts[i]] = []byte(pathsAndTexts[i+1])
	}
	s, err := Load(source.FromMap(files), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDefine(t *testing.T) {
	code := codeOf(t,
		"shop/__init__.py", "from .errors import refused as csrf_failure\nfrom .tools import *\n",
		"shop/errors.py", "try:\n    def refused(request): pass\nexcept NameError:\n    pass\nold = refused\nfrom django.views.csrf import csrf_failure as djangos\n",
		"shop/tools.py", "from . import errors\nclass Tool: pass\n",
		"loop/__init__.py", "from .a import *\nfrom .b import *\n",
		"loop/a.py", "from .b import *\nfrom . import *\n",
		"loop/b.py", "from .a import *\nfrom . import *\nfrom .a import missing\n",
	)
	for _, c := range []struct{ name, dotted, kind string }{
		{"in its module", "shop.errors.refused", "function"},
		{"re-exported under another name", "shop.csrf_failure", "function"},
		{"through a star import", "shop.Tool", "class"},
		{"assigned", "shop.errors.old", "other"},
		{"from a package outside", "shop.errors.djangos", "outside django.views.csrf.csrf_failure"},
		{"not there", "shop.errors.gone", "none"},
		{"module not there", "shop.views.gone", "none"},
		{"no dot", "shop", "none"},
		{"a cycle of imports", "loop.missing", "outside loop.a.missing"},
		{"not in a cycle", "loop.other", "none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, ok := code.Define(c.dotted)
			got := "none"
			switch {
			case ok && d.Function != nil:
				got = "function"
			case ok && d.Class != nil:
				got = "class"
			case ok && d.Outside != "":
				got = "outside " + d.Outside
			case ok:
				got = "other"
			}
			if got != c.kind {
				t.Errorf("%s is %s, want %s", c.dotted, got, c.kind)
			}
			if ok && d.At().IsZero() {
				t.Error("it has no place")
			}
		})
	}
}

// A search through star imports that all lead to each other ends, whatever their number.
func TestDefineAmongManyStarImports(t *testing.T) {
	var files []string
	var all strings.Builder
	for i := range 30 {
		fmt.Fprintf(&all, "from net.m%d import *\n", i)
	}
	for i := range 30 {
		files = append(files, fmt.Sprintf("net/m%d.py", i), all.String())
	}
	code := codeOf(t, append(files, "net/__init__.py", "")...)
	if _, ok := code.Define("net.m0.nowhere"); ok {
		t.Error("found what nobody defines")
	}
}

func TestAncestors(t *testing.T) {
	code := codeOf(t,
		"shop/__init__.py", "",
		"shop/base.py", "from django.middleware import security\nclass Base(security.SecurityMiddleware): pass\n",
		"shop/middleware.py", "from .base import Base\nclass Mixin: pass\nclass Mine(Mixin, Base): pass\nclass Loop(Loop): pass\n",
	)
	want := []string{"shop.middleware.Mixin", "shop.base.Base", "django.middleware.security.SecurityMiddleware"}
	if got := code.Ancestors("shop.middleware.Mine"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !code.Inherits("shop.middleware.Mine", want[2]) || code.Inherits("shop.middleware.Mixin", want[2]) {
		t.Error("Inherits disagrees with Ancestors")
	}
	code.Ancestors("shop.middleware.Loop") // ends
	if got := (*Code)(nil).Ancestors("shop.middleware.Mine"); got != nil {
		t.Errorf("without code: %v", got)
	}
}
