package project

import (
	"sync"

	"gonogo/internal/django/queries"
	"gonogo/internal/python/eval"
)

// lazyQueries reads the bodies of functions once.
type lazyQueries struct {
	once  sync.Once
	facts *queries.Facts
}

// Queries is what the project's code asks its database, tests and migrations left out. It is worked out when somebody asks.
func (s *Snapshot) Queries() *queries.Facts {
	s.queries.once.Do(func() {
		models, views := s.Models(), s.Views()
		var schema *queries.Schema
		s.Program().Do(func(*eval.Session) {
			user, _ := s.productionSetting("AUTH_USER_MODEL").AsStr()
			schema = queries.NewSchema(models, user)
		})
		if s.Code != nil {
			s.queries.facts = queries.Read(schema, s.Code.graph().Graph, s.queryModules(), views)
			return
		}
		s.queries.facts = &queries.Facts{Schema: schema}
	})
	return s.queries.facts
}
