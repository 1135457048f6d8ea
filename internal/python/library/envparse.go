package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// envparseModel is the package envparse: env.str, env.bool and the like, with defaults that are not cast twice.
// Facts: envparse.py of 0.2.
func envparseModel() eval.Model {
	methods := map[string]method{"read_envfile": func(*eval.Call, eval.Value) eval.Value { return eval.MakeNone() }}
	for name := range map[string]bool{"str": true, "bool": true, "int": true, "float": true, "list": true, "dict": true, "json": true, "url": true} {
		methods[name] = func(c *eval.Call, self eval.Value) eval.Value { return envparseRead(c, self, name) }
	}
	methods["__call__"] = func(c *eval.Call, self eval.Value) eval.Value { return envparseRead(c, self, "") }
	class := eval.NewClass(eval.NativeClass{Name: "envparse.Env", Methods: methods,
		Init: func(c *eval.Call, self eval.Value) {
			schema := eval.MakeDict()
			for _, k := range c.Kwargs {
				schema.SetKey(eval.MakeStr(k.Name), k.Value)
			}
			self.SetField("schema", schema)
		}})
	env := eval.NewObject(class, nil)
	env.SetField("schema", eval.MakeDict())
	return eval.Model{Open: true, Names: map[string]eval.Value{"Env": class, "env": env,
		"ConfigurationError": exception("envparse.ConfigurationError", "Exception")}}
}

// envparseRead reads a variable. Values that refer to others ("{{NAME}}"), schemas and processors are not modelled.
func envparseRead(c *eval.Call, self eval.Value, cast string) eval.Value {
	name, ok := str(c.Arg(0, "var"))
	if !ok {
		return c.UnknownFrom("the name of an environment variable is not known", c.Arg(0, "var"))
	}
	if _, inSchema := self.Attr("schema").Lookup(name); inSchema || c.HasArg(-1, "cast") || c.HasArg(-1, "subcast") ||
		c.HasArg(-1, "preprocessor") || c.HasArg(-1, "postprocessor") {
		return c.Unknown("a variable that is read in a way that is not modelled: " + name)
	}
	def := c.Arg(1, "default")
	return c.Env(eval.EnvRead{Name: name, Default: def, Cast: cast, MissingClass: "envparse.ConfigurationError",
		Missing: func(c *eval.Call) eval.Value {
			return c.Raise("envparse.ConfigurationError", "Environment variable '"+name+"' not set.")
		},
		Convert: func(c *eval.Call, v eval.Value) eval.Value {
			s, ok := str(v)
			if !ok || strings.HasPrefix(s, "{{") {
				return c.UnknownFrom("a variable that refers to another one", v)
			}
			if def.IsValid() && eval.Equal(v, def) {
				return v // a text that equals the default is not cast
			}
			return envparseCast(c, cast, s, v)
		}})
}

func envparseCast(c *eval.Call, cast, s string, v eval.Value) eval.Value {
	switch cast {
	case "str", "":
		return v
	case "bool":
		low := strings.ToLower(s)
		for _, t := range environTrue {
			if low == t {
				return eval.MakeBool(true)
			}
		}
		return eval.MakeBool(false)
	case "list":
		parts := splitNonEmpty(s, ",")
		for i := range parts {
			parts[i] = strings.TrimFunc(parts[i], isPythonSpace)
		}
		return strs(parts)
	case "int", "float":
		made, failed := tryCall(c, "ValueError", eval.BuiltinClass(cast), v, nil)
		if failed {
			return c.Raise("envparse.ConfigurationError", "could not convert "+v.Repr(100))
		}
		return made
	}
	return c.Unknown("a cast of envparse that is not modelled: " + cast)
}
