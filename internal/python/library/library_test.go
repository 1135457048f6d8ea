package library_test

import (
	"strings"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library"
)

// explore evaluates a program whose environment nobody has given.
func explore(t *testing.T, files map[string]string, env eval.Environment) *eval.Result {
	t.Helper()
	p := program{name: "project", files: files}
	return eval.Explore(eval.Config{Finder: newProject(p), Library: library.Modules(), Installed: installed, Python: [2]int{3, 12}, Env: env,
		Trace: func(s string) { t.Error(s) }}, "settings")
}

func TestReadingsKeepTheirVariable(t *testing.T) {
	tests := []struct {
		name, text string
		value      string // as Python writes it; "?" when it is unknown
		variable   string
		def, cast  string
	}{
		{"os.environ.get", "import os\nX = os.environ.get('V', 'd')", "'d'", "V", "'d'", ""},
		{"os.environ[]", "import os\nX = os.environ['V']", "?", "V", "", ""},
		{"django-environ", "import environ\nX = environ.Env().bool('V', default=False)", "False", "V", "False", "bool"},
		{"django-environ, schema", "import environ\nX = environ.Env(V=(int, 5))('V')", "5", "V", "5", "int"},
		{"django-environ, required", "import environ\nX = environ.Env().list('V')", "?", "V", "", "list"},
		{"python-decouple", "from decouple import config\nX = config('V', default='7', cast=int)", "7", "V", "'7'", "int"},
		{"environs", "from environs import env\nX = env.int('V', 3)", "3", "V", "3", "int"},
		{"dj-database-url", "import dj_database_url\nX = dj_database_url.config('V', default='sqlite:///x')['NAME']", "'x'", "V", "'sqlite:///x'", "url"},
		{"computed from it", "import os\nX = not os.environ.get('V')", "True", "V", "None", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			world := explore(t, map[string]string{"settings.py": test.text + "\n"}, eval.Environment{}).Worlds[0]
			if world.Failure != nil {
				t.Fatal(world.Failure.Message)
			}
			v := world.Names["X"]
			if got := v.Repr(100); got != test.value {
				t.Errorf("%s instead of %s", got, test.value)
			}
			refs := v.Env()
			if len(refs) != 1 || refs[0].Name != test.variable || refs[0].Default != test.def || refs[0].Cast != test.cast {
				t.Errorf("readings are %+v", refs)
			}
			if len(refs) == 1 && refs[0].At.Path() != "settings.py" {
				t.Errorf("the reading stands at %v", refs[0].At)
			}
			if v.IsUnknown() && v.Reason() != "environment variable V is not set" {
				t.Errorf("reason: %s", v.Reason())
			}
		})
	}
}

func TestRandomValues(t *testing.T) {
	for _, text := range []string{
		"from django.core.management.utils import get_random_secret_key\nX = get_random_secret_key()",
		"import secrets\nX = secrets.token_urlsafe(50)",
		"import os\nX = os.environ.get('V') or __import__('uuid').uuid4()",
		"import random, string\nX = ''.join(random.choice(string.ascii_letters) for _ in range(50))",
	} {
		world := explore(t, map[string]string{"settings.py": text + "\n"}, eval.Environment{}).Worlds[0]
		if v := world.Names["X"]; !v.IsUnknown() || !v.IsRandom() {
			t.Errorf("%s: %s is not made at random", text, v.Repr(100))
		}
	}
}

func TestEnvironmentFiles(t *testing.T) {
	text := "import os\nfrom dotenv import load_dotenv\nload_dotenv(os.path.join(os.path.dirname(__file__), NAME))\nX = os.environ.get('V', 'default')\n"
	tests := []struct{ name, file, want string }{
		{"a developer's file is not production's", ".env", "'default'"},
		{"nor is a local one", ".env.local", "'default'"},
		{"nor one for development", ".env.development", "'default'"},
		{"what the settings name is deployed", ".env.production", "'file'"},
		{"under any name", "deploy.env", "'file'"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{"settings.py": "NAME = '" + test.file + "'\n" + text, test.file: "V=file\n"}
			v := explore(t, files, eval.Environment{}).Worlds[0].Names["X"]
			if got := v.Repr(100); got != test.want {
				t.Errorf("%s instead of %s", got, test.want)
			}
			given := eval.Environment{Vars: map[string]eval.EnvValue{"V": {Value: "given"}}, Complete: true}
			v = explore(t, files, given).Worlds[0].Names["X"]
			if got := v.Repr(100); got != "'given'" {
				t.Errorf("with the variable given: %s", got)
			}
		})
	}
}

func TestValuesFromFilesTellTheirFile(t *testing.T) {
	files := map[string]string{
		"settings.py":  "import os, json\nfrom pathlib import Path\nX = json.loads((Path(__file__).parent / 'secrets.json').read_text())['KEY']\n",
		"secrets.json": `{"KEY": "k"}`,
	}
	v := explore(t, files, eval.Environment{}).Worlds[0].Names["X"]
	if s, _ := v.AsStr(); s != "k" || v.IsLiteral() {
		t.Errorf("%s is taken as a literal of the program", v.Repr(50))
	}
}

