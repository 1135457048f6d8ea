package migrate

import (
	"fmt"
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// Effect is one change of a table that an operation makes, as Django's schema editor writes it for PostgreSQL.
type Effect struct {
	Change knowledge.TableChange
	// Model is the key of the model whose table is changed, as it was before the operation: "shop.product". It is "" for a table that is no
	// model's; Table names it then.
	Model, Table string
	// Other is the model at the other end of a foreign key, "" when there is none.
	Other string
	// Name is the column, index or constraint.
	Name string
	// Crosses255 says that a text column grows from at most 255 bytes to more, which MySQL makes by a copy of the table; ToText that it
	// becomes one without a length.
	Crosses255, ToText bool
	// made and otherMade are the migrations that made the tables of Model (or Table) and of Other, as of the operation; the zero Key where that
	// is not known.
	made, otherMade Key
}

// effects notes what an operation changes in the database, before the state takes it over, and who made the tables.
func (l *loader) effects(x *Migration, o *Operation) {
	o.step = l.step
	l.findEffects(x, o)
	for i := range o.Effects {
		e := &o.Effects[i]
		e.made, e.otherMade = l.m.madeBy(e.Model, e.Table, o.step), l.m.madeBy(e.Other, "", o.step)
	}
}

func (l *loader) findEffects(x *Migration, o *Operation) {
	for _, inner := range o.Database {
		l.effects(x, inner)
	}
	for _, inner := range o.State {
		if inner.Kind == "RemoveField" {
			l.m.forgotten[x.App+"."+inner.Model+"."+inner.Name] = x.Key
		}
	}
	if o.Kind == "" || o.Kind == "RunPython" || o.Kind == "RunSQL" || o.Kind == "SeparateDatabaseAndState" {
		return
	}
	if o.customised("database_forwards") {
		o.Uncertain = "the class " + o.Class + " has its own database_forwards"
		return
	}
	if o.Kind == "CreateModel" {
		l.effectsOfCreation(x, o)
		return
	}
	key := x.App + "." + o.Model
	model := l.m.State.Models[key]
	if model == nil {
		if o.Model != "" {
			o.Uncertain = "the model " + key + " is not known before it"
		}
		return
	}
	o.Table, o.Created = key, l.m.created[key]
	l.noteField(x, o, key)
	if isTrue(negated(model.Options["managed"])) || isTrue(model.Options["proxy"]) {
		return // the schema editor leaves them alone
	}
	e := &effectsOf{l: l, o: o, model: model}
	switch o.Kind {
	case "AddField", "AlterField", "RemoveField", "RenameField":
		e.field()
	case "AddIndex":
		e.add(pick(o.Online, knowledge.CreateIndexOnline, knowledge.CreateIndex), o.Name)
	case "RemoveIndex":
		e.add(pick(o.Online, knowledge.DropIndexOnline, knowledge.DropIndex), o.Name)
	case "RenameIndex":
		e.add(knowledge.RenameIndex, o.Name)
	case "AddConstraint":
		e.constraint(o.Arg("constraint"))
	case "RemoveConstraint":
		e.removeConstraint()
	case "ValidateConstraint":
		delete(l.unchecked, key+"/"+o.Name)
		e.add(knowledge.ValidateCheck, o.Name)
	case "AlterUniqueTogether":
		e.together("unique_together", knowledge.AddUnique, knowledge.DropConstraint)
	case "AlterIndexTogether":
		e.together("index_together", knowledge.CreateIndex, knowledge.DropIndex)
	case "AlterOrderWithRespectTo":
		if v := o.Arg("order_with_respect_to"); v.IsValid() && v.Truth() == eval.Yes {
			e.add(knowledge.AddColumnDefault, "_order")
		} else {
			e.add(knowledge.DropColumn, "_order")
		}
	case "AlterModelTable":
		e.add(knowledge.RenameTable, "")
		e.links(func(table, _ string) { e.table(knowledge.RenameTable, table, "") })
	case "AlterModelTableComment":
		e.add(knowledge.CommentOn, "")
	case "RenameModel":
		e.renameModel()
	case "DeleteModel":
		e.deleteModel()
	}
}

// noteField keeps which migration added a field.
func (l *loader) noteField(x *Migration, o *Operation, table string) {
	key := table + "." + o.Name
	o.FieldMade = l.m.fieldMade[key]
	switch now, _ := o.Arg("new_name").AsStr(); o.Kind {
	case "AddField":
		l.m.fieldMade[key] = x.Key
	case "RemoveField":
		delete(l.m.fieldMade, key)
	case "RenameField":
		delete(l.m.fieldMade, key)
		if o.FieldMade != (Key{}) {
			l.m.fieldMade[table+"."+now] = o.FieldMade
		} else {
			delete(l.m.fieldMade, table+"."+now)
		}
	}
}

// negated is the opposite of a truth value that was given; invalid for one that was not.
func negated(v eval.Value) eval.Value {
	if !v.IsValid() || v.IsUnknown() {
		return eval.Value{}
	}
	return eval.MakeBool(v.Truth() == eval.No)
}

func pick(condition bool, yes, no knowledge.TableChange) knowledge.TableChange {
	if condition {
		return yes
	}
	return no
}

// effectsOfCreation are those on the tables that a new one points to.
func (l *loader) effectsOfCreation(x *Migration, o *Operation) {
	name, _ := o.Arg("name").AsStr()
	key := x.App + "." + strings.ToLower(name)
	o.Table, o.Created = key, x.Key
	l.m.created[key] = x.Key
	shell := &orm.ModelState{App: x.App, Name: name}
	options := o.Arg("options")
	if v, ok := options.Lookup("managed"); ok && v.Truth() == eval.No {
		return
	}
	if v, ok := options.Lookup("proxy"); ok && v.Truth() == eval.Yes {
		return
	}
	seen := map[string]bool{key: true}
	for _, pair := range o.Arg("fields").Elems() {
		parts := pair.Elems()
		if len(parts) != 2 {
			continue
		}
		field, _ := parts[0].AsStr()
		delete(l.m.fieldMade, key+"."+field) // of an earlier model of that name
		f := l.ORM.NormalizeField(l.Session, field, parts[1])
		if to := targetKey(shell, &f); to != "" && f.Relation && !seen[to] && (isConstrained(&f) || isManyToMany(&f) && !f.Arg("through").IsValid()) {
			seen[to] = true
			o.Effects = append(o.Effects, Effect{Change: knowledge.ReferToTable, Model: to, Name: field})
		}
	}
}

// effectsOf collects the effects of one operation on one model.
type effectsOf struct {
	l     *loader
	o     *Operation
	model *orm.ModelState
}

func (e *effectsOf) add(change knowledge.TableChange, name string) {
	e.o.Effects = append(e.o.Effects, Effect{Change: change, Model: e.model.Key(), Name: name})
}

func (e *effectsOf) linked(change knowledge.TableChange, name, other string) {
	e.o.Effects = append(e.o.Effects, Effect{Change: change, Model: e.model.Key(), Name: name, Other: other})
}

func (e *effectsOf) unsure(format string, args ...any) {
	if e.o.Uncertain == "" {
		e.o.Uncertain = fmt.Sprintf(format, args...)
	}
}
