package project

import (
	"sync"

	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

// Alternative is one of several ways in which the repository starts the site, and the settings that the site then has.
type Alternative struct {
	Group    *deploy.Group
	Settings *django.Settings
}

type lazyAlternatives struct {
	once  sync.Once
	value []Alternative
}

// Alternatives are the ways to start the site whose settings can differ, that of Settings first: their processes name another settings module,
// or are given other values of variables that the settings read. There are none where all ways are alike to the settings, where there is one,
// and where the user gave an environment, which holds for all of them.
func (s *Snapshot) Alternatives() []Alternative {
	s.alternatives.once.Do(func() { s.alternatives.value = s.findAlternatives() })
	return s.alternatives.value
}

func (s *Snapshot) findAlternatives() []Alternative {
	if len(s.artefacts) < 2 || s.Settings == nil || s.Given != nil || s.program.evaluator == nil {
		return nil
	}
	all := []Alternative{{Settings: s.Settings}}
	for _, g := range s.artefacts {
		module := s.moduleOf(g)
		vars, uses := variablesOf(g.Processes, []deploy.Role{deploy.Web}, module)
		switch {
		case !uses, s.named && module != s.Settings.Module:
			continue
		case all[0].Group == nil && module == s.Settings.Module:
			all[0].Group = g
			continue
		case s.alike(all[0].Group, module, vars):
			continue
		}
		if settings := s.settingsUnder(module, vars); settings != nil {
			all = append(all, Alternative{g, settings})
		}
	}
	if len(all) == 1 || all[0].Group == nil {
		return nil
	}
	return all
}

// moduleOf is the settings module that a group's site is told to use, else the one that was chosen.
func (s *Snapshot) moduleOf(g *deploy.Group) string {
	for _, p := range g.With(deploy.Web) {
		if v, ok := p.Lookup(settingsVariable); ok && v.Given && p.Production {
			if _, there := s.program.evaluator.file(v.Value); there {
				return v.Value
			}
		}
	}
	return s.Settings.Module
}

// alike reports whether a module has the values of Settings with other variables: none of those that are read is among what differs.
func (s *Snapshot) alike(first *deploy.Group, module string, vars map[string]eval.EnvValue) bool {
	if first == nil || module != s.Settings.Module {
		return false
	}
	own, _ := variablesOf(first.Processes, []deploy.Role{deploy.Web}, module)
	for _, r := range s.Settings.Result.Reads {
		a, inOwn := own[r.Name]
		b, inOther := vars[r.Name]
		if r.Name != settingsVariable && (inOwn != inOther || a.Value != b.Value) {
			return false
		}
	}
	return true
}

// settingsUnder are a module's settings with the variables of an artefact; nil when the project has no such module.
func (s *Snapshot) settingsUnder(module string, vars map[string]eval.EnvValue) *django.Settings {
	e := s.program.evaluator
	file, ok := e.file(module)
	if !ok {
		return nil
	}
	own := e.config(module, nil).Env.Vars
	vars[settingsVariable] = own[settingsVariable]
	if _, given := vars[configurationVariable]; !given && s.configuration.Value != "" {
		vars[configurationVariable] = s.configuration
	}
	return s.settingsWith(module, file, own, vars)
}
