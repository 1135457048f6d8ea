package eval

import (
	"fmt"

	"gonogo/internal/source"
)

// This file is what models of Python modules (package library) are written against.
//
// A model is a set of names. A function in Go receives a *Call and returns a value:
//
//	func Model() eval.Model {
//		return eval.Model{Names: map[string]eval.Value{
//			"getenv": eval.NewNative("os.getenv", getenv),
//			"sep":    eval.MakeStr("/"),
//		}}
//	}
//
//	func getenv(c *eval.Call) eval.Value {
//		name, ok := c.Arg(0, "key").AsStr()
//		if !ok {
//			return c.UnknownFrom("the name of an environment variable is not known", c.Args...)
//		}
//		def := c.Arg(1, "default")
//		if !def.IsValid() {
//			def = eval.MakeNone()
//		}
//		return c.Env(eval.EnvRead{Name: name, Default: def})
//	}
//
// Rules:
//   - An argument may always be Unknown. Use NewPure where an unknown argument simply makes the result unknown,
//     and never return a value as known that an unknown argument could change.
//   - A result without provenance gets the place of the call and the provenance of all arguments. Set an origin only to say more.
//   - c.Raise never returns: it unwinds to the Python program's except clauses. Do not recover from it.
//   - A model function is called once a run, so that a module's mutable state (a registry, a patched attribute) starts anew in each world.
//   - Nothing is read but through the Call.
//   - Values of the kinds Path and Timedelta get their methods, properties and operators ("__truediv__", "__add__", "__lt__", ...) from
//     the classes pathlib.Path and datetime.timedelta of the Library; self is the value itself.
//   - A method that returns NotImplemented() lets Python try the other operand, as in Python.

// Model is a module that is implemented in Go.
type Model struct {
	// Names are what the module has. A submodule that is in the Library too needs no entry.
	Names map[string]Value
	// Getattr makes names on demand (PEP 562); nil when there are none. It is asked after Names.
	Getattr func(name string) (Value, bool)
	// Open says that a name which the model lacks exists but is not modelled: importing it gives an unmodelled name
	// (a CapWords one is a class whose instances are Objects that record their arguments, another one is Unknown).
	// Otherwise a missing name is an ImportError or AttributeError, as in Python.
	Open bool
	// Finish is called when the module that is explored has run to its end, if the model was used, with that module: for a package that
	// makes settings of something else (django-configurations). nil when there is nothing to do.
	Finish func(c *Call, module Value)
}

// Kwarg is one keyword argument.
type Kwarg struct {
	Name  string
	Value Value
}

// Call is one call of a function that is implemented in Go, and its access to the running program.
type Call struct {
	Args   []Value // positional arguments; for a method without self. A Spread element (see Value.IsSpread) stands for `*unknown`.
	Kwargs []Kwarg // keyword arguments in order; one named "**" is Unknown and stands for `**unknown`
	At     source.Span

	run   *run
	frame *frame // of the caller
}

// NewNative makes a function of Go. dotted is its full Python name ("os.path.join"). A function that returns the invalid Value returns None.
func NewNative(dotted string, fn func(*Call) Value) Value {
	return Value{data: &nativeData{name: dotted, fn: fn}}
}

// NewPure is NewNative for a function without effects of which the result is Unknown, for the same reason, when an argument is
// (or holds a part that is) Unknown; fn then isn't called.
func NewPure(dotted string, fn func(*Call) Value) Value {
	return Value{data: &nativeData{name: dotted, fn: fn, pure: true}}
}

// NewModule makes a module object that isn't imported by name (a namespace inside another one).
func NewModule(dotted string, m Model) Value {
	return Value{data: newNativeModule(dotted, m)}
}

