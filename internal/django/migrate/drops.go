package migrate

import (
	"maps"
	"slices"
	"strings"

	"gonogo/internal/knowledge"
)

// Drops are the columns and tables that a migration takes away in the database, or gives another name, so that SQL of the code which names them
// fails: losses with Table, and Column where only that goes.
func (m *Migrations) Drops(x *Migration, d Database) []Loss {
	var list []Loss
	for _, outer := range x.Operations {
		for _, o := range append([]*Operation{outer}, outer.Database...) {
			for _, loss := range m.drops(o, d) {
				loss.Operation, loss.App = outer, x.App
				list = append(list, loss)
			}
		}
	}
	return list
}

func (m *Migrations) drops(o *Operation, d Database) (list []Loss) {
	loss := Loss{Model: o.Table, Field: o.Name, Made: o.FieldMade, Table: m.tableOfModel(o.Table)}
	if loss.Made == (Key{}) {
		loss.Made = o.Created
	}
	switch {
	case o.Kind == "RunSQL" && d.Server == knowledge.PostgreSQL:
		for _, s := range m.SQL(o).Statements {
			for _, removed := range s.Removes {
				table, column, _ := strings.Cut(removed, ".")
				if key := m.tables[table]; key != "" {
					list = append(list, Loss{Model: key, Field: column, Table: table, Column: column, Made: m.madeBy("", table, o.step)})
				}
			}
		}
	case loss.Table == "":
	case o.Kind == "RemoveField" && o.Before == nil:
		loss.Column = o.Name
		list = append(list, loss)
	case o.Kind == "RemoveField" && !isManyToMany(o.Before), o.Kind == "RenameField" && changes(o, knowledge.RenameColumn):
		if loss.Column = columnOfBefore(o); o.Kind == "RenameField" {
			loss.Now, _ = o.Arg("new_name").AsStr()
		}
		list = append(list, loss)
	case o.Kind == "DeleteModel":
		loss.Class = o.Model
		list = append(list, loss)
	}
	return list
}

// tableOfModel is the table of a model by its key, "" when it is not known; of several names that it had, the first in order.
func (m *Migrations) tableOfModel(key string) string {
	for _, table := range slices.Sorted(maps.Keys(m.tables)) {
		if m.tables[table] == key {
			return table
		}
	}
	return ""
}
