package library

import (
	"errors"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/dotenv"
	"gonogo/internal/python/library/pyshlex"
	"gonogo/internal/source"
)

// The package python-decouple (decouple). Facts: its README and decouple.py of 3.3 to 3.8.

// repository is where a decouple.Config looks after the environment: variables by name. A repository that is not known has unknown set.
type repository struct {
	values  map[string]eval.Value
	unknown string // why what the repository holds is not known; "" when it is
}

// decoupleConfig is the state of a Config.
type decoupleConfig struct{ repository *repository }

func decoupleModel() eval.Model {
	config := eval.NewClass(decoupleConfigClass())
	auto := eval.NewClass(eval.NativeClass{Name: "decouple.AutoConfig",
		Init: func(c *eval.Call, self eval.Value) {
			self.SetField("search_path", c.ArgOr(0, "search_path", eval.MakeNone()))
		},
		Methods: map[string]method{"__call__": func(c *eval.Call, self eval.Value) eval.Value {
			return decoupleGet(c, &repository{})
		}}})
	names := map[string]eval.Value{
		"Config": config, "AutoConfig": auto, "config": eval.NewObject(auto, nil),
		"Csv":                 eval.NewClass(decoupleCsv()),
		"Choices":             eval.NewClass(decoupleChoices()),
		"UndefinedValueError": exception("decouple.UndefinedValueError", "Exception"),
		"undefined":           decoupleUndefined(),
		"strtobool":           eval.NewPure("decouple.strtobool", strToBool(true)),
	}
	empty := eval.NewClass(eval.NativeClass{Name: "decouple.RepositoryEmpty", Init: func(c *eval.Call, self eval.Value) { self.SetState(&repository{}) }})
	names["RepositoryEmpty"] = empty
	for name, read := range map[string]func(*source.File) map[string]eval.Value{"RepositoryEnv": decoupleFile, "RepositoryIni": nil, "RepositorySecret": nil} {
		names[name] = eval.NewClass(eval.NativeClass{Name: "decouple." + name, Bases: []eval.Value{empty},
			Init: func(c *eval.Call, self eval.Value) { self.SetState(openRepository(c, read)) }})
	}
	return eval.Model{Names: names, Open: true}
}

func decoupleUndefined() eval.Value {
	return eval.NewObject(eval.NewClass(eval.NativeClass{Name: "decouple.Undefined"}), nil)
}

// openRepository reads the file that a program names. A developer's file is taken as empty.
func openRepository(c *eval.Call, read func(*source.File) map[string]eval.Value) *repository {
	path, ok := fspath(c.Arg(0, "source"))
	if !ok {
		return &repository{unknown: "the file of variables is not known"}
	}
	if f := dotenvFile(c, path); f != nil {
		if read == nil {
			return &repository{unknown: "a file of variables in a format that is not modelled: " + f.Path}
		}
		return &repository{values: read(f)}
	}
	if isDevelopers(lastPart(path)) {
		return &repository{}
	}
	if c.PathExists(path) {
		return &repository{unknown: "the content of a file outside of the repository is not known: " + path}
	}
	c.Raise("FileNotFoundError", "[Errno 2] No such file or directory: '"+path+"'")
	return nil
}

func decoupleFile(f *source.File) map[string]eval.Value {
	out := map[string]eval.Value{}
	for _, b := range dotenv.Decouple(string(f.Data)) {
		out[b.Key] = eval.MakeStr(b.Value).WithOrigin(&eval.Origin{At: f.Span(b.Offset, b.End), FromFile: f.Path})
	}
	return out
}

func decoupleConfigClass() eval.NativeClass {
	get := func(c *eval.Call, self eval.Value) eval.Value {
		config, _ := self.State().(*decoupleConfig)
		if config == nil {
			return c.Unknown("a repository of variables that is not modelled")
		}
		return decoupleGet(c, config.repository)
	}
	return eval.NativeClass{Name: "decouple.Config", Methods: map[string]method{"__call__": get, "get": get},
		Init: func(c *eval.Call, self eval.Value) {
			r, ok := c.Arg(0, "repository").State().(*repository)
			if !ok {
				r = &repository{unknown: "a repository of variables that is not modelled"}
				if list := c.Arg(0, "repository"); list.Kind() == eval.Dict && !list.IsOpen() {
					r = &repository{values: map[string]eval.Value{}}
					for _, e := range list.Entries() {
						if name, ok := str(e.Key); ok {
							r.values[name] = e.Value
						}
					}
				}
			}
			self.SetState(&decoupleConfig{r})
		}}
}

// decoupleGet is Config.get: the environment first, then the repository, then the default; all are cast.
func decoupleGet(c *eval.Call, r *repository) eval.Value {
	name, ok := str(c.Arg(0, "option"))
	if !ok {
		return c.UnknownFrom("the name of an environment variable is not known", c.Arg(0, "option"))
	}
	cast, def := c.Arg(2, "cast"), c.Arg(1, "default")
	if cast.IsUnknown() {
		return c.UnknownFrom("the cast of the variable is not known", cast)
	}
	if cast.Class() == "decouple.Undefined" {
		cast = eval.Value{}
	}
	if def.Class() == "decouple.Undefined" {
		def = eval.Value{}
	}
	if r.unknown != "" {
		def = c.Unknown(r.unknown)
	} else if v, ok := r.values[name]; ok {
		def = v
	}
	label := castName(cast)
	if cast.Class() == "decouple.Csv" {
		label = "list"
	}
	return c.Env(eval.EnvRead{Name: name, Default: def, Cast: label, ConvertDefault: true,
		MissingClass: "decouple.UndefinedValueError",
		Missing: func(c *eval.Call) eval.Value {
			return c.Raise("decouple.UndefinedValueError", name+" not found. Declare it as envvar or define a default value.")
		},
		Convert: func(c *eval.Call, value eval.Value) eval.Value {
			switch {
			case !cast.IsValid():
				return value
			case value.IsUnknown():
				return c.UnknownFrom(value.Reason(), value)
			case classIs(cast, "bool"):
				return decoupleBool(c, value)
			}
			return c.Call(cast, value)
		}})
}

