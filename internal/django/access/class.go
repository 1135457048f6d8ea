package access

import (
	"slices"
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

func containsAny(text string, parts ...string) bool {
	lower := strings.ToLower(text)
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(lower, p) })
}

// class looks at a view that is a class.
func (f *finder) class(e *routes.Endpoint) {
	login, asks := f.guard(e)
	own, known := f.own(e)
	if len(own) == 0 {
		return
	}
	why := "a decorator or mixin around it is not followed"
	if !known || !e.View.Whole {
		asks, why = stronger(asks, why, eval.Maybe, "it inherits from a class that is not followed")
	}
	if isMachines(e.View.Definition.Class.Name) {
		asks, why = stronger(asks, why, eval.Maybe, "by its name it is called by other services, or by the owner of a key that cannot be guessed")
	}
	objects := eval.No // what has_object_permission asks
	if e.View.Kind.REST() {
		p := f.permissions(e)
		if p.elsewhere {
			return
		}
		login, objects = login || p.login, p.objects
		asks, why = stronger(asks, why, p.asks, "its permissions are not followed")
	}
	shared := f.sharedAsks(e, own)
	asks, why = stronger(asks, why, shared, "one of its methods speaks of rights in a way that is not followed")
	f.generic(e, own, login, asks, why, objects)
	for _, c := range own {
		for _, m := range c.Methods {
			if !handles(e, m.Name) && m.Name != "get_object" {
				continue
			}
			a, w := asks, why
			if m.Mentions("check_object_permissions", "get_object") {
				a, w = stronger(a, w, objects, "its permissions are not followed")
			}
			f.body(site{endpoint: e, login: login, asks: a, why: w}, m, own)
		}
	}
}

// sharedAsks tells whether a method that every request to the class goes through, or can, asks who is there.
func (f *finder) sharedAsks(e *routes.Endpoint, own []*flow.Class) eval.Tri {
	answer := eval.No
	for _, c := range own {
		for _, m := range c.Methods {
			if isHandler(m.Name) || handles(e, m.Name) {
				continue
			}
			asks := f.asks(m, own, 0)
			if asks == eval.Maybe && isForThePage(m.Name) && !m.Mentions("PermissionDenied", "Http404") {
				asks = eval.No
			}
			answer, _ = stronger(answer, "", asks, "")
		}
	}
	return answer
}

// isHandler reports whether a method answers one kind of request alone.
func isHandler(name string) bool {
	switch name {
	case "get", "post", "put", "patch", "delete", "head", "options", "list", "create", "retrieve", "update", "partial_update", "destroy":
		return true
	}
	return false
}

