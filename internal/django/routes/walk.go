package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Collect imports ROOT_URLCONF and lists its endpoints.
func (i *Interpreter) Collect(session *eval.Session) *Routes {
	i.session = session
	r := &Routes{}
	root := i.setting("ROOT_URLCONF")
	module, ok := root.AsStr()
	if !ok {
		r.Unknown = "ROOT_URLCONF is not known"
		if reason := root.Reason(); reason != "" {
			r.Unknown += ": " + reason
		}
		return r
	}
	r.Module = module
	broken := session.GoOn(func() { i.collect(session, r) })
	for _, b := range broken {
		if !b.Binds && r.Unknown == "" {
			r.Unknown = b.Module + " cannot be followed in all that it does: " + b.Failure.Class + ": " + b.Failure.Message
		}
	}
	return r
}

// collect imports the module and walks over its patterns.
func (i *Interpreter) collect(session *eval.Session, r *Routes) {
	module := r.Module
	i.fillDefaults(session)
	i.gated = i.gate(session)
	m := session.Import(module)
	w := &walker{i: i, session: session, routes: r}
	switch {
	case m.Failure != nil:
		r.Unknown = module + " cannot be imported: " + m.Failure.Class + ": " + m.Failure.Message
	case m.GivenUp != "":
		r.Unknown = "the evaluation of " + module + " was given up after " + m.GivenUp
	case !m.Module.IsValid():
		r.Unknown = "the module " + module + " is not in the project"
	}
	if m.Module.IsValid() {
		w.included(m.Module, place{}, source.Span{})
	}
	if len(r.Endpoints) == 0 && r.Unknown == "" {
		r.Unknown = module + " has no patterns; whether something adds them later is not known"
	}
}

// place is where a walk stands: the patterns and namespaces from the root.
type place struct {
	patterns   []string
	namespaces []string
	unknown    string
	localized  bool
}

// unknownRoute stands for a part of a route that is not known.
const unknownRoute = "<?>"

func (p place) below(pattern, namespace string) place {
	p.patterns = append(append([]string{}, p.patterns...), pattern)
	if namespace != "" {
		p.namespaces = append(append([]string{}, p.namespaces...), namespace)
	}
	return p
}

type walker struct {
	i       *Interpreter
	session *eval.Session
	routes  *Routes
	depth   int
}

// included lists what an include holds: a module's urlpatterns, or a list.
func (w *walker) included(v eval.Value, at place, where source.Span) {
	if w.depth++; w.depth > maxNesting {
		w.depth--
		w.unknown(at, "includes are nested too deep", where)
		return
	}
	defer func() { w.depth-- }()
	list := v
	if v.Kind() == eval.Module {
		list = v.Attr("urlpatterns")
		if v.Installed() { // its views are no code of the project
			list = eval.MakeUnknown("the patterns of a package: " + v.Dotted())
		}
	}
	if list.Kind() != eval.List && list.Kind() != eval.Tuple {
		w.unknown(at, reasonOf(v, list), where)
		if v.Kind() == eval.Module && (len(v.Fields()) == 0 || v.Installed()) {
			w.routes.Endpoints[len(w.routes.Endpoints)-1].Package = v.Dotted()
		}
		return
	}
	for _, e := range list.Elems() {
		if len(w.routes.Endpoints) >= maxEndpoints {
			w.routes.Unknown = "there are more endpoints than are listed"
			return
		}
		p, ok := e.State().(*pattern)
		if !ok {
			reason := e.Reason()
			if reason == "" {
				reason = "a pattern that is not known"
			}
			w.unknown(at, reason, placeOf(e, where))
			continue
		}
		w.pattern(p, at)
	}
}

func placeOf(v eval.Value, otherwise source.Span) source.Span {
	if at := v.At(); !at.IsZero() {
		return at
	}
	return otherwise
}

// reasonOf says why what is included is not known.
func reasonOf(v, list eval.Value) string {
	switch {
	case v.Kind() == eval.Module && list.IsUnknown():
		return list.Reason()
	case v.Kind() == eval.Module && len(v.Fields()) == 0:
		return "the URL configuration of a package that is not in the project: " + v.Dotted()
	case v.Kind() == eval.Module:
		return v.Dotted() + " has no list urlpatterns"
	case v.Reason() != "":
		return v.Reason()
	}
	return "what is included here is not known"
}

