package references

import (
	"regexp"
	"strings"

	"gonogo/internal/django/queries"
	"gonogo/internal/pgsql"
	"gonogo/internal/python/syntax"
)

// sql finds texts of the code that are SQL and name a lost column or table. They are read by PostgreSQL's parser, and only where a text holds
// the names.
func (f *finder) sql() {
	if !f.Postgres {
		return
	}
	for n := range f.Modules {
		m := &f.Modules[n]
		for i, l := range f.Lost {
			if l.Table == "" || !strings.Contains(string(m.Syntax.File.Data), l.Table) {
				continue
			}
			syntax.InspectBody(m.Syntax.Body, func(node syntax.Node) bool {
				if e, ok := node.(syntax.Expr); ok {
					if s, isText := text(e); isText && namesIn(s, l) {
						f.add(Reference{Lost: i, Does: "SQL names " + strings.TrimSuffix(l.Table+"."+l.Column, "."), Raises: "ProgrammingError", When: OnUse,
							Place: queries.PlaceOf(m.Dotted), At: m.Syntax.Span(e)})
					}
				}
				return true
			})
		}
	}
}

// placeholders are those of parameters in SQL that Python runs: %s and %(name)s.
func placeholders() *regexp.Regexp { return regexp.MustCompile(`%s|%\(\w+\)s`) }

// namesIn reports whether a text is SQL that names a lost column or table.
func namesIn(s string, l Lost) bool {
	if !strings.Contains(s, l.Table) || !strings.Contains(s, l.Column) || !strings.ContainsAny(s, " \n\t") {
		return false
	}
	m, err := pgsql.Mentioned(strings.ReplaceAll(placeholders().ReplaceAllString(s, "NULL"), "%%", "%"))
	if err != nil {
		return false
	}
	if l.Column == "" {
		for _, table := range m.Tables {
			if table == l.Table {
				return true
			}
		}
		return false
	}
	return m.Has(l.Table, l.Column)
}
