package listing

import (
	"strings"

	"gonogo/internal/django/queries"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Registration is a model that is registered with the admin, with its admin class; the class is invalid where none is given.
type Registration struct{ Model, Class eval.Value }

// Registrations are those of the modules that the admin imports, and those that were made while anything was imported.
func Registrations(session *eval.Session, admins []string) []Registration {
	var list []Registration
	add := func(models []eval.Value, class eval.Value) {
		for _, v := range models {
			all := v.Elems()
			if v.Kind() == eval.Class {
				all = []eval.Value{v}
			}
			for _, m := range all {
				list = append(list, Registration{m, class})
			}
		}
	}
	for _, module := range admins {
		m := session.Import(module).Module
		for _, e := range m.Fields() {
			add(registered(e.Value))
		}
	}
	for _, e := range session.Effects() {
		s, _ := e.Symbol()
		if !registers(s.Func) || len(s.Args) == 0 {
			continue
		}
		class := eval.Value{}
		if len(s.Args) > 1 {
			class = s.Args[1]
		}
		for _, k := range s.Kwargs {
			if k.Name == "admin_class" {
				class = k.Value
			}
		}
		add(s.Args[:1], class)
	}
	return list
}

// registers reports whether a function is register() of the admin's site or of another AdminSite.
func registers(function eval.Value) bool {
	if strings.HasSuffix(function.Path(), "site.register") {
		return true
	}
	s, _ := function.Symbol()
	return s.Attr == "register" && (strings.HasSuffix(s.Of.Class(), ".AdminSite") || s.Of.ClassOf().IsSubclass("django.contrib.admin.AdminSite"))
}

// admins reads the change lists of the models that are registered with the admin.
func (f *finder) admins() {
	for _, r := range Registrations(f.Session, f.Admins) {
		key := r.Class.Dotted() + " " + r.Model.Dotted()
		if model := f.Reader.Schema().Model(r.Model.Dotted()); r.Class.Kind() == eval.Class && model != nil && !f.seen[key] {
			f.seen[key] = true
			f.changeList(r.Class, model)
		}
	}
}

// registered are the models and the class of `@admin.register(Model) class ...`.
func registered(v eval.Value) (models []eval.Value, class eval.Value) {
	outer, ok := v.Symbol()
	if !ok || len(outer.Args) != 1 || outer.Args[0].Kind() != eval.Class {
		return nil, eval.Value{}
	}
	made, ok := outer.Func.Symbol()
	if path := made.Func.Path(); !ok || path != "django.contrib.admin.register" && path != "django.contrib.admin.decorators.register" {
		return nil, eval.Value{}
	}
	return made.Args, outer.Args[0]
}

// isAdmin accepts the classes of Django's admin, and those of packages whose change lists fetch nothing by themselves.
func isAdmin(dotted string) bool {
	for _, prefix := range []string{"import_export.", "simple_history.", "unfold.", "reversion."} {
		if strings.HasPrefix(dotted, prefix) {
			return true
		}
	}
	return isFramework(dotted)
}

// changeList reads the columns of a change list. Source: django/contrib/admin/views/main.py (ChangeList.get_queryset, apply_select_related),
// templatetags/admin_list.py (items_for_result) and utils.py (lookup_field) of 4.2 to 6.1.
func (f *finder) changeList(class eval.Value, model *queries.Model) {
	texts, whole := queries.Texts(class, isAdmin)
	if !whole || gives(texts, "get_list_display", "get_changelist", "get_list_select_related", "changelist_view") {
		return
	}
	columns := []eval.Value{eval.MakeStr("__str__")}
	at := class.At()
	if v := class.Attr("list_display"); v.IsValid() && (v.IsUnknown() || v.Kind() == eval.List || v.Kind() == eval.Tuple) {
		if v.IsUnknown() || v.IsOpen() {
			return
		}
		columns = v.Elems()
		if !v.At().IsZero() {
			at = v.At()
		}
	}
	query := f.Reader.RowsOf(texts, model)
	if query == nil {
		return
	}
	c := &collector{finder: f, query: query}
	if !query.Joined && !c.joins(class.Attr("list_select_related"), columns, model) {
		return
	}
	for _, column := range columns {
		c.column(texts, column, row{model: model}, lastName(class.Dotted()), at)
	}
	c.add(Admin, lastName(class.Dotted()), at)
}

// joins applies list_select_related; it is false where that is not known.
func (c *collector) joins(option eval.Value, columns []eval.Value, model *queries.Model) bool {
	switch {
	case !option.IsValid():
		option = eval.MakeBool(false)
	case option.IsUnknown() || option.IsOpen():
		return false
	}
	if names, ok := texts(option); ok && len(names) > 0 {
		c.query = c.query.With(names...)
		return true
	}
	if c.required = option.Truth() == eval.Yes; c.required {
		return true
	}
	for _, column := range columns {
		name, _ := column.AsStr()
		if s, ok := model.Step(name); ok && !s.Many && !s.Back {
			c.named = append(c.named, name)
		}
	}
	// Until 6.1 one such column makes Django call select_related() without a name; since then it names the columns.
	if len(c.named) > 0 && !c.Version.AtLeast(6, 1) {
		c.required = true
	}
	if c.Version.Before(6, 1) {
		c.named = nil
	}
	return true
}

// column reads one column.
func (c *collector) column(texts []queries.Text, column eval.Value, from row, by string, at source.Span) {
	name, isName := column.AsStr()
	if !isName {
		if d, ok := column.Definition(); ok && d.Function != nil {
			c.all(from, c.Reader.Reads(queries.Method{Text: queries.Text{Module: d.Module}, Function: d.Function}, 0, from.model), by+"."+d.Function.Name, source.Span{})
		}
		return
	}
	by += "." + name
	if s, ok := from.model.Step(name); ok && !s.Many && !s.Back {
		if c.follow(from, s, by, at) {
			c.text(from.step(s), by, at)
		}
		return
	}
	if m, ok := queries.FindMethod(texts, name); ok && name != "__str__" {
		c.all(from, c.Reader.Reads(m, 1, from.model), by, source.Span{})
		return
	}
	if strings.Contains(strings.Trim(name, "_"), "__") {
		c.lookup(strings.Split(name, "__"), from, by, at)
		return
	}
	c.method(from, name, by, source.Span{})
}

// lookup is a column over relations, which list_display takes since Django 5.1.
func (c *collector) lookup(parts []string, from row, by string, at source.Span) {
	for i, part := range parts {
		s, ok := from.model.Step(part)
		if !ok || s.Many || !c.follow(from, s, by, at) {
			return
		}
		if from = from.step(s); i == len(parts)-1 {
			c.text(from, by, at)
		}
	}
}
