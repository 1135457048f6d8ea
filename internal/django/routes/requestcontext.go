package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// This file gives resolvers the context that the project's own view makes of a request, by running what makes it.

// contextMaker is the function or method of the project that makes the context of a query; invalid where the request itself is the context.
func (f *fields) contextMaker(s *shape, made *classView) (maker eval.Value, isMethod bool) {
	if a, found := s.get("get_context"); found == eval.Yes {
		if d, own := a.owner.Definition(); own && d.Class != nil {
			return a.value, true
		}
	}
	for _, k := range s.mro {
		for _, entry := range k.Fields() {
			d, ok := innermost(entry.Value).Definition()
			if !ok || d.Function == nil {
				continue
			}
			if name := contextCall(d.Function.Body); name != "" {
				return f.i.session.Import(d.Module).Module.Attr(name), false
			}
		}
	}
	return eval.Value{}, false
}

// contextCall names the function that is called with the request and whose result is given to a query as its context; "" without one.
func contextCall(body []syntax.Stmt) (name string) {
	made := map[string]string{} // by variable
	ofRequest := func(e syntax.Expr) string {
		call, ok := e.(*syntax.Call)
		if !ok || len(call.Args) != 1 {
			return ""
		}
		fn, isName := call.Func.(*syntax.Name)
		if request, ok := call.Args[0].(*syntax.Name); ok && isName && request.ID == "request" {
			return fn.ID
		}
		return ""
	}
	syntax.InspectBody(body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if v, ok := n.Targets[0].(*syntax.Name); ok && len(n.Targets) == 1 {
				made[v.ID] = ofRequest(n.Value)
			}
		case *syntax.Call:
			for _, k := range n.Keywords {
				if k.Name != "context" && k.Name != "context_value" {
					continue
				}
				if v, ok := k.Value.(*syntax.Name); ok {
					name = made[v.ID]
				} else {
					name = ofRequest(k.Value)
				}
			}
		}
		return name == ""
	})
	return name
}

// context is info.context of graphene for a request without credentials.
func (f *fields) context(c *eval.Call) eval.Value {
	if !f.maker.IsValid() || f.maker.Kind() != eval.Callable {
		return f.request()
	}
	if f.made == nil {
		return f.makeContext(c)
	}
	r := eval.NewObject(f.i.wsgiRequest, nil)
	for _, entry := range f.made {
		if name, ok := entry.Key.AsStr(); ok {
			r.SetField(name, c.Copy(entry.Value))
		}
	}
	return r
}

// tryContext runs what makes the context once. What it gives in its only way serves every resolver.
func (f *fields) tryContext() {
	if !f.maker.IsValid() || f.maker.Kind() != eval.Callable {
		return
	}
	trials, whole := f.i.session.Try(2, f.makeContext)
	if whole && len(trials) == 1 && trials[0].Failure == nil && trials[0].GivenUp == "" && eval.Same(trials[0].Result.ClassOf(), f.i.wsgiRequest) {
		f.made = trials[0].Result.Fields()
	}
}

func (f *fields) makeContext(c *eval.Call) eval.Value {
	r := f.request()
	args := []eval.Value{r}
	if f.makerIsMethod {
		args = []eval.Value{eval.NewObject(f.view, nil), r}
	}
	if context := c.Call(f.maker, args...); context.IsValid() && !context.IsUnknown() {
		return context
	}
	return r
}

// request is a request to the view that is followed.
func (f *fields) request() eval.Value {
	r := f.i.plainRequest()
	if f.e.RouteUnknown == "" {
		if path, ok := plainPath(f.e.Route()); ok {
			r.SetField("path", eval.MakeStr(path))
			r.SetField("path_info", eval.MakeStr(path))
		}
	}
	return r
}

