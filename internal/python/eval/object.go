package eval

import (
	"fmt"
	"strings"

	"gonogo/internal/source"
)

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
		return derived(Value{data: &unknownData{reason: reason.Reason(), op: "." + name, args: []Value{reason}, of: v}}, at, v), true
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
		return d.class.doc(), true
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
	case "__cause__", "__context__", "__traceback__", "errno", "strerror", "filename", "name", "code", "value", "msg",
		"__suppress_context__", "__notes__", "reason", "start", "end", "object", "encoding", "path", "lineno", "colno", "pos", "doc", "text":
		return r.exceptionAttr(d, name)
	}
	return Value{}, false
}

func (r *run) exceptionAttr(d *objectData, name string) (Value, bool) {
	if !d.class.isSubclass(builtinClasses()["BaseException"]) {
		return Value{}, false
	}
	args := attribute(d, "args").Elems()
	if lastPart(d.class.name) == "JSONDecodeError" && len(args) > 0 {
		if v, ok := jsonErrorAttr(args[0], name); ok {
			return v, true
		}
	}
	switch name {
	case "msg", "code", "value":
		if len(args) > 0 {
			return args[0], true
		}
		return MakeNone(), true
	case "name":
		if len(args) == 0 {
			return MakeNone(), true
		}
		if s, ok := args[0].AsStr(); ok {
			return MakeStr(quotedName(s)), true
		}
	case "errno":
		if d.class.name == "FileNotFoundError" {
			return MakeInt(2), true
		}
	case "__cause__": // else execRaise has set it
		return MakeNone(), true
	case "__context__":
		return MakeUnknown("the exception that led to another one"), true
	case "__traceback__":
		return MakeUnknown("where an exception was raised"), true
	}
	return MakeUnknown("an attribute of an exception: " + name), true
}

// jsonErrorAttr takes the message of a json.JSONDecodeError apart: "Extra data: line 1 column 3 (char 2)".
func jsonErrorAttr(message Value, name string) (Value, bool) {
	s, _ := message.AsStr()
	i := strings.LastIndex(s, ": line ")
	if i < 0 {
		return Value{}, false
	}
	var line, column, char int64
	if n, err := fmt.Sscanf(s[i:], ": line %d column %d (char %d)", &line, &column, &char); n != 3 || err != nil {
		return Value{}, false
	}
	v, ok := map[string]Value{"msg": MakeStr(s[:i]), "lineno": MakeInt(line), "colno": MakeInt(column), "pos": MakeInt(char)}[name]
	return v, ok
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

// notModelled is an attribute that a class in Go lacks: more likely the model is incomplete than the program wrong.
func notModelled(c *classData, name string, at source.Span, v Value) Value {
	return derived(Value{data: &unknownData{reason: "not modelled: " + c.name + "." + name, op: "." + name, args: []Value{v}}}, at, v)
}

// special finds a special method of a value's class, bound to the value.
func (r *run) special(v Value, name string, at source.Span, f *frame) (Value, bool) {
	var c *classData
	switch d := v.data.(type) {
	case *objectData:
		c = d.class
	case pathData, purePathData, timedeltaData:
		c = r.classOf(v)
	case *classData:
		if m, ok := r.metaclassSpecial(d, v, name, at, f); ok {
			return m, true
		}
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
