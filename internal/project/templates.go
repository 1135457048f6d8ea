package project

import (
	"sync"

	"gonogo/internal/django"
	"gonogo/internal/django/templates"
	"gonogo/internal/python/syntax"
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

// Uses reports whether code that production runs has an expression of that name: an import, a comment or a text is none.
func (s *Snapshot) Uses(name string) bool {
	found := false
	for _, m := range s.production(name) {
		for _, s := range m.Syntax.Body {
			syntax.Inspect(s, func(n syntax.Node) bool {
				switch n := n.(type) {
				case *syntax.Name:
					found = found || n.ID == name
				case *syntax.Attribute:
					found = found || n.Attr == name
				}
				return !found
			})
		}
	}
	return found
}

// NamesBoth reports whether one module that production runs holds both texts.
func (s *Snapshot) NamesBoth(one, other string) bool {
	for _, m := range s.production(one) {
		if m.Syntax.File.Contains(other) {
			return true
		}
	}
	return false
}
