package routes

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Source of the functions below: rest_framework/routers.py, decorators.py and urlpatterns.py of 3.14 to 3.18.

const routerPath = "rest_framework.routers."

// routerNames are the routers.
func (i *Interpreter) routerNames() map[string]eval.Value {
	base := eval.NewClass(eval.NativeClass{Name: routerPath + "BaseRouter", Partial: true})
	simple := eval.NewClass(eval.NativeClass{Name: routerPath + "SimpleRouter", Bases: []eval.Value{base}, Partial: true, Init: initRouter,
		Methods:    map[string]func(*eval.Call, eval.Value) eval.Value{"register": register, "get_urls": i.routerURLs},
		Properties: map[string]func(*eval.Call, eval.Value) eval.Value{"urls": i.routerURLsOrOverridden}})
	standard := eval.NewClass(eval.NativeClass{Name: routerPath + "DefaultRouter", Bases: []eval.Value{simple}, Partial: true,
		Attrs: map[string]eval.Value{"include_root_view": eval.MakeBool(true), "include_format_suffixes": eval.MakeBool(true),
			"root_view_name": eval.MakeStr("api-root"), "APIRootView": i.classes[routerPath+"APIRootView"]}})
	i.classes[routerPath+"BaseRouter"], i.classes[routerPath+"SimpleRouter"], i.classes[routerPath+"DefaultRouter"] = base, simple, standard
	return map[string]eval.Value{"BaseRouter": base, "SimpleRouter": simple, "DefaultRouter": standard, "APIRootView": i.classes[routerPath+"APIRootView"]}
}

func initRouter(c *eval.Call, self eval.Value) {
	slash := eval.MakeStr("/")
	switch given := c.ArgOr(0, "trailing_slash", eval.MakeBool(true)); given.Truth() {
	case eval.No:
		slash = eval.MakeStr("")
	case eval.Maybe:
		slash = c.UnknownFrom("trailing_slash of the router is not known", given)
	}
	self.SetField("trailing_slash", slash)
	self.SetField("use_regex_path", c.ArgOr(1, "use_regex_path", eval.MakeBool(true)))
	self.SetField("registry", eval.MakeList())
}

// register keeps a viewset in the router's registry, a list of triples as in the framework.
func register(c *eval.Call, self eval.Value) eval.Value {
	name := c.Arg(2, "basename")
	if !name.IsValid() {
		name = c.ArgOr(-1, "base_name", eval.MakeNone())
	}
	entry := eval.MakeTuple(c.Arg(0, "prefix"), c.Arg(1, "viewset"), name).WithOrigin(&eval.Origin{At: c.At})
	registry := c.GetAttr(self, "registry")
	registry.Append(entry)
	for _, k := range self.ClassOf().MRO() {
		if _, own := k.Definition(); own || k.Dotted() == "object" {
			continue
		}
		if !strings.HasPrefix(k.Dotted(), "rest_framework.") { // its own register may give something, as those of nested routers do
			return c.UnknownFrom("what register of the router gives", self)
		}
	}
	return eval.MakeNone()
}

// routerURLsOrOverridden is the property urls.
func (i *Interpreter) routerURLsOrOverridden(c *eval.Call, self eval.Value) eval.Value {
	return c.Call(c.GetAttr(self, "get_urls"))
}

// routerURLs are the patterns that a router makes.
func (i *Interpreter) routerURLs(c *eval.Call, self eval.Value) eval.Value {
	s := i.shapeOf(self.ClassOf())
	for _, name := range []string{"routes", "get_routes", "get_lookup_regex", "get_method_map", "_get_dynamic_route", "get_default_basename"} {
		if a, ok := s.get(name); ok != eval.No && (a.value.IsValid() || !s.whole) {
			return c.Unknown("the router has its own " + name)
		}
	}
	r := router{i: i, c: c, self: self}
	r.slash, r.unknown = text(attr(c, self, "trailing_slash"), "trailing_slash of the router is not known")
	if regex, ok := attr(c, self, "use_regex_path").AsBool(); !ok {
		r.unknown = "use_regex_path of the router is not known"
	} else {
		r.plain = !regex
	}
	for _, entry := range c.Iterate(attr(c, self, "registry")) {
		r.add(entry)
	}
	if s.is(routerPath + "DefaultRouter") {
		r.root()
	}
	list := make([]eval.Value, len(r.patterns))
	for n, p := range r.patterns {
		list[n] = i.object(p)
	}
	return eval.MakeList(list...)
}