// NativeClass describes a class that is implemented in Go. Python classes may inherit from it.
type NativeClass struct {
	Name  string  // dotted: "environ.Env"
	Bases []Value // classes; none means object. See BuiltinClass for str, dict, Exception, ...
	// Init is __init__: it fills a new instance (SetAttr, SetState). nil takes any arguments and keeps them for Value.Arg.
	Init func(c *Call, self Value)
	// New is used instead of Init where calling the class gives something else than a plain instance
	// (pathlib.Path, a cached singleton). class is the class that was called, perhaps one that inherits from this one.
	New func(c *Call, class Value) Value
	// Methods have Python's names, special ones included: "read_env", "__call__", "__getitem__", "__contains__", "__iter__"
	// (returns a list or iterator), "__len__", "__enter__", "__exit__", "__str__", "__eq__", "__add__", "__truediv__", "__setattr__", ...
	Methods map[string]func(c *Call, self Value) Value
	// ClassMethods get the class (perhaps a subclass) instead of an instance.
	ClassMethods map[string]func(c *Call, class Value) Value
	// ClassOperators are operators of the class itself ("__or__", "__invert__"), as a metaclass gives them.
	ClassOperators map[string]func(c *Call, class Value) Value
	// Properties are computed attributes.
	Properties map[string]func(c *Call, self Value) Value
	// Attrs are class attributes, static methods (as NewNative) among them. Order is by name.
	Attrs map[string]Value
	// Getattr answers for attributes of an instance that were not found otherwise; ok false is an AttributeError.
	Getattr func(c *Call, self Value, name string) (v Value, ok bool)
	// Subclassed is called after a Python class that inherits from this one was made, with the class (pydantic's and enum's metaclasses).
	// ClassNames tells the names that its body assigned, and ClassAnnotations those that it annotated.
	Subclassed func(c *Call, class Value)
	// Lacks tells names that a class which inherits from this one certainly has not, though it is Partial; it may be nil.
	Lacks func(class Value, name string) bool
	// Metaclass is the class of the class; invalid for type.
	Metaclass Value
	// Open says that attributes of instances which are found nowhere are Unknown rather than missing.
	Open bool
	// Partial says that the class has more than is modelled: what is found nowhere in it, or in an instance, is Unknown, and instances keep
	// their arguments for Value.Args, as those of a class that is not modelled do.
	Partial bool
}

// NewClass makes a class.
func NewClass(n NativeClass) Value { return Value{data: newNativeClass(n)} }

// NewObject makes an instance of a class with state that only Go sees (may be nil), without calling Init.
func NewObject(class Value, state any) Value {
	c, ok := class.data.(*classData)
	if !ok {
		return MakeUnknown("an instance of something that is no class")
	}
	return Value{data: &objectData{class: c, state: state}}
}

// NewRecorded makes an instance that keeps its arguments for Value.Arg, as calling a class of a package that is not modelled does.
func NewRecorded(class Value, args []Value, kwargs []Kwarg) Value {
	v := NewObject(class, nil)
	if o, ok := v.data.(*objectData); ok {
		o.args, o.kwargs, o.open = args, kwargs, true
	}
	return v
}

// NewUnmodelledClass is a class of which only the name is known; its instances record their arguments, their attributes are Unknown.
func NewUnmodelledClass(dotted string) Value {
	c := newNativeClass(NativeClass{Name: dotted, Open: true})
	c.open, c.reason = true, "not modelled: "+dotted
	return Value{data: c}
}

// BuiltinClass is a class of Python's builtins by name: "object", "str", "dict", "Exception", "KeyError", ...; invalid when there is none.
func BuiltinClass(name string) Value { return builtinClass(name) }

// State is what NewObject or SetState stored; nil for anything else.
func (v Value) State() any {
	if o, ok := v.data.(*objectData); ok {
		return o.state
	}
	return nil
}

// SetState stores Go data in an Object; without effect on anything else.
func (v Value) SetState(state any) {
	if o, ok := v.data.(*objectData); ok {
		o.state = state
	}
}

// SetBody makes an Object an instance of a subclass of a built-in type: body is what it is as a str, int, dict, list or tuple
// (operators, methods and AsStr... of that type then work on it). An IntEnum member has its number as body.
func (v Value) SetBody(body Value) {
	if o, ok := v.data.(*objectData); ok {
		o.value = body
	}
}

// Body is what SetBody stored, or what an instance of a Python class that inherits from a built-in type is as one of that type;
// invalid for all other values.
func (v Value) Body() Value {
	if o, ok := v.data.(*objectData); ok {
		return o.value
	}
	return Value{}
}

// SetField stores an attribute of an Object or Class directly, without descriptors or __setattr__.
func (v Value) SetField(name string, value Value) {
	switch d := v.data.(type) {
	case *objectData:
		if d.attrs == nil {
			d.attrs = newDict()
		}
		d.attrs.setStr(name, value)
	case *classData:
		d.attrs.setStr(name, value)
	case *moduleData:
		d.globals.setStr(name, value)
	case *funcData:
		if d.attrs == nil {
			d.attrs = newDict()
		}
		d.attrs.setStr(name, value)
	}
}

