package references

import (
	"strings"

	"gonogo/internal/django/flow"
	"gonogo/internal/django/listing"
	"gonogo/internal/django/queries"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// kind is what a class that is bound to a model is.
type kind uint8

const (
	otherKind kind = iota
	modelForm
	serializer
	filterSet
	adminClass
	view
	restView
)

// kindOf tells it from the names of the ancestors.
func (f *finder) kindOf(dotted string) kind {
	ancestors, _ := f.Graph.Ancestors(dotted)
	for _, a := range ancestors {
		switch {
		case a == "django.forms.ModelForm" || a == "django.forms.models.ModelForm":
			return modelForm
		case strings.HasPrefix(a, "rest_framework.serializers.") && strings.HasSuffix(a, "ModelSerializer"):
			return serializer
		case strings.HasPrefix(a, "django_filters.") && strings.HasSuffix(a, "FilterSet"):
			return filterSet
		case a == "django.contrib.admin.ModelAdmin" || a == "django.contrib.admin.TabularInline" || a == "django.contrib.admin.StackedInline" ||
			strings.HasPrefix(a, "django.contrib.admin.options."):
			return adminClass
		case strings.HasPrefix(a, "rest_framework.generics.") || strings.HasPrefix(a, "rest_framework.viewsets."):
			return restView
		case strings.HasPrefix(a, "django.views.generic."):
			return view
		}
	}
	return otherKind
}

// ofClasses finds what the attributes of forms, serializers, admin classes and views name.
func (f *finder) ofClasses() {
	f.admins()
	for _, c := range f.Code.Classes {
		if c.Module.Dotted == "" || len(c.Bases) == 0 || !f.mentions(c.Module.Syntax.File) {
			continue
		}
		dotted := c.Module.Dotted + "." + c.Name
		k := f.kindOf(dotted)
		if k == otherKind {
			continue
		}
		class := f.Session.Import(c.Module.Dotted).Module.Attr(c.Name)
		if d, ok := class.Definition(); !ok || d.Class != c.ClassDef {
			continue
		}
		switch k {
		case modelForm, serializer, filterSet:
			f.ofMeta(k, class)
		case adminClass:
			if m := f.Schema.Model(class.Attr("model").Dotted()); m != nil {
				f.admin(class, m)
			}
		case view, restView:
			f.view(k, c, class)
		}
	}
}

// ofMeta reads Meta.fields. What is raised: fields_for_model of django/forms/models.py; build_field of rest_framework/serializers.py;
// FilterSet.get_filters of django_filters/filterset.py.
func (f *finder) ofMeta(k kind, class eval.Value) {
	meta := class.Attr("Meta")
	m := f.Schema.Model(meta.Attr("model").Dotted())
	if m == nil {
		return
	}
	list := meta.Attr("fields")
	names := list.Elems()
	if k == filterSet && list.Kind() == eval.Dict {
		names = nil
		for _, e := range list.Entries() {
			names = append(names, e.Key)
		}
	}
	who := lastName(class.Dotted())
	for _, e := range names {
		name, ok := e.AsStr()
		if !ok || class.Attr(name).IsValid() {
			continue // declared
		}
		r := Reference{Place: queries.View, At: place(e, list, class.At())}
		switch k {
		case modelForm:
			r.Lost, ok = f.lost(m, name)
			r.Does, r.Raises, r.When = "the form "+who+" has the field "+name, "FieldError", AtImport
		case serializer:
			r.Lost, ok = f.lostAttribute(m, name)
			r.Does, r.Raises, r.When = "the serializer "+who+" has the field "+name, "ImproperlyConfigured", OnUse
		case filterSet:
			name, _, _ = strings.Cut(name, "__")
			r.Lost, ok = f.lost(m, name)
			r.Does, r.Raises, r.When = "the filter set "+who+" filters by "+name, "TypeError", AtImport
		}
		if ok {
			f.add(r)
		}
	}
	switch k {
	case serializer:
		f.sources(class, m, who)
	case filterSet:
		f.declaredFilters(class, m, who)
	}
}

// declaredFilters reads field_name= of the filters that a filter set declares; a filter with a method of its own asks for no field.
func (f *finder) declaredFilters(class eval.Value, m *queries.Model, who string) {
	for _, e := range class.Fields() {
		at := e.Value.Arg(0, "field_name")
		path, known := at.AsStr()
		if !known || e.Value.Arg(-1, "method").IsValid() || !strings.HasSuffix(lastName(e.Value.Class()), "Filter") {
			continue
		}
		name, _, _ := strings.Cut(path, "__")
		if i, lost := f.lost(m, name); lost {
			f.add(Reference{Lost: i, Does: "the filter set " + who + " filters by " + name, Raises: "FieldError", When: OnUse, Place: queries.View,
				At: place(at, e.Value, class.At())})
		}
	}
}

// sources reads source= of the fields that a serializer declares.
func (f *finder) sources(class eval.Value, m *queries.Model, who string) {
	for _, e := range class.Fields() {
		source := e.Value.Arg(-1, "source")
		from, known := source.AsStr()
		if !known {
			continue
		}
		name, _, _ := strings.Cut(from, ".")
		if i, lost := f.lostAttribute(m, name); lost {
			f.add(Reference{Lost: i, Does: "the serializer " + who + " takes a field from " + name, Raises: "AttributeError", When: OnUse,
				Place: queries.View, At: place(source, e.Value, class.At())})
		}
	}
}

// option is an attribute of an admin class that names fields.
type option struct {
	name, raises string
	when         When
	attributes   bool // it takes methods and attributes too
}

// adminOptions are those of ModelAdmin. Source: django/contrib/admin/checks.py.
func adminOptions() []option {
	return []option{
		{"list_display", "admin.E108", AtCheck, true}, {"list_filter", "admin.E116", AtCheck, false}, {"readonly_fields", "admin.E035", AtCheck, true},
		{"ordering", "admin.E033", AtCheck, false}, {"raw_id_fields", "admin.E002", AtCheck, false}, {"autocomplete_fields", "admin.E037", AtCheck, false},
		{"filter_horizontal", "admin.E019", AtCheck, false}, {"filter_vertical", "admin.E019", AtCheck, false},
		{"list_editable", "admin.E121", AtCheck, false}, {"search_fields", "FieldError", OnUse, false},
		{"fields", "FieldError", OnUse, true}, {"list_select_related", "FieldError", OnUse, false},
	}
}

// admins reads the classes that are registered with the admin.
func (f *finder) admins() {
	for _, r := range listing.Registrations(f.Session, f.Lists.Admins) {
		if m := f.Schema.Model(r.Model.Dotted()); m != nil && r.Class.Kind() == eval.Class {
			f.admin(r.Class, m)
		}
	}
}

// admin reads one admin class for a model.
func (f *finder) admin(class eval.Value, m *queries.Model) {
	if d, own := class.Definition(); !own || !f.mentions(d.File) {
		return
	}
	for _, o := range adminOptions() {
		list := class.Attr(o.name)
		for _, e := range flat(list, 0) {
			f.adminName(class, m, o, e, list)
		}
	}
	for _, set := range class.Attr("fieldsets").Elems() {
		if pair := set.Elems(); len(pair) == 2 {
			list := pair[1].Get("fields")
			for _, e := range flat(list, 0) {
				f.adminName(class, m, option{"fieldsets", "FieldError", OnUse, true}, e, list)
			}
		}
	}
	for _, o := range []option{{"prepopulated_fields", "admin.E030", AtCheck, false}, {"radio_fields", "admin.E022", AtCheck, false}} {
		for _, e := range class.Attr(o.name).Entries() {
			if f.adminName(class, m, o, e.Key, e.Key); o.name == "prepopulated_fields" {
				for _, from := range e.Value.Elems() {
					f.adminName(class, m, o, from, e.Value)
				}
			}
		}
	}
	date := class.Attr("date_hierarchy")
	f.adminName(class, m, option{"date_hierarchy", "admin.E127", AtCheck, false}, date, date)
}

// adminName judges one name of an option. A method of the class, and a field that its form declares, are no reference.
func (f *finder) adminName(class eval.Value, m *queries.Model, o option, e, list eval.Value) {
	name, ok := e.AsStr()
	if !ok || class.Attr(name).IsValid() && o.attributes || class.Attr("form").Attr(name).IsValid() {
		return
	}
	name, _, path := strings.Cut(strings.TrimLeft(name, "-^=@"), "__")
	i, lost := f.lost(m, name)
	if o.attributes && !path {
		i, lost = f.lostAttribute(m, name)
	}
	if lost {
		f.add(Reference{Lost: i, Does: o.name + " of " + lastName(class.Dotted()) + " names " + name, Raises: o.raises, When: o.when, Place: queries.Admin,
			At: place(e, list, class.At())})
	}
}

// flat are the texts of a list, and of the tuples in it: fields that stand on one line.
func flat(v eval.Value, depth int) (list []eval.Value) {
	for _, e := range v.Elems() {
		if _, ok := e.AsStr(); ok || depth > 2 {
			list = append(list, e)
			continue
		}
		list = append(list, flat(e, depth+1)...)
	}
	return list
}

// view reads the fields, the ordering and the filters of a class of views.
func (f *finder) view(k kind, c *flow.Class, class eval.Value) {
	rows, ok := f.Rows[c.ClassDef]
	if !ok {
		return
	}
	names := []string{"fields", "ordering", "slug_field", "date_field"}
	if k == restView {
		names = []string{"ordering", "search_fields", "filterset_fields", "ordering_fields", "lookup_field"}
	}
	for _, name := range names {
		list := class.Attr(name)
		values := list.Elems()
		if _, single := list.AsStr(); single {
			values = []eval.Value{list}
		}
		for _, e := range list.Entries() {
			values = append(values, e.Key)
		}
		for _, e := range values {
			text, _ := e.AsStr()
			text, _, _ = strings.Cut(strings.TrimLeft(text, "-^=@$"), "__")
			if i, lost := f.lost(rows.Model, text); lost {
				r := Reference{Lost: i, Does: name + " of " + c.Name + " names " + text, Raises: "FieldError", When: OnUse, Place: queries.View, At: place(e, list, class.At())}
				if name == "filterset_fields" {
					r.Raises = "TypeError"
				}
				f.add(r)
			}
		}
	}
}

// rowsOfClasses are the models whose rows the methods of a class get.
func (f *finder) rowsOfClasses() map[string]*queries.Model {
	rows := map[string]*queries.Model{}
	for _, c := range f.Code.Classes {
		if c.Module.Dotted == "" || len(c.Bases) == 0 || !f.mentions(c.Module.Syntax.File) {
			continue
		}
		dotted := c.Module.Dotted + "." + c.Name
		switch f.kindOf(dotted) {
		case modelForm, serializer:
			meta := f.Session.Import(c.Module.Dotted).Module.Attr(c.Name).Attr("Meta")
			rows[dotted] = f.Schema.Model(meta.Attr("model").Dotted())
		case view, restView:
			rows[dotted] = f.Rows[c.ClassDef].Model
		case adminClass:
			rows[dotted] = f.Schema.Model(f.Session.Import(c.Module.Dotted).Module.Attr(c.Name).Attr("model").Dotted())
		}
	}
	for _, r := range listing.Registrations(f.Session, f.Lists.Admins) {
		if rows[r.Class.Dotted()] == nil {
			rows[r.Class.Dotted()] = f.Schema.Model(r.Model.Dotted())
		}
	}
	return rows
}

func lastName(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

// pages finds what templates show of rows. Django shows nothing where a row lacks what a template asks for.
func (f *finder) pages() {
	in := f.Lists
	in.Session = f.Session
	in.Touch = func(m *queries.Model, q *queries.Query, name, template string, at source.Span) {
		i, ok := f.lostAttribute(m, name)
		if !ok || q != nil && q.Adds(name) {
			return
		}
		f.add(Reference{Lost: i, Does: "the template " + template + " shows " + name, When: Silently, Place: queries.View, At: at})
	}
	listing.Visit(in)
}
