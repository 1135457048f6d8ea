package eval

import (
	"gonogo/internal/source"
)

// makingClass is a class statement whose metaclass runs: the class that type.__new__ is to fill, with the arguments of the statement.
type makingClass struct {
	class  *classData
	kwargs []Kwarg
	done   bool
}

// projectMetaclass is the metaclass of a class when it is written in Python, and can be followed.
func (c *classData) projectMetaclass() *classData {
	m, ok := c.metaclass.data.(*classData)
	if !ok || m.native != nil || m.builtin || m.isOpen() || !m.isSubclass(builtinClass("type").data.(*classData)) {
		return nil
	}
	return m
}

// makeByMetaclass makes the class of a class statement as its metaclass does: __new__ with the names of the body, then __init__.
func (r *run) makeByMetaclass(c *classData, m *classData, kwargs []Kwarg, at source.Span, f *frame) Value {
	if _, ok := m.find("__prepare__"); ok {
		c.open, c.reason = true, "a metaclass that prepares the names of a class"
	}
	bases := make([]Value, len(c.bases))
	for i, b := range c.bases {
		bases[i] = Value{data: b}
	}
	if len(bases) == 1 && c.bases[0].name == "object" {
		bases = nil
	}
	making := &makingClass{class: c, kwargs: kwargs}
	r.making = append(r.making, making)
	defer func(n int) { r.making = r.making[:n] }(len(r.making) - 1)
	v := r.callMetaclass(m, []Value{MakeStr(c.simpleName()), MakeTuple(bases...), r.classNames(c)}, kwargs, at, f)
	if !v.IsUnknown() {
		return v
	}
	// What became of the class is not known, but that it is one.
	c.unfollowed = "what the metaclass " + m.name + " does is not known"
	c.open, c.reason = true, c.unfollowed
	v = Value{data: c, origin: &Origin{At: at}}
	if !making.done {
		r.classMade(c, v, kwargs, at, f)
	}
	return v
}

// Metaclass is the class of a Class where it is another than type, its own or inherited; invalid for all other values.
func (v Value) Metaclass() Value {
	if c, ok := v.data.(*classData); ok {
		return c.metaclass
	}
	return Value{}
}

// Unfollowed says why it is not known what the metaclass of a Class did to it or to one of its bases, and why a Module of an installed package
// was not run to its end; "" when all is known.
func (v Value) Unfollowed() string {
	if m, ok := v.data.(*moduleData); ok && m.tree != nil && m.open {
		return m.reason
	}
	if c, ok := v.data.(*classData); ok {
		for _, k := range c.mro {
			if k.unfollowed != "" {
				return k.unfollowed
			}
		}
	}
	return ""
}

// classNames are the names of a class body as a metaclass gets them.
func (r *run) classNames(c *classData) Value {
	d := newDict()
	d.setStr("__module__", MakeStr(firstParts(c.name)))
	d.setStr("__qualname__", MakeStr(c.simpleName()))
	if len(c.notes) > 0 {
		d.setStr("__annotations__", MakeDict(r.annotations(Value{data: c})...))
	}
	for _, e := range c.attrs.entries() {
		d.set(e.Key, e.Value)
	}
	d.open = c.attrs.open
	return Value{data: d}
}

// callMetaclass is what type.__call__ does of a metaclass: Meta(name, bases, names).
func (r *run) callMetaclass(m *classData, args []Value, kwargs []Kwarg, at source.Span, f *frame) Value {
	meta := Value{data: m}
	var v Value
	if fn, ok := m.find("__new__"); ok {
		if d, ok := fn.data.(*descriptorData); ok {
			fn = d.get
		}
		v = r.call(fn, append([]Value{meta}, args...), kwargs, at, f)
	} else {
		v = r.newType(&Call{Args: append([]Value{meta}, args...), Kwargs: kwargs, At: at, run: r, frame: f})
	}
	k, ok := v.data.(*classData)
	if !ok {
		return v
	}
	if init, ok := m.find("__init__"); ok && k.metaclass.data != nil {
		r.call(r.bind(init, v, m, at, f), args, kwargs, at, f)
	}
	return v
}

