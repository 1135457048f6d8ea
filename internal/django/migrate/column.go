package migrate

import (
	"slices"
	"strings"

	"gonogo/internal/django/orm"
	"gonogo/internal/python/eval"
)

// columnType is the type of a field's column, as far as the cost of changing it goes. Two fields with equal types have equal columns.
// Source: data_types of django/db/backends/postgresql/base.py, and db_type of the fields.
type columnType struct {
	family  string // "varchar", "integer"; "" when it is not known
	length  int64  // of varchar, digits of a decimal; -1 when there is none
	places  int64  // of a decimal
	check   bool   // the field adds a check of its own (PositiveIntegerField)
	counted bool   // filled from a sequence
}

// plainColumn is the column of a field of Django's that takes no arguments, by the name of its class.
func plainColumn(class string) (c columnType, ok bool) {
	c.length = -1
	switch class {
	case "TextField":
		c.family = "text"
	case "IntegerField", "OrderWrt":
		c.family = "integer"
	case "BigIntegerField":
		c.family = "bigint"
	case "SmallIntegerField":
		c.family = "smallint"
	case "PositiveIntegerField":
		c.family, c.check = "integer", true
	case "PositiveBigIntegerField":
		c.family, c.check = "bigint", true
	case "PositiveSmallIntegerField":
		c.family, c.check = "smallint", true
	case "AutoField":
		c.family, c.counted = "integer", true
	case "BigAutoField":
		c.family, c.counted = "bigint", true
	case "SmallAutoField":
		c.family, c.counted = "smallint", true
	case "BooleanField", "NullBooleanField":
		c.family = "boolean"
	case "DateField":
		c.family = "date"
	case "DateTimeField":
		c.family = "timestamp"
	case "TimeField":
		c.family = "time"
	case "DurationField":
		c.family = "interval"
	case "FloatField":
		c.family = "double"
	case "UUIDField":
		c.family = "uuid"
	case "JSONField":
		c.family = "jsonb"
	case "BinaryField":
		c.family = "bytea"
	case "GenericIPAddressField", "IPAddressField":
		c.family = "inet"
	default:
		return columnType{}, false
	}
	return c, true
}

// textLength is the length that deconstruct leaves out of a class of varchar; 0 where it is always written.
func textLength(class string) (length int64, isText bool) {
	switch class {
	case "CharField", "CommaSeparatedIntegerField":
		return 0, true
	case "EmailField":
		return 254, true
	case "SlugField":
		return 50, true
	case "URLField":
		return 200, true
	case "FileField", "ImageField", "FilePathField":
		return 100, true
	}
	return 0, false
}

// columnOf is the type of a field's column; its family is "" when that is not known.
func (l *loader) columnOf(model *orm.ModelState, f *orm.Field, depth int) columnType {
	unknown := columnType{length: -1}
	name, django := strings.CutPrefix(f.Kind, "django.db.models.")
	if postgres, ok := strings.CutPrefix(f.Kind, "django.contrib.postgres.fields."); ok && f.Unknown == "" && depth <= 10 && !hasOwnColumn(f.Value) {
		return l.postgresColumn(model, f, postgres, depth)
	}
	if !django || f.Unknown != "" || depth > 10 || hasOwnColumn(f.Value) {
		return unknown
	}
	if f.Relation {
		to := l.target(model, f)
		if to == nil {
			return unknown
		}
		field := primaryKey(to)
		if text, ok := f.Arg("to_field").AsStr(); ok {
			field = to.Field(text)
		}
		if field == nil {
			return unknown
		}
		c := l.columnOf(to, field, depth+1)
		c.counted = false
		return c
	}
	if length, isText := textLength(name); isText {
		switch v := f.Arg("max_length"); {
		case v.Kind() == eval.None:
			length = -1
		case v.IsValid():
			n, ok := v.AsInt()
			if !ok {
				return unknown
			}
			length = n
		case length == 0:
			length = -1
		}
		return columnType{family: "varchar", length: length}
	}
	if name == "DecimalField" {
		digits, ok := f.Arg("max_digits").AsInt()
		places, ok2 := f.Arg("decimal_places").AsInt()
		if !ok || !ok2 {
			return unknown
		}
		return columnType{family: "decimal", length: digits, places: places}
	}
	if c, ok := plainColumn(name); ok {
		return c
	}
	return unknown
}

