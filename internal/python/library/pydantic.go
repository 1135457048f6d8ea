package library

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/dotenv"
)

// The packages pydantic and pydantic-settings. Facts: https://docs.pydantic.dev/latest/concepts/pydantic_settings/ and conversions.

// pydanticModel is the package pydantic; pydantic_settings has the same names here.
func pydanticModel() eval.Model {
	names := unmodelled("pydantic", "AliasChoices", "AliasPath", "EmailStr", "Json",
		"DirectoryPath", "FilePath", "AmqpDsn", "MySQLDsn", "BeforeValidator", "AfterValidator", "ImportString", "NoDecode")
	field := eval.NewClass(eval.NativeClass{Name: "pydantic.fields.FieldInfo"})
	names["Field"] = eval.NewNative("pydantic.Field", func(c *eval.Call) eval.Value { return eval.NewRecorded(field, c.Args, c.Kwargs) })
	methods := map[string]method{"model_dump": pydanticDump, "dict": pydanticDump}
	names["BaseModel"] = eval.NewClass(eval.NativeClass{Name: "pydantic.BaseModel", New: newPydanticModel, Open: true, Methods: methods, Subclassed: describeFields})
	names["BaseSettings"] = eval.NewClass(eval.NativeClass{Name: "pydantic_settings.BaseSettings", New: newPydanticSettings, Open: true, Methods: methods,
		Subclassed: describeFields})
	names["SettingsConfigDict"] = eval.NewNative("pydantic_settings.SettingsConfigDict", func(c *eval.Call) eval.Value {
		return c.CallKw(eval.BuiltinClass("dict"), nil, c.Kwargs)
	})
	names["ConfigDict"] = names["SettingsConfigDict"]
	marker := eval.NewClass(eval.NativeClass{Name: "pydantic.validator"})
	for _, n := range []string{"field_validator", "model_validator"} {
		names[n] = validatorDecorator(marker, n)
	}
	for n := range pydanticSchemes {
		names[n] = pydanticURLClass(n)
	}
	for _, n := range []string{"validator", "root_validator"} {
		names[n] = eval.NewNative("pydantic."+n, func(c *eval.Call) eval.Value {
			return eval.NewNative("pydantic.validator.decorator", func(c *eval.Call) eval.Value { return eval.NewObject(marker, nil) })
		})
	}
	names["computed_field"] = eval.NewNative("pydantic.computed_field", func(c *eval.Call) eval.Value {
		if len(c.Args) == 1 {
			return asProperty(c, c.Args[0])
		}
		return eval.NewNative("pydantic.computed_field.decorator", func(c *eval.Call) eval.Value { return asProperty(c, c.Arg(0, "")) })
	})
	names["SecretStr"] = eval.NewClass(secretStr())
	names["SettingsError"] = exception("pydantic_settings.exceptions.SettingsError", "ValueError")
	names["ValidationError"] = exception("pydantic_core.ValidationError", "ValueError")
	return eval.Model{Names: names, Open: true}
}

// secretStr is SecretStr: a text that is hidden when it is printed.
func secretStr() eval.NativeClass {
	return eval.NativeClass{Name: "pydantic.types.SecretStr",
		Init: func(c *eval.Call, self eval.Value) { self.SetField("_secret_value", c.Arg(0, "secret_value")) },
		Methods: map[string]method{
			"get_secret_value": func(_ *eval.Call, self eval.Value) eval.Value { return self.Attr("_secret_value") },
			"__str__":          func(*eval.Call, eval.Value) eval.Value { return eval.MakeStr("**********") },
		}}
}

// asProperty makes a function a property, as computed_field does.
func asProperty(c *eval.Call, fn eval.Value) eval.Value {
	if fn.Kind() == eval.Callable && fn.IsPython() {
		return c.Call(eval.BuiltinClass("property"), fn)
	}
	return fn
}

// makesItself reports whether code of the project replaces how instances of a class are made.
func makesItself(class eval.Value) bool {
	for _, k := range class.MRO() {
		for _, e := range k.Fields() {
			switch text(e.Key) {
			case "settings_customise_sources", "customise_sources", "model_post_init":
				return true
			case "__init__":
				if !strings.HasPrefix(k.Dotted(), "pydantic") && k.Dotted() != "object" {
					return true
				}
			}
		}
	}
	return false
}

