package django

import (
	"testing"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

func TestGlobalSettings(t *testing.T) {
	for _, c := range []struct {
		name    string
		version knowledge.Version
		setting string
		want    string // "" when there is no such name
	}{
		{"a default", knowledge.Version{Major: 5, Minor: 2}, "X_FRAME_OPTIONS", "'DENY'"},
		{"a default of the version", knowledge.Version{Major: 4, Minor: 2}, "USE_TZ", "False"},
		{"gone in the version", knowledge.Version{Major: 5, Minor: 2}, "DEFAULT_FILE_STORAGE", ""},
		{"a list", knowledge.Version{Major: 5, Minor: 2}, "MIDDLEWARE", "[]"},
		{"of a version that is not known", knowledge.Version{}, "DEFAULT_FILE_STORAGE", "?"},
		{"of no version", knowledge.Version{}, "DEFAULT_NONSENSE", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := GlobalSettings(c.version)()
			v, ok := m.Names[c.setting]
			if !ok && m.Getattr != nil {
				v, ok = m.Getattr(c.setting)
			}
			if got := v.Repr(100); ok != (c.want != "") || ok && got != c.want {
				t.Errorf("%s is %s (%t), want %q", c.setting, got, ok, c.want)
			}
		})
	}
}

func TestGlobalSettingsAreNotShared(t *testing.T) {
	modules := GlobalSettings(knowledge.Version{Major: 5, Minor: 2})
	for _, name := range []string{"MIDDLEWARE", "STORAGES"} {
		one, two := modules().Names[name], modules().Names[name]
		if !one.IsValid() || eval.Same(one, two) {
			t.Errorf("%s of two modules is one object", name)
		}
		if name == "STORAGES" {
			a, _ := one.Lookup("default")
			b, _ := two.Lookup("default")
			if !a.IsValid() || eval.Same(a, b) {
				t.Errorf("%s of two modules holds one object", name)
			}
		}
	}
}
