package migrate

import (
	"slices"
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// together is _alter_unique_together or _alter_index_together.
func (e *effectsOf) together(option string, added, removed knowledge.TableChange) {
	after := orm.NormalizeTogether(e.o.Arg(option))
	before := e.model.Options[option]
	if after.IsUnknown() || after.IsOpen() || before.IsUnknown() || before.IsOpen() {
		e.unsure("the groups of %s are not known", option)
		return
	}
	missing := func(list []eval.Value, group eval.Value) bool {
		return !slices.ContainsFunc(list, func(v eval.Value) bool { return orm.SameValue(v, group) == eval.Yes })
	}
	for _, group := range before.Elems() {
		if missing(after.Elems(), group) {
			e.add(removed, groupName(group))
		}
	}
	for _, group := range after.Elems() {
		if missing(before.Elems(), group) {
			e.add(added, groupName(group))
		}
	}
}

func groupName(group eval.Value) string {
	var names []string
	for _, v := range group.Elems() {
		names = append(names, textOf(v))
	}
	return strings.Join(names, ", ")
}

// constraint is add_constraint.
func (e *effectsOf) constraint(v eval.Value) {
	c := e.l.ORM.NormalizeConstraint(v)
	switch c.Class[strings.LastIndexByte(c.Class, '.')+1:] {
	case "CheckConstraint":
		if e.o.NotValid {
			e.l.unchecked[e.model.Key()+"/"+c.Name] = true
		}
		e.add(pick(e.o.NotValid, knowledge.AddCheckUnchecked, knowledge.AddCheck), c.Name)
	case "UniqueConstraint":
		e.add(pick(isUniqueIndex(&c), knowledge.CreateIndex, knowledge.AddUnique), c.Name)
	case "ExclusionConstraint":
		e.add(knowledge.AddExclusion, c.Name)
	default:
		e.unsure("the constraint %s is of a class that is not modelled", c.Name)
	}
}

// isUniqueIndex reports whether a UniqueConstraint is made as a unique index: _create_unique_sql.
func isUniqueIndex(c *orm.Constraint) bool {
	given := func(name string) bool { v := c.Arg(name); return v.IsValid() && v.Truth() == eval.Yes }
	return c.Arg("condition").IsValid() || len(c.Args) > 0 || given("include") || given("opclasses")
}

func (e *effectsOf) removeConstraint() {
	for i := range e.model.Checks {
		c := &e.model.Checks[i]
		if c.Name == e.o.Name && strings.HasSuffix(c.Class, ".UniqueConstraint") && isUniqueIndex(c) {
			e.add(knowledge.DropIndex, c.Name)
			return
		}
	}
	e.add(knowledge.DropConstraint, e.o.Name)
}

// renameModel renames the table where its name follows from the model's.
func (e *effectsOf) renameModel() {
	if now, ok := e.o.Arg("new_name").AsStr(); ok {
		key := e.model.App + "." + strings.ToLower(now)
		if key != e.model.Key() {
			e.l.m.created[key] = e.l.m.created[e.model.Key()]
			for i := range e.model.Fields {
				if made, ok := e.l.m.fieldMade[e.model.Key()+"."+e.model.Fields[i].Name]; ok {
					e.l.m.fieldMade[key+"."+e.model.Fields[i].Name] = made
				} else {
					delete(e.l.m.fieldMade, key+"."+e.model.Fields[i].Name) // of an earlier model of that name
				}
			}
		}
		if strings.EqualFold(now, e.model.Name) {
			return // the table's name is in lower case
		}
	}
	if text, ok := e.model.Options["db_table"].AsStr(); ok && text != "" {
		return
	}
	e.add(knowledge.RenameTable, "")
	e.links(func(table, _ string) {
		e.table(knowledge.RenameTable, table, "")
		e.table(knowledge.DropForeignKey, table, e.model.Key())
		e.table(knowledge.AddForeignKey, table, e.model.Key())
	})
	e.l.eachRelation(e.model.Key(), func(s *orm.ModelState, f *orm.Field) {
		if isConstrained(f) {
			e.o.Effects = append(e.o.Effects, Effect{Change: knowledge.DropForeignKey, Model: s.Key(), Name: columnName(f), Other: e.model.Key()},
				Effect{Change: knowledge.AddForeignKey, Model: s.Key(), Name: columnName(f), Other: e.model.Key()})
		}
	})
}

// eachRelation calls do for the fields that point to a model, in order.
func (l *loader) eachRelation(key string, do func(*orm.ModelState, *orm.Field)) {
	for _, k := range l.m.State.Keys() {
		s := l.m.State.Models[k]
		for i := range s.Fields {
			if f := &s.Fields[i]; f.Relation && targetKey(s, f) == key {
				do(s, f)
			}
		}
	}
}

func (e *effectsOf) deleteModel() {
	linked := false
	for i := range e.model.Fields {
		f := &e.model.Fields[i]
		if to := targetKey(e.model, f); isConstrained(f) && to != e.model.Key() {
			e.linked(knowledge.DropTable, "", to)
			linked = true
		}
	}
	if !linked {
		e.add(knowledge.DropTable, "")
	}
	e.links(func(table, to string) {
		e.table(knowledge.DropTable, table, e.model.Key())
		e.table(knowledge.DropTable, table, to)
	})
}

// links calls do for the tables of the model's many-to-many fields.
func (e *effectsOf) links(do func(table, to string)) {
	for i := range e.model.Fields {
		f := &e.model.Fields[i]
		if v := f.Arg("through"); isManyToMany(f) && (!v.IsValid() || v.Kind() == eval.None) {
			do(linkTable(e.model, f), targetKey(e.model, f))
		}
	}
}

// table is a change of a table that is no model's.
func (e *effectsOf) table(change knowledge.TableChange, table, other string) {
	e.o.Effects = append(e.o.Effects, Effect{Change: change, Table: table, Other: other})
}

// noteTables keeps which model a table is of, after an operation.
func (l *loader) noteTables(x *Migration, o *Operation) {
	for _, inner := range o.State {
		l.noteTables(x, inner)
	}
	switch o.Kind {
	case "CreateModel", "RenameModel", "AlterModelTable", "AddField":
	default:
		return
	}
	name := o.Model
	if now, ok := o.Arg("new_name").AsStr(); ok && o.Kind == "RenameModel" {
		name = strings.ToLower(now)
	}
	model := l.m.State.Models[x.App+"."+name]
	if model == nil {
		return
	}
	l.m.tables[tableOf(model)] = model.Key()
	l.noteMaker(tableOf(model), l.m.created[model.Key()])
	for i := range model.Fields {
		if f := &model.Fields[i]; isManyToMany(f) {
			by, ok := l.m.fieldMade[model.Key()+"."+f.Name]
			if !ok {
				by = l.m.created[model.Key()]
			}
			l.noteMaker(linkTable(model, f), by)
		}
	}
}
