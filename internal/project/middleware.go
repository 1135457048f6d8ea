package project

import (
	"sync"

	"gonogo/internal/django/middleware"
)

// lazyMiddleware reads the project's middleware once.
type lazyMiddleware struct {
	once sync.Once
	made []middleware.Middleware
}

// Middleware are the entries of MIDDLEWARE as shipped, with what those of the project do. They are read when somebody asks.
func (s *Snapshot) Middleware() []middleware.Middleware {
	s.middleware.once.Do(func() {
		if s.Code != nil {
			s.middleware.made = middleware.Read(s.productionSetting("MIDDLEWARE"), s.Code.Graph())
		}
	})
	return s.middleware.made
}
