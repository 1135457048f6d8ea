package library

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// languageCodes are the languages that every supported Django has a catalogue for.
// Source: the folders of django/conf/locale and LANG_INFO of 4.2 to 6.1; "ug" and "ht" came in between.
func languageCodes() []string {
	return strings.Fields(`af ar ar-dz ast az be bg bn br bs ca ckb cs cy da de dsb el en en-au en-gb eo es es-ar es-co es-mx es-ni es-ve et eu fa fi fr
		fy ga gd gl he hi hr hsb hu hy ia id ig io is it ja ka kab kk km kn ko ky lb lt lv mk ml mn mr ms my nb ne nl nn os pa pl pt pt-br ro ru sk sl
		sq sr sr-latn sv sw ta te tg th tk tr tt udm uk ur uz vi zh-hans zh-hant`)
}

// languageFallbacks are the languages that LANG_INFO sends to another one.
func languageFallbacks() map[string]string {
	return map[string]string{"zh-cn": "zh-hans", "zh-hk": "zh-hant", "zh-mo": "zh-hant", "zh-my": "zh-hans", "zh-sg": "zh-hans", "zh-tw": "zh-hant"}
}

// newerLanguages are those of which it depends on the version whether LANG_INFO has them.
func newerLanguages() []string { return []string{"ht", "ug"} }

// djangoLocale is django.conf.locale: LANG_INFO tells which languages there are and where they fall back to; their names are not known.
func djangoLocale() eval.Model {
	changed := false // settings add languages of their own
	change := func(c *eval.Call, _ eval.Value) eval.Value {
		changed = true
		return eval.MakeNone()
	}
	item := func(c *eval.Call) (v eval.Value, known bool) {
		code, ok := str(c.Arg(0, ""))
		switch {
		case changed:
			return c.UnknownFrom("the project changes what Django knows of languages", c.Args...), true
		case !ok || slices.Contains(newerLanguages(), code):
			return c.UnknownFrom("what Django knows of a language depends on its version", c.Args...), true
		case languageFallbacks()[code] != "":
			return eval.MakeDict(eval.Entry{Key: eval.MakeStr("fallback"), Value: eval.MakeList(eval.MakeStr(languageFallbacks()[code]))}), true
		case slices.Contains(languageCodes(), code) || code == "no":
			info := eval.MakeDict(eval.Entry{Key: eval.MakeStr("code"), Value: eval.MakeStr(code)})
			for _, name := range []string{"bidi", "name", "name_local"} {
				info = withEntry(info, name, c.Unknown("the name of a language"))
			}
			return info, true
		}
		return eval.Value{}, false
	}
	class := eval.NewClass(eval.NativeClass{Name: "django.conf.locale.LANG_INFO", Partial: true, Methods: map[string]func(*eval.Call, eval.Value) eval.Value{
		"__getitem__": func(c *eval.Call, _ eval.Value) eval.Value {
			if v, ok := item(c); ok {
				return v
			}
			return c.RaiseValues("KeyError", c.Arg(0, ""))
		},
		"get": func(c *eval.Call, _ eval.Value) eval.Value {
			if v, ok := item(c); ok {
				return v
			}
			return c.ArgOr(1, "default", eval.MakeNone())
		},
		"__contains__": func(c *eval.Call, _ eval.Value) eval.Value {
			v, ok := item(c)
			if v.IsUnknown() {
				return v
			}
			return eval.MakeBool(ok)
		},
		"update": change, "__setitem__": change, "setdefault": change, "pop": change, "__delitem__": change,
		"__iter__": func(c *eval.Call, _ eval.Value) eval.Value {
			out := eval.MakeList()
			out.SetOpen("which languages Django knows depends on its version")
			return out
		},
	}})
	return eval.Model{Open: true, Names: map[string]eval.Value{"LANG_INFO": eval.NewObject(class, nil)}}
}

func withEntry(dict eval.Value, name string, v eval.Value) eval.Value {
	return eval.MakeDict(append(dict.Entries(), eval.Entry{Key: eval.MakeStr(name), Value: v})...)
}

// languageSetting is a setting for the functions of django.utils.translation.
func languageSetting(c *eval.Call, name string) eval.Value {
	return c.GetAttr(c.GetAttr(c.Import("django.conf"), "settings"), name)
}

// checkForLanguage is check_for_language of django/utils/translation/trans_real.py: whether there is a catalogue for a language, which gettext
// finds for its main part too. A catalogue of the project's can only add to those of Django.
func checkForLanguage(c *eval.Call) eval.Value {
	code, ok := str(c.Arg(0, "lang_code"))
	if !ok {
		return c.UnknownFrom("whether there are translations for a language", c.Args...)
	}
	if languageSetting(c, "USE_I18N").Truth() == eval.No {
		return eval.MakeBool(true) // trans_null
	}
	if hasCatalogue(code) {
		return eval.MakeBool(true)
	}
	return c.Unknown("whether the project has translations for a language")
}

func hasCatalogue(code string) bool {
	main, _, _ := strings.Cut(code, "-")
	return slices.Contains(languageCodes(), code) || slices.Contains(languageCodes(), main)
}

// supportedLanguage is get_supported_language_variant of the same module: the language of LANGUAGES that serves for a code.
func supportedLanguage(c *eval.Call) eval.Value {
	code, ok := str(c.Arg(0, "lang_code"))
	strict := c.ArgOr(1, "strict", eval.MakeBool(false))
	languages, whole := languageNames(languageSetting(c, "LANGUAGES"))
	i18n := languageSetting(c, "USE_I18N").Truth()
	unknown := func() eval.Value { return c.UnknownFrom("which language serves for a code", c.Args...) }
	switch {
	case !ok || !whole || i18n == eval.Maybe || strict.Truth() == eval.Maybe || len(code) > 500:
		return unknown()
	case code == "":
		return c.Raise("LookupError", code)
	case i18n == eval.No:
		if own, known := str(languageSetting(c, "LANGUAGE_CODE")); !known {
			return unknown()
		} else if !strings.EqualFold(own, code) {
			return c.Raise("LookupError", code)
		}
		return c.Arg(0, "lang_code")
	case slices.Contains(newerLanguages(), code):
		return unknown()
	}
	possible := languageVariants(code)
	for _, p := range possible {
		switch {
		case !slices.Contains(languages, strings.ToLower(p)):
		case !hasCatalogue(p):
			return unknown()
		default:
			return eval.MakeStr(p)
		}
	}
	generic := possible[len(possible)-1]
	for _, l := range languages {
		if strict.Truth() == eval.No && strings.HasPrefix(l, generic+"-") {
			return eval.MakeStr(l)
		}
	}
	return c.Raise("LookupError", code)
}

// languageVariants are the codes that may serve for one, best first. Django before 4.2.14 has no more than the first part of the code behind them,
// which is what is left of most.
func languageVariants(code string) []string {
	list := []string{code}
	if to := languageFallbacks()[code]; to != "" {
		list = append(list, to)
	}
	for {
		i := strings.LastIndexByte(code, '-')
		if i < 0 {
			return list
		}
		code = code[:i]
		list = append(list, code)
	}
}

// languageNames are the codes of LANGUAGES in their order; whole is false when there may be others.
func languageNames(v eval.Value) (codes []string, whole bool) {
	if k := v.Kind(); k != eval.List && k != eval.Tuple || v.IsOpen() {
		return nil, false
	}
	for _, pair := range v.Elems() {
		parts := pair.Elems()
		if len(parts) != 2 {
			return nil, false
		}
		code, ok := str(parts[0])
		if !ok {
			return nil, false
		}
		codes = append(codes, code)
	}
	return codes, true
}
