package references

import (
	"fmt"
	"slices"

	"gonogo/internal/django/queries"
)

// bodies finds what functions ask of rows.
func (f *finder) bodies() {
	modules := slices.DeleteFunc(slices.Clone(f.Modules), func(m queries.Module) bool { return !f.mentions(m.Syntax.File) })
	uses := queries.Uses(queries.UseInput{Schema: f.Schema, Graph: f.Graph, Modules: modules, Views: f.Views,
		Wanted: func(m *queries.Model, name string) bool { _, ok := f.lost(m, name); return ok },
		Added:  func(name string) bool { return f.added[name] }, Rows: f.rowsOfClasses()})
	for _, u := range uses {
		f.use(u)
	}
}

// use makes a reference of a use. What Django raises: django/db/models/sql/query.py (names_to_path), query.py (add_deferred_loading), base.py
// (Model.__init__), of 4.2 to 6.1.
func (f *finder) use(u queries.Use) {
	i, ok := f.lost(u.Model, u.Field)
	r := Reference{When: OnUse, Place: u.Place, At: u.At, Raises: "FieldError", Does: fmt.Sprintf("%s() asks for %s", u.Method, u.Field)}
	switch u.Kind {
	case queries.Loaded:
		r.Raises, r.Does = "FieldDoesNotExist", fmt.Sprintf("%s() names %s", u.Method, u.Field)
		if u.Method == "save" || u.Method == "asave" {
			r.Raises = "ValueError"
		}
	case queries.Joined:
		r.Does = "select_related() follows " + u.Field
	case queries.Ahead:
		r.Raises, r.Does = "AttributeError", "prefetch_related() follows "+u.Field
	case queries.Given: // Model() takes properties too
		i, ok = f.lostAttribute(u.Model, u.Field)
		r.Raises, r.Does = "TypeError", fmt.Sprintf("%s() is given %s", u.Method, u.Field)
		if u.Method == "get_or_create" || u.Method == "update_or_create" {
			r.Raises = "FieldError"
		}
	case queries.Update:
		r.Raises, r.Does = "FieldDoesNotExist", "update() sets "+u.Field
	case queries.Got:
		i, ok = f.lostAttribute(u.Model, u.Field)
		r.Raises, r.Does = "AttributeError", fmt.Sprintf("%s of %s is read", u.Field, u.Model.Name)
	case queries.Put:
		_, property := f.lostAttribute(u.Model, u.Field)
		ok = ok && (!f.Gone || property || !f.classes[u.Model.Key].Attr(u.Field).IsValid())
		r.When, r.Raises, r.Does = Silently, "", fmt.Sprintf("%s of %s is set and not saved", u.Field, u.Model.Name)
		if !f.Gone {
			r.Does = fmt.Sprintf("%s of %s is set", u.Field, u.Model.Name)
		}
	}
	if r.Lost = i; ok {
		f.add(r)
	}
}
