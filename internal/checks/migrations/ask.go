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
