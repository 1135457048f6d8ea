package django

import (
	"strings"

	"gonogo/internal/python/eval"
)

// CacheKind is where a cache backend keeps its entries.
type CacheKind uint8

const (
	ProcessCache  CacheKind = iota + 1 // LocMemCache: each process has its own
	DummyCache                         // nothing is kept
	FileCache                          // files of one host
	DatabaseCache                      // a table
	SharedCache                        // Redis, Valkey, Memcached: one for all processes
	OtherCache                         // a backend that is not recognised
	UnknownCache                       // the backend is not known
)

// Cache is one alias of CACHES in one world.
type Cache struct {
	Alias  string
	Config eval.Value
	Set    bool // false: CACHES is not set and this is Django's own default
}

// Caches are the aliases of CACHES; without the setting Django's default, "default" in the process's memory
// (django/conf/global_settings.py). open is true when there can be others.
func (w *World) Caches() (list []Cache, open bool) {
	s := w.Get("CACHES")
	if !s.Set && !s.Value.IsUnknown() {
		backend := eval.MakeStr("django.core.cache.backends.locmem.LocMemCache")
		return []Cache{{Alias: "default", Config: backend}}, false
	}
	if s.Value.Kind() != eval.Dict {
		return nil, true
	}
	open = s.Value.IsOpen()
	for _, e := range s.Value.Entries() {
		alias, ok := e.Key.AsStr()
		if !ok {
			open = true
			continue
		}
		list = append(list, Cache{Alias: alias, Config: e.Value, Set: true})
	}
	return list, open
}

// Cache is an alias of CACHES by name; ok is false when it is not there. A cache of kind UnknownCache is returned
// when the alias could be there but can't be read.
func (w *World) Cache(alias string) (c Cache, ok bool) {
	list, open := w.Caches()
	for _, c := range list {
		if c.Alias == alias {
			return c, true
		}
	}
	if open {
		return Cache{Alias: alias, Config: w.Get("CACHES").Value, Set: true}, true
	}
	return Cache{}, false
}

// Option is a key of the alias, through nested keys.
func (c Cache) Option(keys ...string) eval.Value {
	if !c.Set {
		return eval.Value{}
	}
	return inherit(c.Config.Get(keys...), c.Config)
}

// Kind tells where the cache keeps its entries, by the name of its backend.
func (c Cache) Kind() CacheKind {
	backend := c.Config
	if c.Set {
		backend = c.Option("BACKEND")
	}
	name, ok := backend.AsStr()
	if !ok {
		return UnknownCache
	}
	n := strings.ToLower(name)
	for _, k := range []struct {
		part string
		kind CacheKind
	}{
		{"locmem", ProcessCache}, {"dummy", DummyCache}, {"filebased", FileCache}, {"diskcache", FileCache},
		{"backends.db.", DatabaseCache}, {"databasecache", DatabaseCache},
		{"redis", SharedCache}, {"valkey", SharedCache}, {"memcache", SharedCache}, {"pylibmc", SharedCache}, {"bmemcached", SharedCache},
	} {
		if strings.Contains(n, k.part) {
			return k.kind
		}
	}
	return OtherCache
}
