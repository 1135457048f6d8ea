package routes

import (
	"strings"

	"gonogo/internal/python/eval"
)

// nestedRouters are the routers of drf-nested-routers and drf-extensions, by module. They need those of the framework.
// Source: rest_framework_nested/routers.py of 0.93 to 0.95, rest_framework_extensions/routers.py of 0.7 to 0.8.
func (i *Interpreter) nestedRouters() map[string]map[string]eval.Value {
	simple, standard := i.classes[routerPath+"SimpleRouter"], i.classes[routerPath+"DefaultRouter"]
	const nested, extended = "rest_framework_nested.routers.", "rest_framework_extensions.routers."
	class := func(name string, n eval.NativeClass, bases ...eval.Value) eval.Value {
		n.Name, n.Bases, n.Partial = name, bases, true
		k := eval.NewClass(n)
		i.classes[name] = k
		return k
	}
	mixin := class(nested+"NestedMixin", eval.NativeClass{Init: i.initNested})
	registers := class(extended+"NestedRouterMixin", eval.NativeClass{Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
		"_register": register,
		"register": func(c *eval.Call, self eval.Value) eval.Value {
			register(c, self)
			return i.registryItem(self, c.Arg(0, "prefix"), c.Arg(1, "viewset"), nil)
		},
	}})
	mixed := class(extended+"ExtendedRouterMixin", eval.NativeClass{}, registers)
	return map[string]map[string]eval.Value{
		"rest_framework_nested.routers": {"NestedMixin": mixin, "SimpleRouter": simple, "DefaultRouter": standard,
			"NestedSimpleRouter":  class(nested+"NestedSimpleRouter", eval.NativeClass{}, mixin, simple),
			"NestedDefaultRouter": class(nested+"NestedDefaultRouter", eval.NativeClass{}, mixin, standard)},
		"rest_framework_extensions.routers": {"NestedRouterMixin": registers, "ExtendedRouterMixin": mixed,
			"ExtendedSimpleRouter":  class(extended+"ExtendedSimpleRouter", eval.NativeClass{}, mixed, simple),
			"ExtendedDefaultRouter": class(extended+"ExtendedDefaultRouter", eval.NativeClass{}, mixed, standard)},
	}
}

// initNested is NestedMixin.__init__(parent_router, parent_prefix, *args, lookup=..., **kwargs).
func (i *Interpreter) initNested(c *eval.Call, self eval.Value) {
	parent, prefix := c.Arg(0, "parent_router"), c.Arg(1, "parent_prefix")
	inner := *c
	if len(inner.Args) > 2 {
		inner.Args = inner.Args[2:]
	} else {
		inner.Args = nil
	}
	initRouter(&inner, self)
	route, ok := prefix.AsStr()
	lookup, given := c.Arg(-1, "lookup").AsStr()
	viewset := eval.Value{}
	for _, entry := range c.Iterate(attr(c, parent, "registry")) {
		if parts := entry.Elems(); len(parts) == 3 && eval.Equal(parts[0], prefix) {
			viewset = undecoratedClass(parts[1])
		}
	}
	if !ok || !given || !viewset.IsValid() || !i.shapeOf(viewset).whole {
		self.SetField("trailing_slash", c.Unknown("the router above is not known"))
		return
	}
	one := (&viewsetLookup{shape: i.shapeOf(viewset)}).regex(lookup + "_")
	regex := route + "/" + one + "/"
	if route == "" {
		regex = strings.TrimPrefix(regex, "/")
	}
	if above, ok := parent.Attr("parent_regex").AsStr(); ok {
		regex = above + regex
	}
	self.SetField("parent_router", parent)
	self.SetField("parent_prefix", prefix)
	self.SetField("nest_prefix", eval.MakeStr(lookup+"_"))
	self.SetField("parent_regex", eval.MakeStr(regex))
}

// viewsetLookup writes the part of a path that names one object of a viewset.
type viewsetLookup struct{ shape *shape }

func (v *viewsetLookup) regex(prefix string) string {
	get := func(name, otherwise string) string {
		if a, found := v.shape.get(name); found == eval.Yes {
			if s, ok := a.value.AsStr(); ok {
				return s
			}
		}
		return otherwise
	}
	return "(?P<" + prefix + get("lookup_url_kwarg", get("lookup_field", "pk")) + ">" + get("lookup_value_regex", "[^/.]+") + ")"
}

// nestedItem is what register of a NestedRouterMixin gives.
type nestedItem struct {
	i                       *Interpreter
	router, prefix, viewset eval.Value
	parent                  *nestedItem
}

// registryItem is a NestedRegistryItem.
func (i *Interpreter) registryItem(router, prefix, viewset eval.Value, parent *nestedItem) eval.Value {
	item := &nestedItem{i, router, prefix, viewset, parent}
	class := eval.NewClass(eval.NativeClass{Name: "rest_framework_extensions.routers.NestedRegistryItem", Partial: true,
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{"register": func(c *eval.Call, self eval.Value) eval.Value {
			inner := *c
			args := []eval.Value{item.below(c), c.Arg(1, "viewset"), c.Arg(2, "basename")}
			inner.Args, inner.Kwargs = args, nil
			register(&inner, router)
			return i.registryItem(router, c.Arg(0, "prefix"), args[1], item)
		}}})
	return eval.NewObject(class, item)
}

// below is the prefix of what is registered below an item.
func (n *nestedItem) below(c *eval.Call) eval.Value {
	own, ok := c.Arg(0, "prefix").AsStr()
	lookups := c.Arg(3, "parents_query_lookups").Elems()
	path := "/"
	at := len(lookups) - 1
	for item := n; item != nil; item = item.parent {
		prefix, known := item.prefix.AsStr()
		if !known || at < 0 {
			return c.Unknown("the prefix of a nested viewset is not known")
		}
		lookup, known := lookups[at].AsStr()
		if !known {
			return c.Unknown("parents_query_lookups is not known")
		}
		class := undecoratedClass(item.viewset)
		if !class.IsValid() {
			return c.Unknown("the viewset above is not known")
		}
		regex := "[^/.]+"
		switch a, found := n.i.shapeOf(class).get("lookup_value_regex"); {
		case found == eval.Maybe:
			return c.Unknown("lookup_value_regex of the viewset above is not known")
		case found == eval.Yes:
			regex, _ = a.value.AsStr()
		}
		path = prefix + "/(?P<" + n.i.parentLookup() + lookup + ">" + regex + ")/" + path
		at--
	}
	if !ok {
		return c.Unknown("the prefix of a nested viewset is not known")
	}
	return eval.MakeStr(strings.Trim(path, "/") + "/" + own)
}

// parentLookup is how names of groups begin that name an object above.
func (i *Interpreter) parentLookup() string {
	if s, ok := i.setting("REST_FRAMEWORK_EXTENSIONS").Get("DEFAULT_PARENT_LOOKUP_KWARG_NAME_PREFIX").AsStr(); ok {
		return s
	}
	return "parent_lookup_"
}