// isForThePage reports whether a method prepares what a page shows, or what becomes of a row that is accepted.
func isForThePage(name string) bool {
	switch name {
	case "form_valid", "perform_create", "get_context_data", "get_form_kwargs", "get_initial", "get_success_url", "get_form", "get_serializer_context",
		"get_template_names", "get_serializer_class", "get_form_class", "form_invalid":
		return true
	}
	return false
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

// generic looks at what Django's and REST framework's own code does with the rows of the class.
func (f *finder) generic(e *routes.Endpoint, own []*flow.Class, login bool, asks eval.Tri, why string, objects eval.Tri) {
	changes, reads := f.does(e)
	if !changes && !reads || !byPrimaryKey(e, own) {
		return
	}
	rows, ok := f.rowsOf(own)
	if ok && !f.owned(rows.Model) {
		return
	}
	asks, why = stronger(asks, why, objects, "its permissions are not followed")
	if e.View.Kind.REST() {
		asks, why = stronger(asks, why, f.filters(own), "a filter backend that is not followed narrows the rows")
	}
	for _, c := range own {
		for _, name := range []string{"post", "delete", "get", "update", "destroy", "retrieve", "partial_update", "put", "patch"} {
			if m := method(c, name); m != nil {
				asks, why = stronger(asks, why, f.asks(m, own, 0), "one of its methods speaks of rights in a way that is not followed")
			}
		}
	}
	if !ok {
		if asks, _ = stronger(asks, why, f.narrowedClass(own), ""); asks != eval.Yes && !f.seen[e.View.Name] {
			f.seen[e.View.Name] = true
			f.answer.Doubts = append(f.answer.Doubts, Doubt{Endpoint: e, At: e.View.At, Why: "what its get_queryset() or get_object() returns is not followed"})
		}
		return
	}
	if rows.Narrowed {
		asks, why = stronger(asks, why, f.narrowedClass(own), "a manager or a condition that is not followed narrows the rows")
	}
	f.found(Reach{Endpoint: e, Model: rows.Model, Login: login, Changes: changes, At: e.View.At}, asks, why)
}

// narrowedClass tells whether who is there narrows what get_queryset() returns.
func (f *finder) narrowedClass(own []*flow.Class) eval.Tri {
	for _, c := range own {
		if m := method(c, "get_queryset"); m != nil {
			r := reading{finder: f, fn: m, who: map[string]bool{}, rows: map[string]bool{}}
			syntax.InspectBody(m.Body, r.bind)
			for _, s := range m.Body {
				if r.ofUser(s) {
					return eval.Yes
				}
			}
		}
	}
	return eval.Maybe
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

// permits is what the permissions of an endpoint of REST framework ask.
type permits struct {
	login bool
	// asks is what has_permission asks, objects what has_object_permission does, which runs in get_object() and check_object_permissions().
	asks, objects eval.Tri
	// elsewhere says that the default lets everybody in, of which another check speaks.
	elsewhere bool
}

// permissions reads the permissions of an endpoint of REST framework.
func (f *finder) permissions(e *routes.Endpoint) permits {
	c := e.Policy.Permissions
	if c.Unknown != "" || c.Method || len(c.Classes) == 0 && !c.Own() {
		return permits{asks: eval.Maybe, objects: eval.No}
	}
	all := permits{asks: eval.No, objects: eval.No}
	for _, name := range c.Classes {
		p := f.permission(name)
		all.login = all.login || p.login
		all.asks, _ = stronger(all.asks, "", p.asks, "")
		all.objects, _ = stronger(all.objects, "", p.objects, "")
	}
	all.elsewhere = !c.Own() && !all.login && all.asks == eval.No && all.objects == eval.No
	return all
}

// permission is what one class asks.
func (f *finder) permission(name string) permits {
	switch name {
	case "rest_framework.permissions.IsAuthenticated", "rest_framework.permissions.IsAuthenticatedOrReadOnly":
		return permits{login: true, asks: eval.No, objects: eval.No}
	case "rest_framework.permissions.AllowAny":
		return permits{asks: eval.No, objects: eval.No}
	case "rest_framework.permissions.IsAdminUser", "rest_framework.permissions.DjangoModelPermissions", "rest_framework.permissions.DjangoObjectPermissions",
		"rest_framework.permissions.DjangoModelPermissionsOrAnonReadOnly":
		return permits{login: true, asks: eval.Yes, objects: eval.No}
	}
	p := permits{asks: eval.No, objects: eval.No}
	names, _ := f.Graph.Ancestors(name)
	for _, n := range append([]string{name}, names...) {
		d, ok := f.Graph.Define(n)
		switch {
		case n == "rest_framework.permissions.BasePermission", n == "builtins.object", n == "object":
			continue
		case strings.HasPrefix(n, "rest_framework.permissions."):
			inherited := f.permission(n)
			p.login = p.login || inherited.login
			p.asks, _ = stronger(p.asks, "", inherited.asks, "")
			continue
		case !ok || d.Class == nil:
			return permits{asks: eval.Maybe, objects: eval.Maybe}
		}
		c := f.Code.Class(d.Class)
		if c == nil || !resolves(c) {
			return permits{asks: eval.Maybe, objects: eval.Maybe}
		}
		if m := method(c, "has_object_permission"); m != nil {
			p.objects, _ = stronger(p.objects, "", f.asks(m, []*flow.Class{c}, 1), "")
		}
		if m := method(c, "has_permission"); m != nil {
			p.login = p.login || testsLogin(m)
			p.asks, _ = stronger(p.asks, "", f.asks(m, []*flow.Class{c}, 1), "")
		}
	}
	return p
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

// filters tells whether the filter backends of a view narrow its rows to the user's.
func (f *finder) filters(own []*flow.Class) eval.Tri {
	names, known := f.Filters, !f.FiltersUnknown
	for _, c := range own {
		if v := c.Attribute("filter_backends"); v != nil {
			names, known = nil, elements(v) != nil || isEmptyList(v)
			for _, each := range elements(v) {
				name, _ := c.Module.Resolve(each)
				names = append(names, name)
			}
			break
		}
	}
	answer := eval.No
	if !known {
		answer = eval.Maybe
	}
	for _, name := range names {
		answer, _ = stronger(answer, "", f.filter(name), "")
	}
	return answer
}

// filter tells it of one backend: one of the project whose filter_queryset speaks of who is there narrows the rows to theirs.
func (f *finder) filter(name string) eval.Tri {
	if isHarmlessFilter(name) {
		return eval.No
	}
	if d, ok := f.Graph.Define(name); ok && d.Class != nil {
		if c := f.Code.Class(d.Class); c != nil && method(c, "filter_queryset") != nil {
			m := method(c, "filter_queryset")
			r := reading{finder: f, fn: m, who: map[string]bool{}, rows: map[string]bool{}}
			for _, s := range m.Body {
				if r.ofUser(s) {
					return eval.Yes
				}
			}
		}
	}
	return eval.Maybe
}

func isEmptyList(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.List:
		return len(e.Elts) == 0
	case *syntax.Tuple:
		return len(e.Elts) == 0
	}
	return false
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
