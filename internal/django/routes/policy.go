package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// From tells where a choice of a policy comes from.
type From uint8

const (
	FromNowhere   From = iota
	FromView           // the view, or a class of the project that it inherits from
	FromAction         // arguments of @action or as_view
	FromPackage        // a class of a package
	FromSettings       // REST_FRAMEWORK
	FromFramework      // the framework's own default
	FromRouter         // a router of django-ninja
	FromAPI            // the whole API of django-ninja
)

// Choice are the classes that hold for a view in one respect.
type Choice struct {
	Classes []string // dotted; a combination as it is written ("IsOwner | IsAdminUser")
	From    From
	Owner   string      // the class that gives them, dotted; "" for settings and functions
	At      source.Span // where they are given; zero for a default of the framework
	Unknown string      // why Classes are not known, "" when they are
	Method  bool        // a method such as get_permissions decides, in the project's code
	// Methods are the choices by HTTP method where they differ; Classes and Unknown are empty then. nil when one holds for all.
	Methods map[string]Choice
}

// For is the choice for one HTTP method in upper case.
func (c Choice) For(method string) Choice {
	if one, ok := c.Methods[method]; ok {
		return one
	}
	return c
}

// Own reports whether the view, and not a default, decides.
func (c Choice) Own() bool { return c.From != FromNowhere && c.From < FromSettings || c.Method }

// Has reports whether one of the classes has a dotted name, or a last name when name has no dot.
func (c Choice) Has(name string) bool {
	for _, m := range c.Methods {
		if m.Has(name) {
			return true
		}
	}
	for _, k := range c.Classes {
		if k == name || strings.HasSuffix(k, "."+name) {
			return true
		}
	}
	return false
}

// Policy is what holds for an endpoint. The choices are those of Django REST framework and empty (FromNowhere) for other views.
type Policy struct {
	Permissions    Choice
	Authentication Choice
	Throttles      Choice
	Pagination     Choice
	Renderers      Choice
	Versioning     Choice
	Serializer     Choice
	// Access tells by HTTP method whether a stranger is let in; under "" where the methods are not known or any. nil where nothing is known.
	Access map[string]Access
	// Guards are the decorators, mixins and middleware that ask for a login or a permission, dotted.
	Guards []string
	// Lists is Yes where the framework's own code answers GET with a list of objects, Maybe where it can.
	Lists eval.Tri
	// Paginator is what Pagination's class does.
	Paginator Paginator
}

// Paginator is how a class of pagination bounds a page.
type Paginator struct {
	// Sized is No when the class has no size of a page and so answers with all; Maybe when it is not known.
	Sized eval.Tri
	// Unbounded names the parameter by which a client chooses any size of a page, "" when there is none.
	Unbounded string
	// At is where the class is written, zero when it is not in the project.
	At source.Span
}

// facet is one respect of a policy: the attribute of a view, the setting with its default, the method that can decide instead.
type facet struct {
	attribute, setting string
	// method gives the instances, "" when there is none; instead are methods that can make it all mean something else.
	method  string
	instead []string
	// single says that there is one class and not a list, early that it is asked for before an action is chosen.
	single, early bool
}

func permissionFacet() facet {
	return facet{attribute: "permission_classes", setting: "DEFAULT_PERMISSION_CLASSES", method: "get_permissions", instead: []string{"check_permissions"}}
}
func authenticationFacet() facet {
	return facet{attribute: "authentication_classes", setting: "DEFAULT_AUTHENTICATION_CLASSES", method: "get_authenticators",
		instead: []string{"perform_authentication"}, early: true}
}
func throttleFacet() facet {
	return facet{attribute: "throttle_classes", setting: "DEFAULT_THROTTLE_CLASSES", method: "get_throttles", instead: []string{"check_throttles"}}
}
func paginationFacet() facet {
	return facet{attribute: "pagination_class", setting: "DEFAULT_PAGINATION_CLASS", instead: []string{"paginator", "paginate_queryset"}, single: true}
}
func rendererFacet() facet {
	return facet{attribute: "renderer_classes", setting: "DEFAULT_RENDERER_CLASSES", method: "get_renderers"}
}
func versioningFacet() facet {
	return facet{attribute: "versioning_class", setting: "DEFAULT_VERSIONING_CLASS", instead: []string{"determine_version"}, single: true}
}
func serializerFacet() facet {
	return facet{attribute: "serializer_class", method: "get_serializer_class", instead: []string{"get_serializer"}, single: true}
}

