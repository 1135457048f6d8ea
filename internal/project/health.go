package project

import (
	"sync"

	"gonogo/internal/django/health"
	"gonogo/internal/python/resolve"
)

// lazyHealth reads the health endpoints once.
type lazyHealth struct {
	once sync.Once
	made *health.Health
}

// Health is the health endpoints of the project. It is worked out when somebody asks.
func (s *Snapshot) Health() *health.Health {
	s.health.once.Do(func() {
		if s.Code == nil {
			s.health.made = &health.Health{Unknown: "the project's code is not known"}
			return
		}
		s.health.made = health.Read(s.healthSources())
	})
	return s.health.made
}

func (s *Snapshot) healthSources() health.Sources {
	return health.Sources{Routes: s.Routes(), Graph: s.Code.Graph(), Servers: s.serverModules(), Setting: s.productionSetting}
}

// Answer is what the project answers to a GET of a probe that reaches it, with production's settings as shipped.
func (s *Snapshot) Answer(q health.Question) health.Outcome {
	if s.Code == nil {
		return health.Outcome{Doubt: "the project's code is not known"}
	}
	return s.Health().Answer(s.healthSources(), q)
}

// serverModules are the modules that make the WSGI or ASGI application.
func (s *Snapshot) serverModules() (list []*resolve.Module) {
	graph := s.Code.graph()
	for _, e := range s.EntryPoints {
		if e.Kind != WSGI && e.Kind != ASGI {
			continue
		}
		for _, m := range s.Code.Modules {
			if m.Syntax != nil && !m.Test && m.Syntax.File.Path == e.File.Path && graph.byModule[m] != nil {
				list = append(list, graph.byModule[m])
			}
		}
	}
	return list
}
