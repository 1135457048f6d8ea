package project

import (
	"testing"

	"gonogo/internal/deploy"
	"gonogo/internal/python/eval"
)

func TestInstalledPackages(t *testing.T) {
	loose := &deploy.Dependencies{Requirements: []deploy.Requirement{
		{Name: "django-redis", Production: true},
		{Name: "psycopg", Production: true, Version: "3.2.1"},
		{Name: "colorama", Production: true, Marker: "sys_platform == 'win32'"},
		{Name: "django-debug-toolbar"},
	}}
	locked := &deploy.Dependencies{Requirements: loose.Requirements, Sources: []deploy.Source{{Lock: true, Production: true}}}
	for _, c := range []struct {
		name         string
		dependencies *deploy.Dependencies
		distribution string
		version      string
		there        eval.Tri
	}{
		{"a version that is pinned", loose, "psycopg", "3.2.1", eval.Yes},
		{"no version", loose, "django_redis", "", eval.Yes},
		{"under a marker", loose, "colorama", "", eval.Maybe},
		{"only for development", loose, "django-debug-toolbar", "", eval.Maybe},
		{"not mentioned", loose, "sentry-sdk", "", eval.Maybe},
		{"not in the lock file", locked, "sentry-sdk", "", eval.No},
	} {
		t.Run(c.name, func(t *testing.T) {
			version, there := installed(c.dependencies)(c.distribution)
			if version != c.version || there != c.there {
				t.Errorf("%q, %d; want %q, %d", version, there, c.version, c.there)
			}
		})
	}
}
