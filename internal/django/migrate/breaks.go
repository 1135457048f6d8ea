package migrate

import (
	"fmt"
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// Break is how an operation breaks the last release while it still serves, or the migration itself.
type Break struct {
	Operation *Operation // of the list of the migration
	Text      string     // what happens, one clause: "every query of shop.product fails in the last release"
	Advice    string     // the safe sequence of releases
	// Certain says that the code of the last release is shown to use what changes, or that two rows are enough; else it depends on what the
	// code does or the table holds.
	Certain bool
	// Fails says that the migration itself fails on a table with rows, however it is deployed.
	Fails bool
	Model string // the key of the model
	// Takes says that what the last release uses is taken away or gets another name: Field of the model, or Column of its table, and the
	// whole model where both are "".
	Takes         bool
	Field, Column string
}

// Breaks finds what a migration takes away from the last release. Fresh tells whether a migration is of the release.
func (m *Migrations) Breaks(x *Migration, d Database, fresh func(Key) bool) []Break {
	b := &breaker{m: m, x: x, d: d, fresh: fresh}
	for _, o := range x.Operations {
		b.outer = o
		b.operation(o)
	}
	return b.found
}

type breaker struct {
	m     *Migrations
	x     *Migration
	d     Database
	fresh func(Key) bool
	outer *Operation
	found []Break
}

func (b *breaker) add(x Break) {
	x.Operation = b.outer
	b.found = append(b.found, x)
}

func (b *breaker) operation(o *Operation) {
	for _, inner := range o.Database {
		b.operation(inner)
	}
	if o.Kind == "RunSQL" {
		b.sql(o)
		return
	}
	if o.Table == "" || o.customised("database_forwards") || b.fresh(o.Created) || len(o.Effects) == 0 && o.Uncertain == "" {
		return
	}
	model := o.Table
	if o.FieldMade != (Key{}) && o.Kind != "AddField" && b.fresh(o.FieldMade) {
		b.ofNewField(o, model)
		return
	}
	switch o.Kind {
	case "RemoveField":
		b.removeField(o, model)
	case "DeleteModel":
		b.add(Break{Model: model, Takes: true, Certain: true, Text: fmt.Sprintf("the last release still has the model %s: each of its queries fails once the table is gone", model),
			Advice: "first release the code without the model, with DeleteModel in state_operations of SeparateDatabaseAndState; drop the table in the release after it"})
	case "RenameField":
		if changes(o, knowledge.RenameColumn) {
			b.add(Break{Model: model, Takes: true, Field: o.Name, Certain: true, Text: fmt.Sprintf("the last release still reads the column %s: each of its queries of %s fails once it has another name", o.Name, model),
				Advice: fmt.Sprintf("keep the column: RenameField in state_operations of SeparateDatabaseAndState with db_column=%q; or add the new column, write both, fill it, and drop the old one two releases later", columnOfBefore(o))})
		}
	case "RenameModel", "AlterModelTable":
		if changes(o, knowledge.RenameTable) {
			b.add(Break{Model: model, Takes: true, Certain: true, Text: fmt.Sprintf("the last release still reads the table of %s by its old name: each of its queries fails", model),
				Advice: "keep the table: set db_table in Meta to the old name, with the operation in state_operations of SeparateDatabaseAndState"})
		}
	case "AddField":
		b.addField(o, model)
	case "AlterField":
		b.alterField(o, model)
	}
}

func changes(o *Operation, change knowledge.TableChange) bool {
	for _, e := range o.Effects {
		if e.Change == change {
			return true
		}
	}
	return false
}

func columnOfBefore(o *Operation) string {
	if o.Before == nil {
		return o.Name
	}
	return columnName(o.Before)
}

func (b *breaker) removeField(o *Operation, model string) {
	if o.Before == nil {
		if key, ok := b.m.forgotten[model+"."+o.Name]; !ok || !b.fresh(key) {
			return // an earlier release took it out of the state, so that the last one has it no more
		}
	}
	switch {
	case o.Before != nil && isManyToMany(o.Before):
		b.add(Break{Model: model, Takes: true, Field: o.Name, Certain: true, Text: fmt.Sprintf("the last release still has the relation %s of %s: each of its queries of it fails, and so does each deletion", o.Name, model),
			Advice: "first release the code without the field, with RemoveField in state_operations of SeparateDatabaseAndState; drop the table in the release after it"})
	case o.Before == nil || changes(o, knowledge.DropColumn):
		b.add(Break{Model: model, Takes: true, Field: o.Name, Certain: true, Text: fmt.Sprintf("the last release still has the field %s: each of its queries of %s fails once the column is gone", o.Name, model),
			Advice: "first release the code without the field, with RemoveField in state_operations of SeparateDatabaseAndState and the column made NULL or given a default in the database; drop the column in the release after it"})
	}
}

// addField finds a column that the INSERT of the last release does not fill.
func (b *breaker) addField(o *Operation, model string) {
	f := o.After
	if f == nil || f.Unknown != "" || isManyToMany(f) || f.Column != eval.Yes || isTrue(f.Arg("null")) || f.Arg("null").IsUnknown() ||
		strings.HasSuffix(f.Kind, ".GeneratedField") || f.Kind == "" {
		return
	}
	if isUnique(f) && !isPrimary(f) && (HasDefault(f) || isConstant(f.Arg("db_default"))) {
		b.add(Break{Model: model, Fails: true, Certain: true, Text: fmt.Sprintf("the migration fails on a table with two rows: all of %s get the same value of %s, which is unique", model, f.Name),
			Advice: "add the field with null=True and without unique; fill it with a value for each row; then make it unique and NOT NULL"})
		return
	}
	if f.Arg("db_default").IsValid() || isCounted(f) || b.givenDefault(model, f) {
		return
	}
	if !HasDefault(f) {
		b.add(Break{Model: model, Fails: true, Text: fmt.Sprintf("the migration fails on a table with rows: the column %s is NOT NULL and nothing fills it", f.Name),
			Advice: "give it a default, or null=True"})
		return
	}
	b.add(Break{Model: model, Certain: true, Text: fmt.Sprintf("the last release does not know the column %s, which is NOT NULL without a default in the database: each row that it adds to %s fails", f.Name, model),
		Advice: b.defaultAdvice()})
}

// ofNewField is about a field that the last release does not know: the one thing that it can feel is a column which its INSERT leaves out and
// which refuses NULL from now on.
func (b *breaker) ofNewField(o *Operation, model string) {
	f := o.After
	if o.Kind != "AlterField" || f == nil || f.Arg("db_default").IsValid() || isCounted(f) || b.givenDefault(model, f) ||
		!changes(o, knowledge.SetNotNull) && !changes(o, knowledge.SetNotNullChecked) {
		return
	}
	b.add(Break{Model: model, Certain: true, Text: fmt.Sprintf("the last release does not know the column %s, which is NOT NULL from now on without a default in the database: each row that it adds to %s fails", f.Name, model),
		Advice: "leave it null=True in this release, and make it NOT NULL in the next one" + b.orDefault()})
}

// givenDefault reports whether SQL of the migration gives a column a default in the database.
func (b *breaker) givenDefault(model string, f *orm.Field) bool {
	if b.d.Server != knowledge.PostgreSQL {
		return false
	}
	for _, outer := range b.x.Operations {
		for _, o := range append([]*Operation{outer}, outer.Database...) {
			if sql := b.m.SQL(o); sql != nil {
				for _, s := range sql.Statements {
					for _, d := range s.Defaults {
						if table, column, _ := strings.Cut(d, "."); column == columnName(f) && b.m.tables[table] == model {
							return true
						}
					}
				}
			}
		}
	}
	return false
}

func isCounted(f *orm.Field) bool {
	c, _ := plainColumn(strings.TrimPrefix(f.Kind, "django.db.models."))
	return c.counted
}

// isConstant reports whether a database default gives each row the same value.
func isConstant(v eval.Value) bool { return v.IsValid() && volatile(v) == eval.No }

// defaultAdvice is how a column gets a default that the last release's INSERT uses.
func (b *breaker) defaultAdvice() string {
	if v := b.m.django; v.Known() && v.Before(5, 0) {
		return "add it with null=True, and make it NOT NULL in the next release; or keep the default in the database by RunSQL (ALTER COLUMN ... SET DEFAULT) in the same migration"
	}
	return "give it db_default as well (Django 5.0), or add it with null=True and make it NOT NULL in the next release"
}

// orDefault is the other way, where Django has it.
func (b *breaker) orDefault() string {
	if v := b.m.django; v.Known() && v.Before(5, 0) {
		return ""
	}
	return "; or give it db_default as well (Django 5.0)"
}

func (b *breaker) alterField(o *Operation, model string) {
	for _, e := range o.Effects {
		if e.Model != model {
			continue
		}
		switch e.Change {
		case knowledge.RenameColumn:
			b.add(Break{Model: model, Takes: true, Field: o.Name, Certain: true, Text: fmt.Sprintf("the last release still reads the column %s: each of its queries of %s fails once it has another name", e.Name, model),
				Advice: "keep the column's name, or add the new one beside it and drop the old one two releases later"})
		case knowledge.SetNotNull, knowledge.SetNotNullChecked:
			if o.After != nil && o.After.Arg("db_default").IsValid() {
				continue
			}
			b.add(Break{Model: model, Text: fmt.Sprintf("the last release may write NULL to %s of %s, which is refused from now on", o.Name, model),
				Advice: "first release code that always gives a value; set NOT NULL in the release after it"})
		case knowledge.ChangeType:
			if o.Before != nil && o.After != nil && !b.wider(o) {
				b.add(Break{Model: model, Text: fmt.Sprintf("the column %s of %s takes less, or another kind of value, than the last release may write", o.Name, model),
					Advice: "add a column of the new type, write both, and drop the old one two releases later"})
			}
		}
	}
}

// wider reports whether every value of the old column fits the new one, as a number to a larger kind.
func (b *breaker) wider(o *Operation) bool {
	rank := map[string]int{"smallint": 1, "integer": 2, "bigint": 3}
	before, after := o.TypeBefore, o.TypeAfter
	return rank[before] > 0 && rank[after] >= rank[before]
}

// sql finds the columns and tables of models that SQL takes away.
func (b *breaker) sql(o *Operation) {
	if b.d.Server != knowledge.PostgreSQL {
		return
	}
	for _, s := range b.m.SQL(o).Statements {
		for _, removed := range s.Removes {
			table, column, isColumn := strings.Cut(removed, ".")
			key := b.m.tables[table]
			if key == "" || b.fresh(b.m.madeBy("", table, o.step)) {
				continue
			}
			model := b.m.State.Models[key]
			if model == nil || isColumn && !hasColumn(model, column) {
				if forgotten, ok := b.m.forgotten[key+"."+column]; !ok || !b.fresh(forgotten) {
					continue
				}
			}
			b.add(Break{Model: key, Takes: true, Column: column, Certain: true, Text: fmt.Sprintf("the last release still reads %s: each of its queries of %s fails once it is gone", removed, key),
				Advice: "first release the code without it; drop it in the release after that"})
		}
	}
}

func hasColumn(model *orm.ModelState, column string) bool {
	for i := range model.Fields {
		if columnName(&model.Fields[i]) == column {
			return true
		}
	}
	return false
}
