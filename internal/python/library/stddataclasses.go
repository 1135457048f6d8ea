package library

import (
	"gonogo/internal/python/eval"
)

// dataclassesModel is the module dataclasses.
func dataclassesModel() eval.Model {
	field := eval.NewClass(eval.NativeClass{Name: "dataclasses.Field"})
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"dataclass": eval.NewNative("dataclasses.dataclass", func(c *eval.Call) eval.Value {
			if class := c.Arg(0, "cls"); class.Kind() == eval.Class {
				return makeDataclass(c, class)
			}
			return eval.NewNative("dataclasses.dataclass.wrap", func(c *eval.Call) eval.Value { return makeDataclass(c, c.Arg(0, "")) })
		}),
		"field":               eval.NewNative("dataclasses.field", func(c *eval.Call) eval.Value { return eval.NewRecorded(field, c.Args, c.Kwargs) }),
		"asdict":              eval.NewNative("dataclasses.asdict", func(c *eval.Call) eval.Value { return asDict(c.Arg(0, "obj"), 0) }),
		"is_dataclass":        unknownFunc("dataclasses.is_dataclass", "whether a class is a data class"),
		"replace":             unknownFunc("dataclasses.replace", "a changed copy of an object"),
		"FrozenInstanceError": exception("dataclasses.FrozenInstanceError", "AttributeError"),
	}}
}

// dataField is a field of a data class.
type dataField struct {
	name    string
	def     eval.Value // invalid: required
	factory eval.Value
	noInit  bool
}

// dataFields are the fields of a data class, those of its bases first; a later one of the same name keeps the place.
func dataFields(c *eval.Call, class eval.Value) []dataField {
	var out []dataField
	mro := class.MRO()
	for i := len(mro) - 1; i >= 0; i-- {
		for _, a := range c.ClassAnnotations(mro[i]) {
			name := text(a.Key)
			if lastName(a.Value.Dotted()) == "ClassVar" {
				continue
			}
			f := newDataField(name, ownAttr(mro[i], name))
			replaced := false
			for j := range out {
				if out[j].name == name {
					out[j], replaced = f, true
				}
			}
			if !replaced {
				out = append(out, f)
			}
		}
	}
	return out
}

// ownAttr is an attribute of a class itself, without its bases.
func ownAttr(class eval.Value, name string) eval.Value {
	for _, e := range class.Fields() {
		if text(e.Key) == name {
			return e.Value
		}
	}
	return eval.Value{}
}

func newDataField(name string, v eval.Value) dataField {
	f := dataField{name: name, def: v}
	if v.Class() == "dataclasses.Field" {
		f.def, f.factory = v.Arg(-1, "default"), v.Arg(-1, "default_factory")
		init := v.Arg(-1, "init")
		f.noInit = init.IsValid() && init.Truth() == eval.No
	}
	return f
}

// makeDataclass gives a class the __init__ that its annotations describe.
func makeDataclass(c *eval.Call, class eval.Value) eval.Value {
	if class.Kind() != eval.Class {
		return class
	}
	fields := dataFields(c, class)
	for _, f := range fields {
		if v := ownAttr(class, f.name); v.Class() == "dataclasses.Field" && f.def.IsValid() {
			class.SetField(f.name, f.def)
		}
	}
	if ownAttr(class, "__init__").IsValid() {
		return class
	}
	class.SetField("__init__", newMethod(class.Dotted()+".__init__", func(c *eval.Call, self eval.Value) eval.Value {
		initDataclass(c, self, fields)
		return eval.MakeNone()
	}))
	return class
}

func initDataclass(c *eval.Call, self eval.Value, fields []dataField) {
	position := 0
	for _, f := range fields {
		v := eval.Value{}
		if !f.noInit {
			v = c.Arg(position, f.name)
			position++
		}
		switch {
		case v.IsValid():
		case f.factory.IsValid():
			v = c.Call(f.factory)
		case f.def.IsValid():
			v = f.def
		case f.noInit:
			continue
		default:
			c.Raise("TypeError", "__init__() missing required argument: '"+f.name+"'")
		}
		self.SetField(f.name, v)
	}
	if fn, ok := c.FindAttr(self, "__post_init__"); ok {
		c.Call(fn)
	}
}

// asDict is dataclasses.asdict.
func asDict(v eval.Value, depth int) eval.Value {
	if depth > 50 {
		return v
	}
	switch v.Kind() {
	case eval.Object:
		if isMember(v) || len(v.Fields()) == 0 {
			return v
		}
		d := eval.MakeDict()
		for _, e := range v.Fields() {
			d.SetKey(e.Key, asDict(e.Value, depth+1))
		}
		return d
	case eval.List:
		out := eval.MakeList()
		for _, e := range v.Elems() {
			out.Append(asDict(e, depth+1))
		}
		return out
	case eval.Dict:
		return copyValue(v, true, 0)
	}
	return v
}
