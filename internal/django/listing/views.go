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
			v := f.Session.Import(m.Module).Module.Attr(e.ID)
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
