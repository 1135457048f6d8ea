package eval

import (
	"gonogo/internal/source"
)

// instantiate calls a class.
func (r *run) instantiate(c *classData, class Value, args []Value, kwargs []Kwarg, at source.Span, f *frame) Value {
	if c.builtin {
		call := &Call{Args: args, Kwargs: kwargs, At: at, run: r, frame: f}
		return r.constructBuiltin(c, call)
	}
	if m, ok := c.metaclass.data.(*classData); ok {
		if fn, ok := m.find("__call__"); ok && fn.Kind() == Callable {
			return r.call(r.bind(fn, class, m, at, f), args, kwargs, at, f)
		}
	}
	if c.native == nil && c.isSubclass(builtinClass("type").data.(*classData)) {
		return r.callMetaclass(c, args, kwargs, at, f)
	}
	if isPlainMetaclass(c) && len(args) == 3 {
		return constructType(&Call{Args: args, Kwargs: kwargs, At: at, run: r, frame: f})
	}
	return r.makeInstance(c, class, args, kwargs, at, f)
}

// makeInstance is type.__call__: __new__ and __init__ of a class.
func (r *run) makeInstance(c *classData, class Value, args []Value, kwargs []Kwarg, at source.Span, f *frame) Value {
	if fn, ok := c.find("__new__"); ok {
		if d, ok := fn.data.(*descriptorData); ok {
			fn = d.get
		}
		v := r.call(fn, append([]Value{class}, args...), kwargs, at, f)
		if o, ok := v.data.(*objectData); !ok || !o.class.isSubclass(c) {
			return v
		}
		return r.initialize(v, args, kwargs, at, f)
	}
	for _, k := range c.mro {
		if k.native != nil && k.native.New != nil {
			call := &Call{Args: args, Kwargs: kwargs, At: at, run: r, frame: f}
			v := k.native.New(call, class)
			if v.origin == nil {
				v = derived(v, at, args...)
			}
			return v
		}
	}
	return r.initialize(r.blankInstance(c, args, kwargs, at, f), args, kwargs, at, f)
}

// blankInstance is object.__new__, or that of the built-in type that the class inherits from.
func (r *run) blankInstance(c *classData, args []Value, kwargs []Kwarg, at source.Span, f *frame) Value {
	r.checkAbstract(c, at)
	o := &objectData{class: c}
	from := args
	switch base := builtinBase(c); {
	case base == nil:
	case base.isSubclass(builtinClasses()["BaseException"]):
		o.attrs = newDict()
		o.attrs.setStr("args", MakeTuple(args...))
	default:
		switch base.name {
		case "list", "dict", "set":
			o.value = r.constructBuiltin(base, &Call{At: at, run: r, frame: f})
		case "str", "int", "float", "tuple", "bytes", "frozenset", "complex":
			o.value = r.constructBuiltin(base, &Call{Args: args, Kwargs: kwargs, At: at, run: r, frame: f})
		}
	}
	if c.isOpen() || keepsArguments(c) {
		o.args, o.kwargs = args, kwargs
		if o.args == nil {
			o.args = []Value{}
		}
		o.open = c.isOpen()
	}
	return derived(Value{data: o}, at, from...)
}

// keepsArguments reports whether a class in Go without a constructor takes any arguments and keeps them.
func keepsArguments(c *classData) bool {
	for _, k := range c.mro {
		if k.native != nil && k.native.Init == nil && k.native.New == nil {
			return true
		}
	}
	return false
}

// builtinBase is the built-in type that a class inherits from, other than object; or nil.
func builtinBase(c *classData) *classData {
	for _, k := range c.mro {
		if k.builtin && k.name != "object" {
			return k
		}
	}
	return nil
}

func (r *run) initialize(v Value, args []Value, kwargs []Kwarg, at source.Span, f *frame) Value {
	o, ok := v.data.(*objectData)
	if !ok {
		return v
	}
	if fn, ok := o.class.find("__init__"); ok {
		r.call(r.bind(fn, v, o.class, at, f), args, kwargs, at, f)
		return v
	}
	if o.value.IsValid() || o.args != nil {
		r.builtinInit(&Call{Args: append([]Value{v}, args...), Kwargs: kwargs, At: at, run: r, frame: f})
		return v
	}
	if builtinBase(o.class) == nil && (len(args) > 0 || len(kwargs) > 0) && !o.class.isOpen() {
		if _, ok := o.class.find("__new__"); !ok {
			r.raise(at, "TypeError", o.class.simpleName()+"() takes no arguments")
		}
	}
	return v
}

// builtinInit is __init__ of the built-in type that an instance inherits from; its first argument is the instance.
func (r *run) builtinInit(c *Call) {
	if len(c.Args) == 0 {
		return
	}
	o, ok := c.Args[0].data.(*objectData)
	if !ok {
		return
	}
	inner := *c
	inner.Args = c.Args[1:]
	switch d := o.value.data.(type) {
	case *listData:
		if len(inner.Args) > 0 {
			d.elems = r.iterate(inner.Args[0], c.At, c.frame)
		}
	case *dictData:
		r.dictUpdateCall(d, &inner)
	case *setData:
		if len(inner.Args) > 0 {
			o.value = r.makeSet(r.iterate(inner.Args[0], c.At, c.frame), c.At)
		}
	case nil:
		if o.class.isSubclass(builtinClasses()["BaseException"]) {
			o.attrs.setStr("args", MakeTuple(inner.Args...))
		}
	}
}
