package check

import (
	"slices"

	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

// HasMiddlewareLike reports whether MIDDLEWARE has a class, or a class of the project that inherits from it.
func HasMiddlewareLike(p *SourcePass, w *django.World, class string) eval.Tri {
	if MiddlewareEntry(p, w, class).IsValid() {
		return eval.Yes
	}
	return HasMiddleware(w, class)
}

// MiddlewareEntry is the first element of MIDDLEWARE that is a class, or a class of the project that inherits from it; invalid without one.
func MiddlewareEntry(p *SourcePass, w *django.World, class string) eval.Value {
	for _, e := range w.Get("MIDDLEWARE").Value.Elems() {
		if name, ok := e.AsStr(); ok && (name == class || p.Project.Code.Inherits(name, class)) {
			return e
		}
	}
	return eval.Value{}
}

// SecurityMiddleware makes Django's redirect to HTTPS and its security headers.
const SecurityMiddleware = "django.middleware.security.SecurityMiddleware"

// answering are Django's middleware that can answer a request themselves, in the order in which its documentation lists them.
// WhiteNoise, which can as well, is asked about by static/whitenoise-order.
var answering = [...]string{
	"django.middleware.cache.FetchFromCacheMiddleware",
	"django.middleware.locale.LocaleMiddleware",
	"django.middleware.common.CommonMiddleware",
	"django.middleware.csrf.CsrfViewMiddleware",
	"django.contrib.auth.middleware.LoginRequiredMiddleware",
	"django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
	"django.contrib.redirects.middleware.RedirectFallbackMiddleware",
}

// AnswersBeforeSecurity is the first entry above SecurityMiddleware that can answer a request without its headers; invalid without one,
// and where there is no SecurityMiddleware.
func AnswersBeforeSecurity(p *SourcePass, w *django.World) eval.Value {
	entry := MiddlewareEntry(p, w, SecurityMiddleware)
	if !entry.IsValid() {
		return eval.Value{}
	}
	security, _ := entry.AsStr()
	for _, e := range w.Get("MIDDLEWARE").Value.Elems() {
		name, ok := e.AsStr()
		if ok && name == security {
			break
		}
		if ok && slices.Contains(answering[:], name) {
			return e
		}
	}
	return eval.Value{}
}

// SettingsExample is an example that is a settings module alone.
func SettingsExample(note, text string) Example {
	return Example{Note: note, Files: []ExampleFile{{Path: "settings.py", Text: text}}}
}
