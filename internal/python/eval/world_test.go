package eval_test

import (
	"fmt"
	"sort"
	"strings"
	"testing"

	"gonogo/internal/python/eval"
)

// shown writes the worlds of a result: a line each, with the conditions and the names asked for.
func shown(r *eval.Result, names ...string) string {
	var b strings.Builder
	for _, w := range r.Worlds {
		var conditions []string
		for _, c := range w.Conditions {
			text := c.Text
			if !c.Taken {
				text = "not " + text
			}
			conditions = append(conditions, text)
		}
		fmt.Fprintf(&b, "[%s]", strings.Join(conditions, "; "))
		for _, n := range names {
			if v, ok := w.Names[n]; ok {
				fmt.Fprintf(&b, " %s=%s", n, v.Repr(200))
			}
		}
		if w.Failure != nil {
			fmt.Fprintf(&b, " raises %s: %s", w.Failure.Class, w.Failure.Message)
		}
		b.WriteString("\n")
	}
	for _, read := range r.Reads {
		if read.Required {
			fmt.Fprintf(&b, "required %s\n", read.Name)
		}
	}
	return b.String()
}

func TestWorlds(t *testing.T) {
	for _, c := range []struct {
		name, text, names, want string
	}{
		{"no branch, one world", `
import os
DEBUG = os.environ.get("DEBUG", "0") == "1"
`, "DEBUG", "[] DEBUG=False\n"},
		{"comparison with a text", `
import os
if os.environ.get("ENV", "dev") == "prod":
    DEBUG = False
else:
    DEBUG = True
`, "DEBUG", "[] DEBUG=True\n[environment variable ENV is \"prod\"] DEBUG=False\n"},
		{"correlated tests agree", `
import os
ENV = os.environ.get("ENV", "dev")
A = ENV == "prod"
if A:
    X = 1
else:
    X = 2
if ENV == "prod":
    Y = 1
else:
    Y = 2
if not A:
    Z = 2
else:
    Z = 1
`, "X Y Z", "[] X=2 Y=2 Z=2\n[environment variable ENV is \"prod\"] X=1 Y=1 Z=1\n"},
		{"a variable that is set or not", `
import os
DSN = os.getenv("SENTRY_DSN")
if DSN:
    ON = True
    INIT = DSN
else:
    ON = False
`, "ON INIT", "[] ON=False\n[environment variable SENTRY_DSN is set] ON=True INIT=?\n"},
		{"boolean cast flips to the other value", `
from conf import env_bool
DEBUG = env_bool("DEBUG", False)
if DEBUG:
    A = "debug"
elif not DEBUG:
    A = "no"
`, "DEBUG A", "[] DEBUG=False A='no'\n[environment variable DEBUG is \"True\"] DEBUG=True A='debug'\n"},
		{"membership", `
import os
if "DYNO" in os.environ:
    H = True
else:
    H = False
`, "H", "[] H=False\n[environment variable DYNO is set] H=True\n"},
		{"int of a variable", `
import os
DEBUG = bool(int(os.environ.get("DEBUG", "0")))
if DEBUG:
    X = 1
else:
    X = 0
`, "DEBUG X", "[] DEBUG=False X=0\n[environment variable DEBUG is \"1\"] DEBUG=True X=1\n"},
		{"opaque cast explores the other arm", `
import os
N = int(os.environ.get("N", "5"))
if N > 3:
    X = "many"
else:
    X = "few"
`, "N X", "[] N=5 X='many'\n[environment variable N is set] N=? X='few'\n"},
		{"required variables are assumed", `
import os
SECRET_KEY = os.environ["SECRET_KEY"]
X = SECRET_KEY + "x"
`, "SECRET_KEY X", "[] SECRET_KEY=? X=?\nrequired SECRET_KEY\n"},
		{"required through a helper", `
import os
class ImproperlyConfigured(Exception): pass
def get_env(name):
    try:
        return os.environ[name]
    except KeyError:
        raise ImproperlyConfigured("Set %s" % name)
A = get_env("A_VAR")
B = get_env("B_VAR")
C = 5
`, "A B C", "[] A=? B=? C=5\nrequired A_VAR\nrequired B_VAR\n"},
		{"required through a test", `
import os
KEY = os.environ.get("KEY")
if not KEY:
    raise ValueError("KEY is missing")
X = 1
`, "KEY X", "[] KEY=? X=1\nrequired KEY\n"},
		{"a text that is set and changed is not empty", `
import os
DEVELOPMENT = os.environ.get("DEVELOPMENT", "1") == "1"
KEY = os.environ.get("KEY", "").replace("x", "y")
if not KEY and not DEVELOPMENT:
    raise ValueError("KEY is missing")
MAIL = "console" if DEVELOPMENT else "smtp"
`, "MAIL", "[] MAIL='console'\n[environment variable DEVELOPMENT is set] MAIL='smtp'\n[environment variable KEY is set] MAIL='console'\n" +
			"[environment variable DEVELOPMENT is set; not `not KEY` is false] raises ValueError: KEY is missing\n" +
			"[environment variable DEVELOPMENT is set; environment variable DEVELOPMENT is \"1\"] MAIL='console'\n"},
		{"required through a helper that returns early", `
import os
def need(name, default=None):
    value = os.environ.get(name, default)
    if value:
        return value
    raise ValueError(name)
X = need("X")
Y = need("Y", "y")
`, "X Y", "[] X=? Y='y'\nrequired X\n"},
		{"required through a cast", `
import os
PORT = int(os.environ.get("PORT"))
`, "PORT", "[] PORT=?\nrequired PORT\n"},
		{"a caught KeyError is a default", `
import os
try:
    X = os.environ["X"]
except KeyError:
    X = "fallback"
`, "X", "[] X='fallback'\n[environment variable X is set] X=?\n"},
		{"a failure that has another cause stays", `
import os
if os.environ.get("A"):
    pass
X = 1 / 0
`, "X", "[] raises ZeroDivisionError: division by zero\n[environment variable A is set] raises ZeroDivisionError: division by zero\n"},
		{"setdefault counts as the default", `
import os
os.environ.setdefault("MODE", "dev")
if os.environ["MODE"] == "prod":
    X = 1
else:
    X = 2
`, "X", "[] X=2\n[environment variable MODE is \"prod\"] X=1\n"},
		{"optional local settings", `
X = 1
try:
    from local_settings import *
except ImportError:
    pass
Y = 2
`, "X Y", "[] X=1 Y=2\n[file local_settings.py exists] X=? Y=2\n"},
		{"a decision in a flipped world", `
import os
A = B = 0
if os.environ.get("A"):
    A = 1
    if os.environ.get("B"):
        B = 1
`, "A B", "[] A=0 B=0\n[environment variable A is set] A=1 B=0\n[environment variable A is set; environment variable B is set] A=1 B=1\n"},
		{"unknown condition", `
import acme
if acme.flag():
    X = 1
else:
    X = 2
`, "X", "[] X=2\n[`acme.flag()` is true] X=1\n"},
		{"the same unknown condition twice", `
import acme
f = acme.flag
if f:
    X = 1
else:
    X = 2
if not acme.flag:
    Y = 2
else:
    Y = 1
`, "X Y", "[] X=2 Y=2\n[`f` is true] X=1 Y=1\n"},
		{"match on a variable", `
import os
match os.environ.get("ENV", "dev"):
    case "prod":
        X = 1
    case "dev":
        X = 2
`, "X", "[] X=2\n[environment variable ENV is \"prod\"] X=1\n"},
		{"a variable chooses an entry", `
import os
X = {"dev": 1, "prod": 2}[os.environ.get("ENV", "dev")]
`, "X", "[] X=1\n[environment variable ENV is \"prod\"] X=2\n"},
		{"a failure behind an opaque condition is avoided", `
import acme
if not acme.ready():
    raise RuntimeError("not ready")
X = 1
`, "X", "[] X=1\n"},
		{"conditional expression", `
import os
X = "a" if os.environ.get("A") else "b"
`, "X", "[] X='b'\n[environment variable A is set] X='a'\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := explore(t, map[string]string{"settings.py": c.text}, nil)
			if got := shown(r, strings.Fields(c.names)...); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestEnvironmentGiven(t *testing.T) {
	text := `
import os
ENV = os.environ.get("ENV", "dev")
KEY = os.environ["KEY"]
X = 1 if ENV == "prod" else 2
HOME = os.environ.get("HOME", "/root")
`
	given := func(complete bool, vars ...string) func(*eval.Config) {
		return func(c *eval.Config) {
			c.Env = eval.Environment{Complete: complete, Vars: map[string]eval.EnvValue{}}
			for i := 0; i+1 < len(vars); i += 2 {
				c.Env.Vars[vars[i]] = eval.EnvValue{Value: vars[i+1]}
			}
		}
	}
	for _, c := range []struct {
		name   string
		change func(*eval.Config)
		want   string
	}{
		{"given", given(false, "ENV", "prod", "KEY", "k"), "[] ENV='prod' KEY='k' X=1\n"},
		{"complete and missing", given(true), "[] ENV='dev' raises KeyError: 'KEY'\n"},
		{"complete", given(true, "KEY", "k"), "[] ENV='dev' KEY='k' X=2\n"},
		{"partly given", given(false, "KEY", "k"), "[] ENV='dev' KEY='k' X=2\n[environment variable ENV is \"prod\"] ENV='prod' KEY='k' X=1\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := shown(explore(t, map[string]string{"settings.py": text}, c.change), "ENV", "KEY", "X"); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestOrigins(t *testing.T) {
	r := explore(t, map[string]string{"settings.py": `
import os, acme
A = "lit"
B = os.environ.get("B", "dflt")
C = os.environ["C"]
D = ["x", os.environ.get("D")]
E = B.upper() + "!"
F = acme.thing
G = open("key.txt").read()
H = {"k": {"deep": os.environ.get("H1", ""), "other": "x"}}
I = 5
J = int(os.environ.get("J", 3))
K = "prefix" + C
`, "key.txt": "content\n"}, nil)
	var got []string
	w := r.Worlds[0]
	for _, name := range []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K"} {
		v := w.Names[name]
		var env []string
		for _, e := range v.Env() {
			env = append(env, e.Name+"="+e.Default)
		}
		got = append(got, fmt.Sprintf("%s at=%q env=%v literal=%v reason=%q", name, v.At().Text(), env, v.IsLiteral(), v.Reason()))
	}
	want := []string{
		`A at="\"lit\"" env=[] literal=true reason=""`,
		`B at="os.environ.get(\"B\", \"dflt\")" env=[B='dflt'] literal=true reason=""`,
		`C at="os.environ[\"C\"]" env=[C=] literal=false reason="environment variable C is not set"`,
		`D at="[\"x\", os.environ.get(\"D\")]" env=[D=None] literal=true reason=""`,
		`E at="B.upper() + \"!\"" env=[B='dflt'] literal=true reason=""`,
		`F at="acme.thing" env=[] literal=false reason="computed by a package that is not in the project: acme"`,
		`G at="open(\"key.txt\")" env=[] literal=false reason=""`,
		`H at="{\"k\": {\"deep\": os.environ.get(\"H1\", \"\"), \"other\": \"x\"}}" env=[H1=''] literal=true reason=""`,
		`I at="5" env=[] literal=true reason=""`,
		`J at="int(os.environ.get(\"J\", 3))" env=[J=3] literal=true reason=""`,
		`K at="\"prefix\" + C" env=[C=] literal=false reason="environment variable C is not set"`,
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
}

func TestAssigned(t *testing.T) {
	r := explore(t, map[string]string{
		"base.py": "APPS = ['a']\nDB = {'default': {}}\nX = 1\n",
		"settings.py": `from base import *
APPS += ["b"]
APPS.append("c")
DB["default"]["HOST"] = "h"
db = DB["default"]
db["PORT"] = 1
def helper(d):
    d["NAME"] = "n"
helper(DB["default"])
globals()["Y"] = 1
X = 2
for i in [1]:
    APPS.insert(0, "z")
`}, nil)
	w := r.Worlds[0]
	for name, want := range map[string][]string{
		"APPS": {"base.py:1 APPS", `settings.py:2 APPS += ["b"]`, `settings.py:3 APPS.append("c")`, `settings.py:13 APPS.insert(0, "z")`},
		"DB":   {"base.py:2 DB", `settings.py:4 DB["default"]["HOST"]`, `settings.py:6 db["PORT"]`, `settings.py:8 d["NAME"]`},
		"X":    {"base.py:3 X", "settings.py:11 X"},
		"Y":    {`settings.py:10 globals()["Y"]`},
	} {
		var got []string
		for _, s := range w.Assigned[name] {
			got = append(got, fmt.Sprintf("%s:%d %s", s.Path(), s.Begin().Line, s.Text()))
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if got := w.Names["DB"].Repr(200); got != "{'default': {'HOST': 'h', 'PORT': 1, 'NAME': 'n'}}" {
		t.Error(got)
	}
}

func TestImports(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		names string
		want  string
	}{
		{"star import with __all__", map[string]string{"base.py": "__all__ = ['A']\nA = 1\nB = 2\n", "settings.py": "B = 0\nfrom base import *"},
			"A B", "[] A=1 B=0\n"},
		{"packages and relative imports", map[string]string{"conf/__init__.py": "from .base import A", "conf/base.py": "from . import const\nA = const.V\n",
			"conf/const.py": "V = 7", "settings.py": "import conf.const as c\nfrom conf import A, base\nX = c.V, A, base.A"}, "X", "[] X=(7, 7, 7)\n"},
		{"cycle", map[string]string{"a.py": "X = 1\nimport b\nY = b.Z", "b.py": "from a import X\nZ = X + 1", "settings.py": "from a import Y"},
			"Y", "[] Y=2\n"},
		{"cycle that fails", map[string]string{"a.py": "from b import Z\nX = 1", "b.py": "from a import X\nZ = 1", "settings.py": "from a import X"},
			"X", "[] raises ImportError: cannot import name 'X' from 'a'\n"},
		{"missing module of the project", map[string]string{"conf/__init__.py": "", "settings.py": "import conf.nope"},
			"X", "[] raises ModuleNotFoundError: No module named 'conf.nope'\n"},
		{"missing module of the project that each installation writes", map[string]string{"conf/__init__.py": "", "settings.py": "A = 1\nfrom conf.local_settings import *\nfrom conf.local_settings import C\nB = 2"},
			"A B C", "[] A=1 B=2 C=?\n[file conf/local_settings.py exists] A=? B=2 C=?\n"},
		{"unmodelled names", map[string]string{"settings.py": "from acme import Queue, apps, NAME\nX = [Queue('a', exchange=1)] + apps\nY = NAME"},
			"X Y", "[] X=[Queue('a', exchange=1), *?] Y=?\n"},
		{"star import from an unmodelled package", map[string]string{"settings.py": "A = 1\nb = 2\nfrom acme import *\nC = 3\nD = OTHER"},
			"A b C D", "[] A=? b=2 C=3 D=?\n"},
		{"name and file", map[string]string{"settings.py": "X = __name__, __file__"}, "X", "[] X=('settings', '/project/settings.py')\n"},
		{"module attribute", map[string]string{"m.py": "def __getattr__(n): return n * 2", "settings.py": "import m\nX = m.ab"}, "X", "[] X='abab'\n"},
		{"setting a name of this module", map[string]string{"m.py": "V = 1", "settings.py": "import m\nm.V = 5\nfrom m import V as X"}, "X", "[] X=5\n"},
		{"open and lines", map[string]string{"v.txt": "1.2\nx\n", "settings.py": "with open('/project/v.txt') as f:\n    X = [l.strip() for l in f]"},
			"X", "[] X=['1.2', 'x']\n"},
		{"exec of a file", map[string]string{"more.py": "B = A + 1\n", "settings.py": "A = 1\nexec(open('more.py').read())"}, "A B", "[] A=1 B=2\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := shown(explore(t, c.files, nil), strings.Fields(c.names)...); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestUnknownFlows(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"list plus unknown", "X = ['a'] + acme.apps + ['b']", "['a', *?, 'b']"},
		{"starred", "X = ['a', *acme.apps]", "['a', *?]"},
		{"in place", "X = ['a']\nX += acme.apps", "['a', *?]"},
		{"dict merge", "X = {'a': 1, **acme.d, 'b': 2}", "{'a': ?, 'b': 2, **?}"},
		{"update", "X = {'a': 1}\nX.update(acme.d)", "{'a': ?, **?}"},
		{"loop over unknown", "X = ['a']\nfor y in acme.names:\n    X.append(y)", "['a', *?]"},
		{"name set in a loop over unknown", "X = 1\nfor y in acme.names:\n    X = y", "?"},
		{"the same value set in a loop over unknown", "X = 1\nfor y in acme.names:\n    X = 1", "1"},
		{"comprehension over unknown", "X = [y for y in acme.names]", "[*?]"},
		{"comprehension with a part unknown", "X = [y * 2 for y in ['a'] + acme.names]", "['aa', *?]"},
		{"unknown key", "X = {'a': 1}\nX[acme.key] = 2", "{'a': ?, **?}"},
		{"mutation by an unknown callee", "X = ['a']\nacme.change(X)", "['a', *?]"},
		{"dict changed by an unknown callee", "X = {'a': 1}\nacme.change(X)", "{'a': ?, **?}"},
		{"constructor does not change", "X = ['a']\nacme.Thing(X)", "['a']"},
		{"unknown format", "X = 'a%s' % acme.v", "?"},
		{"unknown f-string", "X = f'{acme.v}'", "?"},
		{"unknown in tuple", "X = (1, acme.v)", "(1, ?)"},
		{"try around unknown", "try:\n    X = acme.v\nexcept Exception:\n    X = 1", "?"},
		{"method of an unknown", "X = acme.v.strip().lower()", "?"},
		{"or with a known", "X = acme.v or 'x'", "?"},
		{"or with true", "X = (acme.v == 1) or True", "True"},
		{"and with false", "X = (acme.v == 1) and False", "False"},
		{"condition with a known part", "X = 1 if acme.v or 'yes' else 2", "1"},
		{"while unknown", "X = 1\nwhile acme.more():\n    X = 2", "?"},
		{"unknown mutation in a branch of a loop", "X = ['a']\nfor y in acme.names:\n    if y.ok:\n        X.append('b')\n    else:\n        X.append('c')", "['a', *?, *?]"},
		{"function called in a loop over unknown", "X = []\ndef add(v): X.append(v)\nfor y in acme.names:\n    add(y)", "[*?]"},
		{"return in a loop over unknown", "def f():\n    for y in acme.names:\n        if y == 'a':\n            return 1\n    return 2\nX = f()", "?"},
		{"names with a beginning copied into globals", "X = 1\nfor n in dir(acme):\n    if n.startswith('SOCIAL_'):\n        globals()[n] = 2", "1"},
		{"names with one of two beginnings", "X = 1\nfor n in dir(acme):\n    if n.startswith(('SOCIAL_', 'X')):\n        globals()[n] = 2", "?"},
		{"names with another beginning", "X = 1\nfor n in dir(acme):\n    if n.startswith('SOCIAL_'):\n        pass\n    else:\n        globals()[n] = 2", "?"},
		{"another name than was tested", "X = 1\nfor n in dir(acme):\n    if n.startswith('SOCIAL_'):\n        globals()[n[7:]] = 2", "?"},
		{"after the test", "X = 1\nfor n in dir(acme):\n    if n.startswith('SOCIAL_'):\n        pass\n    globals()[n] = 2", "?"},
		{"setattr of names with a beginning", "import sys\nX = 1\nfor n in dir(acme):\n    if n.isupper() and n.startswith('SOCIAL_'):\n        setattr(sys.modules[__name__], n, 2)", "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := explore(t, map[string]string{"settings.py": "import acme\n" + c.text}, nil)
			v := r.Worlds[0].Names["X"]
			if got := v.Repr(200); got != c.want {
				t.Errorf("got %s, want %s (%+v)", got, c.want, r.Worlds[0].Failure)
			}
		})
	}
}

func TestNamesThatMayExist(t *testing.T) {
	loop := "import acme\nfor n in dir(acme):\n    if n.startswith('SOCIAL_'):\n        globals()[n] = 2\n"
	for _, c := range []struct{ name, text, open, prefixes string }{
		{"none", "X = 1\n", "", ""},
		{"with a beginning", loop, "", "SOCIAL_"},
		{"with two beginnings", loop + strings.ReplaceAll(loop, "SOCIAL_", "SWIFT_"), "", "SOCIAL_ SWIFT_"},
		{"any", "from acme import *\n" + loop, "computed by a package that is not in the project: acme", ""},
		{"a slice of a name that begins so", "import acme\nA = 1\nfor name in dir(acme):\n    if name.startswith('WEB_RATE_'):\n        locals()[name[4:]] = 1\nB = 2", "", "RATE_"},
		{"a slice of all that is known", "import acme\nA = 1\nfor name in dir(acme):\n    if name.startswith('WEB_'):\n        locals()[name[4:]] = 1\nB = 2", "the names of an object", ""},
		{"without a prefix", "import acme\nfor name in dir(acme):\n    if name.startswith('WEB_RATE_'):\n        locals()[name.removeprefix('WEB_')] = 1", "", "RATE_"},
		{"without a suffix that reaches into the beginning", "import acme\nfor name in dir(acme):\n    if name.startswith('WEB_RATE_') and name.endswith('Z'):\n        locals()[name[4:].removesuffix('_FILE')] = 1", "", "RATE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := explore(t, map[string]string{"settings.py": c.text}, nil).Worlds[0]
			var prefixes []string
			for p := range w.OpenPrefixes {
				prefixes = append(prefixes, p)
			}
			sort.Strings(prefixes)
			if w.Open != c.open || strings.Join(prefixes, " ") != c.prefixes {
				t.Errorf("open %q, prefixes %v", w.Open, prefixes)
			}
		})
	}
}

func TestSecretReads(t *testing.T) {
	r := explore(t, map[string]string{"settings.py": `
import os
SECRET_KEY = os.environ["DJANGO_KEY"]
DATABASES = {"default": {"PASSWORD": os.environ.get("PG_PW", ""), "HOST": os.environ.get("PG_HOST", "")}}
TOKEN_LIFETIME = os.environ.get("TOKEN_LIFETIME", "5")
SENTRY_DSN = os.environ.get("SENTRY_DSN")
`}, nil)
	var secret []string
	for _, read := range r.Reads {
		if read.Secret {
			secret = append(secret, read.Name)
		}
	}
	sort.Strings(secret)
	if got := strings.Join(secret, " "); got != "DJANGO_KEY PG_PW SENTRY_DSN" {
		t.Error(got)
	}
}

// A file that an operator must ask for by a variable replaces nothing as shipped; one that is always imported does.
func TestWhatReplacesSettingsAsShipped(t *testing.T) {
	const absent = ", which is not in the repository"
	for text, want := range map[string]string{
		"from shop.local_settings import *\n":                                                              "shop/local_settings.py" + absent,
		"import os\nif os.environ.get('LOCAL'):\n    from shop.local_settings import *\n":                  "",
		"import os\nif not os.environ.get('PLAIN'):\n    from shop.local_settings import *\n":              "shop/local_settings.py" + absent,
		"import os\ntry:\n    from shop.local_settings import *\nexcept ImportError:\n    SECURE = True\n": "shop/local_settings.py" + absent,
		"try:\n    exec(open('site').read())\nexcept FileNotFoundError:\n    pass\n":                       "site" + absent,
	} {
		r := explore(t, map[string]string{"settings.py": text, "shop/__init__.py": ""}, nil)
		got := ""
		for _, o := range r.Overrides {
			got += o.What
		}
		if got != want {
			t.Errorf("%q: what replaces settings is %q, not %q", text, got, want)
		}
	}
}
