package report

import (
	"io"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
)

type jsonChoice struct {
	Classes []string `json:"classes"`
	From    string   `json:"from"`
	Unknown string   `json:"unknown,omitempty"`
	// Methods are the choices by method where they differ.
	Methods map[string]*jsonChoice `json:"by_method,omitempty"`
}

// jsonAccess tells whether a stranger is let in; anyone is null where that is not known.
type jsonAccess struct {
	Anyone *bool  `json:"anyone"`
	Why    string `json:"why,omitempty"`
}

type jsonEndpoint struct {
	Methods        []string          `json:"methods"`
	MethodsUnknown string            `json:"methods_unknown,omitempty"`
	Path           string            `json:"path"`
	Route          string            `json:"route"`
	Prefix         bool              `json:"prefix,omitempty"`
	Name           *string           `json:"name"`
	View           string            `json:"view"`
	At             *jsonPlace        `json:"at"`
	Pattern        *jsonPlace        `json:"pattern"`
	Decorators     []string          `json:"decorators"`
	Asks           []string          `json:"asks_for"`
	Actions        map[string]string `json:"actions,omitempty"`
	Permission     *jsonChoice       `json:"permission"`
	Authentication *jsonChoice       `json:"authentication"`
	Throttle       *jsonChoice       `json:"throttle"`
	Pagination     *jsonChoice       `json:"pagination"`
	Renderer       *jsonChoice       `json:"renderer"`
	Serializer     *jsonChoice       `json:"serializer"`
	// Access is by method, under "any" where the methods are not known.
	Access map[string]jsonAccess `json:"access"`
	// Unbounded is null where it is not known whether all objects are listed without pages.
	Unbounded *bool `json:"unbounded"`
	// Unscoped is the model of which a user's row is taken by its key alone.
	Unscoped string `json:"unscoped,omitempty"`
	// GraphQL is there for views of GraphQL alone.
	GraphQL      *jsonGraphQL `json:"graphql,omitempty"`
	RouteUnknown string       `json:"route_unknown,omitempty"`
	Unknown      string       `json:"unknown,omitempty"`
}

// EndpointsJSON writes the endpoints for programs. methods is null when the view answers any.
func EndpointsJSON(w io.Writer, r Endpoints) error {
	out := []jsonEndpoint{}
	for n := range r.Endpoints {
		out = append(out, encodeEndpoint(&r.Endpoints[n]))
	}
	return encode(w, ordered{{"schema", Schema}, {"module", r.Module}, {"unknown", r.Unknown}, {"endpoints", out}})
}

func encodeEndpoint(e *routes.Endpoint) jsonEndpoint {
	j := jsonEndpoint{Methods: e.Methods, MethodsUnknown: e.MethodsUnknown, Path: e.Path(), Route: e.Route(), Prefix: e.Prefix, View: e.View.Name,
		Decorators: []string{}, Asks: list(e.Policy.Guards), Actions: e.View.Actions, RouteUnknown: e.RouteUnknown, Unscoped: e.Unscoped, Unknown: e.Unknown,
		GraphQL: encodeGraphQL(e.GraphQL)}
	if name := e.FullName(); name != "" {
		j.Name = &name
	}
	if !e.View.At.IsZero() {
		at := encodePlace(e.View.At)
		j.At = &at
	}
	if !e.At.IsZero() {
		at := encodePlace(e.At)
		j.Pattern = &at
	}
	for _, d := range e.View.Decorators {
		j.Decorators = append(j.Decorators, d.Name)
	}
	p := &e.Policy
	j.Permission, j.Authentication, j.Throttle = encodeChoice(p.Permissions), encodeChoice(p.Authentication), encodeChoice(p.Throttles)
	j.Pagination, j.Renderer, j.Serializer = encodeChoice(p.Pagination), encodeChoice(p.Renderers), encodeChoice(p.Serializer)
	if u := e.Unbounded(); u != eval.Maybe {
		yes := u == eval.Yes
		j.Unbounded = &yes
	}
	j.Access = map[string]jsonAccess{}
	for method, a := range p.Access {
		if method == "" {
			method = "any"
		}
		one := jsonAccess{Why: a.Why}
		if a.Anyone != eval.Maybe {
			open := a.Anyone == eval.Yes
			one.Anyone = &open
		}
		j.Access[method] = one
	}
	return j
}

func encodeChoice(c routes.Choice) *jsonChoice {
	if c.From == routes.FromNowhere && c.Unknown == "" {
		return nil
	}
	j := &jsonChoice{Classes: list(c.Classes), From: fromText(c.From), Unknown: c.Unknown}
	for method, one := range c.Methods {
		if j.Methods == nil {
			j.Methods = map[string]*jsonChoice{}
		}
		j.Methods[method] = encodeChoice(one)
	}
	return j
}
