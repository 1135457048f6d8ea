package library

import "gonogo/internal/python/eval"

// abcModel is the module abc. Which methods of a class are abstract still, the interpreter asks when an instance is made.
func abcModel() eval.Model {
	mark := func(c *eval.Call) eval.Value {
		fn := c.Arg(0, "funcobj")
		fn.SetField("__isabstractmethod__", eval.MakeBool(true))
		return fn
	}
	derived := func(name, builtin string) eval.Value {
		return eval.NewNative("abc."+name, func(c *eval.Call) eval.Value { return c.Call(eval.BuiltinClass(builtin), mark(c)) })
	}
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"ABC":              eval.NewClass(abstractBase()),
		"ABCMeta":          eval.NewClass(eval.NativeClass{Name: "abc.ABCMeta", Bases: []eval.Value{eval.BuiltinClass("type")}, Partial: true}),
		"abstractmethod":   eval.NewNative("abc.abstractmethod", mark),
		"abstractproperty": derived("abstractproperty", "property"), "abstractclassmethod": derived("abstractclassmethod", "classmethod"),
		"abstractstaticmethod": derived("abstractstaticmethod", "staticmethod"),
	}}
}

// abstractBase is abc.ABC.
func abstractBase() eval.NativeClass {
	return eval.NativeClass{Name: "abc.ABC",
		Init: func(c *eval.Call, self eval.Value) {
			if len(c.Args)+len(c.Kwargs) > 0 {
				c.Raise("TypeError", lastName(self.Class())+"() takes no arguments")
			}
		},
		ClassMethods: map[string]method{
			// The interpreter takes isinstance of such a class for unknown.
			"register": func(c *eval.Call, class eval.Value) eval.Value {
				class.SetField("_abc_registry", eval.MakeBool(true))
				return c.Arg(0, "subclass")
			},
		}}
}
