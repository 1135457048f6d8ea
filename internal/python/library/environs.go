package library

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/dotenv"
)

// The package environs. Facts: its README and environs/__init__.py of 9 to 15; fields are those of marshmallow 3 and 4.

// environsState is what an instance of Env knows beside its attributes.
type environsState struct {
	fileAware bool
	suffix    string
	strip     bool
	files     map[string]eval.Value // variables that read_env read; since 15 they stay out of os.environ
	parsers   map[string]eval.Value
}

func environsModel() eval.Model {
	env := environsEnv("environs.Env", false, nil)
	names := map[string]eval.Value{
		"Env": env, "FileAwareEnv": environsEnv("environs.FileAwareEnv", true, []eval.Value{env}),
		"env":                 eval.NewObject(env, newEnvironsState()),
		"ParserConflictError": exception("environs.exceptions.ParserConflictError", "ValueError"),
		"ValidationError":     exception("marshmallow.exceptions.ValidationError", "Exception"),
	}
	// Exceptions are raised by the names under which the package exports them.
	envError := exception("environs.exceptions.EnvError", "ValueError")
	names["EnvError"] = envError
	for _, n := range []string{"EnvValidationError", "EnvNotSetError", "EnvSealedError"} {
		names[n] = eval.NewClass(eval.NativeClass{Name: "environs.exceptions." + n, Bases: []eval.Value{envError}})
	}
	names["validate"] = eval.NewModule("marshmallow.validate", marshmallowValidate())
	return eval.Model{Names: names, Open: true}
}

func newEnvironsState() *environsState {
	return &environsState{files: map[string]eval.Value{}, parsers: map[string]eval.Value{}}
}

func environsEnv(name string, fileAware bool, bases []eval.Value) eval.Value {
	methods := map[string]method{
		"prefixed": environsPrefixed,
		"seal":     func(*eval.Call, eval.Value) eval.Value { return eval.MakeNone() },
		"dump":     func(c *eval.Call, _ eval.Value) eval.Value { return c.Unknown("all variables that were read") },
		"add_parser": func(c *eval.Call, self eval.Value) eval.Value {
			if name, ok := str(c.Arg(0, "name")); ok {
				environsOf(self).parsers[name] = c.Arg(1, "func")
			}
			return eval.MakeNone()
		},
		"parser_for": func(c *eval.Call, self eval.Value) eval.Value {
			name, _ := str(c.Arg(0, "name"))
			return eval.NewNative("environs.parser_for.decorator", func(c *eval.Call) eval.Value {
				environsOf(self).parsers[name] = c.Arg(0, "func")
				return c.Arg(0, "func")
			})
		},
	}
	for name, field := range environsFields() {
		methods[name] = field
	}
	return eval.NewClass(eval.NativeClass{Name: name, Bases: bases, Methods: methods,
		ClassMethods: map[string]method{"read_env": environsReadEnvOf},
		Init: func(c *eval.Call, self eval.Value) {
			state := newEnvironsState()
			state.fileAware = fileAware
			state.suffix, _ = str(c.ArgOr(-1, "file_suffix", eval.MakeStr("_FILE")))
			state.strip = flag(c, -1, "strip_whitespace", false)
			self.SetState(state)
			self.SetField("read_env", eval.NewNative("environs.Env.read_env", func(c *eval.Call) eval.Value { return environsReadEnv(c, self) }))
			self.SetField("eager", c.ArgOr(-1, "eager", eval.MakeBool(true)))
			self.SetField("expand_vars", c.ArgOr(-1, "expand_vars", eval.MakeBool(false)))
			self.SetField("_prefix", c.ArgOr(-1, "prefix", eval.MakeNone()))
		},
		Getattr: func(c *eval.Call, self eval.Value, name string) (eval.Value, bool) {
			parser, ok := environsOf(self).parsers[name]
			if !ok {
				return eval.Value{}, false
			}
			return eval.NewNative("environs."+name, func(c *eval.Call) eval.Value {
				return environsRead(c, self, environsField{label: name, raw: true, make: func(c *eval.Call, v eval.Value) (eval.Value, string) {
					return c.CallKw(parser, []eval.Value{v}, otherKwargs(c, "name", "default")), ""
				}})
			}), true
		}})
}

func environsOf(self eval.Value) *environsState {
	if s, ok := self.State().(*environsState); ok {
		return s
	}
	s := newEnvironsState()
	self.SetState(s)
	return s
}

