package library

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// Conversion and validation as pydantic does it in lax mode. Facts: https://docs.pydantic.dev/latest/concepts/conversion_table/

const reasonPydanticType = "a value that is converted to a type that is not modelled"

// pydanticFail raises a ValidationError.
func pydanticFail(c *eval.Call, message string) eval.Value {
	return c.Raise("pydantic.ValidationError", message)
}

// hintName is the dotted name of a type.
func hintName(t eval.TypeHint) string { return t.Origin.Dotted() }

// plainHint takes Annotated, Optional and Union apart: the types that a value may have, whether None is one of them, and the
// names of the metadata.
func plainHint(t eval.TypeHint) (members []eval.TypeHint, none bool, metadata []eval.Value) {
	switch lastName(hintName(t)) {
	case "Annotated":
		if len(t.Args) == 1 {
			members, none, metadata = plainHint(t.Args[0])
			return members, none, append(metadata, t.Values...)
		}
	case "Optional":
		if len(t.Args) == 1 {
			members, _, metadata = plainHint(t.Args[0])
			return members, true, metadata
		}
	case "Union":
		for _, a := range t.Args {
			m, n, _ := plainHint(a)
			members, none = append(members, m...), none || n
		}
		return members, none, nil
	case "Final", "Required":
		if len(t.Args) == 1 {
			return plainHint(t.Args[0])
		}
	}
	if isNone(t.Origin) || lastName(hintName(t)) == "NoneType" {
		return nil, true, nil
	}
	return []eval.TypeHint{t}, false, nil
}

// isComplexHint reports whether a variable of this type is read as JSON.
func isComplexHint(t eval.TypeHint) bool {
	members, _, metadata := plainHint(t)
	for _, m := range metadata {
		if lastName(m.Dotted()) == "NoDecode" {
			return false
		}
	}
	return slices.ContainsFunc(members, func(m eval.TypeHint) bool {
		switch hintName(m) {
		case "list", "dict", "set", "frozenset", "tuple", "typing.Sequence", "typing.Mapping":
			return true
		}
		return isModelHint(m)
	})
}

func isModelHint(t eval.TypeHint) bool {
	return t.Origin.IsSubclass("pydantic.BaseModel") || t.Origin.IsSubclass("pydantic_settings.BaseSettings")
}

// pydanticDecode reads the text of a variable of a type that is given as JSON.
func pydanticDecode(c *eval.Call, t eval.TypeHint, v eval.Value) eval.Value {
	s, ok := str(v)
	if !ok {
		return v
	}
	out, err := parseJSON(s)
	if _, bad := err.(errJSON); bad {
		if members, none, _ := plainHint(t); len(members) > 1 || none {
			return v // a failure to parse is allowed in a union
		}
		return c.Raise("pydantic_settings.SettingsError", "error parsing value of a variable")
	}
	if err != nil {
		return c.UnknownFrom(err.Error(), v)
	}
	return out.WithOrigin(v.Origin())
}

// pydanticValidate is a value as a field of the type takes it, or a ValidationError.
func pydanticValidate(c *eval.Call, t eval.TypeHint, v eval.Value, depth int) eval.Value {
	if v.IsUnknown() || depth > 20 {
		return v
	}
	members, none, metadata := plainHint(t)
	for _, m := range metadata {
		if lastName(m.Dotted()) != "NoDecode" && m.Kind() != eval.Str {
			return c.UnknownFrom(reasonPydanticType, v)
		}
	}
	if isNone(v) {
		if none || len(members) == 1 && lastName(hintName(members[0])) == "Any" {
			return v
		}
		return pydanticFail(c, "Input should not be None")
	}
	switch {
	case len(members) == 1:
		return pydanticMember(c, members[0], v, depth)
	case slices.ContainsFunc(members, func(m eval.TypeHint) bool { return exactly(m, v) }):
		return v
	}
	return c.UnknownFrom(reasonPydanticType, v)
}

// exactly reports whether a value is of a plain type itself, so that a union takes it as it is.
func exactly(t eval.TypeHint, v eval.Value) bool {
	name := map[eval.Kind]string{eval.Str: "str", eval.Int: "int", eval.Bool: "bool", eval.Float: "float"}[v.Kind()]
	return name != "" && hintName(t) == name
}

func pydanticMember(c *eval.Call, t eval.TypeHint, v eval.Value, depth int) eval.Value {
	name := hintName(t)
	switch name {
	case "str":
		if v.Kind() == eval.Str {
			return v
		}
		if v.Kind() != eval.Object && v.Kind() != eval.Bytes {
			return pydanticFail(c, "Input should be a valid string")
		}
	case "bool", "int", "float":
		return pydanticNumber(c, name, v)
	case "pathlib.Path", "pathlib.PosixPath":
		if s, ok := str(v); ok {
			return makePath(s).WithOrigin(v.Origin())
		}
		if v.Kind() == eval.Path {
			return v
		}
	case "pydantic.types.SecretStr":
		switch {
		case v.Class() == name:
			return v
		case v.Kind() == eval.Str:
			return c.Call(t.Origin, v)
		}
	case "typing.Any", "object":
		return v
	case "typing.Literal":
		return pydanticLiteral(c, t, v)
	case "list", "set", "frozenset", "tuple":
		return pydanticSequence(c, t, v, depth)
	case "dict":
		return pydanticDict(c, t, v, depth)
	}
	switch {
	case t.Origin.IsSubclass("enum.Enum"):
		return pydanticEnum(c, t.Origin, v)
	case isModelHint(t):
		return pydanticSubmodel(c, t.Origin, v)
	case isURLType(name):
		return pydanticURL(c, t.Origin, v)
	}
	return c.UnknownFrom(reasonPydanticType, v)
}

