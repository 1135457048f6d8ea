package library

import (
	"strconv"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/library/pyurl"
)

// environsFields are the methods of Env that read a variable as a type.
func environsFields() map[string]method {
	plain := map[string]func(c *eval.Call, v eval.Value) (eval.Value, string){
		"__call__":  func(c *eval.Call, v eval.Value) (eval.Value, string) { return v, "" },
		"str":       marshmallowStr,
		"bool":      marshmallowBool,
		"int":       marshmallowInt,
		"float":     marshmallowFloat,
		"list":      environsList,
		"dict":      environsDict,
		"json":      environsJSON,
		"path":      environsPath,
		"log_level": environsLogLevel,
		"timedelta": environsTimedelta,
		"url":       environsURL,
		"enum":      environsEnum,
	}
	out := map[string]method{}
	for name, fn := range plain {
		label := name
		if name == "__call__" {
			label = ""
		}
		out[name] = func(c *eval.Call, self eval.Value) eval.Value {
			return environsRead(c, self, environsField{label: label, make: fn})
		}
	}
	for _, name := range []string{"decimal", "datetime", "date", "time", "uuid"} {
		out[name] = func(c *eval.Call, self eval.Value) eval.Value {
			return environsRead(c, self, environsField{label: name, make: func(c *eval.Call, v eval.Value) (eval.Value, string) {
				return c.UnknownFrom("a variable is read as a type that is not modelled: "+name, v), ""
			}})
		}
	}
	for name, module := range map[string]string{"dj_db_url": "dj_database_url", "dj_email_url": "dj_email_url", "dj_cache_url": "django_cache_url"} {
		out[name] = func(c *eval.Call, self eval.Value) eval.Value {
			kwargs := otherKwargs(c, "name", "default")
			return environsRead(c, self, environsField{label: "url", raw: true, make: func(c *eval.Call, v eval.Value) (eval.Value, string) {
				made, failed := tryCall(c, "Exception", c.GetAttr(c.Import(module), "parse"), v, kwargs)
				if failed {
					return v, "Not a valid URL."
				}
				return made, ""
			}})
		}
	}
	return out
}

func marshmallowStr(c *eval.Call, v eval.Value) (eval.Value, string) { return v, "" }

// marshmallowBool takes the texts of marshmallow's field Boolean, which are not folded.
func marshmallowBool(c *eval.Call, v eval.Value) (eval.Value, string) {
	s, _ := str(v)
	switch s {
	case "t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1":
		return eval.MakeBool(true), ""
	case "f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0":
		return eval.MakeBool(false), ""
	}
	return v, "Not a valid boolean."
}

func marshmallowInt(c *eval.Call, v eval.Value) (eval.Value, string) {
	s, _ := str(v)
	i, ok := parseInt(s)
	if !ok {
		if !isASCII(s) {
			return c.Unknown("a number in other than ASCII digits"), ""
		}
		return v, "Not a valid integer."
	}
	return eval.MakeBigInt(i), ""
}

func marshmallowFloat(c *eval.Call, v eval.Value) (eval.Value, string) {
	s, _ := str(v)
	f, ok := parseFloat(s)
	if !ok {
		if !isASCII(s) {
			return c.Unknown("a number in other than ASCII digits"), ""
		}
		return v, "Not a valid number."
	}
	if f != f || f-f != 0 {
		return v, "Special numeric values (nan or infinity) are not permitted."
	}
	return eval.MakeFloat(f), ""
}

// parseFloat is float(text) for ASCII text.
func parseFloat(text string) (float64, bool) {
	s := strings.TrimFunc(text, isPythonSpace)
	if strings.ContainsAny(s, "xXpP") || strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") || strings.Contains(s, "__") {
		return 0, false
	}
	for i := range s {
		if s[i] == '_' && (i == 0 || i+1 >= len(s) || !isDigit(s[i-1]) || !isDigit(s[i+1])) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, "_", ""), 64)
	if e, ok := err.(*strconv.NumError); ok && e.Err == strconv.ErrRange {
		return f, true
	}
	return f, err == nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// subcast applies the cast of the parts of a list or dictionary.
func subcast(c *eval.Call, cast, v eval.Value) (eval.Value, string) {
	switch {
	case !given(cast):
		return v, ""
	case classIs(cast, "int"):
		return marshmallowInt(c, v)
	case classIs(cast, "float"):
		return marshmallowFloat(c, v)
	case classIs(cast, "bool"):
		return marshmallowBool(c, v)
	case classIs(cast, "str"):
		return v, ""
	case cast.Kind() == eval.Callable:
		return c.Call(cast, v), ""
	}
	return c.UnknownFrom("the cast of a part is not modelled", cast), ""
}

