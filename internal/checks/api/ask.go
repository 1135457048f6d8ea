package api

import (
	"fmt"
	"strings"
	"sync"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/routes"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// apiFiles are a small API for examples: a view set over a model, with or without lines of its own.
func apiExample(note, settings, viewLines string) check.Example {
	return check.Project(note, "settings.py", settings, "shop/__init__.py", "", "shop/views.py", `from rest_framework import viewsets


class OrderViewSet(viewsets.ModelViewSet):
    queryset = None
`+viewLines, "requirements.txt", "Django==5.2.8\ndjangorestframework==3.16.1\n")
}

// viewsOf gives the views of the project. They are looked for once, when a question first needs them.
type viewsOf func() []project.RESTView

// withREST asks a question in every world of a project that uses Django REST framework.
func withREST(p *check.SourcePass, question func(*django.World, viewsOf) check.Answer, rests ...string) check.Answer {
	switch has, _ := p.Project.Has(project.DRF); has {
	case eval.No:
		return check.Absent("the project does not use Django REST framework")
	case eval.Maybe:
		return check.Unclear("whether the project uses Django REST framework is not known: not all of its code could be read")
	}
	views := viewsOf(sync.OnceValue(func() []project.RESTView { list, _ := p.Project.ServedRESTViews(); return list }))
	answer := check.Weigh(p.Settings, func(w *django.World) check.Answer { return question(w, views) }, rests...)
	if answer.Status == check.Fail && len(views()) == 0 {
		return check.Unclear("no view of Django REST framework is in the project's code; whether the views of packages need the default is not known")
	}
	return answer
}

// doubt says why an option of REST_FRAMEWORK is not known.
func doubt(s django.Setting) string {
	if r := s.Value.Reason(); r != "" {
		return s.Name + " of REST_FRAMEWORK is not known: " + r
	}
	return s.Name + " of REST_FRAMEWORK is not known"
}

// entry is the first class of an option whose name ends with one of the endings. at is its place, or the option's.
func entry(s django.Setting, endings ...string) (name string, at source.Span, ok bool) {
	for _, e := range s.Value.Elems() {
		text, known := e.AsStr()
		if !known {
			text = e.Dotted()
		}
		for _, ending := range endings {
			if text != "" && strings.HasSuffix(text, ending) {
				at = s.At
				if place := e.At(); s.Set && !place.IsZero() {
					at = place
				}
				return text, at, true
			}
		}
	}
	return "", s.At, false
}

// known reports whether every class of an option can be read.
func known(s django.Setting) bool {
	if s.Value.IsUnknown() || s.Value.IsOpen() {
		return false
	}
	for _, e := range s.Value.Elems() {
		if _, ok := e.AsStr(); !ok && e.Dotted() == "" {
			return false
		}
	}
	return true
}

// reliant are the views that take an attribute from the global default; unsure is true when there can be more.
func reliant(all viewsOf, wanted func(project.RESTView) bool, names ...string) (list []project.RESTView, unsure bool) {
	for _, v := range all() {
		switch {
		case !wanted(v) || v.Gives(names...):
		case v.Whole:
			list = append(list, v)
		default:
			unsure = true
		}
	}
	return list, unsure
}

// some names the first views of a list for a sentence: "OrderViewSet", "OrderViewSet and 2 others".
func some(list []project.RESTView) string {
	switch len(list) {
	case 1:
		return list[0].Name
	case 2:
		return list[0].Name + " and " + list[1].Name
	}
	return fmt.Sprintf("%s and %d others", list[0].Name, len(list)-1)
}

// last is the last part of a dotted name.
func last(dotted string) string { return dotted[strings.LastIndexByte(dotted, '.')+1:] }

// notSet says that an option is left at its default, for the start of a message.
func notSet(s django.Setting) string {
	if s.Set {
		return s.Name + " is " + s.Value.Repr(60) + check.EnvNote(s.Value)
	}
	return s.Name + " of REST_FRAMEWORK is not set"
}

// servedREST are the endpoints of Django REST framework below the URL configuration; whole is false when there can be more.
func servedREST(p *check.SourcePass) (list []*routes.Endpoint, whole bool) {
	all := p.Project.Routes()
	whole = all.Unknown == ""
	for n := range all.Endpoints {
		switch e := &all.Endpoints[n]; {
		case e.View.Kind.REST():
			list = append(list, e)
		case e.Unknown != "":
			whole = false
		}
	}
	return list, whole && len(list) > 0
}
