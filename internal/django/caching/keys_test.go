package caching

import (
	"strings"
	"testing"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// keys are the keys that a module writes, with how long they stay.
func keys(text string) string {
	m := &resolve.Module{Dotted: "shop", Syntax: syntax.Parse(source.NewFile("shop.py", []byte("from django.core.cache import cache, caches\n"+text)))}
	resolve.NewGraph([]*resolve.Module{m})
	u := Keys([]*resolve.Module{m})
	var out []string
	for _, e := range u.Writes {
		out = append(out, "set "+e.Key)
		if e.Forever {
			out = append(out, "for ever")
		}
	}
	for _, e := range u.Deletes {
		out = append(out, "delete "+e.Key)
	}
	if u.Opaque {
		out = append(out, "opaque")
	}
	return strings.Join(out, "; ")
}

func TestKeys(t *testing.T) {
	for name, c := range map[string]struct{ code, want string }{
		"text":                   {"cache.set('a', 1)", "set a"},
		"formatted":              {"cache.set(f'a-{x}-b', 1)", "set a-*-b"},
		"percent":                {"cache.set('a-%s-%(n)d' % x, 1)", "set a-*-*"},
		"format":                 {"cache.set('a-{}-{n!r}'.format(x), 1)", "set a-*-*"},
		"sum":                    {"cache.set('a-' + str(x), 1)", "set a-*"},
		"constant":               {"KEY = 'a-%s'\ncache.set(KEY % 1, 1)", "set a-*"},
		"local name":             {"def f(x):\n    key = f'a-{x}'\n    cache.set(key, 1)", "set a-*"},
		"name of two values":     {"def f(x):\n    key = 'a'\n    if x:\n        key = 'b'\n    cache.set(key, 1)", "set "},
		"computed":               {"cache.set(make(x), 1)", "set "},
		"by name":                {"cache.set(key='a', value=1, timeout=None)", "set a; for ever"},
		"timeout in third place": {"cache.set('a', 1, None)", "set a; for ever"},
		"deletions":              {"cache.delete('a')\ncache.delete_many(['b', f'c{x}'])\ncache.delete_many(x)", "delete a; delete b; delete c*; delete "},
		"all":                    {"cache.clear()", "opaque"},
		"another alias":          {"caches['x'].set('a', 1)", "opaque"},
		"another object":         {"def f(cache):\n    cache.set('a', 1)", ""},
	} {
		if got := keys(c.code); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"a", "a", true}, {"a", "b", false}, {"a-*", "a-1", true}, {"a-*", "a_1", false}, {"a-*", "*-b", true}, {"a*c", "*b*", true},
		{"a-*-b", "a-*", true}, {"*", "", true}, {"", "", true}, {"a*", "", false}, {"ab*", "a*c", true}, {"ab", "*c", false},
	} {
		if got := Match(c.a, c.b); got != c.want || Match(c.b, c.a) != c.want {
			t.Errorf("%q and %q: %t, want %t", c.a, c.b, got, c.want)
		}
	}
}
