package project

import (
	"sync"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/resolve"
)

// lazyViews is the answer of Views, worked out when somebody asks.
type lazyViews struct {
	once sync.Once
	made *routes.Views
}

// Views are the functions and classes of the project that answer requests, by the URL configuration.
func (s *Snapshot) Views() *routes.Views {
	s.views.once.Do(func() {
		graph := resolve.NewGraph(nil)
		if s.Code != nil {
			graph = s.Code.Graph()
		}
		s.views.made = s.Routes().Views(graph)
	})
	return s.views.made
}
