package django

import (
	"testing"

	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

func TestDefaults(t *testing.T) {
	v52 := knowledge.Version{Major: 5, Minor: 2, Patch: -1}
	for name, c := range map[string]struct {
		version knowledge.Version
		setting string
		want    string // as Python writes it; "" when Django has no default
	}{
		"bool":               {v52, "DEBUG", "False"},
		"int":                {v52, "SECURE_HSTS_SECONDS", "0"},
		"string":             {v52, "X_FRAME_OPTIONS", "'DENY'"},
		"none":               {v52, "SESSION_COOKIE_DOMAIN", "None"},
		"list":               {v52, "ALLOWED_HOSTS", "[]"},
		"dict":               {v52, "DATABASES", "{}"},
		"nested":             {v52, "CACHES", "{'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}"},
		"unknown version":    {knowledge.Version{}, "DEBUG", "False"},
		"removed":            {v52, "STATICFILES_STORAGE", ""},
		"not yet there":      {knowledge.Version{Major: 4, Minor: 1, Patch: -1}, "STORAGES", ""},
		"not Django's":       {v52, "CELERY_BROKER_URL", ""},
		"no upper-case name": {v52, "debug", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if v := defaultOf(c.version, c.setting); v.IsValid() {
				got = v.Repr(200)
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestEveryDefault decodes all of Django's defaults: none may be lost or turn out unknown.
func TestEveryDefault(t *testing.T) {
	for _, series := range knowledge.AllSeries() {
		for _, name := range knowledge.DjangoSettings(series.Series) {
			if _, ok := knowledge.DjangoDefault(series.Series, name); !ok {
				continue
			}
			if v := defaultOf(series.Series, name); !v.IsValid() || v.Kind() == eval.Unknown {
				t.Errorf("Django %s: the default of %s cannot be read", series.Series.Series(), name)
			}
		}
	}
}