// otherKwargs are the keyword arguments but those of the names.
func otherKwargs(c *eval.Call, names ...string) []eval.Kwarg {
	var out []eval.Kwarg
next:
	for _, k := range c.Kwargs {
		for _, n := range names {
			if k.Name == n {
				continue next
			}
		}
		out = append(out, k)
	}
	return out
}

// environsPrefixed is the context manager prefixed(): names are read with the prefix inside of it.
func environsPrefixed(c *eval.Call, self eval.Value) eval.Value {
	prefix := c.Arg(0, "prefix")
	class := eval.NewClass(eval.NativeClass{Name: "contextlib._GeneratorContextManager", Methods: map[string]method{
		"__enter__": func(c *eval.Call, manager eval.Value) eval.Value {
			old := self.Attr("_prefix")
			manager.SetField("old", or(old, eval.MakeNone()))
			if given(old) {
				self.SetField("_prefix", c.Operator("+", old, prefix))
			} else {
				self.SetField("_prefix", prefix)
			}
			return self
		},
		"__exit__": func(c *eval.Call, manager eval.Value) eval.Value {
			self.SetField("_prefix", manager.Attr("old"))
			return eval.MakeBool(false)
		},
	}})
	return eval.NewObject(class, nil)
}

// environsReadEnvOf is Env.read_env of the class, which was a static method up to 15.0 of environs. Code that calls it so is taken to have
// such a one.
func environsReadEnvOf(c *eval.Call, class eval.Value) eval.Value { return environsReadEnv(c, class) }

// environsReadEnv is Env.read_env: a file beside the caller, or the one that is named, or one of that name in a folder above.
func environsReadEnv(c *eval.Call, self eval.Value) eval.Value {
	recurse, override := flag(c, 1, "recurse", true), flag(c, 4, "override", false)
	name, ok := fspath(c.Arg(0, "path"))
	if !given(c.Arg(0, "path")) {
		name, ok = joinPaths(c.Root(), dirname(c.CallerFile()), ".env"), true
	}
	unknown := c.Unknown("whether there is a file of variables is not known")
	if !ok || isDevelopers(lastPart(name)) {
		return unknown
	}
	abs, ok := absolute(name)
	if !ok {
		return unknown
	}
	for dir := dirname(abs); ; dir = dirname(dir) {
		if f := dotenvFile(c, joinPaths(dir, lastPart(abs))); f != nil {
			for _, e := range interpolated(c, f, true, true) {
				key, _ := str(e.Key)
				if _, there := environsOf(self).files[key]; (!there || override) && !isNone(e.Value) {
					environsOf(self).files[key] = e.Value
					if !atLeast(c, "environs", 15, 0) {
						c.SetEnv(key, e.Value, !override)
					}
				}
			}
			return eval.MakeBool(true)
		}
		if dir == "/" || !recurse {
			return unknown
		}
	}
}

// environsField is how a method makes its value.
type environsField struct {
	label string
	// raw says that the default is parsed too (dj_db_url, own parsers).
	raw  bool
	make func(c *eval.Call, v eval.Value) (value eval.Value, invalid string)
}

// environsRead reads a variable: the environment, then the files that read_env read, then the default, which is not cast.
func environsRead(c *eval.Call, self eval.Value, field environsField) eval.Value {
	name, ok := str(c.Arg(0, "name"))
	if !ok {
		return c.UnknownFrom("the name of an environment variable is not known", c.Arg(0, "name"))
	}
	if prefix := self.Attr("_prefix"); given(prefix) {
		p, ok := str(prefix)
		if !ok {
			return c.UnknownFrom("the prefix of environment variables is not known", prefix)
		}
		name = p + name
	}
	if expand := self.Attr("expand_vars"); expand.IsValid() && expand.Truth() != eval.No {
		return environsExpanded(c, self, field, name)
	}
	state := environsOf(self)
	if state.fileAware {
		if v := environsSecret(c, self, field, name); v.IsValid() {
			return v
		}
	}
	return c.Env(environsRequest(c, self, field, name))
}

