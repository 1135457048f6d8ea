package project

import (
	"slices"
	"strings"

	"gonogo/internal/django/listing"
	"gonogo/internal/django/queries"
	"gonogo/internal/django/references"
	"gonogo/internal/django/templates"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// References are the places at which the code refers to what a release takes away; gone says that this is the code after it. They are
// looked for anew at each call. Tests and migrations are left out.
func (s *Snapshot) References(lost []references.Lost, gone bool) []references.Reference {
	if s.Code == nil || s.Settings == nil || len(lost) == 0 {
		return nil
	}
	facts, code := s.Queries(), s.Flow()
	in := references.Input{Schema: facts.Schema, Models: s.Models(), Graph: s.Code.Graph(), Modules: s.releasedModules(), Views: s.Views(), Code: code,
		Rows: facts.Classes, Lists: s.listingInput(facts), Lost: lost, Gone: gone,
		Postgres: s.Database().Server == knowledge.PostgreSQL}
	var found []references.Reference
	s.Program().Do(func(session *eval.Session) {
		in.Session = session
		found = references.Find(in)
	})
	return found
}

// releasedModules are those that queries are read in, without the migrations in folders of other names.
func (s *Snapshot) releasedModules() []queries.Module {
	packages := map[string]bool{}
	for _, a := range s.Migrations().Apps {
		packages[a.Module] = true
	}
	return slices.DeleteFunc(s.queryModules(), func(m queries.Module) bool {
		last := strings.LastIndexByte(m.Dotted, '.')
		return last > 0 && packages[m.Dotted[:last]]
	})
}

// listingInput is what lists are found in, but for the session.
func (s *Snapshot) listingInput(facts *queries.Facts) listing.Input {
	graph, set := s.Code.graph(), s.Templates(s.Settings.Shipped())
	in := listing.Input{Version: s.Django, Routes: s.Routes(), Reader: queries.NewReader(facts.Schema, graph.Graph, s.queryModules()),
		Templates: func(name string) (*templates.Template, bool) { return set.Find(name) }}
	for _, a := range s.Models().Apps {
		if _, there := graph.byName[a.Module+".admin"]; there {
			in.Admins = append(in.Admins, a.Module+".admin")
		}
	}
	return in
}
