package performance

import (
	"fmt"
	"path"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

// refusedCaches are the findings about what Django's own checks of CACHES report (django/core/checks/caches.py).
func refusedCaches(w *django.World) []check.Finding {
	if f, ok := noDefaultCache(w); ok {
		return append([]check.Finding{f}, relativeCaches(w)...)
	}
	found := relativeCaches(w)
	if f, ok := exposedCache(w); ok {
		found = append(found, f)
	}
	return found
}

// noDefaultCache is the finding about a CACHES without "default" (caches.E001).
func noDefaultCache(w *django.World) (check.Finding, bool) {
	s := w.Get("CACHES")
	f := check.Finding{Severity: check.Recommended, At: check.Where(s), Fix: `CACHES = {"default": {...}}`}
	switch _, there := w.Cache("default"); {
	case !s.Set || s.Value.IsUnknown():
		return check.Finding{}, false
	case s.Value.Kind() == eval.None:
		f.Message = `CACHES is None, so "manage.py check" and every use of the cache end in an error (caches.E001 asks for an entry "default"); write CACHES = {"default": {...}}`
	case !there:
		f.Message = `CACHES has no entry "default", so "manage.py check" fails (caches.E001), and so does whatever uses the cache without naming one; add it`
	default:
		return check.Finding{}, false
	}
	return f, true
}

// relativeCaches are the findings about file caches in a relative folder (caches.W003).
func relativeCaches(w *django.World) (found []check.Finding) {
	caches, _ := w.Caches()
	for _, c := range caches {
		location, ok := c.Option("LOCATION").AsStr()
		if c.Kind() != django.FileCache || !isDjangoFileCache(c) || !ok || path.IsAbs(location) {
			continue
		}
		at := w.Get("CACHES").At
		if place := c.Option("LOCATION").At(); !place.IsZero() {
			at = place
		}
		found = append(found, check.Finding{
			Severity: check.Recommended, At: at,
			Message: fmt.Sprintf("The file cache %q is in %q, which is relative (caches.W003), so each process keeps it below the folder that it was started in; write an absolute path", c.Alias, location),
		})
	}
	return found
}

// isDjangoFileCache tells Django's own file cache from packages that keep files too, of which its checks know nothing.
func isDjangoFileCache(c django.Cache) bool {
	name, _ := c.Option("BACKEND").AsStr()
	return name == "django.core.cache.backends.filebased.FileBasedCache"
}

// exposedCache is Django's caches.W002: a file cache that matches, is inside of or contains a folder that is served
// (django/core/checks/caches.py, check_cache_location_not_exposed).
func exposedCache(w *django.World) (check.Finding, bool) {
	caches, _ := w.Caches()
	for _, name := range []string{"MEDIA_ROOT", "STATIC_ROOT", "STATICFILES_DIRS"} {
		s := w.Get(name)
		for _, folder := range folders(s.Value) {
			for _, c := range caches {
				location, ok := c.Option("LOCATION").AsStr()
				if c.Kind() != django.FileCache || !ok || !path.IsAbs(location) {
					continue
				}
				relation := related(path.Clean(location), folder)
				if relation == "" {
					continue
				}
				at := w.Get("CACHES").At
				if place := c.Option("LOCATION").At(); !place.IsZero() {
					at = place
				}
				return check.Finding{
					Severity: check.Recommended, At: at,
					Message: fmt.Sprintf("The file cache %q %s %s, so its entries can be read, or replaced by files that run code when they are loaded; move it elsewhere", c.Alias, relation, name),
				}, true
			}
		}
	}
	return check.Finding{}, false
}

// folders are the absolute paths of a setting that is a path or a list of paths, or of (prefix, path) pairs.
func folders(v eval.Value) (list []string) {
	for _, e := range append([]eval.Value{v}, v.Elems()...) {
		if e.Kind() == eval.Tuple && len(e.Elems()) == 2 {
			e = e.Elems()[1]
		}
		if text, ok := e.AsStr(); ok && path.IsAbs(text) {
			list = append(list, path.Clean(text))
		}
	}
	return list
}

func related(location, folder string) string {
	switch {
	case location == folder:
		return "is the folder"
	case strings.HasPrefix(location, strings.TrimSuffix(folder, "/")+"/"):
		return "is inside of"
	case strings.HasPrefix(folder, strings.TrimSuffix(location, "/")+"/"):
		return "contains"
	}
	return ""
}
