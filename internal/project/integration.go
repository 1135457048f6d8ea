package project

import (
	"os"
	"path/filepath"
	"sync"

	"gonogo/internal/deploy/ci"
	"gonogo/internal/deploy/procedure"
)

// lazyIntegration reads continuous integration once.
type lazyIntegration struct {
	once sync.Once
	made *ci.Integration
}

// Integration is the continuous integration of the repository. It is read when somebody asks.
func (s *Snapshot) Integration() *ci.Integration {
	s.integration.once.Do(func() {
		s.integration.made = &ci.Integration{}
		if s.Tree != nil {
			s.integration.made = ci.Read(s.Tree)
		}
	})
	return s.integration.made
}

// WholeRepository reports whether the audited folder is where a repository begins, so that what belongs to the whole repository, such as
// its continuous integration, must stand in it. A folder that is in no checkout may be a part of one.
func (s *Snapshot) WholeRepository() bool {
	if s.Tree == nil || s.Tree.Dir() == "" {
		return s.Tree != nil
	}
	_, err := os.Lstat(filepath.Join(s.Tree.Dir(), ".git"))
	return err == nil
}

// lazyProcedures reads once how releases are brought into production.
type lazyProcedures struct {
	once sync.Once
	made []*procedure.Procedure
}

// Procedures are the ways by which the repository shows a release to be brought into production, in order of place. They are read when
// somebody asks.
func (s *Snapshot) Procedures() []*procedure.Procedure {
	s.procedures.once.Do(func() {
		if s.Tree != nil {
			s.procedures.made = procedure.Read(s.Tree, s.Integration())
		}
	})
	return s.procedures.made
}
