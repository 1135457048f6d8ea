package background

import (
	"slices"
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
)

// Handler reports whether a function answers requests: one to which the URL configuration leads, or a method by which a class of views
// answers. Where the configuration is not known as a whole, place and name tell it of others: a method of a class of views, or a function
// with a first parameter request in a module of views. It says no where that is not clear.
func Handler(views *routes.Views, m *resolve.Module, f *syntax.FunctionDef, class *syntax.ClassDef) bool {
	if f == nil || f.Args == nil {
		return false
	}
	switch {
	case views.Function(f) || class != nil && answers(f.Name) && views.Class(class):
		return true
	case views != nil && views.Whole:
		return false
	case class != nil:
		return answers(f.Name) && isViewClass(m, class)
	}
	args := append(append([]*syntax.Arg{}, f.Args.Posonlyargs...), f.Args.Args...)
	return len(args) > 0 && args[0].Name == "request" && inViews(m.Dotted)
}

// inViews reports whether a module is one of views by its name, as startapp makes them.
func inViews(dotted string) bool {
	for _, part := range strings.Split(dotted, ".") {
		if part == "views" || strings.HasSuffix(part, "_views") || part == "viewsets" {
			return true
		}
	}
	return false
}

// answers reports whether a method of a view class runs within the request: those of View, of the generic views, and of REST framework's.
func answers(name string) bool {
	return slices.Contains([]string{"get", "post", "put", "patch", "delete", "dispatch", "form_valid", "form_invalid", "get_context_data", "get_queryset",
		"list", "create", "retrieve", "update", "partial_update", "destroy", "perform_create", "perform_update", "perform_destroy"}, name)
}

// isViewClass reports whether a class inherits from a view of Django or of Django REST framework, also through classes of the project.
func isViewClass(m *resolve.Module, class *syntax.ClassDef) bool {
	for _, name := range m.Ancestors(class) {
		if strings.HasPrefix(name, "django.views.") || strings.HasPrefix(name, "rest_framework.views.") || strings.HasPrefix(name, "rest_framework.generics.") ||
			strings.HasPrefix(name, "rest_framework.viewsets.") || strings.HasPrefix(name, "rest_framework.mixins.") {
			return true
		}
	}
	return false
}
