package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// typingModel is the module typing (and typing_extensions): annotations change no value.
func typingModel() eval.Model {
	names := map[string]eval.Value{
		"TYPE_CHECKING":     eval.MakeBool(false),
		"cast":              eval.NewNative("typing.cast", func(c *eval.Call) eval.Value { return c.Arg(1, "val") }),
		"overload":          eval.NewNative("typing.overload", func(c *eval.Call) eval.Value { return c.Arg(0, "func") }),
		"final":             eval.NewNative("typing.final", func(c *eval.Call) eval.Value { return c.Arg(0, "f") }),
		"no_type_check":     eval.NewNative("typing.no_type_check", func(c *eval.Call) eval.Value { return c.Arg(0, "arg") }),
		"override":          eval.NewNative("typing.override", func(c *eval.Call) eval.Value { return c.Arg(0, "method") }),
		"runtime_checkable": eval.NewNative("typing.runtime_checkable", func(c *eval.Call) eval.Value { return c.Arg(0, "cls") }),
		"NewType": eval.NewNative("typing.NewType", func(c *eval.Call) eval.Value {
			return eval.NewNative("typing.NewType.call", func(c *eval.Call) eval.Value { return c.Arg(0, "") })
		}),
		"Generic":   eval.NewClass(eval.NativeClass{Name: "typing.Generic", Init: func(*eval.Call, eval.Value) {}}),
		"Protocol":  eval.NewClass(eval.NativeClass{Name: "typing.Protocol", Init: func(*eval.Call, eval.Value) {}}),
		"TypedDict": eval.NewClass(eval.NativeClass{Name: "typing.TypedDict", New: newTypedDict}),
		"NamedTuple": eval.NewClass(eval.NativeClass{Name: "typing.NamedTuple", Bases: []eval.Value{eval.BuiltinClass("tuple")},
			New: newNamedTuple, Subclassed: namedTupleMade, Methods: namedTupleMethods(),
			ClassMethods: map[string]method{"_make": func(c *eval.Call, class eval.Value) eval.Value {
				return c.Call(class, c.Iterate(c.Arg(0, "iterable"))...)
			}}}),
	}
	for _, n := range []string{"Any", "Optional", "Union", "Callable", "Literal", "ClassVar", "Final", "Annotated", "TypeAlias", "Self", "NoReturn",
		"Sequence", "Iterable", "Iterator", "Mapping", "MutableMapping", "Type", "IO", "TextIO", "Generator", "Awaitable", "Never", "Required", "NotRequired"} {
		names[n] = eval.NewUnmodelledClass("typing." + n)
	}
	for n, builtin := range map[string]string{"List": "list", "Dict": "dict", "Set": "set", "Tuple": "tuple", "FrozenSet": "frozenset"} {
		names[n] = eval.BuiltinClass(builtin)
	}
	names["Text"] = eval.BuiltinClass("str")
	return eval.Model{Names: names, Open: true}
}

// newTypedDict makes a dictionary of a class that inherits from typing.TypedDict; called itself, with a name and types, it makes such a class.
func newTypedDict(c *eval.Call, class eval.Value) eval.Value {
	if class.Dotted() != "typing.TypedDict" {
		return c.CallKw(eval.BuiltinClass("dict"), c.Args, c.Kwargs)
	}
	name, ok := str(c.Arg(0, "typename"))
	if !ok {
		return c.UnknownFrom("the name of a typed dictionary is not known", c.Args...)
	}
	return eval.NewClass(eval.NativeClass{Name: c.CallerName() + "." + name, New: newTypedDict})
}

