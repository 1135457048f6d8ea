package project

import (
	"sync"

	"gonogo/internal/django"
	"gonogo/internal/django/templates"
)

// lazyTemplates is the answer of Templates, by world, worked out when somebody asks.
type lazyTemplates struct {
	mu   sync.Mutex
	sets map[*django.World]*templates.Set
}

// Templates are the templates that the engines of one world of settings find.
func (s *Snapshot) Templates(w *django.World) *templates.Set {
	s.templates.mu.Lock()
	defer s.templates.mu.Unlock()
	if set := s.templates.sets[w]; set != nil {
		return set
	}
	set := templates.NewSet(templates.Place{Tree: s.Tree, Root: s.Root, Version: s.Django, AppFolder: s.AppFolder}, w)
	if s.templates.sets == nil {
		s.templates.sets = make(map[*django.World]*templates.Set)
	}
	s.templates.sets[w] = set
	return set
}

// NamesText reports whether code that production runs holds a text, such as the name of a template.
func (s *Snapshot) NamesText(text string) bool { return len(s.production(text)) > 0 }

// NamesBoth reports whether one module that production runs holds both texts.
func (s *Snapshot) NamesBoth(one, other string) bool {
	for _, m := range s.production(one) {
		if mentions(m.Syntax.File.Data, other) {
			return true
		}
	}
	return false
}
