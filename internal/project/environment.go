package project

import (
	"gonogo/internal/deploy"
	"gonogo/internal/python/eval"
)

// processVariables are the variables that production's processes are given by their artefacts: those of the web processes, and where
// there are none, of workers and releases. Of several artefacts that start the site it is the first that counts: nobody runs the site with the
// variables of two. A variable to which the processes of one give different values is left out. Processes that may use the settings module count
// before the rest, so that a module which none uses (what an entry point falls back to) is judged in the environment that it would meet; "" takes all.
func processVariables(d *deploy.Deployment, artefacts []*deploy.Group, module string) map[string]eval.EnvValue {
	for _, module := range []string{module, ""} {
		for _, g := range artefacts {
			if vars, any := variablesOf(g.Processes, []deploy.Role{deploy.Web}, module); any {
				return vars
			}
		}
		for _, roles := range [][]deploy.Role{{deploy.Web}, {deploy.Worker, deploy.Beat, deploy.Release, deploy.Periodic}} {
			if vars, any := variablesOf(d.Processes, roles, module); any {
				return vars
			}
		}
	}
	return map[string]eval.EnvValue{}
}

func variablesOf(processes []*deploy.Process, roles []deploy.Role, module string) (vars map[string]eval.EnvValue, any bool) {
	vars = make(map[string]eval.EnvValue)
	disputed := make(map[string]bool)
	for _, p := range processes {
		if !p.Production || !hasRole(roles, p.Role) || !uses(p, module) {
			continue
		}
		any = true
		for _, v := range p.Env {
			last, _ := p.Lookup(v.Name)
			if !last.Given {
				continue
			}
			if other, ok := vars[v.Name]; ok && other.Value != last.Value {
				disputed[v.Name] = true
			}
			vars[v.Name] = eval.EnvValue{Value: last.Value, At: last.At}
		}
	}
	for name := range disputed {
		delete(vars, name)
	}
	return vars, any
}

func hasRole(roles []deploy.Role, r deploy.Role) bool {
	for _, want := range roles {
		if want == r {
			return true
		}
	}
	return false
}

// uses reports whether a process may run with the settings module: it does not name another one.
func uses(p *deploy.Process, module string) bool {
	v, ok := p.Lookup(settingsVariable)
	return module == "" || !ok || !v.Given || v.Value == module
}

// environmentFor is what is known of the environment in which a settings module runs.
func (s *Snapshot) environmentFor(module string, more map[string]eval.EnvValue) eval.Environment {
	env := eval.Environment{Vars: map[string]eval.EnvValue{}}
	if s.Given == nil {
		env.Vars = processVariables(s.Deployment, s.artefacts, module)
	} else {
		env.Complete = true // and so what an artefact gives does not count beside it
		for _, v := range s.Given.Vars {
			env.Vars[v.Name] = eval.EnvValue{Value: v.Value, At: v.ValueAt}
		}
	}
	if _, given := env.Vars[configurationVariable]; !given && s.configuration.Value != "" {
		env.Vars[configurationVariable] = s.configuration
	}
	env.Vars[settingsVariable] = eval.EnvValue{Value: module, At: env.Vars[settingsVariable].At}
	for name, v := range more {
		env.Vars[name] = v
	}
	return env
}

// texts are the values of variables alone.
func texts(vars map[string]eval.EnvValue) map[string]string {
	out := make(map[string]string, len(vars))
	for name, v := range vars {
		out[name] = v.Value
	}
	return out
}
