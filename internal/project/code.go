package project

import (
	"sync"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Code is what the project's own Python says, without the settings' values. Tests, migrations' history, documentation and vendored
// packages are marked and left out of the questions unless they are asked for.
type Code struct {
	Modules []*CodeModule

	once   sync.Once
	joined *codeGraph
	// defined are the answers of Define, of type lookup, by dotted name.
	defined sync.Map
}

// CodeModule is one file.
type CodeModule struct {
	Dotted string // "" when it cannot be imported by a name
	// Syntax is the parsed file. Tests are not parsed: for them it has the path and nothing else.
	Syntax *syntax.Module
	Test   bool // tests, factories, fixtures, conftest
	Other  bool // migrations, documentation, examples, generated or vendored code
	// Imports are the dotted names that the module imports, absolute, `from a.b import c` as "a.b.c".
	Imports []Import

	packages []string // the first parts of Imports, each once: most questions are whether a module imports a package at all
}

// Import is one imported name.
type Import struct {
	Dotted string
	At     source.Span
}

// Feature is something that a project may have, so that a question about it applies.
type Feature uint8

const (
	Celery      Feature = iota + 1 // tasks with Celery
	RQ                             // django-rq or rq
	Dramatiq                       //
	Huey                           //
	DjangoQ                        // django-q or django-q2
	Tasks                          // django.tasks (>= 6.0) or django-tasks
	DRF                            // Django REST framework
	Ninja                          // django-ninja
	GraphQL                        // graphene or strawberry
	Channels                       // Django Channels
	Admin                          // django.contrib.admin or another admin
	Mail                           // something sends mail
	Uploads                        // a file or image field, or a form that takes files
	StoredFiles                    // files go into Django's storages: a file field of a model, or code that saves to a storage
	HTML                           // templates are rendered
	Accounts                       // django.contrib.auth with passwords
	Static                         // django.contrib.staticfiles
	CORS                           // django-cors-headers
	Cache                          // something uses the cache

	lastFeature = Cache
)

// Has says whether the project has a feature, with the place that shows it. No is only said when all of the code could be read.
func (s *Snapshot) Has(f Feature) (eval.Tri, source.Span) {
	if f == 0 || f > lastFeature {
		return eval.Maybe, source.Span{}
	}
	answer := &s.features[f]
	answer.once.Do(func() { answer.has, answer.at = s.feature(f) })
	return answer.has, answer.at
}

// featureAnswer is the answer of Has, worked out when somebody asks.
type featureAnswer struct {
	once sync.Once
	has  eval.Tri
	at   source.Span
}
