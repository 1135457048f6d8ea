package library

import (
	"regexp"
	"strconv"
	"strings"

	"gonogo/internal/python/eval"
)

// templateClass is string.Template. Subclasses that change what a placeholder looks like are not modelled.
// Source: Lib/string.py of CPython.
func templateClass() eval.NativeClass {
	placeholder := regexp.MustCompile(`\$(?:(\$)|([_a-zA-Z][_a-zA-Z0-9]*)|\{([_a-zA-Z][_a-zA-Z0-9]*)\}|)`)
	return eval.NativeClass{Name: "string.Template", Attrs: map[string]eval.Value{"delimiter": eval.MakeStr("$"), "idpattern": eval.MakeStr("(?a:[_a-z][_a-z0-9]*)")},
		Init: func(c *eval.Call, self eval.Value) { self.SetField("template", c.Arg(0, "template")) },
		Methods: map[string]method{
			"substitute": func(c *eval.Call, self eval.Value) eval.Value {
				return fillTemplate(c, self, placeholder, false)
			},
			"safe_substitute": func(c *eval.Call, self eval.Value) eval.Value {
				return fillTemplate(c, self, placeholder, true)
			},
		}}
}

// fillTemplate puts values in place of the placeholders of a template.
func fillTemplate(c *eval.Call, self eval.Value, placeholder *regexp.Regexp, safe bool) eval.Value {
	template, ok := str(self.Attr("template"))
	if !ok || !plainTemplate(self) {
		return c.UnknownFrom("a template that is not known", append(c.Args, self.Attr("template"))...)
	}
	for _, k := range c.Kwargs {
		if k.Name == "" {
			return c.UnknownFrom("the values of a template are not known", k.Value)
		}
	}
	out := eval.MakeStr("")
	last := 0
	add := func(v eval.Value) { out = c.Operator("+", out, v) }
	for _, m := range placeholder.FindAllStringSubmatchIndex(template, -1) {
		add(eval.MakeStr(template[last:m[0]]))
		last = m[1]
		name := ""
		switch {
		case m[2] >= 0:
			add(eval.MakeStr("$"))
			continue
		case m[4] >= 0:
			name = template[m[4]:m[5]]
		case m[6] >= 0:
			name = template[m[6]:m[7]]
		case safe:
			add(eval.MakeStr("$"))
			continue
		default:
			return c.Raise("ValueError", invalidPlaceholder(template, m[0]))
		}
		if v, found := templateValue(c, name, safe); found {
			add(c.Str(v))
		} else {
			add(eval.MakeStr(template[m[0]:m[1]]))
		}
	}
	add(eval.MakeStr(template[last:]))
	return out
}

// plainTemplate reports whether nothing changes what a placeholder looks like.
func plainTemplate(self eval.Value) bool {
	for _, k := range self.ClassOf().MRO() {
		if k.Dotted() == "string.Template" {
			return true
		}
		for _, e := range k.Fields() {
			switch name, _ := e.Key.AsStr(); name {
			case "delimiter", "idpattern", "braceidpattern", "pattern", "flags":
				return false
			}
		}
	}
	return false
}

// templateValue is the value of a placeholder: of a keyword argument, else of the mapping. found is false where it lacks and that is allowed.
func templateValue(c *eval.Call, name string, safe bool) (v eval.Value, found bool) {
	for _, k := range c.Kwargs {
		if k.Name == name {
			return k.Value, true
		}
	}
	switch {
	case len(c.Args) == 0 && safe:
		return eval.Value{}, false
	case len(c.Args) == 0:
		return c.RaiseValues("KeyError", eval.MakeStr(name)), true
	case !safe:
		return c.Index(c.Args[0], eval.MakeStr(name)), true
	}
	mapping := c.Args[0]
	if mapping.Kind() != eval.Dict || mapping.IsOpen() {
		return c.UnknownFrom("whether a template's value is there is not known", mapping), true
	}
	return mapping.Lookup(name)
}

// invalidPlaceholder is the message for a "$" that begins no placeholder.
func invalidPlaceholder(template string, at int) string {
	before := template[:at]
	line := strings.Count(before, "\n") + 1
	column := at - (strings.LastIndexByte(before, '\n') + 1) + 1
	return "Invalid placeholder in string: line " + strconv.Itoa(line) + ", col " + strconv.Itoa(column)
}