// pydanticConfig is a setting of model_config, or of the class Config of version 1.
func pydanticConfig(class eval.Value, name string) eval.Value {
	if config := class.Attr("model_config"); config.IsValid() {
		if v, ok := config.Lookup(name); ok {
			return v
		}
		if config.IsUnknown() {
			return config
		}
	}
	if config := class.Attr("Config"); config.Kind() == eval.Class {
		return config.Attr(name)
	}
	return eval.Value{}
}

// pydanticField is a field with what pydantic.Field says of it.
type pydanticField struct {
	dataField
	hint eval.TypeHint
	// constrained says that pydantic.Field limits what the value may be.
	constrained bool
	alias       eval.Value // of the variable; invalid when there is none
}

func pydanticFields(c *eval.Call, class eval.Value) []pydanticField {
	hints := map[string]eval.TypeHint{}
	for _, k := range class.MRO() {
		for _, h := range c.ClassHints(k) {
			if _, ok := hints[h.Name]; !ok {
				hints[h.Name] = h.Hint
			}
		}
	}
	var out []pydanticField
	for _, f := range dataFields(c, class) {
		if f.name == "model_config" || strings.HasPrefix(f.name, "_") {
			continue
		}
		p := pydanticField{dataField: f, hint: hints[f.name]}
		if f.def.Class() == "pydantic.fields.FieldInfo" {
			info := f.def
			for _, n := range []string{"gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "pattern", "strict", "max_digits", "decimal_places"} {
				p.constrained = p.constrained || given(info.Arg(-1, n))
			}
			p.def, p.factory = info.Arg(0, "default"), info.Arg(-1, "default_factory")
			for _, n := range []string{"validation_alias", "alias", "env"} {
				if a := info.Arg(-1, n); given(a) && !p.alias.IsValid() {
					p.alias = a
				}
			}
			if p.def.Class() == "ellipsis" {
				p.def = eval.Value{}
			}
		}
		out = append(out, p)
	}
	return out
}

const reasonPydantic = "validated by code that is not followed"

func newPydanticModel(c *eval.Call, class eval.Value) eval.Value {
	list, ok := validatorsOf(class)
	checked := !ok || makesItself(class)
	v, data := eval.NewObject(class, nil), eval.MakeDict()
	for _, f := range pydanticFields(c, class) {
		value := c.Arg(-1, f.name)
		if given(f.alias) && !value.IsValid() {
			if alias, ok := str(f.alias); ok {
				value = c.Arg(-1, alias)
			}
		}
		switch {
		case value.IsValid() && !checked:
			value = f.validated(c, class, list, value, data)
		case !value.IsValid():
			value = f.fallback(c)
		}
		if !value.IsValid() {
			value = c.Raise("pydantic.ValidationError", f.name+": Field required")
		}
		if checked {
			value = c.UnknownFrom(reasonPydantic, value)
		}
		v.SetField(f.name, value)
		data.SetKey(eval.MakeStr(f.name), value)
	}
	if checked {
		return v
	}
	return runModelValidators(c, class, list, v)
}

// validated is a value as the field takes it: its validators before, the conversion to its type, and its validators after.
func (f pydanticField) validated(c *eval.Call, class eval.Value, list []*pydanticValidator, v, data eval.Value) eval.Value {
	v = runValidators(c, class, list, "before", f.name, v, data)
	v = pydanticValidate(c, f.hint, v, 0)
	if f.constrained {
		v = c.UnknownFrom("a field with constraints", v)
	}
	return runValidators(c, class, list, "after", f.name, v, data)
}

// fallback is a field's default; invalid when it has none.
func (f pydanticField) fallback(c *eval.Call) eval.Value {
	if f.factory.IsValid() {
		return c.Call(f.factory)
	}
	return c.DeepCopy(f.def)
}

