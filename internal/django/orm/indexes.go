package orm

import (
	"crypto/md5"
	"encoding/hex"
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// index deconstructs an index; c is its model, nil in a migration.
// Source: django/db/models/indexes.py, django/contrib/postgres/indexes.py.
func (r *registry) index(v eval.Value, c *modelClass) Index {
	d := r.recorded(v, corePath+"Index")
	name, _ := d.Arg("name").AsStr()
	if d.Unknown != "" {
		return Index{Name: name, Deconstructed: d}
	}
	d.dropFalsy("opclasses", "condition", "include", "columns")
	d.dropNone("db_tablespace", "length", "autosummarize", "pages_per_range", "fillfactor", "deduplicate_items", "fastupdate",
		"gin_pending_list_limit", "buffering")
	d.makeTuple("include")
	if f := d.Arg("fields"); f.Kind() == eval.Tuple {
		d.set("fields", eval.MakeList(f.Elems()...).WithOrigin(f.Origin()))
	}
	d.dropFalsy("fields")
	d.Args = r.namedExpressions(d.Args)
	if c != nil {
		name = r.indexName(&d, c, name)
	}
	d.sort()
	return Index{Name: name, Deconstructed: d}
}

// indexName fills a name in, or makes one as Index.set_name_with_model does.
func (r *registry) indexName(d *Deconstructed, c *modelClass, name string) string {
	given := d.Arg("name")
	if given.IsUnknown() {
		return ""
	}
	if name != "" {
		name = c.interpolate(name)
		d.set("name", eval.MakeStr(name).WithOrigin(given.Origin()))
		return name
	}
	name, ok := c.madeIndexName(d)
	if !ok {
		d.set("name", eval.MakeUnknown("the name of an index that Django makes from columns that are not known"))
		return ""
	}
	d.set("name", eval.MakeStr(name))
	return name
}

// interpolate fills the names of the model into that of an index or constraint.
func (c *modelClass) interpolate(name string) string {
	return strings.NewReplacer("%(app_label)s", strings.ToLower(c.label), "%(class)s", strings.ToLower(c.name), "%%", "%").Replace(name)
}

// madeIndexName is Index.set_name_with_model.
func (c *modelClass) madeIndexName(d *Deconstructed) (name string, ok bool) {
	table := c.table()
	if i := strings.LastIndex(table, `"."`); i >= 0 {
		table = table[i+3:]
	}
	table = strings.Trim(table, `"`)
	suffix, known := indexSuffix(d.Class)
	if table == "" || !known {
		return "", false
	}
	hashed := table
	first := ""
	for _, f := range d.Arg("fields").Elems() {
		text, ok := f.AsStr()
		if !ok {
			return "", false
		}
		field, descending := strings.CutPrefix(text, "-")
		column, ok := c.column(field)
		if !ok {
			return "", false
		}
		if first == "" {
			first = column
		}
		if descending {
			hashed += "-"
		}
		hashed += column
	}
	if first == "" {
		return "", false
	}
	sum := md5.Sum([]byte(hashed + suffix))
	name = cutRunes(table, 11) + "_" + cutRunes(first, 7) + "_" + hex.EncodeToString(sum[:])[:6] + "_" + suffix
	if name[0] == '_' || name[0] >= '0' && name[0] <= '9' {
		name = "D" + name[1:]
	}
	return name, true
}

func cutRunes(s string, n int) string {
	runes := []rune(s)
	return string(runes[:min(n, len(runes))])
}

func indexSuffix(class string) (suffix string, ok bool) {
	suffix, ok = map[string]string{corePath + "Index": "idx", "django.contrib.postgres.indexes.GinIndex": "gin",
		"django.contrib.postgres.indexes.GistIndex": "gist", "django.contrib.postgres.indexes.BrinIndex": "brin",
		"django.contrib.postgres.indexes.BTreeIndex": "btree", "django.contrib.postgres.indexes.HashIndex": "hash",
		"django.contrib.postgres.indexes.SpGistIndex": "spgist", "django.contrib.postgres.indexes.BloomIndex": "bloom"}[class]
	return suffix, ok
}

// column is the column of a field of the model or of what it inherits from; ok is false when it is not known.
func (c *modelClass) column(field string) (column string, ok bool) {
	for _, b := range c.local {
		attname := b.name
		if b.state != nil && b.state.class.isA(corePath+"ForeignKey") || !b.value.IsValid() && b.name != "id" {
			attname += "_id"
		}
		if b.name != field && attname != field {
			continue
		}
		if b.value.IsValid() && b.state == nil {
			return "", false
		}
		if b.state != nil {
			v := ownAttr(b.value, "db_column")
			if !v.IsValid() {
				v = b.state.arg("db_column")
			}
			if v.IsValid() && v.Kind() != eval.None {
				text, ok := v.AsStr()
				return text, ok
			}
			if b.value.ClassOf().Attr("get_attname").IsPython() || b.value.ClassOf().Attr("get_attname_column").IsPython() {
				return "", false
			}
		}
		return attname, true
	}
	for _, l := range c.links {
		if column, ok := l.to.column(field); ok {
			return column, true
		}
	}
	if c.proxy && c.concrete != c {
		return c.concrete.column(field)
	}
	return "", false
}

// constraint deconstructs a constraint; c is its model, nil in a migration.
// Source: django/db/models/constraints.py, django/contrib/postgres/constraints.py.
func (r *registry) constraint(v eval.Value, c *modelClass) Constraint {
	d := r.recorded(v, corePath+"CheckConstraint", corePath+"UniqueConstraint", "django.contrib.postgres.constraints.ExclusionConstraint")
	name, known := d.Arg("name").AsStr()
	if d.Unknown != "" {
		return Constraint{Name: name, Deconstructed: d}
	}
	if known && c != nil {
		name = c.interpolate(name)
		d.set("name", eval.MakeStr(name).WithOrigin(d.Arg("name").Origin()))
	}
	d.dropNone("violation_error_message", "violation_error_code", "nulls_distinct", "check")
	if text, ok := d.Arg("violation_error_message").AsStr(); ok && text == "Constraint “%(name)s” is violated." {
		d.remove("violation_error_message")
	}
	d.renameCondition(r.since(5, 1))
	d.makeTuple("include")
	if lastName(d.Class) == "ExclusionConstraint" {
		d.dropNone("condition")
		if text, ok := d.Arg("index_type").AsStr(); ok && (text == "" || strings.EqualFold(text, "gist")) {
			d.remove("index_type")
		}
		d.dropNone("index_type")
	} else if lastName(d.Class) != "CheckConstraint" {
		d.dropFalsy("condition")
		d.makeTuple("fields")
		d.dropFalsy("fields")
		d.Args = r.namedExpressions(d.Args)
	}
	d.dropFalsy("deferrable", "include", "opclasses")
	d.sort()
	return Constraint{Name: name, Deconstructed: d}
}

// renameCondition gives the condition of a CheckConstraint the name that the version writes.
func (d *Deconstructed) renameCondition(later bool) {
	from, to := "check", "condition"
	if !later {
		from, to = to, from
	}
	if lastName(d.Class) != "CheckConstraint" {
		return
	}
	if v := d.Arg(from); v.IsValid() {
		d.remove(from)
		d.set(to, v)
	}
}

// recorded is an object with the arguments that it was made with; classes other than those given are unknown, as is a subclass that has a
// constructor of its own.
func (r *registry) recorded(v eval.Value, classes ...string) Deconstructed {
	d := Deconstructed{Class: v.Class(), At: v.At()}
	if v.Kind() != eval.Object {
		d.Unknown = "not known"
		if v.IsUnknown() {
			d.Class, d.Unknown = v.Path(), v.Reason()
		}
		return d
	}
	d.Args, d.Kwargs = v.Args()
	d.Kwargs = slices.Clone(d.Kwargs)
	known := false
	for _, name := range classes {
		known = known || v.ClassOf().IsSubclass(name)
	}
	switch class := v.ClassOf(); {
	case !known:
		d.Unknown = "of a class that is not modelled: " + d.Class
	case class.Attr("__init__").IsPython() || class.Attr("deconstruct").IsPython() || class.Attr("__new__").IsPython():
		d.Unknown = "of a class with a constructor of its own: " + d.Class
	}
	for _, a := range d.Args {
		if a.IsSpread() {
			d.Unknown = a.Reason()
		}
	}
	if hasOpenKwargs(d.Kwargs) {
		d.Unknown = "some arguments are not known"
	}
	return d
}

// namedExpressions makes F of names, as expressions of an index are.
func (r *registry) namedExpressions(list []eval.Value) []eval.Value {
	out := make([]eval.Value, len(list))
	for i, v := range list {
		out[i] = v
		if text, ok := v.AsStr(); ok && v.Kind() == eval.Str {
			out[i] = eval.NewRecorded(r.classNames[corePath+"F"], []eval.Value{eval.MakeStr(text)}, nil).WithOrigin(v.Origin())
		}
	}
	return out
}

func (d *Deconstructed) dropFalsy(names ...string) {
	for _, name := range names {
		if v := d.Arg(name); v.IsValid() && v.Truth() == eval.No {
			d.remove(name)
		}
	}
}

func (d *Deconstructed) dropNone(names ...string) {
	for _, name := range names {
		if d.Arg(name).Kind() == eval.None {
			d.remove(name)
		}
	}
}

func (d *Deconstructed) makeTuple(name string) {
	if v := d.Arg(name); v.Kind() == eval.List {
		d.set(name, eval.MakeTuple(v.Elems()...).WithOrigin(v.Origin()))
	}
}

func (d *Deconstructed) sort() {
	slices.SortFunc(d.Kwargs, func(a, b eval.Kwarg) int { return strings.Compare(a.Name, b.Name) })
}
