package eval

import (
	"gonogo/internal/source"
)

// getAttr is v.name.
func (r *run) getAttr(v Value, name string, at source.Span, f *frame) Value {
	if out, ok := r.findAttr(v, name, at, f); ok {
		return out
	}
	switch d := v.data.(type) {
	case *moduleData:
		r.raise(at, "AttributeError", "module '"+d.name+"' has no attribute '"+name+"'")
	case *classData:
		r.raise(at, "AttributeError", "type object '"+d.simpleName()+"' has no attribute '"+name+"'")
	}
	r.raise(at, "AttributeError", "'"+r.typeName(v)+"' object has no attribute '"+name+"'", v)
	return Value{}
}

// findAttr is getAttr that reports a missing attribute.
func (r *run) findAttr(v Value, name string, at source.Span, f *frame) (Value, bool) {
	switch d := v.data.(type) {
	case *moduleData:
		return r.moduleAttr(d, name, at, f)
	case *objectData:
		return r.objectAttr(d, v, name, at, f)
	case *classData:
		return r.classAttr(d, v, name, at, f)
	case *unknownData:
		return derived(Value{data: &unknownData{reason: d.reason, op: "." + name, args: []Value{v}}}, at, v), true
	case *superData:
		return r.superAttr(d, name, at, f)
	case *funcData:
		return r.functionAttr(d, v, name)
	case *methodData:
		if name == "__self__" {
			return d.self, true
		}
		if name == "__func__" {
			return d.fn, true
		}
		return r.findAttr(d.fn, name, at, f)
	case *nativeData:
		switch name {
		case "__name__", "__qualname__":
			return MakeStr(lastPart(d.name)), true
		case "__module__":
			return MakeStr(firstParts(d.name)), true
		case "__doc__":
			return MakeNone(), true
		}
	case *descriptorData:
		return r.descriptorAttr(d, v, name)
	case *iteratorData:
		if m, ok := r.generatorMethod(d, name); ok {
			return m, true
		}
	case *rangeData:
		switch name {
		case "start":
			return MakeInt(d.start), true
		case "stop":
			return MakeInt(d.stop), true
		case "step":
			return MakeInt(d.step), true
		}
	case *sliceData:
		switch name {
		case "start":
			return d.lower, true
		case "stop":
			return d.upper, true
		case "step":
			return d.step, true
		}
	case pathData, timedeltaData:
		if c := r.classOf(v); c != nil {
			if m, ok := c.find(name); ok {
				return r.bind(m, v, c, at, f), true
			}
		}
	case complexData:
		switch name {
		case "real":
			return MakeFloat(real(d)), true
		case "imag":
			return MakeFloat(imag(d)), true
		}
	}
	return r.commonAttr(v, name)
}

// commonAttr are methods of the built-in types, and what every object has.
func (r *run) commonAttr(v Value, name string) (Value, bool) {
	if name == "__class__" {
		return r.typeOf(v), true
	}
	if hasBuiltinMethod(v.data, name) {
		return Value{data: &methodData{self: v, name: name}}, true
	}
	switch name {
	case "__doc__":
		return MakeNone(), true
	case "__module__":
		return MakeStr("builtins"), true
	}
	return Value{}, false
}

func lastPart(dotted string) string {
	for i := len(dotted) - 1; i >= 0; i-- {
		if dotted[i] == '.' {
			return dotted[i+1:]
		}
	}
	return dotted
}

func firstParts(dotted string) string {
	for i := len(dotted) - 1; i >= 0; i-- {
		if dotted[i] == '.' {
			return dotted[:i]
		}
	}
	return ""
}