// plainRequest is a request of Django's without credentials, of which it is known which attributes it lacks.
func (i *Interpreter) plainRequest() eval.Value {
	from := i.withoutCredentials("POST")
	if !i.wsgiRequest.IsValid() {
		setters, whole := i.middlewareText()
		keepsUser := i.setting("MIDDLEWARE").Contains("django.contrib.auth.middleware.AuthenticationMiddleware") != eval.No
		i.wsgiRequest = eval.NewClass(eval.NativeClass{Name: "django.core.handlers.wsgi.WSGIRequest",
			Getattr: func(c *eval.Call, _ eval.Value, name string) (eval.Value, bool) {
				if whole && !setters[name] && (!requestAttribute(name) || !keepsUser && strings.HasSuffix(name, "cached_user")) {
					return eval.Value{}, false
				}
				return c.Unknown("the attribute " + name + " of the request"), true
			}})
	}
	r := eval.NewObject(i.wsgiRequest, nil)
	for _, name := range []string{"method", "user", "GET", "COOKIES", "headers", "META"} {
		r.SetField(name, from.Attr(name))
	}
	return r
}

// middlewareText are the attributes that the project's middleware assigns to anything; whole is false where there is middleware that is not
// read and may set others. Django's own is covered by requestAttribute.
func (i *Interpreter) middlewareText() (assigned map[string]bool, whole bool) {
	assigned = map[string]bool{}
	list := i.setting("MIDDLEWARE")
	if list.IsUnknown() || list.IsOpen() {
		return nil, false
	}
	read := func(body []syntax.Stmt) {
		syntax.InspectBody(body, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Attribute:
				assigned[n.Attr] = assigned[n.Attr] || n.Ctx == syntax.Store
			case *syntax.Call: // it may hand the request on, or use setattr
				if fn, ok := n.Func.(*syntax.Name); ok && fn.ID == "setattr" {
					whole = false
				}
			}
			return true
		})
	}
	whole = true
	for _, e := range list.Elems() {
		name, ok := e.AsStr()
		at := strings.LastIndexByte(name, '.')
		if !ok || at < 0 {
			return nil, false
		}
		if strings.HasPrefix(name, "django.") {
			continue
		}
		d, own := i.session.Import(name[:at]).Module.Attr(name[at+1:]).Definition()
		switch {
		case own && d.Function != nil:
			read(d.Function.Body)
		case own && d.Class != nil && len(d.Class.Bases) == 0:
			read(d.Class.Body)
		default:
			return nil, false
		}
	}
	return assigned, whole
}

// requestAttribute reports whether a request of Django's has an attribute, or may have it of Django's own middleware and views.
// Source: django/http/request.py, django/contrib/*/middleware.py, django/middleware/.
func requestAttribute(name string) bool {
	if strings.HasPrefix(name, "get_") || strings.HasPrefix(name, "csrf") || strings.HasPrefix(name, "csp") || strings.HasPrefix(name, "_csp") {
		return true
	}
	switch name {
	case "_cached_user", "_acached_user", "_messages", "_dont_enforce_csrf_checks", "_encoding", "_post", "_files", "_read_started", "_body", "_stream", "_upload_handlers",
		"_current_scheme_host", "_cors_enabled", "_cached_site":
		return true
	case "GET", "POST", "COOKIES", "META", "FILES", "path", "path_info", "method", "resolver_match", "content_type", "content_params", "headers", "body",
		"encoding", "scheme", "build_absolute_uri", "is_secure", "is_ajax", "accepts", "accepted_types", "read", "readline", "readlines", "close", "environ", "scope",
		"upload_handlers", "parse_file_upload", "session", "user", "auser", "site", "LANGUAGE_CODE", "urlconf", "current_app", "flatpage", "sensitive_post_parameters",
		"exception_reporter_filter", "exception_reporter_class", "multipart_parser_class", "non_picklable_attrs":
		return true
	}
	return false
}

// plainPath is the path that a route without parameters answers.
func plainPath(route string) (path string, ok bool) {
	route = strings.TrimSuffix(strings.TrimPrefix(route, "^"), "$")
	return "/" + route, !strings.ContainsAny(route, `<>()[]\*+?|^$.`)
}

