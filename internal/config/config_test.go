package config

import (
	"strings"
	"testing"
	"testing/fstest"

	"gonogo/internal/source"
)

func tree(t *testing.T, files map[string]string) *source.Tree {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	opened, err := source.OpenFS(fsys, source.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func TestLoad(t *testing.T) {
	config, err := Load(tree(t, map[string]string{"gonogo.toml": `
settings = "config.production"
project = "backend"
env-file = "prod.env"
site-packages = "../venv"
advisories = "../osv.zip"
select = ["https/*", "secrets"]
ignore = ["https/hsts-ramp"]
fail-on = "recommended"
stop-on-unknown = true
`}))
	if err != nil {
		t.Fatal(err)
	}
	if config.Settings.Value != "config.production" || config.Settings.At.Begin().Line != 2 || config.Project.Value != "backend" ||
		config.EnvFile.Value != "prod.env" || config.SitePackages.Value != "../venv" || config.Advisories.Value != "../osv.zip" || len(config.Select) != 2 || len(config.Ignore) != 1 || config.FailOn.Value != "recommended" || !config.StopOnUnknown {
		t.Errorf("%+v", config)
	}
}

func TestPyproject(t *testing.T) {
	config, err := Load(tree(t, map[string]string{"pyproject.toml": "[project]\nname = \"shop\"\n[tool.gonogo]\nsettings = \"a.b\"\n"}))
	if err != nil || config.Settings.Value != "a.b" {
		t.Errorf("%+v, %v", config, err)
	}
	for name, text := range map[string]string{"no table": "[project]\nname = \"shop\"\n", "broken, but not ours": "[project\n"} {
		config, err = Load(tree(t, map[string]string{"pyproject.toml": text}))
		if err != nil || config.Settings.Value != "" {
			t.Errorf("%s: %+v, %v", name, config, err)
		}
	}
}

func TestMistakes(t *testing.T) {
	cases := []struct{ name, file, text, want string }{
		{"unknown key", "gonogo.toml", "setings = \"a\"\n", `gonogo.toml:1:1: gonogo knows no key "setings"; did you mean "settings"?`},
		{"underscore", "gonogo.toml", "fail_on = \"critical\"\n", `did you mean "fail-on"?`},
		{"wrong type", "gonogo.toml", "select = \"https\"\n", "gonogo.toml:1:10: this must be a list"},
		{"wrong element", "gonogo.toml", "select = [1]\n", "this must be a text in quotes"},
		{"no severity", "gonogo.toml", "fail-on = \"high\"\n", `"critical", "recommended" or "optional"`},
		{"no boolean", "gonogo.toml", "stop-on-unknown = \"yes\"\n", "true or false"},
		{"syntax", "gonogo.toml", "settings = \n", "gonogo.toml:1:"},
		{"broken table of ours", "pyproject.toml", "[tool.gonogo]\nsettings = \n", "pyproject.toml:2:"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(tree(t, map[string]string{c.file: c.text}))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
	_, err := Load(tree(t, map[string]string{"gonogo.toml": "", "pyproject.toml": "[tool.gonogo]\n"}))
	if err == nil || !strings.Contains(err.Error(), "keep one of them") {
		t.Errorf("two configurations: %v", err)
	}
}
