package caching

import (
	"slices"
	"strings"

	"gonogo/internal/django/background"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Entry is a place at which code writes or deletes an entry of the default cache.
type Entry struct {
	// Key is the key, with "*" for each part that is computed; "" where nothing of it is known.
	Key string
	// Forever says that the entry is written with timeout=None; Default that no timeout is given.
	Forever, Default bool
	At               source.Span
}

// Use is what code does with the default cache by its own keys.
type Use struct {
	Writes, Reads, Deletes []Entry
	// Opaque says that entries are written or deleted in ways that are not read: through another alias, with a pattern, all at once.
	Opaque bool
}

const defaultCache = "django.core.cache.cache."

// Keys collects the keys of the default cache from modules, in order of their text.
func Keys(modules []*resolve.Module) *Use {
	u := &Use{}
	for _, m := range modules {
		if !m.Syntax.File.Contains("cache") {
			continue
		}
		u.Opaque = u.Opaque || m.Syntax.File.ContainsAny("caches[", "get_cache(", "delete_pattern")
		background.Walk(m, func(s *background.Site) {
			if method, ok := strings.CutPrefix(s.Callee, defaultCache); ok {
				u.call(s, method)
			}
		})
	}
	return u
}

// call notes one call of the cache. Source: django/core/cache/backends/base.py.
func (u *Use) call(s *background.Site, method string) {
	e := Entry{At: s.At()}
	if key := argument(s.Call, 0, "key"); key != nil {
		e.Key = keyOf(s, key, 0)
	}
	switch method {
	case "set", "add", "get_or_set", "aset", "aadd", "aget_or_set":
		timeout := argument(s.Call, 2, "timeout")
		e.Default = timeout == nil && !slices.ContainsFunc(s.Call.Keywords, func(k *syntax.Keyword) bool { return k.Name == "" })
		if k, ok := timeout.(*syntax.Constant); ok {
			e.Forever = k.Kind == syntax.None
		}
		u.Writes = append(u.Writes, e)
	case "delete", "adelete":
		u.Deletes = append(u.Deletes, e)
	case "get", "has_key", "aget", "touch":
		u.Reads = append(u.Reads, e)
	case "incr", "decr", "incr_version", "decr_version", "close", "make_key", "validate_key", "get_backend_timeout", "lock", "ttl", "expire":
	case "get_many":
		u.Reads = append(u.Reads, Entry{At: e.At})
	case "delete_many":
		u.Deletes = append(u.Deletes, many(s)...)
	default:
		u.Opaque = true
	}
}

// many are the keys of delete_many.
func many(s *background.Site) (list []Entry) {
	keys := argument(s.Call, 0, "keys")
	var elements []syntax.Expr
	switch k := keys.(type) {
	case *syntax.List:
		elements = k.Elts
	case *syntax.Tuple:
		elements = k.Elts
	}
	if elements == nil {
		return []Entry{{At: s.At()}}
	}
	for _, e := range elements {
		list = append(list, Entry{Key: keyOf(s, e, 0), At: s.Module.Syntax.Span(e)})
	}
	return list
}

// argument is an argument by place or name, or nil.
func argument(c *syntax.Call, place int, name string) syntax.Expr {
	if place < len(c.Args) {
		return c.Args[place]
	}
	for _, k := range c.Keywords {
		if k.Name == name {
			return k.Value
		}
	}
	return nil
}

// keyOf is a key with "*" for what is computed, "" where nothing is known.
func keyOf(s *background.Site, e syntax.Expr, depth int) string {
	if depth > 10 {
		return ""
	}
	switch e := e.(type) {
	case *syntax.Constant:
		if e.Kind == syntax.Str {
			return strings.ReplaceAll(e.Value, "*", "?")
		}
	case *syntax.JoinedStr:
		return joinedKey(s, e, depth)
	case *syntax.BinOp:
		left := keyOf(s, e.Left, depth+1)
		switch {
		case e.Op == syntax.Mod && left != "":
			return filled(left, '%')
		case e.Op == syntax.Add:
			return known(or(left) + or(keyOf(s, e.Right, depth+1)))
		}
	case *syntax.Call:
		if a, ok := e.Func.(*syntax.Attribute); ok && a.Attr == "format" {
			return filled(keyOf(s, a.Value, depth+1), '{')
		}
	case *syntax.Name:
		if s.Function != nil {
			if local := background.Local(s.Function, e.ID); local != nil {
				return keyOf(s, local, depth+1)
			}
		}
		return constantKey(s, e, depth)
	case *syntax.Attribute:
		return constantKey(s, e, depth)
	}
	return ""
}

// constantKey is a key that a name of a module stands for.
func constantKey(s *background.Site, e syntax.Expr, depth int) string {
	dotted, ok := s.Module.Resolve(e)
	if !ok {
		return ""
	}
	d, ok := s.Module.Define(dotted)
	if !ok || d.Value == nil {
		return ""
	}
	return keyOf(&background.Site{Module: d.Module}, d.Value, depth+1)
}

func joinedKey(s *background.Site, e *syntax.JoinedStr, depth int) string {
	var b strings.Builder
	for _, part := range e.Values {
		switch part := part.(type) {
		case *syntax.Constant:
			b.WriteString(part.Value)
		case *syntax.FormattedValue:
			b.WriteString(or(keyOf(s, part.Value, depth+1)))
		}
	}
	return known(b.String())
}

// or is "*" for a part that is not known.
func or(part string) string {
	if part == "" {
		return "*"
	}
	return part
}

// known is "" for a key of which every part is computed.
func known(key string) string {
	if strings.Trim(key, "*:_-./") == "" {
		return ""
	}
	return key
}

// filled is a key whose fields of str.format, or of the operator %, are "*".
func filled(text string, mark byte) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] != mark:
			b.WriteByte(text[i])
		case mark == '{':
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				return ""
			}
			i += end
			b.WriteByte('*')
		default:
			if i++; i < len(text) && text[i] == '(' {
				end := strings.IndexByte(text[i:], ')')
				if end < 0 {
					return ""
				}
				i += end + 1
			}
			b.WriteByte('*')
		}
	}
	return known(b.String())
}

// Match reports whether two keys can be one, "*" standing for any text.
func Match(a, b string) bool {
	// reach[j] says that a[:i] and b[:j] can be one.
	reach := make([]bool, len(b)+1)
	for i := 0; i <= len(a); i++ {
		next := make([]bool, len(b)+1)
		for j := 0; j <= len(b); j++ {
			switch {
			case i == 0 && j == 0:
				next[j] = true
			case j > 0 && b[j-1] == '*' && (next[j-1] || i > 0 && reach[j]):
				next[j] = true
			case i > 0 && a[i-1] == '*' && (reach[j] || j > 0 && next[j-1]):
				next[j] = true
			case i > 0 && j > 0 && a[i-1] == b[j-1]:
				next[j] = reach[j-1]
			}
		}
		reach = next
	}
	return reach[len(b)]
}
