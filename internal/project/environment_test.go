package project

import (
	"testing"

	"gonogo/internal/deploy"
	"gonogo/internal/source"

	"github.com/google/go-cmp/cmp"
)

// process is a production process with variables; a value of "?" is taken from elsewhere.
func process(role deploy.Role, vars ...string) *deploy.Process {
	p := &deploy.Process{Role: role, Production: true}
	for i := 0; i < len(vars); i += 2 {
		p.Env = append(p.Env, deploy.Variable{Name: vars[i], Value: vars[i+1], Given: vars[i+1] != "?"})
	}
	return p
}

func TestProcessVariables(t *testing.T) {
	other := process(deploy.Web, "DEBUG", "1")
	other.Production = false
	for name, c := range map[string]struct {
		processes []*deploy.Process
		module    string
		want      map[string]string
	}{
		"none":                           {nil, "a", map[string]string{}},
		"web":                            {[]*deploy.Process{process(deploy.Web, "A", "1", "B", "?"), process(deploy.Worker, "A", "2", "C", "3")}, "a", map[string]string{"A": "1"}},
		"not production":                 {[]*deploy.Process{other, process(deploy.Worker, "A", "2")}, "a", map[string]string{"A": "2"}},
		"databases don't count":          {[]*deploy.Process{process(deploy.Other, "A", "2")}, "a", map[string]string{}},
		"artefacts that disagree":        {[]*deploy.Process{process(deploy.Web, "A", "1", "B", "2"), process(deploy.Web, "A", "1", "B", "3")}, "a", map[string]string{"A": "1"}},
		"the last of two in one process": {[]*deploy.Process{process(deploy.Web, "A", "1", "A", "2")}, "a", map[string]string{"A": "2"}},
		"given, then taken away":         {[]*deploy.Process{process(deploy.Web, "A", "1", "A", "?")}, "a", map[string]string{}},
		"of the module": {[]*deploy.Process{process(deploy.Web, settingsVariable, "a", "A", "1"), process(deploy.Web, settingsVariable, "b", "A", "2")}, "a",
			map[string]string{settingsVariable: "a", "A": "1"}},
		"a module that none uses": {[]*deploy.Process{process(deploy.Web, settingsVariable, "b", "A", "2")}, "a", map[string]string{settingsVariable: "b", "A": "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := texts(processVariables(&deploy.Deployment{Processes: c.processes}, nil, c.module))
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestGivenEnvironment(t *testing.T) {
	given := ParseEnvFile(source.NewFile("prod.env", []byte("A=file\nB=2\n")))
	s := &Snapshot{Given: &given, Deployment: &deploy.Deployment{Processes: []*deploy.Process{process(deploy.Web, "A", "compose", "C", "3")}}}
	env := s.environmentFor("config.settings", nil)
	want := map[string]string{"A": "file", "B": "2", settingsVariable: "config.settings"}
	if diff := cmp.Diff(want, texts(env.Vars)); diff != "" || !env.Complete {
		t.Errorf("complete: %v, %s", env.Complete, diff)
	}
	s.Given = nil
	if env := s.environmentFor("config.settings", nil); env.Complete {
		t.Error("complete without a file")
	}
}

// TestSettingsAgain evaluates settings with another value of a variable.
func TestSettingsAgain(t *testing.T) {
	s, err := Load(source.FromMap(map[string][]byte{
		"manage.py":        []byte("import django, os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"),
		"settings.py":      []byte("import os\nINSTALLED_APPS = []\nROOT_URLCONF = 'urls'\nDEBUG = os.environ.get('DEBUG', '') == 'yes'\n"),
		"settings_test.py": []byte("from settings import *\nDEBUG = True\n"),
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if on, known := s.Settings.Get("DEBUG").Value.AsBool(); on || !known {
		t.Error("DEBUG is on as shipped")
	}
	if on, _ := s.Settings.With(map[string]string{"DEBUG": "yes"}).Get("DEBUG").Value.AsBool(); !on {
		t.Error("DEBUG is off when the variable says yes")
	}
	if on, _ := s.Evaluate("settings_test").Get("DEBUG").Value.AsBool(); !on {
		t.Error("DEBUG is off in the other module")
	}
	if s.Evaluate("nothing") != nil {
		t.Error("a module that is not there was evaluated")
	}
	if s.Evaluate("settings") != s.Settings {
		t.Error("a module was evaluated twice")
	}
}
