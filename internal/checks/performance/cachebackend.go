package performance

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func cacheBackend() check.Check {
	return check.Check{
		ID: "performance/cache-backend", Severity: check.Recommended, Source: answerCacheBackend,
		Doc: check.Doc{
			Title: "The cache is shared by all processes",
			Why: `Django's default cache lives in the memory of one process. With four workers there are four caches: an entry that one deletes stays in the others, a rate limit of ten becomes forty, and a login that is kept in the cache is forgotten at every other request. A dummy cache keeps nothing; files and database tables are shared, but slower than most of what they save.

A file cache inside a folder that the proxy serves can be read, and one that visitors can write to runs code: its entries are pickles.`,
			Fix:    "Use Redis or Memcached: `CACHES = {\"default\": {\"BACKEND\": \"django.core.cache.backends.redis.RedisCache\", \"LOCATION\": os.environ[\"REDIS_URL\"]}}`.",
			Verify: "`python manage.py shell -c \"from django.core.cache import cache; cache.set('x', 1)\"`, then in a second process `python manage.py shell -c \"from django.core.cache import cache; print(cache.get('x'))\"` prints `1`.",
			Bad: []check.Example{
				check.SettingsExample("Sessions in a cache that each worker has for itself.", `INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware"]
SESSION_ENGINE = "django.contrib.sessions.backends.cache"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
`),
			},
			Good: []check.Example{
				check.SettingsExample("One cache for all.", `import os

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": os.environ["REDIS_URL"],
    },
}
`),
			},
			References: []check.Reference{
				check.See("Django: setting up the cache", check.DjangoDocs+"topics/cache/#setting-up-the-cache"),
				check.See("Django: local-memory caching", check.DjangoDocs+"topics/cache/#local-memory-caching"),
			},
			Django: []string{"caches.E001", "caches.W002", "caches.W003"},
			Triggers: []string{
				"the default cache is in the memory of a process, a dummy, a folder or a table, and something uses it",
				"cached sessions or throttles over such a cache",
				"CACHES without the entry \"default\", which Django's own check refuses",
				"a file cache whose folder is relative, so that it depends on where a process is started",
				"a file cache that shares a folder with STATIC_ROOT, MEDIA_ROOT or STATICFILES_DIRS",
			},
		},
	}
}

func answerCacheBackend(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		if refused := refusedCaches(w); len(refused) > 0 {
			return check.Failed(refused...)
		}
		c, _ := w.Cache("default")
		kind := c.Kind()
		switch kind {
		case django.SharedCache:
			return check.Passed("the default cache is shared by all processes")
		case django.UnknownCache:
			return check.Unclear(unknownCache(c))
		case django.OtherCache:
			return check.Unclear("the cache backend " + c.Option("BACKEND").Repr(60) + " is not recognised; whether processes share it is not known")
		}
		use, at := cacheUse(p, w)
		switch use {
		case "":
			if has, _ := p.Project.Has(project.Cache); has == eval.No {
				return check.Absent("nothing uses the cache")
			} else if has == eval.Maybe {
				return check.Unclear(kindName(kind) + " is the default cache; whether anything uses it is not known")
			}
			use = "the code uses it"
			_, at = p.Project.Has(project.Cache)
		}
		return check.Failed(cacheFinding(p, w, c, kind, use, at))
	}, "CACHES")
}

func unknownCache(c django.Cache) string {
	for _, v := range []eval.Value{c.Option("BACKEND"), c.Config} {
		if r := v.Reason(); r != "" {
			return "the backend of the default cache is not known: " + r
		}
	}
	return "the backend of the default cache is not known"
}

func cacheFinding(p *check.SourcePass, w *django.World, c django.Cache, kind django.CacheKind, use string, at source.Span) check.Finding {
	backend := c.Option("BACKEND")
	f := check.Finding{Severity: check.Recommended, At: check.Where(w.Get("CACHES")), Fix: `"BACKEND": "django.core.cache.backends.redis.RedisCache"`}
	what := "CACHES is not set, and Django's default is a cache in the memory of each process"
	if c.Set {
		what = "The default cache is " + kindName(kind) + missingFor(p, backend)
		if place := backend.At(); !place.IsZero() {
			f.At = place
		}
	}
	f.Message = fmt.Sprintf("%s, while %s: %s; use Redis or Memcached", what, use, consequence(kind))
	if !at.IsZero() {
		f.Related = []check.Related{{Message: "the cache is used here", At: at}}
	}
	return f
}

func kindName(kind django.CacheKind) string {
	switch kind {
	case django.ProcessCache:
		return "one in the memory of each process"
	case django.DummyCache:
		return "a dummy"
	case django.FileCache:
		return "a folder of one host"
	}
	return "a table of the database"
}

func consequence(kind django.CacheKind) string {
	switch kind {
	case django.ProcessCache:
		return "each worker sees other entries, and an entry deleted in one stays in the rest"
	case django.DummyCache:
		return "nothing that is stored is ever found"
	case django.FileCache:
		return "another host or container does not see it, and it slows down as it grows"
	}
	return "each look-up is a query on the database that it should spare"
}

// cacheUse names what uses the default cache according to the settings: sessions, throttles, the site-wide cache, rate limits.
func cacheUse(p *check.SourcePass, w *django.World) (use string, at source.Span) {
	engine := w.Get("SESSION_ENGINE")
	if name, _ := engine.Value.AsStr(); strings.Contains(name, "cache") {
		alias, _ := w.Get("SESSION_CACHE_ALIAS").Value.AsStr()
		if alias == "" || alias == "default" {
			return "sessions are kept in it", engine.At
		}
	}
	if has, _ := p.Project.Has(project.DRF); has == eval.Yes {
		if s := w.REST("DEFAULT_THROTTLE_CLASSES"); s.Set && check.IsOn(s.Value) == eval.Yes {
			return "throttles count in it", s.At
		}
	}
	for _, class := range []string{"django.middleware.cache.FetchFromCacheMiddleware", "django.middleware.cache.CacheMiddleware"} {
		if check.HasMiddleware(w, class) == eval.Yes {
			return "whole pages are kept in it", w.Get("MIDDLEWARE").At
		}
	}
	if name, _ := w.Get("AXES_HANDLER").Value.AsStr(); strings.Contains(name, "cache") {
		return "failed logins are counted in it", w.Get("AXES_HANDLER").At
	}
	return "", source.Span{}
}

// missingFor names the variables without which the default cache is not shared.
func missingFor(p *check.SourcePass, backend eval.Value) string {
	if note := check.EnvNote(backend); note != "" {
		return note
	}
	note := check.WhenMissing(p.Settings, func(w *django.World) eval.Tri {
		c, ok := w.Cache("default")
		return check.If(!ok || c.Kind() != django.SharedCache && c.Kind() != django.UnknownCache)
	})
	if c, ok := p.Settings.Shipped().Cache("default"); note == "" && ok {
		note = check.EnvNote(c.Config)
	}
	return note
}
