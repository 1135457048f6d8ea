package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Disagreement is a variable that the settings read and that two processes are not given alike.
type Disagreement struct {
	Name     string
	Read     eval.Read // where the settings read it first
	Required bool      // the settings can't be imported without it
	// Has is the variable as the one process is given it; Other as the other one is, where OtherHas.
	Has, Other deploy.Variable
	OtherHas   bool
}

// Disagreements are the variables which the settings read that one process is given, and another one is not given, or with another value; in
// order of reading. A process that takes variables from files or stores which are not in the repository is given whatever they hold: what it
// lacks is none, and so is a variable whose value one of both takes from elsewhere, unless both are written with the same parts from there.
func (s *Snapshot) Disagreements(a, b *deploy.Process) []Disagreement {
	if s.Settings == nil || s.Given != nil {
		return nil
	}
	var list []Disagreement
	for _, r := range s.Settings.Result.Reads {
		if r.Name == settingsVariable || slices.ContainsFunc(list, func(d Disagreement) bool { return d.Name == r.Name }) {
			continue
		}
		has, ok := a.Lookup(r.Name)
		if !ok {
			continue
		}
		other, otherHas := b.Lookup(r.Name)
		switch {
		case otherHas && !has.Differs(other):
			continue
		case !otherHas && !Closed(b):
			continue
		}
		list = append(list, Disagreement{Name: r.Name, Read: r, Required: s.required(r.Name), Has: has, Other: other, OtherHas: otherHas})
	}
	return list
}

func (s *Snapshot) required(name string) bool {
	return slices.ContainsFunc(s.Settings.Result.Reads, func(r eval.Read) bool { return r.Name == name && r.Required })
}

// Closed reports whether the artefact of a process tells all the variables that it is given: it runs in a container whose files of variables
// are all in the repository.
func Closed(p *deploy.Process) bool {
	if p.Runtime != deploy.InContainer && p.Runtime != deploy.InPod || p.Built == nil && p.Image == "" {
		return false
	}
	return !slices.ContainsFunc(p.EnvFrom, func(e deploy.EnvSource) bool { return !e.Read })
}

// Compared are the settings of one process as SettingsOf makes them, in which each part of a variable that is taken from elsewhere stands in by
// its name. What they hold tells where two processes differ, and is the value of nothing.
func (s *Snapshot) Compared(p *deploy.Process) *django.Settings {
	stand := *p
	stand.Env = slices.Clone(p.Env)
	for i, v := range stand.Env {
		if value, ok := v.StandIn(); ok {
			stand.Env[i].Value, stand.Env[i].Given = value, true
		}
	}
	return s.SettingsOf(&stand)
}

// SettingsOf are the settings of one process, evaluated with the variables that it is given; nil when the project lacks the module that it
// is told to use, or where the user gave an environment, which then holds for every process.
func (s *Snapshot) SettingsOf(p *deploy.Process) *django.Settings {
	e := s.program.evaluator
	if e == nil || s.Given != nil || s.Deployment == nil {
		return nil
	}
	module := s.Choice.Module
	if v, ok := p.Lookup(settingsVariable); ok && v.Given {
		module = v.Value
	}
	file, ok := e.file(module)
	if !ok {
		return nil
	}
	config := e.config(module, nil)
	vars := variablesFor(p, config)
	return s.settingsWith(module, file, config.Env.Vars, vars)
}

// settingsWith are the settings of a module with other variables than those that it is evaluated with else.
func (s *Snapshot) settingsWith(module string, file *source.File, own, vars map[string]eval.EnvValue) *django.Settings {
	e := s.program.evaluator
	key := identity(vars)
	if key == identity(own) {
		return e.settings(module)
	}
	return e.once(module+"\x00"+key, func() *django.Settings { return s.evaluateWith(module, file, vars) })
}

// identity tells environments apart: which variables are set, to what and where.
func identity(vars map[string]eval.EnvValue) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		v := vars[name]
		fmt.Fprintf(&b, "%q=%q %q %d %d\n", name, v.Value, v.At.Path(), v.At.Start, v.At.End)
	}
	return b.String()
}

func (s *Snapshot) evaluateWith(module string, file *source.File, vars map[string]eval.EnvValue) *django.Settings {
	config := s.program.evaluator.config(module, nil)
	config.Env.Vars = vars
	again := func(more map[string]eval.EnvValue) *django.Settings {
		all := maps.Clone(vars)
		maps.Copy(all, more)
		return s.evaluateWith(module, file, all)
	}
	return django.NewSettings(file, s.Django, explore(config, module, file), again)
}

// variablesFor are the variables that a process is given, with those that choose the settings as the configuration has them.
func variablesFor(p *deploy.Process, config eval.Config) map[string]eval.EnvValue {
	vars := map[string]eval.EnvValue{}
	for _, v := range p.Env {
		if last, _ := p.Lookup(v.Name); last.Given {
			vars[v.Name] = eval.EnvValue{Value: last.Value, At: last.At}
		}
	}
	for _, name := range []string{configurationVariable, settingsVariable} {
		if v, ok := config.Env.Vars[name]; ok {
			vars[name] = v
		}
	}
	return vars
}
