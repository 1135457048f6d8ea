package project

import (
	"slices"
	"strings"
	"sync"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

// ServedRESTViews are the views of Django REST framework that the URL configuration leads to, each once, in its order. Where the
// configuration is not known as a whole, those that the project's text has follow, and served is false.
func (s *Snapshot) ServedRESTViews() (views []RESTView, served bool) {
	s.rest.once.Do(func() { s.rest.views, s.rest.served = s.servedRESTViews() })
	return slices.Clone(s.rest.views), s.rest.served
}

// lazyREST finds the views once.
type lazyREST struct {
	once   sync.Once
	views  []RESTView
	served bool
}

func (s *Snapshot) servedRESTViews() (views []RESTView, served bool) {
	r := s.Routes()
	served = r.Unknown == ""
	byName := map[string]int{}
	for n := range r.Endpoints {
		e := &r.Endpoints[n]
		if e.Unknown != "" && e.Package == "" {
			served = false
		}
		if !e.View.Kind.REST() || e.View.At.IsZero() {
			continue
		}
		at, seen := byName[e.View.Name]
		if !seen {
			at = len(views)
			byName[e.View.Name] = at
			views = append(views, servedView(e))
		}
		v := &views[at]
		v.Endpoints = append(v.Endpoints, e)
	}
	for n := range views {
		views[n].joinPolicies()
	}
	if served {
		return views, true
	}
	for _, v := range s.RESTViews() {
		known := slices.ContainsFunc(views, func(o RESTView) bool { return o.Name == v.Name && o.At.Path() == v.At.Path() })
		if !known {
			views = append(views, v)
		}
	}
	return views, false
}

// servedView is a view as its first endpoint tells it.
func servedView(e *routes.Endpoint) RESTView {
	v := RESTView{Name: e.View.Name[strings.LastIndexByte(e.View.Name, '.')+1:], At: e.View.At, Whole: e.View.Whole || e.View.Kind == routes.APIFunction}
	for _, a := range e.View.Ancestors {
		if isView(a) {
			v.Bases = append(v.Bases, a)
		}
	}
	if e.View.Kind == routes.APIFunction {
		v.Bases = []string{"rest_framework.decorators.api_view"}
	}
	for name := range e.View.Attributes {
		v.Sets = append(v.Sets, name)
	}
	slices.Sort(v.Sets)
	return v
}

// joinPolicies adds what all endpoints of a view are given in other ways than by its class: arguments of routes, decorators, classes of
// packages.
func (v *RESTView) joinPolicies() {
	add := func(name string, given func(*routes.Endpoint) bool) {
		if !slices.ContainsFunc(v.Endpoints, func(e *routes.Endpoint) bool { return !given(e) }) {
			v.Sets = append(v.Sets, name)
		}
	}
	add("permission_classes", func(e *routes.Endpoint) bool { return e.Policy.Permissions.Own() || len(e.Policy.Guards) > 0 })
	add("throttle_classes", func(e *routes.Endpoint) bool { return e.Policy.Throttles.Own() })
	add("pagination_class", func(e *routes.Endpoint) bool { return e.Policy.Pagination.Own() })
	add("versioning_class", func(e *routes.Endpoint) bool { return e.Policy.Versioning.Own() })
}

// answers reports whether one of the endpoints answers one of the methods, or may.
func (v RESTView) answers(methods ...string) bool {
	for _, e := range v.Endpoints {
		if e.MethodsUnknown != "" || e.Methods == nil {
			return true
		}
		for _, m := range methods {
			if slices.Contains(e.Methods, m) && !e.Policy.Permissions.Own() {
				return true
			}
		}
	}
	return len(v.Endpoints) == 0
}

// listsServed reports whether an endpoint of the view lists objects.
func (v RESTView) listsServed() bool {
	return len(v.Endpoints) == 0 || slices.ContainsFunc(v.Endpoints, func(e *routes.Endpoint) bool { return e.Policy.Lists == eval.Yes })
}
