package migrate

import (
	"strings"

	"gonogo/internal/pgsql"
	"gonogo/internal/python/eval"
)

// SQL is what the text of a RunSQL does on PostgreSQL.
type SQL struct {
	Statements []pgsql.Statement
	Effects    []Effect
	// Uncertain says why it can do more, "" when it can't.
	Uncertain string
	// Alone says that it cannot run in a transaction block; Several that a text which cannot has other statements beside it, which makes one.
	Alone, Several bool
	// Rows says that it changes rows.
	Rows bool
}

// SQL reads the SQL of a RunSQL as PostgreSQL does; nil for another operation. It is read once.
func (m *Migrations) SQL(o *Operation) *SQL {
	if o.Kind != "RunSQL" {
		return nil
	}
	if o.sql == nil {
		o.sql = m.readSQL(o.Arg("sql"), o.step)
	}
	return o.sql
}

// readSQL reads a text, or a list of texts and of pairs of text and parameters.
func (m *Migrations) readSQL(v eval.Value, step int) *SQL {
	s := &SQL{}
	if text, ok := v.AsStr(); ok {
		m.addSQL(s, text, step)
		return s
	}
	if k := v.Kind(); k != eval.List && k != eval.Tuple || v.IsOpen() {
		s.Uncertain = "the SQL is not known"
	}
	for _, e := range v.Elems() {
		text, ok := e.AsStr()
		if pair := e.Elems(); !ok && len(pair) == 2 {
			text, ok = pair[0].AsStr()
			text = strings.ReplaceAll(strings.ReplaceAll(text, "%s", "NULL"), "%%", "%")
		}
		if !ok {
			s.Uncertain = "the SQL is not known"
			continue
		}
		m.addSQL(s, text, step)
	}
	return s
}

func (m *Migrations) addSQL(s *SQL, text string, step int) {
	if strings.TrimSpace(text) == "" {
		return
	}
	statements, err := pgsql.Parse(text)
	if err != nil {
		s.Uncertain = "PostgreSQL cannot read the SQL: " + err.Error()
		return
	}
	alone := false
	for _, x := range statements {
		s.Statements = append(s.Statements, x)
		s.Rows = s.Rows || x.Rows
		alone = alone || x.Alone
		if x.Uncertain != "" {
			s.Uncertain = x.Uncertain
		}
		for _, c := range x.Changes {
			s.Effects = append(s.Effects, Effect{Change: c.Kind, Model: m.tables[c.Table], Table: c.Table, Other: m.modelOrTable(c.Other), Name: c.Name,
				made: m.madeBy("", c.Table, step), otherMade: m.madeBy("", c.Other, step)})
		}
	}
	s.Alone = s.Alone || alone
	s.Several = s.Several || alone && len(statements) > 1
}

// modelOrTable is the key of the model of a table, else the table.
func (m *Migrations) modelOrTable(table string) string {
	if key := m.tables[table]; key != "" {
		return key
	}
	return table
}
