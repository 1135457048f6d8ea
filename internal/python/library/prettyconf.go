package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// The package prettyconf. Facts: its documentation and source text of 3.0.

func prettyconfModel() eval.Model {
	invalid := exception("prettyconf.exceptions.InvalidConfigurationError", "Exception")
	class := eval.NewClass(prettyConfiguration())
	names := map[string]eval.Value{
		"Configuration": class, "config": eval.NewObject(class, nil), "InvalidConfigurationError": invalid,
	}
	return eval.Model{Names: names, Open: true}
}

// prettyconfLoaders is prettyconf.loaders.
func prettyconfLoaders() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"Environment":     eval.NewClass(eval.NativeClass{Name: "prettyconf.loaders.Environment"}),
		"RecursiveSearch": eval.NewClass(eval.NativeClass{Name: "prettyconf.loaders.RecursiveSearch"}),
	}}
}

// prettyconfExceptions is prettyconf.exceptions.
func prettyconfExceptions() eval.Model {
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"InvalidConfigurationError": exception("prettyconf.exceptions.InvalidConfigurationError", "Exception"),
		"UnknownConfigurationError": exception("prettyconf.exceptions.UnknownConfigurationError", "Exception"),
	}}
}

func prettyConfiguration() eval.NativeClass {
	cast := func(name string, fn func(*eval.Call) eval.Value) eval.Value {
		return eval.NewObject(eval.NewClass(eval.NativeClass{Name: "prettyconf.casts." + name,
			Methods: map[string]method{"__call__": func(c *eval.Call, _ eval.Value) eval.Value { return fn(c) }}}), nil)
	}
	return eval.NativeClass{Name: "prettyconf.configuration.Configuration", Open: true,
		Init: func(c *eval.Call, self eval.Value) {
			self.SetField("loaders", c.ArgOr(0, "loaders", eval.MakeNone()))
		},
		Methods: map[string]method{"__call__": prettyGet},
		Attrs: map[string]eval.Value{
			"boolean": cast("Boolean", prettyBool),
			"list":    cast("List", prettySequence("list")),
			"tuple":   cast("Tuple", prettySequence("tuple")),
			"json": cast("JSON", func(c *eval.Call) eval.Value {
				return c.UnknownFrom("a cast that is not modelled: JSON", c.Args...)
			}),
			"option": eval.NewNative("prettyconf.casts.Option", func(c *eval.Call) eval.Value {
				options := c.Arg(0, "options")
				return cast("Option", func(c *eval.Call) eval.Value {
					made, failed := tryCall(c, "KeyError", c.GetAttr(options, "__getitem__"), c.Arg(0, "value"), nil)
					if failed {
						return c.Raise("prettyconf.exceptions.InvalidConfigurationError", "Value is not one of the valid options")
					}
					return made
				})
			}),
		}}
}

// prettyGet reads a variable, whose name is in capitals; the default is cast too.
func prettyGet(c *eval.Call, self eval.Value) eval.Value {
	name, ok := str(c.Arg(0, "item"))
	if !ok {
		return c.UnknownFrom("the name of an environment variable is not known", c.Arg(0, "item"))
	}
	if !prettyLoadersKnown(c, self.Attr("loaders")) {
		return c.Unknown("prettyconf reads files of the repository that are not modelled")
	}
	cast := c.Arg(1, "cast")
	return c.Env(eval.EnvRead{Name: strings.ToUpper(name), Default: c.Arg(-1, "default"), Cast: prettyLabel(cast), ConvertDefault: true,
		MissingClass: "prettyconf.exceptions.UnknownConfigurationError",
		Missing: func(c *eval.Call) eval.Value {
			return c.Raise("prettyconf.exceptions.UnknownConfigurationError", "Configuration '"+name+"' not found")
		},
		Convert: func(c *eval.Call, v eval.Value) eval.Value {
			switch {
			case !cast.IsValid():
				return v
			case v.IsUnknown():
				return c.UnknownFrom(v.Reason(), v)
			}
			return c.Call(cast, v)
		}})
}

func prettyLabel(cast eval.Value) string {
	switch lastName(cast.Class()) {
	case "Boolean":
		return "bool"
	case "List", "Tuple":
		return "list"
	}
	return castName(cast)
}

// prettyLoadersKnown reports whether only the environment can give a value: by default files *.ini and *.cfg above the caller do too.
// A developer's .env is taken as not there.
func prettyLoadersKnown(c *eval.Call, loaders eval.Value) bool {
	if given(loaders) {
		list := loaders.Elems()
		return len(list) == 1 && list[0].Class() == "prettyconf.loaders.Environment" && len(list[0].Fields()) == 0 && !list[0].Arg(0, "var_format").IsValid()
	}
	for dir := dirname(joinPaths(c.Root(), c.CallerFile())); strings.HasPrefix(dir, c.Root()); dir = dirname(dir) {
		if len(c.Glob(joinPaths(dir, "*.ini")))+len(c.Glob(joinPaths(dir, "*.cfg"))) > 0 {
			return false
		}
		if dir == c.Root() || dir == "/" {
			break
		}
	}
	return true
}

func prettyBool(c *eval.Call) eval.Value {
	s, ok := str(c.Str(c.Arg(0, "value")))
	if !ok {
		return c.UnknownFrom("a truth value that is not known", c.Args...)
	}
	switch strings.ToLower(s) {
	case "1", "true", "yes", "y", "on", "t":
		return eval.MakeBool(true)
	case "0", "false", "no", "n", "off", "f":
		return eval.MakeBool(false)
	}
	return c.Raise("prettyconf.exceptions.InvalidConfigurationError", "Value is not a valid boolean")
}

// prettySequence splits a text at commas that are not quoted; quotes stay.
func prettySequence(kind string) func(*eval.Call) eval.Value {
	return func(c *eval.Call) eval.Value {
		var out []eval.Value
		var quote, element string
		open := false
		for _, e := range c.Iterate(c.Arg(0, "value")) {
			s, ok := str(e)
			if !ok {
				return c.UnknownFrom("a list that is not known", e)
			}
			switch {
			case quote == "" && (s == `"` || s == "'" || s == `"'`):
				quote = s
			case s == quote:
				quote = ""
			case quote == "" && s == ",":
				out = append(out, eval.MakeStr(strings.TrimFunc(element, isPythonSpace)))
				element, open = "", false
				continue
			}
			element, open = element+s, true
		}
		if open {
			out = append(out, eval.MakeStr(strings.TrimFunc(element, isPythonSpace)))
		}
		return c.Call(eval.BuiltinClass(kind), eval.MakeList(out...))
	}
}
