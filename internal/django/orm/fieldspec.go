package orm

import "gonogo/internal/python/eval"

// fieldSpec is how a field class of Django takes its arguments and deconstructs itself.
// Source: __init__ and deconstruct of django/db/models/fields/, django/contrib/postgres/fields/ and django/contrib/gis/db/models/fields.py,
// 4.2 to 6.1.
type fieldSpec struct {
	name   string   // the path that deconstruct gives
	base   string   // the class that it inherits from, "" for Field
	module string   // where it is defined, when that is not what name says
	params []string // positional parameters in order, nil as its base has them
	rest   bool     // positional arguments beyond params are those of Field after verbose_name and name
	own    []option // arguments beside those of Field and of base
	preset []preset
	// elide are arguments that deconstruct leaves out at this value.
	elide []option
	// drop are arguments that deconstruct leaves out when dropWhen holds.
	drop     []string
	dropWhen func(given func(string) eval.Value) bool
	relation bool
	column   eval.Tri // 0 is Yes
	private  bool     // no field of a migration: GenericForeignKey, GenericRelation
}

// option is an argument with its default, at which it is left out unless it is always written.
type option struct {
	name   string
	def    eval.Value
	always bool
}

// some is an argument that is left out at its default, always one that never is.
func some(name string, def eval.Value) option { return option{name: name, def: def} }
func always(name string, def eval.Value) option {
	return option{name: name, def: def, always: true}
}

// preset is an argument that the class gives itself.
type preset struct {
	name   string
	value  eval.Value
	always bool // whatever was given
	when   func(given func(string) eval.Value) bool
}

// fieldParams are the parameters of Field.__init__ in order.
func fieldParams() []string {
	return []string{"verbose_name", "name", "primary_key", "max_length", "unique", "blank", "null", "db_index", "rel", "default", "editable",
		"serialize", "unique_for_date", "unique_for_month", "unique_for_year", "choices", "help_text", "db_column", "db_tablespace",
		"auto_created", "validators", "error_messages", "db_comment", "db_default"}
}

// fieldOptions are what Field.deconstruct writes where it is not at its default, in order.
func fieldOptions() []option {
	no, none := eval.MakeBool(false), eval.MakeNone()
	yes := eval.MakeBool(true)
	return []option{some("verbose_name", none), some("primary_key", no), some("max_length", none), some("unique", no), some("blank", no), some("null", no),
		some("db_index", no), some("default", notProvided()), some("db_default", notProvided()), some("editable", yes), some("serialize", yes),
		some("unique_for_date", none), some("unique_for_month", none), some("unique_for_year", none), some("choices", none), some("help_text", eval.MakeStr("")),
		some("db_column", none), some("db_comment", none), some("db_tablespace", none), some("auto_created", no), some("validators", eval.MakeList()),
		some("error_messages", none)}
}

// notProvided stands for django.db.models.NOT_PROVIDED.
func notProvided() eval.Value { return eval.Value{} }

const (
	corePath     = "django.db.models."
	postgresPath = "django.contrib.postgres.fields."
	gisPath      = "django.contrib.gis.db.models.fields."
)

// fieldSpecs are the classes, each after the one that it inherits from.
func fieldSpecs() []fieldSpec {
	var all []fieldSpec
	for _, part := range [][]fieldSpec{textFields(), plainFields(), fileFields(), relationFields(), postgresFields(), gisFields(), taggitFields()} {
		all = append(all, part...)
	}
	return all
}

func textFields() []fieldSpec {
	collation := []option{some("db_collation", eval.MakeNone())}
	length := func(n int64) []preset { return []preset{{name: "max_length", value: eval.MakeInt(n)}} }
	elideLength := func(n int64) []option { return []option{some("max_length", eval.MakeInt(n))} }
	return []fieldSpec{
		{name: corePath + "Field"},
		{name: corePath + "CharField", own: collation},
		{name: corePath + "TextField", own: collation},
		{name: corePath + "CommaSeparatedIntegerField", base: corePath + "CharField"},
		{name: corePath + "EmailField", base: corePath + "CharField", preset: length(254)},
		{name: corePath + "SlugField", base: corePath + "CharField", params: []string{}, rest: true,
			preset: append(length(50), preset{name: "db_index", value: eval.MakeBool(true)}),
			own:    []option{some("allow_unicode", eval.MakeBool(false)), some("db_index", eval.MakeBool(true))},
			elide:  elideLength(50)},
		{name: corePath + "URLField", base: corePath + "CharField", params: []string{"verbose_name", "name"}, preset: length(200), elide: elideLength(200)},
	}
}

