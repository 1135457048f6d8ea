package routes

import (
	"gonogo/internal/python/eval"
)

// Source: django/urls/resolvers.py of 4.2 to 6.1.

// object is a pattern as the program sees it: a URLPattern, or a URLResolver where something is included.
func (i *Interpreter) object(p *pattern) eval.Value {
	if p.included.IsValid() || p.admin {
		return eval.NewObject(i.resolver, p)
	}
	return eval.NewObject(i.pattern, p)
}

// patternClass is URLPattern or URLResolver with the attributes that projects read.
func patternClass(name string) eval.Value {
	property := func(read func(c *eval.Call, p *pattern) eval.Value) func(*eval.Call, eval.Value) eval.Value {
		return func(c *eval.Call, self eval.Value) eval.Value {
			p, ok := self.State().(*pattern)
			if !ok {
				return c.Unknown("a pattern that is not known")
			}
			if v := read(c, p); v.IsValid() {
				return v
			}
			return eval.MakeNone()
		}
	}
	return eval.NewClass(eval.NativeClass{Name: "django.urls.resolvers." + name, Partial: true,
		Properties: map[string]func(*eval.Call, eval.Value) eval.Value{
			"pattern":      property(func(c *eval.Call, p *pattern) eval.Value { return patternText(c, p) }),
			"callback":     property(func(_ *eval.Call, p *pattern) eval.Value { return p.view }),
			"name":         property(func(_ *eval.Call, p *pattern) eval.Value { return p.name }),
			"namespace":    property(func(_ *eval.Call, p *pattern) eval.Value { return p.namespace }),
			"default_args": property(func(_ *eval.Call, p *pattern) eval.Value { return p.arguments() }), "default_kwargs": property(func(_ *eval.Call, p *pattern) eval.Value { return p.arguments() }),
			"url_patterns": property(func(c *eval.Call, p *pattern) eval.Value {
				if p.included.Kind() == eval.Module {
					return c.GetAttr(p.included, "urlpatterns")
				}
				return p.included
			}),
		}})
}

func (p *pattern) arguments() eval.Value {
	if p.kwargs.IsValid() && p.kwargs.Kind() != eval.None {
		return p.kwargs
	}
	return eval.MakeDict()
}

// patternText is a RoutePattern or RegexPattern.
func patternText(c *eval.Call, p *pattern) eval.Value {
	route := eval.MakeStr(p.route)
	if p.unknown != "" {
		route = c.Unknown(p.unknown)
	}
	name, attribute := "RegexPattern", "_regex"
	if p.plain {
		name, attribute = "RoutePattern", "_route"
	}
	v := eval.NewObject(eval.NewClass(eval.NativeClass{Name: "django.urls.resolvers." + name, Partial: true,
		Methods: map[string]func(*eval.Call, eval.Value) eval.Value{"__str__": func(*eval.Call, eval.Value) eval.Value { return route }}}), nil)
	v.SetField(attribute, route)
	v.SetField("name", p.name)
	if !p.plain {
		regex := eval.NewObject(eval.NewClass(eval.NativeClass{Name: "re.Pattern", Partial: true}), nil)
		regex.SetField("pattern", route)
		v.SetField("regex", regex)
	}
	return v
}
