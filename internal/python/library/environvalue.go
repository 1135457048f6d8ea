package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// environRequest is one reading through an environ.Env.
type environRequest struct {
	name         eval.Value
	cast         eval.Value // invalid or None: none
	def          eval.Value // invalid or NOTSET: required
	parseDefault bool
	label        string // the cast's name for people; "" takes it from cast
	depth        int    // of values that refer to other variables
}

const maxProxies = 20

// environValue is Env.get_value.
func environValue(c *eval.Call, self eval.Value, r environRequest) eval.Value {
	name, ok := str(r.name)
	if !ok {
		return c.UnknownFrom("the name of an environment variable is not known", r.name)
	}
	prefix, ok := str(self.Attr("prefix"))
	if !ok {
		return c.UnknownFrom("the prefix of environment variables is not known", self.Attr("prefix"))
	}
	if r.cast.IsUnknown() {
		return c.UnknownFrom("the cast of the variable is not known", r.cast)
	}
	name = prefix + name
	if u := r.useScheme(c, self.Attr("scheme"), name); u.IsValid() {
		return u
	}
	smart, known := truthy(self.Attr("smart_cast"), true)
	if !known {
		return c.Unknown("whether values are cast like their defaults is not known")
	}
	if smart && !given(r.cast) && given(r.def) && !isNotSet(r.def) {
		r.cast = c.TypeOf(r.def)
	}
	return r.read(c, self, name)
}

// useScheme takes cast and default from the schema that the Env was made with. It gives an Unknown when the schema is not known.
func (r *environRequest) useScheme(c *eval.Call, scheme eval.Value, name string) eval.Value {
	info, ok := scheme.Lookup(name)
	if !ok {
		if scheme.IsOpen() {
			return c.UnknownFrom("the schema of environment variables is not known", scheme)
		}
		return eval.Value{}
	}
	if info.IsUnknown() {
		return c.UnknownFrom("the schema of environment variables is not known", info)
	}
	var parts []eval.Value
	switch info.Kind() {
	case eval.Tuple, eval.List:
		parts = info.Elems()
	case eval.Dict, eval.Str:
		if n, _ := info.Len(); n == 2 {
			return c.Unknown("a schema entry that is not modelled")
		}
	}
	if len(parts) != 2 {
		if !given(r.cast) {
			r.cast = info
		}
		return eval.Value{}
	}
	if !given(r.cast) {
		r.cast = parts[0]
	}
	if isNotSet(r.def) {
		r.def = parts[1]
	}
	return eval.Value{}
}

// read reads the variable and makes its value.
func (r environRequest) read(c *eval.Call, self eval.Value, name string) eval.Value {
	label := r.label
	if label == "" {
		label = castName(r.cast)
	}
	state, _ := self.State().(*environState)
	if state != nil && state.fileAware {
		if v := r.readSecret(c, self, name, label); v.IsValid() {
			return v
		}
	}
	read := eval.EnvRead{Name: name, Cast: label, MissingClass: "django.core.exceptions.ImproperlyConfigured",
		Convert: func(c *eval.Call, text eval.Value) eval.Value { return r.finish(c, self, text) },
		Missing: func(c *eval.Call) eval.Value {
			return c.Raise("django.core.exceptions.ImproperlyConfigured", "Set the "+name+" environment variable")
		}}
	if !isNotSet(r.def) {
		read.Default = r.def
		if s, ok := str(r.def); ok && (strings.HasPrefix(s, "$") || r.parseDefault) || r.parseDefault {
			// A default may refer to another variable, and be parsed.
			read.ConvertDefault = true
		}
	}
	return c.Env(read)
}

// readSecret is what FileAwareMapping does: NAME_FILE names a file that holds the value.
func (r environRequest) readSecret(c *eval.Call, self eval.Value, name, label string) eval.Value {
	path := c.Env(eval.EnvRead{Name: name + "_FILE", Default: eval.MakeNone(), Cast: "path"})
	if p, ok := str(path); ok && p != "" {
		content := c.ReadText(p)
		if content.IsUnknown() {
			return c.UnknownFrom("the content of the file that "+name+"_FILE names is not known", content)
		}
		return r.finish(c, self, content)
	}
	if path.IsUnknown() {
		return c.UnknownFrom("the content of the file that "+name+"_FILE names is not known", path)
	}
	return eval.Value{}
}