func environsRequest(c *eval.Call, self eval.Value, field environsField, name string) eval.EnvRead {
	def := c.Arg(1, "default")
	if def.Kind() == eval.Object && def.Class() == "ellipsis" {
		def = eval.Value{}
	}
	read := eval.EnvRead{Name: name, Default: def, Cast: field.label, ConvertDefault: field.raw,
		MissingClass: "environs.EnvNotSetError",
		Missing: func(*eval.Call) eval.Value {
			if eager := self.Attr("eager"); eager.IsValid() && eager.Truth() == eval.No {
				return eval.MakeNone()
			}
			return c.Raise("environs.EnvNotSetError", `Environment variable "`+name+`" not set`)
		},
		// The call with its arguments is the method's.
		Convert: func(_ *eval.Call, v eval.Value) eval.Value { return environsMake(c, self, field, name, v) }}
	if _, isText := str(def); isText && !atLeast(c, "environs", 14, 0) {
		read.ConvertDefault = true // defaults are cast, as texts
	}
	if v, ok := environsOf(self).files[name]; ok {
		read.Default = environsMake(c, self, field, name, v)
		read.ConvertDefault = false
	}
	return read
}

// environsMake casts a text; one that does not fit is an EnvValidationError.
func environsMake(c *eval.Call, self eval.Value, field environsField, name string, v eval.Value) eval.Value {
	if v.IsUnknown() {
		return c.UnknownFrom(v.Reason(), v)
	}
	out, invalid := field.make(c, v)
	if invalid != "" {
		if eager := self.Attr("eager"); eager.IsValid() && eager.Truth() == eval.No {
			return eval.MakeNone()
		}
		return c.Raise("environs.EnvValidationError", `Environment variable "`+name+`" invalid: ["`+invalid+`"]`)
	}
	if validate := c.Arg(-1, "validate"); given(validate) && !field.raw {
		return environsValidated(c, name, out, validate)
	}
	return out
}

// environsValidated calls validators of the project and of marshmallow.
func environsValidated(c *eval.Call, name string, v, validate eval.Value) eval.Value {
	list := []eval.Value{validate}
	if validate.Kind() == eval.List || validate.Kind() == eval.Tuple {
		list = validate.Elems()
	}
	for _, fn := range list {
		if pkg, _, _ := strings.Cut(fn.Class(), "."); pkg == "marshmallow" {
			checked, failed := tryCall(c, "Exception", fn, v, nil)
			switch {
			case failed:
				return c.Raise("environs.EnvValidationError", `Environment variable "`+name+`" invalid`)
			case checked.IsUnknown() && !v.IsUnknown():
				return c.Unknown("the variable " + name + " is checked by a validator that is not modelled")
			}
			continue
		}
		if fn.Kind() != eval.Callable {
			return c.Unknown("the variable " + name + " is checked by a validator that is not modelled")
		}
		if r := c.Call(fn, v); r.Truth() != eval.Yes && !isNone(r) {
			return c.Unknown("the variable " + name + " is checked by a validator that may refuse it")
		}
	}
	return v
}

// environsSecret is what FileAwareEnv does: NAME_FILE names a file that holds the value.
func environsSecret(c *eval.Call, self eval.Value, field environsField, name string) eval.Value {
	variable := name + environsOf(self).suffix
	path := c.Env(eval.EnvRead{Name: variable, Default: eval.MakeNone(), Cast: "path"})
	if isNone(path) || path.Truth() == eval.No {
		if v, ok := environsOf(self).files[variable]; ok {
			path = v
		} else {
			return eval.Value{}
		}
	}
	p, ok := str(path)
	if !ok {
		return c.UnknownFrom("the content of the file that "+variable+" names is not known", path)
	}
	content := c.ReadText(p)
	s, ok := str(content)
	if !ok {
		return c.UnknownFrom("the content of the file that "+variable+" names is not known", content)
	}
	if environsOf(self).strip {
		s = strings.TrimFunc(s, isPythonSpace)
	}
	return environsMake(c, self, field, name, eval.MakeStr(s).WithOrigin(content.Origin()))
}

// environsExpanded reads a variable whose text may refer to others as ${NAME:-default}.
func environsExpanded(c *eval.Call, self eval.Value, field environsField, name string) eval.Value {
	request := environsRequest(c, self, field, name)
	request.Convert = func(_ *eval.Call, v eval.Value) eval.Value {
		s, ok := str(v)
		if !ok {
			return environsMake(c, self, field, name, v)
		}
		if strings.Contains(s, "${") || strings.Contains(s, `\$`) {
			return c.Unknown("the variable " + name + " refers to others")
		}
		return environsMake(c, self, field, name, v)
	}
	if s, ok := str(request.Default); ok && strings.Contains(s, "$") {
		if len(dotenv.Atoms(s)) > 0 {
			return c.Unknown("the default of the variable " + name + " refers to others")
		}
	}
	return c.Env(request)
}
