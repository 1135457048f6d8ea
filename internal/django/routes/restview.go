package routes

import (
	"maps"
	"slices"
	"strings"

	"gonogo/internal/python/eval"
)

// Source of what follows: rest_framework/views.py and generics.py of 3.14 to 3.18.

// restMethods are the methods of APIView and GenericAPIView by which a view chooses its classes, as they are without a choice of its own.
func restMethods(class string) map[string]func(*eval.Call, eval.Value) eval.Value {
	instances := func(attribute string) func(*eval.Call, eval.Value) eval.Value {
		return func(c *eval.Call, self eval.Value) eval.Value {
			list := attr(c, self, attribute)
			if list.IsUnknown() {
				return list
			}
			var made []eval.Value
			for _, k := range c.Iterate(list) {
				if k.IsSpread() {
					made = append(made, k)
					continue
				}
				made = append(made, c.Call(k))
			}
			return eval.MakeList(made...)
		}
	}
	attribute := func(name string) func(*eval.Call, eval.Value) eval.Value {
		return func(c *eval.Call, self eval.Value) eval.Value { return attr(c, self, name) }
	}
	switch class {
	case restPath + "views.APIView":
		return map[string]func(*eval.Call, eval.Value) eval.Value{
			"get_permissions": instances("permission_classes"), "get_authenticators": instances("authentication_classes"),
			"get_throttles": instances("throttle_classes"), "get_renderers": instances("renderer_classes"),
		}
	case restPath + "generics.GenericAPIView":
		return map[string]func(*eval.Call, eval.Value) eval.Value{"get_serializer_class": attribute("serializer_class"), "get_queryset": attribute("queryset")}
	}
	return nil
}

// restDefaults are the attributes of APIView and GenericAPIView that REST_FRAMEWORK gives, by class.
func restDefaults() map[string]map[string]string {
	return map[string]map[string]string{
		restPath + "views.APIView": {
			"permission_classes": "DEFAULT_PERMISSION_CLASSES", "authentication_classes": "DEFAULT_AUTHENTICATION_CLASSES",
			"throttle_classes": "DEFAULT_THROTTLE_CLASSES", "renderer_classes": "DEFAULT_RENDERER_CLASSES",
			"parser_classes": "DEFAULT_PARSER_CLASSES", "versioning_class": "DEFAULT_VERSIONING_CLASS",
		},
		restPath + "generics.GenericAPIView": {"pagination_class": "DEFAULT_PAGINATION_CLASS", "filter_backends": "DEFAULT_FILTER_BACKENDS"},
	}
}

// fillDefaults gives the framework's classes the attributes that come from REST_FRAMEWORK, with the classes that its paths lead to.
func (i *Interpreter) fillDefaults(session *eval.Session) {
	for _, class := range sortedKeys(restDefaults()) {
		attributes := restDefaults()[class]
		for _, attribute := range sortedKeys(attributes) {
			i.classes[class].SetField(attribute, i.importClasses(session, i.restOption(attributes[attribute]).Value))
		}
	}
	i.fillSpectacular(session)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// importClasses is perform_import of rest_framework/settings.py: dotted paths become classes.
func (i *Interpreter) importClasses(session *eval.Session, v eval.Value) eval.Value {
	one := func(e eval.Value) eval.Value {
		path, ok := e.AsStr()
		at := strings.LastIndexByte(path, '.')
		if !ok || at < 0 {
			return e
		}
		if k, ok := i.classes[path]; ok {
			return k.WithOrigin(&eval.Origin{At: e.At()})
		}
		if strings.HasPrefix(path, "rest_framework.") {
			return eval.NewUnmodelledClass(path)
		}
		module := session.Import(path[:at])
		if k := module.Module.Attr(path[at+1:]); module.Module.IsValid() && k.IsValid() {
			return k.WithOrigin(&eval.Origin{At: e.At()})
		}
		return eval.NewUnmodelledClass(path)
	}
	switch v.Kind() {
	case eval.List, eval.Tuple:
		var list []eval.Value
		for _, e := range v.Elems() {
			list = append(list, one(e))
		}
		if v.Kind() == eval.Tuple {
			return eval.MakeTuple(list...)
		}
		return eval.MakeList(list...)
	}
	if !v.IsValid() {
		return eval.MakeNone()
	}
	return one(v)
}

// isDefault reports whether a class gives an attribute from REST_FRAMEWORK.
func isDefault(owner eval.Value, attribute string) bool {
	_, ok := restDefaults()[owner.Dotted()][attribute]
	return ok
}
