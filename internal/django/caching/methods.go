package caching

import (
	"maps"
	"slices"
	"strings"

	"gonogo/internal/python/syntax"
)

// answering are the methods of a class of views that help to answer a GET: those that Django or REST framework call, and what these use.
// One that a nearer class overrides without calling it does not count. Where a class inherits from a package that may call any method,
// all count that are not for another method of HTTP.
func (v view) answering(methods []method) []method {
	var live []method
	nearest := map[string]method{}
	for _, m := range methods {
		name := m.function.Name
		if nearer, ok := nearest[name]; ok && !mentionsSuper(nearer.function) || !answersGET(name) {
			continue
		}
		nearest[name] = m
		live = append(live, m)
	}
	if v.inheritsForeign() {
		return live
	}
	used := map[string]bool{}
	for _, name := range append(hooks(), actions(v)...) {
		used[name] = true
	}
	var found []method
	for grown := true; grown; {
		grown = false
		live = slices.DeleteFunc(live, func(m method) bool {
			if !used[m.function.Name] && !isProperty(m.function) {
				return false
			}
			grown = true
			found = append(found, m)
			for _, name := range namesOn(m.function) {
				used[name] = true
			}
			return true
		})
	}
	return found
}

// hooks are the methods of views that Django and REST framework call by themselves for a GET. Sources: django/views/generic,
// rest_framework/views.py, generics.py and mixins.py.
func hooks() []string {
	return []string{
		"setup", "dispatch", "get", "head", "get_context_data", "get_queryset", "get_object", "get_template_names", "render_to_response", "get_ordering", "get_allow_empty",
		"get_paginate_by", "get_paginate_orphans", "get_paginator", "paginate_queryset", "get_context_object_name", "get_form", "get_form_class", "get_form_kwargs", "get_initial",
		"get_prefix", "get_success_url", "get_redirect_url", "get_dated_items", "get_dated_queryset", "get_date_list", "get_slug_field", "get_context",
		"initial", "initialize_request", "list", "retrieve", "filter_queryset", "get_serializer", "get_serializer_class", "get_serializer_context", "get_paginated_response",
		"finalize_response", "get_renderers", "get_renderer_context", "perform_content_negotiation", "determine_version", "handle_exception", "to_representation",
	}
}

// inheritsForeign reports whether a class of the view comes from a package other than Django and REST framework.
func (v view) inheritsForeign() bool {
	return slices.ContainsFunc(v.endpoint.View.Ancestors, func(name string) bool {
		if c, ok := v.graph.Define(name); ok && c.Class != nil {
			return false
		}
		return !strings.HasPrefix(name, "django.") && !strings.HasPrefix(name, "rest_framework.") && strings.Contains(name, ".")
	})
}

// mentionsSuper reports whether a method calls the one that it overrides.
func mentionsSuper(f *syntax.FunctionDef) bool {
	return slices.Contains(namesOn(f), f.Name)
}

// namesOn are the attributes that a function names, of whatever object.
func namesOn(f *syntax.FunctionDef) []string {
	var names []string
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		if a, ok := n.(*syntax.Attribute); ok {
			names = append(names, a.Attr)
		}
		return true
	})
	return names
}

// isProperty reports whether a method is read like an attribute, by templates too.
func isProperty(f *syntax.FunctionDef) bool { return len(f.Decorators) > 0 }

// actions are the methods of a viewset that the endpoint's methods of HTTP lead to.
func actions(v view) []string { return slices.Collect(maps.Values(v.endpoint.View.Actions)) }