// newType is type.__new__(metaclass, name, bases, names).
func (r *run) newType(c *Call) Value {
	meta, _ := c.Arg(0, "").data.(*classData)
	name, ok := c.Arg(1, "").AsStr()
	names := dictOf(c.Arg(3, "").data)
	if meta == nil || !ok || names == nil {
		return c.UnknownFrom("a class that is computed", c.Args...)
	}
	k := r.classInTheMaking(name)
	if k == nil {
		k = &classData{name: madeName(c.frame, name, names), attrs: newDict(), at: c.At}
	}
	k.bases = nil
	for _, b := range c.Iterate(c.Arg(2, "")) {
		r.addBase(k, b, c.At, c.frame)
	}
	if len(k.bases) == 0 {
		k.bases = []*classData{builtinClass("object").data.(*classData)}
	}
	if k.mro, ok = linearize(k); !ok {
		return c.Raise("TypeError", "Cannot create a consistent method resolution order (MRO) for bases")
	}
	attrs := names.copy()
	for _, key := range []string{"__module__", "__qualname__", "__annotations__"} {
		attrs.delete(MakeStr(key))
	}
	*k.attrs = *attrs
	k.metaclass = Value{data: meta}
	v := Value{data: k, origin: &Origin{At: k.at}}
	r.classMade(k, v, c.Kwargs, c.At, c.frame)
	return v
}

// madeName is the dotted name of a class that a call makes: in the module that its names say, else in that of the caller.
func madeName(f *frame, name string, names *dictData) string {
	if v, ok := names.get(MakeStr("__module__")); ok {
		if module, ok := v.AsStr(); ok && module != "" {
			return module + "." + name
		}
	}
	return qualified(f, name)
}

// isPlainMetaclass reports whether a class of a package's model is a metaclass whose call makes a class as type does.
func isPlainMetaclass(c *classData) bool {
	return c.native != nil && c.native.New == nil && c.native.Init == nil && c.isSubclass(builtinClass("type").data.(*classData))
}

// classInTheMaking is the class of the class statement for which a metaclass runs; nil when it makes another one.
func (r *run) classInTheMaking(name string) *classData {
	if len(r.making) == 0 {
		return nil
	}
	last := r.making[len(r.making)-1]
	if last.done || last.class.simpleName() != name {
		return nil
	}
	last.done = true
	return last.class
}

// typeMethod is a method of the class type, as super() in a metaclass finds it.
func (r *run) typeMethod(self Value, name string) (Value, bool) {
	switch name {
	case "__new__":
		return NewNative("type.__new__", func(c *Call) Value { return r.newType(c) }), true
	case "__init__":
		return NewNative("type.__init__", func(*Call) Value { return MakeNone() }), true
	case "__call__":
		k, ok := self.data.(*classData)
		if !ok {
			return Value{}, false
		}
		return NewNative("type.__call__", func(c *Call) Value { return r.makeInstance(k, self, c.Args, c.Kwargs, c.At, c.frame) }), true
	case "__setattr__":
		return NewNative("type.__setattr__", func(c *Call) Value {
			key, _ := c.Arg(0, "").AsStr()
			r.plainSetAttr(self, key, c.Arg(1, ""), c.At, c.frame)
			return MakeNone()
		}), true
	}
	return Value{}, false
}

// superOfMetaclass looks a name up behind a metaclass for a class that is its instance.
func (r *run) superOfMetaclass(d *superData, self *classData, name string, at source.Span, f *frame) (Value, bool) {
	m, ok := self.metaclass.data.(*classData)
	if !ok {
		return Value{}, false
	}
	behind := false
	for _, k := range m.mro {
		if behind {
			if v, ok := k.attrs.getStr(name); ok {
				return r.bind(v, d.self, m, at, f), true
			}
		}
		behind = behind || k == d.class
	}
	return r.typeMethod(d.self, name)
}

// behindMetaclass is super().__new__ in a metaclass: that of another metaclass, else of type.
func (r *run) behindMetaclass(d *superData, m *classData, name string) (Value, bool) {
	behind := false
	for _, k := range m.mro {
		if v, ok := k.attrs.getStr(name); behind && ok {
			return v, true
		}
		behind = behind || k == d.class
	}
	return r.typeMethod(d.self, name)
}

// metaclassSpecial is a special method that a class has from its metaclass (iteration over a class, an item of it, its length).
func (r *run) metaclassSpecial(c *classData, v Value, name string, at source.Span, f *frame) (Value, bool) {
	m := c.projectMetaclass()
	if m == nil {
		return Value{}, false
	}
	fn, ok := m.find(name)
	if !ok {
		return Value{}, false
	}
	return r.bind(fn, v, m, at, f), true
}
