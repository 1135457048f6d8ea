package health

import (
	"slices"
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// routes finds the endpoints of the URL configuration.
func (f *finder) routes() {
	if f.Routes == nil {
		f.health.Unknown = "the URL configuration is not known"
		return
	}
	f.health.Unknown = f.Routes.Unknown
	for i := range f.Routes.Endpoints {
		route := &f.Routes.Endpoints[i]
		if found, ok := f.ofPackage(route); ok {
			for _, e := range found {
				f.add(e)
			}
			continue
		}
		purpose, named := purposeOfRoute(route)
		switch {
		case named && !route.Prefix:
			e := f.ofView(route, purpose)
			if e.Login.Has == eval.Yes && tooGeneral(lastPart(e.Path)) {
				continue // "/api/status/" for those who are logged in is the application's own business
			}
			f.add(e)
		case route.Unknown != "" && f.health.Unknown == "" && canHold(route):
			f.health.Unknown = "what stands below " + route.Path() + " is not known: " + route.Unknown
		}
	}
}

// canHold reports whether a health endpoint may stand below a prefix of which nothing is known: it is no package's, and its path tells of
// no subject ("/", "/api/v1/").
func canHold(route *routes.Endpoint) bool {
	if route.Package != "" || !route.Prefix || route.View.Kind == routes.AdminSite {
		return false
	}
	return plain(strings.FieldsFunc(strings.ToLower(route.Path()), func(r rune) bool { return r == '/' }))
}

// purposeOfRoute recognises an endpoint by its path, its name or its view.
func purposeOfRoute(route *routes.Endpoint) (p Purpose, ok bool) {
	path := route.Path()
	if strings.ContainsAny(path, "<(") || !answersGet(route) {
		return 0, false
	}
	if route.Localized {
		path = withoutLanguage(path)
	}
	if p, ok := purposeOfPath(path); ok {
		if p == Either {
			if q, named := purposeOfName(route.View.Name); named {
				p = narrower(p, q)
			}
		}
		return p, true
	}
	if purpose, ok := purposeOfName(route.View.Name); ok && route.Package == "" {
		return purpose, true
	}
	return 0, false
}

// withoutLanguage is a path without its first part.
func withoutLanguage(path string) string {
	_, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return "/" + rest
}

// lastPart is the last part of a path.
func lastPart(path string) string {
	path = strings.Trim(path, "/?")
	return path[strings.LastIndexByte(path, '/')+1:]
}

// answersGet reports whether a probe, which sends GET or HEAD, gets an answer.
func answersGet(route *routes.Endpoint) bool {
	return route.MethodsUnknown != "" || route.Methods == nil || slices.Contains(route.Methods, "GET")
}

// ofView is an endpoint that a view of the project answers.
func (f *finder) ofView(route *routes.Endpoint, purpose Purpose) Endpoint {
	e := Endpoint{Path: route.Path(), Purpose: purpose, By: View, Name: route.View.Name, At: route.At, Route: route, Entry: -1}
	r := newReader(f.Graph)
	read := f.readView(r, route)
	e.take(r, read...)
	if route.Unknown != "" {
		e.doubted(route.Unknown)
	} else if len(read) == 0 {
		e.doubted("the view " + route.View.Name + " is not in the project")
	}
	if !route.View.Whole && route.View.Kind != routes.FunctionView && route.View.Kind != routes.APIFunction && len(read) > 0 {
		e.doubted(route.View.Name + " inherits from classes that are not in the project")
	}
	e.Login = loginOf(route, r.effects.denies)
	for _, a := range route.View.Ancestors {
		switch {
		case strings.HasPrefix(a, "django.views.generic.list."), strings.HasPrefix(a, "django.views.generic.detail."), strings.HasPrefix(a, "django.views.generic.edit."),
			a == "django.views.generic.ListView", a == "django.views.generic.DetailView":
			e.Database = Touch{Has: eval.Yes, At: route.View.At, What: a}
		case a == "django.views.generic.base.RedirectView" || a == "django.views.generic.RedirectView":
			e.Redirect = Touch{Has: eval.Yes, At: route.View.At, What: a}
		}
	}
	return e
}

// readView reads the function of a view, or the methods of its class that answer GET, with the project's decorators around it.
// It gives the places of what was read.
func (f *finder) readView(r *reader, route *routes.Endpoint) (read []place) {
	v := &route.View
	for _, d := range v.Decorators {
		if by, ok := f.Graph.Define(d.Name); ok && by.Function != nil {
			for _, p := range parameters(by.Function) {
				r.skip[p] = true
			}
			r.function(place{module: by.Module}, by.Function)
		} else if !ok && serviceOfCall(d.Name) == nothing && d.Name != "" && !strings.Contains(d.Name, "csrf") {
			r.unknown("the view stands under " + d.Name + ", which is not followed")
		}
	}
	clear(r.skip)
	d, ok := f.Graph.Define(v.Name)
	switch {
	case !ok:
		return nil
	case d.Function != nil:
		in := place{module: d.Module, function: d.Function}
		r.function(in, d.Function)
		return []place{in}
	case d.Class != nil:
		names := []string{"dispatch", "initial", "setup", "get", "head", "get_context_data"}
		if action := v.Actions["get"]; action != "" {
			names = append(names, action)
		}
		for _, name := range names {
			for _, class := range append([]string{d.Dotted}, v.Ancestors...) {
				if m, ok := f.Graph.Define(class + "." + name); ok && m.Function != nil {
					in := place{module: m.Module, class: d.Dotted, function: m.Function}
					r.function(in, m.Function)
					read = append(read, in)
					break
				}
			}
		}
		if len(read) == 0 && v.Whole {
			read = append(read, place{module: d.Module, class: d.Dotted})
		}
	}
	return read
}

// take fills an endpoint with what was read; at are the functions whose answers the client gets.
func (e *Endpoint) take(r *reader, at ...place) {
	x := &r.effects
	e.Database, e.Cache, e.Broker, e.Network = x.touches[database], x.touches[cache], x.touches[broker], x.touches[network]
	asks := false
	for _, t := range []*Touch{&e.Database, &e.Cache, &e.Broker, &e.Network} {
		asks = asks || t.Has == eval.Yes
		if t.Has != eval.Yes {
			*t = unless(x.doubt)
		}
	}
	switch {
	case !asks && x.doubt == "":
		e.Fails = eval.No
	case asks && (x.status || x.escapes):
		e.Fails = eval.Yes
	case x.doubt != "":
		e.Fails, e.FailsDoubt = eval.Maybe, x.doubt
	default:
		e.Fails = eval.No
	}
	e.Text, e.Redirect, e.Login = Touch{Has: eval.No}, Touch{Has: eval.No}, x.denies
	if e.Login.Has == 0 {
		e.Login.Has = eval.No
	}
	for _, in := range at {
		if t, ok := r.texts[in.function]; ok {
			e.Text = Touch{Has: eval.Yes, At: t.at}
		}
	}
	if x.answers > 0 && x.answers == x.redirects {
		e.Redirect = Touch{Has: eval.Yes, At: x.redirectAt, What: "its code"}
	}
}

// parameters are the names of a function's parameters.
func parameters(f *syntax.FunctionDef) (names []string) {
	if f.Args == nil {
		return nil
	}
	for _, list := range [][]*syntax.Arg{f.Args.Posonlyargs, f.Args.Args, f.Args.Kwonlyargs} {
		for _, p := range list {
			names = append(names, p.Name)
		}
	}
	return names
}
