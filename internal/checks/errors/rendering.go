package errors

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/routes"
	"gonogo/internal/django/templates"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// rendering is with what an error page is rendered: without anything by Django's own server_error, with the request by a handler that calls
// render() and by page_not_found.
func rendering(p *check.SourcePass, request, server bool) templates.Context {
	c := templates.Context{Request: request,
		Tag: func(name string) (eval.Tri, string) { return tagRenders(p, name, request, server) },
		URL: func(name string, arguments bool) (eval.Tri, string) { return namesURL(p, name, arguments) },
	}
	if server && request {
		c.Variable = asksForUser
	}
	return c
}

// asksForUser says that a variable of a page for status 500 asks who is logged in, which reads the session and the user.
func asksForUser(lookups []string) string {
	if len(lookups) > 0 && lookups[0] == "request" {
		lookups = lookups[1:]
	}
	if len(lookups) > 1 && (lookups[0] == "user" || lookups[0] == "perms") {
		return fmt.Sprintf("%s asks the database for the session and the user, which may be what is broken", strings.Join(lookups, "."))
	}
	return ""
}

// namesURL tells whether a name of {% url %} is that of a pattern.
func namesURL(p *check.SourcePass, name string, arguments bool) (eval.Tri, string) {
	r := p.Project.Routes()
	whole, takes := r.Unknown == "", false
	for n := range r.Endpoints {
		e := &r.Endpoints[n]
		switch {
		case e.FullName() == name:
			if arguments || !e.TakesKey() {
				return eval.Yes, ""
			}
			takes = true
		case e.NameUnknown || e.Unknown != "" || e.Package != "" && !otherNamespace(e, name) || e.View.Kind == routes.AdminSite && strings.HasPrefix(name, "admin:"):
			whole = false
		}
	}
	switch {
	case !whole:
		return eval.Maybe, "whether the name " + name + " of a tag url is that of a pattern is not known"
	case takes:
		return eval.No, "{% url %} needs an argument for " + name + " (NoReverseMatch)"
	}
	return eval.No, "no pattern has the name " + name + " of {% url %} (NoReverseMatch)"
}

// otherNamespace reports whether what stands below a prefix has another namespace than a name.
func otherNamespace(e *routes.Endpoint, name string) bool {
	return len(e.Namespaces) > 0 && !strings.HasPrefix(name, strings.Join(e.Namespaces, ":")+":")
}

// tagRenders tells whether a tag of a library renders: one that only writes addresses of files does, and one of the project as its function
// shows.
func tagRenders(p *check.SourcePass, name string, request, server bool) (eval.Tri, string) {
	switch name {
	case "stylesheet", "javascript", "endcompress", "compress", "vite_asset", "vite_hmr_client", "vite_react_refresh", "tailwind_css", "tailwind_preload_css",
		"bootstrap_css", "bootstrap_javascript", "env", "favicon", "wagtailuserbar", "crispy":
		// they write addresses of files (django-pipeline, django-compressor, django-vite, django-tailwind), or nothing without a request
		return map[bool]eval.Tri{true: eval.Maybe, false: eval.Yes}[name == "crispy"], ""
	}
	f, decorator := tagFunction(p, name)
	if f == nil {
		return eval.Maybe, ""
	}
	if key := neededKey(f); key != "" && !request && hasKeyword(decorator, "takes_context") {
		return eval.No, fmt.Sprintf("the tag %s takes %q of the context, which is not there (KeyError)", name, key)
	}
	if server && surelyAsks(f) {
		return eval.No, "the tag " + name + " asks the database, which may be what is broken"
	}
	if f.Mentions("objects", "connection", "get_current_site", "get_user_model") {
		return eval.Maybe, "it asks the database"
	}
	if flow.LastName(decorator) == "simple_tag" && harmlessBody(f) {
		return eval.Yes, ""
	}
	if c, ok := decorator.(*syntax.Call); ok && flow.LastName(c.Func) == "simple_tag" && harmlessBody(f) {
		return eval.Yes, ""
	}
	return eval.Maybe, "what its function does is not followed"
}

// tagFunction is the function of the project that is registered as a tag, with its decorator; nil where none or several may be.
func tagFunction(p *check.SourcePass, name string) (found *flow.Function, by syntax.Expr) {
	for _, f := range p.Project.Flow().Functions {
		if f.Class != nil || !strings.Contains(f.Module.Dotted, "templatetags") {
			continue
		}
		for _, d := range f.Decorators {
			base, given := flow.LastName(d), f.Name
			if c, ok := d.(*syntax.Call); ok {
				base = flow.LastName(c.Func)
				if n, ok := flow.Arg(c, -1, "name").(*syntax.Constant); ok {
					given = n.Value
				}
			}
			if (base == "simple_tag" || base == "inclusion_tag" || base == "simple_block_tag") && given == name {
				if found != nil {
					return nil, nil
				}
				found, by = f, d
			}
		}
	}
	return found, by
}