func plainFields() []fieldSpec {
	no, none := eval.MakeBool(false), eval.MakeNone()
	yes := eval.MakeBool(true)
	auto := func(given func(string) eval.Value) bool {
		return given("auto_now").Truth() == eval.Yes || given("auto_now_add").Truth() == eval.Yes
	}
	dates := fieldSpec{params: []string{"verbose_name", "name", "auto_now", "auto_now_add"}, own: []option{some("auto_now", no), some("auto_now_add", no)},
		preset: []preset{{name: "editable", value: no, always: true, when: auto}, {name: "blank", value: yes, always: true, when: auto}},
		drop:   []string{"editable", "blank"}, dropWhen: auto}
	date, datetime, clock := dates, dates, dates
	date.name, datetime.name, clock.name = corePath+"DateField", corePath+"DateTimeField", corePath+"TimeField"
	datetime.base = date.name
	length := func(n int64) []preset { return []preset{{name: "max_length", value: eval.MakeInt(n), always: true}} }
	noLength := func(n int64) []option { return []option{some("max_length", eval.MakeInt(n))} }
	autoField := fieldSpec{preset: []preset{{name: "blank", value: yes, always: true}}, elide: []option{some("blank", yes)},
		own: []option{always("primary_key", yes)}}
	small, plain, big := autoField, autoField, autoField
	small.name, plain.name, big.name = corePath+"SmallAutoField", corePath+"AutoField", corePath+"BigAutoField"
	plain.base, big.base, small.base = corePath+"IntegerField", corePath+"BigIntegerField", corePath+"SmallIntegerField"
	return []fieldSpec{
		{name: corePath + "BooleanField"},
		{name: corePath + "NullBooleanField", base: corePath + "BooleanField", preset: []preset{{name: "null", value: yes, always: true}, {name: "blank", value: yes, always: true}},
			elide: []option{some("null", yes), some("blank", yes)}},
		{name: corePath + "IntegerField"}, {name: corePath + "BigIntegerField", base: corePath + "IntegerField"},
		{name: corePath + "SmallIntegerField", base: corePath + "IntegerField"},
		{name: corePath + "PositiveIntegerField", base: corePath + "IntegerField"},
		{name: corePath + "PositiveBigIntegerField", base: corePath + "BigIntegerField"},
		{name: corePath + "PositiveSmallIntegerField", base: corePath + "SmallIntegerField"},
		{name: corePath + "OrderWrt", base: corePath + "IntegerField"},
		plain, big, small,
		{name: corePath + "FloatField"}, {name: corePath + "DurationField"},
		{name: corePath + "DecimalField", params: []string{"verbose_name", "name", "max_digits", "decimal_places"},
			own: []option{some("max_digits", none), some("decimal_places", none)}},
		date, datetime, clock,
		{name: corePath + "BinaryField", preset: []preset{{name: "editable", value: no}}, own: []option{some("editable", no)}},
		{name: corePath + "UUIDField", params: []string{"verbose_name"}, preset: length(32), elide: noLength(32)},
		{name: corePath + "IPAddressField", preset: length(15), elide: noLength(15)},
		{name: corePath + "GenericIPAddressField", params: []string{"verbose_name", "name", "protocol", "unpack_ipv4"}, rest: true,
			preset: length(39), elide: noLength(39), own: []option{some("unpack_ipv4", no), some("protocol", eval.MakeStr("both"))}},
		{name: corePath + "JSONField", params: []string{"verbose_name", "name", "encoder", "decoder"}, own: []option{some("encoder", none), some("decoder", none)}},
		{name: corePath + "GeneratedField", params: []string{}, preset: []preset{{name: "editable", value: no}, {name: "blank", value: yes}},
			elide: []option{some("editable", no), some("blank", yes)},
			own:   []option{always("db_persist", none), always("expression", eval.Value{}), always("output_field", eval.Value{})}},
		{name: corePath + "CompositePrimaryKey", params: []string{"*"}, column: eval.No,
			preset: []preset{{name: "editable", value: no}, {name: "primary_key", value: yes}, {name: "blank", value: yes}}},
	}
}

func fileFields() []fieldSpec {
	no, none := eval.MakeBool(false), eval.MakeNone()
	length := []preset{{name: "max_length", value: eval.MakeInt(100)}}
	elide := []option{some("max_length", eval.MakeInt(100))}
	return []fieldSpec{
		{name: corePath + "FileField", params: []string{"verbose_name", "name", "upload_to", "storage"}, preset: length, elide: elide,
			own: []option{always("upload_to", eval.MakeStr("")), some("storage", none)}},
		{name: corePath + "ImageField", base: corePath + "FileField", params: []string{"verbose_name", "name", "width_field", "height_field"},
			own: []option{some("width_field", none), some("height_field", none)}},
		{name: corePath + "FilePathField", params: []string{"verbose_name", "name", "path", "match", "recursive", "allow_files", "allow_folders"},
			preset: length, elide: elide, own: []option{some("path", eval.MakeStr("")), some("match", none), some("recursive", no),
				some("allow_files", eval.MakeBool(true)), some("allow_folders", no)}},
	}
}

