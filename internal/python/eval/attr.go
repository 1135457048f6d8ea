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

// tryAttr is what hasattr and getattr with a default see: an attribute that raises AttributeError is missing.
func (r *run) tryAttr(v Value, name string, at source.Span, f *frame) (out Value, ok bool) {
	if t := r.protect(func() { out, ok = r.findAttr(v, name, at, f) }); r.ends(t, "AttributeError") {
		return Value{}, false
	}
	return out, ok
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
		if c, ok := r.classOfName(d, name); ok {
			return derived(c, at, v), true
		}
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
		if name == "__name__" && !d.fn.IsValid() {
			return MakeStr(d.name), true
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
	case pathData, purePathData, timedeltaData:
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
		if d.class.lacksSlot(name) {
			r.raise(at, "AttributeError", "'"+d.class.simpleName()+"' object has no attribute '"+name+"'", v)
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
