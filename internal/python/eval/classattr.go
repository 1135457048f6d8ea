package eval

import (
	"gonogo/internal/source"
)

// classFind looks a special method up, leaving out what object itself has.
func (r *run) classFind(c *classData, name string) (Value, bool) { return c.find(name) }

// classAttr is Class.name.
func (r *run) classAttr(c *classData, v Value, name string, at source.Span, f *frame) (Value, bool) {
	if m, ok := c.find(name); ok {
		switch d := m.data.(type) {
		case *descriptorData:
			if d.what == "classmethod" || d.what == "staticmethod" {
				return r.bindDescriptor(d, m, v, c, at, f), true
			}
			return m, true
		case *nativeData:
			if d.mode == classMethod {
				return r.bind(m, v, c, at, f), true
			}
			return m, true
		case *objectData:
			if fn, ok := d.class.find("__get__"); ok {
				return r.call(r.bind(fn, m, d.class, at, f), []Value{MakeNone(), v}, nil, at, f), true
			}
		}
		return m, true
	}
	if a, ok := r.classDunder(c, v, name); ok {
		return a, true
	}
	if c.builtin || hasBuiltinBase(c) {
		if a, ok := r.builtinClassAttr(c, name); ok {
			return a, true
		}
	}
	if m, ok := c.metaclass.data.(*classData); ok {
		if a, found := m.find(name); found {
			return r.bind(a, v, m, at, f), true
		}
		if fn, found := m.find("__getattr__"); found {
			return r.call(fn, []Value{v, MakeStr(name)}, nil, at, f), true
		}
	}
	if c.lacks(v, name) {
		return Value{}, false
	}
	if c.isOpen() {
		return derived(Value{data: &unknownData{reason: classReason(c), op: "." + name, args: []Value{v}}}, at, v), true
	}
	if c.native != nil {
		return notModelled(c, name, at, v), true
	}
	return Value{}, false
}

// lacks reports whether no class of which not all is known can have an attribute.
func (c *classData) lacks(v Value, name string) bool {
	told := false
	for _, k := range c.mro {
		if !k.open {
			continue
		}
		if k.native == nil || k.native.Lacks == nil || !k.native.Lacks(v, name) {
			return false
		}
		told = true
	}
	return told
}

func hasBuiltinBase(c *classData) bool {
	for _, k := range c.mro {
		if k.builtin && k.name != "object" {
			return true
		}
	}
	return false
}

func classReason(c *classData) string {
	for _, k := range c.mro {
		if k.open {
			if k.reason != "" {
				return k.reason
			}
			return "not modelled: " + k.name
		}
	}
	return "not modelled: " + c.name
}

func (r *run) classDunder(c *classData, v Value, name string) (Value, bool) {
	switch name {
	case "__name__", "__qualname__":
		return MakeStr(c.simpleName()), true
	case "__module__":
		return MakeStr(firstParts(c.name)), true
	case "__dict__":
		return classDict(c), true
	case "__mro__":
		return MakeTuple(v.MRO()...), true
	case "mro":
		return NewNative("mro", func(*Call) Value { return MakeList(v.MRO()...) }), true
	case "__bases__":
		var bases []Value
		for _, b := range c.bases {
			bases = append(bases, Value{data: b})
		}
		return MakeTuple(bases...), true
	case "__class__":
		return builtinClass("type"), true
	case "__doc__":
		return c.doc(), true
	case "__annotations__":
		return MakeDict(r.annotations(v)...), true
	case "__reduce__", "__reduce_ex__", "__hash__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__str__", "__repr__", "__format__",
		"__sizeof__", "__dir__", "__delattr__", "__subclasshook__":
		return NewNative("object."+name, func(call *Call) Value { return call.UnknownFrom("a special method of object", call.Args...) }), true
	case "__subclasses__":
		return NewNative(name, func(c *Call) Value { return c.Unknown("the subclasses of a class") }), true
	case "register":
		if dotted(c.metaclass.data) != "abc.ABCMeta" {
			return Value{}, false
		}
		return NewNative("abc.ABCMeta.register", func(call *Call) Value {
			c.attrs.setStr(registeredOthers, MakeBool(true))
			return call.Arg(0, "subclass")
		}), true
	case "__class_getitem__":
		for _, k := range c.mro {
			if lastPart(k.name) == "Generic" {
				return NewNative(name, func(*Call) Value { return v }), true
			}
		}
		return Value{}, false
	case "__instancecheck__", "__subclasscheck__", "__prepare__", "__abstractmethods__":
		if !c.isSubclass(builtinClasses()["type"]) && !c.metaclass.IsValid() {
			return Value{}, false
		}
		return NewNative("type."+name, func(call *Call) Value { return call.UnknownFrom("a special method of type", call.Args...) }), true
	case "__new__":
		if c.builtin && c.name == "type" {
			return NewNative("type.__new__", r.newType), true
		}
		return NewNative("object.__new__", func(call *Call) Value {
			class, ok := call.Arg(0, "").data.(*classData)
			if !ok {
				return call.Raise("TypeError", "object.__new__(X): X is not a type object")
			}
			return r.blankInstance(class, call.Args[1:], call.Kwargs, call.At, call.frame)
		}), true
	case "__init__":
		return NewNative("object.__init__", func(call *Call) Value {
			r.builtinInit(call)
			return MakeNone()
		}), true
	case "__setattr__":
		return NewNative("object.__setattr__", func(call *Call) Value {
			key, _ := call.Arg(1, "").AsStr()
			r.plainSetAttr(call.Arg(0, ""), key, call.ArgOr(2, "", MakeNone()), call.At, call.frame)
			return MakeNone()
		}), true
	case "__getattribute__":
		return NewNative("object.__getattribute__", func(call *Call) Value {
			key, _ := call.Arg(1, "").AsStr()
			o, ok := call.Arg(0, "").data.(*objectData)
			if ok {
				if out, found := r.plainObjectAttr(o, call.Arg(0, ""), key, call.At, call.frame); found {
					return out
				}
			}
			return call.Raise("AttributeError", "object has no attribute '"+key+"'")
		}), true
	}
	return Value{}, false
}

