package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// ninjaAPI is the state of a NinjaAPI.
type ninjaAPI struct {
	mounts []ninjaMount
	// controllers says why there can be operations that are not listed, "" when there are none.
	controllers string
	at          source.Span
}

func ninjaAPIOf(v eval.Value) *ninjaAPI {
	if a, ok := v.State().(*ninjaAPI); ok {
		return a
	}
	return nil
}

// ninjaAPIClass is ninja.NinjaAPI.
func (i *Interpreter) ninjaAPIClass(router eval.Value) eval.Value {
	own := func(self eval.Value) *ninjaRouter { return ninjaRouterOf(self.Attr("default_router")) }
	methods := i.ninjaOperations(own)
	methods["add_router"] = func(c *eval.Call, self eval.Value) eval.Value {
		if a := ninjaAPIOf(self); a != nil {
			a.mounts = append(a.mounts, ninjaMount{prefix: c.Arg(0, "prefix"), router: i.importedRouter(c, c.Arg(1, "router")),
				auth: given(c, -1, "auth"), throttle: given(c, -1, "throttle"), namePrefix: c.Arg(-1, "url_name_prefix"), at: c.At})
		}
		return eval.MakeNone()
	}
	methods["add_decorator"] = func(c *eval.Call, self eval.Value) eval.Value {
		if r := own(self); r != nil {
			r.decorators = append(r.decorators, c.Arg(0, "decorator"))
		}
		return eval.MakeNone()
	}
	methods["exception_handler"] = func(c *eval.Call, _ eval.Value) eval.Value {
		return native(ninjaPath+"main.NinjaAPI.exception_handler.decorator", func(c *eval.Call) eval.Value { return c.Arg(0, "func") })
	}
	init := func(c *eval.Call, self eval.Value) {
		a := &ninjaAPI{at: c.At}
		self.SetState(a)
		setGiven(self, c, "auth", "throttle")
		for name, otherwise := range map[string]eval.Value{"version": eval.MakeStr("1.0.0"), "openapi_url": eval.MakeStr("/openapi.json"),
			"docs_url": eval.MakeStr("/docs"), "docs_decorator": eval.MakeNone()} {
			self.SetField(name, c.ArgOr(-1, name, otherwise))
		}
		namespace := c.ArgOr(-1, "urls_namespace", eval.MakeNone())
		if namespace.Truth() == eval.No {
			if version, ok := self.Attr("version").AsStr(); ok {
				namespace = eval.MakeStr("api-" + version)
			} else {
				namespace = c.UnknownFrom("the version of the API is not known", self.Attr("version"))
			}
		}
		self.SetField("urls_namespace", namespace)
		root := c.Arg(-1, "default_router")
		if !root.IsValid() || root.Kind() == eval.None {
			root = eval.NewObject(router, &ninjaRouter{})
		}
		self.SetField("default_router", root)
		a.mounts = []ninjaMount{{prefix: eval.MakeStr(""), router: root, at: c.At}}
	}
	return eval.NewClass(eval.NativeClass{Name: ninjaPath + "main.NinjaAPI", Partial: true, Init: init, Methods: methods,
		Properties: map[string]func(*eval.Call, eval.Value) eval.Value{"urls": i.ninjaURLs}})
}

// ninjaURLs is NinjaAPI.urls: the triple that path() takes.
func (i *Interpreter) ninjaURLs(c *eval.Call, self eval.Value) eval.Value {
	a := ninjaAPIOf(self)
	if a == nil {
		return c.Unknown("an API of django-ninja that is not known")
	}
	n := ninjaPatterns{i: i, c: c, api: self, at: a.at}
	n.docs()
	var outer []eval.Value
	root := ninjaRouterOf(self.Attr("default_router"))
	if root != nil {
		outer = root.decorators
	}
	for _, m := range a.mounts {
		around := outer
		if r := ninjaRouterOf(m.router); r == root {
			around = nil
		}
		n.mount(m, "", around, inherited{}, 0)
	}
	if a.controllers != "" {
		n.list = append(n.list, &pattern{unknown: a.controllers, route: unknownRoute, included: eval.MakeUnknown(a.controllers), namespace: eval.MakeNone(), at: a.at})
	}
	n.add("", "api-root", foreignFunction(ninjaPath+"openapi.views.default_home"))
	list := make([]eval.Value, len(n.list))
	for k, p := range n.list {
		list[k] = i.object(p)
	}
	namespace := self.Attr("urls_namespace")
	if s, ok := namespace.AsStr(); ok {
		namespace = eval.MakeStr(s[strings.LastIndexByte(s, ':')+1:])
	}
	return eval.MakeTuple(eval.MakeList(list...), eval.MakeStr("ninja"), namespace)
}

// ninjaPatterns makes the patterns of one API.
type ninjaPatterns struct {
	i    *Interpreter
	c    *eval.Call
	api  eval.Value
	at   source.Span
	list []*pattern
}

func (n *ninjaPatterns) add(route, name string, view eval.Value) {
	n.list = append(n.list, &pattern{route: strings.TrimLeft(route, "/"), plain: true, view: view, name: eval.MakeStr(name), at: n.at})
}

