package routes

import (
	"strings"

	"gonogo/internal/python/eval"
)

// Source of what follows: ninja/security/ of django-ninja 1.0 to 1.6.

const securityPath = ninjaPath + "security."

// ninjaSecurity are the classes that authenticate, as a request without credentials meets them.
func (i *Interpreter) ninjaSecurity() map[string]eval.Value {
	names := map[string]eval.Value{}
	class := func(module, name, base string, methods map[string]func(*eval.Call, eval.Value) eval.Value) eval.Value {
		n := eval.NativeClass{Name: securityPath + module + "." + name, Partial: true, Methods: methods, Init: func(*eval.Call, eval.Value) {}}
		if b, ok := names[base]; ok {
			n.Bases = []eval.Value{b}
		}
		names[name] = eval.NewClass(n)
		return names[name]
	}
	none := map[string]func(*eval.Call, eval.Value) eval.Value{
		"__call__": func(*eval.Call, eval.Value) eval.Value { return eval.MakeNone() }} // there is no such header
	byKey := map[string]func(*eval.Call, eval.Value) eval.Value{
		"__call__": func(c *eval.Call, self eval.Value) eval.Value {
			return c.Call(c.GetAttr(self, "authenticate"), c.Arg(0, "request"), eval.MakeNone())
		}}
	ofSession := func(attribute string) map[string]func(*eval.Call, eval.Value) eval.Value {
		return map[string]func(*eval.Call, eval.Value) eval.Value{"authenticate": func(c *eval.Call, _ eval.Value) eval.Value {
			return ofUser(c, c.Arg(0, "request"), attribute)
		}}
	}
	class("base", "AuthBase", "", nil)
	class("http", "HttpAuthBase", "AuthBase", nil)
	class("http", "HttpBearer", "HttpAuthBase", none)
	class("http", "HttpBasicAuth", "HttpAuthBase", none)
	class("apikey", "APIKeyBase", "AuthBase", byKey)
	for _, name := range []string{"APIKeyQuery", "APIKeyCookie", "APIKeyHeader"} {
		class("apikey", name, "APIKeyBase", nil)
	}
	login := class("session", "SessionAuth", "APIKeyCookie", ofSession("is_authenticated"))
	superuser := class("session", "SessionAuthSuperUser", "APIKeyCookie", ofSession("is_superuser"))
	staff := class("session", "SessionAuthIsStaff", "SessionAuthSuperUser", ofSession("is_staff"))
	names["django_auth"], names["django_auth_superuser"], names["django_auth_is_staff"] =
		eval.NewObject(login, nil), eval.NewObject(superuser, nil), eval.NewObject(staff, nil)
	return names
}

// withoutCredentials is a request of Django's that carries none: neither Authorization nor a header of its own, neither cookies nor a query.
func (i *Interpreter) withoutCredentials(method string) eval.Value {
	if !i.parts.none.IsValid() {
		i.parts = newRequestParts()
	}
	r := i.newRequest(request{method: method, user: i.stranger()})
	r.SetField("GET", eval.NewObject(i.parts.none, nil))
	r.SetField("COOKIES", eval.NewObject(i.parts.none, nil))
	r.SetField("headers", eval.NewObject(i.parts.headers, nil))
	r.SetField("META", eval.NewObject(i.parts.meta, nil))
	return r
}

// requestParts are the classes of what a request without credentials holds, made once: thousands of such requests are asked about.
type requestParts struct{ none, headers, meta eval.Value }

func newRequestParts() requestParts {
	return requestParts{
		none: classLacking(func(string) bool { return true }),
		headers: classLacking(func(name string) bool {
			lower := strings.ToLower(strings.ReplaceAll(name, "_", "-"))
			return lower == "authorization" || strings.Contains(lower, "token") || strings.Contains(lower, "api-key") || strings.Contains(lower, "apikey")
		}),
		meta: classLacking(func(name string) bool {
			return strings.HasPrefix(name, "HTTP_AUTHORIZATION") || name == "HTTP_X_API_KEY"
		}),
	}
}

// classLacking is a class of mappings that certainly lack some names; what else they hold is not known.
func classLacking(lacks func(name string) bool) eval.Value {
	get := func(c *eval.Call, _ eval.Value) eval.Value {
		name, ok := c.Arg(0, "key").AsStr()
		if ok && lacks(name) {
			return c.ArgOr(1, "default", eval.MakeNone())
		}
		return c.Unknown("a part of the request")
	}
	index := func(c *eval.Call, _ eval.Value) eval.Value {
		if name, ok := c.Arg(0, "key").AsStr(); ok && lacks(name) {
			return c.RaiseValues("KeyError", c.Arg(0, "key"))
		}
		return c.Unknown("a part of the request")
	}
	has := func(c *eval.Call, _ eval.Value) eval.Value {
		if name, ok := c.Arg(0, "key").AsStr(); ok && lacks(name) {
			return eval.MakeBool(false)
		}
		return c.Unknown("whether the request has a part")
	}
	return eval.NewClass(eval.NativeClass{Name: "django.http.request.QueryDict", Partial: true,
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{"get": get, "__getitem__": index, "__contains__": has}})
}
