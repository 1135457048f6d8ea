package performance

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

const cachedLoader = "django.template.loaders.cached.Loader"

func cachedTemplates() check.Check {
	return check.Check{
		ID: "performance/cached-templates", Severity: check.Optional, Source: answerCachedTemplates,
		Doc: check.Doc{
			Title: "Templates are compiled once",
			Why: `Django caches compiled templates by itself, but only while OPTIONS has no loaders. With a list of its own a project loses the cache: each page reads and compiles its template, its base and every include again.

The cache keeps a template until the process restarts, which is what a release does anyway.`,
			Fix:    "Remove `loaders`, or wrap them: `\"loaders\": [(\"django.template.loaders.cached.Loader\", [\"django.template.loaders.filesystem.Loader\", \"django.template.loaders.app_directories.Loader\"])]`.",
			Verify: "`python manage.py shell -c \"from django.template import engines; print(engines['django'].engine.template_loaders)\"` prints a `cached.Loader`.",
			Bad: []check.Example{
				check.SettingsExample("Loaders without the cache.", `TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": ["django.template.loaders.app_directories.Loader"]},
    },
]
`),
			},
			Good: []check.Example{
				check.SettingsExample("No loaders: Django caches.", `TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]
`),
			},
			References: []check.Reference{
				check.See("Django: cached template loader", check.DjangoDocs+"ref/templates/api/#django.template.loaders.cached.Loader"),
			},
			Triggers: []string{"a template engine has loaders and the cached one is not among them"},
		},
	}
}

func answerCachedTemplates(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		s := w.Get("TEMPLATES")
		if check.IsOn(s.Value) == eval.No {
			return check.Absent("TEMPLATES is empty, so no templates are rendered")
		}
		if s.Value.IsUnknown() {
			return check.Unclear(check.Doubt(w, s))
		}
		var findings []check.Finding
		var doubts []string
		for _, engine := range s.Value.Elems() {
			backend, ok := engine.Get("BACKEND").AsStr()
			if ok && backend != "django.template.backends.django.DjangoTemplates" {
				continue
			}
			loaders := engine.Get("OPTIONS", "loaders")
			switch {
			case !loaders.IsValid():
				continue
			case loaders.IsUnknown():
				doubts = append(doubts, check.Doubt(w, s))
			case !cached(loaders):
				f := check.Finding{
					Severity: check.Optional, At: s.At, Fix: fmt.Sprintf(`"loaders": [(%q, [...])]`, cachedLoader),
					Message: "The template engine has loaders without the cached one, so each page compiles its templates anew; wrap them in " + cachedLoader + ", or remove them",
				}
				if at := loaders.At(); !at.IsZero() {
					f.At = at
				}
				findings = append(findings, f)
			}
		}
		return check.Gather(findings, doubts, "compiled templates are cached")
	}, "TEMPLATES")
}

// cached reports whether a list of loaders has the cached one, alone or as the head of a tuple or list.
func cached(loaders eval.Value) bool {
	for _, l := range loaders.Elems() {
		if elems := l.Elems(); len(elems) > 0 {
			l = elems[0]
		}
		if name, ok := l.AsStr(); ok && name == cachedLoader || l.IsUnknown() {
			return true
		}
	}
	return false
}
