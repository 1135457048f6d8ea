package listing

import (
	"strings"

	"gonogo/internal/django/queries"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// views reads the class-based views that the URL configuration leads to.
func (f *finder) views() {
	for n := range f.Routes.Endpoints {
		e := &f.Routes.Endpoints[n]
		v := &e.View
		if v.At.IsZero() || f.seen[v.Name] {
			continue
		}
		switch {
		case v.Kind.REST() && v.Kind != routes.APIFunction && e.Policy.Lists == eval.Yes:
			f.seen[v.Name] = true
			f.restList(e)
			f.byHand(e)
		case v.Kind.REST():
			f.seen[v.Name] = true
			f.byHand(e)
		case v.Kind == routes.ClassView:
			f.seen[v.Name] = true
			f.pageOfClass(e)
		case v.Kind == routes.FunctionView && v.Definition.Function != nil:
			f.seen[v.Name] = true
			m := queries.Method{Text: queries.Text{Module: v.Definition.Module}, Function: v.Definition.Function}
			for _, page := range f.Reader.Pages(m, nil) {
				f.render(lastName(v.Name), page.Template, page.Context)
			}
		}
	}
}

// isFramework accepts the classes of Django and REST framework, which fetch nothing by themselves, and those of packages that leave
// querysets alone.
func isFramework(dotted string) bool {
	for _, prefix := range []string{"django.", "rest_framework.", "drf_spectacular.", "typing.", "abc.", "object", "builtins.object"} {
		if strings.HasPrefix(dotted, prefix) {
			return true
		}
	}
	return false
}

// restList reads a view of REST framework that lists rows with its own list().
func (f *finder) restList(e *routes.Endpoint) {
	class, ok := f.classOf(e.View.Definition)
	if !ok {
		return
	}
	texts, whole := queries.Texts(class, isFramework)
	if !whole || gives(texts, "list", "get", "filter_queryset", "get_serializer", "paginate_queryset") {
		return
	}
	query := f.Reader.Rows(texts, "list")
	serializer, ok := f.serializerOf(class, texts)
	if query == nil || query.Bounded || !ok {
		return
	}
	c := &collector{finder: f, query: query}
	c.serializer(serializer, row{model: query.Model}, 0)
	c.add(Serializer, lastName(e.View.Name), query.At)
}

// gives reports whether one of the classes defines one of the methods itself.
func gives(texts []queries.Text, names ...string) bool {
	for _, name := range names {
		if _, own := queries.FindMethod(texts, name); own {
			return true
		}
	}
	return false
}

// serializerOf is the class of the serializer with which a view lists.
func (f *finder) serializerOf(class eval.Value, texts []queries.Text) (eval.Value, bool) {
	if m, own := queries.FindMethod(texts, "get_serializer_class"); own {
		e, ok := f.Reader.Chosen(texts, m, "list")
		if !ok {
			return eval.Value{}, false
		}
		switch e := e.(type) {
		case *syntax.Name:
			v := f.module(m.Module).Attr(e.ID)
			return v, v.Kind() == eval.Class
		case *syntax.Attribute:
			if self, ok := e.Value.(*syntax.Name); ok && self.ID == "self" {
				v := class.Attr(e.Attr)
				return v, v.Kind() == eval.Class
			}
		}
		return eval.Value{}, false
	}
	v := class.Attr("serializer_class")
	return v, v.Kind() == eval.Class
}

// pageOfClass reads the template of a class of views.
func (f *finder) pageOfClass(e *routes.Endpoint) {
	class, ok := f.classOf(e.View.Definition)
	if !ok {
		return
	}
	texts, whole := queries.Texts(class, isFramework)
	if m, own := queries.FindMethod(texts, "get"); own {
		for _, page := range f.Reader.Pages(m, texts) {
			f.render(lastName(e.View.Name), page.Template, page.Context)
		}
		return
	}
	if !whole || gives(texts, "render_to_response", "get_template_names", "dispatch") {
		return
	}
	context := f.Reader.Context(texts)
	name, ok := class.Attr("template_name").AsStr()
	list, detail := e.View.Is("django.views.generic.list.MultipleObjectMixin"), e.View.Is("django.views.generic.detail.DetailView")
	if list || detail {
		if query := f.Reader.Rows(texts, ""); query != nil && !gives(texts, "get_object", "get_context_object_name") {
			f.objects(class, query, list, context)
			if !ok {
				name, ok = defaultTemplate(query.Model, list), true
			}
		}
	}
	if ok {
		f.render(lastName(e.View.Name), name, context)
	}
}

// objects adds the variables that a generic view gives its template (MultipleObjectMixin and SingleObjectMixin.get_context_data).
func (f *finder) objects(class eval.Value, query *queries.Query, list bool, context map[string]queries.Shown) {
	shown := queries.Shown{Query: query, Model: query.Model, Many: list}
	names := []string{"object", strings.ToLower(query.Model.Name)}
	if list {
		names = []string{"object_list", "page_obj", strings.ToLower(query.Model.Name) + "_list"}
	}
	if name, ok := class.Attr("context_object_name").AsStr(); ok {
		names = append(names, name)
	}
	for _, name := range names {
		if _, own := context[name]; !own {
			context[name] = shown
		}
	}
}

// defaultTemplate is the name that a generic view gives its template (get_template_names).
func defaultTemplate(m *queries.Model, list bool) string {
	app, name, _ := strings.Cut(m.Key, ".")
	if list {
		return app + "/" + name + "_list.html"
	}
	return app + "/" + name + "_detail.html"
}
