package project

import (
	"sync"

	"gonogo/internal/django/listing"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/writers"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// lazyWriters reads once who writes fields, and what templates show of rows.
type lazyWriters struct {
	once  sync.Once
	found *writers.Found
	shown map[source.Span][]Attribute
}

// Attribute is an attribute of a row that a template asks for.
type Attribute struct {
	Model *queries.Model
	Name  string
}

// Writers tell who writes the fields of models. nil where the code could not be read.
func (s *Snapshot) Writers() *writers.Found {
	s.readWriters()
	return s.writers.found
}

// AttributesAt are the attributes of rows that the variable or tag of a template at a place asks for, of all views whose page it is, as far as
// they are known.
func (s *Snapshot) AttributesAt(at source.Span) []Attribute {
	s.readWriters()
	return s.writers.shown[at]
}

func (s *Snapshot) readWriters() {
	s.writers.once.Do(func() {
		if s.Code == nil || s.Settings == nil {
			return
		}
		facts := s.Queries()
		in, admin := s.listingInput(facts), map[string]bool{}
		s.writers.shown = map[source.Span][]Attribute{}
		in.Touch = func(m *queries.Model, _ *queries.Query, name, _ string, at source.Span) {
			s.writers.shown[at] = append(s.writers.shown[at], Attribute{m, name})
		}
		list := s.Forms()
		s.Program().Do(func(session *eval.Session) {
			in.Session = session
			listing.Visit(in)
			for _, r := range listing.Registrations(session, in.Admins) {
				admin[r.Model.Dotted()] = true
			}
		})
		s.writers.found = writers.New(writers.Project{Routes: s.Routes(), Queries: facts, Code: s.Flow(), Graph: s.Code.Graph(), Forms: list, Admin: admin})
	})
}
