package library

import (
	"math/big"
	"strings"

	"gonogo/internal/python/eval"
)

// enumModel is the module enum. The members of a class are made when its body has run.
func enumModel() eval.Model {
	base := eval.NewClass(enumClass("enum.Enum", nil))
	names := map[string]eval.Value{"Enum": base}
	for name, builtin := range map[string]string{"IntEnum": "int", "StrEnum": "str", "IntFlag": "int", "Flag": ""} {
		var bases []eval.Value
		if builtin != "" {
			bases = append(bases, eval.BuiltinClass(builtin))
		}
		names[name] = eval.NewClass(enumClass("enum."+name, append(bases, base)))
	}
	for _, flag := range []string{"Flag", "IntFlag"} {
		for name, fn := range flagMethods() {
			names[flag].SetField(name, newMethod("enum."+flag+"."+name, fn))
		}
	}
	names["auto"] = eval.NewClass(autoClass())
	unique := eval.NewNative("enum.unique", func(c *eval.Call) eval.Value { return c.Arg(0, "enumeration") })
	names["unique"] = unique
	names["EnumMeta"] = eval.NewClass(eval.NativeClass{Name: "enum.EnumMeta"})
	names["EnumType"] = names["EnumMeta"]
	return eval.Model{Names: names, Open: true}
}

// isMember reports whether a value is a member of an enumeration.
func isMember(v eval.Value) bool {
	return v.Kind() == eval.Object && v.ClassOf().IsSubclass("enum.Enum")
}

// members are the members of an enumeration by name, in order of definition, aliases included.
func members(class eval.Value) []eval.Entry {
	var out []eval.Entry
	for _, e := range class.Fields() {
		if isMember(e.Value) && e.Value.Class() == class.Dotted() {
			out = append(out, e)
		}
	}
	return out
}

// memberBy is Class(value).
func memberBy(c *eval.Call, class, wanted eval.Value) eval.Value {
	for _, e := range members(class) {
		if eval.Equal(e.Value.Attr("_value_"), wanted) || eval.Equal(e.Value, wanted) {
			return e.Value
		}
	}
	if v, ok := wanted.AsInt(); ok && isFlag(class) {
		return flagOf(c, class, eval.MakeInt(v))
	}
	return c.Raise("ValueError", wanted.Repr(100)+" is not a valid "+lastName(class.Dotted()))
}

func enumClass(name string, bases []eval.Value) eval.NativeClass {
	value := func(_ *eval.Call, self eval.Value) eval.Value { return self.Attr("_value_") }
	list := func(class eval.Value) []eval.Value {
		var out []eval.Value
		for _, e := range members(class) {
			if n, _ := str(e.Value.Attr("_name_")); n == text(e.Key) {
				out = append(out, e.Value)
			}
		}
		return out
	}
	return eval.NativeClass{Name: name, Bases: bases, Subclassed: makeMembers,
		New: func(c *eval.Call, class eval.Value) eval.Value {
			wanted := c.Arg(0, "value")
			if wanted.IsUnknown() || class.Dotted() == name && len(c.Args) != 2 || class.Dotted() != name && len(c.Args) != 1 {
				return c.UnknownFrom("a member of an enumeration that is not known", wanted)
			}
			if class.Dotted() == name {
				return c.Unknown("an enumeration that is made by a call")
			}
			return memberBy(c, class, wanted)
		},
		Properties: map[string]method{
			"value": value,
			"name":  func(_ *eval.Call, self eval.Value) eval.Value { return self.Attr("_name_") },
		},
		ClassMethods: map[string]method{
			"__getitem__": func(c *eval.Call, class eval.Value) eval.Value {
				key := c.Arg(0, "")
				for _, e := range members(class) {
					if eval.Equal(e.Key, key) {
						return e.Value
					}
				}
				if key.IsUnknown() {
					return c.UnknownFrom("a member of an enumeration that is not known", key)
				}
				return c.Raise("KeyError", text(key))
			},
			"__iter__": func(_ *eval.Call, class eval.Value) eval.Value { return eval.MakeList(list(class)...) },
			"__len__":  func(_ *eval.Call, class eval.Value) eval.Value { return eval.MakeInt(int64(len(list(class)))) },
			"__contains__": func(c *eval.Call, class eval.Value) eval.Value {
				return c.Operator("in", c.Arg(0, ""), eval.MakeList(list(class)...))
			},
		},
		Methods: map[string]method{
			"__str__": func(c *eval.Call, self eval.Value) eval.Value {
				switch {
				case self.ClassOf().IsSubclass("enum.StrEnum"):
					return self.Attr("_value_")
				case self.ClassOf().IsSubclass("enum.IntEnum"), self.ClassOf().IsSubclass("enum.IntFlag"):
					// str() and format() of these changed in Python 3.11.
					if c.Config().Python == [2]int{} {
						return c.Unknown("Python versions write members of enumerations differently")
					}
					if c.Config().Python[1] >= 11 {
						return c.Str(self.Attr("_value_"))
					}
				}
				return eval.MakeStr(lastName(self.Class()) + "." + text(self.Attr("_name_")))
			},
			"__hash__": func(c *eval.Call, self eval.Value) eval.Value { return c.Unknown("a hash") },
		}}
}

