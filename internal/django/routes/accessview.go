package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

// accessOfClass fills who may call a view of a class.
func (i *Interpreter) accessOfClass(e *Endpoint, s *shape, made *classView) {
	if len(e.Policy.Guards) > 0 {
		e.allMethods(Access{eval.No, last(e.Policy.Guards[0])})
		return
	}
	for _, name := range []string{"check_permissions", "initial", "dispatch", "test_func", "setup"} {
		a, found := s.get(name)
		_, own := a.owner.Definition()
		switch {
		case found == eval.No || !own:
		case name == "check_permissions":
			e.allMethods(Access{eval.Maybe, name + "() of " + a.owner.Dotted() + " decides"})
			return
		}
	}
	switch {
	case made.unknownActions != "" || !s.whole:
		e.allMethods(Access{eval.Maybe, s.class.Dotted() + " inherits from classes that are not in the project"})
		return
	case e.View.Kind.REST():
		view := func(q request) eval.Value { return i.instance(made, q, false) }
		i.accessOfREST(e, view, func(c *eval.Call, self eval.Value) eval.Value { return c.Call(c.GetAttr(self, "get_permissions")) })
	default:
		i.accessOfDjango(e, s, made)
	}
	i.looksAtCaller(e, s, made)
}

// accessOfDjango is a class of Django's without a guard.
func (i *Interpreter) accessOfDjango(e *Endpoint, s *shape, made *classView) {
	if _, own := made.class.Definition(); !own && s.isGraphQL() != "" {
		e.allMethods(Access{eval.Yes, ""}) // its fields decide
		return
	} else if !own {
		e.allMethods(packageAccess(made.class.Dotted()))
		return
	}
	for _, k := range s.mro {
		if a := packageAccess(k.Dotted()); a.Anyone == eval.No {
			e.allMethods(a)
			return
		}
	}
	e.allMethods(Access{eval.Yes, ""})
}

// packageAccess is who may call a view of Django's own.
// Source: django/contrib/auth/views.py, django/views/.
func packageAccess(name string) Access {
	switch name {
	case "django.contrib.auth.views.PasswordChangeView", "django.contrib.auth.views.PasswordChangeDoneView":
		return Access{eval.No, "login_required"}
	case "django.contrib.auth.views.LoginView", "django.contrib.auth.views.LogoutView", "django.contrib.auth.views.PasswordResetView",
		"django.contrib.auth.views.PasswordResetDoneView", "django.contrib.auth.views.PasswordResetConfirmView",
		"django.contrib.auth.views.PasswordResetCompleteView", "django.views.generic.base.TemplateView", "django.views.generic.base.RedirectView",
		"django.views.i18n.JavaScriptCatalog", "django.views.i18n.JSONCatalog", "django.views.i18n.set_language", "django.views.static.serve",
		"django.contrib.staticfiles.views.serve", "django.contrib.sitemaps.views.sitemap", "django.contrib.sitemaps.views.index",
		"django.views.defaults.page_not_found", "django.views.defaults.permission_denied", "django.views.defaults.server_error",
		"django.views.defaults.bad_request", "ninja.openapi.views.openapi_json", "ninja.openapi.views.openapi_view":
		return Access{eval.Yes, ""}
	case "ninja.openapi.views.default_home":
		return Access{eval.No, "it answers everyone with 404"}
	}
	return Access{eval.Maybe, "the view is not in the project"}
}

func (e *Endpoint) allMethods(a Access) {
	for _, m := range accessMethods(e) {
		e.setAccess(m, a)
	}
}

// looksAtCaller makes access of methods whose code looks at who calls not known, where nothing before it decided.
func (i *Interpreter) looksAtCaller(e *Endpoint, s *shape, made *classView) {
	for _, m := range accessMethods(e) {
		if e.Policy.Access[m].Anyone != eval.Yes {
			continue
		}
		handler := strings.ToLower(m)
		if action, ok := made.actions[handler]; ok {
			handler = action
		}
		if why := i.gatekeeper(s, false); why != "" {
			a := Access{eval.Maybe, why}
			if strings.HasPrefix(why, "dispatch()") && !e.View.Kind.REST() && handsToDispatch(s) && i.gatekeeper(s, true) == "" {
				a = i.dispatchLetsIn(made, m, why)
			}
			if a.Anyone != eval.Yes {
				e.setAccess(m, a)
				continue
			}
		}
		if unreadDecorator(e.View.Decorators) != "" {
			if a := i.followDecorators(e, m); a.Anyone != eval.Yes {
				e.setAccess(m, a)
				continue
			}
		}
		for _, name := range []string{"check_object_permissions", "test_func", handler} {
			if d, ok := i.textOf(s, name); ok && looksAtCaller(d) {
				e.setAccess(m, Access{eval.Maybe, name + "() of " + last(e.View.Name) + " looks at who calls"})
			}
		}
		for _, name := range []string{"get_queryset", "get_object", "filter_queryset", "perform_create", "perform_update", "perform_destroy", "form_valid",
			"get_serializer_class", "get_form_kwargs", "get_context_data"} {
			if d, ok := i.textOf(s, name); ok && mentions(d, refusals()) {
				e.setAccess(m, Access{eval.Maybe, name + "() of " + last(e.View.Name) + " can refuse"})
			}
		}
	}
}

// gatekeeper says which class on the way to a handler can decide in its place: one of the project whose dispatch, setup or initial has a
// condition or raises, or a mixin of Django's for access. followed says that dispatch is followed, which such a mixin leaves to those that
// inherit from it.
func (i *Interpreter) gatekeeper(s *shape, followed bool) string {
	for _, k := range s.mro {
		if k.Dotted() == "django.contrib.auth.mixins.AccessMixin" && !followed {
			return last(s.class.Dotted()) + " is an AccessMixin"
		}
		for _, f := range k.Fields() {
			name, _ := f.Key.AsStr()
			if (name != "dispatch" || followed) && name != "setup" && name != "initial" {
				continue
			}
			if d, ok := innermost(f.Value).Definition(); ok && d.Function != nil && decides(d.Function.Body) {
				return name + "() of " + last(k.Dotted()) + " decides"
			}
		}
	}
	return ""
}

