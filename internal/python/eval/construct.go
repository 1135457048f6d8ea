package eval

import (
	"strings"
)

// constructBuiltin calls a class of module builtins.
func (r *run) constructBuiltin(class *classData, c *Call) Value {
	v := r.construct(class, c)
	if v.origin == nil {
		v = derived(v, c.At, c.Args...)
	}
	return v
}

func (r *run) construct(class *classData, c *Call) Value {
	switch class.name {
	case "object":
		return Value{data: &objectData{class: class}}
	case "str":
		return constructStr(c)
	case "int":
		return constructInt(c)
	case "float":
		return constructFloat(c)
	case "bool":
		return constructBool(c)
	case "bytes", "bytearray":
		return constructBytes(c)
	case "complex":
		return constructComplex(c)
	case "list":
		if len(c.Args) == 0 {
			return MakeList()
		}
		return MakeList(c.Iterate(c.Args[0])...)
	case "tuple":
		if len(c.Args) == 0 {
			return MakeTuple()
		}
		return MakeTuple(append([]Value(nil), c.Iterate(c.Args[0])...)...)
	case "set", "frozenset":
		s := &setData{}
		if len(c.Args) > 0 {
			s = r.makeSet(c.elementsInAnyOrder(c.Args[0]), c.At).data.(*setData)
		}
		s.frozen = class.name == "frozenset"
		return Value{data: s}
	case "dict":
		d := newDict()
		r.dictUpdateCall(d, c)
		return Value{data: d}
	case "range":
		return constructRange(c)
	case "slice":
		return constructSlice(c)
	case "property", "classmethod", "staticmethod":
		return Value{data: &descriptorData{what: class.name, get: c.Arg(0, "fget"), set: c.Arg(1, "fset"), del_: c.Arg(2, "fdel")}}
	case "super":
		return constructSuper(c)
	case "type":
		return constructType(c)
	case "enumerate", "zip", "map", "filter", "reversed":
		return constructIterator(class.name, c)
	case "memoryview":
		return c.UnknownFrom("a memory view", c.Args...)
	}
	o := newException(class, c.Args)
	for _, k := range c.Kwargs {
		o.SetField(k.Name, k.Value)
	}
	return o
}

func constructStr(c *Call) Value {
	if len(c.Args) == 0 && len(c.Kwargs) == 0 {
		return MakeStr("")
	}
	v := c.Arg(0, "object")
	if b, ok := v.AsBytes(); ok && (c.HasArg(1, "encoding") || c.HasArg(2, "errors")) {
		return c.run.decode(b, c.ArgOr(1, "encoding", MakeStr("utf-8")), c.ArgOr(2, "errors", MakeStr("strict")), c)
	}
	return c.Str(v)
}

func constructBool(c *Call) Value {
	if len(c.Args) == 0 {
		return MakeBool(false)
	}
	switch c.run.truth(c.Args[0], c.At, c.frame) {
	case Yes:
		return MakeBool(true)
	case No:
		return MakeBool(false)
	}
	u := c.run.openReason(c.Args[0])
	if x, ok := c.Args[0].data.(*unknownData); ok && x.typ == "bool" {
		return c.Args[0]
	}
	return derived(Value{data: &unknownData{reason: u.Reason(), op: "bool", args: c.Args, typ: "bool"}}, c.At, c.Args...)
}

func constructBytes(c *Call) Value {
	if len(c.Args) == 0 {
		return MakeBytes("")
	}
	v := c.Arg(0, "source").bodied()
	switch d := v.data.(type) {
	case bytesData:
		return MakeBytes(string(d))
	case strData:
		if !c.HasArg(1, "encoding") {
			return c.Raise("TypeError", "string argument without an encoding")
		}
		return c.run.encode(string(d), c.Arg(1, "encoding"), c.ArgOr(2, "errors", MakeStr("strict")), c)
	case intData:
		if d < 0 {
			return c.Raise("ValueError", "negative count")
		}
		if !c.run.reserve(int(d)) {
			return c.run.tooLarge(c.At, v)
		}
		return MakeBytes(strings.Repeat("\x00", int(d)))
	case *unknownData:
		return unknownFrom(c.At, "bytes", v)
	}
	var b []byte
	for _, e := range c.Iterate(v) {
		n, ok := e.AsInt()
		if !ok {
			return c.UnknownFrom("bytes that are not known", e)
		}
		if n < 0 || n > 255 {
			return c.Raise("ValueError", "bytes must be in range(0, 256)")
		}
		b = append(b, byte(n))
	}
	return MakeBytes(string(b))
}

func constructSuper(c *Call) Value {
	class, ok := c.Arg(0, "").data.(*classData)
	if !ok {
		if v, ok := c.run.zeroSuper(c.frame); ok {
			return v
		}
		return c.Raise("RuntimeError", "super(): no arguments")
	}
	return keepOrigin(Value{data: &superData{class: class, self: c.ArgOr(1, "", MakeNone())}})
}

// constructType is type(v), or type(name, bases, dict).
func constructType(c *Call) Value {
	if len(c.Args) == 1 {
		return keepOrigin(c.TypeOf(c.Args[0]))
	}
	name, ok := c.Arg(0, "name").AsStr()
	d := dictOf(c.Arg(2, "dict").data)
	if !ok || d == nil {
		return c.UnknownFrom("a class that is computed", c.Args...)
	}
	k := &classData{name: madeName(c.frame, name, d), attrs: d.copy(), at: c.At}
	for _, b := range c.Iterate(c.Arg(1, "bases")) {
		c.run.addBase(k, b, c.At, c.frame)
	}
	if len(k.bases) == 0 {
		k.bases = []*classData{builtinClasses()["object"]}
	}
	if k.mro, ok = linearize(k); !ok {
		return c.Raise("TypeError", "Cannot create a consistent method resolution order (MRO) for bases")
	}
	k.inheritMetaclass()
	if m := k.projectMetaclass(); m != nil {
		return c.run.callMetaclass(m, c.Args, c.Kwargs, c.At, c.frame)
	}
	v := Value{data: k, origin: &Origin{At: c.At}}
	c.run.classMade(k, v, c.Kwargs, c.At, c.frame)
	return v
}
