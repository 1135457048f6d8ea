package library_test

import (
	"strings"
	"testing"

	"gonogo/internal/python/eval"
)

func TestPluginsOfDjpLeaveTheSettingsWithAnOverride(t *testing.T) {
	result := explore(t, map[string]string{"settings.py": "import djp\nDEBUG = False\ndjp.settings(globals())\n"}, eval.Environment{})
	world := result.Worlds[0]
	if world.Open != "" || world.Names["DEBUG"].Repr(10) != "False" {
		t.Errorf("DEBUG is %s, open: %q", world.Names["DEBUG"].Repr(10), world.Open)
	}
	if len(result.Overrides) != 1 || result.Overrides[0].What != "plugins of djp that are installed" || result.Overrides[0].At.Begin().Line != 3 {
		t.Errorf("overrides are %+v", result.Overrides)
	}
}

func TestSuppressedImportsMayFail(t *testing.T) {
	for _, c := range []struct {
		name, manager string
		worlds        int
	}{
		{"suppressed", "contextlib.suppress(ImportError)", 2},
		{"suppressed with others", "contextlib.suppress(KeyError, Exception)", 2},
		{"another exception", "contextlib.suppress(KeyError)", 1},
		{"another manager", "contextlib.nullcontext()", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "import contextlib\nAPPS = []\nwith " + c.manager + ":\n    import acme\n    APPS.append('acme')\n"
			r := explore(t, map[string]string{"settings.py": text}, eval.Environment{Complete: true})
			values := map[string]bool{}
			for _, w := range r.Worlds {
				values[w.Names["APPS"].Repr(50)] = true
			}
			if len(values) != c.worlds {
				t.Errorf("APPS is %v", values)
			}
		})
	}
}

func TestWordsForTruthOfConfigparser(t *testing.T) {
	text := "import configparser\nc = configparser.RawConfigParser()\nA = [w in c.BOOLEAN_STATES for w in ('yes', 'X-Request-ID', False)]\nB = c.BOOLEAN_STATES['off']\n"
	w := explore(t, map[string]string{"settings.py": text}, eval.Environment{}).Worlds[0]
	if w.Failure != nil || w.Names["A"].Repr(50) != "[True, False, False]" || w.Names["B"].Repr(50) != "False" {
		t.Errorf("A is %s, B is %s, failure %+v", w.Names["A"].Repr(50), w.Names["B"].Repr(50), w.Failure)
	}
}

// A file of settings in the home folder is an optional one: as shipped it is not there.
func TestFileOfSettingsBelowHome(t *testing.T) {
	text := "import configparser, os\nc = configparser.RawConfigParser()\nc.read([os.path.expanduser('~/.shop.cfg'), 'shop.cfg'])\nA = c.get('shop', 'currency', fallback='EUR')\n"
	r := explore(t, map[string]string{"settings.py": text, "shop.cfg": "[shop]\ncurrency = CHF\n"}, eval.Environment{})
	if v := r.Worlds[0].Names["A"]; v.Repr(50) != "'CHF'" {
		t.Errorf("as shipped A is %s", v.Repr(50))
	}
	if len(r.Worlds) != 2 || !r.Worlds[1].Names["A"].IsUnknown() {
		t.Errorf("the file in the home folder makes no world of its own: %d worlds", len(r.Worlds))
	}
}

// An enumeration of choices with a constructor of its own decides itself what the values of its members are.
func TestChoicesWithConstructor(t *testing.T) {
	text := "from django.db import models\nclass Event(models.IntegerChoices):\n    def __new__(cls, value, text):\n        o = int.__new__(cls, value)\n        o._value_ = value\n        return o\n" +
		"    ADDED = 1, 'It was added', 'Added'\nA = Event.choices\n"
	w := explore(t, map[string]string{"settings.py": text}, eval.Environment{}).Worlds[0]
	if got := w.Names["A"].Repr(80); w.Failure != nil || strings.Contains(got, "(1, 'It was added')") {
		t.Errorf("choices are %s, failure %+v", got, w.Failure)
	}
}

// What read_dict gives holds as texts, and a method that is not modelled leaves nothing known.
func TestDictionaryOfConfigparser(t *testing.T) {
	text := "import configparser, os\nc = configparser.RawConfigParser()\nc.read_dict({'shop': {'Currency': 'EUR', 'limit': 10, 'none': None}})\n" +
		"c.read([os.path.expanduser('~/.shop.cfg')])\nA = c.get('shop', 'currency')\nB = c.get('shop', 'limit')\nC = c.has_option('shop', 'other')\nN = c.get('shop', 'none')\n" +
		"c.add_section('more')\nD = c.get('shop', 'currency')\n"
	w := explore(t, map[string]string{"settings.py": text}, eval.Environment{}).Worlds[0]
	for name, want := range map[string]string{"A": "'EUR'", "B": "'10'", "C": "False", "N": "None"} {
		if got := w.Names[name].Repr(50); got != want || w.Failure != nil {
			t.Errorf("%s is %s, want %s, failure %+v", name, got, want, w.Failure)
		}
	}
	if !w.Names["D"].IsUnknown() {
		t.Errorf("after add_section D is %s", w.Names["D"].Repr(50))
	}
}

// TestSessionsOfRequestsCanBePatched: projects replace a method of the class, to give every call a timeout.
func TestSessionsOfRequestsCanBePatched(t *testing.T) {
	text := "from requests import Session\nSession.sent = Session.request\ndef timed(self, *args, **kwargs):\n    return self.sent(*args, **kwargs)\n" +
		"Session.request = timed\nDEBUG = False\nANSWER = Session().get('https://example.com').text\n"
	world := explore(t, map[string]string{"settings.py": text}, eval.Environment{}).Worlds[0]
	if world.Failure != nil || world.Names["DEBUG"].Repr(10) != "False" || !world.Names["ANSWER"].IsUnknown() {
		t.Errorf("failure %+v, DEBUG is %s, ANSWER is %s", world.Failure, world.Names["DEBUG"].Repr(10), world.Names["ANSWER"].Repr(50))
	}
}

func TestTypedDictionaries(t *testing.T) {
	text := "from typing import TypedDict\nLine = TypedDict('Line', {'code': str, 'unit-price': int}, total=False)\nclass Order(TypedDict):\n    code: str\n" +
		"A = Line(code='a')\nB = Order(code='b')\nC = Line({'unit-price': 1})\n"
	world := explore(t, map[string]string{"settings.py": text}, eval.Environment{}).Worlds[0]
	for name, want := range map[string]string{"A": "{'code': 'a'}", "B": "{'code': 'b'}", "C": "{'unit-price': 1}"} {
		if got := world.Names[name].Repr(50); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
