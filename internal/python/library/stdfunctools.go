package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// functoolsModel is the module functools.
func functoolsModel() eval.Model {
	wrapper := eval.NewClass(cachedFunction())
	cache := eval.NewNative("functools.lru_cache", func(c *eval.Call) eval.Value {
		if fn := c.Arg(0, "maxsize"); fn.Kind() == eval.Callable {
			return newCachedFunction(wrapper, fn)
		}
		return eval.NewNative("functools.lru_cache.decorator", func(c *eval.Call) eval.Value { return newCachedFunction(wrapper, c.Arg(0, "")) })
	})
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"partial": eval.NewClass(partialClass()),
		"reduce":  eval.NewNative("functools.reduce", reduce),
		"wraps": eval.NewNative("functools.wraps", func(c *eval.Call) eval.Value {
			wrapped := c.Arg(0, "wrapped")
			return eval.NewNative("functools.wraps.decorator", func(c *eval.Call) eval.Value {
				wrapper := c.Arg(0, "")
				if wrapper.Kind() == eval.Callable {
					wrapping(c, wrapper, wrapped)
				}
				return wrapper
			})
		}),
		"singledispatch":  singledispatch(),
		"lru_cache":       cache,
		"cache":           cache,
		"cached_property": cachedProperty(),
		"total_ordering":  eval.NewNative("functools.total_ordering", totalOrdering),
		"update_wrapper":  eval.NewNative("functools.update_wrapper", updateWrapper),
		"cmp_to_key":      unknownFunc("functools.cmp_to_key", "a comparison function is not modelled"),
	}}
}

// cachedProperty is functools.cached_property, and Django's.
func cachedProperty() eval.Value {
	return eval.NewNative("functools.cached_property", func(c *eval.Call) eval.Value { return eval.NewCachedProperty(c.Arg(0, "func")) })
}

// results are what a cached function has returned, by the texts of its arguments.
type results struct {
	fn   eval.Value
	made map[string]eval.Value
}

func newCachedFunction(class, fn eval.Value) eval.Value {
	return eval.NewObject(class, &results{fn, map[string]eval.Value{}})
}

// cachedFunction is the class of functions that lru_cache and cache make: the same arguments give the same object again.
func cachedFunction() eval.NativeClass {
	of := func(self eval.Value) *results {
		if s, ok := self.State().(*results); ok {
			return s
		}
		return &results{eval.MakeUnknown("a cached function"), map[string]eval.Value{}}
	}
	return eval.NativeClass{Name: "functools._lru_cache_wrapper",
		Methods: map[string]method{
			"__call__": func(c *eval.Call, self eval.Value) eval.Value { return cachedCall(c, of(self)) },
			"__get__": func(c *eval.Call, self eval.Value) eval.Value {
				object := c.Arg(0, "")
				if isNone(object) {
					return self
				}
				return eval.NewNative("functools.cached_method", func(c *eval.Call) eval.Value {
					inner := *c
					inner.Args = append([]eval.Value{object}, c.Args...)
					return cachedCall(&inner, of(self))
				})
			},
			"cache_clear": func(c *eval.Call, self eval.Value) eval.Value { clear(of(self).made); return eval.MakeNone() },
			"cache_info": func(c *eval.Call, self eval.Value) eval.Value {
				return c.Unknown("how often a cached function was called")
			},
		},
		Getattr: func(c *eval.Call, self eval.Value, name string) (eval.Value, bool) {
			if name == "__wrapped__" {
				return of(self).fn, true
			}
			return c.FindAttr(of(self).fn, name)
		}}
}

// cachedCall calls a cached function unless it was called with these arguments. Arguments that are not known are not remembered.
func cachedCall(c *eval.Call, r *results) eval.Value {
	if c.FirstUnknown().IsValid() {
		return c.CallKw(r.fn, c.Args, c.Kwargs)
	}
	var key strings.Builder
	for _, a := range c.Args {
		key.WriteString(eval.Identity(a) + ",")
	}
	for _, k := range c.Kwargs {
		key.WriteString(k.Name + "=" + eval.Identity(k.Value) + ",")
	}
	if v, ok := r.made[key.String()]; ok {
		return v
	}
	v := c.CallKw(r.fn, c.Args, c.Kwargs)
	r.made[key.String()] = v
	return v
}

