// Package health is the model of the endpoints that say whether a project is well: which there are, and what asking one of them costs and shows.
//
// An endpoint is recognised by what answers it (a package that is known for it), else by its path and name. What it does is read from the
// code that answers: the view with the functions of the project that it calls, a middleware that answers before the URL configuration
// is asked, or a wrapper around the WSGI or ASGI application.
package health

import (
	"slices"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/source"
)

// Purpose is what an endpoint is for.
type Purpose uint8

// The purposes, as Kubernetes tells them apart.
const (
	Either    Purpose = iota + 1 // its name tells no more than that it is about health
	Liveness                     // restart the process when it fails
	Readiness                    // send no requests while it fails
)

// By is what answers at an endpoint.
type By uint8

const (
	View       By = iota + 1 // a view of the URL configuration
	Middleware               // a middleware, before the URL configuration is asked
	Server                   // a wrapper around the WSGI or ASGI application, before any of Django's code
)

// Touch is a thing that may happen while an endpoint answers.
type Touch struct {
	Has eval.Tri
	// At is where it happens; zero for code that is not in the project.
	At source.Span
	// What names it for Yes ("connection.cursor"), and says in a clause for Maybe why it is not known.
	What string
}

// Endpoint is one health endpoint.
type Endpoint struct {
	Path    string // as routes.Endpoint.Path gives it; "" when it is not known
	Purpose Purpose
	By      By
	Name    string      // of the view, middleware or function, dotted
	Package string      // the distribution that answers; "" for the project's own code
	At      source.Span // the pattern, the entry of MIDDLEWARE or the wrapper's function
	// Route is the endpoint of the URL configuration, nil for others.
	Route *routes.Endpoint
	// Entry is the place of the middleware in MIDDLEWARE; -1 for others.
	Entry int

	Database Touch
	Cache    Touch // a cache, or Redis in any of its uses
	Broker   Touch // the broker of tasks, or workers
	Network  Touch // other services: HTTP, mail, storage
	Login    Touch // it asks for a login, a permission or a token
	Text     Touch // it shows the text of an exception
	Redirect Touch // the answer itself is a redirect
	// Fails tells whether it answers with an error status when something that it asks fails; No where it asks nothing or hides it.
	Fails eval.Tri
	// FailsDoubt says for Maybe why.
	FailsDoubt string
}

// Cheap reports whether it answers without asking any other service.
func (e *Endpoint) Cheap() eval.Tri {
	answer := eval.Yes
	for _, t := range []Touch{e.Database, e.Cache, e.Broker, e.Network} {
		switch t.Has {
		case eval.Yes:
			return eval.No
		case eval.Maybe:
			answer = eval.Maybe
		}
	}
	return answer
}

// Touched is the first service that the endpoint asks, or may ask, with its name for people; ok is false when it asks none.
func (e *Endpoint) Touched() (t Touch, name string, ok bool) {
	list := []Touch{e.Database, e.Cache, e.Broker, e.Network}
	names := []string{"the database", "the cache", "the broker", "another service"}
	for _, want := range []eval.Tri{eval.Yes, eval.Maybe} {
		if i := slices.IndexFunc(list, func(t Touch) bool { return t.Has == want }); i >= 0 {
			return list[i], names[i], true
		}
	}
	return Touch{}, "", false
}

// Health is the health endpoints of a project.
type Health struct {
	Endpoints []Endpoint // in the order in which they are asked: servers, middleware, then the URL configuration
	// Unknown says why there can be others, "" when there can't.
	Unknown string
}

// Sources are what the model is read from.
type Sources struct {
	Routes *routes.Routes
	Graph  *resolve.Graph
	// Servers are the modules that make the WSGI or ASGI application.
	Servers []*resolve.Module
	// Setting is a production setting by its name, Django's default where the project gives none.
	Setting func(name string) eval.Value
}

// Read finds the health endpoints and what each does.
func Read(from Sources) *Health {
	f := &finder{Sources: from, health: &Health{}}
	f.servers()
	f.middleware()
	f.routes()
	return f.health
}

// finder collects the endpoints.
type finder struct {
	Sources
	health *Health
}

// add takes an endpoint, unless one that is asked earlier answers at its path.
func (f *finder) add(e Endpoint) {
	for i := range f.health.Endpoints {
		if other := &f.health.Endpoints[i]; e.Path != "" && samePath(other.Path, e.Path) {
			return
		}
	}
	f.health.Endpoints = append(f.health.Endpoints, e)
}

// unless is a doubt, where there is a reason for one.
func unless(reason string) Touch {
	if reason == "" {
		return Touch{Has: eval.No}
	}
	return Touch{Has: eval.Maybe, What: reason}
}

// doubted makes everything that is not known to happen doubtful.
func (e *Endpoint) doubted(reason string) {
	for _, t := range []*Touch{&e.Database, &e.Cache, &e.Broker, &e.Network} {
		if t.Has != eval.Yes {
			*t = unless(reason)
		}
	}
	if e.Fails != eval.Yes {
		e.Fails, e.FailsDoubt = eval.Maybe, reason
	}
}
