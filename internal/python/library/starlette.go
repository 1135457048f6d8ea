package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// starletteConfig is starlette.config. Facts: https://www.starlette.io/config/.
func starletteConfig() eval.Model {
	read := func(c *eval.Call, self eval.Value) eval.Value {
		name, ok := str(c.Arg(0, "key"))
		prefix, ok2 := str(self.Attr("env_prefix"))
		cast := c.Arg(1, "cast")
		if !ok || !ok2 || cast.IsUnknown() || self.Attr("_file").Truth() != eval.No {
			return c.UnknownFrom("a variable that may stand in a file", c.Args...)
		}
		name = prefix + name
		return c.Env(eval.EnvRead{Name: name, Default: c.Arg(2, "default"), Cast: castName(cast), ConvertDefault: true,
			Missing: func(c *eval.Call) eval.Value {
				return c.Raise("KeyError", "Config '"+name+"' is missing, and has no default.")
			},
			Convert: func(c *eval.Call, v eval.Value) eval.Value { return starletteCast(c, name, cast, v) }})
	}
	class := eval.NewClass(eval.NativeClass{Name: "starlette.config.Config", Methods: map[string]method{"__call__": read, "get": read},
		Init: func(c *eval.Call, self eval.Value) {
			self.SetField("env_prefix", c.ArgOr(2, "env_prefix", eval.MakeStr("")))
			path, ok := fspath(c.Arg(0, "env_file"))
			self.SetField("_file", eval.MakeBool(given(c.Arg(0, "env_file")) && (!ok || !isDevelopers(lastPart(path)))))
		}})
	return eval.Model{Open: true, Names: map[string]eval.Value{"Config": class}}
}

func starletteCast(c *eval.Call, name string, cast, v eval.Value) eval.Value {
	if !given(cast) || isNone(v) || v.IsUnknown() {
		return v
	}
	s, isStr := str(v)
	if classIs(cast, "bool") && isStr {
		switch strings.ToLower(s) {
		case "true", "1":
			return eval.MakeBool(true)
		case "false", "0":
			return eval.MakeBool(false)
		}
		return c.Raise("ValueError", "Config '"+name+"' has value '"+s+"'. Not a valid bool.")
	}
	return c.Call(cast, v)
}
