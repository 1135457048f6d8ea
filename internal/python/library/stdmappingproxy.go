package library

import "gonogo/internal/python/eval"

// mappingProxy is types.MappingProxyType: a view of a dictionary that cannot be written. It is no dict.
func mappingProxy() eval.Value {
	methods := map[string]method{}
	for _, name := range []string{"__getitem__", "__contains__", "__iter__", "__len__", "__or__", "__ror__", "__reversed__", "get", "keys", "values", "items", "copy"} {
		methods[name] = func(c *eval.Call, self eval.Value) eval.Value {
			mapping, ok := self.State().(eval.Value)
			if !ok {
				return c.Unknown("a mapping that is not known")
			}
			switch name {
			case "__getitem__":
				return c.Eval("mapping[key]", dict("mapping", mapping, "key", c.Arg(0, "")))
			case "__contains__":
				return c.Eval("key in mapping", dict("mapping", mapping, "key", c.Arg(0, "")))
			case "__iter__":
				return c.Eval("iter(mapping)", dict("mapping", mapping))
			case "__reversed__":
				return c.Eval("reversed(mapping)", dict("mapping", mapping))
			case "__len__":
				return c.Eval("len(mapping)", dict("mapping", mapping))
			case "__or__":
				return c.Operator("|", mapping, c.Arg(0, ""))
			case "__ror__":
				return c.Operator("|", c.Arg(0, ""), mapping)
			}
			return c.CallKw(c.GetAttr(mapping, name), c.Args, c.Kwargs)
		}
	}
	return eval.NewClass(eval.NativeClass{Name: "mappingproxy", Methods: methods, Init: func(c *eval.Call, self eval.Value) {
		mapping := c.Arg(0, "mapping")
		if mapping.Kind() != eval.Dict {
			mapping = c.UnknownFrom("a mapping that is not known", mapping)
		}
		self.SetState(mapping)
	}})
}
