package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// codesOf is a list of Python.
func codesOf(want map[string]string) string {
	var list []string
	for _, code := range slices.Sorted(maps.Keys(want)) {
		list = append(list, fmt.Sprintf("%q", code))
	}
	return "[" + strings.Join(list, ", ") + "]"
}

// TestSupportedLanguages asks for the languages that serve for codes. The answers are those of Django 4.2 and 5.2 with the default LANGUAGES.
func TestSupportedLanguages(t *testing.T) {
	want := map[string]string{"en-us": "en", "en": "en", "de-ch": "de", "zh-cn": "zh-hans", "zh-tw": "zh-hant", "pt-xx": "pt", "es-mx": "es-mx",
		"sr-latn": "sr-latn", "nn-no": "nn", "no": "LookupError", "xx": "LookupError", "fr-ca": "fr", "en-gb": "en-gb", "nb-no": "nb",
		"zh-hant-tw": "zh-hant", "": "LookupError"}
	text := "from django.conf.locale import LANG_INFO\nfrom django.utils.translation import check_for_language, get_supported_language_variant\nFOUND = {}\nfor code in " +
		codesOf(want) + ":\n    try:\n        FOUND[code] = get_supported_language_variant(code)\n    except LookupError:\n        FOUND[code] = 'LookupError'\n" +
		"try:\n    INFO = LANG_INFO['en-us']\nexcept KeyError:\n    INFO = 'KeyError'\nFALLBACK = LANG_INFO['zh-my']['fallback']\nENGLISH = check_for_language('en-us')\n"
	tree := source.FromMap(map[string][]byte{"manage.py": []byte("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n"),
		"settings.py": []byte("INSTALLED_APPS = []\n"), "codes.py": []byte(text), "requirements.txt": []byte("Django==5.2.8\n")})
	s, err := Load(tree, Options{Repository: &Repository{}})
	if err != nil {
		t.Fatal(err)
	}
	s.Program().Do(func(session *eval.Session) {
		m := session.Import("codes")
		if m.Failure != nil {
			t.Fatalf("%s: %s", m.Failure.Class, m.Failure.Message)
		}
		found := m.Module.Attr("FOUND")
		for code, w := range want {
			if got, _ := found.Get(code).AsStr(); got != w {
				t.Errorf("%q: %s, Django has %q", code, found.Get(code).Repr(100), w)
			}
		}
		for name, w := range map[string]string{"INFO": "'KeyError'", "FALLBACK": "['zh-hans']", "ENGLISH": "True"} {
			if got := m.Module.Attr(name).Repr(100); got != w {
				t.Errorf("%s is %s, in Django %s", name, got, w)
			}
		}
	})
}
