package eval

func builtinGetattr(c *Call) Value {
	obj, def := c.Arg(0, ""), c.Arg(2, "")
	name, ok := c.Arg(1, "").AsStr()
	if !ok {
		return c.UnknownFrom("an attribute of which the name is not known", obj, c.Arg(1, ""))
	}
	if def.IsValid() {
		if v, ok := c.FindAttr(obj, name); ok {
			return keepOrigin(v)
		}
		return keepOrigin(def)
	}
	return keepOrigin(c.GetAttr(obj, name))
}

// keepOrigin keeps a value that a function hands on from getting the function's call as its place.
func keepOrigin(v Value) Value {
	if v.origin == nil {
		v.origin = &Origin{}
	}
	return v
}

func builtinHasattr(c *Call) Value {
	obj := c.Arg(0, "")
	name, ok := c.Arg(1, "").AsStr()
	if !ok || obj.IsUnknown() {
		return unknownFrom(c.At, "hasattr", obj, c.Arg(1, ""))
	}
	v, found := c.FindAttr(obj, name)
	if found && v.IsUnknown() && (isOpenObject(obj) || obj.Kind() == Module) {
		if attribute(obj.data, name).IsValid() {
			return MakeBool(true)
		}
		return unknownFrom(c.At, "hasattr", v)
	}
	return MakeBool(found)
}

func builtinSetattr(c *Call) Value {
	obj := c.Arg(0, "")
	name, ok := c.Arg(1, "").AsStr()
	if !ok {
		if m, is := obj.data.(*moduleData); is {
			if list := c.run.prefixes(c.Arg(1, "")); list != nil {
				m.globals.overlayBounded(c.Arg(1, ""), list)
				return MakeNone()
			}
			c.run.openNames(m.globals, c.UnknownFrom("a name that is not known", c.Arg(1, "")))
		}
		return MakeNone()
	}
	c.SetAttr(obj, name, c.Arg(2, ""))
	return MakeNone()
}

func builtinDelattr(c *Call) Value {
	if name, ok := c.Arg(1, "").AsStr(); ok {
		c.run.delAttr(c.Arg(0, ""), name, c.At, c.frame)
	}
	return MakeNone()
}

func builtinDir(c *Call) Value {
	if len(c.Args) == 0 {
		return sortedNames(dictOf(c.Locals().data), c)
	}
	switch d := c.Args[0].data.(type) {
	case *moduleData:
		if !d.open {
			return sortedNames(d.globals, c)
		}
	case *classData:
		return classNames(d, newDict(), c)
	case *objectData:
		if !isOpenObject(c.Args[0]) {
			own := newDict()
			if d.attrs != nil {
				own = d.attrs.copy()
			}
			return classNames(d.class, own, c)
		}
	}
	return c.UnknownFrom("the names of an object", c.Args...)
}

func classNames(c *classData, own *dictData, call *Call) Value {
	for _, k := range c.mro {
		for _, e := range k.attrs.entries() {
			own.set(e.Key, e.Value)
		}
	}
	for _, name := range []string{"__class__", "__delattr__", "__dict__", "__dir__", "__doc__", "__eq__", "__format__", "__ge__",
		"__getattribute__", "__gt__", "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__module__", "__ne__", "__new__",
		"__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__sizeof__", "__str__", "__subclasshook__", "__weakref__"} {
		own.setStr(name, MakeNone())
	}
	return sortedNames(own, call)
}

func sortedNames(d *dictData, c *Call) Value {
	list := append([]Entry(nil), d.entries()...)
	sortEntries(list)
	out := make([]Value, len(list))
	for i, e := range list {
		out[i] = e.Key
	}
	if d.open.IsValid() {
		out = append(out, d.open)
	}
	return MakeList(out...)
}

func builtinGlobals(c *Call) Value { return keepOrigin(c.Globals()) }
func builtinLocals(c *Call) Value  { return keepOrigin(c.Locals()) }

func builtinVars(c *Call) Value {
	if len(c.Args) == 0 {
		return keepOrigin(c.Locals())
	}
	return keepOrigin(c.GetAttr(c.Args[0], "__dict__"))
}

func builtinIsinstance(c *Call) Value {
	v, class := c.Arg(0, ""), c.Arg(1, "")
	switch c.run.isInstance(v, class) {
	case Yes:
		return derived(MakeBool(true), c.At, v)
	case No:
		return derived(MakeBool(false), c.At, v)
	}
	return derived(Value{data: &unknownData{reason: c.run.openReason(v, class).Reason(), op: "isinstance", args: []Value{v, class}, typ: "bool"}}, c.At, v)
}

func builtinIssubclass(c *Call) Value {
	k, ok := c.Arg(0, "").data.(*classData)
	if !ok {
		if c.Arg(0, "").IsUnknown() {
			return unknownFrom(c.At, "issubclass", c.Args...)
		}
		return c.Raise("TypeError", "issubclass() arg 1 must be a class")
	}
	switch c.run.matchesClass(c.Arg(1, ""), k) {
	case Yes:
		return MakeBool(true)
	case No:
		return MakeBool(false)
	}
	return unknownFrom(c.At, "issubclass", c.Args...)
}