// classDict is Class.__dict__.
func classDict(c *classData) Value {
	d := newDict()
	if c.name == "object" {
		for _, name := range objectNames {
			d.setStr(name, MakeUnknown("a special method of object"))
		}
		return Value{data: d}
	}
	if c.builtin || c.native != nil {
		d = c.attrs.copy()
		d.open = MakeSpread("not modelled: the inside of " + c.name)
		return Value{data: d}
	}
	d.setStr("__module__", MakeStr(firstParts(c.name)))
	for _, e := range c.attrs.entries() {
		d.set(e.Key, e.Value)
	}
	d.open = c.attrs.open
	for _, name := range []string{"__dict__", "__weakref__", "__doc__"} {
		if d.findStr(name) < 0 {
			d.setStr(name, MakeUnknown("a special attribute of a class"))
		}
	}
	return Value{data: d}
}

// superAttr looks a name up behind a class in the order of another one.
func (r *run) superAttr(d *superData, name string, at source.Span, f *frame) (Value, bool) {
	var start *classData
	self := d.self
	isClass := false
	switch s := d.self.data.(type) {
	case *objectData:
		start = s.class
	case *classData:
		start, isClass = s, true
		switch {
		case !s.isSubclass(d.class):
			return r.superOfMetaclass(d, s, name, at, f)
		case name == "__new__" && !d.class.builtin && s.isSubclass(builtinClass("type").data.(*classData)):
			return r.behindMetaclass(d, s, name)
		}
	default:
		return unknownFrom(at, "super", d.self), true
	}
	behind := false
	open := false
	for _, k := range start.mro {
		if behind {
			if v, ok := k.attrs.getStr(name); ok {
				if isClass {
					if fn, ok := v.data.(*funcData); ok {
						if name == "__new__" || name == "__init_subclass__" || name == "__class_getitem__" {
							return r.superClassFunction(v, fn, self, name), true
						}
						return v, true
					}
				}
				owner := start
				return r.bind(v, self, owner, at, f), true
			}
			open = open || k.open
		}
		behind = behind || k == d.class
	}
	if isClass {
		if name == "__init_subclass__" {
			return NewNative("object.__init_subclass__", func(*Call) Value { return MakeNone() }), true
		}
		if a, ok := r.classDunder(start, self, name); ok {
			return a, true
		}
		if a, ok := r.builtinClassAttr(start, name); ok || !open {
			return a, ok
		}
		return derived(MakeUnknown(classReason(start)), at, self), true
	}
	o := self.data.(*objectData)
	if name == "__init__" {
		return NewNative("object.__init__", func(c *Call) Value {
			c.Args = append([]Value{self}, c.Args...)
			r.builtinInit(c)
			return MakeNone()
		}), true
	}
	if o.value.IsValid() && hasBuiltinMethod(o.value.data, name) {
		return Value{data: &methodData{self: o.value, name: name}}, true
	}
	for _, k := range o.class.mro {
		if k.native != nil && k.native.Getattr != nil && name != "__getattr__" {
			if a, ok := k.native.Getattr(&Call{At: at, run: r, frame: f}, self, name); ok {
				return a, true
			}
		}
	}
	if a, ok := r.objectDunder(o, self, name); ok {
		return a, true
	}
	if open || o.open {
		return derived(MakeUnknown(classReason(o.class)), at, self), true
	}
	return Value{}, false
}

func (r *run) superClassFunction(v Value, fn *funcData, self Value, name string) Value {
	if name == "__new__" {
		return v
	}
	return Value{data: &methodData{self: self, fn: v, name: fn.name}}
}

// objectNames are the names of object.__dict__.
var objectNames = [...]string{"__new__", "__repr__", "__hash__", "__str__", "__getattribute__", "__setattr__", "__delattr__", "__lt__", "__le__", "__eq__",
	"__ne__", "__gt__", "__ge__", "__init__", "__reduce_ex__", "__reduce__", "__getstate__", "__subclasshook__", "__init_subclass__", "__format__",
	"__sizeof__", "__dir__", "__class__", "__doc__"}
