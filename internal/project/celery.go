package project

import (
	"strings"

	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/syntax"
)

// Celery is how the project configures its Celery application; see django.Celery.
func (s *Snapshot) Celery() *django.Celery {
	var modules []*syntax.Module
	if s.Code != nil {
		for _, m := range s.Code.Modules {
			if !m.Test && !m.Other && m.importsPackage("celery") {
				modules = append(modules, m.Syntax)
			}
		}
	}
	return django.FindCelery(modules, s.Package("celery"))
}

// Package is the version of a distribution that production resolves to (its name as in PEP 503); unknown when the dependencies do not tell.
func (s *Snapshot) Package(name string) knowledge.Version {
	if s.Deployment == nil || s.Deployment.Dependencies == nil {
		return knowledge.Version{}
	}
	r, _ := s.Deployment.Dependencies.Find(name)
	return knowledge.ParseVersion(r.Version)
}

// importsPackage reports whether the module imports a top-level package, or something inside it.
func (m *CodeModule) importsPackage(name string) bool {
	for _, i := range m.Imports {
		if i.Dotted == name || strings.HasPrefix(i.Dotted, name+".") {
			return true
		}
	}
	return false
}
