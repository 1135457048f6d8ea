package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// Attributes that mark a data class. They are not Python's own, so that no program sees them.
const (
	dataMark         = "<dataclass>"
	dataKeywordsOnly = "<keywords only>"
)

// dataOptions are the options of the decorator dataclass that change what values are.
type dataOptions struct{ eq, order, frozen, keywords bool }

func newDataOptions(c *eval.Call) dataOptions {
	is := func(name string, def bool) bool {
		b, ok := truthy(c.Arg(-1, name), def)
		return b && ok
	}
	return dataOptions{eq: is("eq", true), order: is("order", false), frozen: is("frozen", false), keywords: is("kw_only", false)}
}

// annotates reports whether an annotation is a special form of typing or dataclasses, with a parameter or without.
func annotates(annotation eval.Value, form string) bool {
	if s, ok := str(annotation); ok {
		head, _, _ := strings.Cut(s, "[")
		return lastName(head) == form
	}
	return lastName(annotation.Dotted()) == form || strings.HasSuffix(annotation.Reason(), "."+form)
}

// fieldsOf are the fields of a data class or of an instance of one, without those that are handed to __post_init__ only.
func fieldsOf(c *eval.Call, v eval.Value) ([]dataField, bool) {
	class := v
	if v.Kind() == eval.Object {
		class = v.ClassOf()
	}
	if class.Kind() != eval.Class || !class.Attr(dataMark).IsValid() {
		return nil, false
	}
	var out []dataField
	for _, f := range dataFields(c, class) {
		if !f.initVar {
			out = append(out, f)
		}
	}
	return out, true
}

// dataMethods adds __repr__, comparisons and __match_args__.
func dataMethods(class eval.Value, fields []dataField, options dataOptions, set func(name string, fn method)) {
	class.SetField(dataMark, eval.MakeBool(true))
	var positional []eval.Value
	for _, f := range fields {
		if !f.noInit && !f.keyword {
			positional = append(positional, eval.MakeStr(f.name))
		}
	}
	if !ownAttr(class, "__match_args__").IsValid() {
		class.SetField("__match_args__", eval.MakeTuple(positional...))
	}
	compared := func(c *eval.Call, v eval.Value) eval.Value {
		var out []eval.Value
		for _, f := range fields {
			if !f.noEqual && !f.initVar {
				out = append(out, c.GetAttr(v, f.name))
			}
		}
		return eval.MakeTuple(out...)
	}
	compare := func(op string) method {
		return func(c *eval.Call, self eval.Value) eval.Value {
			other := c.Arg(0, "")
			if other.IsUnknown() || other.Class() != self.Class() {
				return eval.NotImplemented()
			}
			return c.Operator(op, compared(c, self), compared(c, other))
		}
	}
	set("__repr__", func(c *eval.Call, self eval.Value) eval.Value { return dataRepr(c, self, fields) })
	if options.eq {
		set("__eq__", compare("=="))
	}
	if options.order {
		for name, op := range map[string]string{"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="} {
			set(name, compare(op))
		}
	}
	if options.frozen {
		set("__setattr__", func(c *eval.Call, _ eval.Value) eval.Value {
			return c.Raise("dataclasses.FrozenInstanceError", "cannot assign to field '"+text(c.Arg(0, "name"))+"'")
		})
	}
}

func dataRepr(c *eval.Call, self eval.Value, fields []dataField) eval.Value {
	var parts []string
	for _, f := range fields {
		if f.noRepr || f.initVar {
			continue
		}
		s, ok := str(c.Repr(c.GetAttr(self, f.name)))
		if !ok {
			return c.Unknown("the text of a part of an object")
		}
		parts = append(parts, f.name+"="+s)
	}
	return eval.MakeStr(lastName(self.Class()) + "(" + strings.Join(parts, ", ") + ")")
}

// dataFunctions are functions of the module that look at the fields of an object.
func dataFunctions() map[string]func(*eval.Call) eval.Value {
	field := eval.NewClass(eval.NativeClass{Name: "dataclasses.Field", Open: true})
	return map[string]func(*eval.Call) eval.Value{
		"is_dataclass": func(c *eval.Call) eval.Value {
			v := c.Arg(0, "obj")
			if v.IsUnknown() {
				return c.UnknownFrom("whether a class is a data class", v)
			}
			_, ok := fieldsOf(c, v)
			return eval.MakeBool(ok)
		},
		"fields": func(c *eval.Call) eval.Value {
			list, ok := fieldsOf(c, c.Arg(0, "class_or_instance"))
			if !ok {
				return c.UnknownFrom("the fields of an object", c.Args...)
			}
			var out []eval.Value
			for _, f := range list {
				v := eval.NewRecorded(field, nil, nil)
				v.SetField("name", eval.MakeStr(f.name))
				if f.def.IsValid() {
					v.SetField("default", f.def)
				}
				if f.factory.IsValid() {
					v.SetField("default_factory", f.factory)
				}
				out = append(out, v)
			}
			return eval.MakeTuple(out...)
		},
		"astuple": func(c *eval.Call) eval.Value {
			d := asDict(c, c.Arg(0, "obj"), 0)
			fields, ok := fieldsOf(c, c.Arg(0, "obj"))
			var out []eval.Value
			for _, e := range d.Entries() {
				if e.Value.Kind() == eval.Dict {
					ok = false // a data class within becomes a tuple too
				}
				out = append(out, e.Value)
			}
			if !ok || len(fields) != len(out) {
				return c.UnknownFrom("the fields of an object", c.Args...)
			}
			return eval.MakeTuple(out...)
		},
		"replace":        replaceFields,
		"make_dataclass": func(c *eval.Call) eval.Value { return c.Unknown("a data class that is made by a function") },
	}
}

// replaceFields is dataclasses.replace: the class is called again with the fields of an object, some of them changed.
func replaceFields(c *eval.Call) eval.Value {
	v := c.Arg(0, "obj")
	fields, ok := fieldsOf(c, v)
	if !ok {
		return c.UnknownFrom("a changed copy of an object", v)
	}
	var kwargs []eval.Kwarg
	for _, f := range fields {
		if !f.noInit {
			kwargs = append(kwargs, eval.Kwarg{Name: f.name, Value: c.GetAttr(v, f.name)})
		}
	}
	return c.CallKw(v.ClassOf(), nil, mergeKwargs(kwargs, c.Kwargs))
}
