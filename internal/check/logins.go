package check

import (
	"slices"
	"strings"

	"gonogo/internal/django"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Login is a view that checks passwords.
type Login struct {
	At   source.Span
	Path string // of a request, "" when it is not known
	// Limited says whether its own code, forms, throttles or decorators limit the tries; Maybe where they speak of limits and are not followed.
	Limited eval.Tri
}

// Logins are the endpoints that check passwords.
func Logins(p *SourcePass) (list []Login) {
	checks := codeThatChecksPasswords(p)
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		list = append(list, fieldLogins(p, checks, e)...)
		found, limited := false, eval.No
		switch {
		case e.View.Kind == routes.AdminSite:
			found = !adminLogsInElsewhere(p, e)
		case strings.HasPrefix(e.Package, "dj_rest_auth.urls"), strings.HasPrefix(e.Package, "djoser.urls"):
			found = true
		case strings.HasPrefix(e.Package, "allauth.urls"), strings.HasPrefix(e.Package, "allauth.account.urls"), strings.HasPrefix(e.Package, "allauth.headless.urls"),
			e.View.Is("allauth.account.views.LoginView"):
			found, limited = true, allauthLimits(p)
		case e.View.Is("django.contrib.auth.views.LoginView", "two_factor.views.core.LoginView", "rest_framework.authtoken.views.ObtainAuthToken", "rest_framework_simplejwt.views.TokenObtainPairView",
			"rest_framework_simplejwt.views.TokenObtainSlidingView"):
			found, limited = true, limitsItself(p, e)
		case e.View.Definition.Function != nil, e.View.Definition.Class != nil:
			if checks.checks(p, e) {
				found, limited = true, limitsItself(p, e)
			}
		}
		at := e.At
		if at.IsZero() {
			at = includeOf(p, "django.contrib.auth.urls", "rest_framework.urls")
		}
		if found && !at.IsZero() {
			list = append(list, Login{at, loginPath(e), limited})
		}
	}
	return list
}

// fieldLogins are the fields of GraphQL that check passwords: those whose resolver or mutation does, and the one of django-graphql-jwt.
func fieldLogins(p *SourcePass, checks passwordCode, e *routes.Endpoint) (list []Login) {
	if e.GraphQL == nil {
		return nil
	}
	for n := range e.GraphQL.Fields {
		field := &e.GraphQL.Fields[n]
		bodies := fieldBodies(p, field)
		found := strings.HasPrefix(field.Resolver, "graphql_jwt.") && strings.HasSuffix(field.Resolver, "ObtainJSONWebToken")
		for _, f := range bodies {
			found = found || checks.directly[f] || checks.reached[f] && field.Access.Anyone != eval.No && !isSignUp(field.Name)
		}
		if !found || field.At.IsZero() {
			continue
		}
		limited := eval.No
		for _, name := range field.Decorators {
			limited = Any(limited, limitsTries(p, name, 0))
		}
		for _, f := range append(bodies, inheritedBodies(p, field)...) {
			limited = Any(limited, bodyLimits(p, f, 0))
		}
		list = append(list, Login{field.At, RequestPath(e), limited})
	}
	return list
}

// fieldBodies are the functions of the project that answer a field of GraphQL.
func fieldBodies(p *SourcePass, field *routes.Field) []*flow.Function {
	if d := field.Definition; d.Function != nil {
		if f := p.Project.Flow().Function(d.Function); f != nil {
			return []*flow.Function{f}
		}
	} else if d.Class != nil {
		if c := p.Project.Flow().Class(d.Class); c != nil {
			return c.Methods
		}
	}
	return nil
}

// inheritedBodies are the methods of the classes of the project that a mutation inherits from.
func inheritedBodies(p *SourcePass, field *routes.Field) (list []*flow.Function) {
	if field.Definition.Class == nil {
		return nil
	}
	ancestors, _ := p.Project.Code.Graph().Ancestors(field.Resolver)
	for _, name := range ancestors {
		if d, ok := p.Project.Code.Graph().Define(name); ok && d.Class != nil {
			if c := p.Project.Flow().Class(d.Class); c != nil {
				list = append(list, c.Methods...)
			}
		}
	}
	return list
}

// allauthLimits tells whether django-allauth limits failed logins, as it does unless ACCOUNT_RATE_LIMITS turns it off.
// Source: allauth/account/app_settings.py, RATE_LIMITS.
func allauthLimits(p *SourcePass) eval.Tri {
	limits := p.Settings.Shipped().Get("ACCOUNT_RATE_LIMITS").Value
	failed, set := limits.Lookup("login_failed")
	switch {
	case !limits.IsValid():
		return eval.Yes
	case limits.IsUnknown() || set && failed.IsUnknown():
		return eval.Maybe
	case limits.Kind() == eval.Bool && limits.Truth() == eval.No, set && failed.Truth() == eval.No:
		return eval.No
	}
	return eval.Yes
}