// decoupleBool takes any value as text; an empty one is false.
func decoupleBool(c *eval.Call, value eval.Value) eval.Value {
	s, ok := str(c.Str(value))
	if !ok {
		return c.UnknownFrom("the value is not known", value)
	}
	if s == "" {
		return eval.MakeBool(false)
	}
	b, err := toBool(s)
	if err != nil {
		return c.Raise("ValueError", "Invalid truth value: "+strings.ToLower(s))
	}
	return eval.MakeBool(b)
}

var errTruth = errors.New("invalid truth value")

// toBool is strtobool of the former distutils, which many packages have a copy of.
func toBool(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "y", "yes", "t", "true", "on", "1":
		return true, nil
	case "n", "no", "f", "false", "off", "0":
		return false, nil
	}
	return false, errTruth
}

// strToBool makes the function strtobool; distutils' gives 1 and 0.
func strToBool(asBool bool) func(*eval.Call) eval.Value {
	return func(c *eval.Call) eval.Value {
		v := c.Arg(0, "val")
		if !v.IsValid() {
			v = c.Arg(0, "value")
		}
		if v.Kind() == eval.Bool && asBool {
			return v
		}
		s, ok := str(v)
		if !ok {
			return c.Raise("AttributeError", "'"+typeName(c, v)+"' object has no attribute 'lower'")
		}
		b, err := toBool(s)
		switch {
		case err != nil && asBool:
			return c.Raise("ValueError", "Invalid truth value: "+strings.ToLower(s))
		case err != nil:
			return c.Raise("ValueError", "invalid truth value '"+strings.ToLower(s)+"'")
		case asBool:
			return eval.MakeBool(b)
		case b:
			return eval.MakeInt(1)
		}
		return eval.MakeInt(0)
	}
}

// decoupleCsv is the class Csv: a cast to a list.
func decoupleCsv() eval.NativeClass {
	return eval.NativeClass{Name: "decouple.Csv",
		Init: func(c *eval.Call, self eval.Value) {
			self.SetField("cast", c.ArgOr(0, "cast", eval.BuiltinClass("str")))
			self.SetField("delimiter", c.ArgOr(1, "delimiter", eval.MakeStr(",")))
			self.SetField("strip", c.ArgOr(2, "strip", eval.MakeStr(" \t\n\r\x0b\x0c")))
			self.SetField("post_process", c.ArgOr(3, "post_process", eval.BuiltinClass("list")))
		},
		Methods: map[string]method{"__call__": func(c *eval.Call, self eval.Value) eval.Value {
			value := c.Arg(0, "value")
			post := self.Attr("post_process")
			if isNone(value) {
				return c.Call(post)
			}
			s, ok := str(value)
			delimiter, ok2 := str(self.Attr("delimiter"))
			strip := self.Attr("strip")
			if !ok || !ok2 {
				return c.UnknownFrom("the list is not known", value, self.Attr("delimiter"))
			}
			words, err := pyshlex.Split(s, delimiter, "#")
			if err != nil {
				return c.Raise("ValueError", pyshlex.PythonMessage(err))
			}
			var out []eval.Value
			for _, w := range words {
				item := c.Call(c.GetAttr(eval.MakeStr(w), "strip"), strip)
				out = append(out, c.Call(self.Attr("cast"), item))
			}
			return c.Call(post, eval.MakeList(out...))
		}}}
}

// decoupleChoices is the class Choices: a cast that refuses what is not in a list.
func decoupleChoices() eval.NativeClass {
	return eval.NativeClass{Name: "decouple.Choices",
		Init: func(c *eval.Call, self eval.Value) {
			self.SetField("flat", or(c.ArgOr(0, "flat", eval.MakeNone()), eval.MakeList()))
			self.SetField("cast", c.ArgOr(1, "cast", eval.BuiltinClass("str")))
			self.SetField("choices", or(c.ArgOr(2, "choices", eval.MakeNone()), eval.MakeList()))
		},
		Methods: map[string]method{"__call__": func(c *eval.Call, self eval.Value) eval.Value {
			value := c.Call(self.Attr("cast"), c.Arg(0, "value"))
			valid := c.Iterate(self.Attr("flat"))
			for _, pair := range c.Iterate(self.Attr("choices")) {
				e := pair.Elems()
				if len(e) == 0 {
					return c.UnknownFrom("the choices are not known", pair)
				}
				valid = append(valid, e[0])
			}
			switch c.Operator("in", value, eval.MakeList(valid...)).Truth() {
			case eval.Yes:
				return value
			case eval.No:
				return c.Raise("ValueError", "Value not in list: "+c.Arg(0, "value").Repr(0)+"; valid values are "+eval.MakeList(valid...).Repr(0))
			}
			return c.UnknownFrom("whether the value is one of the choices is not known", value)
		}}}
}
