package django

import "gonogo/internal/python/eval"

// REST is an option of Django REST framework, from REST_FRAMEWORK, in one world: what the project gives, else the framework's default
// (rest_framework/settings.py of 3.14 to 3.18, in which the options below are equal). Set is false for a default.
// Value is Unknown where it can't be read, invalid where there is no default here.
func (w *World) REST(option string) Setting {
	all := w.Get("REST_FRAMEWORK")
	s := Setting{Name: option, At: all.At, Value: restDefaults()[option]}
	if !all.Set {
		if all.Value.IsUnknown() { // the settings could not be read
			s.Value = all.Value
		}
		return s
	}
	if at := all.Value.At(); !at.IsZero() { // the dictionary, not the last line that adds an option to it
		s.At = at
	}
	if v := inherit(all.Value.Get(option), all.Value); v.IsValid() {
		s.Value, s.Set = v, true
		if at := v.At(); !at.IsZero() {
			s.At = at
		}
	}
	return s
}

func restDefaults() map[string]eval.Value {
	classes := func(names ...string) eval.Value {
		var list []eval.Value
		for _, n := range names {
			list = append(list, eval.MakeStr("rest_framework."+n))
		}
		return eval.MakeList(list...)
	}
	none := eval.MakeNone()
	return map[string]eval.Value{
		"DEFAULT_AUTHENTICATION_CLASSES": classes("authentication.SessionAuthentication", "authentication.BasicAuthentication"),
		"DEFAULT_PAGINATION_CLASS":       none,
		"DEFAULT_PERMISSION_CLASSES":     classes("permissions.AllowAny"),
		"DEFAULT_RENDERER_CLASSES":       classes("renderers.JSONRenderer", "renderers.BrowsableAPIRenderer"),
		"DEFAULT_SCHEMA_CLASS":           eval.MakeStr("rest_framework.schemas.openapi.AutoSchema"),
		"DEFAULT_THROTTLE_CLASSES":       classes(),
		"DEFAULT_THROTTLE_RATES":         eval.MakeDict(),
		"DEFAULT_VERSIONING_CLASS":       none,
		"NUM_PROXIES":                    none,
		"PAGE_SIZE":                      none,
	}
}
