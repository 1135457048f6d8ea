package routes

import (
	"gonogo/internal/python/eval"
)

// packageURLs are the URL configurations of Django and Django REST framework, by module.
// Source: django/contrib/auth/urls.py, django/conf/urls/i18n.py, django/contrib/flatpages/urls.py, rest_framework/urls.py.
func (i *Interpreter) packageURLs() map[string]map[string]eval.Value {
	auth := func(name string, kwargs ...eval.Kwarg) eval.Value {
		return i.newView(&classView{class: i.classes["django.contrib.auth.views."+name], kwargs: kwargs})
	}
	one := func(route, name string, view eval.Value) eval.Value {
		return i.object(&pattern{route: route, plain: true, view: view, name: eval.MakeStr(name)})
	}
	login, logout := one("login/", "login", auth("LoginView")), one("logout/", "logout", auth("LogoutView"))
	return map[string]map[string]eval.Value{
		"django.contrib.auth.urls": {"urlpatterns": eval.MakeList(login, logout,
			one("password_change/", "password_change", auth("PasswordChangeView")),
			one("password_change/done/", "password_change_done", auth("PasswordChangeDoneView")),
			one("password_reset/", "password_reset", auth("PasswordResetView")),
			one("password_reset/done/", "password_reset_done", auth("PasswordResetDoneView")),
			one("reset/<uidb64>/<token>/", "password_reset_confirm", auth("PasswordResetConfirmView")),
			one("reset/done/", "password_reset_complete", auth("PasswordResetCompleteView")))},
		"rest_framework.urls": {"app_name": eval.MakeStr("rest_framework"), "urlpatterns": eval.MakeList(login, logout)},
		"django.conf.urls.i18n": {"urlpatterns": eval.MakeList(
			one("setlang/", "set_language", foreignFunction("django.views.i18n.set_language")))},
		"django.contrib.flatpages.urls": {"urlpatterns": eval.MakeList(
			one("<path:url>", "django.contrib.flatpages.views.flatpage", foreignFunction("django.contrib.flatpages.views.flatpage")))},
	}
}

// logoutMethods are the methods of LogoutView by version. Source: django/contrib/auth/views.py.
func (i *Interpreter) logoutMethods() string {
	switch {
	case i.version.AtLeast(5, 0):
		return "post options"
	case i.version.AtLeast(4, 1):
		return "get head post options"
	}
	return ""
}