// newPydanticSettings makes an instance of a class that inherits from BaseSettings: each field is an argument, a variable, a line
// of the environment file, or its default.
func newPydanticSettings(c *eval.Call, class eval.Value) eval.Value {
	list, ok := validatorsOf(class)
	source := settingsSource{c: c, class: class, validators: list, checked: !ok || makesItself(class),
		prefix: pydanticConfig(class, "env_prefix"), file: pydanticFile(c, class), data: eval.MakeDict()}
	v := eval.NewObject(class, nil)
	for _, f := range complexFirst(pydanticFields(c, class)) {
		value := c.Arg(-1, f.name)
		if !value.IsValid() {
			value = source.variable(f)
		} else if !source.checked {
			value = f.validated(c, class, list, value, source.data)
		}
		if source.checked {
			value = c.UnknownFrom(reasonPydantic, value)
		}
		v.SetField(f.name, value)
		source.data.SetKey(eval.MakeStr(f.name), value)
	}
	if source.checked {
		return v
	}
	return runModelValidators(c, class, list, v)
}

// complexFirst puts fields that are read as JSON first: a text that is none fails before other fields are validated.
func complexFirst(fields []pydanticField) []pydanticField {
	isComplex := func(f pydanticField) int {
		if isComplexHint(f.hint) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(fields, func(a, b pydanticField) int { return isComplex(a) - isComplex(b) })
	return fields
}

// pydanticFile are the variables of the file that env_file names, by name in lower case.
func pydanticFile(c *eval.Call, class eval.Value) map[string]eval.Value {
	out := map[string]eval.Value{}
	paths := pydanticConfig(class, "env_file")
	list := []eval.Value{paths}
	if paths.Kind() == eval.Tuple || paths.Kind() == eval.List {
		list = paths.Elems()
	}
	for _, p := range list {
		path, ok := fspath(p)
		if !ok {
			continue
		}
		if f := dotenvFile(c, path); f != nil && strings.HasPrefix(path, "/") {
			for _, b := range dotenv.Load(string(f.Data)) {
				out[strings.ToLower(b.Key)] = bindingValue(c, f, b)
			}
		}
	}
	return out
}

// settingsSource is where the fields of an instance of BaseSettings come from.
type settingsSource struct {
	c          *eval.Call
	class      eval.Value
	validators []*pydanticValidator
	checked    bool // by code that is not followed
	prefix     eval.Value
	file       map[string]eval.Value // of env_file, by name in lower case
	values     map[string]eval.Value // of a file of values, by the name of the field
	data       eval.Value            // the fields so far
}

// variable is a field as the environment, the environment file, or its default has it.
func (s *settingsSource) variable(f pydanticField) eval.Value {
	name, problem := s.variableName(f)
	if problem.IsValid() {
		return problem
	}
	if nested := pydanticConfig(s.class, "env_nested_delimiter"); given(nested) && isComplexHint(f.hint) {
		return s.nested(f, name, nested)
	}
	return s.single(f, name)
}

// single is a field that one variable gives.
func (s *settingsSource) single(f pydanticField, name string) eval.Value {
	c := s.c
	cast := ""
	if members, _, _ := plainHint(f.hint); len(members) == 1 {
		cast = castName(members[0].Origin)
	}
	check := func(c *eval.Call, v eval.Value, convert bool) eval.Value {
		if s.checked {
			return c.UnknownFrom(reasonPydantic, v)
		}
		if convert && isComplexHint(f.hint) {
			v = pydanticDecode(c, f.hint, v)
		}
		return f.validated(c, s.class, s.validators, v, s.data)
	}
	read := eval.EnvRead{Name: name, Cast: cast, MissingClass: "pydantic.ValidationError",
		Convert: func(c *eval.Call, text eval.Value) eval.Value {
			if ignore := pydanticConfig(s.class, "env_ignore_empty"); given(ignore) && ignore.Truth() != eval.No {
				if t, ok := str(text); ok && t == "" {
					return c.Unknown("an empty variable that is ignored")
				}
			}
			return check(c, text, true)
		},
		Missing: func(c *eval.Call) eval.Value {
			return c.Raise("pydantic.ValidationError", f.name+": Field required")
		}}
	if v, ok := s.file[strings.ToLower(name)]; ok {
		read.Default = check(c, v, true)
	} else if v, ok := s.values[f.name]; ok {
		read.Default = check(c, v, false)
	} else if def := f.fallback(c); def.IsValid() {
		read.Default = check(c, def, false)
	}
	return c.Env(read)
}

// variableName is the name of the variable of a field, or why it is not known.
func (s *settingsSource) variableName(f pydanticField) (name string, problem eval.Value) {
	c := s.c
	name = f.name
	switch {
	case f.alias.Class() == "pydantic.AliasChoices":
		return s.firstAlias(f)
	case f.alias.IsValid():
		alias, ok := str(f.alias)
		if !ok {
			return "", c.UnknownFrom("the name of an environment variable is not known", f.alias)
		}
		name = alias
	case given(s.prefix):
		p, ok := str(s.prefix)
		if !ok {
			return "", c.UnknownFrom("the prefix of environment variables is not known", s.prefix)
		}
		name = p + name
	}
	return s.asGiven(name)
}

// asGiven is a name in the case in which the variable is set.
func (s *settingsSource) asGiven(name string) (string, eval.Value) {
	if sensitive := pydanticConfig(s.class, "case_sensitive"); sensitive.IsValid() && sensitive.Truth() == eval.Yes {
		return name, eval.Value{}
	}
	found, ok := pydanticName(s.c, name)
	if !ok {
		return "", s.c.Unknown("several variables differ in case only: " + found)
	}
	return found, eval.Value{}
}

// firstAlias is the first of several names that is set, else the first one.
func (s *settingsSource) firstAlias(f pydanticField) (string, eval.Value) {
	first := ""
	for i := 0; ; i++ {
		a := f.alias.Arg(i, "")
		if !a.IsValid() {
			return first, eval.Value{}
		}
		alias, ok := str(a)
		if !ok {
			return "", s.c.UnknownFrom("the name of an environment variable is not known", a)
		}
		name, problem := s.asGiven(alias)
		if problem.IsValid() {
			return "", problem
		}
		if first == "" {
			first = name
		}
		if _, inFile := s.file[strings.ToLower(name)]; inFile || s.c.Truth(s.c.EnvIsSet(name)) {
			return name, eval.Value{}
		}
	}
}

// pydanticName is how a variable is called that is looked up without regard to case: as it is given, else in capitals.
// ok is false when several variables differ in case only.
func pydanticName(c *eval.Call, name string) (found string, ok bool) {
	list, _ := c.EnvEntries()
	for _, e := range list {
		if key := text(e.Key); strings.EqualFold(key, name) {
			if found != "" {
				return found, false
			}
			found = key
		}
	}
	if found == "" {
		found = strings.ToUpper(name)
	}
	return found, true
}

// pydanticScalar converts a text to a bool, int or float.
func pydanticScalar(c *eval.Call, name string, v eval.Value) eval.Value {
	s, ok := str(v)
	if !ok {
		return v
	}
	fail := func(message string) eval.Value { return pydanticFail(c, message) }
	switch name {
	case "bool":
		switch strings.ToLower(s) {
		case "0", "off", "f", "false", "n", "no":
			return eval.MakeBool(false)
		case "1", "on", "t", "true", "y", "yes":
			return eval.MakeBool(true)
		}
		return fail("Input should be a valid boolean, unable to interpret input")
	case "int":
		if digits, certain := isDigits(strings.TrimPrefix(s, "-")); digits && certain {
			i, _ := parseInt(s)
			return eval.MakeBigInt(i)
		}
		if isASCII(s) && strings.IndexFunc(s, func(r rune) bool { return r >= '0' && r <= '9' }) < 0 {
			return fail("Input should be a valid integer, unable to parse string as an integer")
		}
	case "float":
		if f, ok := parseFloat(s); ok && isASCII(s) && !strings.ContainsAny(s, "_ nN") {
			return eval.MakeFloat(f)
		}
		if isASCII(s) && strings.IndexFunc(s, func(r rune) bool { return r >= '0' && r <= '9' }) < 0 && !strings.ContainsAny(s, "nN") {
			return fail("Input should be a valid number, unable to parse string as a number")
		}
		if s == "False" {
			return fail("Input should be a valid number, unable to parse string as a number")
		}
	}
	return c.UnknownFrom("a text that is converted to a type that is not modelled", v)
}
