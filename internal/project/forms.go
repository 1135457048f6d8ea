package project

import (
	"sync"

	"gonogo/internal/django/forms"
	"gonogo/internal/python/eval"
)

// lazyForms reads the forms once.
type lazyForms struct {
	once sync.Once
	list []*forms.Form
}

// Forms are the forms and serializers of models whose fields are known. They are read when somebody asks, and hold no values of the session.
func (s *Snapshot) Forms() []*forms.Form {
	s.forms.once.Do(func() {
		if s.Code == nil {
			return
		}
		schema, code, graph := s.Queries().Schema, s.Flow(), s.Code.Graph()
		s.Routes() // whose modules import most of them
		s.Program().Do(func(session *eval.Session) {
			s.forms.list = forms.Reader{Session: session, Schema: schema, Code: code, Graph: graph}.Read()
		})
	})
	return s.forms.list
}