// newNamedTuple makes an instance of a class that inherits from typing.NamedTuple: its annotations are the fields. Called itself it
// makes a class of a list of names and types.
func newNamedTuple(c *eval.Call, class eval.Value) eval.Value {
	if class.Dotted() == "typing.NamedTuple" {
		name, ok := str(c.Arg(0, "typename"))
		var fields []string
		for _, pair := range c.Iterate(c.ArgOr(1, "fields", eval.MakeList())) {
			elems := pair.Elems()
			if len(elems) != 2 {
				return c.UnknownFrom("the fields of a named tuple are not known", pair)
			}
			field, isText := str(elems[0])
			ok = ok && isText
			fields = append(fields, field)
		}
		if !ok {
			return c.UnknownFrom("the fields of a named tuple are not known", c.Args...)
		}
		return namedTupleClass(c.CallerName()+"."+name, fields, nil)
	}
	fields := dataFields(c, class)
	if len(fields) == 0 {
		return c.Unknown("a named tuple that is not modelled")
	}
	if len(c.Args) > len(fields) {
		return c.Raise("TypeError", lastName(class.Dotted())+".__new__() takes "+itoa(len(fields)+1)+" positional arguments but "+itoa(len(c.Args)+1)+" were given")
	}
	var elems []eval.Value
	for i, f := range fields {
		v := c.ArgOr(i, f.name, f.def)
		if !v.IsValid() {
			return c.Raise("TypeError", lastName(class.Dotted())+".__new__() missing 1 required positional argument: '"+f.name+"'")
		}
		elems = append(elems, v)
	}
	v := eval.NewObject(class, nil)
	v.SetBody(eval.MakeTuple(elems...))
	for i, f := range fields {
		v.SetField(f.name, elems[i])
	}
	return v
}

// namedTupleMade gives a class that inherits from typing.NamedTuple what collections.namedtuple gives to its own.
func namedTupleMade(c *eval.Call, class eval.Value) {
	var names []eval.Value
	defaults := eval.MakeDict()
	for _, f := range dataFields(c, class) {
		names = append(names, eval.MakeStr(f.name))
		if f.def.IsValid() {
			defaults.SetKey(eval.MakeStr(f.name), f.def)
		}
	}
	class.SetField("_fields", eval.MakeTuple(names...))
	class.SetField("_field_defaults", defaults)
	class.SetField("__match_args__", eval.MakeTuple(names...))
}

// namedTupleMethods are the methods of instances of classes that inherit from typing.NamedTuple.
func namedTupleMethods() map[string]method {
	asDict := func(self eval.Value) []eval.Entry {
		var out []eval.Entry
		elems := self.Elems()
		for i, f := range self.ClassOf().Attr("_fields").Elems() {
			if i < len(elems) {
				out = append(out, eval.Entry{Key: f, Value: elems[i]})
			}
		}
		return out
	}
	return map[string]method{
		"_asdict": func(_ *eval.Call, self eval.Value) eval.Value { return eval.MakeDict(asDict(self)...) },
		"_replace": func(c *eval.Call, self eval.Value) eval.Value {
			var kwargs []eval.Kwarg
			for _, e := range asDict(self) {
				kwargs = append(kwargs, eval.Kwarg{Name: text(e.Key), Value: e.Value})
			}
			return c.CallKw(self.ClassOf(), nil, mergeKwargs(kwargs, c.Kwargs))
		},
		"__repr__": func(c *eval.Call, self eval.Value) eval.Value {
			var parts []string
			for _, e := range asDict(self) {
				s, ok := str(c.Repr(e.Value))
				if !ok {
					return c.Unknown("the text of a part of an object")
				}
				parts = append(parts, text(e.Key)+"="+s)
			}
			return eval.MakeStr(lastName(self.Class()) + "(" + strings.Join(parts, ", ") + ")")
		},
	}
}

// typesModel is the module types.
func typesModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"SimpleNamespace": eval.NewClass(eval.NativeClass{Name: "types.SimpleNamespace", Init: func(c *eval.Call, self eval.Value) {
			for _, k := range c.Kwargs {
				if k.Name != "**" {
					self.SetField(k.Name, k.Value)
				}
			}
		}, Methods: map[string]method{
			"__eq__": func(c *eval.Call, self eval.Value) eval.Value {
				other := c.Arg(0, "")
				if other.IsUnknown() || other.Class() != self.Class() {
					return eval.NotImplemented()
				}
				return c.Operator("==", eval.MakeDict(self.Fields()...), eval.MakeDict(other.Fields()...))
			},
			"__repr__": func(c *eval.Call, self eval.Value) eval.Value { return c.Unknown("the text of an object") },
		}}),
		"MappingProxyType": mappingProxy(),
		"ModuleType":       eval.NewUnmodelledClass("types.ModuleType"),
		"FunctionType":     eval.NewUnmodelledClass("types.FunctionType"),
		"NoneType":         eval.NewUnmodelledClass("types.NoneType"),
	}}
}
