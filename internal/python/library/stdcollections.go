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
		"ChainMap":    chainMap(),
		"Counter":     counter(),
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
			"popitem": func(c *eval.Call, self eval.Value) eval.Value {
				last, known := truthy(c.Arg(0, "last"), true)
				entries := self.Entries()
				if self.IsOpen() || !known {
					return c.Unknown("which entry of a dictionary is taken is not known")
				}
				if len(entries) == 0 {
					return c.Raise("KeyError", "dictionary is empty")
				}
				e := entries[0]
				if last {
					e = entries[len(entries)-1]
				}
				self.DeleteKey(e.Key)
				return eval.MakeTuple(e.Key, e.Value)
			},
			"move_to_end": func(c *eval.Call, self eval.Value) eval.Value {
				key := c.Arg(0, "key")
				last, known := truthy(c.Arg(1, "last"), true)
				v, ok := self.DeleteKey(key)
				if !ok {
					return c.RaiseValues("KeyError", key)
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
		return c.RaiseValues("KeyError", key)
	}
	v := c.Call(factory)
	self.SetKey(key, v)
	return v
}

// chainMap is a dictionary made of several: the first that has a key wins, and what is written goes to the first. Its body is the
// merged dictionary at the time of making; a later change of one of them opens it.
func chainMap() eval.Value {
	merge := func(maps []eval.Value) eval.Value {
		merged := eval.MakeDict()
		for i := len(maps) - 1; i >= 0; i-- {
			if maps[i].Kind() != eval.Dict && !maps[i].Body().IsValid() || maps[i].IsOpen() {
				merged.SetOpen("a part of the ChainMap is not known")
			}
			for _, e := range maps[i].Entries() {
				merged.SetKey(e.Key, e.Value)
			}
		}
		return merged
	}
	var class eval.Value
	chain := func(maps []eval.Value) eval.Value {
		v := eval.NewObject(class, nil)
		v.SetField("maps", eval.MakeList(maps...))
		v.SetBody(merge(maps))
		return v
	}
	// refreshed is the chain with what its maps hold now.
	refreshed := func(self eval.Value) eval.Value {
		self.SetBody(merge(self.Attr("maps").Elems()))
		return self.Body()
	}
	through := func(name string) method {
		return func(c *eval.Call, self eval.Value) eval.Value {
			return c.CallKw(c.GetAttr(refreshed(self), name), c.Args, c.Kwargs)
		}
	}
	methods := map[string]method{
		"__getitem__": func(c *eval.Call, self eval.Value) eval.Value { return c.Index(refreshed(self), c.Arg(0, "")) },
		"__setitem__": func(c *eval.Call, self eval.Value) eval.Value {
			c.SetIndex(self.Attr("maps").Elems()[0], c.Arg(0, ""), c.Arg(1, ""))
			refreshed(self)
			return eval.MakeNone()
		},
		"__contains__": func(c *eval.Call, self eval.Value) eval.Value { return c.Operator("in", c.Arg(0, ""), refreshed(self)) },
		"__iter__":     func(c *eval.Call, self eval.Value) eval.Value { return c.Call(builtin(c, "iter"), refreshed(self)) },
		"new_child": func(c *eval.Call, self eval.Value) eval.Value {
			return chain(append([]eval.Value{c.ArgOr(0, "m", eval.MakeDict())}, self.Attr("maps").Elems()...))
		},
	}
	for _, name := range []string{"get", "keys", "values", "items"} {
		methods[name] = through(name)
	}
	class = eval.NewClass(eval.NativeClass{Name: "collections.ChainMap", Bases: []eval.Value{eval.BuiltinClass("dict")}, Methods: methods,
		New: func(c *eval.Call, _ eval.Value) eval.Value {
			if len(c.Args) == 0 {
				return chain([]eval.Value{eval.MakeDict()})
			}
			return chain(c.Args)
		}})
	return class
}

