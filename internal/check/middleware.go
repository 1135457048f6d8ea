package check

import (
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

// SettingsExample is an example that is a settings module alone.
func SettingsExample(note, text string) Example {
	return Example{Note: note, Files: []ExampleFile{{Path: "settings.py", Text: text}}}
}
