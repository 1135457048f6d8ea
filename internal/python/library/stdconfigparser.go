package library

import (
	"fmt"
	"strings"

	"gonogo/internal/python/eval"
)

// configparserModel is the module configparser, for files of the project in the plain form: sections, "name = value" or "name: value", comments.
// What else a file may have (values of several lines, interpolation) makes what was read unknown.
func configparserModel() eval.Model {
	names := map[string]eval.Value{
		"NoOptionError":         exception("configparser.NoOptionError", "Exception"),
		"NoSectionError":        exception("configparser.NoSectionError", "Exception"),
		"Error":                 exception("configparser.Error", "Exception"),
		"ExtendedInterpolation": eval.NewUnmodelledClass("configparser.ExtendedInterpolation"),
	}
	for _, n := range []string{"ConfigParser", "RawConfigParser", "SafeConfigParser"} {
		names[n] = eval.NewClass(configParserClass("configparser."+n, n != "RawConfigParser"))
	}
	return eval.Model{Names: names, Open: true}
}

// iniFile is what a parser has read.
type iniFile struct {
	sections map[string]map[string]eval.Value
	unknown  string // why what was read is not known
}

func configParserClass(name string, interpolates bool) eval.NativeClass {
	get := func(cast string) method {
		return func(c *eval.Call, self eval.Value) eval.Value {
			v := iniValue(c, self, c.Arg(0, "section"), c.Arg(1, "option"), c.Arg(-1, "fallback"))
			return iniCast(c, v, cast)
		}
	}
	return eval.NativeClass{Name: name,
		Init: func(c *eval.Call, self eval.Value) {
			f := &iniFile{sections: map[string]map[string]eval.Value{}}
			for _, k := range c.Kwargs {
				if k.Name != "interpolation" || !isNone(k.Value) {
					f.unknown = "a file of settings that is read in a way that is not modelled"
				}
			}
			if len(c.Args) > 0 {
				f.unknown = "a file of settings that is read in a way that is not modelled"
			}
			self.SetState(f)
			interpolate := interpolates
			for _, k := range c.Kwargs {
				interpolate = interpolate && k.Name != "interpolation"
			}
			self.SetField("_interpolate", eval.MakeBool(interpolate))
		},
		Methods: map[string]method{
			"read":      iniRead,
			"read_dict": iniReadDict,
			"__setitem__": func(c *eval.Call, self eval.Value) eval.Value {
				iniChanged(self)
				return eval.MakeNone()
			},
			"get":      get(""),
			"getint":   get("int"),
			"getfloat": get("float"), "getboolean": get("bool"),
			"has_section": func(c *eval.Call, self eval.Value) eval.Value {
				f, _ := self.State().(*iniFile)
				s, ok := str(c.Arg(0, "section"))
				if f == nil || f.unknown != "" || !ok {
					return c.Unknown("which sections a file has is not known")
				}
				_, there := f.sections[s]
				return eval.MakeBool(there)
			},
			"has_option": func(c *eval.Call, self eval.Value) eval.Value {
				f, _ := self.State().(*iniFile)
				s, ok := str(c.Arg(0, "section"))
				o, ok2 := str(c.Arg(1, "option"))
				if f == nil || f.unknown != "" || !ok || !ok2 {
					return c.Unknown("which options a file has is not known")
				}
				_, there := f.sections[s][strings.ToLower(o)]
				return eval.MakeBool(there)
			},
		},
		Attrs: map[string]eval.Value{"BOOLEAN_STATES": booleanStates()},
		Getattr: func(c *eval.Call, self eval.Value, name string) (eval.Value, bool) {
			if name != strings.ToLower(name) {
				return c.Unknown("not modelled: configparser.RawConfigParser." + name), true
			}
			if !iniOnlyReads(name) {
				iniChanged(self)
			}
			return unknownFunc("configparser."+name, "a file of settings that is read in a way that is not modelled"), true
		}}
}

// booleanStates is RawConfigParser.BOOLEAN_STATES (Lib/configparser.py).
func booleanStates() eval.Value {
	var entries []eval.Entry
	for _, word := range strings.Fields("1 yes true on") {
		entries = append(entries, eval.Entry{Key: eval.MakeStr(word), Value: eval.MakeBool(true)})
	}
	for _, word := range strings.Fields("0 no false off") {
		entries = append(entries, eval.Entry{Key: eval.MakeStr(word), Value: eval.MakeBool(false)})
	}
	return eval.MakeDict(entries...)
}

// iniRead is ConfigParser.read: files that are not there are passed over.
func iniRead(c *eval.Call, self eval.Value) eval.Value {
	f, _ := self.State().(*iniFile)
	files := c.Arg(0, "filenames")
	list := []eval.Value{files}
	if files.Kind() == eval.List || files.Kind() == eval.Tuple {
		list = files.Elems()
	}
	for i, v := range list {
		path, ok := fspath(v)
		switch {
		case f == nil:
			continue
		case !ok && isBelowHome(v) && !c.Decide(eval.FileThere, fmt.Sprint("ini file below home ", i, "@", c.At.Path(), ":", c.At.Start), "",
			"a file of settings in the home folder exists", false):
			continue
		case !ok:
			f.unknown = "which file of settings is read is not known"
			continue
		}
		file, inside, exists := c.File(path)
		switch {
		case inside && exists:
			if !parseINI(string(file.Data), f, func(value string, start, end uint32) eval.Value {
				return eval.MakeStr(value).WithOrigin(&eval.Origin{At: file.Span(start, end), FromFile: file.Path})
			}) {
				f.unknown = "a file of settings in a form that is not modelled: " + file.Path
			}
		case c.PathExists(path):
			f.unknown = "the content of a file outside of the repository is not known: " + path
		}
	}
	return c.Unknown("which files were read")
}

