package library

import (
	"gonogo/internal/python/eval"
)

// dataclassesModel is the module dataclasses.
func dataclassesModel() eval.Model {
	field := eval.NewClass(eval.NativeClass{Name: "dataclasses.Field"})
	names := map[string]eval.Value{
		"dataclass": eval.NewNative("dataclasses.dataclass", func(c *eval.Call) eval.Value {
			if class := c.Arg(0, "cls"); class.Kind() == eval.Class {
				return makeDataclass(c, class, dataOptions{eq: true})
			}
			options := newDataOptions(c)
			return eval.NewNative("dataclasses.dataclass.wrap", func(c *eval.Call) eval.Value { return makeDataclass(c, c.Arg(0, ""), options) })
		}),
		"field":               eval.NewNative("dataclasses.field", func(c *eval.Call) eval.Value { return eval.NewRecorded(field, c.Args, c.Kwargs) }),
		"asdict":              eval.NewNative("dataclasses.asdict", func(c *eval.Call) eval.Value { return asDict(c, c.Arg(0, "obj"), 0) }),
		"FrozenInstanceError": exception("dataclasses.FrozenInstanceError", "AttributeError"),
		"KW_ONLY":             eval.NewUnmodelledClass("dataclasses.KW_ONLY"),
		"InitVar":             eval.NewUnmodelledClass("dataclasses.InitVar"),
	}
	for name, fn := range dataFunctions() {
		names[name] = eval.NewNative("dataclasses."+name, fn)
	}
	return eval.Model{Open: true, Names: names}
}

// dataField is a field of a data class.
type dataField struct {
	name    string
	def     eval.Value // invalid: required
	factory eval.Value
	noInit  bool
	keyword bool // given by name only
	initVar bool // handed to __post_init__ and not kept
	noRepr  bool
	noEqual bool
}

// dataFields are the fields of a data class, those of its bases first; a later one of the same name keeps the place.
func dataFields(c *eval.Call, class eval.Value) []dataField {
	var out []dataField
	mro := class.MRO()
	for i := len(mro) - 1; i >= 0; i-- {
		keyword := ownAttr(mro[i], dataKeywordsOnly).IsValid()
		for _, a := range c.ClassAnnotations(mro[i]) {
			name := text(a.Key)
			if annotates(a.Value, "ClassVar") {
				continue
			}
			if annotates(a.Value, "KW_ONLY") {
				keyword = true
				continue
			}
			f := newDataField(name, ownAttr(mro[i], name))
			f.initVar = annotates(a.Value, "InitVar")
			f.keyword = f.keyword || keyword
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
		is := func(name string, want eval.Tri) bool { a := v.Arg(-1, name); return a.IsValid() && a.Truth() == want }
		f.noInit, f.noRepr, f.noEqual, f.keyword = is("init", eval.No), is("repr", eval.No), is("compare", eval.No), is("kw_only", eval.Yes)
	}
	return f
}

// makeDataclass gives a class the methods that its annotations and the options of the decorator describe.
func makeDataclass(c *eval.Call, class eval.Value, options dataOptions) eval.Value {
	if class.Kind() != eval.Class {
		return class
	}
	if options.keywords {
		class.SetField(dataKeywordsOnly, eval.MakeBool(true))
	}
	fields := dataFields(c, class)
	for _, f := range fields {
		if v := ownAttr(class, f.name); v.Class() == "dataclasses.Field" && f.def.IsValid() {
			class.SetField(f.name, f.def)
		}
	}
	set := func(name string, fn method) {
		if !ownAttr(class, name).IsValid() {
			class.SetField(name, newMethod(class.Dotted()+"."+name, fn))
		}
	}
	set("__init__", func(c *eval.Call, self eval.Value) eval.Value {
		initDataclass(c, self, fields)
		return eval.MakeNone()
	})
	dataMethods(class, fields, options, set)
	return class
}

func initDataclass(c *eval.Call, self eval.Value, fields []dataField) {
	position := 0
	var handed []eval.Value
	for _, f := range fields {
		v := eval.Value{}
		switch {
		case f.noInit:
		case f.keyword:
			v = c.Arg(-1, f.name)
		default:
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
		if f.initVar {
			handed = append(handed, v)
			continue
		}
		self.SetField(f.name, v)
	}
	if len(c.Args) > position {
		c.Raise("TypeError", "__init__() takes "+itoa(position+1)+" positional arguments but "+itoa(len(c.Args)+1)+" were given")
	}
	if fn, ok := c.FindAttr(self, "__post_init__"); ok {
		c.Call(fn, handed...)
	}
}

// asDict is dataclasses.asdict.
func asDict(c *eval.Call, v eval.Value, depth int) eval.Value {
	c.Step()
	if depth > 50 {
		return v
	}
	inner := func(e eval.Value) eval.Value { return asDict(c, e, depth+1) }
	switch v.Kind() {
	case eval.Object:
		if fields, ok := fieldsOf(c, v); ok {
			d := eval.MakeDict()
			for _, f := range fields {
				d.SetKey(eval.MakeStr(f.name), inner(c.GetAttr(v, f.name)))
			}
			return d
		}
	case eval.List:
		out := eval.MakeList()
		for _, e := range v.Elems() {
			out.Append(inner(e))
		}
		return out
	case eval.Tuple:
		var elems []eval.Value
		for _, e := range v.Elems() {
			elems = append(elems, inner(e))
		}
		return eval.MakeTuple(elems...)
	case eval.Dict:
		d := eval.MakeDict()
		for _, e := range v.Entries() {
			d.SetKey(inner(e.Key), inner(e.Value))
		}
		if v.IsOpen() {
			d.SetOpen("the dictionary that was copied has entries that are not known")
		}
		return d
	}
	return c.DeepCopy(v)
}