// postgresColumn is the column of a field of django.contrib.postgres. The size of an array is no part of its type for PostgreSQL.
func (l *loader) postgresColumn(model *orm.ModelState, f *orm.Field, name string, depth int) columnType {
	switch name {
	case "jsonb.JSONField":
		return columnType{family: "jsonb", length: -1}
	case "hstore.HStoreField":
		return columnType{family: "hstore", length: -1}
	case "citext.CICharField", "citext.CIEmailField", "citext.CITextField":
		return columnType{family: "citext", length: -1}
	case "ArrayField":
		base := l.ORM.NormalizeField(l.Session, f.Name, f.Arg("base_field"))
		c := l.columnOf(model, &base, depth+1)
		if c.family != "" {
			c.family = "array of " + c.family
		}
		c.check = false
		return c
	}
	return columnType{length: -1}
}

// hasOwnColumn reports whether a class of the project tells its column's type by itself.
func hasOwnColumn(v eval.Value) bool {
	if v.Kind() != eval.Object {
		return false
	}
	for _, k := range v.ClassOf().MRO() {
		if _, own := k.Definition(); !own {
			continue
		}
		for _, e := range k.Fields() {
			if name, _ := e.Key.AsStr(); slices.Contains([]string{"db_type", "db_parameters", "get_internal_type", "rel_db_type", "db_type_parameters"}, name) {
				return true
			}
		}
	}
	return false
}

// primaryKey is the field of a model's primary key; nil when it is not known.
func primaryKey(model *orm.ModelState) *orm.Field {
	for i := range model.Fields {
		f := &model.Fields[i]
		if isTrue(f.Arg("primary_key")) || strings.HasSuffix(f.Kind, "AutoField") {
			return f
		}
	}
	return nil
}

// target is the model that a relation points to, as the state is; nil when it is not known.
func (l *loader) target(model *orm.ModelState, f *orm.Field) *orm.ModelState {
	text, ok := f.Arg("to").AsStr()
	switch {
	case !ok:
		return nil
	case text == "self":
		return model
	case !strings.Contains(text, "."):
		return l.m.State.Models[model.App+"."+strings.ToLower(text)]
	}
	app, name, _ := strings.Cut(text, ".")
	return l.m.State.Models[app+"."+strings.ToLower(name)]
}

// targetKey is the key of the model that a relation points to, "" when it is not known. The model may be one whose migrations are not read.
func targetKey(model *orm.ModelState, f *orm.Field) string {
	text, ok := f.Arg("to").AsStr()
	switch {
	case !ok:
		return ""
	case text == "self":
		return model.Key()
	case !strings.Contains(text, "."):
		return model.App + "." + strings.ToLower(text)
	}
	app, name, _ := strings.Cut(text, ".")
	return app + "." + strings.ToLower(name)
}

// isUnique, isIndexed and isConstrained tell what the column of a field carries.
func isUnique(f *orm.Field) bool {
	return isTrue(f.Arg("unique")) || strings.HasSuffix(f.Kind, ".OneToOneField")
}

func isPrimary(f *orm.Field) bool {
	return isTrue(f.Arg("primary_key")) || strings.HasSuffix(f.Kind, "AutoField")
}

func isIndexed(f *orm.Field) bool {
	v := f.Arg("db_index")
	if !v.IsValid() {
		return f.Relation && !isManyToMany(f) || strings.HasSuffix(f.Kind, ".SlugField")
	}
	return v.Truth() == eval.Yes
}

func isConstrained(f *orm.Field) bool {
	v := f.Arg("db_constraint")
	return f.Relation && !isManyToMany(f) && (!v.IsValid() || v.Truth() == eval.Yes)
}

// columnName is the name of a field's column.
func columnName(f *orm.Field) string {
	if text, ok := f.Arg("db_column").AsStr(); ok && text != "" {
		return text
	}
	if f.Relation {
		return f.Name + "_id"
	}
	return f.Name
}

// linkTable is the table of a ManyToManyField.
func linkTable(model *orm.ModelState, f *orm.Field) string {
	if text, ok := f.Arg("db_table").AsStr(); ok && text != "" {
		return text
	}
	return tableOf(model) + "_" + f.Name
}

// tableOf is the table of a model.
func tableOf(model *orm.ModelState) string {
	if text, ok := model.Options["db_table"].AsStr(); ok && text != "" {
		return text
	}
	return model.App + "_" + strings.ToLower(model.Name)
}