func attr(c *eval.Call, v eval.Value, name string) eval.Value {
	if a, ok := c.FindAttr(v, name); ok {
		return a
	}
	return eval.MakeUnknown("no attribute " + name)
}

// router makes the patterns of one router.
type router struct {
	i        *Interpreter
	c        *eval.Call
	self     eval.Value
	slash    string
	plain    bool // use_regex_path=False
	unknown  string
	patterns []*pattern
}

// add makes the patterns of one entry of the registry.
func (r *router) add(entry eval.Value) {
	parts := entry.Elems()
	if len(parts) != 3 {
		r.patterns = append(r.patterns, &pattern{unknown: "what is registered with the router is not known",
			included: eval.MakeUnknown("what is registered with the router is not known"), namespace: eval.MakeNone(), at: r.self.At()})
		return
	}
	prefix, unknown := text(parts[0], "the prefix of a viewset is not known")
	class := undecoratedClass(parts[1])
	if parent, ok := r.self.Attr("parent_regex").AsStr(); ok { // of drf-nested-routers
		prefix = parent + prefix
	}
	v := viewset{router: r, prefix: prefix, at: entry.At(), unknown: unknown}
	if !class.IsValid() || !r.i.shapeOf(class).whole || r.unknown != "" || unknown != "" {
		reason := r.unknown
		switch {
		case reason != "":
		case unknown != "":
			reason = unknown
		case class.IsValid():
			reason = class.Dotted() + " inherits from classes that are not in the project"
		default:
			reason = "the viewset is not known: " + parts[1].Reason()
		}
		p := &pattern{route: "^" + prefix, unknown: unknown, included: eval.MakeUnknown(reason), namespace: eval.MakeNone(), at: entry.At()}
		if class.IsValid() {
			p.view = r.i.newView(&classView{class: class, at: entry.At(), unknownActions: reason})
		}
		r.patterns = append(r.patterns, p)
		return
	}
	v.shape = r.i.shapeOf(class)
	v.name, v.nameUnknown = basename(r.i, r.c, v.shape, parts[2])
	v.make()
}

// root adds the view of the root and the patterns with a format, as DefaultRouter does.
func (r *router) root() {
	switch attr(r.c, r.self, "include_root_view").Truth() {
	case eval.Yes:
		view := r.i.newView(&classView{class: attr(r.c, r.self, "APIRootView"), at: r.self.At()})
		if own, there := r.c.FindAttr(r.self, "get_api_root_view"); there && own.Kind() == eval.Callable {
			list := make([]eval.Value, len(r.patterns))
			for n, p := range r.patterns {
				list[n] = r.i.object(p)
			}
			view = r.c.CallKw(own, nil, []eval.Kwarg{{Name: "api_urls", Value: eval.MakeList(list...)}})
		}
		r.patterns = append(r.patterns, &pattern{plain: true, view: view, name: attr(r.c, r.self, "root_view_name"), at: r.self.At()})
	case eval.Maybe:
		r.patterns = append(r.patterns, &pattern{included: eval.MakeUnknown("whether the router has a root view is not known"), namespace: eval.MakeNone(), at: r.self.At()})
	}
	switch attr(r.c, r.self, "include_format_suffixes").Truth() {
	case eval.Yes:
		r.patterns = r.i.suffixed(r.patterns, "", false)
	case eval.Maybe:
		r.patterns = append(r.patterns, &pattern{included: eval.MakeUnknown("whether the router adds formats is not known"), namespace: eval.MakeNone(), at: r.self.At()})
	}
}

// viewset makes the patterns of one viewset.
type viewset struct {
	*router
	shape       *shape
	prefix      string
	name        string
	nameUnknown string
	at          source.Span
	unknown     string
}

