package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// collectionsModel is the module collections.
func collectionsModel() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"OrderedDict": eval.NewClass(orderedDict()),
		"defaultdict": eval.NewClass(defaultDict()),
		"namedtuple":  eval.NewNative("collections.namedtuple", namedtuple),
		"ChainMap":    eval.NewClass(chainMap()),
		"Counter":     eval.NewClass(counter()),
		"deque":       eval.NewUnmodelledClass("collections.deque"),
		"UserDict":    eval.NewUnmodelledClass("collections.UserDict"),
		"abc":         eval.NewModule("collections.abc", eval.Model{Open: true}),
	}}
}

// bodyDict fills the dictionary that an instance of a subclass of dict is, from the arguments of dict().
func bodyDict(c *eval.Call, self eval.Value, args []eval.Value) {
	self.SetBody(c.CallKw(eval.BuiltinClass("dict"), args, c.Kwargs))
}

func orderedDict() eval.NativeClass {
	return eval.NativeClass{Name: "collections.OrderedDict", Bases: []eval.Value{eval.BuiltinClass("dict")},
		Init: func(c *eval.Call, self eval.Value) { bodyDict(c, self, c.Args) },
		Methods: map[string]method{
			"move_to_end": func(c *eval.Call, self eval.Value) eval.Value {
				key := c.Arg(0, "key")
				last, known := truthy(c.Arg(1, "last"), true)
				v, ok := self.DeleteKey(key)
				if !ok {
					return c.Raise("KeyError", key.Repr(200))
				}
				if last || !known {
					self.SetKey(key, v)
					return eval.MakeNone()
				}
				entries := append([]eval.Entry{{Key: key, Value: v}}, self.Entries()...)
				self.SetBody(eval.MakeDict(entries...))
				return eval.MakeNone()
			},
		}}
}

func defaultDict() eval.NativeClass {
	return eval.NativeClass{Name: "collections.defaultdict", Bases: []eval.Value{eval.BuiltinClass("dict")},
		Init: func(c *eval.Call, self eval.Value) {
			self.SetField("default_factory", c.ArgOr(0, "default_factory", eval.MakeNone()))
			bodyDict(c, self, c.Args[min(1, len(c.Args)):])
		},
		Methods: map[string]method{
			"__missing__": missingDefault,
			"__getitem__": func(c *eval.Call, self eval.Value) eval.Value {
				key := c.Arg(0, "")
				if key.IsUnknown() || self.IsOpen() {
					return c.UnknownFrom("a key that is not known", key)
				}
				for _, e := range self.Entries() {
					if eval.Equal(e.Key, key) {
						return e.Value
					}
				}
				return missingDefault(c, self)
			},
		}}
}

// missingDefault makes the value of a key that a defaultdict lacks.
func missingDefault(c *eval.Call, self eval.Value) eval.Value {
	key := c.Arg(0, "")
	factory := self.Attr("default_factory")
	if !given(factory) {
		return c.Raise("KeyError", key.Repr(200))
	}
	v := c.Call(factory)
	self.SetKey(key, v)
	return v
}

// chainMap is a dictionary made of several: the first that has a key wins. Here it is the merged dictionary.
func chainMap() eval.NativeClass {
	return eval.NativeClass{Name: "collections.ChainMap", Bases: []eval.Value{eval.BuiltinClass("dict")},
		Init: func(c *eval.Call, self eval.Value) {
			merged := eval.MakeDict()
			for i := len(c.Args) - 1; i >= 0; i-- {
				if c.Args[i].Kind() != eval.Dict {
					self.SetBody(merged)
					merged.SetOpen("a part of the ChainMap is not known")
					return
				}
				if c.Args[i].IsOpen() {
					merged.SetOpen("a part of the ChainMap is not known")
				}
				for _, e := range c.Args[i].Entries() {
					merged.SetKey(e.Key, e.Value)
				}
			}
			self.SetBody(merged)
		}}
}