// decides reports whether statements can go another way than on: a condition, an exception, a call that names permission.
func decides(body []syntax.Stmt) bool {
	found := false
	syntax.InspectBody(body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.If, *syntax.IfExp, *syntax.Raise, *syntax.Assert, *syntax.Match, *syntax.BoolOp:
			found = true
		case *syntax.Attribute:
			lower := strings.ToLower(n.Attr)
			found = found || strings.Contains(lower, "perm") || strings.Contains(lower, "check") || strings.Contains(lower, "auth") || strings.Contains(lower, "require")
		}
		return !found
	})
	return found
}

// textOf is the text of a method of the project's code.
func (i *Interpreter) textOf(s *shape, name string) (eval.Definition, bool) {
	a, found := s.get(name)
	if found == eval.No {
		return eval.Definition{}, false
	}
	return innermost(a.value).Definition()
}

// refusals are names by which code refuses a request.
func refusals() string {
	return " PermissionDenied HttpResponseForbidden NotAuthenticated AuthenticationFailed redirect_to_login HTTP_401_UNAUTHORIZED HTTP_403_FORBIDDEN "
}

// looksAtCaller reports whether the text of a function looks at who makes the request.
func looksAtCaller(d eval.Definition) bool {
	return mentions(d, refusals()+"user session auth headers META COOKIES is_authenticated has_perm get_signed_cookie current_user as_view ")
}

// handsOn names the function whose answer to the request a view returns, "" when it makes its own.
func handsOn(d eval.Definition) (to string) {
	if d.Function == nil {
		return ""
	}
	syntax.InspectBody(d.Function.Body, func(n syntax.Node) bool {
		r, ok := n.(*syntax.Return)
		if !ok {
			return true
		}
		call, ok := r.Value.(*syntax.Call)
		if !ok || len(call.Args) == 0 {
			return true
		}
		first, ok := call.Args[0].(*syntax.Name)
		if !ok || first.ID != "request" {
			return true
		}
		name := ""
		switch f := call.Func.(type) {
		case *syntax.Name:
			name = f.ID
		case *syntax.Attribute:
			name = f.Attr
		}
		if name != "render" && name != "TemplateResponse" && name != "serve" {
			to = name
		}
		return true
	})
	return to
}

// mentions reports whether the text of a function has one of the words as a name or an attribute.
func mentions(d eval.Definition, words string) bool {
	found := false
	visit := func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Attribute:
			found = found || strings.Contains(words, " "+n.Attr+" ")
		case *syntax.Name:
			found = found || n.ID != "user" && n.ID != "session" && n.ID != "headers" && n.ID != "auth" && strings.Contains(words, " "+n.ID+" ")
		}
		return !found
	}
	switch {
	case d.Function != nil:
		syntax.InspectBody(d.Function.Body, visit)
	case d.Lambda != nil:
		syntax.Inspect(d.Lambda.Body, visit)
	}
	return found
}

// accessOfFunction fills who may call a function.
func (i *Interpreter) accessOfFunction(e *Endpoint, classes eval.Value) {
	d, own := e.View.Definition, e.View.Definition.Function != nil || e.View.Definition.Lambda != nil
	switch {
	case len(e.Policy.Guards) > 0:
		e.allMethods(Access{eval.No, last(e.Policy.Guards[0])})
		return
	case e.View.Kind == APIFunction:
		view := func(q request) eval.Value {
			v := eval.NewObject(i.classes[restPath+"views.APIView"], nil)
			v.SetField("request", i.newRequest(q))
			return v
		}
		i.accessOfREST(e, view, func(c *eval.Call, self eval.Value) eval.Value {
			if classes.IsValid() {
				self.SetField("permission_classes", classes)
			}
			return c.Call(c.GetAttr(self, "get_permissions"))
		})
	case !own:
		e.allMethods(packageAccess(e.View.Name))
		return
	default:
		e.allMethods(Access{eval.Yes, ""})
	}
	for _, m := range accessMethods(e) {
		if e.Policy.Access[m].Anyone != eval.Yes {
			continue
		}
		if looksAtCaller(d) {
			e.setAccess(m, Access{eval.Maybe, "its code looks at who calls"})
		} else if to := handsOn(d); to != "" {
			e.setAccess(m, Access{eval.Maybe, "it hands the request on to " + to})
		}
		if unreadDecorator(e.View.Decorators) == "" {
			continue
		}
		switch a := i.followDecorators(e, m); {
		case a.Anyone == eval.No, a.Anyone == eval.Maybe && e.Policy.Access[m].Anyone == eval.Yes:
			e.setAccess(m, a)
		}
	}
}

// unreadDecorator is the first decorator that may keep strangers out, "" when there is none.
func unreadDecorator(list []Decorator) string {
	for _, d := range list {
		if !harmless(d.Name) {
			if d.Name == "" {
				return d.At.Text()
			}
			return d.Name
		}
	}
	return ""
}

// harmless reports whether a decorator lets every caller through.
func harmless(name string) bool {
	for _, prefix := range []string{"django.views.decorators.", "django.utils.decorators.", "django.db.transaction.", "rest_framework.decorators.",
		"drf_spectacular.", "drf_yasg.", "functools.", "django_ratelimit.", "ratelimit.", "ninja.pagination."} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == "django.contrib.auth.decorators.login_not_required"
}