func TestSentryIsRecorded(t *testing.T) {
	files := map[string]string{"settings.py": "import os, sentry_sdk\nsentry_sdk.init(dsn=os.environ.get('DSN', 'https://x'), environment='prod', send_default_pii=True)\n"}
	calls := explore(t, files, eval.Environment{}).Worlds[0].Calls
	if len(calls) != 1 || calls[0].Dotted != "sentry_sdk.init" {
		t.Fatalf("calls: %+v", calls)
	}
	if v := calls[0].Arg(-1, "send_default_pii"); v.Truth() != eval.Yes {
		t.Error("an argument is missing")
	}
	if refs := calls[0].Arg(0, "dsn").Env(); len(refs) != 1 || refs[0].Name != "DSN" {
		t.Error("the variable of the address is missing")
	}
}

func TestOptionalIncludesAreOverrides(t *testing.T) {
	files := map[string]string{"settings.py": "from split_settings.tools import include, optional\nA = 1\ninclude(optional('local.py'))\n"}
	result := explore(t, files, eval.Environment{})
	if len(result.Overrides) != 1 || !strings.Contains(result.Overrides[0].What, "local.py") {
		t.Errorf("overrides: %+v", result.Overrides)
	}
	if v := result.Worlds[0].Names["A"]; v.Repr(10) != "1" {
		t.Errorf("A is %s", v.Repr(100))
	}
}

func TestConfigurationClassOfProduction(t *testing.T) {
	text := "from configurations import Configuration\nclass Base(Configuration):\n    DEBUG = True\nclass Dev(Base):\n    pass\nclass Production(Base):\n    DEBUG = False\n"
	v := explore(t, map[string]string{"settings.py": text}, eval.Environment{}).Worlds[0].Names["DEBUG"]
	if v.Repr(10) != "False" {
		t.Errorf("DEBUG is %s", v.Repr(100))
	}
	given := eval.Environment{Vars: map[string]eval.EnvValue{"DJANGO_CONFIGURATION": {Value: "Dev"}}}
	v = explore(t, map[string]string{"settings.py": text}, given).Worlds[0].Names["DEBUG"]
	if v.Repr(10) != "True" {
		t.Errorf("DEBUG of Dev is %s", v.Repr(100))
	}
}

func TestManagementCommandsAreAbsent(t *testing.T) {
	text := "import sys\nA = 'test' in sys.argv\nB = len(sys.argv) > 1 and sys.argv[1] == 'runserver'\nC = sys.argv[1:2] == ['migrate']\nD = 'celery' in sys.argv\n"
	world := explore(t, map[string]string{"settings.py": text}, eval.Environment{}).Worlds[0]
	for name, want := range map[string]string{"A": "False", "C": "False", "D": "?"} {
		if got := world.Names[name].Repr(10); got != want {
			t.Errorf("%s is %s instead of %s", name, got, want)
		}
	}
	if v := world.Names["B"]; v.Truth() == eval.Yes {
		t.Errorf("B is %s", v.Repr(10))
	}
}

func TestEveryModelCanBeImported(t *testing.T) {
	for name, model := range library.Modules() {
		m := model()
		for n, v := range m.Names {
			if !v.IsValid() {
				t.Errorf("%s.%s has no value", name, n)
			}
		}
	}
}

func TestAFileThatIsAskedForReplacesSettingsWhereItIsRead(t *testing.T) {
	const absent = ", which is not in the repository"
	for name, c := range map[string]struct{ code, want string }{
		"a library":                 {"ICU = os.path.exists('./libicu.so')", ""},
		"a folder":                  {"if not os.path.exists('/shop_tmp'):\n    os.makedirs('/shop_tmp')", ""},
		"a folder, by pathlib":      {"HERE = Path('/shop_tmp').is_dir()", ""},
		"the mark of a container":   {"DOCKER = Path('/.dockerenv').exists()", ""},
		"a file of settings":        {"SITE = os.path.exists('/etc/shop/site.py')", "/etc/shop/site.py" + absent},
		"a file of variables":       {"SITE = os.path.isfile('.env.production')", ".env.production" + absent},
		"a file that is run":        {"if os.path.exists('/etc/shop/site'):\n    exec(open('/etc/shop/site').read())", "/etc/shop/site" + absent},
		"a file that is read":       {"if Path('/etc/shop/site').is_file():\n    NAME = Path('/etc/shop/site').read_text()", "/etc/shop/site" + absent},
		"a file beside one of them": {"if os.path.exists('/shop_tmp'):\n    exec(open('site').read())", ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := explore(t, map[string]string{"settings.py": "import os\nfrom pathlib import Path\n" + c.code + "\n"}, eval.Environment{})
			got := ""
			for _, o := range r.Overrides {
				got += o.What
			}
			if got != c.want {
				t.Errorf("what replaces settings is %q, not %q", got, c.want)
			}
			if len(r.Worlds) != 2 && !strings.Contains(name, "beside") {
				t.Errorf("%d worlds, not one with the file and one without", len(r.Worlds))
			}
		})
	}
}