// updateWrapper gives a function or object the name of another function, and says what it wraps.
func updateWrapper(c *eval.Call) eval.Value {
	return wrapping(c, c.Arg(0, "wrapper"), c.Arg(1, "wrapped"))
}

// wrapping gives a wrapper the names of what it wraps, and returns it.
func wrapping(c *eval.Call, wrapper, wrapped eval.Value) eval.Value {
	c.SetAttr(wrapper, "__wrapped__", wrapped)
	for _, name := range []string{"__name__", "__qualname__", "__module__", "__doc__"} {
		if v, ok := c.FindAttr(wrapped, name); ok {
			c.SetAttr(wrapper, name, v)
		}
	}
	return wrapper
}

// totalOrdering adds the comparisons that a class lacks, made of one that it has and of ==.
func totalOrdering(c *eval.Call) eval.Value {
	class := c.Arg(0, "cls")
	roots := map[string]string{"__lt__": "<", "__gt__": ">", "__le__": "<=", "__ge__": ">="}
	for _, root := range []string{"__lt__", "__gt__", "__le__", "__ge__"} {
		if class.Kind() != eval.Class || !ownAttr(class, root).IsValid() {
			continue
		}
		for name, op := range roots {
			if !ownAttr(class, name).IsValid() {
				class.SetField(name, newMethod(class.Dotted()+"."+name, ordering(roots[root], op)))
			}
		}
		break
	}
	return class
}

// ordering is a comparison made of another one (has) and of ==.
func ordering(has, wanted string) method {
	return func(c *eval.Call, self eval.Value) eval.Value {
		other := c.Arg(0, "")
		less := c.Truth(c.Operator(has, self, other))
		if has[:1] == wanted[:1] { // < of <=, <= of <
			equal := c.Truth(c.Operator("==", self, other))
			return eval.MakeBool(less && !equal || len(wanted) == 2 && equal)
		}
		if len(has) != len(wanted) { // >= of <, > of <=
			return eval.MakeBool(!less)
		}
		equal := c.Truth(c.Operator("==", self, other))
		return eval.MakeBool(!less && !equal || len(wanted) == 2 && equal) // > of <, >= of <=
	}
}

// partialState is a function with arguments given in advance.
type partialState struct {
	fn     eval.Value
	args   []eval.Value
	kwargs []eval.Kwarg
}

func partialClass() eval.NativeClass {
	return eval.NativeClass{Name: "functools.partial",
		Init: func(c *eval.Call, self eval.Value) {
			if len(c.Args) == 0 {
				c.Raise("TypeError", "type 'partial' takes at least one argument")
			}
			self.SetState(&partialState{fn: c.Args[0], args: c.Args[1:], kwargs: c.Kwargs})
			self.SetField("func", c.Args[0])
			self.SetField("args", eval.MakeTuple(c.Args[1:]...))
			keywords := eval.MakeDict()
			for _, k := range c.Kwargs {
				keywords.SetKey(eval.MakeStr(k.Name), k.Value)
			}
			self.SetField("keywords", keywords)
		},
		Methods: map[string]method{"__call__": func(c *eval.Call, self eval.Value) eval.Value {
			p, ok := self.State().(*partialState)
			if !ok {
				return c.Unknown("a partial function that is not modelled")
			}
			args := append(append([]eval.Value{}, p.args...), c.Args...)
			return c.CallKw(p.fn, args, mergeKwargs(p.kwargs, c.Kwargs))
		}}}
}

// mergeKwargs lets the later arguments replace earlier ones of the same name.
func mergeKwargs(first, second []eval.Kwarg) []eval.Kwarg {
	out := append([]eval.Kwarg{}, first...)
next:
	for _, k := range second {
		for i := range out {
			if out[i].Name == k.Name && k.Name != "**" {
				out[i] = k
				continue next
			}
		}
		out = append(out, k)
	}
	return out
}