// identityNames are what code uses to tell who calls: authenticate() with nothing but a request without credentials gives nobody, a lazy
// object is what its function gives, and reverse() of the name of the view that is followed is its path.
// Source: django/contrib/auth/__init__.py, django/utils/functional.py.
func (i *Interpreter) identityNames() map[string]map[string]eval.Value {
	nobody := func(c *eval.Call) eval.Value {
		for _, k := range c.Kwargs {
			if k.Name != "request" {
				return c.Unknown("whom django.contrib.auth.authenticate gives")
			}
		}
		if r := c.Arg(0, "request"); len(c.Args) > 1 || !r.IsValid() || !r.ClassOf().IsValid() || !eval.Same(r.ClassOf(), i.request) && !eval.Same(r.ClassOf(), i.wsgiRequest) {
			return c.Unknown("whom django.contrib.auth.authenticate gives")
		}
		return eval.MakeNone()
	}
	path := native("django.urls.base.reverse", func(c *eval.Call) eval.Value {
		if name, ok := c.Arg(0, "viewname").AsStr(); ok && len(c.Args) == 1 && len(c.Kwargs) == 0 && i.followed != nil && name == i.followed.Name &&
			len(i.followed.Namespaces) == 0 && i.followed.RouteUnknown == "" {
			if path, ok := plainPath(i.followed.Route()); ok {
				return eval.MakeStr(path)
			}
		}
		return c.Unknown("the path of a view")
	})
	return map[string]map[string]eval.Value{
		"django.urls":             {"reverse": path},
		"django.urls.base":        {"reverse": path},
		"django.contrib.auth":     {"authenticate": native("django.contrib.auth.authenticate", nobody)},
		"django.utils.functional": {"SimpleLazyObject": i.lazyObject(), "empty": eval.NewObject(eval.NewClass(eval.NativeClass{Name: "object"}), nil)},
		"promise":                 {"Promise": promiseClass()},
	}
}

// lazyObject is SimpleLazyObject: each use computes what stands behind it.
func (i *Interpreter) lazyObject() eval.Value {
	force := func(c *eval.Call, self eval.Value) eval.Value {
		fn, ok := self.State().(eval.Value)
		if !ok {
			return c.Unknown("a value that is computed when it is used")
		}
		return c.Call(fn)
	}
	return eval.NewClass(eval.NativeClass{Name: "django.utils.functional.SimpleLazyObject",
		Init: func(c *eval.Call, self eval.Value) { self.SetState(c.Arg(0, "func")) },
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
			"_setup":   func(*eval.Call, eval.Value) eval.Value { return eval.MakeNone() },
			"__bool__": func(c *eval.Call, self eval.Value) eval.Value { return eval.MakeBool(c.Truth(force(c, self))) },
			"__str__":  func(c *eval.Call, self eval.Value) eval.Value { return c.Str(force(c, self)) },
			"__eq__": func(c *eval.Call, self eval.Value) eval.Value {
				return c.Operator("==", force(c, self), c.Arg(0, "other"))
			},
		},
		Properties: map[string]func(*eval.Call, eval.Value) eval.Value{"_wrapped": force},
		Getattr: func(c *eval.Call, self eval.Value, name string) (eval.Value, bool) {
			return c.FindAttr(force(c, self), name)
		}})
}

// promiseClass is Promise of the package promise, as far as it holds a value that is there. Source: promise/promise.py 2.3.
func promiseClass() eval.Value {
	held := func(c *eval.Call, self eval.Value) eval.Value {
		if v, ok := self.State().(eval.Value); ok {
			return v
		}
		return c.Unknown("what a promise gives")
	}
	var class eval.Value
	resolve := func(v eval.Value) eval.Value {
		if eval.Same(v.ClassOf(), class) {
			return v
		}
		return eval.NewObject(class, v)
	}
	class = eval.NewClass(eval.NativeClass{Name: "promise.promise.Promise", Partial: true,
		ClassMethods: map[string]func(*eval.Call, eval.Value) eval.Value{
			"resolve": func(c *eval.Call, _ eval.Value) eval.Value { return resolve(c.Arg(0, "obj")) },
		},
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
			"get": held,
			"then": func(c *eval.Call, self eval.Value) eval.Value {
				v := held(c, self)
				if v.IsUnknown() {
					return v
				}
				return resolve(c.Call(c.Arg(0, "did_fulfill"), v))
			},
		}})
	return class
}
