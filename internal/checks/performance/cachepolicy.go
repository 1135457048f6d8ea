package performance

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/caching"
	"gonogo/internal/python/eval"
)

func cachePolicy() check.Check {
	return check.Check{
		ID: "performance/cache-policy", Severity: check.Recommended, Source: answerCachePolicy,
		Doc: check.Doc{
			Title: "Entries of the cache end, by time or by a deletion that finds them",
			Why: `An entry that never expires and that nothing deletes shows old data for ever, and where there is one for each user or object, the cache fills up with what nobody asks for any more. A deletion under another key than the one that was written deletes nothing, and nobody notices: the page just stays old until the entry expires.

A timeout is a promise about how old an answer may be. Where that must be nothing, delete the entry when the data changes, under a key that one function makes for both.`,
			Fix:    "Give `cache.set()` a timeout, and make the key for `set`, `get` and `delete` in one function.",
			Verify: "Change the data: the page shows it, at once or after the timeout.",
			Bad: []check.Example{
				keysExample("The deletion misses: a dash here, an underscore there.", `def orders(user):
    return cache.get_or_set(f"orders-{user.pk}", lambda: count(user), 3600)


def placed(user):
    cache.delete(f"orders_{user.pk}")
`),
			},
			Good: []check.Example{
				keysExample("One function makes the key.", `def key(user):
    return f"orders-{user.pk}"


def orders(user):
    return cache.get_or_set(key(user), lambda: count(user), 3600)


def placed(user):
    cache.delete(key(user))
`),
			},
			References: []check.Reference{
				check.See("Django: the low-level cache API", check.DjangoDocs+"topics/cache/#the-low-level-cache-api"),
				check.See("Django: TIMEOUT", check.DjangoDocs+"ref/settings/#timeout"),
			},
			Triggers: []string{
				"an entry for each of many things is written with timeout=None, or without one while TIMEOUT is None, and no deletion has its key",
				"a deletion has a key that no code writes or reads, and all keys that are written are known",
			},
		},
	}
}

// keysExample is a project with one module that caches.
func keysExample(note, code string) check.Example {
	return check.Project(note, "settings.py", `CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://cache:6379"}}
`, "shop.py", `from django.core.cache import cache


`+code)
}

func answerCachePolicy(p *check.SourcePass) check.Answer {
	use := p.Project.CacheKeys()
	if len(use.Writes)+len(use.Deletes) == 0 {
		if use.Opaque {
			return check.Unclear("the cache is used in ways that are not read: through caches[...], or by patterns of keys")
		}
		return check.Absent("the code writes nothing into the cache by keys of its own")
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		findings := slices.Concat(endless(w, use), missed(use))
		return check.Gather(findings, nil, "every entry whose key could be read has a timeout, or a deletion with its key")
	}, "CACHES")
}

// endless are entries for many things that never end.
func endless(w *django.World, use *caching.Use) (findings []check.Finding) {
	never := false
	if c, ok := w.Cache("default"); ok {
		timeout := c.Option("TIMEOUT")
		never = timeout.IsValid() && timeout.Kind() == eval.None
	}
	for _, e := range use.Writes {
		if !e.Forever && !(e.Default && never) || !strings.Contains(e.Key, "*") || use.Opaque || deleted(use, e) {
			continue
		}
		why := "timeout=None"
		if e.Default {
			why = "no timeout while TIMEOUT of CACHES is None"
		}
		findings = append(findings, check.Finding{Severity: check.Recommended, At: e.At,
			Message: fmt.Sprintf("entries %s are written with %s, and nothing deletes them: they show old data for ever and fill the cache; give a timeout", e.Key, why)})
	}
	return findings
}

// deleted reports whether a deletion can have the key of an entry.
func deleted(use *caching.Use, e caching.Entry) bool {
	return slices.ContainsFunc(use.Deletes, func(d caching.Entry) bool { return d.Key == "" || caching.Match(d.Key, e.Key) })
}

// missed are deletions of keys that nothing writes.
func missed(use *caching.Use) (findings []check.Finding) {
	all := slices.Concat(use.Writes, use.Reads)
	if use.Opaque || len(use.Writes) == 0 {
		return nil
	}
	for _, d := range use.Deletes {
		found := slices.ContainsFunc(all, func(e caching.Entry) bool { return e.Key == "" || caching.Match(d.Key, e.Key) })
		if d.Key == "" || found {
			continue
		}
		f := check.Finding{Severity: check.Recommended, At: d.At,
			Message: fmt.Sprintf("%s is deleted from the cache, and no code writes or reads that key: the entry that is meant stays; make the key in one place", d.Key)}
		if near, ok := nearest(use.Writes, d.Key); ok {
			f.Related = []check.Related{{Message: near.Key + " is written here", At: near.At}}
		}
		findings = append(findings, f)
	}
	return findings
}

// nearest is the entry whose key has the same letters but for what separates words.
func nearest(list []caching.Entry, key string) (caching.Entry, bool) {
	plain := func(s string) string {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune("-_:./ ", r) {
				return -1
			}
			return r
		}, strings.ToLower(s))
	}
	for _, e := range list {
		if plain(e.Key) == plain(key) {
			return e, true
		}
	}
	return caching.Entry{}, false
}