// loginPath is the path that takes passwords; "" when it is not known.
func loginPath(e *routes.Endpoint) string {
	uri := RequestPath(e)
	switch {
	case uri == "":
	case e.View.Kind == routes.AdminSite:
		return strings.TrimSuffix(uri, "/") + "/login/"
	case e.Prefix:
		return "" // which of the package's paths it is
	}
	return uri
}

// includeOf is the first call of include() for one of the modules; zero without one.
func includeOf(p *SourcePass, modules ...string) source.Span {
	for _, c := range p.Project.Flow().Named("include") {
		if text, ok := flow.Arg(c.Call, 0, "arg").(*syntax.Constant); ok && slices.Contains(modules, text.Value) {
			return c.Module.Syntax.Span(c.Call)
		}
	}
	return source.Span{}
}

// adminLogsInElsewhere reports whether the project puts another login in place of the admin's: by a route before it, or by django-allauth.
func adminLogsInElsewhere(p *SourcePass, site *routes.Endpoint) bool {
	if p.Project.Uses("secure_admin_login") || replacesAdminLogin(p) {
		return true
	}
	for n := range p.Project.Routes().Endpoints {
		if e := &p.Project.Routes().Endpoints[n]; e.View.Kind != routes.AdminSite && strings.Trim(e.Route(), "^$/") == strings.Trim(site.Route(), "^$/")+"/login" {
			return true
		}
	}
	return false
}

// functionsThatAuthenticate are the functions that call django.contrib.auth.authenticate.
func functionsThatAuthenticate(p *SourcePass) map[*flow.Function]bool {
	found := map[*flow.Function]bool{}
	for _, c := range p.Project.Flow().Named("authenticate", "aauthenticate") {
		if strings.HasPrefix(c.Dotted(), "django.contrib.auth.") && c.In != nil && (flow.Spreads(c.Call) || flow.Arg(c.Call, -1, "password") != nil) && !asksAgain(c) {
			found[c.In] = true
		}
	}
	return found
}

// asksAgain reports whether authenticate() is given the name of who is logged in already, who only confirms the password.
func asksAgain(c *flow.Call) bool {
	for _, k := range c.Keywords {
		if k.Name == "password" || k.Name == "request" || k.Name == "" {
			continue
		}
		value := k.Value
		if name, ok := value.(*syntax.Name); ok && c.In != nil {
			value = c.In.Value(name)
		}
		if value == nil {
			continue
		}
		if path := flow.Path(value); strings.HasPrefix(path, "self.user.") || strings.HasPrefix(path, "request.user.") || strings.HasPrefix(path, "self.request.user.") {
			return true
		}
	}
	return false
}

// ViewBodies are the functions of the project that a view is made of.
func ViewBodies(p *SourcePass, e *routes.Endpoint) (list []*flow.Function) {
	if d := e.View.Definition; d.Function != nil {
		if f := p.Project.Flow().Function(d.Function); f != nil {
			list = append(list, f)
		}
		return list
	}
	for _, name := range e.View.Ancestors {
		if d, ok := p.Project.Code.Graph().Define(name); ok && d.Class != nil {
			if c := p.Project.Flow().Class(d.Class); c != nil {
				list = append(list, c.Methods...)
			}
		}
	}
	return list
}

// isLimit reports whether a name speaks of limits on how often something may be tried.
func isLimit(name string) bool {
	lower := strings.ToLower(name)
	for _, word := range []string{"ratelimit", "rate_limit", "throttl", "axes", "attempt", "lockout", "is_locked", "captcha", "tokenbucket", "authorize_login", "turnstile", "defender", "bruteforce", "brute_force", "limiter", "too_many"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

// LoginsLimited tells what limits every login of the project, Maybe where that is not known.
func LoginsLimited(p *SourcePass, w *django.World) (reason string, limited eval.Tri) {
	whole, limitsMiddleware := true, ""
	for _, app := range []string{"axes", "defender", "django_defender"} {
		switch HasApp(w, app) {
		case eval.Yes:
			return app + " limits the tries", eval.Yes
		case eval.Maybe:
			whole = false
		}
	}
	for _, e := range w.Get("MIDDLEWARE").Value.Elems() {
		name, ok := e.AsStr()
		if !ok {
			continue
		}
		switch limitsTries(p, name, 0) {
		case eval.Yes:
			return name + " limits the tries", eval.Yes
		case eval.Maybe:
			if limitsMiddleware == "" && isLimit(name) { // what its body speaks of is any limit
				limitsMiddleware = name
			}
		}
	}
	if limitsMiddleware != "" {
		return "whether " + limitsMiddleware + " limits how often passwords are tried is not known: it is not followed", eval.Maybe
	}
	backends, known := Strings(w.Get("AUTHENTICATION_BACKENDS").Value)
	switch {
	case !known || !whole:
		return Doubt(w, w.Get("INSTALLED_APPS")), eval.Maybe
	case len(backends) == 0 || AskForPasswords(p, backends):
		return "", eval.No
	case Elsewhere(p, backends):
		return "passwords are checked elsewhere: " + backends[0], eval.Yes
	}
	return "no password is asked for: " + backends[0], eval.Yes
}
