package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// configValue is the state of an instance of configurations.values.Value.
type configValue struct {
	def         eval.Value
	environ     bool
	environName string // "" takes the name of the setting
	prefix      string // without the underscore
	required    bool
	secret      bool
	multiple    bool
	path        bool // PathValue: the result is an absolute path, which may have to exist
	checkExists bool
}

// valueKind describes a class of configurations.values.
type valueKind struct {
	name string
	cast string
	late bool
	// start changes a new value: its default and its name of the variable.
	start func(c *eval.Call, v *configValue)
	// convert makes the value from a variable's text; nil keeps the text.
	convert func(c *eval.Call, self eval.Value, text string) eval.Value
}

func configValueKinds() []valueKind {
	return []valueKind{
		{name: "Value"},
		{name: "BooleanValue", cast: "bool", start: requireBool, convert: configBool},
		{name: "IntegerValue", cast: "int", convert: castBuiltin("int", nil)},
		{name: "PositiveIntegerValue", cast: "int", convert: castBuiltin("int", func(v eval.Value) bool { i, ok := integer(v); return ok && i.Sign() >= 0 })},
		{name: "FloatValue", cast: "float", convert: castBuiltin("float", nil)},
		{name: "DecimalValue", convert: notModelled},
		{name: "ListValue", cast: "list", start: sequenceDefault("list"), convert: configSequence("list")},
		{name: "TupleValue", cast: "tuple", start: sequenceDefault("tuple"), convert: configSequence("tuple")},
		{name: "SetValue", cast: "list", start: sequenceDefault("set"), convert: configSequence("set")},
		{name: "BackendsValue", cast: "list", start: sequenceDefault("list"), convert: configSequence("list")},
		{name: "SingleNestedListValue", cast: "list", start: nestedDefault, convert: notModelled},
		{name: "SingleNestedTupleValue", cast: "tuple", start: nestedDefault, convert: notModelled},
		{name: "DictValue", cast: "dict", start: sequenceDefault("dict"), convert: configDict},
		{name: "EmailValue", convert: configMail}, {name: "URLValue", convert: notModelled}, {name: "IPValue", convert: notModelled},
		{name: "RegexValue", convert: notModelled},
		{name: "PathValue", start: func(c *eval.Call, v *configValue) { v.path, v.checkExists = true, flag(c, -1, "check_exists", true) }},
		{name: "SecretValue", start: func(c *eval.Call, v *configValue) {
			if given(v.def) {
				c.Raise("ValueError", "Secret values are only allowed to be set as environment variables")
			}
			v.environ, v.required, v.secret = true, true, true
		}},
		{name: "EmailURLValue", late: true, cast: "url", start: startURL("EMAIL_URL", true, ""), convert: castModule("dj_email_url", "")},
		{name: "DatabaseURLValue", late: true, cast: "url", start: startURL("DATABASE_URL", false, "dj_database_url"), convert: castModule("dj_database_url", "default")},
		{name: "CacheURLValue", late: true, cast: "url", start: startURL("CACHE_URL", false, "django_cache_url"), convert: castModule("django_cache_url", "default")},
		{name: "SearchURLValue", late: true, cast: "url", convert: notModelled},
	}
}

// configurationsValues is the module configurations.values.
func configurationsValues() eval.Model {
	names := map[string]eval.Value{}
	var base eval.Value
	for _, kind := range configValueKinds() {
		class := eval.NewClass(configValueClass(kind, base))
		if !base.IsValid() {
			base = class
		}
		names[kind.name] = class
	}
	return eval.Model{Names: names, Open: true}
}

func configValueClass(kind valueKind, base eval.Value) eval.NativeClass {
	n := eval.NativeClass{Name: "configurations.values." + kind.name,
		New: func(c *eval.Call, class eval.Value) eval.Value { return newConfigValue(c, class, kind) },
		Methods: map[string]method{
			"setup": func(c *eval.Call, self eval.Value) eval.Value {
				name, _ := str(c.Arg(0, "name"))
				return configSetup(c, self, kind, name)
			},
			"to_python": func(c *eval.Call, self eval.Value) eval.Value {
				s, ok := str(c.Arg(0, "value"))
				if !ok || kind.convert == nil {
					return c.Arg(0, "value")
				}
				return kind.convert(c, self, s)
			},
		},
		Properties: map[string]method{
			"value": func(c *eval.Call, self eval.Value) eval.Value {
				v := self.State().(*configValue)
				if made := self.Attr("_value"); made.IsValid() {
					return made
				}
				if v.environName != "" {
					return configSetup(c, self, kind, v.environName)
				}
				return v.def
			},
			"default": func(_ *eval.Call, self eval.Value) eval.Value { return self.State().(*configValue).def },
		}}
	if base.IsValid() {
		n.Bases = []eval.Value{base}
	}
	return n
}