func (r *run) functionAttr(d *funcData, v Value, name string) (Value, bool) {
	if d.attrs != nil {
		if a, ok := d.attrs.getStr(name); ok {
			return a, true
		}
	}
	switch name {
	case "__name__":
		return MakeStr(d.def.name), true
	case "__qualname__":
		return MakeStr(lastPart(d.name)), true
	case "__module__":
		return MakeStr(d.module.name), true
	case "__doc__":
		return docstring(d.def.body), true
	case "__dict__":
		if d.attrs == nil {
			d.attrs = newDict()
		}
		return Value{data: d.attrs}, true
	case "__globals__":
		return Value{data: d.global}, true
	case "__get__":
		return NewNative("__get__", func(c *Call) Value { return r.bind(v, c.Arg(0, ""), nil, c.At, c.frame) }), true
	case "__call__":
		return v, true
	case "__code__", "__defaults__", "__annotations__", "__wrapped__", "__closure__", "__kwdefaults__":
		if name == "__wrapped__" {
			return Value{}, false
		}
		return MakeUnknown("the inside of a function"), true
	}
	return r.commonAttr(v, name)
}

func (r *run) descriptorAttr(d *descriptorData, v Value, name string) (Value, bool) {
	switch name {
	case "fget", "__func__", "func", "__wrapped__":
		return d.get, true
	case "fset":
		return orNone(d.set), true
	case "setter", "getter", "deleter":
		return NewNative(name, func(c *Call) Value {
			e := *d
			switch name {
			case "setter":
				e.set = c.Arg(0, "")
			case "getter":
				e.get = c.Arg(0, "")
			default:
				e.del_ = c.Arg(0, "")
			}
			return Value{data: &e}
		}), true
	case "__get__":
		return NewNative(name, func(c *Call) Value { return r.bind(v, c.Arg(0, ""), nil, c.At, c.frame) }), true
	case "__name__":
		return MakeStr(lastPart(dotted(d.get.data))), true
	}
	return r.commonAttr(v, name)
}

func orNone(v Value) Value {
	if !v.IsValid() {
		return MakeNone()
	}
	return v
}

// objectAttr is Python's look-up on an instance (data model, 3.3.2).
func (r *run) objectAttr(d *objectData, v Value, name string, at source.Span, f *frame) (Value, bool) {
	if fn, ok := r.classFind(d.class, "__getattribute__"); ok {
		if _, python := fn.data.(*funcData); python {
			var out Value
			t := r.protect(func() { out = r.call(fn, []Value{v, MakeStr(name)}, nil, at, f) })
			if !r.ends(t, "AttributeError") {
				return out, true
			}
			return r.getattrHook(d, v, name, at, f)
		}
	}
	return r.plainObjectAttr(d, v, name, at, f)
}

func (r *run) plainObjectAttr(d *objectData, v Value, name string, at source.Span, f *frame) (Value, bool) {
	class, inClass := d.class.find(name)
	if inClass && isDataDescriptor(class) {
		return r.bind(class, v, d.class, at, f), true
	}
	if d.attrs != nil {
		if a, ok := d.attrs.getStr(name); ok {
			return a, true
		}
	}
	if inClass {
		return r.bind(class, v, d.class, at, f), true
	}
	return r.getattrHook(d, v, name, at, f)
}

// getattrHook asks __getattr__ and what stands for it.
func (r *run) getattrHook(d *objectData, v Value, name string, at source.Span, f *frame) (Value, bool) {
	if a, ok := r.objectDunder(d, v, name); ok {
		return a, true
	}
	if d.value.IsValid() {
		if hasBuiltinMethod(d.value.data, name) {
			return Value{data: &methodData{self: v, name: name}}, true
		}
	}
	for _, k := range d.class.mro {
		if k.native != nil && k.native.Getattr != nil {
			if a, ok := k.native.Getattr(&Call{At: at, run: r, frame: f}, v, name); ok {
				return a, true
			}
		}
	}
	if fn, ok := d.class.find("__getattr__"); ok {
		var out Value
		t := r.protect(func() { out = r.call(fn, []Value{v, MakeStr(name)}, nil, at, f) })
		if !r.ends(t, "AttributeError") {
			return out, true
		}
		return Value{}, false
	}
	if isOpenObject(v) {
		reason := r.openReason(v)
		return derived(Value{data: &unknownData{reason: reason.Reason(), op: "." + name, args: []Value{reason}}}, at, v), true
	}
	if n := d.class.native; n != nil && n.Getattr == nil && !d.class.isSubclass(builtinClasses()["BaseException"]) {
		return notModelled(d.class, name, at, v), true
	}
	return Value{}, false
}

