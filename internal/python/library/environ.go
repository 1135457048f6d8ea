package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// The package django-environ (environ). Facts: its documentation, https://django-environ.readthedocs.io/, and environ/environ.py of 0.4 to 0.14.

// environState is what an instance of environ.Env knows. What programs may change stands in attributes (prefix, smart_cast,
// escape_proxy, scheme).
type environState struct {
	fileAware bool
}

// notSet is the default that means "no default".
func notSet() eval.Value {
	class := eval.NewClass(eval.NativeClass{Name: "environ.environ.NoValue"})
	return eval.NewObject(class, nil)
}

func isNotSet(v eval.Value) bool { return !v.IsValid() || v.Class() == "environ.environ.NoValue" }

// environModel is the package environ.
func environModel(improperly eval.Value) eval.Model {
	env := eval.NewClass(environEnv("environ.environ.Env", false, nil))
	names := map[string]eval.Value{
		"Env":                  env,
		"FileAwareEnv":         eval.NewClass(environEnv("environ.environ.FileAwareEnv", true, []eval.Value{env})),
		"Path":                 eval.NewClass(environPathClass()),
		"ImproperlyConfigured": improperly,
		"__version__":          eval.MakeUnknown("the version that is installed"),
	}
	return eval.Model{Names: names, Open: true}
}

func environEnv(name string, fileAware bool, bases []eval.Value) eval.NativeClass {
	methods := map[string]method{}
	for method, cast := range map[string]string{"bool": "bool", "int": "int", "float": "float"} {
		methods[method] = environCast(cast)
	}
	methods["__call__"] = func(c *eval.Call, self eval.Value) eval.Value {
		parse, known := truthy(c.Arg(3, "parse_default"), false)
		if !known {
			return c.Unknown("whether the default is parsed is not known")
		}
		return environValue(c, self, environRequest{name: c.Arg(0, "var"), cast: c.Arg(1, "cast"), def: c.Arg(2, "default"), parseDefault: parse})
	}
	methods["get_value"] = methods["__call__"]
	methods["__contains__"] = environContains
	methods["str"] = environStr
	methods["unicode"] = environStr
	methods["bytes"] = environBytes
	methods["json"] = func(c *eval.Call, self eval.Value) eval.Value {
		return environValue(c, self, environRequest{name: c.Arg(0, "var"), def: c.Arg(1, "default"), label: "json",
			cast: eval.NewNative("json.loads", jsonLoads)})
	}
	methods["list"] = environSequence("list")
	methods["tuple"] = environSequence("tuple")
	methods["dict"] = func(c *eval.Call, self eval.Value) eval.Value {
		return environValue(c, self, environRequest{name: c.Arg(0, "var"), cast: c.ArgOr(1, "cast", eval.BuiltinClass("dict")), def: c.Arg(2, "default"), label: "dict"})
	}
	methods["url"] = func(c *eval.Call, self eval.Value) eval.Value {
		return environURL(c, self, c.Arg(0, "var"), c.Arg(1, "default"))
	}
	methods["path"] = environPathOf
	for method, u := range environURLMethods() {
		methods[method] = u
	}
	class := eval.NativeClass{Name: name, Bases: bases, Methods: methods, ClassMethods: map[string]method{
		"read_env": environReadEnv,
		"parse_value": func(c *eval.Call, class eval.Value) eval.Value {
			return environParse(c, c.Arg(0, "value"), c.Arg(1, "cast"))
		},
	}, Attrs: map[string]eval.Value{
		"NOTSET":               notSet(),
		"BOOLEAN_TRUE_STRINGS": eval.MakeTuple(values(environTrue)...),
		"ENVIRON":              eval.NewObject(environClass(), nil),
		"DB_SCHEMES":           environSchemes(environDatabases),
		"CACHE_SCHEMES":        environSchemes(environCaches),
		"EMAIL_SCHEMES":        environSchemes(environMails),
	}}
	for name, fn := range environURLConfigs() {
		class.ClassMethods[name] = fn
	}
	class.Init = func(c *eval.Call, self eval.Value) {
		self.SetState(&environState{fileAware: fileAware})
		self.SetField("smart_cast", eval.MakeBool(true))
		self.SetField("escape_proxy", eval.MakeBool(false))
		self.SetField("warn_on_default", eval.MakeBool(false))
		self.SetField("prefix", eval.MakeStr(""))
		scheme := eval.MakeDict()
		for _, k := range c.Kwargs {
			if k.Name == "**" {
				scheme.SetOpen(k.Value.Reason())
				continue
			}
			scheme.SetKey(eval.MakeStr(k.Name), k.Value)
		}
		self.SetField("scheme", scheme)
	}
	return class
}

// environTrue are the texts that env.bool takes as true.
var environTrue = []string{"true", "on", "ok", "y", "yes", "1"}

func environCast(cast string) method {
	return func(c *eval.Call, self eval.Value) eval.Value {
		return environValue(c, self, environRequest{name: c.Arg(0, "var"), cast: eval.BuiltinClass(cast), def: c.Arg(1, "default"), label: cast})
	}
}

func environSequence(kind string) method {
	return func(c *eval.Call, self eval.Value) eval.Value {
		cast := eval.BuiltinClass(kind)
		if inner := c.Arg(1, "cast"); given(inner) {
			if inner.IsUnknown() {
				return c.UnknownFrom("the cast of the variable is not known", inner)
			}
			cast = eval.MakeList(inner)
			if kind == "tuple" {
				cast = eval.MakeTuple(inner)
			}
		}
		return environValue(c, self, environRequest{name: c.Arg(0, "var"), cast: cast, def: c.Arg(2, "default"), label: kind})
	}
}

func environStr(c *eval.Call, self eval.Value) eval.Value {
	v := environValue(c, self, environRequest{name: c.Arg(0, "var"), cast: eval.BuiltinClass("str"), def: c.Arg(1, "default"), label: "str"})
	multiline, known := truthy(c.Arg(2, "multiline"), false)
	if !known {
		return c.UnknownFrom("whether the text has several lines is not known", c.Arg(2, "multiline"))
	}
	if multiline {
		s, ok := str(v)
		if !ok {
			if v.IsUnknown() {
				return v
			}
			return c.Raise("TypeError", "expected string or bytes-like object, got '"+typeName(c, v)+"'")
		}
		return eval.MakeStr(strings.NewReplacer(`\r\n`, "\n", `\n`, "\n").Replace(s)).WithOrigin(v.Origin())
	}
	if choices := c.Arg(3, "choices"); choices.IsValid() && !isNotSet(choices) && !v.IsUnknown() {
		if in := c.Operator("in", v, choices); in.Truth() == eval.No {
			return c.Raise("django.core.exceptions.ImproperlyConfigured", "Invalid value: "+text(v)+" not in "+choices.Repr(0))
		}
	}
	return v
}

func environBytes(c *eval.Call, self eval.Value) eval.Value {
	v := environValue(c, self, environRequest{name: c.Arg(0, "var"), cast: eval.BuiltinClass("str"), def: c.Arg(1, "default"), label: "bytes"})
	if s, ok := str(v); ok {
		return eval.MakeBytes(s).WithOrigin(v.Origin())
	}
	return v
}

// text is str(v) for messages.
func text(v eval.Value) string {
	if s, ok := v.AsStr(); ok {
		return s
	}
	return v.Repr(200)
}
