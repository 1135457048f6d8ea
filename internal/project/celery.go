package project

import (
	"slices"
	"strings"
	"sync"

	"gonogo/internal/django"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// lazyCelery is the answer of Celery, worked out when somebody asks.
type lazyCelery struct {
	once sync.Once
	made *django.Celery
}

// Celery is how the project configures its Celery application; see django.Celery.
func (s *Snapshot) Celery() *django.Celery {
	s.celery.once.Do(func() {
		var modules []*syntax.Module
		if s.Code != nil {
			for _, m := range s.Code.Modules {
				if !m.Test && !m.Other && (m.importsPackage("celery") || m.Syntax != nil && m.Syntax.File.Contains("config_from_object")) {
					modules = append(modules, m.Syntax)
				}
			}
		}
		if len(modules) == 0 {
			s.celery.made = django.FindCelery(nil, s.Package("celery"), django.CeleryValues{})
			return
		}
		s.Program().Do(func(session *eval.Session) {
			v := celeryValues{s, session}
			s.celery.made = django.FindCelery(modules, s.Package("celery"), django.CeleryValues{Global: v.global, Module: v.module})
		})
	})
	return s.celery.made
}

// celeryValues are values that the code has once it is imported.
type celeryValues struct {
	*Snapshot
	session *eval.Session
}

// resolve is the dotted path of an expression at the level of a module.
func (v celeryValues) resolve(m *syntax.Module, e syntax.Expr) string {
	for _, c := range v.Code.Modules {
		if c.Syntax == m {
			dotted, _ := v.Code.graph().byModule[c].Resolve(e)
			return dotted
		}
	}
	return ""
}

// global is the plain value that a name of a module has.
func (v celeryValues) global(m *syntax.Module, e syntax.Expr) eval.Value {
	switch e.(type) {
	case *syntax.Name, *syntax.Attribute:
	default:
		return eval.Value{}
	}
	d, ok := v.Code.Graph().Define(v.resolve(m, e))
	if !ok || d.Function != nil || d.Class != nil || strings.Contains(d.Name, ".") {
		return eval.Value{}
	}
	own, ok := plain(v.session.Import(d.Module.Dotted).Module.Attr(d.Name), 0)
	if !ok {
		return eval.Value{}
	}
	return own
}

// module is the global names of a module of the project that hold plain values.
func (v celeryValues) module(m *syntax.Module, object syntax.Expr, dotted string) (names []eval.Entry, ok bool) {
	if _, named := v.Code.Graph().Module(dotted); !named {
		if object == nil {
			return nil, false
		}
		dotted = v.resolve(m, object)
		if _, named = v.Code.Graph().Module(dotted); !named {
			return nil, false
		}
	}
	imported := v.session.Import(dotted)
	if imported.Failure != nil || imported.GivenUp != "" || !imported.Module.IsValid() {
		return nil, false
	}
	for _, e := range imported.Module.Fields() {
		if e.Value.Kind() == eval.Module || e.Value.Kind() == eval.Callable || e.Value.Kind() == eval.Class {
			continue
		}
		own, known := plain(e.Value, 0)
		if !known {
			own = eval.MakeUnknown("it is computed where Celery is configured").WithOrigin(e.Value.Origin())
		}
		names = append(names, eval.Entry{Key: e.Key, Value: own})
	}
	return names, true
}

// plain is a copy of a value that nothing changes any more; ok is false for what is not known, or no plain data.
func plain(v eval.Value, depth int) (own eval.Value, ok bool) {
	switch v.Kind() {
	case eval.None, eval.Bool, eval.Int, eval.Float, eval.Str, eval.Timedelta:
		return v, true
	case eval.List, eval.Tuple:
		if v.IsOpen() || depth > 10 {
			return eval.Value{}, false
		}
		var list []eval.Value
		for _, e := range v.Elems() {
			x, ok := plain(e, depth+1)
			if !ok {
				x = eval.MakeUnknown("it is computed where Celery is configured")
			}
			list = append(list, x)
		}
		if v.Kind() == eval.Tuple {
			return eval.MakeTuple(list...).WithOrigin(v.Origin()), true
		}
		return eval.MakeList(list...).WithOrigin(v.Origin()), true
	case eval.Dict:
		if v.IsOpen() || depth > 10 {
			return eval.Value{}, false
		}
		var entries []eval.Entry
		for _, e := range v.Entries() {
			x, ok := plain(e.Value, depth+1)
			if !ok {
				x = eval.MakeUnknown("it is computed where Celery is configured")
			}
			entries = append(entries, eval.Entry{Key: e.Key, Value: x})
		}
		return eval.MakeDict(entries...).WithOrigin(v.Origin()), true
	}
	return eval.Value{}, false
}

// Package is the version of a distribution that production resolves to (its name as in PEP 503); unknown when the dependencies do not tell.
func (s *Snapshot) Package(name string) knowledge.Version {
	if s.Deployment == nil || s.Deployment.Dependencies == nil {
		return knowledge.Version{}
	}
	r, _ := s.Deployment.Dependencies.Find(name)
	return knowledge.ParseVersion(r.Version)
}

// importsPackage reports whether the module imports a top-level package, or something inside it.
func (m *CodeModule) importsPackage(name string) bool {
	return slices.Contains(m.packages, name)
}