func (r *run) objectDunder(d *objectData, v Value, name string) (Value, bool) {
	switch name {
	case "__class__":
		return Value{data: d.class}, true
	case "__dict__":
		if d.attrs == nil {
			d.attrs = newDict()
		}
		return Value{data: d.attrs}, true
	case "__doc__":
		return MakeNone(), true
	case "__module__":
		return MakeStr(firstParts(d.class.name)), true
	case "__init__", "__init_subclass__":
		return NewNative("object."+name, func(*Call) Value { return MakeNone() }), true
	case "__setattr__":
		return NewNative("object.__setattr__", func(c *Call) Value {
			key, _ := c.Arg(0, "").AsStr()
			r.plainSetAttr(v, key, c.ArgOr(1, "", MakeNone()), c.At, c.frame)
			return MakeNone()
		}), true
	case "__getattribute__":
		return NewNative("object.__getattribute__", func(c *Call) Value {
			key, _ := c.Arg(0, "").AsStr()
			out, ok := r.plainObjectAttr(d, v, key, c.At, c.frame)
			if !ok {
				return c.Raise("AttributeError", "'"+d.class.simpleName()+"' object has no attribute '"+key+"'")
			}
			return out
		}), true
	case "__str__", "__repr__", "__format__":
		return NewNative("object."+name, func(c *Call) Value { return textUnknown(unknownFrom(c.At, name, MakeUnknown("the text of an object"))) }), true
	case "__eq__":
		return NewNative("object.__eq__", func(c *Call) Value { return MakeBool(sameIdentity(v, c.Arg(0, ""))) }), true
	case "__hash__", "__reduce__", "__reduce_ex__", "__sizeof__", "__dir__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__":
		return NewNative("object."+name, func(c *Call) Value { return c.Unknown("a special method of object") }), true
	case "with_traceback", "add_note":
		if d.class.isSubclass(builtinClasses()["BaseException"]) {
			return NewNative(name, func(*Call) Value { return v }), true
		}
	case "__cause__", "__context__", "__traceback__", "errno", "strerror", "filename", "name", "code", "value", "msg":
		return r.exceptionAttr(d, name)
	}
	return Value{}, false
}

func (r *run) exceptionAttr(d *objectData, name string) (Value, bool) {
	if !d.class.isSubclass(builtinClasses()["BaseException"]) {
		return Value{}, false
	}
	args := attribute(d, "args").Elems()
	switch {
	case name == "msg" || (name == "code" || name == "value"):
		if len(args) > 0 {
			return args[0], true
		}
		return MakeNone(), true
	case name == "name" && len(args) > 0:
		if s, ok := args[0].AsStr(); ok {
			return MakeStr(quotedName(s)), true
		}
	case name == "errno" && d.class.name == "FileNotFoundError":
		return MakeInt(2), true
	}
	return MakeNone(), true
}

// quotedName is what stands between the first quotes of an ImportError's or NameError's message.
func quotedName(s string) string {
	start := -1
	for i := 0; i < len(s); i++ {
		if s[i] == '\'' {
			if start >= 0 {
				return s[start:i]
			}
			start = i + 1
		}
	}
	return s
}

// isDataDescriptor reports whether a class attribute goes before those of the instance.
func isDataDescriptor(v Value) bool {
	switch d := v.data.(type) {
	case *descriptorData:
		return d.what == "property"
	case *nativeData:
		return d.mode == propertyMethod
	case *objectData:
		_, ok := d.class.find("__set__")
		return ok
	}
	return false
}