// pydanticNumber is a bool, int or float.
func pydanticNumber(c *eval.Call, name string, v eval.Value) eval.Value {
	if v.Kind() == eval.Str {
		return pydanticScalar(c, name, v)
	}
	n, isInt := v.AsInt()
	switch {
	case name == "bool" && v.Kind() == eval.Bool, name == "int" && v.Kind() == eval.Int, name == "float" && v.Kind() == eval.Float:
		return v
	case name == "bool" && v.Kind() == eval.Int && isInt && (n == 0 || n == 1):
		return eval.MakeBool(n == 1).WithOrigin(v.Origin())
	case name == "float" && v.Kind() == eval.Int:
		f, _ := v.AsFloat()
		return eval.MakeFloat(f).WithOrigin(v.Origin())
	case v.Kind() == eval.List, v.Kind() == eval.Dict, v.Kind() == eval.Tuple, v.Kind() == eval.Set:
		return pydanticFail(c, "Input should be a valid number")
	}
	return c.UnknownFrom(reasonPydanticType, v)
}

func pydanticLiteral(c *eval.Call, t eval.TypeHint, v eval.Value) eval.Value {
	for _, allowed := range t.Values {
		if allowed.Kind() == v.Kind() && eval.Equal(allowed, v) {
			return v
		}
		if allowed.IsUnknown() || allowed.Kind() == eval.Object {
			return c.UnknownFrom(reasonPydanticType, allowed, v)
		}
	}
	return pydanticFail(c, "Input should be one of the literals")
}

func pydanticEnum(c *eval.Call, class, v eval.Value) eval.Value {
	if v.Kind() == eval.Object && v.ClassOf().IsSubclass(class.Dotted()) {
		return v
	}
	if class.IsSubclass("int") && v.Kind() == eval.Str {
		return c.UnknownFrom(reasonPydanticType, v)
	}
	made, failed := tryCall(c, "ValueError", class, v, nil)
	if failed {
		return pydanticFail(c, "Input should be a member of the enumeration")
	}
	return made
}

func pydanticSequence(c *eval.Call, t eval.TypeHint, v eval.Value, depth int) eval.Value {
	switch v.Kind() {
	case eval.List, eval.Tuple, eval.Set:
	case eval.Object, eval.Unknown:
		return c.UnknownFrom(reasonPydanticType, v)
	default:
		return pydanticFail(c, "Input should be a valid list")
	}
	if v.Kind() == eval.Set && hintName(t) != "set" && hintName(t) != "frozenset" {
		return c.UnknownFrom(reasonPydanticType, v) // in the order of the set
	}
	args := t.Args
	endless := len(args) == 2 && args[1].Origin.Class() == "ellipsis"
	if hintName(t) == "tuple" && len(args) > 0 && !endless {
		if len(args) != len(v.Elems()) {
			return pydanticFail(c, "Tuple should have another number of items")
		}
	}
	var out []eval.Value
	for i, e := range v.Elems() {
		switch {
		case e.IsSpread() || len(args) == 0:
		case hintName(t) == "tuple" && !endless:
			e = pydanticValidate(c, args[i], e, depth+1)
		default:
			e = pydanticValidate(c, args[0], e, depth+1)
		}
		out = append(out, e)
	}
	return c.Call(eval.BuiltinClass(hintName(t)), eval.MakeList(out...)).WithOrigin(v.Origin())
}

func pydanticDict(c *eval.Call, t eval.TypeHint, v eval.Value, depth int) eval.Value {
	switch {
	case v.Kind() == eval.Object || v.IsOpen():
		return c.UnknownFrom(reasonPydanticType, v)
	case v.Kind() != eval.Dict:
		return pydanticFail(c, "Input should be a valid dictionary")
	}
	out := eval.MakeDict()
	for _, e := range v.Entries() {
		key, value := e.Key, e.Value
		if len(t.Args) == 2 {
			key, value = pydanticValidate(c, t.Args[0], key, depth+1), pydanticValidate(c, t.Args[1], value, depth+1)
		}
		if key.IsUnknown() {
			return c.UnknownFrom(reasonPydanticType, key)
		}
		out.SetKey(key, value)
	}
	return out.WithOrigin(v.Origin())
}

// pydanticSubmodel is a field that is a model itself: an instance, or a dictionary of its fields.
func pydanticSubmodel(c *eval.Call, class, v eval.Value) eval.Value {
	switch {
	case v.Kind() == eval.Object && v.ClassOf().IsSubclass(class.Dotted()):
		return v
	case v.Kind() == eval.Dict && !v.IsOpen():
		var kwargs []eval.Kwarg
		for _, e := range v.Entries() {
			name, ok := str(e.Key)
			if !ok {
				return c.UnknownFrom(reasonPydanticType, v)
			}
			kwargs = append(kwargs, eval.Kwarg{Name: name, Value: e.Value})
		}
		return c.CallKw(class, nil, kwargs)
	case v.Kind() == eval.Str, v.Kind() == eval.List, v.Kind() == eval.Int, v.Kind() == eval.Bool:
		return pydanticFail(c, "Input should be a valid dictionary or instance")
	}
	return c.UnknownFrom(reasonPydanticType, v)
}

// isURLType reports whether a type is one of pydantic's URLs.
func isURLType(name string) bool {
	_, ok := pydanticSchemes[lastName(name)]
	return ok && strings.HasPrefix(name, "pydantic.")
}
