// Package caching tells what a project's code keeps in caches: the views whose answers a page cache stores, with what these depend on, and
// the keys that are written and deleted.
package caching

import (
	"slices"
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Depends is what makes the answer of a cached view another one for another visitor.
type Depends uint8

// What answers depend on.
const (
	OnNothing Depends = iota
	OnGuard           // it asks for a login, inside the cache
	OnUser            // it reads the user or the session
	OnLogin           // it asks whether there is a user, and nothing more
)

// Page is a view under cache_page whose answers are stored under the address alone: nothing inside makes them vary with cookie or credentials.
type Page struct {
	View    string // without its module
	At      source.Span
	Depends Depends
	// What names the guard, or what is read: "login_required", "request.user.orders".
	What   string
	WhatAt source.Span // zero where it stands nowhere in the project
	// Guarded says that a guard stands outside the cache, so that only those whom it lets in share an answer.
	Guarded bool
}

const cachePage = "django.views.decorators.cache.cache_page"

// Pages are the cached views of a URL configuration.
func Pages(r *routes.Routes, graph *resolve.Graph) []Page {
	var list []Page
	seen := map[string]bool{}
	for n := range r.Endpoints {
		e := &r.Endpoints[n]
		at, ok := cachedAt(e)
		if !ok || seen[e.View.Name] {
			continue
		}
		seen[e.View.Name] = true
		v := view{endpoint: e, graph: graph}
		p := Page{View: e.View.Name[strings.LastIndexByte(e.View.Name, '.')+1:], At: at}
		switch {
		case e.View.Definition.Function != nil:
			v.function(&p)
		case e.View.Definition.Class != nil:
			v.class(&p)
		}
		list = append(list, p)
	}
	return list
}

// cachedAt is the decorator cache_page of a view that answers GET, where it stores anything.
func cachedAt(e *routes.Endpoint) (source.Span, bool) {
	if e.Methods != nil && e.MethodsUnknown == "" && !slices.Contains(e.Methods, "GET") {
		return source.Span{}, false
	}
	for _, d := range e.View.Decorators {
		if d.Name == cachePage && !(len(d.Args) > 0 && d.Args[0] == "0") {
			return d.At, true
		}
	}
	return source.Span{}, false
}

// view is one cached view.
type view struct {
	endpoint *routes.Endpoint
	graph    *resolve.Graph
}

// decorator is one decorator of a text, by its dotted name.
type decorator struct {
	name string
	call *syntax.Call
	at   source.Span
}

// decorators are those of a definition, the outermost first; method_decorator(x) stands for x.
func decorators(m *resolve.Module, list []syntax.Expr) []decorator {
	var out []decorator
	for _, e := range list {
		out = append(out, one(m, e))
	}
	return out
}

func one(m *resolve.Module, e syntax.Expr) decorator {
	d := decorator{at: m.Syntax.Span(e)}
	callee := e
	if call, ok := e.(*syntax.Call); ok {
		d.call, callee = call, call.Func
	}
	d.name, _ = m.Resolve(callee)
	if d.name == "django.utils.decorators.method_decorator" && d.call != nil && len(d.call.Args) > 0 {
		return one(m, d.call.Args[0])
	}
	return d
}

// varies reports whether a decorator makes answers vary with what tells visitors apart, or keeps them out of the cache.
func (d decorator) varies() bool {
	switch d.name {
	case "django.views.decorators.vary.vary_on_cookie", "django.views.decorators.cache.never_cache":
		return true
	case "django.views.decorators.vary.vary_on_headers":
		for _, a := range d.call.Args {
			if k, ok := a.(*syntax.Constant); !ok || strings.EqualFold(k.Value, "cookie") || strings.EqualFold(k.Value, "authorization") {
				return true
			}
		}
	case "django.views.decorators.cache.cache_control":
		for _, k := range d.call.Keywords {
			if k.Name == "private" {
				return true
			}
		}
	}
	return false
}

// function judges a function by the decorators inside cache_page and by its body.
func (v view) function(p *Page) {
	d := v.endpoint.View.Definition
	m, ok := v.graph.Module(d.Module)
	if !ok {
		return
	}
	list := decorators(m, d.Function.Decorators)
	inside := list
	if at := slices.IndexFunc(list, func(d decorator) bool { return d.name == cachePage }); at >= 0 {
		p.At, inside = list[at].at, list[at+1:]
		p.Guarded = slices.ContainsFunc(list[:at], v.isGuard)
	}
	if slices.ContainsFunc(inside, decorator.varies) {
		return
	}
	if at := slices.IndexFunc(inside, v.isGuard); at >= 0 {
		p.Depends, p.What, p.WhatAt = OnGuard, last(inside[at].name), inside[at].at
		return
	}
	v.body(p, m, d.Function, 0)
}

// isGuard reports whether a decorator asks for a login or a permission.
func (v view) isGuard(d decorator) bool {
	return d.name != "" && (slices.Contains(v.endpoint.Policy.Guards, d.name) || strings.HasSuffix(d.name, "_required"))
}

func last(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

// class judges a class by where cache_page stands: around dispatch it is outside of what asks there who is there; around the method that
// answers it is inside.
func (v view) class(p *Page) {
	dispatch, handlers, methods := v.layers()
	around := dispatch
	if at := slices.IndexFunc(dispatch, isCachePage); at >= 0 {
		p.At, around = dispatch[at].at, dispatch[at+1:]
		p.Guarded = slices.ContainsFunc(dispatch[:at], v.isGuard)
		around = append(slices.Clone(around), handlers...)
	} else if at := slices.IndexFunc(handlers, isCachePage); at >= 0 {
		p.At, around = handlers[at].at, handlers[at+1:]
		p.Guarded = true
	} else { // where the view is routed
		around = append(slices.Clone(dispatch), handlers...)
	}
	if slices.ContainsFunc(around, decorator.varies) {
		return
	}
	if at := slices.IndexFunc(around, v.isGuard); at >= 0 {
		p.Depends, p.What, p.WhatAt = OnGuard, last(around[at].name), around[at].at
		return
	}
	if !p.Guarded && v.asksForLogin(p) {
		return
	}
	for _, m := range v.answering(methods) {
		if p.Depends != OnUser {
			v.body(p, m.module, m.function, 1)
		}
	}
}

func isCachePage(d decorator) bool { return d.name == cachePage }

// layers are the decorators around dispatch, those around the methods that answer GET, both from the outermost on, and the methods of the
// classes of a view.
func (v view) layers() (dispatch, handlers []decorator, methods []method) {
	for _, name := range append([]string{v.endpoint.View.Name}, v.endpoint.View.Ancestors...) {
		c, ok := v.graph.Define(name)
		if !ok || c.Class == nil || slices.ContainsFunc(methods, func(m method) bool { return m.class == c.Class }) {
			continue
		}
		methods = append(methods, method{module: c.Module, class: c.Class})
		for _, e := range c.Class.Decorators {
			if d := one(c.Module, e); onDispatch(e) {
				dispatch = append(dispatch, d)
			} else {
				handlers = append(handlers, d)
			}
		}
		for _, s := range c.Class.Body {
			f, ok := s.(*syntax.FunctionDef)
			switch {
			case !ok:
				continue
			case f.Name == "dispatch":
				dispatch = append(dispatch, decorators(c.Module, f.Decorators)...)
			case f.Name == "get" || f.Name == "list" || f.Name == "retrieve":
				handlers = append(handlers, decorators(c.Module, f.Decorators)...)
			}
			methods = append(methods, method{c.Module, c.Class, f})
		}
	}
	return dispatch, handlers, slices.DeleteFunc(methods, func(m method) bool { return m.function == nil })
}

type method struct {
	module   *resolve.Module
	class    *syntax.ClassDef
	function *syntax.FunctionDef
}

// onDispatch reports whether @method_decorator(..., name="dispatch") is what decorates a class.
func onDispatch(e syntax.Expr) bool {
	call, ok := e.(*syntax.Call)
	if !ok {
		return false
	}
	for _, k := range call.Keywords {
		if c, ok := k.Value.(*syntax.Constant); ok && k.Name == "name" {
			return c.Value == "dispatch"
		}
	}
	return false
}

// asksForLogin notes the guard of a class, or that REST framework's permissions keep strangers out.
func (v view) asksForLogin(p *Page) bool {
	policy := &v.endpoint.Policy
	for _, g := range policy.Guards {
		if strings.HasSuffix(g, "Mixin") {
			p.Depends, p.What = OnGuard, last(g)
			return true
		}
	}
	a, ok := policy.Access["GET"]
	if !ok {
		a, ok = policy.Access[""]
	}
	if ok && v.endpoint.View.Kind.REST() && a.Anyone == eval.No {
		p.Depends, p.What, p.WhatAt = OnGuard, "its permissions", policy.Permissions.At
		return true
	}
	return false
}

// answersGET reports whether a method of a class of views helps to answer a GET.
func answersGET(name string) bool {
	switch name {
	case "post", "put", "patch", "delete", "create", "update", "partial_update", "destroy", "perform_create", "perform_update", "perform_destroy",
		"form_valid", "form_invalid", "get_permissions", "check_permissions", "has_permission", "test_func":
		return false
	}
	return true
}

// body looks for what a function reads of the user or the session; the request is its parameter of that number, or self.request.
func (v view) body(p *Page, m *resolve.Module, f *syntax.FunctionDef, parameter int) {
	request := ""
	if f.Args != nil {
		if list := append(slices.Clone(f.Args.Posonlyargs), f.Args.Args...); parameter < len(list) {
			request = list[parameter].Name
		}
	}
	visit := func(n syntax.Node) bool {
		a, ok := n.(*syntax.Attribute)
		if !ok {
			return p.Depends != OnUser
		}
		of, isAttribute := a.Value.(*syntax.Attribute)
		switch {
		case isAttribute && isUser(of, request):
			depends := OnUser
			if a.Attr == "is_authenticated" || a.Attr == "is_anonymous" {
				depends = OnLogin
			}
			p.note(depends, m, a)
			return false
		case isUser(a, request):
			p.note(OnUser, m, a)
			return false
		}
		return true
	}
	syntax.InspectBody(f.Body, visit)
}

// isUser reports whether an expression is request.user or request.session.
func isUser(a *syntax.Attribute, request string) bool {
	if a.Ctx != syntax.Load || a.Attr != "user" && a.Attr != "session" { // who sets request.user does not ask for it
		return false
	}
	switch of := a.Value.(type) {
	case *syntax.Name:
		return of.ID == request && (request == "request" || request == "req")
	case *syntax.Attribute:
		self, ok := of.Value.(*syntax.Name)
		return ok && of.Attr == "request" && self.ID == "self"
	}
	return false
}

// note keeps what weighs most.
func (p *Page) note(d Depends, m *resolve.Module, n syntax.Node) {
	if p.Depends == OnNothing || d == OnUser {
		p.Depends, p.WhatAt = d, m.Syntax.Span(n)
		p.What = p.WhatAt.Text()
	}
}