// bind is what an attribute of a class gives when it is read through an instance (or, when self is a class, through that).
func (r *run) bind(m, self Value, owner *classData, at source.Span, f *frame) Value {
	switch d := m.data.(type) {
	case *funcData:
		return Value{data: &methodData{self: self, fn: m, name: d.name}, origin: m.origin}
	case *nativeData:
		switch d.mode {
		case instanceMethod:
			return Value{data: &methodData{self: self, fn: m, name: d.name}}
		case classMethod:
			if owner != nil {
				self = Value{data: owner}
			}
			return Value{data: &methodData{self: self, fn: m, name: d.name}}
		case propertyMethod:
			return r.call(Value{data: &methodData{self: self, fn: m, name: d.name}}, nil, nil, at, f)
		}
	case *descriptorData:
		return r.bindDescriptor(d, m, self, owner, at, f)
	case *objectData:
		if fn, ok := d.class.find("__get__"); ok {
			class := MakeNone()
			if owner != nil {
				class = Value{data: owner}
			}
			return r.call(r.bind(fn, m, d.class, at, f), []Value{self, class}, nil, at, f)
		}
	}
	return m
}

func (r *run) bindDescriptor(d *descriptorData, m, self Value, owner *classData, at source.Span, f *frame) Value {
	switch d.what {
	case "staticmethod":
		return d.get
	case "classmethod":
		if owner != nil {
			self = Value{data: owner}
		} else if o, ok := self.data.(*objectData); ok {
			self = Value{data: o.class}
		}
		return Value{data: &methodData{self: self, fn: d.get, name: dotted(d.get.data)}}
	case "property":
		if !d.get.IsValid() {
			r.raise(at, "AttributeError", "unreadable attribute")
		}
		return r.call(d.get, []Value{self}, nil, at, f)
	case "cached_property":
		v := r.call(d.get, []Value{self}, nil, at, f)
		self.SetField(lastPart(dotted(d.get.data)), v)
		return v
	}
	return m
}

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
	if c.isOpen() {
		return derived(Value{data: &unknownData{reason: classReason(c), op: "." + name, args: []Value{v}}}, at, v), true
	}
	if c.native != nil {
		return notModelled(c, name, at, v), true
	}
	return Value{}, false
}

