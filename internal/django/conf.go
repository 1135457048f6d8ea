package django

import (
	"strings"

	"gonogo/internal/python/eval"
)

// Conf is the module django.conf for code that runs when the settings are there: django.conf.settings has what s has as shipped, and
// Django's defaults. Lists and dictionaries are copies, so that code which changes one changes it for its own process alone.
// s may be nil: then every setting is unknown.
// Source: django/conf/__init__.py.
func Conf(s *Settings) eval.Model {
	copies := map[string]eval.Value{}
	class := eval.NewClass(eval.NativeClass{
		Name: "django.conf.LazySettings",
		Init: func(*eval.Call, eval.Value) {},
		Getattr: func(c *eval.Call, _ eval.Value, name string) (eval.Value, bool) {
			if v, ok := copies[name]; ok {
				return v, true
			}
			v, ok := settingAttr(c, s, name)
			if ok && !v.IsUnknown() {
				copies[name] = v
			}
			return v, ok
		},
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{"is_overridden": func(c *eval.Call, _ eval.Value) eval.Value {
			name, ok := c.Arg(0, "setting").AsStr()
			if !ok || s == nil || s.Shipped().unreadName(name) != "" {
				return c.UnknownFrom("whether a setting is given is not known", c.Args...)
			}
			return eval.MakeBool(s.Get(name).Set)
		}},
		Attrs: map[string]eval.Value{"configured": eval.MakeBool(true)},
	})
	return eval.Model{Open: true, Names: map[string]eval.Value{
		"settings":             eval.NewObject(class, nil),
		"ENVIRONMENT_VARIABLE": eval.MakeStr("DJANGO_SETTINGS_MODULE"),
	}}
}

// ModuleModel is the settings module itself, for code that imports it by its name: what it holds as shipped, where required variables are there.
// ok is false when it could not be evaluated to its end.
func (s *Settings) ModuleModel() (m eval.Model, ok bool) {
	if s == nil || s.Shipped().Failure != nil {
		return eval.Model{}, false
	}
	w := s.Shipped()
	m = eval.Model{Open: w.Open != "" || len(w.OpenPrefixes) > 0, Names: make(map[string]eval.Value, len(w.Names)+1)}
	for name, v := range w.Names {
		m.Names[name] = detach(v, 0)
	}
	return m, true
}

// settingAttr is settings.NAME; ok is false for what is no setting of the project and has no default.
func settingAttr(c *eval.Call, s *Settings, name string) (eval.Value, bool) {
	switch {
	case s == nil:
		return c.Unknown("the production settings are not known"), true
	case name == "SETTINGS_MODULE":
		return eval.MakeStr(s.Module), true
	case !isSettingName(name):
		return eval.Value{}, false
	}
	v := s.Get(name).Value
	if !v.IsValid() {
		return v, false
	}
	return withScriptPrefix(s, name, detach(v, 0)), true
}

// withScriptPrefix is what Django's settings give for STATIC_URL and MEDIA_URL since 3.1: a relative one, the empty one among them, gets the
// script's prefix, which is "/" where nothing sets another. Source: LazySettings._add_script_prefix in django/conf/__init__.py.
func withScriptPrefix(s *Settings, name string, v eval.Value) eval.Value {
	text, ok := v.AsStr()
	if !ok || name != "STATIC_URL" && name != "MEDIA_URL" || !s.Version.AtLeast(3, 1) ||
		strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "/") {
		return v
	}
	return eval.MakeStr("/" + text).WithOrigin(v.Origin())
}

// detach copies lists and dictionaries.
func detach(v eval.Value, depth int) eval.Value {
	if depth > 20 {
		return v
	}
	switch v.Kind() {
	case eval.List:
		return eval.MakeList(detachAll(v.Elems(), depth)...).WithOrigin(v.Origin())
	case eval.Tuple:
		return eval.MakeTuple(detachAll(v.Elems(), depth)...).WithOrigin(v.Origin())
	case eval.Dict:
		entries := v.Entries()
		copied := make([]eval.Entry, len(entries))
		for i, e := range entries {
			copied[i] = eval.Entry{Key: e.Key, Value: detach(e.Value, depth+1)}
		}
		d := eval.MakeDict(copied...).WithOrigin(v.Origin())
		if v.IsOpen() {
			d.SetOpen("parts of a setting are not known")
		}
		return d
	}
	return v
}

func detachAll(list []eval.Value, depth int) []eval.Value {
	out := make([]eval.Value, len(list))
	for i, e := range list {
		out[i] = detach(e, depth+1)
	}
	return out
}