// finish resolves references to other variables and casts; value is the variable's text, or the default.
func (r environRequest) finish(c *eval.Call, self, value eval.Value) eval.Value {
	if value.IsUnknown() {
		return value
	}
	if s, ok := str(value); ok {
		if strings.HasPrefix(s, "$") {
			if r.depth >= maxProxies {
				return c.Raise("RecursionError", "maximum recursion depth exceeded")
			}
			inner := r
			inner.depth++
			inner.name = eval.MakeStr(strings.TrimLeft(s, "$"))
			value = environValue(c, self, inner)
			if value.IsUnknown() {
				return value
			}
		}
		if escape, _ := truthy(self.Attr("escape_proxy"), false); escape {
			if s, ok := str(value); ok {
				value = eval.MakeStr(strings.ReplaceAll(s, `\$`, "$")).WithOrigin(value.Origin())
			}
		}
	}
	if s, ok := str(value); ok && s == "" && isNone(r.def) && r.def.IsValid() {
		return eval.MakeNone()
	}
	same := eval.No
	if !isNotSet(r.def) {
		same = c.Operator("==", value, r.def).Truth()
	}
	switch {
	case same == eval.Yes && (!r.parseDefault || isNone(value)):
		return value
	case same == eval.Maybe && !r.parseDefault:
		// A value that equals its default is not cast.
		if parsed := environParse(c, value, r.cast); eval.Equal(parsed, value) && parsed.Kind() == value.Kind() {
			return value
		}
		return c.UnknownFrom("whether the value equals its default is not known", r.def)
	}
	return environParse(c, value, r.cast)
}

// castName names a cast for people.
func castName(cast eval.Value) string {
	switch cast.Kind() {
	case eval.Class, eval.Callable:
		switch n := lastName(cast.Dotted()); n {
		case "str", "bool", "int", "float", "list", "tuple", "dict":
			return n
		case "loads":
			return "json"
		case "urlparse":
			return "url"
		}
	case eval.List:
		return "list"
	case eval.Tuple:
		return "tuple"
	case eval.Dict:
		return "dict"
	}
	return ""
}

// environParse is Env.parse_value.
func environParse(c *eval.Call, value, cast eval.Value) eval.Value {
	if value.IsUnknown() || cast.IsUnknown() {
		return c.UnknownFrom("the value or its cast is not known", value, cast)
	}
	if !given(cast) {
		return value
	}
	s, isStr := str(value)
	switch {
	case classIs(cast, "bool"):
		return environBool(c, value)
	case cast.Kind() == eval.List, cast.Kind() == eval.Tuple, cast.Kind() == eval.Dict,
		classIs(cast, "dict"), classIs(cast, "list"), classIs(cast, "tuple"):
		if !isStr {
			return c.Raise("AttributeError", "'"+typeName(c, value)+"' object has no attribute 'split'")
		}
		return environContainer(c, s, cast)
	case classIs(cast, "float"):
		if !isStr {
			return c.Raise("TypeError", "expected string or bytes-like object, got '"+typeName(c, value)+"'")
		}
		return environFloat(c, s)
	}
	return c.Call(cast, value)
}

// environBool tries a number first, then the list of true texts.
func environBool(c *eval.Call, value eval.Value) eval.Value {
	s, isStr := str(value)
	if !isStr {
		if i, ok := integer(value); ok {
			return eval.MakeBool(i.Sign() != 0)
		}
		if f, ok := value.AsFloat(); ok {
			return eval.MakeBool(int64(f) != 0)
		}
		return c.Raise("TypeError", "int() argument must be a string, a bytes-like object or a real number, not '"+typeName(c, value)+"'")
	}
	if i, ok := parseInt(s); ok {
		return eval.MakeBool(i.Sign() != 0)
	}
	if !isASCII(s) {
		return c.Unknown("a number in other than ASCII digits")
	}
	low := strings.TrimFunc(strings.ToLower(s), isPythonSpace)
	for _, t := range environTrue {
		if low == t {
			return eval.MakeBool(true)
		}
	}
	return eval.MakeBool(false)
}