func reduce(c *eval.Call) eval.Value {
	fn := c.Arg(0, "function")
	elems := c.Iterate(c.Arg(1, "iterable"))
	acc := c.Arg(2, "initial")
	if !acc.IsValid() {
		if len(elems) == 0 {
			return c.Raise("TypeError", "reduce() of empty iterable with no initial value")
		}
		acc, elems = elems[0], elems[1:]
	}
	for _, e := range elems {
		if e.IsSpread() || acc.IsSpread() {
			return c.UnknownFrom(e.Reason(), e, acc)
		}
		acc = c.Call(fn, acc, e)
	}
	return acc
}

// operatorModel is the module operator.
func operatorModel() eval.Model {
	names := map[string]eval.Value{}
	for name, op := range map[string]string{"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
		"and_": "&", "or_": "|", "xor": "^", "lshift": "<<", "rshift": ">>", "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
		"concat": "+", "iadd": "+", "ior": "|", "matmul": "@"} {
		names[name] = eval.NewNative("_operator."+name, func(c *eval.Call) eval.Value {
			return c.Operator(op, c.Arg(0, ""), c.Arg(1, ""))
		})
	}
	names["contains"] = eval.NewNative("_operator.contains", func(c *eval.Call) eval.Value {
		return c.Operator("in", c.Arg(1, ""), c.Arg(0, ""))
	})
	names["getitem"] = eval.NewNative("_operator.getitem", func(c *eval.Call) eval.Value { return c.Index(c.Arg(0, ""), c.Arg(1, "")) })
	names["setitem"] = eval.NewNative("_operator.setitem", func(c *eval.Call) eval.Value {
		c.SetIndex(c.Arg(0, ""), c.Arg(1, ""), c.Arg(2, ""))
		return eval.MakeNone()
	})
	names["not_"] = eval.NewNative("_operator.not_", func(c *eval.Call) eval.Value { return eval.MakeBool(!c.Truth(c.Arg(0, ""))) })
	names["truth"] = eval.NewNative("_operator.truth", func(c *eval.Call) eval.Value { return eval.MakeBool(c.Truth(c.Arg(0, ""))) })
	names["itemgetter"] = getter("operator.itemgetter", func(c *eval.Call, v, key eval.Value) eval.Value { return c.Index(v, key) })
	names["attrgetter"] = getter("operator.attrgetter", func(c *eval.Call, v, key eval.Value) eval.Value {
		s, ok := str(key)
		if !ok {
			return c.UnknownFrom("the name of an attribute is not known", key)
		}
		for _, part := range splitNonEmpty(s, ".") {
			v = c.GetAttr(v, part)
		}
		return v
	})
	names["methodcaller"] = eval.NewNative("operator.methodcaller", func(c *eval.Call) eval.Value {
		name, _ := str(c.Arg(0, "name"))
		args, kwargs := c.Args[min(1, len(c.Args)):], c.Kwargs
		return eval.NewNative("operator.methodcaller.call", func(c *eval.Call) eval.Value {
			return c.CallKw(c.GetAttr(c.Arg(0, ""), name), args, kwargs)
		})
	})
	return eval.Model{Names: names, Open: true}
}

// getter makes itemgetter and attrgetter: one key gives a value, several give a tuple.
func getter(dotted string, get func(c *eval.Call, v, key eval.Value) eval.Value) eval.Value {
	return eval.NewNative(dotted, func(c *eval.Call) eval.Value {
		keys := c.Args
		return eval.NewNative(dotted+".call", func(c *eval.Call) eval.Value {
			v := c.Arg(0, "")
			if len(keys) == 1 {
				return get(c, v, keys[0])
			}
			out := make([]eval.Value, len(keys))
			for i, k := range keys {
				out[i] = get(c, v, k)
			}
			return eval.MakeTuple(out...)
		})
	})
}
