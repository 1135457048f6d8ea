package django

import (
	"strings"

	"gonogo/internal/python/eval"
)

// asDjangoReads is the value that django.conf.settings gives for a name: since Django 3.1 a relative MEDIA_URL or STATIC_URL is
// put below the script's prefix, which is "/" where nothing sets another (LazySettings in django/conf/__init__.py).
func asDjangoReads(name string, v eval.Value) eval.Value {
	if name != "MEDIA_URL" && name != "STATIC_URL" {
		return v
	}
	text, ok := v.AsStr()
	if !ok || v.Kind() != eval.Str || strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "/") {
		return v
	}
	return eval.MakeStr("/" + text).WithOrigin(v.Origin())
}
