package project

import (
	"strings"

	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// ownWords is the documentation string of a settings module, or of a class in it, that says that it is for development.
func (c *chooser) ownWords(module string) source.Span {
	m, _, ok := c.x.Module(module)
	if !ok || m == nil {
		return source.Span{}
	}
	bodies := [][]syntax.Stmt{m.Body}
	for _, s := range m.Body {
		if class, ok := s.(*syntax.ClassDef); ok {
			bodies = append(bodies, class.Body)
		}
	}
	for _, body := range bodies {
		if text, ok := documentation(body); ok && saysDevelopment(text.Value) {
			return m.Span(text)
		}
	}
	return source.Span{}
}

func documentation(body []syntax.Stmt) (*syntax.Constant, bool) {
	if len(body) == 0 {
		return nil, false
	}
	s, ok := body[0].(*syntax.ExprStmt)
	if !ok {
		return nil, false
	}
	text, ok := s.Value.(*syntax.Constant)
	return text, ok && text.Kind == syntax.Str
}

// saysDevelopment reports whether a text speaks of settings for development, and of none for production.
func saysDevelopment(text string) bool {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	if strings.Contains(text, "production") {
		return false
	}
	for _, words := range []string{"local development", "settings for development", "development settings", "settings for developers"} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return false
}