func relationFields() []fieldSpec {
	yes, no, none := eval.MakeBool(true), eval.MakeBool(false), eval.MakeNone()
	related := []option{some("limit_choices_to", none), some("related_name", none), some("related_query_name", none)}
	return []fieldSpec{
		{name: corePath + "ForeignObject", relation: true, params: []string{"to", "on_delete", "from_fields", "to_fields", "rel", "related_name",
			"related_query_name", "limit_choices_to", "parent_link", "swappable"},
			own: append([]option{always("on_delete", eval.Value{}), always("from_fields", eval.Value{}), always("to_fields", eval.Value{}), some("parent_link", no),
				always("to", eval.Value{})}, related...), column: eval.No},
		{name: corePath + "ForeignKey", relation: true, params: []string{"to", "on_delete", "related_name", "related_query_name", "limit_choices_to",
			"parent_link", "to_field", "db_constraint"}, preset: []preset{{name: "db_index", value: yes}},
			own: append([]option{always("on_delete", eval.Value{}), some("parent_link", no), always("to", eval.Value{}), some("db_constraint", yes), some("to_field", none),
				some("db_index", yes)}, related...)},
		{name: corePath + "OneToOneField", base: corePath + "ForeignKey", relation: true, params: []string{"to", "on_delete", "to_field"},
			preset: []preset{{name: "unique", value: yes, always: true}}, elide: []option{some("unique", yes)}},
		{name: corePath + "ManyToManyField", relation: true, column: eval.No, params: []string{"to", "related_name", "related_query_name",
			"limit_choices_to", "symmetrical", "through", "through_fields", "db_constraint", "db_table", "swappable"},
			own: append([]option{some("db_table", none), some("db_constraint", yes), always("to", eval.Value{}), some("through", none), some("through_fields", none)}, related...)},
		{name: "django.contrib.contenttypes.fields.GenericForeignKey", private: true, params: []string{"ct_field", "fk_field", "for_concrete_model"}},
		{name: "django.contrib.contenttypes.fields.GenericRelation", private: true, params: []string{"to", "object_id_field", "content_type_field",
			"for_concrete_model", "related_query_name", "limit_choices_to"}},
	}
}

func postgresFields() []fieldSpec {
	none := eval.MakeNone()
	bounds := []option{some("default_bounds", eval.MakeStr("[)"))}
	ranges := postgresPath + "ranges."
	return []fieldSpec{
		{name: postgresPath + "ArrayField", module: postgresPath + "array", params: []string{"base_field", "size"},
			own: []option{always("base_field", eval.Value{}), always("size", none)}},
		{name: postgresPath + "hstore.HStoreField"},
		{name: postgresPath + "jsonb.JSONField", base: corePath + "JSONField"},
		{name: postgresPath + "citext.CICharField", base: corePath + "CharField"},
		{name: postgresPath + "citext.CIEmailField", base: corePath + "EmailField"},
		{name: postgresPath + "citext.CITextField", base: corePath + "TextField"},
		{name: ranges + "RangeField"},
		{name: ranges + "IntegerRangeField", base: ranges + "RangeField"},
		{name: ranges + "BigIntegerRangeField", base: ranges + "RangeField"},
		{name: ranges + "DecimalRangeField", base: ranges + "RangeField", own: bounds},
		{name: ranges + "DateTimeRangeField", base: ranges + "RangeField", own: bounds},
		{name: ranges + "DateRangeField", base: ranges + "RangeField"},
		{name: "django.contrib.postgres.search.SearchVectorField"},
		{name: "django.contrib.postgres.search.SearchQueryField"},
	}
}

func gisFields() []fieldSpec {
	geometry := fieldSpec{name: gisPath + "GeometryField", params: []string{"verbose_name", "dim", "geography"},
		own: []option{always("srid", eval.MakeInt(4326)), some("spatial_index", eval.MakeBool(true)), some("dim", eval.MakeInt(2)), some("geography", eval.MakeBool(false)),
			some("extent", eval.MakeTuple(eval.MakeFloat(-180), eval.MakeFloat(-90), eval.MakeFloat(180), eval.MakeFloat(90))),
			some("tolerance", eval.MakeFloat(0.05))}}
	all := []fieldSpec{geometry, {name: gisPath + "RasterField", params: []string{"verbose_name", "srid", "spatial_index"},
		own: []option{always("srid", eval.MakeInt(4326)), some("spatial_index", eval.MakeBool(true))}}}
	for _, name := range []string{"PointField", "LineStringField", "PolygonField", "MultiPointField", "MultiLineStringField", "MultiPolygonField",
		"GeometryCollectionField"} {
		all = append(all, fieldSpec{name: gisPath + name, base: geometry.name})
	}
	return all
}
