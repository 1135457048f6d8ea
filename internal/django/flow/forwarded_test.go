package flow

import (
	"testing"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func TestForwardedFirst(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"at once", `return request.META["HTTP_X_FORWARDED_FOR"].split(",")[0]`, `request.META["HTTP_X_FORWARDED_FOR"].split(",")[0]`},
		{"by headers", `return request.headers.get("x-forwarded-for", "").split(",")[0]`, `request.headers.get("x-forwarded-for", "").split(",")[0]`},
		{"through one name", "a = request.META.get('HTTP_X_FORWARDED_FOR')\n    a = a.split(',')[0]", "a.split(',')[0]"},
		{"in a condition", "a = request.META.get('HTTP_X_FORWARDED_FOR')\n    a = a.split(',')[0].strip() if a else None", "a.split(',')[0]"},
		{"through a list", "a = request.META.get('HTTP_X_FORWARDED_FOR')\n    b = [x.strip() for x in a.split(',')]\n    return b[0]", "b[0]"},
		{"pop", "a = request.META.get('HTTP_X_FORWARDED_FOR')\n    return a.split(',').pop(0)", "a.split(',').pop(0)"},
		{"the first that fits", "a = request.META.get('HTTP_X_FORWARDED_FOR', '')\n    for x in a.split(','):\n        if ok(x):\n            return x", "a.split(',')"},
		{"with a walrus", "if a := request.META.get('HTTP_X_FORWARDED_FOR'):\n        return a.split(',')[0]", "a.split(',')[0]"},
		{"the last one", "return request.META['HTTP_X_FORWARDED_FOR'].split(',')[-1]", ""},
		{"the whole", "return request.META['HTTP_X_FORWARDED_FOR']", ""},
		{"another header", "request.META['HTTP_X_FORWARDED_FOR']\n    return request.META['HTTP_X_FORWARDED_HOST'].split(',')[0]", ""},
		{"a name that is bound anew", "a = request.META.get('HTTP_X_FORWARDED_FOR')\n    a = 'x,y'\n    return a.split(',')[0]", ""},
		{"all of them", "for x in request.META['HTTP_X_FORWARDED_FOR'].split(','):\n        log(x)", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := &resolve.Module{Dotted: "views", Syntax: syntax.Parse(source.NewFile("views.py", []byte("def view(request):\n    "+c.body+"\n")))}
			got := ""
			for _, f := range New(resolve.NewGraph([]*resolve.Module{m}), []*resolve.Module{m}).ForwardedFirst() {
				got = m.Syntax.Span(f.At).Text()
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
