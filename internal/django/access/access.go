// Package access is whose rows views reach by a key that a client gives, and whether they ask whose they are.
//
// It names a view only where nothing in it, in its classes, decorators and permissions looks like such a question: what asks in a way
// that is not followed counts as asking.
package access

import (
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/resolve"
	"gonogo/internal/source"
)

// Reach is a view that takes a row which belongs to a user by a key of the request, and does not ask whose it is.
type Reach struct {
	Endpoint *routes.Endpoint
	Model    *queries.Model
	Owner    Owner
	// Changes says that the view changes or deletes the row.
	Changes bool
	// Login says that the view asks for a login.
	Login bool
	At    source.Span // the call that takes the row, or the name of the class
}

// Project is what the package asks of a project.
type Project struct {
	Routes  *routes.Routes
	Queries *queries.Facts
	Code    *flow.Code
	Graph   *resolve.Graph
	// Filters are the classes of DEFAULT_FILTER_BACKENDS; FiltersUnknown says that there can be more.
	Filters        []string
	FiltersUnknown bool
}

// Answer is what was found.
type Answer struct {
	Reaches []Reach
	// Owned is how many models belong to users, and Views how many views with a known text were looked at.
	Owned, Views int
}

// Find goes through the endpoints, each view once.
func (p Project) Find() Answer {
	f := finder{Project: p, owners: map[*queries.Model]Owner{}, fetches: map[string][]queries.Fetch{}, seen: map[string]bool{}}
	for _, m := range p.Queries.Schema.Models() {
		if o, ok := OwnerOf(p.Queries.Schema, m); ok {
			f.owners[m] = o
			f.answer.Owned++
		}
	}
	for _, fetch := range p.Queries.Fetches {
		f.fetches[fetch.At.Path()] = append(f.fetches[fetch.At.Path()], fetch)
	}
	for n := range p.Routes.Endpoints {
		e := &p.Routes.Endpoints[n]
		if d := e.View.Definition; d.Function != nil || d.Class != nil {
			f.answer.Views++
		}
		switch d := e.View.Definition; {
		case d.Function != nil:
			f.function(e, d.Function)
		case d.Class != nil:
			f.class(e)
		}
	}
	return f.answer
}

// finder goes through the endpoints of one project.
type finder struct {
	Project
	owners  map[*queries.Model]Owner
	fetches map[string][]queries.Fetch // by path
	seen    map[string]bool            // the places that were told
	answer  Answer
}

// add notes a reach, each place once. What a user made for all may be read by all.
func (f *finder) add(r Reach) {
	place := r.At.Path() + ":" + r.Model.Key
	if r.Owner = f.owners[r.Model]; !r.Changes && (!r.Owner.Private || !r.Login) || f.seen[place+r.At.Text()] {
		return
	}
	f.seen[place+r.At.Text()] = true
	f.answer.Reaches = append(f.answer.Reaches, r)
}

// owned reports whether rows of a model belong to users, and can be reached by keys that can be guessed.
func (f *finder) owned(m *queries.Model) bool {
	_, ok := f.owners[m]
	return ok && m.PrimaryKey() != "UUIDField"
}

// Guarded reports whether the decorators, mixins and middleware around a view ask for a login, and whether they may ask for more: whose row
// it is, a permission, a key.
func Guarded(e *routes.Endpoint) (login, guarded bool) {
	for _, d := range e.View.Decorators {
		switch name := d.Name[strings.LastIndexByte(d.Name, '.')+1:]; {
		case name == "login_required":
			login = true
		case !isHarmless(d.Name):
			return false, true
		}
	}
	for _, g := range e.Policy.Guards {
		switch g[strings.LastIndexByte(g, '.')+1:] {
		case "login_required", "LoginRequiredMixin", "LoginRequiredMiddleware":
			login = true
		default:
			return false, true
		}
	}
	return login, false
}

// isHarmless reports whether a decorator lets everybody through.
func isHarmless(dotted string) bool {
	for _, prefix := range []string{"django.views.decorators.", "django.db.transaction.", "django.utils.decorators.method_decorator",
		"rest_framework.decorators.", "drf_spectacular.", "drf_yasg.", "django.contrib.auth.decorators.login_not_required", "functools.wraps"} {
		if strings.HasPrefix(dotted, prefix) {
			return true
		}
	}
	return false
}
