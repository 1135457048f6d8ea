package library_test

import (
	"strings"
	"testing"

	"gonogo/internal/python/eval"
)

func TestDynaconfWithoutEnvironment(t *testing.T) {
	call := "import dynaconf\nsettings = dynaconf.DjangoDynaconf(__name__"
	sections := "[default]\nPORT = 2\n[production]\nDEBUG = true\n"
	tests := []struct {
		name, text  string
		files       map[string]string
		debug, port string
	}{
		{"the shipped values stay", call + ")\n", nil, "False", "1"},
		{"a section that may be read makes its names unknown", call + ")\n", map[string]string{"settings.toml": sections}, "?", "2"},
		{"options that are not modelled make all unknown", call + ", includes=['x.toml'])\n", nil, "?", "?"},
		{"so does a file of Python", call + ")\n", map[string]string{".secrets.py": "DEBUG = True\n"}, "?", "?"},
		{"and a hook", call + ")\n", map[string]string{"dynaconf_hooks.py": "def post(s):\n    return {'DEBUG': True}\n"}, "?", "?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{"settings.py": "DEBUG = False\nPORT = 1\n" + test.text}
			for name, content := range test.files {
				files[name] = content
			}
			result := explore(t, files, eval.Environment{})
			names := result.Worlds[0].Names
			for name, want := range map[string]string{"DEBUG": test.debug, "PORT": test.port} {
				if v := names[name]; v.IsUnknown() != (want == "?") || want != "?" && v.Repr(10) != want {
					t.Errorf("%s is %s instead of %s", name, v.Repr(10), want)
				}
			}
			if len(result.Overrides) == 0 || !strings.Contains(result.Overrides[0].What, "dynaconf") {
				t.Errorf("overrides: %+v", result.Overrides)
			}
		})
	}
}