func counter() eval.NativeClass {
	return eval.NativeClass{Name: "collections.Counter", Bases: []eval.Value{eval.BuiltinClass("dict")},
		Init: func(c *eval.Call, self eval.Value) {
			d := eval.MakeDict()
			self.SetBody(d)
			if len(c.Args) == 0 {
				return
			}
			for _, e := range c.Iterate(c.Args[0]) {
				if e.IsUnknown() {
					d.SetOpen(e.Reason())
					continue
				}
				n := eval.MakeInt(0)
				for _, old := range d.Entries() {
					if eval.Equal(old.Key, e) {
						n = old.Value
					}
				}
				d.SetKey(e, c.Operator("+", n, eval.MakeInt(1)))
			}
		}}
}

// namedtuple makes a class of tuples with named fields.
func namedtuple(c *eval.Call) eval.Value {
	name, ok := str(c.Arg(0, "typename"))
	fields, ok2 := fieldNames(c, c.Arg(1, "field_names"))
	if !ok || !ok2 {
		return c.UnknownFrom("the fields of a named tuple are not known", c.Args...)
	}
	return namedTupleClass(c.CallerName()+"."+name, fields, c.Iterate(c.ArgOr(-1, "defaults", eval.MakeTuple())))
}

func fieldNames(c *eval.Call, v eval.Value) ([]string, bool) {
	if s, ok := str(v); ok {
		return strings.Fields(strings.ReplaceAll(s, ",", " ")), true
	}
	if v.IsUnknown() || !v.IsValid() {
		return nil, false
	}
	var out []string
	for _, e := range c.Iterate(v) {
		s, ok := str(e)
		if !ok {
			return nil, false
		}
		out = append(out, s)
	}
	return out, true
}

// namedTupleClass makes the class; defaults belong to the last fields.
func namedTupleClass(dotted string, fields []string, defaults []eval.Value) eval.Value {
	var class eval.Value
	make_ := func(c *eval.Call, get func(i int, name string) eval.Value) eval.Value {
		elems := make([]eval.Value, len(fields))
		for i, f := range fields {
			elems[i] = get(i, f)
			if !elems[i].IsValid() {
				if d := i - (len(fields) - len(defaults)); d >= 0 {
					elems[i] = defaults[d]
					continue
				}
				return c.Raise("TypeError", lastName(dotted)+".__new__() missing required argument: '"+f+"'")
			}
		}
		v := eval.NewObject(class, nil)
		v.SetBody(eval.MakeTuple(elems...))
		for i, f := range fields {
			v.SetField(f, elems[i])
		}
		return v
	}
	class = eval.NewClass(eval.NativeClass{Name: dotted, Bases: []eval.Value{eval.BuiltinClass("tuple")},
		New: func(c *eval.Call, _ eval.Value) eval.Value {
			if len(c.Args) > len(fields) {
				return c.Raise("TypeError", lastName(dotted)+".__new__() takes "+itoa(len(fields)+1)+" positional arguments")
			}
			return make_(c, c.Arg)
		},
		Attrs: map[string]eval.Value{"_fields": eval.MakeTuple(values(fields)...)},
		Methods: map[string]method{
			"_asdict": func(c *eval.Call, self eval.Value) eval.Value {
				d := eval.MakeDict()
				for i, e := range self.Elems() {
					d.SetKey(eval.MakeStr(fields[i]), e)
				}
				return d
			},
			"_replace": func(c *eval.Call, self eval.Value) eval.Value {
				return make_(c, func(i int, name string) eval.Value {
					if v := c.Arg(-1, name); v.IsValid() {
						return v
					}
					return self.Elems()[i]
				})
			},
		},
		ClassMethods: map[string]method{"_make": func(c *eval.Call, _ eval.Value) eval.Value {
			return c.Call(class, c.Iterate(c.Arg(0, ""))...)
		}}})
	return class
}
