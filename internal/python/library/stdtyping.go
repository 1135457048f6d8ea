package library

import "gonogo/internal/python/eval"

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
		"Generic":  eval.NewClass(eval.NativeClass{Name: "typing.Generic", Init: func(*eval.Call, eval.Value) {}}),
		"Protocol": eval.NewClass(eval.NativeClass{Name: "typing.Protocol", Init: func(*eval.Call, eval.Value) {}}),
		"TypedDict": eval.NewClass(eval.NativeClass{Name: "typing.TypedDict", New: func(c *eval.Call, _ eval.Value) eval.Value {
			return c.CallKw(eval.BuiltinClass("dict"), c.Args, c.Kwargs)
		}}),
		"NamedTuple": eval.NewClass(eval.NativeClass{Name: "typing.NamedTuple", New: newNamedTuple}),
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

// newNamedTuple makes an instance of a class that inherits from typing.NamedTuple: its annotations are the fields.
func newNamedTuple(c *eval.Call, class eval.Value) eval.Value {
	fields := dataFields(c, class)
	if len(fields) == 0 {
		return c.Unknown("a named tuple that is not modelled")
	}
	var elems []eval.Value
	for i, f := range fields {
		v := c.ArgOr(i, f.name, f.def)
		if !v.IsValid() {
			return c.Raise("TypeError", "__new__() missing required argument: '"+f.name+"'")
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

// typesModel is the module types.
func typesModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"SimpleNamespace": eval.NewClass(eval.NativeClass{Name: "types.SimpleNamespace", Init: func(c *eval.Call, self eval.Value) {
			for _, k := range c.Kwargs {
				if k.Name != "**" {
					self.SetField(k.Name, k.Value)
				}
			}
		}}),
		"MappingProxyType": eval.NewNative("types.MappingProxyType", func(c *eval.Call) eval.Value { return c.Arg(0, "") }),
		"ModuleType":       eval.NewUnmodelledClass("types.ModuleType"),
		"FunctionType":     eval.NewUnmodelledClass("types.FunctionType"),
		"NoneType":         eval.NewUnmodelledClass("types.NoneType"),
	}}
}