// iniReadDict is ConfigParser.read_dict: sections with their options, whose values become texts. Source: Lib/configparser.py.
func iniReadDict(c *eval.Call, self eval.Value) eval.Value {
	f, _ := self.State().(*iniFile)
	sections := c.Arg(0, "dictionary")
	_, uncertain := c.Uncertain()
	if f == nil || uncertain || sections.Kind() != eval.Dict || sections.IsOpen() {
		iniChanged(self)
		return eval.MakeNone()
	}
	for _, e := range sections.Entries() {
		name, ok := str(e.Key)
		if !ok || name == "DEFAULT" || e.Value.Kind() != eval.Dict || e.Value.IsOpen() {
			iniChanged(self)
			return eval.MakeNone()
		}
		if f.sections[name] == nil {
			f.sections[name] = map[string]eval.Value{}
		}
		for _, option := range e.Value.Entries() {
			key, ok := str(c.Str(option.Key))
			if !ok {
				iniChanged(self)
				return eval.MakeNone()
			}
			value := option.Value
			if !isNone(value) {
				value = c.Str(value)
			}
			f.sections[name][strings.ToLower(key)] = value
		}
	}
	return eval.MakeNone()
}

// iniChanged notes that something which is not modelled may have changed what a parser holds.
func iniChanged(self eval.Value) {
	if f, ok := self.State().(*iniFile); ok {
		f.unknown = "a file of settings that is read in a way that is not modelled"
	}
}

// iniOnlyReads reports whether an attribute of a parser that is not modelled changes nothing.
func iniOnlyReads(name string) bool {
	switch name {
	case "sections", "options", "items", "keys", "values", "defaults", "write", "default_section", "converters":
		return true
	}
	return strings.HasPrefix(name, "_")
}

// isBelowHome reports whether a path is not known because it begins with the home folder.
func isBelowHome(v eval.Value) bool {
	return v.IsUnknown() && strings.Contains(v.Reason(), reasonHome)
}

// parseINI reads the plain form; ok is false for anything else.
func parseINI(data string, f *iniFile, value func(string, uint32, uint32) eval.Value) (ok bool) {
	var section map[string]eval.Value
	offset := 0
	for _, raw := range strings.SplitAfter(data, "\n") {
		start := offset
		offset += len(raw)
		line := strings.TrimSpace(raw)
		switch {
		case line == "" || line[0] == '#' || line[0] == ';':
			continue
		case raw[0] == ' ' || raw[0] == '\t':
			return false // the value goes on
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			name := line[1 : len(line)-1]
			if name == "DEFAULT" || f.sections[name] != nil {
				return false
			}
			section = map[string]eval.Value{}
			f.sections[name] = section
			continue
		}
		i := strings.IndexAny(line, "=:")
		if i <= 0 || section == nil {
			return false
		}
		key := strings.ToLower(strings.TrimSpace(line[:i]))
		section[key] = value(strings.TrimSpace(line[i+1:]), uint32(start), uint32(start+len(strings.TrimRight(raw, "\r\n"))))
	}
	return true
}

func iniValue(c *eval.Call, self, section, option, fallback eval.Value) eval.Value {
	f, _ := self.State().(*iniFile)
	s, ok := str(section)
	o, ok2 := str(option)
	if f == nil || f.unknown != "" || !ok || !ok2 {
		reason := "which option is read is not known"
		if f != nil && f.unknown != "" {
			reason = f.unknown
		}
		return c.UnknownFrom(reason, section, option)
	}
	options, there := f.sections[s]
	v, there2 := options[strings.ToLower(o)]
	switch {
	case there2:
		if t, _ := str(v); strings.Contains(t, "%") && self.Attr("_interpolate").Truth() == eval.Yes {
			return c.Unknown("a value of a file that refers to others")
		}
		return v
	case fallback.IsValid():
		return fallback
	case !there:
		return c.Raise("configparser.NoSectionError", "No section: "+section.Repr(100))
	}
	return c.Raise("configparser.NoOptionError", "No option "+option.Repr(100)+" in section: "+section.Repr(100))
}

func iniCast(c *eval.Call, v eval.Value, cast string) eval.Value {
	s, ok := str(v)
	if !ok || cast == "" {
		return v
	}
	if cast != "bool" {
		return c.Call(eval.BuiltinClass(cast), v)
	}
	switch strings.ToLower(s) {
	case "1", "yes", "true", "on":
		return eval.MakeBool(true)
	case "0", "no", "false", "off":
		return eval.MakeBool(false)
	}
	return c.Raise("ValueError", "Not a boolean: "+s)
}
