package access

import (
	"slices"
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/syntax"
)

func containsAny(text string, parts ...string) bool {
	lower := strings.ToLower(text)
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(lower, p) })
}

// class looks at a view that is a class.
func (f *finder) class(e *routes.Endpoint) {
	login, guarded := Guarded(e)
	if guarded || !e.View.Whole || isMachines(e.View.Definition.Class.Name) {
		return
	}
	own, known := f.own(e)
	if !known {
		return
	}
	if e.View.Kind.REST() {
		open, known := f.permissions(e)
		if !known || !f.harmlessFilters(e, own) {
			return
		}
		login = login || !open
	}
	for _, c := range own {
		for _, m := range c.Methods {
			if asksInClass(m) {
				return
			}
		}
	}
	f.generic(e, own, login)
	for _, c := range own {
		for _, m := range c.Methods {
			if handles(e, m.Name) {
				f.body(e, m, login || testsLogin(m))
			}
		}
	}
}

// own are the classes of the project that a view is made of, its own first; known is false where one of its ancestors is neither the
// project's nor Django's nor REST framework's.
func (f *finder) own(e *routes.Endpoint) (list []*flow.Class, known bool) {
	for _, name := range e.View.Ancestors {
		if d, ok := f.Graph.Define(name); ok && d.Class != nil {
			c := f.Code.Class(d.Class)
			if c == nil {
				return nil, false
			}
			list = append(list, c)
			continue
		}
		switch {
		case strings.HasPrefix(name, "django.views."), strings.HasPrefix(name, "rest_framework."), name == "object", name == "builtins.object",
			name == "django.contrib.auth.mixins.LoginRequiredMixin", name == "django.contrib.auth.mixins.AccessMixin",
			name == "django.contrib.messages.views.SuccessMessageMixin":
		default:
			return nil, false
		}
	}
	return list, len(list) > 0
}

// asksInClass reports whether a method may ask who is there. What a method does to a new row, or for the page, is no question unless it
// decides something.
func asksInClass(m *flow.Function) bool {
	switch m.Name {
	case "form_valid", "perform_create", "get_context_data", "get_form_kwargs", "get_initial", "get_success_url", "create", "get_form":
		decides := false
		syntax.InspectBody(m.Body, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.If:
				a := asker{}
				syntax.Inspect(n.Test, a.visit)
				decides = decides || a.found
			case *syntax.Raise:
				decides = true
			}
			return !decides
		})
		return decides
	}
	return Asks(m)
}

// generic looks at what Django's and REST framework's own code does with the rows of the class.
func (f *finder) generic(e *routes.Endpoint, own []*flow.Class, login bool) {
	changes, reads := f.does(e)
	if !changes && !reads || !byPrimaryKey(e, own) {
		return
	}
	rows, ok := f.rowsOf(own)
	if !ok || rows.Narrowed || !f.owned(rows.Model) {
		return
	}
	f.add(Reach{Endpoint: e, Model: rows.Model, Login: login, Changes: changes, At: e.View.At})
}

// does tells whether the class changes, or shows, single rows at the endpoint.
func (f *finder) does(e *routes.Endpoint) (changes, reads bool) {
	const generic, mixins = "django.views.generic.", "rest_framework.mixins."
	v := e.View
	if v.Kind == routes.ViewSet {
		for _, action := range v.Actions {
			switch action {
			case "update", "partial_update":
				changes = changes || v.Is(mixins+"UpdateModelMixin")
			case "destroy":
				changes = changes || v.Is(mixins+"DestroyModelMixin")
			case "retrieve":
				reads = reads || v.Is(mixins+"RetrieveModelMixin")
			}
		}
		return changes, reads
	}
	has := func(method string) bool { return slices.Contains(e.Methods, method) }
	changes = v.Is(generic+"edit.BaseUpdateView") && has("POST") || v.Is(generic+"edit.BaseDeleteView") && has("POST") ||
		v.Is(mixins+"UpdateModelMixin") && (has("PUT") || has("PATCH")) || v.Is(mixins+"DestroyModelMixin") && has("DELETE")
	reads = v.Is(generic+"detail.BaseDetailView") || v.Is(mixins+"RetrieveModelMixin")
	return changes, reads
}

// rowsOf are the rows that the first class with any names.
func (f *finder) rowsOf(own []*flow.Class) (queries.ClassRows, bool) {
	for _, c := range own {
		if rows, ok := f.Queries.Classes[c.ClassDef]; ok {
			return rows, true
		}
		if method(c, "get_queryset") != nil || method(c, "get_object") != nil || c.Attribute("queryset") != nil {
			return queries.ClassRows{}, false
		}
	}
	return queries.ClassRows{}, false
}