func environsList(c *eval.Call, v eval.Value) (eval.Value, string) {
	s, _ := str(v)
	delimiter, ok := str(c.ArgOr(-1, "delimiter", eval.MakeStr(",")))
	if !ok {
		return c.UnknownFrom("how the list is separated is not known", c.Arg(-1, "delimiter")), ""
	}
	cast := c.ArgOr(2, "subcast", eval.MakeNone())
	out := eval.MakeList()
	if s == "" {
		return out, ""
	}
	for _, part := range strings.Split(s, delimiter) {
		made, invalid := subcast(c, cast, eval.MakeStr(part))
		if invalid != "" {
			return v, invalid
		}
		out.Append(made)
	}
	return out, ""
}

func environsDict(c *eval.Call, v eval.Value) (eval.Value, string) {
	s, _ := str(v)
	delimiter, ok := str(c.ArgOr(-1, "delimiter", eval.MakeStr(",")))
	between, ok2 := str(c.ArgOr(-1, "key_value_delimiter", eval.MakeStr("=")))
	if !ok || !ok2 {
		return c.Unknown("how the dictionary is separated is not known"), ""
	}
	d := eval.MakeDict()
	if s == "" {
		return d, ""
	}
	for _, item := range strings.Split(s, delimiter) {
		key, value, ok := strings.Cut(item, between)
		if !ok {
			return c.Raise("ValueError", "not enough values to unpack (expected 2, got 1)"), ""
		}
		k, invalid := subcast(c, c.Arg(-1, "subcast_keys"), eval.MakeStr(strings.TrimFunc(key, isPythonSpace)))
		if invalid != "" {
			return v, invalid
		}
		made, invalid := subcast(c, c.Arg(-1, "subcast_values"), eval.MakeStr(strings.TrimFunc(value, isPythonSpace)))
		if invalid != "" {
			return v, invalid
		}
		d.SetKey(k, made)
	}
	return d, ""
}

func environsJSON(c *eval.Call, v eval.Value) (eval.Value, string) {
	s, _ := str(v)
	out, err := parseJSON(s)
	if _, bad := err.(errJSON); bad {
		return v, "Not valid JSON."
	}
	if err != nil {
		return c.Unknown(err.Error()), ""
	}
	return out, ""
}

func environsPath(c *eval.Call, v eval.Value) (eval.Value, string) {
	s, _ := str(v)
	return makePath(s), ""
}

// environsLogLevel takes a number, or a name of a level of the module logging.
func environsLogLevel(c *eval.Call, v eval.Value) (eval.Value, string) {
	s, _ := str(v)
	if i, ok := parseInt(s); ok {
		return eval.MakeBigInt(i), ""
	}
	for _, l := range logLevels {
		if strings.ToUpper(s) == l.name {
			return eval.MakeInt(l.number), ""
		}
	}
	return v, "Not a valid log level."
}

// environsTimedelta takes a number of seconds; durations with units came in 13.0.
func environsTimedelta(c *eval.Call, v eval.Value) (eval.Value, string) {
	s, _ := str(v)
	i, ok := parseInt(s)
	if !ok || !i.IsInt64() || c.HasArg(-1, "precision") {
		return c.UnknownFrom("a time span in words", v), ""
	}
	d, ok := timedeltaOf(c, []eval.Value{eval.MakeBigInt(i)}, []int64{1_000_000})
	if !ok {
		return v, "Not a valid period of time."
	}
	return d, ""
}

// environsEnum takes the name of a member, or its value with by_value.
func environsEnum(c *eval.Call, v eval.Value) (eval.Value, string) {
	class, byValue := c.Arg(-1, "enum"), c.Arg(-1, "by_value")
	if class.Kind() != eval.Class || byValue.IsValid() && byValue.Truth() != eval.No || c.HasArg(-1, "type") || c.HasArg(-1, "ignore_case") {
		return c.UnknownFrom("a member of an enumeration that is not known", class), ""
	}
	name, ok := str(v)
	members, found := c.FindAttr(class, "__members__")
	if !ok || !found || members.Kind() != eval.Dict {
		return c.UnknownFrom("a member of an enumeration that is not known", v), ""
	}
	if member, ok := members.Lookup(name); ok {
		return member, ""
	}
	return v, "Must be one of the members"
}

func environsURL(c *eval.Call, v eval.Value) (eval.Value, string) {
	s, _ := str(v)
	u, err := pyurl.Parse(s, "", true)
	if err != nil {
		return c.Unknown("a URL that may not be valid"), ""
	}
	switch u.Scheme {
	case "http", "https", "ftp", "ftps":
		if host, ok := u.Hostname(); ok && (strings.Contains(host, ".") || host == "localhost") && !strings.ContainsAny(s, " _%") {
			return newURLResult(u, false), ""
		}
	}
	return c.Unknown("a URL that may not be valid"), ""
}
