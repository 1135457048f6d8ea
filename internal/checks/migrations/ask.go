package migrations

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/migrate"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

// ask answers a question about the migrations while their values may be read.
func ask(p *check.SourcePass, question func(m *migrate.Migrations) check.Answer) (answer check.Answer) {
	m := p.Project.Migrations()
	p.Project.Program().Do(func(*eval.Session) { answer = question(m) })
	return answer
}

// own are the applications that are the project's code, with migrations or models.
func own(m *migrate.Migrations) []*migrate.App {
	return slices.DeleteFunc(slices.Clone(m.Apps), func(a *migrate.App) bool {
		return !a.Project || len(a.Migrations) == 0 && a.HasModels == eval.No
	})
}

// some joins the first reasons, and says how many more there are.
func some(reasons []string) string {
	const most = 3
	if len(reasons) <= most {
		return strings.Join(reasons, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(reasons[:most], "; "), len(reasons)-most)
}

// inTests reports whether an application is there for tests.
func inTests(s *project.Snapshot, a *migrate.App) bool {
	return slices.Contains(strings.Split(a.Module, "."), "tests")
}

// ofRelease are the migrations of the project that the release brings. ok is false when that is not known, or there are none: answer says it.
func ofRelease(p *check.SourcePass, m *migrate.Migrations) (brought []*migrate.Migration, answer check.Answer, ok bool) {
	files := 0
	release := p.Project.Release()
	for _, key := range m.Order() {
		x := m.All[key]
		if a := m.App(key.App); a == nil || !a.Project || x.File == nil {
			continue
		}
		files++
		if release.Brings(x.File.Path) {
			brought = append(brought, x)
		}
	}
	switch {
	case files == 0 && m.Failure+m.Partial != "":
		return nil, check.Unclear(m.Failure + m.Partial), false
	case files == 0:
		return nil, check.Absent("the project has no migrations"), false
	case release.Unknown != "":
		return nil, check.Unclear("which migrations this release brings is not known: " + release.Unknown + "; name the last one with --since"), false
	case len(brought) == 0:
		return nil, check.Absent("no migration is new since " + release.Since), false
	}
	return brought, check.Answer{}, true
}
