package project

import (
	"sync"

	"gonogo/internal/django/background"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
)

// Background is what the project runs in the background, tests and the like left out. It is made when somebody asks for it.
func (s *Snapshot) Background() *background.Work {
	s.background.once.Do(func() {
		if s.Code == nil {
			s.background.made = &background.Work{}
			return
		}
		modules := s.ProductionModules()
		s.Program().Do(func(session *eval.Session) {
			s.background.made = background.Read(session, s.Code.Graph(), modules, s.productionSetting)
		})
	})
	return s.background.made
}

// lazyBackground makes the model of tasks once.
type lazyBackground struct {
	once sync.Once
	made *background.Work
}

// ProductionModules are the modules that run in production, as package resolve has them, in order of their paths.
func (s *Snapshot) ProductionModules() []*resolve.Module {
	var list []*resolve.Module
	s.eachModule(func(m *CodeModule) { list = append(list, s.Code.graph().byModule[m]) })
	return list
}

// eachModule visits the modules that run in production.
func (s *Snapshot) eachModule(visit func(*CodeModule)) {
	if s.Code == nil {
		return
	}
	for _, m := range s.Code.Modules {
		if !m.Test && !m.Other && m.Syntax != nil {
			visit(m)
		}
	}
}

// recordedTasks makes the decorators of Celery leave their mark on what they decorate, which settings have no use for.
func recordedTasks(library eval.Library) {
	model, ok := library["celery"]
	if !ok {
		return
	}
	library["celery"] = func() eval.Model {
		m := model()
		delete(m.Names, "shared_task")
		return m
	}
}
