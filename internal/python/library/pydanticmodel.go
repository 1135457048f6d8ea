package library

import (
	"strings"

	"gonogo/internal/python/eval"
)

// describeFields gives a model its model_fields.
func describeFields(c *eval.Call, class eval.Value) {
	fields := eval.MakeDict()
	for _, f := range pydanticFields(c, class) {
		fields.SetKey(eval.MakeStr(f.name), c.Unknown("the description of a field"))
	}
	class.SetField("model_fields", fields)
}

// pydanticDump is model_dump(): a dictionary of the fields.
func pydanticDump(c *eval.Call, self eval.Value) eval.Value {
	if len(c.Args)+len(c.Kwargs) > 0 || hasComputed(self.ClassOf()) {
		return c.Unknown("a model as a dictionary, with options")
	}
	return dumped(c, self, 0)
}

// hasComputed reports whether a class may have computed fields, which are part of the dictionary.
func hasComputed(class eval.Value) bool {
	for _, k := range class.MRO() {
		for _, e := range k.Fields() {
			if kind, _ := e.Value.Descriptor(); kind == "property" || kind == "cached_property" {
				return true
			}
		}
	}
	return false
}

func dumped(c *eval.Call, v eval.Value, depth int) eval.Value {
	if depth > 20 {
		return c.Unknown("a model that is nested too deeply")
	}
	class := v.ClassOf()
	switch {
	case class.IsValid() && (class.IsSubclass("goodconf.GoodConf") || class.IsSubclass("pydantic.BaseModel") || class.IsSubclass("pydantic_settings.BaseSettings")):
		out := eval.MakeDict()
		for _, f := range pydanticFields(c, class) {
			out.SetKey(eval.MakeStr(f.name), dumped(c, v.Attr(f.name), depth+1))
		}
		return out
	case v.Kind() == eval.List || v.Kind() == eval.Dict || v.Kind() == eval.Tuple:
		return c.DeepCopy(v)
	}
	return v
}

// nested is a field that is read from its own variable as JSON, and from others that begin with its name and the delimiter.
func (s *settingsSource) nested(f pydanticField, name string, delimiter eval.Value) eval.Value {
	c := s.c
	d, ok := str(delimiter)
	members, _, _ := plainHint(f.hint)
	if !ok || d == "" || s.checked {
		return c.UnknownFrom("a nested model that environment variables may change", delimiter)
	}
	for key := range s.file {
		if strings.HasPrefix(key, strings.ToLower(name+d)) {
			return c.Unknown("a nested model that a file of variables changes")
		}
	}
	data := eval.MakeDict()
	found := false
	if _, inFile := s.file[strings.ToLower(name)]; inFile || c.Truth(c.EnvIsSet(name)) {
		if len(members) == 1 && isModelHint(members[0]) {
			return c.Unknown("a nested model that is given as JSON")
		}
	}
	known := map[string]bool{}
	if len(members) == 1 && isModelHint(members[0]) {
		for _, sub := range pydanticFields(c, members[0].Origin) {
			variable, problem := s.asGiven(name + d + sub.name)
			if problem.IsValid() {
				return problem
			}
			known[strings.ToLower(variable)] = true
			if isComplexHint(sub.hint) || !c.Truth(c.EnvIsSet(variable)) {
				if isComplexHint(sub.hint) && c.Truth(c.EnvIsSet(variable)) {
					return c.Unknown("a nested model that environment variables may change")
				}
				continue
			}
			found = true
			data.SetKey(eval.MakeStr(sub.name), c.Env(eval.EnvRead{Name: variable}))
		}
	}
	list, _ := c.EnvEntries()
	for _, e := range list {
		if key := strings.ToLower(text(e.Key)); strings.HasPrefix(key, strings.ToLower(name+d)) && !known[key] {
			return c.Unknown("a nested field that the environment variable " + text(e.Key) + " changes")
		}
	}
	if found {
		return f.validated(c, s.class, s.validators, data, s.data)
	}
	return s.single(f, name)
}
