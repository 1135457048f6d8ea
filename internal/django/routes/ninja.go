package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Source of what follows: ninja/main.py, router.py, operation.py and pagination.py of django-ninja 1.0 to 1.6.

const ninjaPath = "ninja."

// ninjaOperation is one operation of a router: what @router.get and its like were given.
type ninjaOperation struct {
	path, methods, view      eval.Value
	auth, throttle, response eval.Value // invalid where not given
	name                     eval.Value // url_name
	permissions              eval.Value // of django-ninja-extra
	at                       source.Span
}

// ninjaMount is a router below a prefix.
type ninjaMount struct {
	prefix, router, auth, throttle, namePrefix eval.Value
	at                                         source.Span
}

// ninjaRouter is the state of a Router, of RouterPaginated, and of the router that a NinjaAPI has itself.
type ninjaRouter struct {
	operations []ninjaOperation
	children   []ninjaMount
	// decorators are what add_decorator was given, for all operations.
	decorators []eval.Value
	paginated  bool
}

// ninjaNames are the functions and classes of django-ninja by module.
func (i *Interpreter) ninjaNames() map[string]map[string]eval.Value {
	router := i.ninjaRouterClass()
	paginated := eval.NewClass(eval.NativeClass{Name: ninjaPath + "pagination.RouterPaginated", Bases: []eval.Value{router}, Partial: true,
		Init: func(c *eval.Call, self eval.Value) { initNinjaRouter(c, self); ninjaRouterOf(self).paginated = true }})
	api := i.ninjaAPIClass(router)
	security := i.ninjaSecurity()
	names := map[string]map[string]eval.Value{
		"ninja":            {"NinjaAPI": api, "Router": router},
		"ninja.main":       {"NinjaAPI": api},
		"ninja.router":     {"Router": router},
		"ninja.security":   security,
		"ninja.decorators": {"decorate_view": native(ninjaPath+"decorators.decorate_view", i.decorateView)},
		"ninja.pagination": {"RouterPaginated": paginated, "paginate": native(ninjaPath+"pagination.paginate", i.paginate)},
	}
	for _, name := range sortedKeys(security) {
		if class := security[name]; class.Kind() == eval.Class {
			module := class.Dotted()[:strings.LastIndexByte(class.Dotted(), '.')]
			if names[module] == nil {
				names[module] = map[string]eval.Value{}
			}
			names[module][name] = class
		}
	}
	return names
}

// given is an argument, invalid where it is not given or is NOT_SET.
func given(c *eval.Call, position int, name string) eval.Value {
	v := c.Arg(position, name)
	if strings.HasSuffix(v.Path(), ".NOT_SET") {
		return eval.Value{}
	}
	return v
}

func setGiven(self eval.Value, c *eval.Call, names ...string) {
	for _, name := range names {
		if v := given(c, -1, name); v.IsValid() {
			self.SetField(name, v)
		}
	}
}

func ninjaRouterOf(v eval.Value) *ninjaRouter {
	if r, ok := v.State().(*ninjaRouter); ok {
		return r
	}
	return nil
}

func initNinjaRouter(c *eval.Call, self eval.Value) {
	self.SetState(&ninjaRouter{})
	setGiven(self, c, "auth", "throttle")
}

// ninjaRouterClass is ninja.Router.
func (i *Interpreter) ninjaRouterClass() eval.Value {
	methods := map[string]func(*eval.Call, eval.Value) eval.Value{
		"add_router": func(c *eval.Call, self eval.Value) eval.Value {
			child := i.importedRouter(c, c.Arg(1, "router"))
			for _, name := range []string{"auth", "throttle"} {
				if v := given(c, -1, name); v.IsValid() {
					child.SetField(name, v)
				}
			}
			if r := ninjaRouterOf(self); r != nil {
				r.children = append(r.children, ninjaMount{prefix: c.Arg(0, "prefix"), router: child, at: c.At})
			}
			return eval.MakeNone()
		},
		"add_decorator": func(c *eval.Call, self eval.Value) eval.Value {
			if r := ninjaRouterOf(self); r != nil {
				r.decorators = append(r.decorators, c.Arg(0, "decorator"))
			}
			return eval.MakeNone()
		},
	}
	for name, m := range i.ninjaOperations(ninjaRouterOf) {
		methods[name] = m
	}
	return eval.NewClass(eval.NativeClass{Name: ninjaPath + "router.Router", Partial: true, Init: initNinjaRouter, Methods: methods})
}