// newConfigValue is Value.__new__: a value whose variable is named gives its result at once.
func newConfigValue(c *eval.Call, class eval.Value, kind valueKind) eval.Value {
	v := &configValue{def: c.ArgOr(0, "default", eval.MakeNone())}
	v.environ = flag(c, 1, "environ", true)
	v.environName, _ = str(c.Arg(2, "environ_name"))
	prefix := c.ArgOr(3, "environ_prefix", eval.MakeStr("DJANGO"))
	v.prefix, _ = str(prefix)
	v.prefix = strings.TrimSuffix(v.prefix, "_")
	v.required = flag(c, 4, "environ_required", false)
	for _, a := range []eval.Value{c.Arg(2, "environ_name"), prefix, c.Arg(1, "environ"), c.Arg(4, "environ_required")} {
		if a.IsUnknown() {
			return c.UnknownFrom("the name of an environment variable is not known", a)
		}
	}
	self := eval.NewObject(class, v)
	self.SetField("_converter", c.ArgOr(-1, "converter", eval.MakeNone()))
	self.SetField("_separator", c.ArgOr(-1, "separator", eval.MakeStr(",")))
	self.SetField("_alias", c.ArgOr(-1, "alias", eval.MakeStr("default")))
	if kind.start != nil {
		kind.start(c, v)
	}
	if kind.late && given(v.def) {
		if s, ok := str(v.def); ok && kind.convert != nil {
			v.def = kind.convert(c, self, s)
		}
	} else if converter := self.Attr("_converter"); given(converter) {
		v.def = convertAll(c, v.def, converter)
	}
	late := flag(c, -1, "late_binding", kind.late)
	if !late && (v.environ && v.environName != "" || !v.environ && v.def.Truth() == eval.Yes) {
		return configSetup(c, self, kind, v.environName)
	}
	return self
}

// convertAll applies a converter to the parts of a default.
func convertAll(c *eval.Call, v, converter eval.Value) eval.Value {
	var out []eval.Value
	for _, e := range v.Elems() {
		out = append(out, c.Call(converter, e))
	}
	switch v.Kind() {
	case eval.Tuple:
		return eval.MakeTuple(out...)
	case eval.Set:
		return eval.MakeSet(out...)
	case eval.List:
		return eval.MakeList(out...)
	}
	return v
}

// setUpValue is configurations.values.setup_value: it puts the result in the place of the value.
func setUpValue(c *eval.Call, target eval.Value, name string, v eval.Value) {
	result := c.Call(c.GetAttr(v, "setup"), eval.MakeStr(name))
	c.SetAttr(target, name, result)
	if state, ok := v.State().(*configValue); ok && state.multiple {
		for _, e := range result.Entries() {
			if key, ok := str(e.Key); ok {
				c.SetAttr(target, key, e.Value)
			}
		}
	}
}

// configSetup is Value.setup: the variable's value, or the default.
func configSetup(c *eval.Call, self eval.Value, kind valueKind, name string) eval.Value {
	v, ok := self.State().(*configValue)
	if !ok {
		return c.Unknown("a configuration value that is not modelled")
	}
	if !v.environ {
		return configChecked(c, v, v.def, name)
	}
	variable := strings.ToUpper(name)
	if v.environName != "" {
		variable = v.environName
	}
	if v.prefix != "" {
		variable = v.prefix + "_" + variable
	}
	read := eval.EnvRead{Name: variable, Cast: kind.cast, MissingClass: "ValueError",
		Convert: func(c *eval.Call, text eval.Value) eval.Value {
			return configChecked(c, v, c.Call(c.GetAttr(self, "to_python"), text), name)
		},
		Missing: func(c *eval.Call) eval.Value {
			return c.Raise("ValueError", "Value '"+name+"' is required to be set as the environment variable '"+variable+"'")
		}}
	if !v.required {
		read.Default = configChecked(c, v, v.def, name)
	}
	return c.Env(read)
}

// configChecked is what PathValue and SecretValue do with a result.
func configChecked(c *eval.Call, v *configValue, result eval.Value, name string) eval.Value {
	switch {
	case v.secret && result.Truth() == eval.No:
		return c.Raise("ValueError", "Secret value '"+name+"' is not set")
	case v.path:
		p, ok := fspath(result)
		abs, ok2 := absolute(p)
		if !ok || !ok2 {
			return c.UnknownFrom("a path that is not known, or relative", result)
		}
		if v.checkExists && !c.IsDir(abs) && !c.PathAsked(abs) {
			return c.Raise("ValueError", "Path '"+p+"' does not exist.")
		}
		return eval.MakeStr(abs).WithOrigin(result.Origin())
	}
	return result
}

func requireBool(c *eval.Call, v *configValue) {
	if v.def.IsUnknown() {
		return
	}
	if _, ok := v.def.AsBool(); ok {
		return
	}
	if n, ok := v.def.AsInt(); ok && (n == 0 || n == 1) {
		return
	}
	c.Raise("ValueError", "Default value "+v.def.Repr(100)+" is not a boolean value")
}