// docs adds the schema and its page. Source: ninja/openapi/urls.py.
func (n *ninjaPatterns) docs() {
	schema, page := n.api.Attr("openapi_url"), n.api.Attr("docs_url")
	if schema.Truth() == eval.No {
		return
	}
	for _, d := range []struct {
		url        eval.Value
		view, name string
	}{{schema, "openapi_json", "openapi-json"}, {page, "openapi_view", "openapi-view"}} {
		if d.url.Truth() == eval.No {
			continue
		}
		view := foreignFunction(ninjaPath + "openapi.views." + d.view)
		if by := n.api.Attr("docs_decorator"); by.IsValid() && by.Truth() != eval.No {
			view = n.i.decorate(&decorated{name: "docs_decorator", by: by, inner: view}, n.c)
		}
		route, unknown := text(d.url, "the path of the schema is not known")
		n.add(route, d.name, view)
		n.list[len(n.list)-1].unknown = unknown
	}
}

// inherited is what a router takes from those above it.
type inherited struct{ auth, throttle eval.Value }

// mount adds the operations of a router, and of those below it.
func (n *ninjaPatterns) mount(m ninjaMount, above string, around []eval.Value, from inherited, depth int) {
	prefix, unknown := text(m.prefix, "the prefix of a router is not known")
	r := ninjaRouterOf(m.router)
	if r == nil || unknown != "" || depth > maxNesting {
		reason := unknown
		if reason == "" {
			reason = "a router that is not known: " + m.router.Reason()
		}
		p := &pattern{route: joinNinja(above, prefix), plain: true, included: eval.MakeUnknown(reason), namespace: eval.MakeNone(), at: m.at}
		if unknown != "" {
			p.route, p.unknown = unknownRoute, unknown
		}
		n.list = append(n.list, p)
		return
	}
	if depth > 0 {
		prefix = joinNinja(above, prefix)
	}
	here := from
	for _, f := range []struct {
		name        string
		mount, into *eval.Value
	}{{"auth", &m.auth, &here.auth}, {"throttle", &m.throttle, &here.throttle}} {
		if own := fieldOf(m.router, f.name); own.IsValid() {
			*f.into = own
		}
	}
	below := here
	if m.auth.IsValid() {
		here.auth = m.auth
		if !below.auth.IsValid() {
			below.auth = m.auth
		}
	}
	if m.throttle.IsValid() {
		here.throttle = m.throttle
		if !below.throttle.IsValid() {
			below.throttle = m.throttle
		}
	}
	around = append(append([]eval.Value{}, around...), r.decorators...)
	// Operations with the same path are patterns one after the other, where the first of them stands.
	done := map[string]bool{}
	for k := range r.operations {
		path, _ := r.operations[k].path.AsStr()
		if done[path] {
			continue
		}
		done[path] = true
		for j := k; j < len(r.operations); j++ {
			if other, _ := r.operations[j].path.AsStr(); other == path {
				n.operation(r, &r.operations[j], prefix, around, here, m)
			}
		}
	}
	for _, child := range r.children {
		n.mount(child, prefix, around, below, depth+1)
	}
}

// fieldOf is an attribute that the object itself has; invalid when it has none.
func fieldOf(v eval.Value, name string) eval.Value {
	for _, f := range v.Fields() {
		if key, _ := f.Key.AsStr(); key == name {
			return f.Value
		}
	}
	return eval.Value{}
}

// joinNinja joins a prefix and a path, and takes a double slash for a mistake.
func joinNinja(prefix, path string) string {
	route := prefix + "/" + path
	if prefix == "" {
		route = path
	}
	if path == "" {
		route = prefix
	}
	for strings.Contains(route, "//") {
		route = strings.ReplaceAll(route, "//", "/")
	}
	return route
}

// ninjaRoute writes the parameters of a path as Django does: {int:pk} as <int:pk>.
func ninjaRoute(path string) string {
	path = strings.ReplaceAll(path, "{uuid:", "{uuidstr:")
	return strings.NewReplacer("{", "<", "}", ">").Replace(path)
}

// operation adds the pattern of one operation.
func (n *ninjaPatterns) operation(r *ninjaRouter, op *ninjaOperation, prefix string, around []eval.Value, from inherited, m ninjaMount) {
	path, unknown := text(op.path, "the path of an operation is not known")
	b := &boundOperation{ninjaOperation: *op, api: n.api, from: from, paginated: r.paginated}
	for _, by := range around {
		b.view = n.i.decorate(&decorated{name: ninjaPath + "router.Router.add_decorator", by: by, inner: b.view}, n.c)
	}
	p := &pattern{route: strings.TrimLeft(ninjaRoute(joinNinja(prefix, path)), "/"), plain: true, view: eval.NewObject(n.i.view, b), at: op.at, unknown: unknown}
	if unknown != "" {
		p.route = unknownRoute
	}
	p.name = op.name
	if name, ok := op.name.AsStr(); !ok || name == "" {
		name = last(innermost(op.view).Dotted())
		if prefix, ok := m.namePrefix.AsStr(); ok && prefix != "" {
			name = prefix + "_" + name
		}
		p.name = eval.MakeStr(name)
	}
	n.list = append(n.list, p)
}