// OpenModule makes nothing certain of what a Module has, as when another object takes its place; without effect on anything else.
func (v Value) OpenModule(reason string) {
	if m, ok := v.data.(*moduleData); ok && m.tree != nil {
		m.globals.overlay(MakeUnknown(reason))
	}
}

// Fields are the attributes that an Object itself, a Class itself (without its bases) or a Module has, in order of definition.
func (v Value) Fields() []Entry {
	switch d := v.data.(type) {
	case *objectData:
		if d.attrs != nil {
			return d.attrs.entries()
		}
	case *classData:
		return d.attrs.entries()
	case *moduleData:
		return d.globals.entries()
	}
	return nil
}

// ClassOf is the class of an Object; invalid for anything else (see Call.TypeOf).
func (v Value) ClassOf() Value {
	if o, ok := v.data.(*objectData); ok {
		return Value{data: o.class}
	}
	return Value{}
}

// MRO are the classes in method resolution order, the class itself first; nil for anything but a Class.
func (v Value) MRO() []Value {
	c, ok := v.data.(*classData)
	if !ok {
		return nil
	}
	out := make([]Value, len(c.mro))
	for i, k := range c.mro {
		out[i] = Value{data: k}
	}
	return out
}

// IsSubclass reports whether a Class is, or inherits from, the class with the dotted name.
func (v Value) IsSubclass(dotted string) bool {
	c, ok := v.data.(*classData)
	if !ok {
		return false
	}
	for _, k := range c.mro {
		if k.name == dotted {
			return true
		}
	}
	return false
}

// IsPython reports whether a Callable is a function, or a bound method, that is written in Python.
func (v Value) IsPython() bool {
	switch d := v.data.(type) {
	case *funcData:
		return true
	case *methodData:
		return d.fn.IsPython()
	}
	return false
}

// Append adds an element to a List; without effect on anything else.
func (v Value) Append(e Value) {
	if l, ok := v.data.(*listData); ok {
		l.elems = append(l.elems, e)
	}
}

// SetKey stores an entry in a Dict; without effect on anything else.
func (v Value) SetKey(k, value Value) {
	if d := dictOf(v.data); d != nil {
		d.set(k, value)
	}
}

// DeleteKey removes an entry of a Dict and returns what it held.
func (v Value) DeleteKey(k Value) (Value, bool) {
	if d := dictOf(v.data); d != nil {
		return d.delete(k)
	}
	return Value{}, false
}

// SetOpen marks a List, Set or Dict as having unknown parts beside those that it lists. What a Dict lists stays.
func (v Value) SetOpen(reason string) {
	s := MakeSpread(reason)
	switch d := v.data.(type) {
	case *listData:
		d.elems = append(d.elems, s)
	case *setData:
		d.dict.open = s
	default:
		if dict := dictOf(d); dict != nil {
			dict.open = s
		}
	}
}

// ---- arguments

// Arg is the argument at a position (from 0; -1 for keyword-only) or with a name ("" for positional-only); invalid when it was not given.
// When it may hide in an unknown *args or **kwargs it is Unknown.
func (c *Call) Arg(position int, name string) Value {
	for i := 0; i < len(c.Args) && i <= position; i++ {
		if c.Args[i].IsSpread() {
			return MakeUnknown(c.Args[i].Reason()).WithOrigin(c.Args[i].origin)
		}
	}
	if v := argument(c.Args, c.Kwargs, position, name); v.IsValid() {
		return v
	}
	for _, k := range c.Kwargs {
		if k.Name == "**" && name != "" {
			return MakeUnknown(k.Value.Reason()).WithOrigin(k.Value.origin)
		}
	}
	return Value{}
}

// ArgOr is Arg, or a default when the argument was not given.
func (c *Call) ArgOr(position int, name string, def Value) Value {
	if v := c.Arg(position, name); v.IsValid() {
		return v
	}
	return def
}

// HasArg reports whether the argument was given.
func (c *Call) HasArg(position int, name string) bool { return c.Arg(position, name).IsValid() }

// FirstUnknown is the first argument that is Unknown or holds an Unknown; invalid when all are known.
func (c *Call) FirstUnknown() Value {
	for _, a := range c.Args {
		if u := unknownPart(a, 0); u.IsValid() {
			return u
		}
	}
	for _, k := range c.Kwargs {
		if u := unknownPart(k.Value, 0); u.IsValid() {
			return u
		}
	}
	return Value{}
}

