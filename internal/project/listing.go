package project

import (
	"sync"

	"gonogo/internal/django/listing"
	"gonogo/internal/django/queries"
	"gonogo/internal/python/eval"
)

// lazyLists reads the lists that views show once.
type lazyLists struct {
	once sync.Once
	made []listing.List
}

// Lists are the lists that serializers, templates and the admin show, where these read relations that the queryset does not fetch. They are
// worked out when somebody asks.
func (s *Snapshot) Lists() []listing.List {
	s.lists.once.Do(func() {
		if s.Code == nil || s.Settings == nil {
			return
		}
		in := s.listingInput(s.Queries())
		s.Program().Do(func(session *eval.Session) {
			in.Session = session
			s.lists.made = listing.Find(in)
		})
	})
	return s.lists.made
}

// queryModules are the modules whose bodies are read for what they ask the database.
func (s *Snapshot) queryModules() []queries.Module {
	graph := s.Code.graph()
	var modules []queries.Module
	s.eachModule(func(m *CodeModule) {
		modules = append(modules, queries.Module{Dotted: m.Dotted, Syntax: m.Syntax, Names: graph.byModule[m]})
	})
	return modules
}