// makeMembers turns the values that the body of an enumeration assigned into members.
func makeMembers(c *eval.Call, class eval.Value) {
	last := eval.MakeInt(0)
	numbers := map[*autoState]eval.Value{}
	var made []eval.Entry
	for _, e := range class.Fields() {
		name, _ := str(e.Key)
		if strings.HasPrefix(name, "_") || !isMemberValue(e.Value) {
			continue
		}
		v := e.Value
		if v.Class() == "enum.auto" {
			v = numbered(c, v, numbers, func() eval.Value { return autoValue(c, class, name, last) })
		}
		last = v
		made = append(made, eval.Entry{Key: e.Key, Value: v})
	}
	if len(made) == 0 {
		return
	}
	named := eval.MakeDict()
	for _, e := range made {
		value, own := e.Value, newMember{}
		if class.Attr("__new__").IsPython() {
			var ok bool
			if own, ok = madeByNew(class, value); !ok {
				own = newMember{value: c.Unknown("an enumeration makes its members itself")}
			}
			value = own.value
		}
		member := memberOf(class, text(e.Key), value)
		for _, a := range own.attributes {
			member.SetField(text(a.Key), a.Value)
		}
		if fn, ok := c.FindAttr(member, "__init__"); ok && fn.IsPython() {
			args := []eval.Value{e.Value}
			if e.Value.Kind() == eval.Tuple {
				args = e.Value.Elems()
			}
			c.Call(fn, args...)
		}
		class.SetField(text(e.Key), member)
		named.SetKey(e.Key, member)
	}
	class.SetField("__members__", named)
	if class.Attr("__new__").IsPython() { // it makes the members alone: a call of the class finds one
		class.SetField("__new__", eval.NewNative(class.Dotted()+".__new__", func(c *eval.Call) eval.Value {
			wanted := c.Arg(1, "value")
			for _, e := range members(class) {
				if wanted.IsUnknown() || e.Value.Attr("_value_").IsUnknown() {
					return c.UnknownFrom("a member of an enumeration that is not known", wanted)
				}
			}
			return memberBy(c, class, wanted)
		}))
	}
}

// isMemberValue reports whether an attribute of an enumeration becomes a member: functions and descriptors don't.
func isMemberValue(v eval.Value) bool {
	switch v.Kind() {
	case eval.Callable, eval.Class, eval.Module:
		return false
	case eval.Object:
		switch v.Class() {
		case "property", "classmethod", "staticmethod", "cached_property":
			return false
		}
	}
	return v.IsValid()
}

// autoValue is the value of auto(): the next number, or the name in lower case for a StrEnum; powers of two for flags.
func autoValue(c *eval.Call, class eval.Value, name string, last eval.Value) eval.Value {
	if class.Attr("_generate_next_value_").IsValid() {
		return c.Unknown("an enumeration that numbers its members itself")
	}
	if class.IsSubclass("enum.StrEnum") {
		return eval.MakeStr(strings.ToLower(name))
	}
	n, ok := integer(last)
	if !ok {
		return c.Unknown("the number of a member of an enumeration")
	}
	if class.IsSubclass("enum.Flag") || class.IsSubclass("enum.IntFlag") {
		return eval.MakeBigInt(new(big.Int).Lsh(big.NewInt(1), uint(n.BitLen())))
	}
	return eval.MakeBigInt(n.Add(n, big.NewInt(1)))
}

// memberOf makes a member, or gives the one that has the value already.
func memberOf(class eval.Value, name string, value eval.Value) eval.Value {
	for _, e := range members(class) {
		if eval.Equal(e.Value.Attr("_value_"), value) {
			return e.Value
		}
	}
	v := eval.NewObject(class, nil)
	v.SetField("_name_", eval.MakeStr(name))
	v.SetField("_value_", value)
	for _, builtin := range []string{"int", "str", "float", "tuple"} {
		if class.IsSubclass(builtin) {
			v.SetBody(value)
		}
	}
	return v.WithOrigin(value.Origin())
}