// policyOfClass fills the policy of a class.
func (i *Interpreter) policyOfClass(e *Endpoint, s *shape, made *classView) {
	p := &e.Policy
	if e.View.Kind.REST() {
		p.Permissions = i.choose(permissionFacet(), e, s, made)
		p.Authentication = i.choose(authenticationFacet(), e, s, made)
		p.Throttles = i.choose(throttleFacet(), e, s, made)
		p.Renderers = i.choose(rendererFacet(), e, s, made)
		p.Versioning = i.choose(versioningFacet(), e, s, made)
		p.Lists = i.lists(e, s, made)
		if s.is(restPath + "generics.GenericAPIView") {
			p.Pagination = i.choose(paginationFacet(), e, s, made)
			p.Paginator = i.paginator(s, made, p.Pagination)
			p.Serializer = i.choose(serializerFacet(), e, s, made)
		}
	}
	if e.View.Kind == ClassView && s.is(genericPath+"list.BaseListView") {
		p.Lists, p.Paginator.Sized = i.listView(s, made)
	}
	i.guardMixins(e, s, made)
	i.guards(e, nil)
	i.accessOfClass(e, s, made)
}

// choose finds the classes of one respect: what a method of the view chooses, arguments of the route, the class's own, the settings', the
// framework's.
func (i *Interpreter) choose(f facet, e *Endpoint, s *shape, made *classView) Choice {
	own := func(name string) (a attribute, d eval.Definition, ok bool) {
		a, found := s.get(name)
		d, ok = a.owner.Definition()
		return a, d, ok && found != eval.No
	}
	for _, name := range f.instead {
		if a, d, ok := own(name); ok {
			return Choice{From: FromView, Method: true, Owner: a.owner.Dotted(), At: classSpan(d), Unknown: name + "() of " + a.owner.Dotted() + " decides"}
		}
	}
	if a, _, ok := own(f.method); ok {
		return i.byMethod(f, e, a, made, f.method)
	}
	for _, k := range made.kwargs {
		if k.Name == f.attribute {
			return classesOf(k.Value, Choice{From: FromAction, At: k.Value.At()})
		}
	}
	a, found := s.get(f.attribute)
	switch {
	case found != eval.No && isDefault(a.owner, f.attribute) && (found == eval.Yes || s.whole), found == eval.No:
		return i.byDefault(f.setting)
	case found == eval.Yes:
		c := Choice{From: FromView, Owner: a.owner.Dotted(), At: a.value.At()}
		_, own := a.owner.Definition()
		if !own {
			c.From = FromPackage
		}
		if k := a.value.Kind(); own && k != eval.List && k != eval.Tuple && k != eval.Set && k != eval.Class && k != eval.None && !a.value.IsUnknown() && a.value.State() == nil {
			return i.byMethod(f, e, a, made, "") // a property
		}
		return classesOf(a.value, c)
	}
	return Choice{Unknown: s.class.Dotted() + " inherits from classes that are not in the project"}
}

// byDefault is what REST_FRAMEWORK or the framework gives to a view without a choice of its own.
func (i *Interpreter) byDefault(option string) Choice {
	if option == "" {
		return Choice{}
	}
	s := i.restOption(option)
	c := Choice{From: FromFramework}
	if s.Set {
		c = Choice{From: FromSettings, At: s.At}
	}
	return classesOf(s.Value, c)
}

// classesOf reads classes from a list, a single class or None.
func classesOf(v eval.Value, c Choice) Choice {
	switch {
	case !v.IsValid() || v.Kind() == eval.None:
		return c
	case v.Kind() != eval.List && v.Kind() != eval.Tuple && v.Kind() != eval.Set:
		name, unknown := className(v)
		if unknown != "" {
			c.Unknown = unknown
		} else if name != "" {
			c.Classes = []string{name}
		}
		return c
	}
	for _, e := range v.Elems() {
		name, unknown := className(e)
		if unknown != "" {
			c.Unknown = unknown
			continue
		}
		c.Classes = append(c.Classes, name)
	}
	return c
}

// className is the dotted name of a class, or the text of a combination of classes.
func className(v eval.Value) (name, unknown string) {
	if s, ok := v.AsStr(); ok {
		return s, ""
	}
	if text, ok := combinationText(v, func(o eval.Value) string { n, _ := className(o); return last(n) }, 0); ok {
		return text, ""
	}
	if p := v.Path(); p != "" {
		return p, ""
	}
	if at := v.At(); !at.IsZero() && !v.IsSpread() && strings.ContainsAny(at.Text(), "|&~") && len(at.Text()) < 200 {
		return strings.Join(strings.Fields(at.Text()), " "), ""
	}
	if r := v.Reason(); r != "" {
		return "", r
	}
	return "", "a class that is not known"
}

// policyOfFunction fills the policy of a function.
func (i *Interpreter) policyOfFunction(e *Endpoint, around []layer) {
	classes := eval.Value{}
	if e.View.Kind == APIFunction {
		set := func(c *Choice, f facet) {
			*c = i.byDefault(f.setting)
			for _, l := range around {
				if l.name == "rest_framework.decorators."+f.attribute {
					given := firstArgument(l.fn)
					if f.attribute == "permission_classes" {
						classes = given
					}
					*c = classesOf(given, Choice{From: FromView, At: l.at})
				}
			}
		}
		set(&e.Policy.Permissions, permissionFacet())
		set(&e.Policy.Authentication, authenticationFacet())
		set(&e.Policy.Throttles, throttleFacet())
		set(&e.Policy.Renderers, rendererFacet())
		set(&e.Policy.Versioning, versioningFacet())
	}
	i.guards(e, around)
	i.accessOfFunction(e, classes)
}

