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

	schemaOnce sync.Once
	schema     *queries.Schema
}

// Queries is what the project's code asks its database, tests and migrations left out. It is worked out when somebody asks.
func (s *Snapshot) Queries() *queries.Facts {
	s.queries.once.Do(func() {
		schema, views := s.querySchema(), s.Views()
		if s.Code != nil {
			s.queries.facts = queries.Read(schema, s.Code.graph().Graph, s.queryModules(), views)
			return
		}
		s.queries.facts = &queries.Facts{Schema: schema}
	})
	return s.queries.facts
}

// querySchema is what queries ask of the models.
func (s *Snapshot) querySchema() *queries.Schema {
	s.queries.schemaOnce.Do(func() {
		models := s.Models()
		s.Program().Do(func(*eval.Session) {
			user, _ := s.productionSetting("AUTH_USER_MODEL").AsStr()
			s.queries.schema = queries.NewSchema(models, user)
		})
	})
	return s.queries.schema
}