func method(c *flow.Class, name string) *flow.Function {
	for _, m := range c.Methods {
		if m.Name == name {
			return m
		}
	}
	return nil
}

// byPrimaryKey reports whether the row is chosen by its primary key, which is a number in the address.
func byPrimaryKey(e *routes.Endpoint, own []*flow.Class) bool {
	for _, c := range own {
		if method(c, "get_object") != nil {
			return false
		}
		for _, name := range []string{"lookup_field", "slug_field", "slug_url_kwarg"} {
			if v := c.Attribute(name); v != nil {
				if text, ok := v.(*syntax.Constant); !ok || text.Value != "pk" && text.Value != "id" {
					return false
				}
			}
		}
	}
	route := e.Route()
	return (strings.Contains(route, "pk") || strings.Contains(route, "id")) && !strings.Contains(route, "slug") && !strings.Contains(route, "uuid")
}

// handles reports whether a method of a class answers requests at the endpoint.
func handles(e *routes.Endpoint, name string) bool {
	if e.View.Kind == routes.ViewSet {
		for _, action := range e.View.Actions {
			if action == name {
				return true
			}
		}
		return false
	}
	return slices.Contains(e.Methods, strings.ToUpper(name)) && strings.ToLower(name) == name
}

// permissions tells whether an endpoint of REST framework lets everybody in; known is false where its permissions may ask for more than a
// login, or another check speaks of them (an open default).
func (f *finder) permissions(e *routes.Endpoint) (open, known bool) {
	c := e.Policy.Permissions
	if c.Unknown != "" || c.Method || len(c.Classes) == 0 && !c.Own() {
		return false, false
	}
	open = true
	for _, name := range c.Classes {
		switch name {
		case "rest_framework.permissions.IsAuthenticated", "rest_framework.permissions.IsAuthenticatedOrReadOnly":
			open = false
		case "rest_framework.permissions.AllowAny":
		default:
			if !f.asksForLogin(name) {
				return false, false
			}
			open = false
		}
	}
	return open, !open || c.Own()
}

// asksForLogin reports whether a permission of the project asks for no more than a login.
func (f *finder) asksForLogin(name string) bool {
	names, _ := f.Graph.Ancestors(name)
	found := false
	for _, n := range append([]string{name}, names...) {
		d, ok := f.Graph.Define(n)
		if !ok || d.Class == nil {
			if n != "rest_framework.permissions.BasePermission" && n != "rest_framework.permissions.IsAuthenticated" && n != "builtins.object" && n != "object" {
				return false
			}
			found = found || strings.HasSuffix(n, ".IsAuthenticated")
			continue
		}
		c := f.Code.Class(d.Class)
		if c == nil || !resolves(c) || method(c, "has_object_permission") != nil || method(c, "has_permission") != nil && Asks(method(c, "has_permission")) {
			return false
		}
		found = found || method(c, "has_permission") != nil && testsLogin(method(c, "has_permission"))
	}
	return found
}

// resolves reports whether all bases of a class are known by name.
func resolves(c *flow.Class) bool {
	for _, b := range c.Bases {
		if _, ok := c.Module.Resolve(b); !ok {
			return false
		}
	}
	return true
}

// harmlessFilters reports whether no filter backend of a view narrows its rows to the user's.
func (f *finder) harmlessFilters(e *routes.Endpoint, own []*flow.Class) bool {
	for _, c := range own {
		v := c.Attribute("filter_backends")
		if v == nil {
			continue
		}
		list := elements(v)
		if list == nil {
			return false
		}
		for _, each := range list {
			name, _ := c.Module.Resolve(each)
			if !isHarmlessFilter(name) {
				return false
			}
		}
		return true
	}
	return !f.FiltersUnknown && !slices.ContainsFunc(f.Filters, func(name string) bool { return !isHarmlessFilter(name) })
}

func elements(e syntax.Expr) []syntax.Expr {
	switch e := e.(type) {
	case *syntax.List:
		return e.Elts
	case *syntax.Tuple:
		return e.Elts
	}
	return nil
}

func isHarmlessFilter(name string) bool {
	return strings.HasPrefix(name, "rest_framework.filters.SearchFilter") || strings.HasPrefix(name, "rest_framework.filters.OrderingFilter") ||
		strings.HasPrefix(name, "django_filters.rest_framework.")
}
