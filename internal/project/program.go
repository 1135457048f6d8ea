package project

import (
	"sync"

	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Program is the project's code as one abstract process: modules are imported when they are asked for, once each, with the production
// settings in django.conf.settings. It is safe for concurrent use as long as what comes from the session is read within Do; values
// that nothing changes any more (texts, numbers, what a place says of itself) may be kept.
type Program struct {
	mu      sync.Mutex
	session *eval.Session
}

// Do runs work with the session, which belongs to it until it returns. It must not call Do again.
func (p *Program) Do(work func(*eval.Session)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	work(p.session)
}

// Program is the process in which the project's code is imported. It is made when somebody asks for it.
func (s *Snapshot) Program() *Program {
	s.program.once.Do(func() { s.program.made = &Program{session: eval.NewSession(s.programConfig())} })
	return s.program.made
}

// lazyProgram makes the process once. evaluator is nil in a snapshot that was not loaded from a tree.
type lazyProgram struct {
	once      sync.Once
	made      *Program
	evaluator *evaluator
}

func (s *Snapshot) programConfig() eval.Config {
	e := s.program.evaluator
	if e == nil {
		e = newEvaluator(newIndex(newParser(source.FromMap(nil)), nil), s, Options{})
	}
	config := e.config(s.Choice.Module, nil)
	config.Library = make(eval.Library, len(e.library)+1)
	for name, model := range e.library {
		config.Library[name] = model
	}
	config.Library["django.conf"] = func() eval.Model { return django.Conf(s.Settings) }
	return config
}
