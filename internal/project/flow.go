package project

import (
	"sync"

	"gonogo/internal/django/flow"
	"gonogo/internal/python/resolve"
)

// lazyFlow is the answer of Flow, worked out when somebody asks.
type lazyFlow struct {
	once sync.Once
	code *flow.Code
}

// FlowOf is the functions and calls of chosen modules, of which tests, migrations and documentation are not left out. It is made anew at
// each call; the choice should be narrow.
func (s *Snapshot) FlowOf(chosen func(*CodeModule) bool) *flow.Code {
	if s.Code == nil {
		return flow.New(resolve.NewGraph(nil), nil)
	}
	g := s.Code.graph()
	var modules []*resolve.Module
	for _, m := range s.Code.Modules {
		if g.byModule[m] != nil && chosen(m) {
			modules = append(modules, g.byModule[m])
		}
	}
	return flow.New(g.Graph, modules)
}

// Flow is the functions and calls of the code that production runs: tests, migrations and documentation are left out.
func (s *Snapshot) Flow() *flow.Code {
	s.flow.once.Do(func() {
		if s.Code == nil {
			s.flow.code = flow.New(resolve.NewGraph(nil), nil)
			return
		}
		g := s.Code.graph()
		var modules []*resolve.Module
		for _, m := range s.Code.Modules {
			if !m.Test && !m.Other && g.byModule[m] != nil {
				modules = append(modules, g.byModule[m])
			}
		}
		s.flow.code = flow.New(g.Graph, modules)
	})
	return s.flow.code
}
