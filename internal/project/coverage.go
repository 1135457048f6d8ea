package project

import (
	"strings"
	"sync"

	"gonogo/internal/deploy"
	"gonogo/internal/markup"
	"gonogo/internal/runbook"
	"gonogo/internal/source"
)

// Subject is something that documents should say about how the project is run.
type Subject uint8

// The subjects.
const (
	Configuration     Subject = iota + 1 // the variables or the settings file
	StartWeb                             // how what answers requests is started, or the whole deployed
	StartWorker                          //
	StartBeat                            //
	Migrating                            // how migrations are applied
	FirstAdmin                           // how the first administrator is made
	CodeRollback                         // how the release before is brought back
	AppliedMigrations                    // what to do then about migrations that were applied
	Restoring                            // how data is restored
	HealthChecks                         // the endpoints that say whether it is well
	Logs                                 // where logs are read
	Workers                              // how workers and queues are looked at
	DatabaseLook                         // how the database is looked at
	CacheLook                            // how the cache is looked at
	MaintenanceMode                      // how the site is closed on purpose
	Contacts                             // whom to call
	Monitoring                           // what watches it
	KnownRisks                           //
	Incident                             // what to do when something is broken: a document or section of that meaning
	Rollback                             // a document or section about going back
	ShellInProduction                    // a reader is told to change data with a shell
	Verification                         // what to look at after a deploy
	Staging                              // an environment where releases are tried first

)

// Mention is the place where a document says something.
type Mention struct {
	At   source.Span
	What string // "docker compose up", the heading
}

// Coverage is what the documents say, by document.
type Coverage struct {
	Documents []*runbook.Document   // those for operation, in order of their paths
	said      []map[Subject]Mention // of Documents, then of those for development
}

// lazyCoverage is worked out once.
type lazyCoverage struct {
	once sync.Once
	made *Coverage
}

// Coverage is what the documents say about how the project is run. It is worked out when somebody asks. What a document covers is decided by the
// commands, paths and variables that it names, compared with the project's; a heading alone, with nothing beneath, covers nothing.
func (s *Snapshot) Coverage() *Coverage {
	s.coverage.once.Do(func() {
		c := &Coverage{}
		x := s.newCoverer()
		var beside []map[Subject]Mention
		for _, d := range s.Documents().All {
			switch d.Purpose {
			case runbook.Operation:
				c.Documents = append(c.Documents, d)
				c.said = append(c.said, x.document(d))
			case runbook.Development:
				beside = append(beside, x.document(d))
			}
		}
		c.said = append(c.said, beside...)
		s.coverage.made = c
	})
	return s.coverage.made
}

// Find is the first mention of a subject in any document.
func (c *Coverage) Find(subject Subject) (Mention, bool) {
	for _, said := range c.said {
		if m, ok := said[subject]; ok {
			return m, true
		}
	}
	return Mention{}, false
}

// In is the mention of a subject in one document.
func (c *Coverage) In(d *runbook.Document, subject Subject) (Mention, bool) {
	for i, other := range c.Documents {
		if other == d {
			m, ok := c.said[i][subject]
			return m, ok
		}
	}
	return Mention{}, false
}

// coverer works out what documents say.
type coverer struct {
	*Snapshot
	follow    *deploy.Follower
	processes []*deploy.Process
	endpoints []string // paths of health endpoints, without slashes at the end
	said      map[Subject]Mention
}

func (s *Snapshot) newCoverer() *coverer {
	x := &coverer{Snapshot: s, follow: deploy.NewFollower(s.Tree)}
	if s.Deployment != nil {
		for _, p := range s.Deployment.Processes {
			if p.Production {
				x.processes = append(x.processes, p)
			}
		}
	}
	for _, e := range s.Health().Endpoints {
		if path := strings.Trim(e.Path, "/^$"); len(path) > 2 && !strings.ContainsAny(path, "<(") {
			x.endpoints = append(x.endpoints, path)
		}
	}
	return x
}

// say notes a mention, the first of each subject.
func (x *coverer) say(subject Subject, at source.Span, what string) {
	if _, told := x.said[subject]; !told {
		x.said[subject] = Mention{At: at, What: what}
	}
}

func (x *coverer) document(d *runbook.Document) map[Subject]Mention {
	x.said = map[Subject]Mention{}
	for _, c := range d.Commands {
		if !c.Past {
			x.command(d, c)
		}
	}
	if d.Purpose == runbook.Development { // developers need these two as well, and there is one way to do them
		return only(x.said, Migrating, FirstAdmin)
	}
	for _, s := range d.Sections {
		if !runbook.OfPast(s) {
			x.section(d, s)
		}
	}
	x.configuration(d)
	return x.said
}

// only keeps some of the subjects.
func only(said map[Subject]Mention, subjects ...Subject) map[Subject]Mention {
	kept := map[Subject]Mention{}
	for _, subject := range subjects {
		if m, ok := said[subject]; ok {
			kept[subject] = m
		}
	}
	return kept
}

// about reports whether the headings of a section, or the title or name of its document, have one of some beginnings of words.
func about(d *runbook.Document, s *markup.Section, words ...string) bool {
	return runbook.Speaks(s, words...) || runbook.Titled(d, words...)
}
