package routes

import (
	"regexp"
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// Source of the functions below: django/urls/conf.py, django/conf/urls/i18n.py, django/conf/urls/static.py.

// pattern is what path(), re_path() and their like give.
type pattern struct {
	route   string
	unknown string // why the route is not known
	plain   bool   // path(), not a regular expression
	view    eval.Value
	kwargs  eval.Value
	name    eval.Value
	at      source.Span
	// included holds for a resolver: a list, a module or an Unknown, with its namespace.
	included  eval.Value
	namespace eval.Value
	admin     bool
	localized bool // what i18n_patterns() makes, with a prefix for the default language
	format    bool // the same view with a format at the end of its path
}

// native is a function of Go with its dotted name.
func native(dotted string, fn func(*eval.Call) eval.Value) eval.Value {
	return eval.NewNative(dotted, fn)
}

// urlNames are the functions of django.urls and django.conf.urls.
func (i *Interpreter) urlNames() map[string]eval.Value {
	return map[string]eval.Value{
		"path":       native("django.urls.conf.path", func(c *eval.Call) eval.Value { return i.newPattern(c, true) }),
		"re_path":    native("django.urls.conf.re_path", func(c *eval.Call) eval.Value { return i.newPattern(c, false) }),
		"url":        native("django.conf.urls.url", func(c *eval.Call) eval.Value { return i.newPattern(c, false) }),
		"include":    native("django.urls.conf.include", i.include),
		"URLPattern": i.pattern, "URLResolver": i.resolver, "RegexURLPattern": i.pattern, "RegexURLResolver": i.resolver,
	}
}

// newPattern is path(), re_path() or url().
func (i *Interpreter) newPattern(c *eval.Call, plain bool) eval.Value {
	p := &pattern{plain: plain, view: c.Arg(1, "view"), kwargs: c.Arg(2, "kwargs"), name: c.Arg(3, "name"), at: c.At}
	route := c.Arg(0, "route")
	if !route.IsValid() {
		route = c.Arg(-1, "regex")
	}
	if p.route, p.unknown = text(route, "the route of this pattern is not known"); p.unknown != "" {
		p.route = unknownRoute
	}
	parts := p.view.Elems()
	switch {
	case p.view.IsUnknown() && adminURLs(p.view):
		p.admin = true
	case (p.view.Kind() == eval.Tuple || p.view.Kind() == eval.List) && len(parts) == 3:
		p.included, p.namespace = parts[0], parts[2]
	case p.view.Kind() == eval.Tuple || p.view.Kind() == eval.List:
		p.included = eval.MakeUnknown("what is included here is not known")
	case !p.view.IsValid():
		p.view = c.Unknown("the view of this pattern is not known")
	}
	return i.object(p).WithOrigin(&eval.Origin{At: c.At})
}

// text is a string, or why it is not known.
func text(v eval.Value, otherwise string) (s, unknown string) {
	if s, ok := v.AsStr(); ok {
		return s, ""
	}
	if b := v.Body(); b.IsValid() {
		if s, ok := b.AsStr(); ok {
			return s, ""
		}
	}
	if r := v.Reason(); r != "" {
		return "", r
	}
	return "", otherwise
}

// adminURLs reports whether a value is the urls of an admin site.
func adminURLs(v eval.Value) bool {
	if p := v.Path(); strings.HasPrefix(p, "django.contrib.admin.") && strings.HasSuffix(p, "site.urls") {
		return true
	}
	s, ok := v.Symbol()
	return ok && s.Attr == "urls" && strings.HasSuffix(s.Of.Class(), "AdminSite") || ok && s.Attr == "urls" && s.Of.ClassOf().IsSubclass("django.contrib.admin.AdminSite")
}

// include is include(): the triple (patterns, app_name, namespace).
func (i *Interpreter) include(c *eval.Call) eval.Value {
	arg, namespace := c.Arg(0, "arg"), c.ArgOr(1, "namespace", eval.MakeNone())
	app := eval.MakeNone()
	if arg.Kind() == eval.Tuple {
		parts := arg.Elems()
		switch {
		case len(parts) == 2:
			arg, app = parts[0], parts[1]
		case len(parts) == 3: // the urls of an admin site
			return arg
		default:
			return c.Raise("django.core.exceptions.ImproperlyConfigured", "Passing a tuple of another length than 2 to include() is not supported.")
		}
	}
	if name, ok := arg.AsStr(); ok {
		arg = c.Import(name)
	}
	if adminURLs(arg) {
		return arg
	}
	patterns := arg
	if arg.Kind() == eval.Module {
		if a, ok := c.FindAttr(arg, "app_name"); ok {
			app = a
		}
	}
	if namespace.Truth() == eval.No {
		namespace = app
	} else if app.Truth() == eval.No && !arg.IsUnknown() && !i.version.Before(2, 0) {
		return c.Raise("django.core.exceptions.ImproperlyConfigured", "Specifying a namespace in include() without providing an app_name is not supported.")
	}
	return eval.MakeTuple(patterns, app, namespace)
}

// i18nPatterns is i18n_patterns(): what it holds stands below a prefix of the language, which Django writes as "en/" while it makes the
// configuration; the default language may have none.
func (i *Interpreter) i18nPatterns(c *eval.Call) eval.Value {
	use := i.setting("USE_I18N")
	switch use.Truth() {
	case eval.No:
		return eval.MakeList(c.Args...)
	case eval.Maybe:
		return c.Unknown("USE_I18N is not known")
	}
	p := &pattern{included: eval.MakeList(c.Args...), namespace: eval.MakeNone(), at: c.At}
	if prefix, ok := c.ArgOr(-1, "prefix_default_language", eval.MakeBool(true)).AsBool(); !ok {
		p.unknown = "whether the default language has a prefix is not known"
	} else if prefix {
		p.localized = true
		p.route, p.unknown = text(i.setting("LANGUAGE_CODE"), "LANGUAGE_CODE is not known")
		if p.unknown != "" {
			p.route = unknownRoute
		}
		p.route += "/"
	}
	return eval.MakeList(i.object(p))
}

// static is django.conf.urls.static.static(): patterns while DEBUG is on, none otherwise.
func (i *Interpreter) static(c *eval.Call) eval.Value {
	debug := i.setting("DEBUG")
	prefix, ok := c.Arg(0, "prefix").AsStr()
	if debug.Truth() == eval.No {
		if ok && prefix == "" {
			return c.Raise("django.core.exceptions.ImproperlyConfigured", "Empty static prefix not permitted")
		}
		return eval.MakeList()
	}
	if debug.Truth() == eval.Maybe || !ok {
		return c.UnknownFrom("patterns that exist while DEBUG is on", debug, c.Arg(0, "prefix"))
	}
	if strings.Contains(prefix, "://") || strings.HasPrefix(prefix, "//") {
		return eval.MakeList()
	}
	inner := *c
	view := c.ArgOr(1, "view", foreignFunction("django.views.static.serve"))
	inner.Args = []eval.Value{eval.MakeStr("^" + escapeRegex(strings.TrimLeft(prefix, "/")) + "(?P<path>.*)$"), view}
	inner.Kwargs = nil
	return eval.MakeList(i.newPattern(&inner, false))
}

// escapeRegex is Python's re.escape for a path.
func escapeRegex(s string) string {
	return regexp.MustCompile(`[-.+*?()\[\]{}^$|\\#&~ \t\n\r\v\f]`).ReplaceAllString(s, `\$0`)
}

// foreignFunction is a function of Django by name.
func foreignFunction(dotted string) eval.Value {
	return eval.NewNative(dotted, func(c *eval.Call) eval.Value { return c.Unknown("what " + dotted + " gives") })
}
