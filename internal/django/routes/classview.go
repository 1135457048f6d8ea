package routes

import (
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// describeClass is a view of a class: its ancestors, methods, decorators and policy.
func (i *Interpreter) describeClass(session *eval.Session, e *Endpoint, made *classView) {
	s := i.shapeOf(made.class)
	v := &e.View
	v.Kind, v.Name, v.Whole, v.Extra = ClassView, made.class.Dotted(), s.whole, made.extra
	if d, ok := made.class.Definition(); ok {
		v.Definition, v.At = d, classSpan(d)
		i.addDecorators(session, v, d, d.Class.Decorators)
	}
	v.Attributes = map[string]bool{}
	for _, k := range s.mro {
		v.Ancestors = append(v.Ancestors, k.Dotted())
		if _, own := k.Definition(); own {
			for _, f := range k.Fields() {
				if name, ok := f.Key.AsStr(); ok {
					v.Attributes[name] = true
				}
			}
		}
	}
	switch {
	case s.is(restPath + "viewsets.ViewSetMixin"):
		v.Kind, v.Actions = ViewSet, made.actions
	case s.is(restPath + "views.APIView"):
		v.Kind = APIView
	}
	v.Initkwargs = initkwargs(made.kwargs)
	i.classMethods(e, s, made)
	i.methodDecorators(e, s, made)
	i.policyOfClass(e, s, made)
	i.fillGraphQL(e, s, made)
}

// classMethods are the HTTP methods that have a handler. Source: View.http_method_names, View.dispatch and View._allowed_methods.
func (i *Interpreter) classMethods(e *Endpoint, s *shape, made *classView) {
	if made.unknownActions != "" {
		e.MethodsUnknown = made.unknownActions
		return
	}
	a, found := s.get("http_method_names")
	for _, k := range made.kwargs {
		if k.Name == "http_method_names" {
			a, found = attribute{value: k.Value}, eval.Yes
		}
	}
	if found != eval.Yes || a.value.IsUnknown() || a.value.IsOpen() {
		e.MethodsUnknown = e.View.Name + " inherits from classes that are not in the project"
		if found == eval.Yes {
			e.MethodsUnknown = "http_method_names is not known"
		}
		return
	}
	if d, own := i.ownMethod(s, "dispatch"); own && !e.View.Kind.REST() {
		if text, ok := innermost(d.value).Definition(); ok && !mentions(text, " super dispatch ") {
			e.MethodsUnknown = "dispatch() of " + last(d.owner.Dotted()) + " answers itself"
			return
		}
	}
	e.Methods = []string{}
	for _, m := range a.value.Elems() {
		method, _ := m.AsStr()
		method = strings.ToLower(method)
		if method == "head" || method == "options" {
			continue
		}
		has := eval.No
		if e.View.Kind == ViewSet {
			if _, ok := made.actions[method]; ok {
				has = eval.Yes
			}
		} else {
			_, has = s.get(method)
		}
		switch has {
		case eval.Yes:
			e.Methods = append(e.Methods, strings.ToUpper(method))
		case eval.Maybe:
			e.MethodsUnknown = e.View.Name + " inherits from classes that are not in the project"
		}
	}
}

// methodDecorators adds what is put around dispatch and the handlers of a class, by method_decorator or above the method.
func (i *Interpreter) methodDecorators(e *Endpoint, s *shape, made *classView) {
	handlers := []string{"dispatch"}
	for _, m := range e.Methods {
		if action, ok := made.actions[strings.ToLower(m)]; ok {
			handlers = append(handlers, action)
		} else if made.actions == nil {
			handlers = append(handlers, strings.ToLower(m))
		}
	}
	add := func(l layer) {
		if !slices.ContainsFunc(e.View.Decorators, func(d Decorator) bool { return d.Name == l.name && slices.Equal(d.Args, l.args) }) {
			e.View.Decorators = append(e.View.Decorators, Decorator{Name: l.name, Args: l.args, At: l.at})
		}
	}
	for _, k := range s.mro {
		for _, f := range k.Fields() {
			if name, _ := f.Key.AsStr(); name != decoratorsField {
				continue
			}
			for _, pair := range f.Value.Elems() {
				parts := pair.Elems()
				if len(parts) != 2 {
					continue
				}
				if name, _ := parts[0].AsStr(); !slices.Contains(handlers, name) {
					continue
				}
				list := []eval.Value{parts[1]}
				if parts[1].Kind() == eval.List || parts[1].Kind() == eval.Tuple {
					list = parts[1].Elems()
				}
				for _, by := range list {
					add(decoratorLayer(by, pair.At()))
				}
			}
		}
	}
	for _, name := range handlers {
		if a, found := s.get(name); found != eval.No && a.value.IsValid() {
			for _, l := range layers(a.value) {
				if l.name != "rest_framework.decorators.action" {
					add(l)
				}
			}
		}
	}
}

// initkwargs are the arguments of as_view(), without their values.
func initkwargs(kwargs []eval.Kwarg) (list []Initkwarg) {
	for _, k := range kwargs {
		arg := Initkwarg{Name: k.Name, Whole: true}
		arg.collect(k.Value, 0)
		list = append(list, arg)
	}
	return list
}

func (a *Initkwarg) collect(v eval.Value, depth int) {
	if s, ok := v.AsStr(); ok {
		a.Texts = append(a.Texts, s)
		return
	}
	switch v.Kind() {
	case eval.List, eval.Tuple, eval.Set:
		a.Whole = a.Whole && !v.IsOpen() && depth < maxNesting
		for _, e := range v.Elems() {
			if depth < maxNesting {
				a.collect(e, depth+1)
			}
		}
		return
	case eval.Dict, eval.None, eval.Bool, eval.Int, eval.Float:
		return
	}
	if p := v.Path(); p != "" {
		a.Texts = append(a.Texts, p)
		return
	}
	a.Whole = false
}