// unknownPart finds something unknown in a value.
func unknownPart(v Value, depth int) Value {
	left := maxLookedAt
	return unknownAmong(v, depth, &left)
}

// unknownAmong looks at a bounded number of parts; a value with more is taken to have an unknown one.
func unknownAmong(v Value, depth int, left *int) Value {
	if v.IsUnknown() {
		return v
	}
	if *left--; *left < 0 {
		return MakeUnknown("a value with too many parts")
	}
	if depth > 20 {
		return Value{}
	}
	for _, e := range v.Elems() {
		if u := unknownAmong(e, depth+1, left); u.IsValid() {
			return u
		}
	}
	if d := dictOf(v.data); d != nil {
		if d.open.IsValid() {
			return d.open
		}
		for _, e := range d.entries() {
			if u := unknownAmong(e.Value, depth+1, left); u.IsValid() {
				return u
			}
		}
	}
	return Value{}
}

// ---- results

// Unknown is a result of which only the reason is known, from the place of the call. reason is one clause:
// "environment variable X is not set", "computed by a package that is not in the project: acme.plugins".
func (c *Call) Unknown(reason string) Value {
	return MakeUnknown(reason).WithOrigin(&Origin{At: c.At})
}

// UnknownFrom is an Unknown that was computed from values. When one of them is unknown its reason is the result's, else reason is.
func (c *Call) UnknownFrom(reason string, from ...Value) Value {
	for _, v := range from {
		if u := unknownPart(v, 0); u.IsValid() {
			reason = u.Reason()
			break
		}
	}
	return MakeUnknown(reason).WithOrigin(&Origin{At: c.At, From: originsOf(from...)})
}

// Random is a result that is made anew at each start: an Unknown of that type ("str", ...) which is true, for which Value.IsRandom holds.
func (c *Call) Random(typ string) Value {
	u := &unknownData{reason: "made at random at each start", typ: typ, truth: Yes}
	return Value{data: u, origin: &Origin{At: c.At, Random: true}}
}

// FromFile marks a value as content of a file of the project.
func (c *Call) FromFile(v Value, path string) Value {
	return v.WithOrigin(&Origin{At: c.At, FromFile: path, From: originsOf(v)})
}

// Raise raises a Python exception. class is dotted ("django.core.exceptions.ImproperlyConfigured"), or a plain name of the builtins
// ("KeyError"). It does not return; the result is for the shape `return c.Raise(...)`.
func (c *Call) Raise(class, message string) Value {
	c.run.raise(c.At, class, message, c.Args...)
	return Value{}
}

// RaiseValues raises an exception with arguments that need not be texts, as KeyError has its key.
func (c *Call) RaiseValues(class string, args ...Value) Value {
	c.run.raiseWith(c.At, class, args, c.Args...)
	return Value{}
}

// NotImplemented is what a method of an operator returns for operands that it does not know.
func NotImplemented() Value { return Value{data: notImplementedData{}} }

// NewIterator is an iterator over elements; what names its class ("generator", "zip", ...).
func NewIterator(what string, elems []Value) Value {
	return Value{data: &iteratorData{what: what, elems: elems}}
}

// NewEndless is an iterator that pulls its elements one by one; pull returns false at the end.
func NewEndless(what string, pull func() (Value, bool)) Value {
	return Value{data: &iteratorData{what: what, pull: pull}}
}

// NewCachedProperty is a functools.cached_property over a function: computed when it is first asked for, then an attribute of the instance.
func NewCachedProperty(fn Value) Value {
	return Value{data: &descriptorData{what: "cached_property", get: fn}}
}

// Identity is a text that two values share when Python's dict takes them for the same key: of an object it is which one it is.
func Identity(v Value) string {
	switch d := v.data.(type) {
	case *objectData, *classData, *funcData, *methodData, *moduleData, *nativeData:
		return fmt.Sprintf("%p", d)
	case boolData, intData, floatData:
		if f, ok := v.AsFloat(); ok {
			return fmt.Sprint(f)
		}
	}
	return v.Repr(wholeRepr)
}

// wholeRepr is more characters than the text of any value has.
const wholeRepr = 1 << 20

// NewProperty is a property with a getter in Go, for NativeClass.Attrs or Value.SetField of a class.
func NewProperty(get func(c *Call, self Value) Value) Value {
	fn := NewNative("property", func(c *Call) Value {
		inner := *c
		inner.Args = c.Args[1:]
		return get(&inner, c.Args[0])
	})
	return Value{data: &descriptorData{what: "property", get: fn}}
}