// notModelled is an attribute that a class in Go lacks: more likely the model is incomplete than the program wrong.
func notModelled(c *classData, name string, at source.Span, v Value) Value {
	return derived(Value{data: &unknownData{reason: "not modelled: " + c.name + "." + name, op: "." + name, args: []Value{v}}}, at, v)
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
		return Value{data: c.attrs.copy()}, true
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
		return MakeNone(), true
	case "__annotations__":
		return MakeDict(r.annotations(v)...), true
	case "__reduce__", "__reduce_ex__", "__hash__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__str__", "__repr__", "__format__",
		"__sizeof__", "__dir__", "__delattr__", "__subclasshook__":
		return NewNative("object."+name, func(call *Call) Value { return call.UnknownFrom("a special method of object", call.Args...) }), true
	case "__subclasses__":
		return NewNative(name, func(c *Call) Value { return c.Unknown("the subclasses of a class") }), true
	case "__new__":
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
		return r.builtinClassAttr(start, name)
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

// special finds a special method of a value's class, bound to the value.
func (r *run) special(v Value, name string, at source.Span, f *frame) (Value, bool) {
	var c *classData
	switch d := v.data.(type) {
	case *objectData:
		c = d.class
	case pathData, timedeltaData:
		c = r.classOf(v)
	case *classData:
		return classSpecial(d, v, name)
	default:
		return Value{}, false
	}
	m, ok := c.find(name)
	if !ok || m.Kind() == None {
		return Value{}, false
	}
	return r.bind(m, v, c, at, f), true
}

// classSpecial is len() and "in" of a class whose members can be counted: an enumeration.
func classSpecial(c *classData, v Value, name string) (Value, bool) {
	if name != "__len__" && name != "__contains__" {
		return Value{}, false
	}
	for _, k := range c.mro {
		if k.native == nil {
			continue
		}
		if fn, ok := k.native.ClassMethods[name]; ok {
			return NewNative(c.name+"."+name, func(call *Call) Value { return fn(call, v) }), true
		}
	}
	return Value{}, false
}

// setAttr is v.name = value.
func (r *run) setAttr(v Value, name string, value Value, at source.Span, f *frame) {
	if o, ok := v.data.(*objectData); ok {
		if fn, ok := o.class.find("__setattr__"); ok {
			r.call(r.bind(fn, v, o.class, at, f), []Value{MakeStr(name), value}, nil, at, f)
			return
		}
	}
	r.plainSetAttr(v, name, value, at, f)
}

func (r *run) plainSetAttr(v Value, name string, value Value, at source.Span, f *frame) {
	switch d := v.data.(type) {
	case *objectData:
		if m, ok := d.class.find(name); ok && r.setThrough(m, v, name, value, at, f) {
			return
		}
		if d.attrs == nil {
			d.attrs = newDict()
		}
		r.weakStoreDict(d.attrs, name)
		d.attrs.setStr(name, value)
	case *classData:
		if d.builtin {
			r.raise(at, "TypeError", "cannot set '"+name+"' attribute of immutable type '"+d.name+"'")
		}
		r.weakStoreDict(d.attrs, name)
		d.attrs.setStr(name, value)
	case *moduleData:
		r.weakStoreDict(d.globals, name)
		r.at = at
		d.globals.setStr(name, value)
	case *funcData:
		if d.attrs == nil {
			d.attrs = newDict()
		}
		d.attrs.setStr(name, value)
	case *unknownData, *nativeData, *methodData, *descriptorData:
	default:
		r.raise(at, "AttributeError", "'"+r.typeName(v)+"' object has no attribute '"+name+"'", v)
	}
}

// setThrough assigns through a property or descriptor; false when the class attribute is none.
func (r *run) setThrough(m, v Value, name string, value Value, at source.Span, f *frame) bool {
	switch d := m.data.(type) {
	case *descriptorData:
		if d.what != "property" {
			return false
		}
		if !d.set.IsValid() {
			r.raise(at, "AttributeError", "property '"+name+"' of '"+r.typeName(v)+"' object has no setter")
		}
		r.call(d.set, []Value{v, value}, nil, at, f)
		return true
	case *objectData:
		if fn, ok := d.class.find("__set__"); ok {
			r.call(r.bind(fn, m, d.class, at, f), []Value{v, value}, nil, at, f)
			return true
		}
	}
	return false
}

func (r *run) delAttr(v Value, name string, at source.Span, f *frame) {
	var d *dictData
	switch o := v.data.(type) {
	case *objectData:
		if fn, ok := o.class.find("__delattr__"); ok {
			r.call(r.bind(fn, v, o.class, at, f), []Value{MakeStr(name)}, nil, at, f)
			return
		}
		d = o.attrs
	case *classData:
		if !o.builtin {
			d = o.attrs
		}
	case *moduleData:
		d = o.globals
	case *unknownData:
		return
	}
	if d != nil {
		if _, ok := d.delete(MakeStr(name)); ok {
			return
		}
	}
	if isOpenObject(v) {
		return
	}
	r.raise(at, "AttributeError", "'"+r.typeName(v)+"' object has no attribute '"+name+"'")
}

// isOpenObject reports whether an instance can have what is not known of it.
func isOpenObject(v Value) bool {
	o, ok := v.data.(*objectData)
	if !ok {
		return false
	}
	if o.open || o.class.isOpen() {
		return true
	}
	for _, k := range o.class.mro {
		if k.native != nil && k.native.Open {
			return true
		}
	}
	return false
}

func isOpenClass(v Value) bool {
	c, ok := v.data.(*classData)
	return ok && c.isOpen()
}

// openReason is an Unknown that says why nothing is known of one of the values.
func (r *run) openReason(values ...Value) Value {
	for _, v := range values {
		if u := unknownPart(v, 0); u.IsValid() {
			return u
		}
	}
	for _, v := range values {
		switch d := v.data.(type) {
		case *objectData:
			if isOpenObject(v) {
				return MakeUnknown(classReason(d.class)).WithOrigin(v.origin)
			}
		case *classData:
			if d.isOpen() {
				return MakeUnknown(classReason(d)).WithOrigin(v.origin)
			}
		}
	}
	return MakeUnknown("not known")
}