// ninjaOperations are the methods that register operations. router gives where they are kept.
func (i *Interpreter) ninjaOperations(router func(self eval.Value) *ninjaRouter) map[string]func(*eval.Call, eval.Value) eval.Value {
	add := func(self eval.Value, op ninjaOperation) {
		if r := router(self); r != nil {
			r.operations = append(r.operations, op)
		}
	}
	methods := map[string]func(*eval.Call, eval.Value) eval.Value{
		"api_operation": func(c *eval.Call, self eval.Value) eval.Value {
			return i.registers(c, c.Arg(0, "methods"), c.Arg(1, "path"), func(op ninjaOperation) { add(self, op) })
		},
		"add_api_operation": func(c *eval.Call, self eval.Value) eval.Value {
			op := newNinjaOperation(c, c.Arg(1, "methods"), c.Arg(0, "path"))
			op.view = c.Arg(2, "view_func")
			add(self, op)
			return eval.MakeNone()
		},
	}
	for _, name := range []string{"get", "post", "put", "patch", "delete"} {
		list := eval.MakeList(eval.MakeStr(strings.ToUpper(name)))
		methods[name] = func(c *eval.Call, self eval.Value) eval.Value {
			return i.registers(c, list, c.Arg(0, "path"), func(op ninjaOperation) { add(self, op) })
		}
	}
	return methods
}

func newNinjaOperation(c *eval.Call, methods, path eval.Value) ninjaOperation {
	return ninjaOperation{path: path, methods: methods, auth: given(c, -1, "auth"), throttle: given(c, -1, "throttle"),
		response: given(c, -1, "response"), name: c.Arg(-1, "url_name"), permissions: given(c, -1, "permissions"), at: c.At}
}

// registers is the decorator that hands an operation on and gives the function back.
func (i *Interpreter) registers(c *eval.Call, methods, path eval.Value, add func(ninjaOperation)) eval.Value {
	op := newNinjaOperation(c, methods, path)
	return native(ninjaPath+"router.Router.api_operation.decorator", func(c *eval.Call) eval.Value {
		own := op
		own.view = c.Arg(0, "view_func")
		add(own)
		return own.view
	})
}

// importedRouter is a router, or the one that a dotted path leads to.
func (i *Interpreter) importedRouter(c *eval.Call, router eval.Value) eval.Value {
	name, ok := router.AsStr()
	at := strings.LastIndexByte(name, '.')
	if !ok || at < 0 {
		return router
	}
	return c.GetAttr(c.Import(name[:at]), name[at+1:])
}

// paginate is ninja.pagination.paginate, as @paginate, @paginate() and @paginate(Class, page_size=50).
func (i *Interpreter) paginate(c *eval.Call) eval.Value {
	const name = ninjaPath + "pagination.paginate"
	first := c.Arg(0, "func_or_pgn_class")
	if first.IsValid() && first.Kind() != eval.Class && (first.Kind() == eval.Callable || first.State() != nil) {
		return i.decorate(&decorated{name: name, inner: first, by: eval.NewObject(i.view, &pagination{})}, c)
	}
	p := &pagination{class: first, kwargs: c.Kwargs, at: c.At}
	return native(name+".wrapper", func(c *eval.Call) eval.Value {
		return i.decorate(&decorated{name: name, inner: c.Arg(0, "func"), by: eval.NewObject(i.view, p)}, c)
	})
}

// pagination is what paginate was given; class is invalid where the setting decides.
type pagination struct {
	class  eval.Value
	kwargs []eval.Kwarg
	at     source.Span
}

// decorateView is ninja.decorators.decorate_view: decorators around the whole of an operation.
func (i *Interpreter) decorateView(c *eval.Call) eval.Value {
	list := c.Args
	return native(ninjaPath+"decorators.decorate_view.outer_wrapper", func(c *eval.Call) eval.Value {
		v := c.Arg(0, "op_func")
		for _, by := range list {
			v = i.decorate(&decorated{name: ninjaPath + "decorators.decorate_view", by: by, inner: v}, c)
		}
		return v
	})
}