func splitNonEmpty(s, separator string) []string {
	var out []string
	for _, part := range strings.Split(s, separator) {
		if part != "" {
			out = append(out, part)
		}
	}
	return out
}

// environContainer casts to list, tuple and dict, with or without a cast of the parts.
func environContainer(c *eval.Call, s string, cast eval.Value) eval.Value {
	switch {
	case classIs(cast, "list"):
		return strs(splitNonEmpty(s, ","))
	case classIs(cast, "tuple"):
		return eval.MakeTuple(values(splitNonEmpty(unparen(s), ","))...)
	case cast.Kind() == eval.List || cast.Kind() == eval.Tuple:
		inner := cast.Elems()
		if len(inner) == 0 {
			return c.Raise("IndexError", "list index out of range")
		}
		text := s
		if cast.Kind() == eval.Tuple {
			text = unparen(s)
		}
		var out []eval.Value
		for _, part := range splitNonEmpty(text, ",") {
			out = append(out, c.Call(inner[0], eval.MakeStr(part)))
		}
		if cast.Kind() == eval.Tuple {
			return eval.MakeTuple(out...)
		}
		return eval.MakeList(out...)
	case classIs(cast, "dict"):
		return environPairs(c, s)
	}
	return environTypedDict(c, s, cast)
}

func unparen(s string) string { return strings.Trim(strings.Trim(s, "("), ")") }

func environPairs(c *eval.Call, s string) eval.Value {
	d := eval.MakeDict()
	for i, part := range splitNonEmpty(s, ",") {
		key, value, ok := strings.Cut(part, "=")
		if !ok {
			return c.Raise("ValueError", "dictionary update sequence element #"+itoa(i)+" has length 1; 2 is required")
		}
		d.SetKey(eval.MakeStr(key), eval.MakeStr(value))
	}
	return d
}

// environTypedDict casts with {"key": ..., "value": ..., "cast": {...}}: parts end with ";".
func environTypedDict(c *eval.Call, s string, cast eval.Value) eval.Value {
	part := func(name string, def eval.Value) eval.Value {
		if v, ok := cast.Lookup(name); ok {
			return v
		}
		return def
	}
	if cast.IsOpen() {
		return c.UnknownFrom("the cast of the variable is not known", cast)
	}
	text := eval.BuiltinClass("str")
	key, value, byKey := part("key", text), part("value", text), part("cast", eval.MakeDict())
	d := eval.MakeDict()
	for _, item := range splitNonEmpty(s, ";") {
		kv := strings.Split(item, "=")
		if len(kv) < 2 {
			return c.Raise("IndexError", "list index out of range")
		}
		valueCast, ok := byKey.Lookup(kv[0])
		if !ok {
			valueCast = value
		}
		d.SetKey(c.Call(key, eval.MakeStr(kv[0])), environParse(c, eval.MakeStr(kv[1]), valueCast))
	}
	return d
}

// environFloat drops what is no part of a number; the last comma or dot is the decimal one.
func environFloat(c *eval.Call, s string) eval.Value {
	var b strings.Builder
	for _, r := range s {
		if r >= 0x80 {
			return c.Unknown("a number in other than ASCII digits")
		}
		if r >= '0' && r <= '9' || r == ',' || r == '.' || r == '-' {
			b.WriteRune(r)
		}
	}
	number := b.String()
	if i := strings.LastIndexAny(number, ",."); i >= 0 {
		number = strings.NewReplacer(",", "", ".", "").Replace(number[:i]) + "." + number[i+1:]
	}
	return c.Call(eval.BuiltinClass("float"), eval.MakeStr(number))
}
