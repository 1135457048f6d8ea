package migrate

import (
	"fmt"
	"slices"
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
}

// effects notes what an operation changes in the database, before the state takes it over.
func (l *loader) effects(x *Migration, o *Operation) {
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

// field is about one field.
func (e *effectsOf) field() {
	o := e.o
	before := e.model.Field(o.Name)
	if before != nil {
		kept := *before
		o.Before = &kept
	}
	switch {
	case o.Kind == "AddField":
		after := e.l.ORM.NormalizeField(e.l.Session, o.Name, o.Arg("field"))
		o.After = &after
		e.addField(&after)
	case before == nil:
		e.unsure("the field %s of %s is not known before it", o.Name, e.model.Key())
	case o.Kind == "RemoveField":
		e.removeField(before)
	case o.Kind == "RenameField":
		if text, ok := before.Arg("db_column").AsStr(); ok && text != "" || isManyToMany(before) || before.Column == eval.No {
			return
		}
		e.add(knowledge.RenameColumn, columnName(before))
	default:
		after := e.l.ORM.NormalizeField(e.l.Session, o.Name, o.Arg("field"))
		o.After = &after
		e.alterField(before, &after)
	}
}

// addField is BaseDatabaseSchemaEditor.add_field.
func (e *effectsOf) addField(f *orm.Field) {
	to := targetKey(e.model, f)
	switch {
	case f.Unknown != "":
		e.unsure("the field %s is not known: %s", f.Name, f.Unknown)
		return
	case isManyToMany(f):
		if v := f.Arg("through"); !v.IsValid() || v.Kind() == eval.None {
			e.add(knowledge.ReferToTable, f.Name)
			if to != "" && to != e.model.Key() {
				e.o.Effects = append(e.o.Effects, Effect{Change: knowledge.ReferToTable, Model: to, Name: f.Name})
			}
		}
		return
	case f.Column == eval.No:
		return
	case f.Column == eval.Maybe:
		e.unsure("whether the field %s has a column is not known", f.Name)
		return
	}
	change, known := addedColumn(f)
	if !known {
		e.unsure("how the default of %s is computed is not known", f.Name)
		change = knowledge.AddColumnVolatile
	}
	column := columnName(f)
	e.add(change, column)
	c := e.l.columnOf(e.model, f, 0)
	if c.check && !f.Relation {
		e.add(knowledge.AddColumnCheck, column)
	}
	if isConstrained(f) {
		e.linked(pick(change == knowledge.AddColumnNull, knowledge.AddColumnForeignKey, knowledge.AddForeignKey), column, to)
	}
	switch {
	case isPrimary(f) || isUnique(f):
		e.add(knowledge.AddColumnUnique, column)
	case isIndexed(f) || strings.HasPrefix(f.Kind, "django.contrib.gis.db.models.fields.") && !isFalse(f.Arg("spatial_index")):
		e.add(knowledge.CreateIndex, column)
	}
}

func isFalse(v eval.Value) bool { return v.IsValid() && v.Truth() == eval.No }

// addedColumn is how a column is added; known is false when it is not known what fills it.
func addedColumn(f *orm.Field) (change knowledge.TableChange, known bool) {
	c := families()[strings.TrimPrefix(f.Kind, "django.db.models.")]
	switch v := f.Arg("db_default"); {
	case strings.HasSuffix(f.Kind, ".GeneratedField"):
		return pick(isFalse(f.Arg("db_persist")), knowledge.AddColumnNull, knowledge.AddColumnGenerated), true
	case c.counted:
		return knowledge.AddColumnIdentity, true
	case v.IsValid():
		switch volatile(v) {
		case eval.Yes:
			return knowledge.AddColumnVolatile, true
		case eval.No:
			return knowledge.AddColumnDefault, true
		}
		return 0, false
	}
	if HasDefault(f) {
		return knowledge.AddColumnDefault, true
	}
	return knowledge.AddColumnNull, true
}

// HasDefault reports whether Django gives rows that are there a value of its own when the column is added: a default, the empty text of a
// field that may be blank, or the time of now.
// Source: BaseDatabaseSchemaEditor._effective_default.
func HasDefault(f *orm.Field) bool {
	if v := f.Arg("default"); v.IsValid() {
		return v.Kind() != eval.None
	}
	if isTrue(f.Arg("null")) {
		return false
	}
	return isTrue(f.Arg("blank")) && (columnText(f)) || isTrue(f.Arg("auto_now")) || isTrue(f.Arg("auto_now_add"))
}

// columnText reports whether an empty text is a value of the field.
func columnText(f *orm.Field) bool {
	name := strings.TrimPrefix(f.Kind, "django.db.models.")
	_, text := textLengths()[name]
	return text || name == "TextField" || name == "BinaryField"
}

// volatile reports whether a default is computed anew for each row.
// Source: the volatility of PostgreSQL's functions (pg_proc.provolatile).
func volatile(v eval.Value) eval.Tri {
	switch v.Kind() {
	case eval.Bool, eval.Int, eval.Float, eval.Str, eval.List, eval.Dict, eval.Tuple, eval.Bytes, eval.None:
		return eval.No
	}
	path := v.Class()
	if path == "" {
		path = v.Path()
	}
	if s, ok := v.Symbol(); ok && s.Func.IsValid() {
		path = s.Func.Path()
	}
	switch path[strings.LastIndexByte(path, '.')+1:] {
	case "Now", "TransactionNow", "Value", "Pi", "Decimal", "UUID", "date", "datetime", "timedelta", "Lower", "Upper", "Trunc", "TruncDate":
		return eval.No
	case "RandomUUID", "Random", "UUID4", "UUID7", "NextVal":
		return eval.Yes
	}
	return eval.Maybe
}

func (e *effectsOf) removeField(f *orm.Field) {
	to := targetKey(e.model, f)
	switch {
	case isManyToMany(f):
		if v := f.Arg("through"); !v.IsValid() || v.Kind() == eval.None {
			e.table(knowledge.DropTable, linkTable(e.model, f), e.model.Key())
			e.table(knowledge.DropTable, linkTable(e.model, f), to)
		}
	case f.Column == eval.No:
	case isConstrained(f):
		e.linked(knowledge.DropForeignKey, columnName(f), to)
		e.add(knowledge.DropColumn, columnName(f))
	default:
		e.add(knowledge.DropColumn, columnName(f))
	}
}

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
	for i := range model.Fields {
		if f := &model.Fields[i]; isManyToMany(f) {
			if table := linkTable(model, f); l.m.linkTables[table] == (Key{}) {
				l.m.linkTables[table] = x.Key
			}
		}
	}
}
