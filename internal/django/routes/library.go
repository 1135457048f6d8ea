package routes

import (
	"maps"
	"strings"

	"gonogo/internal/python/eval"
)

// Library puts what the interpreter must see over a library: functions of URL configurations, classes of views, routers. The session must be
// made with it.
func (i *Interpreter) Library(base eval.Library) eval.Library {
	lib := maps.Clone(base)
	over := func(module string, names map[string]eval.Value) {
		under := lib[module]
		lib[module] = func() eval.Model {
			m := eval.Model{Open: true}
			if under != nil {
				m = under()
				m.Open = true
			}
			m.Names = maps.Clone(m.Names)
			if m.Names == nil {
				m.Names = map[string]eval.Value{}
			}
			maps.Copy(m.Names, names)
			return m
		}
	}
	for _, module := range []string{"django.urls", "django.urls.conf", "django.conf.urls", "django.core.urlresolvers"} {
		over(module, i.urlNames())
	}
	over("django.conf.urls.i18n", map[string]eval.Value{"i18n_patterns": native("django.conf.urls.i18n.i18n_patterns", i.i18nPatterns)})
	over("django.conf.urls.static", map[string]eval.Value{"static": native("django.conf.urls.static.static", i.static)})
	over("django.contrib.staticfiles.urls", map[string]eval.Value{
		"staticfiles_urlpatterns": native("django.contrib.staticfiles.urls.staticfiles_urlpatterns", func(c *eval.Call) eval.Value {
			inner := *c
			prefix := c.ArgOr(0, "prefix", i.setting("STATIC_URL"))
			inner.Args, inner.Kwargs = []eval.Value{prefix, foreignFunction("django.contrib.staticfiles.views.serve")}, nil
			return i.static(&inner)
		})})
	over("django.urls.resolvers", map[string]eval.Value{"URLPattern": i.pattern, "URLResolver": i.resolver})
	over("django.utils.decorators", map[string]eval.Value{"method_decorator": native("django.utils.decorators.method_decorator", i.methodDecorator),
		"classonlymethod": eval.BuiltinClass("classmethod")})
	for _, name := range []string{"extend_schema", "extend_schema_view", "extend_schema_serializer"} {
		over("drf_spectacular.utils", map[string]eval.Value{name: i.transparent("drf_spectacular.utils." + name)})
	}
	over("drf_yasg.utils", map[string]eval.Value{"swagger_auto_schema": i.transparent("drf_yasg.utils.swagger_auto_schema")})
	i.makeClasses()
	for _, k := range append(knownClasses(), graphQLClasses()...) {
		at := strings.LastIndexByte(k.name, '.')
		for _, module := range modulesOf(k.name[:at]) {
			over(module, map[string]eval.Value{k.name[at+1:]: i.classes[k.name]})
		}
	}
	over("django.contrib.auth.models", map[string]eval.Value{"AnonymousUser": i.anonymousUser()})
	for module, names := range i.reexports() {
		over(module, names)
	}
	over("rest_framework.permissions", i.permissionNames())
	over("rest_framework.routers", i.routerNames())
	over("rest_framework.urlpatterns", map[string]eval.Value{
		"format_suffix_patterns": native("rest_framework.urlpatterns.format_suffix_patterns", i.formatSuffixPatterns)})
	for module, names := range i.nestedRouters() {
		over(module, names)
	}
	for module, names := range i.packageURLs() {
		over(module, names)
	}
	for _, modules := range []map[string]map[string]eval.Value{i.ninjaNames(), i.ariadneNames(), i.grapheneNames(), i.identityNames()} {
		for module, names := range modules {
			over(module, names)
		}
	}
	return lib
}

// reexports are classes that modules have because they import them, and that projects import from there.
func (i *Interpreter) reexports() map[string]map[string]eval.Value {
	submodule := func(name string) eval.Value {
		m := eval.Model{Open: true, Names: map[string]eval.Value{}}
		for dotted, class := range i.classes {
			if at := strings.LastIndexByte(dotted, '.'); dotted[:at] == name {
				m.Names[dotted[at+1:]] = class
			}
		}
		return eval.NewModule(name, m)
	}
	mixins, views, generics := submodule("rest_framework.mixins"), submodule("rest_framework.views"), submodule("rest_framework.generics")
	return map[string]map[string]eval.Value{
		"django.contrib.auth.views": {"TemplateView": i.classes[genericPath+"base.TemplateView"], "FormView": i.classes[genericPath+"edit.FormView"]},
		"rest_framework.generics":   {"mixins": mixins, "views": views},
		"rest_framework.viewsets":   {"mixins": mixins, "views": views, "generics": generics},
	}
}

// decorated is a function that a modelled decorator was put around.
type decorated struct {
	name  string
	args  []eval.Value
	inner eval.Value
	// by is the decorator that method_decorator applies, or invalid.
	by eval.Value
}

// decoratorsField is where a class keeps what method_decorator put around its methods: tuples of the method's name and the decorator.
const decoratorsField = "__method_decorators__"

// methodDecorator is django.utils.decorators.method_decorator.
func (i *Interpreter) methodDecorator(c *eval.Call) eval.Value {
	by, name := c.Arg(0, "decorator"), c.ArgOr(1, "name", eval.MakeStr(""))
	return native("django.utils.decorators.method_decorator.decorator", func(c *eval.Call) eval.Value {
		target := c.Arg(0, "obj")
		if target.Kind() != eval.Class {
			return i.decorate(&decorated{name: "django.utils.decorators.method_decorator", by: by, inner: target}, c)
		}
		var list []eval.Value
		for _, f := range target.Fields() {
			if f.Key.Repr(100) == "'"+decoratorsField+"'" {
				list = f.Value.Elems()
			}
		}
		target.SetField(decoratorsField, eval.MakeTuple(append([]eval.Value{eval.MakeTuple(name, by)}, list...)...))
		return target
	})
}

// transparent is a decorator with arguments that leaves a class as it is, and a function as far as a view is concerned.
func (i *Interpreter) transparent(name string) eval.Value {
	return native(name, func(c *eval.Call) eval.Value {
		args := c.Args
		return native(name+".decorator", func(c *eval.Call) eval.Value {
			target := c.Arg(0, "")
			if target.Kind() == eval.Class {
				return target
			}
			return i.decorate(&decorated{name: name, args: args, inner: target}, c)
		})
	})
}

// decorate makes what a decorator gives for a function.
func (i *Interpreter) decorate(d *decorated, c *eval.Call) eval.Value {
	return eval.NewObject(i.view, d).WithOrigin(&eval.Origin{At: c.At})
}