// make adds the routes in the framework's order: the list, actions beside it, one object, actions of it.
func (v *viewset) make() {
	extra := v.extraActions()
	v.route("", "list", map[string]string{"get": "list", "post": "create"}, nil, false)
	for _, a := range extra {
		if a.detail == eval.No {
			v.route(a.path, a.urlName, a.mapping, a.kwargs, true)
		}
	}
	lookup, unknown := v.lookup()
	if unknown != "" {
		v.unknown = unknown
	}
	v.route(lookup, "detail", map[string]string{"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}, nil, false)
	for _, a := range extra {
		if a.detail != eval.No {
			v.route(lookup+"/"+a.path, a.urlName, a.mapping, a.kwargs, true)
		}
	}
}

// route adds one route, when the viewset has one of its actions.
func (v *viewset) route(below, name string, mapping map[string]string, kwargs []eval.Kwarg, extra bool) {
	view := &classView{class: v.shape.class, actions: map[string]string{}, kwargs: kwargs, extra: extra, at: v.at}
	for method, action := range mapping {
		if _, has := v.shape.get(action); has == eval.Yes {
			view.actions[method] = action
		}
	}
	if len(view.actions) == 0 {
		return
	}
	route := "^" + v.prefix
	if below != "" {
		route += "/" + below
	}
	route += v.slash + "$"
	if v.prefix == "" {
		route = "^" + strings.TrimPrefix(route[1:], "/")
	}
	if v.plain {
		route = strings.TrimSuffix(route[1:], "$")
	}
	p := &pattern{route: route, plain: v.plain, view: v.i.newView(view), at: v.at, unknown: v.unknown}
	if v.nameUnknown != "" {
		p.name = eval.MakeUnknown(v.nameUnknown)
	} else {
		p.name = eval.MakeStr(v.name + "-" + name)
	}
	v.patterns = append(v.patterns, p)
}

// lookup is the part of a path that names one object.
func (v *viewset) lookup() (s, unknown string) {
	get := func(name, otherwise string) string {
		a, ok := v.shape.get(name)
		if ok != eval.Yes || a.value.Kind() == eval.None {
			return otherwise
		}
		t, u := text(a.value, name+" is not known")
		if u != "" {
			unknown = u
		}
		return t
	}
	field := get("lookup_field", "pk")
	if kwarg := get("lookup_url_kwarg", ""); kwarg != "" {
		field = kwarg
	}
	if v.plain {
		return "<" + get("lookup_value_converter", get("lookup_value_regex", "str")) + ":" + field + ">", unknown
	}
	return "(?P<" + field + ">" + get("lookup_value_regex", "[^/.]+") + ")", unknown
}

// extraAction is a method under @action.
type extraAction struct {
	name, path, urlName string
	detail              eval.Tri
	mapping             map[string]string
	kwargs              []eval.Kwarg
}

// extraActions are the methods under @action, sorted by name as inspect.getmembers gives them.
func (v *viewset) extraActions() []extraAction {
	var names []string
	for name := range v.shape.attrs {
		names = append(names, name)
	}
	slices.Sort(names)
	var list []extraAction
	for _, name := range names {
		call, ok := actionCall(v.shape.attrs[name].value)
		if !ok {
			continue
		}
		a := extraAction{name: name, path: name, urlName: strings.ReplaceAll(name, "_", "-"), detail: eval.Maybe, mapping: map[string]string{}}
		methods := eval.MakeList(eval.MakeStr("get"))
		for n, arg := range call.Args {
			a.take([]string{"methods", "detail", "url_path", "url_name"}[min(n, 3)], arg, &methods)
		}
		for _, k := range call.Kwargs {
			a.take(k.Name, k.Value, &methods)
		}
		for _, m := range methods.Elems() {
			if s, ok := m.AsStr(); ok {
				a.mapping[strings.ToLower(s)] = name
			}
		}
		v.mapped(name, a.mapping)
		list = append(list, a)
	}
	return list
}

// take reads one argument of @action.
func (a *extraAction) take(name string, value eval.Value, methods *eval.Value) {
	switch name {
	case "methods":
		if value.Kind() != eval.None {
			*methods = value
		}
	case "detail":
		a.detail = value.Truth()
	case "url_path":
		if s, ok := value.AsStr(); ok && s != "" {
			a.path = s
		}
	case "url_name":
		if s, ok := value.AsStr(); ok && s != "" {
			a.urlName = s
		}
	default:
		a.kwargs = append(a.kwargs, eval.Kwarg{Name: name, Value: value})
	}
}

// mapped adds what `@name.mapping.post` binds.
func (v *viewset) mapped(action string, mapping map[string]string) {
	for name, a := range v.shape.attrs {
		for _, layer := range layers(a.value) {
			s, ok := layer.fn.Symbol()
			if !ok || s.Attr == "" {
				continue
			}
			of, ok := s.Of.Symbol()
			if !ok || of.Attr != "mapping" {
				continue
			}
			if d, ok := innermost(of.Of).Definition(); ok && d.Function != nil && d.Function.Name == action {
				mapping[s.Attr] = name
			}
		}
	}
}

// actionCall is the call of @action around a method.
func actionCall(v eval.Value) (eval.Symbol, bool) {
	for _, layer := range layers(v) {
		if s, ok := layer.fn.Symbol(); ok && s.Func.IsValid() && s.Func.Path() == "rest_framework.decorators.action" {
			return s, true
		}
	}
	return eval.Symbol{}, false
}

// basename is the first part of the names of a viewset's patterns: what register was given, else the model's name.
func basename(i *Interpreter, c *eval.Call, s *shape, given eval.Value) (name, unknown string) {
	if given.Kind() != eval.None {
		return text(given, "basename is not known")
	}
	const reason = "the model of the viewset's queryset is not known"
	a, ok := s.get("queryset")
	d, own := a.owner.Definition()
	if ok != eval.Yes || !own {
		return "", reason
	}
	var expr syntax.Expr
	for _, stmt := range d.Class.Body {
		if assign, ok := stmt.(*syntax.Assign); ok && len(assign.Targets) == 1 {
			if n, ok := assign.Targets[0].(*syntax.Name); ok && n.ID == "queryset" {
				expr = assign.Value
			}
		}
	}
	module := c.Import(d.Module)
	if model := i.rootModel(c, module, expr); model != "" {
		return strings.ToLower(model), ""
	}
	return "", reason
}

// rootModel is the name of the model at the beginning of an expression: Order in models.Order.objects.all().
func (i *Interpreter) rootModel(c *eval.Call, module eval.Value, e syntax.Expr) string {
	var chain []string
	for range 100 {
		switch x := e.(type) {
		case *syntax.Call:
			if n, ok := x.Func.(*syntax.Name); ok && module.Attr(n.ID).Path() == "django.contrib.auth.get_user_model" {
				user, _ := i.setting("AUTH_USER_MODEL").AsStr()
				return user[strings.LastIndexByte(user, '.')+1:]
			}
			e = x.Func
		case *syntax.Attribute:
			chain = append(chain, x.Attr)
			e = x.Value
		case *syntax.Subscript:
			e = x.Value
		case *syntax.Name:
			v := module.Attr(x.ID)
			for n := len(chain) - 1; v.Kind() == eval.Module && n >= 0; n-- {
				v = v.Attr(chain[n])
			}
			if v.Kind() != eval.Class || !strings.Contains(ancestors(v), " django.db.models.base.Model ") && !strings.Contains(ancestors(v), " django.db.models.Model ") {
				return ""
			}
			return v.Dotted()[strings.LastIndexByte(v.Dotted(), '.')+1:]
		default:
			return ""
		}
	}
	return ""
}

func ancestors(class eval.Value) string {
	s := " "
	for _, k := range class.MRO() {
		s += k.Dotted() + " "
	}
	return s
}

// formatSuffixPatterns is rest_framework.urlpatterns.format_suffix_patterns.
func (i *Interpreter) formatSuffixPatterns(c *eval.Call) eval.Value {
	var list []*pattern
	for _, e := range c.Iterate(c.Arg(0, "urlpatterns")) {
		p, ok := e.State().(*pattern)
		if !ok {
			p = &pattern{included: eval.MakeUnknown("a pattern that is not known"), namespace: eval.MakeNone(), at: c.At}
		}
		list = append(list, p)
	}
	allowed := ""
	var texts []string
	for _, e := range c.ArgOr(2, "allowed", eval.MakeNone()).Elems() {
		s, _ := e.AsStr()
		texts = append(texts, s)
	}
	if len(texts) > 0 {
		allowed = strings.Join(texts, "|")
	}
	var out []eval.Value
	for _, p := range i.suffixed(list, allowed, c.ArgOr(1, "suffix_required", eval.MakeBool(false)).Truth() == eval.Yes) {
		out = append(out, i.object(p))
	}
	return eval.MakeList(out...)
}