func configBool(c *eval.Call, _ eval.Value, text string) eval.Value {
	switch strings.ToLower(strings.TrimFunc(text, isPythonSpace)) {
	case "yes", "y", "true", "1":
		return eval.MakeBool(true)
	case "no", "n", "false", "0", "":
		return eval.MakeBool(false)
	}
	return c.Raise("ValueError", "Cannot interpret boolean value "+eval.MakeStr(text).Repr(100))
}

func castBuiltin(name string, valid func(eval.Value) bool) func(*eval.Call, eval.Value, string) eval.Value {
	return func(c *eval.Call, _ eval.Value, text string) eval.Value {
		v := c.Call(eval.BuiltinClass(name), eval.MakeStr(text))
		if valid != nil && !v.IsUnknown() && !valid(v) {
			return c.Raise("ValueError", "Cannot interpret value "+eval.MakeStr(text).Repr(100))
		}
		return v
	}
}

func notModelled(c *eval.Call, _ eval.Value, text string) eval.Value {
	return c.Unknown("a configuration value of a kind that is not modelled")
}

// sequenceDefault makes the default a list, tuple, set or dictionary.
func sequenceDefault(kind string) func(*eval.Call, *configValue) {
	return func(c *eval.Call, v *configValue) {
		if given(v.def) {
			v.def = c.Call(eval.BuiltinClass(kind), v.def)
		} else {
			v.def = c.Call(eval.BuiltinClass(kind))
		}
	}
}

func nestedDefault(c *eval.Call, v *configValue) {
	v.def = c.UnknownFrom("a nested sequence", v.def)
}

func configSequence(kind string) func(*eval.Call, eval.Value, string) eval.Value {
	return func(c *eval.Call, self eval.Value, text string) eval.Value {
		separator, ok := str(self.Attr("_separator"))
		if !ok || separator == "" {
			return c.UnknownFrom("how the list is separated is not known", self.Attr("_separator"))
		}
		out := eval.MakeList()
		for _, part := range strings.Split(strings.TrimFunc(text, isPythonSpace), separator) {
			part = strings.TrimFunc(part, isPythonSpace)
			if part == "" {
				continue
			}
			v := eval.MakeStr(part)
			if converter := self.Attr("_converter"); given(converter) {
				v = c.Call(converter, v)
			}
			out.Append(v)
		}
		return c.Call(eval.BuiltinClass(kind), out)
	}
}

func configDict(c *eval.Call, _ eval.Value, text string) eval.Value {
	if text == "" {
		return eval.MakeDict()
	}
	v, err := literal(text)
	switch {
	case err == errLiteralSyntax:
		return c.Raise("SyntaxError", "invalid syntax")
	case err == errNoLiteral, err == nil && v.Kind() != eval.Dict:
		return c.Raise("ValueError", "Cannot interpret dict value "+eval.MakeStr(text).Repr(100))
	case err != nil:
		return c.Unknown("a literal that is not modelled")
	}
	return v
}

// configMail takes plain addresses; what else Django accepts is not known.
func configMail(c *eval.Call, _ eval.Value, text string) eval.Value {
	user, host, ok := strings.Cut(text, "@")
	plain := func(s, more string) bool {
		return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"+more) == "" &&
			!strings.HasPrefix(s, ".") && !strings.HasSuffix(s, ".") && !strings.Contains(s, "..")
	}
	if ok && plain(user, "._-") && plain(host, ".") && strings.Contains(host, ".") {
		return eval.MakeStr(text)
	}
	return c.Unknown("an address that may not be valid")
}

// startURL prepares the values of URLs: their variable has a name of its own and no prefix.
func startURL(variable string, multiple bool, _ string) func(*eval.Call, *configValue) {
	return func(c *eval.Call, v *configValue) {
		v.multiple = multiple
		if !c.HasArg(2, "environ_name") {
			v.environName = variable
		}
		if !c.HasArg(3, "environ_prefix") {
			v.prefix = ""
		}
		if !given(v.def) {
			v.def = eval.MakeDict()
		}
	}
}

// castModule parses a URL with the function parse of a module; under an alias when there is one.
func castModule(module, alias string) func(*eval.Call, eval.Value, string) eval.Value {
	return func(c *eval.Call, self eval.Value, text string) eval.Value {
		v, failed := tryCall(c, "(TypeError, ValueError)", c.GetAttr(c.Import(module), "parse"), eval.MakeStr(text), nil)
		if failed {
			return c.Raise("ValueError", "Cannot interpret URL value "+eval.MakeStr(text).Repr(100))
		}
		if alias == "" {
			return v
		}
		return eval.MakeDict(eval.Entry{Key: self.Attr("_alias"), Value: v})
	}
}
