package routes

import (
	"gonogo/internal/python/eval"
)

// guards finds the decorators and the middleware that ask for a login. around are the decorators as values, where there are.
func (i *Interpreter) guards(e *Endpoint, around []layer) {
	open := i.decoratorGuards(e, around)
	// Views of Django REST framework are exempt: their permission classes decide (rest_framework/views.py, as_view).
	const middleware = "django.contrib.auth.middleware.LoginRequiredMiddleware"
	if !open && !e.View.Kind.REST() && !loginView(e.View) && i.setting("MIDDLEWARE").Contains(middleware) == eval.Yes {
		e.Policy.Guards = append(e.Policy.Guards, middleware)
	}
}

// decoratorGuards finds the decorators that ask for a login; open is true where one says that none is needed.
func (i *Interpreter) decoratorGuards(e *Endpoint, around []layer) (open bool) {
	for _, d := range e.View.Decorators {
		switch d.Name {
		case "django.contrib.auth.decorators.login_required", "django.contrib.auth.decorators.permission_required",
			"django.contrib.admin.views.decorators.staff_member_required", "django.contrib.admin.sites.site.admin_view":
			e.Policy.Guards = append(e.Policy.Guards, d.Name)
		case "django.contrib.auth.decorators.user_passes_test":
			if !i.passesStrangers(d, around) {
				e.Policy.Guards = append(e.Policy.Guards, d.Name)
			}
		case "django.contrib.auth.decorators.login_not_required":
			open = true
		}
	}
	return open
}

// loginView reports whether a view is one of Django's under login_not_required. Source: django/contrib/auth/views.py.
func loginView(v View) bool {
	const path = "django.contrib.auth.views."
	return v.Is(path+"LoginView", path+"PasswordResetView", path+"PasswordResetDoneView", path+"PasswordResetConfirmView",
		path+"PasswordResetCompleteView") || v.Name == "django.views.i18n.set_language"
}

// passesStrangers reports whether the test of user_passes_test lets in a user who is not logged in.
func (i *Interpreter) passesStrangers(d Decorator, around []layer) bool {
	for _, l := range around {
		if l.name != d.Name || !l.fn.IsValid() {
			continue
		}
		test := firstArgument(l.fn)
		if !test.IsValid() {
			continue
		}
		trials, whole := i.session.Try(maxWays, func(c *eval.Call) eval.Value { return c.Call(test, i.stranger()) })
		for _, t := range trials {
			if t.Failure != nil || t.GivenUp != "" || t.Result.Truth() != eval.Yes {
				return false
			}
		}
		return whole
	}
	return false
}

// guardMixins finds the mixins that ask for a login. One that stands behind View in the order of resolution does nothing, as View.dispatch
// calls no other.
func (i *Interpreter) guardMixins(e *Endpoint, s *shape, made *classView) {
	for _, k := range s.mro {
		switch name := k.Dotted(); name {
		case genericPath + "base.View":
			return
		case "django.contrib.auth.mixins.LoginRequiredMixin":
			e.Policy.Guards = append(e.Policy.Guards, name)
		case "django.contrib.auth.mixins.PermissionRequiredMixin":
			if _, own := i.ownMethod(s, "has_permission"); !own {
				e.Policy.Guards = append(e.Policy.Guards, name)
			} else if !i.letsStrangersPass(made, "has_permission") {
				e.Policy.Guards = append(e.Policy.Guards, name)
			}
		case "django.contrib.auth.mixins.UserPassesTestMixin":
			if !i.letsStrangersPass(made, "test_func") {
				e.Policy.Guards = append(e.Policy.Guards, name)
			}
		}
	}
}

// ownMethod is a method that a class of the project gives.
func (i *Interpreter) ownMethod(s *shape, name string) (a attribute, own bool) {
	a, found := s.get(name)
	_, own = a.owner.Definition()
	return a, own && found != eval.No
}

// letsStrangersPass reports whether a test of a view is true for a request of a stranger.
func (i *Interpreter) letsStrangersPass(made *classView, test string) bool {
	trials, whole := i.ask(made, request{user: i.stranger()}, false, test)
	for _, t := range trials {
		if t.Failure != nil || t.GivenUp != "" || t.Result.Truth() != eval.Yes {
			return false
		}
	}
	return whole && len(trials) > 0
}
