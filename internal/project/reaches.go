package project

import (
	"gonogo/internal/django/access"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

// Reaches are the views that take a user's row by its key and do not ask whose it is.
func (s *Snapshot) Reaches() access.Answer {
	in := access.Project{Routes: s.Routes(), Queries: s.Queries(), Code: s.Flow(), Graph: s.Code.Graph()}
	if s.Settings != nil {
		backends := s.Settings.Shipped().REST("DEFAULT_FILTER_BACKENDS").Value // the framework has none
		in.FiltersUnknown = backends.IsUnknown() || backends.IsOpen()
		for _, e := range backends.Elems() {
			if name, ok := e.AsStr(); ok {
				in.Filters = append(in.Filters, name)
			} else {
				in.FiltersUnknown = true
			}
		}
	}
	return in.Find()
}

// Endpoints are the endpoints of the URL configuration with what they take without asking whose it is.
func (s *Snapshot) Endpoints() *routes.Routes {
	r := *s.Routes()
	r.Endpoints = append([]routes.Endpoint{}, r.Endpoints...)
	if s.Code == nil {
		return &r
	}
	for _, reach := range s.Reaches().Reaches {
		for n := range r.Endpoints {
			e := &r.Endpoints[n]
			if reach.Field != nil {
				e.GraphQL = e.GraphQL.Unscoped(reach.Field, reach.Model.Name)
				continue
			}
			same := e.View.Name == reach.Endpoint.View.Name && e.View.Name != "" && e.TakesKey()
			if same && (e.Changes() != eval.No || !reach.Changes || e.Route() == reach.Endpoint.Route()) {
				e.Unscoped = reach.Model.Name
			}
		}
	}
	return &r
}
