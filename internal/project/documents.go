package project

import (
	"sync"

	"gonogo/internal/runbook"
)

// lazyDocuments reads the documents once.
type lazyDocuments struct {
	once sync.Once
	made *runbook.Documents
}

// Documents are the documents of the tree that speak of the project as it is now. They are read when somebody asks.
func (s *Snapshot) Documents() *runbook.Documents {
	s.documents.once.Do(func() { s.documents.made = runbook.Read(s.Tree) })
	return s.documents.made
}