// unknown adds an entry for all that is below a prefix.
func (w *walker) unknown(at place, reason string, where source.Span) {
	w.routes.Endpoints = append(w.routes.Endpoints, Endpoint{Patterns: at.patterns, RouteUnknown: at.unknown, Namespaces: at.namespaces, At: where, Unknown: reason, Prefix: true,
		MethodsUnknown: reason})
}

// pattern lists one pattern.
func (w *walker) pattern(p *pattern, at place) {
	if p.format { // the same view as the pattern beside it
		return
	}
	namespace, _ := p.namespace.AsStr()
	below := at.below(p.route, namespace)
	below.localized = at.localized || p.localized
	if p.unknown != "" {
		below.unknown = p.unknown
	}
	switch {
	case p.admin:
		e := Endpoint{Patterns: below.patterns, Namespaces: append(append([]string{}, at.namespaces...), "admin"), At: p.at, Prefix: true,
			View: View{Kind: AdminSite, Name: "django.contrib.admin.sites.AdminSite"}, MethodsUnknown: "an admin site has many views", RouteUnknown: below.unknown}
		e.Policy.Guards = []string{"django.contrib.admin.sites.AdminSite.has_permission"}
		w.routes.Endpoints = append(w.routes.Endpoints, e)
	case p.included.IsValid() && p.view.State() != nil: // a viewset of which the actions are not known
		before := len(w.routes.Endpoints)
		w.unknown(below, p.included.Reason(), p.at)
		e := &w.routes.Endpoints[before]
		w.i.describe(w.session, e, p.view)
	case p.included.IsValid():
		w.included(p.included, below, p.at)
	default:
		w.endpoint(p, below)
	}
}

// endpoint adds the endpoint of one pattern.
func (w *walker) endpoint(p *pattern, at place) {
	e := Endpoint{Patterns: at.patterns, Namespaces: at.namespaces, At: p.at, RouteUnknown: at.unknown, Localized: at.localized}
	switch name, ok := p.name.AsStr(); {
	case ok:
		e.Name = name
	case p.name.IsValid() && p.name.Kind() != eval.None:
		e.NameUnknown = true
	}
	w.i.describe(w.session, &e, p.view)
	if e.Unknown != "" && e.MethodsUnknown == "" && e.View.Name == "" {
		e.MethodsUnknown = e.Unknown
	}
	w.routes.Endpoints = append(w.routes.Endpoints, e)
}

// Route is the whole pattern as ResolverMatch.route has it: "api/^orders/(?P<pk>[^/.]+)/$".
func (e *Endpoint) Route() string { return strings.Join(e.Patterns, "") }

// FullName is the name with its namespaces, as reverse() takes it: "api:order-list"; "" when it has none.
func (e *Endpoint) FullName() string {
	if e.Name == "" {
		return ""
	}
	return strings.Join(append(append([]string{}, e.Namespaces...), e.Name), ":")
}

// TakesKey reports whether the path has a part that a client chooses.
func (e *Endpoint) TakesKey() bool {
	route := e.Route()
	return strings.Contains(route, "(?P<") || strings.Contains(strings.ReplaceAll(route, unknownRoute, ""), "<")
}

// Unbounded reports whether GET answers with all objects there are, without pages.
func (e *Endpoint) Unbounded() eval.Tri {
	switch p := &e.Policy; {
	case p.Lists != eval.Yes:
		return p.Lists
	case p.Pagination.Unknown != "" || len(p.Pagination.Methods) > 0:
		return eval.Maybe
	case p.Pagination.From != FromNowhere && len(p.Pagination.Classes) == 0 && !p.Pagination.Method:
		return eval.Yes
	case p.Paginator.Sized == eval.No:
		return eval.Yes
	case p.Paginator.Sized == eval.Maybe:
		return eval.Maybe
	}
	return eval.No
}

// Changes reports whether a request to the endpoint can change something by the meaning of its method (POST, PUT, PATCH, DELETE).
func (e *Endpoint) Changes() eval.Tri {
	if e.View.Is(genericPath + "base.RedirectView") {
		return eval.No
	}
	for _, m := range e.Methods {
		switch m {
		case "POST", "PUT", "PATCH", "DELETE":
			return eval.Yes
		}
	}
	if e.Methods == nil || e.MethodsUnknown != "" {
		return eval.Maybe
	}
	return eval.No
}