func hasKeyword(e syntax.Expr, name string) bool {
	c, ok := e.(*syntax.Call)
	if !ok {
		return false
	}
	v, ok := flow.Arg(c, -1, name).(*syntax.Constant)
	return ok && v.Kind == syntax.True
}

// neededKey is a key of the context that the body surely takes, "" where it takes none, or only sometimes.
func neededKey(f *flow.Function) (key string) {
	for _, s := range f.Body {
		switch s.(type) {
		case *syntax.Assign, *syntax.AnnAssign, *syntax.Return, *syntax.ExprStmt:
		default:
			return "" // what stands behind a condition may not be reached
		}
		syntax.Inspect(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.IfExp, *syntax.BoolOp, *syntax.Lambda:
				return false
			case *syntax.Subscript:
				base, isName := n.Value.(*syntax.Name)
				k, ok := n.Slice.(*syntax.Constant)
				if isName && ok && base.ID == "context" && n.Ctx == syntax.Load && key == "" && k.Kind == syntax.Str {
					key = k.Value
				}
			}
			return key == ""
		})
		if key != "" {
			return key
		}
	}
	return ""
}

// harmlessBody reports whether a body calls nothing but what makes text and addresses of files.
func harmlessBody(f *flow.Function) bool {
	harmless := true
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.Call); ok {
			dotted, _ := f.Module.Resolve(c.Func)
			switch {
			case strings.HasPrefix(dotted, "builtins."), strings.HasPrefix(dotted, "django.utils."), strings.HasPrefix(dotted, "django.templatetags.static."),
				strings.HasPrefix(dotted, "datetime."), strings.HasPrefix(dotted, "re."), strings.HasPrefix(dotted, "os."), strings.HasPrefix(dotted, "json."):
			case dotted == "" && isTextMethod(c):
			default:
				harmless = false
			}
		}
		return harmless
	})
	return harmless
}

// surelyAsks reports whether a body asks the database whatever happens: a query that is made, and not only prepared, outside of a condition.
func surelyAsks(f *flow.Function) bool {
	found := false
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.If, *syntax.IfExp, *syntax.For, *syntax.While, *syntax.BoolOp, *syntax.FunctionDef, *syntax.Lambda, *syntax.ExceptHandler:
			return false
		case *syntax.Call:
			if m, ok := n.Func.(*syntax.Attribute); ok && strings.Contains(flow.Path(m)+".", ".objects.") {
				switch m.Attr {
				case "get", "first", "last", "count", "exists", "aggregate", "latest", "earliest", "in_bulk", "get_or_create":
					found = true
				}
			}
		}
		return !found
	})
	return found
}

func isTextMethod(c *syntax.Call) bool {
	m, ok := c.Func.(*syntax.Attribute)
	if !ok {
		return false
	}
	switch m.Attr {
	case "format", "join", "strip", "split", "lower", "upper", "replace", "startswith", "endswith", "get", "strftime", "title":
		return true
	}
	return false
}

// processorsDoubt says why the context processors that render() runs may ask the database, "" when none does.
func processorsDoubt(p *check.SourcePass, w *django.World) string {
	for _, engine := range w.Get("TEMPLATES").Value.Elems() {
		for _, e := range engine.Get("OPTIONS", "context_processors").Elems() {
			name, ok := e.AsStr()
			if !ok {
				return "not all context processors are known"
			}
			switch {
			case strings.HasPrefix(name, "django."), strings.HasPrefix(name, "allauth."), strings.HasPrefix(name, "social_django."), strings.HasPrefix(name, "sekizai."),
				strings.HasPrefix(name, "wagtail.contrib.settings."), strings.HasPrefix(name, "constance."):
				continue // they ask when a variable of theirs is shown
			}
			d, found := p.Project.Code.Graph().Define(name)
			if !found || d.Function == nil {
				return "what the context processor " + name + " does is not read"
			}
			if f := p.Project.Flow().Function(d.Function); f == nil || f.Mentions("objects", "user", "session", "get_current_site") || !harmlessBody(f) {
				return "the context processor " + name + " may ask the database"
			}
		}
	}
	return ""
}
