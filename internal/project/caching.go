package project

import (
	"sync"

	"gonogo/internal/django/caching"
)

// lazyCaching is what the code keeps in caches, worked out when somebody asks.
type lazyCaching struct {
	pagesOnce, keysOnce sync.Once
	pages               []caching.Page
	keys                *caching.Use
}

// CachedPages are the views under cache_page, with what their answers depend on.
func (s *Snapshot) CachedPages() []caching.Page {
	s.caching.pagesOnce.Do(func() {
		if s.Code != nil {
			s.caching.pages = caching.Pages(s.Routes(), s.Code.Graph())
		}
	})
	return s.caching.pages
}

// CacheKeys are the keys that production's code writes, reads and deletes in the default cache.
func (s *Snapshot) CacheKeys() *caching.Use {
	s.caching.keysOnce.Do(func() { s.caching.keys = caching.Keys(s.ProductionModules()) })
	return s.caching.keys
}