// counter is a dictionary of numbers; what it lacks counts 0.
func counter() eval.Value {
	var class eval.Value
	add := func(c *eval.Call, d, key, n eval.Value) {
		old, ok := entryOf(d, key)
		if !ok {
			old = eval.MakeInt(0)
		}
		d.SetKey(key, c.Operator("+", old, n))
	}
	count := func(c *eval.Call, self eval.Value, sign int64) eval.Value {
		d := self.Body()
		if source := c.Arg(0, "iterable"); given(source) {
			if entries := source.Entries(); entries != nil || source.Kind() == eval.Dict {
				for _, e := range entries {
					add(c, d, e.Key, c.Operator("*", e.Value, eval.MakeInt(sign)))
				}
			} else {
				for _, e := range c.Iterate(source) {
					if e.IsUnknown() {
						d.SetOpen(e.Reason())
						continue
					}
					add(c, d, e, eval.MakeInt(sign))
				}
			}
			if source.IsOpen() {
				d.SetOpen("what is counted is not known")
			}
		}
		for _, k := range c.Kwargs {
			add(c, d, eval.MakeStr(k.Name), c.Operator("*", k.Value, eval.MakeInt(sign)))
		}
		return eval.MakeNone()
	}
	combine := func(sign int64) method {
		return func(c *eval.Call, self eval.Value) eval.Value {
			out := eval.NewObject(class, nil)
			out.SetBody(c.Copy(self.Body()))
			for _, e := range c.Arg(0, "").Entries() {
				add(c, out.Body(), e.Key, c.Operator("*", e.Value, eval.MakeInt(sign)))
			}
			for _, e := range out.Entries() {
				if !c.Truth(c.Operator(">", e.Value, eval.MakeInt(0))) {
					out.DeleteKey(e.Key)
				}
			}
			return out
		}
	}
	class = eval.NewClass(eval.NativeClass{Name: "collections.Counter", Bases: []eval.Value{eval.BuiltinClass("dict")},
		Init: func(c *eval.Call, self eval.Value) {
			self.SetBody(eval.MakeDict())
			count(c, self, 1)
		},
		Methods: map[string]method{
			"__missing__": func(*eval.Call, eval.Value) eval.Value { return eval.MakeInt(0) },
			"update":      func(c *eval.Call, self eval.Value) eval.Value { return count(c, self, 1) },
			"subtract":    func(c *eval.Call, self eval.Value) eval.Value { return count(c, self, -1) },
			"__add__":     combine(1), "__sub__": combine(-1),
			"most_common": func(c *eval.Call, self eval.Value) eval.Value {
				names := dict("items", eval.MakeList(pairs(self.Entries())...), "n", c.ArgOr(0, "n", eval.MakeNone()))
				if self.IsOpen() {
					return c.Unknown("what is counted is not known")
				}
				return c.Eval("sorted(items, key=lambda kv: kv[1], reverse=True)[:n]", names)
			},
			"elements": func(c *eval.Call, self eval.Value) eval.Value {
				return c.Eval("[k for k, n in items for _ in range(n)]", dict("items", eval.MakeList(pairs(self.Entries())...)))
			},
		}})
	return class
}

// entryOf is the value of a key of a dictionary.
func entryOf(d, key eval.Value) (eval.Value, bool) {
	for _, e := range d.Entries() {
		if eval.Equal(e.Key, key) {
			return e.Value, true
		}
	}
	return eval.Value{}, false
}

// pairs are entries as tuples.
func pairs(entries []eval.Entry) []eval.Value {
	out := make([]eval.Value, len(entries))
	for i, e := range entries {
		out[i] = eval.MakeTuple(e.Key, e.Value)
	}
	return out
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
			"__repr__": func(c *eval.Call, self eval.Value) eval.Value {
				var parts []string
				for i, e := range self.Elems() {
					s, ok := str(c.Repr(e))
					if !ok {
						return c.Unknown("the text of a part of an object")
					}
					parts = append(parts, fields[i]+"="+s)
				}
				return eval.MakeStr(lastName(dotted) + "(" + strings.Join(parts, ", ") + ")")
			},
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
