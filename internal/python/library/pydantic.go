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
	names := unmodelled("pydantic", "AliasChoices", "AliasPath", "PostgresDsn", "RedisDsn", "AnyUrl", "AnyHttpUrl", "HttpUrl", "EmailStr", "Json",
		"DirectoryPath", "FilePath", "AmqpDsn", "MySQLDsn", "BeforeValidator", "AfterValidator", "ImportString", "NoDecode")
	field := eval.NewClass(eval.NativeClass{Name: "pydantic.fields.FieldInfo"})
	names["Field"] = eval.NewNative("pydantic.Field", func(c *eval.Call) eval.Value { return eval.NewRecorded(field, c.Args, c.Kwargs) })
	names["BaseModel"] = eval.NewClass(eval.NativeClass{Name: "pydantic.BaseModel", New: newPydanticModel, Open: true})
	names["BaseSettings"] = eval.NewClass(eval.NativeClass{Name: "pydantic_settings.BaseSettings", New: newPydanticSettings, Open: true})
	names["SettingsConfigDict"] = eval.NewNative("pydantic_settings.SettingsConfigDict", func(c *eval.Call) eval.Value {
		return c.CallKw(eval.BuiltinClass("dict"), nil, c.Kwargs)
	})
	names["ConfigDict"] = names["SettingsConfigDict"]
	marker := eval.NewClass(eval.NativeClass{Name: "pydantic.validator"})
	for _, n := range []string{"field_validator", "model_validator", "validator", "root_validator"} {
		names[n] = eval.NewNative("pydantic."+n, func(c *eval.Call) eval.Value {
			return eval.NewNative("pydantic.validator.decorator", func(c *eval.Call) eval.Value { return eval.NewObject(marker, nil) })
		})
	}
	names["computed_field"] = eval.NewNative("pydantic.computed_field", func(c *eval.Call) eval.Value {
		if len(c.Args) == 1 {
			return c.Args[0]
		}
		return eval.NewNative("pydantic.computed_field.decorator", func(c *eval.Call) eval.Value { return c.Arg(0, "") })
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

// hasValidators reports whether code of the project changes the values of a class's fields.
func hasValidators(class eval.Value) bool {
	for _, k := range class.MRO() {
		for _, e := range k.Fields() {
			switch {
			case e.Value.Class() == "pydantic.validator":
				return true
			case text(e.Key) == "settings_customise_sources", text(e.Key) == "customise_sources", text(e.Key) == "__init__" && !strings.HasPrefix(k.Dotted(), "pydantic"):
				return true
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
	annotation eval.Value
	alias      eval.Value // of the variable; invalid when there is none
}

func pydanticFields(c *eval.Call, class eval.Value) []pydanticField {
	annotations := map[string]eval.Value{}
	for _, k := range class.MRO() {
		for _, a := range c.ClassAnnotations(k) {
			if _, ok := annotations[text(a.Key)]; !ok {
				annotations[text(a.Key)] = a.Value
			}
		}
	}
	var out []pydanticField
	for _, f := range dataFields(c, class) {
		if f.name == "model_config" || strings.HasPrefix(f.name, "_") {
			continue
		}
		p := pydanticField{dataField: f, annotation: annotations[f.name]}
		if f.def.Class() == "pydantic.fields.FieldInfo" {
			info := f.def
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
	v := eval.NewObject(class, nil)
	checked := hasValidators(class)
	for _, f := range pydanticFields(c, class) {
		value := c.Arg(-1, f.name)
		if !value.IsValid() {
			value = f.fallback(c)
		}
		if !value.IsValid() {
			value = c.Unknown("a required field that is not given: " + f.name)
		}
		if checked {
			value = c.UnknownFrom(reasonPydantic, value)
		}
		v.SetField(f.name, value)
	}
	return v
}

// fallback is a field's default; invalid when it has none.
func (f pydanticField) fallback(c *eval.Call) eval.Value {
	if f.factory.IsValid() {
		return c.Call(f.factory)
	}
	return copyValue(f.def, true, 0)
}

// newPydanticSettings makes an instance of a class that inherits from BaseSettings: each field is an argument, a variable, a line
// of the environment file, or its default.
func newPydanticSettings(c *eval.Call, class eval.Value) eval.Value {
	v := eval.NewObject(class, nil)
	checked := hasValidators(class)
	prefix := pydanticConfig(class, "env_prefix")
	file := pydanticFile(c, class)
	for _, f := range complexFirst(pydanticFields(c, class)) {
		value := c.Arg(-1, f.name)
		if !value.IsValid() {
			value = pydanticVariable(c, class, f, prefix, file)
		}
		if checked {
			value = c.UnknownFrom(reasonPydantic, value)
		}
		v.SetField(f.name, value)
	}
	return v
}

// complexFirst puts fields that are read as JSON first: a text that is none fails before other fields are validated.
func complexFirst(fields []pydanticField) []pydanticField {
	isComplex := func(f pydanticField) int {
		if classIs(f.annotation, "list") || classIs(f.annotation, "dict") {
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

func pydanticVariable(c *eval.Call, class eval.Value, f pydanticField, prefix eval.Value, file map[string]eval.Value) eval.Value {
	name := f.name
	switch {
	case f.alias.IsValid():
		alias, ok := str(f.alias)
		if !ok {
			return c.UnknownFrom("the name of an environment variable is not known", f.alias)
		}
		name = alias
	case given(prefix):
		p, ok := str(prefix)
		if !ok {
			return c.UnknownFrom("the prefix of environment variables is not known", prefix)
		}
		name = p + name
	}
	if sensitive := pydanticConfig(class, "case_sensitive"); sensitive.Truth() != eval.Yes || !sensitive.IsValid() {
		found, ok := pydanticName(c, name)
		if !ok {
			return c.Unknown("several variables differ in case only: " + found)
		}
		name = found
	}
	if nested := pydanticConfig(class, "env_nested_delimiter"); given(nested) && f.annotation.IsSubclass("pydantic.BaseModel") {
		return c.Unknown("a nested model that environment variables may change")
	}
	read := eval.EnvRead{Name: name, Cast: castName(f.annotation), MissingClass: "pydantic.ValidationError",
		Convert: func(c *eval.Call, text eval.Value) eval.Value { return pydanticValue(c, f.annotation, text) },
		Missing: func(c *eval.Call) eval.Value {
			return c.Raise("pydantic.ValidationError", f.name+": Field required")
		}}
	if v, ok := file[strings.ToLower(name)]; ok {
		read.Default = pydanticValue(c, f.annotation, v)
	} else if def := f.fallback(c); def.IsValid() {
		read.Default = pydanticDefault(c, f.annotation, def)
	}
	return c.Env(read)
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

// pydanticDefault is a default as BaseSettings validates it. One that is of the annotated type stays.
func pydanticDefault(c *eval.Call, annotation, def eval.Value) eval.Value {
	kind := map[eval.Kind]string{eval.Str: "str", eval.Int: "int", eval.Bool: "bool", eval.Float: "float", eval.List: "list",
		eval.Dict: "dict", eval.Tuple: "tuple", eval.Set: "set"}[def.Kind()]
	switch {
	case classIs(annotation, kind), isNone(def), !annotation.IsValid(), def.Class() != "" && def.Class() == annotation.Dotted():
		return def
	case annotation.Kind() == eval.Class && strings.HasPrefix(annotation.Dotted(), "typing."), annotation.IsUnknown():
		if isScalar(def) {
			return def // Optional[str] = "x"
		}
	case def.Kind() == eval.Str:
		return pydanticValue(c, annotation, def)
	case classIs(annotation, "float") && def.Kind() == eval.Int:
		f, _ := def.AsFloat()
		return eval.MakeFloat(f)
	}
	return c.UnknownFrom("a default that is converted to the annotated type", def)
}

func isScalar(v eval.Value) bool {
	switch v.Kind() {
	case eval.Str, eval.Int, eval.Bool, eval.Float, eval.None:
		return true
	}
	return false
}

// pydanticValue converts a text to the annotated type.
func pydanticValue(c *eval.Call, annotation, v eval.Value) eval.Value {
	s, ok := str(v)
	if !ok {
		return v
	}
	fail := func(message string) eval.Value { return c.Raise("pydantic.ValidationError", message) }
	switch annotation.Dotted() {
	case "str":
		return v
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
	case "list", "dict":
		out, err := parseJSON(s)
		if _, bad := err.(errJSON); bad {
			return c.Raise("pydantic_settings.SettingsError", "error parsing value of a variable")
		}
		if err == nil && (out.Kind() == eval.List) == (annotation.Dotted() == "list") && (out.Kind() == eval.List || out.Kind() == eval.Dict) && allScalarText(out) {
			return out
		}
	case "pathlib.Path":
		return makePath(s)
	case "pydantic.types.SecretStr":
		return c.Call(annotation, v)
	}
	return c.UnknownFrom("a text that is converted to a type that is not modelled", v)
}

// allScalarText reports whether a list or dictionary of JSON has texts only, which the types of its parts leave alone.
func allScalarText(v eval.Value) bool {
	for _, e := range v.Elems() {
		if e.Kind() != eval.Str {
			return false
		}
	}
	for _, e := range v.Entries() {
		if e.Value.Kind() != eval.Str {
			return false
		}
	}
	return true
}