// lists tells whether the framework answers GET with a list of objects.
func (i *Interpreter) lists(e *Endpoint, s *shape, made *classView) eval.Tri {
	if made.unknownActions != "" {
		return eval.Maybe
	}
	handler := "get"
	if e.View.Kind == ViewSet {
		if made.actions["get"] != "list" {
			return eval.No
		}
		handler = "list"
	}
	if !s.is(mixinPath + "ListModelMixin") {
		return eval.No
	}
	for _, name := range []string{handler, "list"} {
		a, found := s.get(name)
		if _, own := a.owner.Definition(); found == eval.Maybe || found == eval.Yes && own {
			return eval.Maybe
		}
	}
	if _, found := s.get("get"); e.View.Kind != ViewSet && found == eval.No {
		return eval.No
	}
	return eval.Yes
}

// listView tells whether GET of a ListView is Django's own, and whether it has pages. Source: django/views/generic/list.py.
func (i *Interpreter) listView(s *shape, made *classView) (lists, sized eval.Tri) {
	if a, found := s.get("get"); found != eval.Yes || a.owner.Dotted() != genericPath+"list.BaseListView" {
		return eval.Maybe, eval.Maybe
	}
	if _, own := i.ownMethod(s, "get_paginate_by"); own {
		return eval.Yes, eval.Maybe
	}
	for _, k := range made.kwargs {
		if k.Name == "paginate_by" {
			return eval.Yes, k.Value.Truth()
		}
	}
	a, found := s.get("paginate_by")
	switch found {
	case eval.Yes:
		return eval.Yes, a.value.Truth()
	case eval.Maybe:
		return eval.Yes, eval.Maybe
	}
	return eval.Yes, eval.No
}

// paginator reads what the class of pagination does.
// Source: rest_framework/pagination.py.
func (i *Interpreter) paginator(s *shape, made *classView, c Choice) (p Paginator) {
	p.Sized = eval.Maybe
	if len(c.Classes) != 1 || c.Unknown != "" {
		return p
	}
	class := i.paginationClass(s, made, c)
	var own *shape
	name := c.Classes[0]
	if class.IsValid() {
		own = i.shapeOf(class)
		if d, ok := class.Definition(); ok {
			p.At = classSpan(d)
		}
		name = frameworkPaginator(own)
	}
	size, parameter, limit := "page_size", "page_size_query_param", "max_page_size"
	switch name {
	case "rest_framework.pagination.PageNumberPagination", "rest_framework.pagination.CursorPagination":
	case "rest_framework.pagination.LimitOffsetPagination":
		size, parameter, limit = "default_limit", "limit_query_param", "max_limit"
	default:
		return p
	}
	given := func(attribute string) eval.Value {
		if own != nil {
			if a, ok := own.attrs[attribute]; ok {
				return a.value
			}
		}
		return eval.Value{}
	}
	if v := given(size); v.IsValid() {
		p.Sized = v.Truth()
	} else if v := i.restOption("PAGE_SIZE").Value; v.IsUnknown() {
		p.Sized = eval.Maybe
	} else {
		p.Sized = v.Truth()
	}
	if given("get_page_size").IsValid() || given("get_limit").IsValid() || given("paginate_queryset").IsValid() {
		return p // its own code decides
	}
	if v := given(limit); !v.IsValid() || v.Kind() == eval.None {
		if v := given(parameter); v.IsValid() {
			p.Unbounded, _ = v.AsStr()
		} else if name == "rest_framework.pagination.LimitOffsetPagination" {
			p.Unbounded = "limit"
		}
	}
	return p
}

// frameworkPaginator is the class of the framework that a class of pagination inherits from, "" when there is none.
func frameworkPaginator(s *shape) string {
	for _, k := range s.mro {
		for _, b := range append([]eval.Value{k}, k.Bases()...) {
			if strings.HasPrefix(b.Path(), "rest_framework.pagination.") {
				return b.Path()
			}
		}
	}
	return ""
}

// paginationClass is the class itself, where the view or a module of the project gives it.
func (i *Interpreter) paginationClass(s *shape, made *classView, c Choice) eval.Value {
	for _, k := range made.kwargs {
		if k.Name == "pagination_class" {
			return k.Value
		}
	}
	if a, found := s.get("pagination_class"); found == eval.Yes && c.From == FromView && a.value.Kind() == eval.Class {
		return a.value
	}
	at := strings.LastIndexByte(c.Classes[0], '.')
	if at < 0 || i.session == nil || strings.HasPrefix(c.Classes[0], "rest_framework.") {
		return eval.Value{}
	}
	if v := i.session.Import(c.Classes[0][:at]).Module.Attr(c.Classes[0][at+1:]); v.Kind() == eval.Class {
		return v
	}
	return eval.Value{}
}
