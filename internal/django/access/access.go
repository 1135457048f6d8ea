// Package access is whose rows views reach by a key that a client gives, and whether they ask whose they are.
//
// It names a view only where nothing in it, in its classes, decorators and permissions looks like such a question. What may ask in a way that
// is not followed is a doubt.
package access

import (
	"fmt"
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/source"
)

// Reach is a view that takes a row which belongs to a user by a key of the request, and does not ask whose it is.
type Reach struct {
	Endpoint *routes.Endpoint
	Field    *routes.Field // of GraphQL, nil for other views
	Model    *queries.Model
	Owner    Owner
	// Changes says that the view changes or deletes the row.
	Changes bool
	// Login says that the view asks for a login.
	Login bool
	At    source.Span // the call that takes the row, or the name of the class
}

// Doubt is a view of which it is not known whether it asks whose the row is.
type Doubt struct {
	Endpoint *routes.Endpoint
	Field    *routes.Field  // of GraphQL, nil for other views
	Model    *queries.Model // nil where the rows are not known
	At       source.Span
	Why      string
}

// Name is that of the view, or of the field of GraphQL.
func (d Doubt) Name() string {
	if d.Field != nil {
		return d.Field.FullName()
	}
	return d.Endpoint.View.Name
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
	// Doubts are the views that take such a row, and ask in a way that is not followed; Asked is how many surely ask.
	Doubts []Doubt
	Asked  int
	// Owned is how many models belong to users, and Views how many views and fields of GraphQL with a known text were looked at.
	Owned, Views int
}

// Find goes through the endpoints, each view once.
func (p Project) Find() Answer {
	f := finder{Project: p, owners: map[*queries.Model]Owner{}, fetches: map[string][]queries.Fetch{}, seen: map[string]bool{},
		arguments: map[*flow.Function]arguments{}, classes: map[string]*queries.Model{}}
	for _, m := range p.Queries.Schema.Models() {
		f.classes[m.Class] = m
		o, ok := OwnerOf(p.Queries.Schema, m)
		if !ok {
			o, ok = TenantOf(p.Queries.Schema, m)
		}
		if ok {
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
		case e.GraphQL != nil:
			f.fields(e)
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
	asked   map[*flow.Function][]asked // what bodies were found to ask
	// questions are words that were met, with whether they speak of rights.
	questions map[string]bool
	// arguments are what clients give to functions that are called by name: resolvers of GraphQL and operations of django-ninja.
	arguments map[*flow.Function]arguments
	classes   map[string]*queries.Model // by dotted name
	answer    Answer
}

// found is a place at which a view takes a row, with the answer whether anything asks whose it is.
func (f *finder) found(r Reach, asks eval.Tri, why string) {
	place := fmt.Sprintf("%s:%s:%d", r.At.Path(), r.Model.Key, r.At.Start)
	if r.Owner = f.owners[r.Model]; !r.Changes && (!r.Owner.Private || !r.Login) || f.seen[place] { // what a user made for all may be read by all
		return
	}
	f.seen[place] = true
	if r.Model.Undecided != "" {
		asks, why = stronger(asks, why, eval.Maybe, "not all of its model is known: "+r.Model.Undecided)
	}
	switch asks {
	case eval.Yes:
		f.answer.Asked++
	case eval.Maybe:
		f.answer.Doubts = append(f.answer.Doubts, Doubt{Endpoint: r.Endpoint, Field: r.Field, Model: r.Model, At: r.At, Why: why})
	default:
		f.answer.Reaches = append(f.answer.Reaches, r)
	}
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

// guard tells whether what stands around a view asks for a login, and whether it asks for more.
func (f *finder) guard(e *routes.Endpoint) (login bool, asks eval.Tri) {
	asks = eval.No
	more := func(answer eval.Tri) {
		if answer == eval.Yes || answer == eval.Maybe && asks == eval.No {
			asks = answer
		}
	}
	for _, d := range e.View.Decorators {
		switch kind := f.around(d.Name); {
		case kind.login:
			login = true
		default:
			more(kind.asks)
		}
	}
	for _, g := range e.Policy.Guards {
		switch kind := f.around(g); {
		case kind.login:
			login = true
		default:
			more(kind.asks)
		}
	}
	return login, asks
}

// wrapper is what a decorator, mixin or middleware asks.
type wrapper struct {
	login bool
	asks  eval.Tri
}

func (f *finder) around(dotted string) wrapper {
	switch name := dotted[strings.LastIndexByte(dotted, '.')+1:]; {
	case name == "login_required", name == "LoginRequiredMixin", name == "LoginRequiredMiddleware", dotted == "strawberry_django.permissions.IsAuthenticated":
		return wrapper{login: true, asks: eval.No}
	case isHarmless(dotted):
		return wrapper{asks: eval.No}
	case strings.HasPrefix(dotted, "django.contrib."), strings.HasPrefix(dotted, "guardian."), strings.HasPrefix(dotted, "rules."),
		strings.HasPrefix(dotted, "graphql_jwt.decorators."), strings.HasPrefix(dotted, "strawberry_django.permissions."):
		return wrapper{asks: eval.Yes} // permission_required, user_passes_test, staff_member_required and their mixins
	}
	d, ok := f.Graph.Define(dotted)
	if !ok || d.Function == nil {
		return wrapper{asks: eval.Maybe}
	}
	fn := f.Code.Function(d.Function)
	if fn == nil {
		return wrapper{asks: eval.Maybe}
	}
	if asks := f.asks(fn, nil, 1); asks != eval.No {
		return wrapper{asks: asks}
	}
	return wrapper{login: testsLogin(fn), asks: eval.No}
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
