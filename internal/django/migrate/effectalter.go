package migrate

import (
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

// alterField is BaseDatabaseSchemaEditor._alter_field, in its order.
func (e *effectsOf) alterField(old, now *orm.Field) {
	switch {
	case old.Unknown != "" || now.Unknown != "":
		e.unsure("the field %s is not known: %s%s", now.Name, old.Unknown, now.Unknown)
		return
	case isManyToMany(old) && isManyToMany(now), old.Column == eval.No && now.Column == eval.No:
		return
	case old.Column != eval.Yes || now.Column != eval.Yes:
		e.unsure("whether the field %s has a column is not known", now.Name)
		return
	case !altersColumn(old, now):
		return
	}
	before, after := e.l.columnOf(e.model, old, 0), e.l.columnOf(e.model, now, 0)
	e.o.TypeBefore, e.o.TypeAfter = before.family, after.family
	name := columnName(old)
	to := targetKey(e.model, old)
	if isConstrained(old) {
		e.linked(knowledge.DropForeignKey, name, to)
	}
	if isUnique(old) && !isPrimary(old) && (!isUnique(now) || isPrimary(now)) {
		e.add(knowledge.DropConstraint, name)
	}
	if isIndexed(old) && !isUnique(old) && (!isIndexed(now) || isUnique(now)) {
		e.add(knowledge.DropIndex, name)
	}
	if before.check && !after.check {
		e.add(knowledge.DropConstraint, name)
	}
	if columnName(now) != name {
		e.add(knowledge.RenameColumn, name)
		name = columnName(now)
	}
	e.typeChange(old, now, before, after, name)
	e.nullChange(old, now, name)
	if isUnique(now) && !isPrimary(now) && (!isUnique(old) || isPrimary(old)) {
		e.add(knowledge.AddUnique, name)
	}
	if (!isIndexed(old) || isUnique(old)) && isIndexed(now) && !isUnique(now) {
		e.add(knowledge.CreateIndex, name)
	}
	if isConstrained(now) {
		e.linked(knowledge.AddForeignKey, name, targetKey(e.model, now))
	}
	if after.check && !before.check {
		e.add(knowledge.AddCheck, name)
	}
}

// altersColumn is _field_should_be_altered.
func altersColumn(old, now *orm.Field) bool {
	a, b := old.Deconstructed, now.Deconstructed
	keep := func(list []eval.Kwarg) (out []eval.Kwarg) {
		for _, k := range list {
			switch k.Name {
			case "blank", "choices", "db_column", "editable", "error_messages", "help_text", "limit_choices_to", "on_delete", "related_name",
				"related_query_name", "validators", "verbose_name":
			default:
				out = append(out, k)
			}
		}
		return out
	}
	a.Kwargs, b.Kwargs = keep(a.Kwargs), keep(b.Kwargs)
	return columnName(old) != columnName(now) || orm.SameDeconstructed(&a, &b) != eval.Yes
}

// typeChange is ALTER COLUMN TYPE, here and where other tables point to the column.
func (e *effectsOf) typeChange(old, now *orm.Field, before, after columnType, name string) {
	if before.family == "" || after.family == "" {
		if !sameType(old, now) {
			e.unsure("whether the type of the column %s changes is not known", name)
		}
		return
	}
	before.check, after.check = false, false
	if before == after {
		if !isTrue(sameArg(old, now, "db_collation")) {
			e.collation(now.Name, name)
		}
		return
	}
	if before.counted != after.counted && before.family == after.family {
		e.add(knowledge.SetDefault, name)
		return
	}
	change := widened(before, after)
	effect := Effect{Change: change, Model: e.model.Key(), Name: name}
	if change == knowledge.WidenText {
		effect.ToText = after.family == "text"
		effect.Crosses255 = before.length >= 0 && before.length*4 <= 255 && (after.length < 0 || after.length*4 > 255)
	}
	e.o.Effects = append(e.o.Effects, effect)
	if change != knowledge.ChangeType {
		e.dependents(now.Name)
	}
	if isIndexed(now) && !isUnique(now) && isIndexed(old) && (before.family == "varchar" || before.family == "text") != (after.family == "varchar" || after.family == "text") {
		e.add(knowledge.CreateIndex, name) // the index with varchar_pattern_ops
	}
	if !isPrimary(old) || !isPrimary(now) {
		return
	}
	e.l.eachRelation(e.model.Key(), func(s *orm.ModelState, f *orm.Field) {
		other := Effect{Change: change, Model: s.Key(), Name: columnName(f)}
		if isManyToMany(f) {
			if v := f.Arg("through"); v.IsValid() && v.Kind() != eval.None {
				return
			}
			other.Model, other.Table = "", linkTable(s, f)
		}
		foreign := other
		foreign.Change, foreign.Other = knowledge.AddForeignKey, e.model.Key()
		dropped := foreign
		dropped.Change = knowledge.DropForeignKey
		e.o.Effects = append(e.o.Effects, dropped, other, foreign)
	})
}

// collation is another collation of a column: its values stay, its indexes are made anew.
func (e *effectsOf) collation(field, name string) {
	e.add(knowledge.AlterOther, name)
	f := e.model.Field(field)
	if isIndexed(f) || isUnique(f) || isPrimary(f) {
		e.add(knowledge.AddUnique, name)
	}
	e.eachIndex(field, func(d *orm.Deconstructed, indexName string, _ bool) {
		e.add(knowledge.AddUnique, indexName)
	})
}

// dependents are made anew with any change of a column's type: indexes with a condition or an expression, and checks.
// Source: ATPostAlterTypeCleanup and CheckIndexCompatible of PostgreSQL.
func (e *effectsOf) dependents(field string) {
	e.eachIndex(field, func(d *orm.Deconstructed, name string, special bool) {
		switch {
		case strings.HasSuffix(d.Class, ".CheckConstraint"):
			e.add(knowledge.AddCheck, name)
		case special:
			e.add(knowledge.CreateIndex, name)
		}
	})
}

// eachIndex calls do for the indexes and constraints that are about a field; special says that they have a condition or an expression.
func (e *effectsOf) eachIndex(field string, do func(d *orm.Deconstructed, name string, special bool)) {
	about := func(d *orm.Deconstructed) (fields, special bool) {
		for _, k := range d.Kwargs {
			if k.Name == "fields" {
				fields = orm.Mentions(k.Value, field)
				continue
			}
			special = special || k.Name != "name" && orm.Mentions(k.Value, field)
		}
		for _, v := range d.Args {
			special = special || orm.Mentions(v, field)
		}
		return fields || special, special || d.Arg("condition").IsValid()
	}
	for i := range e.model.Indexes {
		x := &e.model.Indexes[i]
		if mentioned, special := about(&x.Deconstructed); mentioned {
			do(&x.Deconstructed, x.Name, special)
		}
	}
	for i := range e.model.Checks {
		c := &e.model.Checks[i]
		if mentioned, special := about(&c.Deconstructed); mentioned {
			do(&c.Deconstructed, c.Name, special)
		}
	}
}

// widened is how a type becomes another.
// Source: https://www.postgresql.org/docs/current/sql-altertable.html, and the release notes of PostgreSQL 9.2.
func widened(before, after columnType) knowledge.TableChange {
	switch {
	case before.family == "varchar" && after.family == "text",
		before.family == "varchar" && after.family == "varchar" && before.length >= 0 && (after.length < 0 || after.length > before.length),
		before.family == "text" && after.family == "varchar" && after.length < 0:
		return knowledge.WidenText
	case before.family == "decimal" && after.family == "decimal" && before.places == after.places && after.length > before.length:
		return knowledge.WidenDecimal
	}
	return knowledge.ChangeType
}

// sameType reports whether two fields of types that are not known have equal columns for certain.
func sameType(old, now *orm.Field) bool {
	a, b := old.Deconstructed, now.Deconstructed
	keep := func(list []eval.Kwarg) (out []eval.Kwarg) {
		for _, k := range list {
			switch k.Name {
			case "blank", "choices", "db_column", "editable", "error_messages", "help_text", "limit_choices_to", "on_delete", "related_name",
				"related_query_name", "validators", "verbose_name", "null", "unique", "db_index", "default", "db_default", "db_constraint", "auto_now",
				"auto_now_add", "upload_to", "storage":
			default:
				out = append(out, k)
			}
		}
		return out
	}
	a.Kwargs, b.Kwargs = keep(a.Kwargs), keep(b.Kwargs)
	return orm.SameDeconstructed(&a, &b) == eval.Yes
}

// sameArg is True when two fields give an argument alike.
func sameArg(a, b *orm.Field, name string) eval.Value {
	v, w := a.Arg(name), b.Arg(name)
	if v.IsValid() != w.IsValid() {
		return eval.MakeBool(false)
	}
	return eval.MakeBool(!v.IsValid() || orm.SameValue(v, w) == eval.Yes)
}

// nullChange is SET NOT NULL with what stands around it.
func (e *effectsOf) nullChange(old, now *orm.Field, name string) {
	was, is := isTrue(old.Arg("null")), isTrue(now.Arg("null"))
	if !isTrue(sameArg(old, now, "db_default")) {
		e.add(knowledge.SetDefault, name)
	}
	switch {
	case isPrimary(now):
	case !was && is:
		e.add(knowledge.DropNotNull, name)
	case was && !is:
		if HasDefault(now) || now.Arg("db_default").IsValid() {
			e.add(knowledge.SetDefault, name)
			e.add(knowledge.FillRows, name)
		}
		e.add(pick(e.provesNotNull(now.Name), knowledge.SetNotNullChecked, knowledge.SetNotNull), name)
	}
}

// provesNotNull reports whether the model has a check that a column is not null, and nothing else.
func (e *effectsOf) provesNotNull(field string) bool {
	for i := range e.model.Checks {
		c := &e.model.Checks[i]
		condition := c.Arg("condition")
		if !condition.IsValid() {
			condition = c.Arg("check")
		}
		if strings.HasSuffix(c.Class, ".CheckConstraint") && orm.IsNotNull(condition, field) && !e.l.unchecked[e.model.Key()+"/"+c.Name] {
			return true
		}
	}
	return false
}
