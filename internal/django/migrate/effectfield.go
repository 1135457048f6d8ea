package migrate

import (
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
)

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
	c, _ := plainColumn(strings.TrimPrefix(f.Kind, "django.db.models."))
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
	_, text := textLength(name)
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
