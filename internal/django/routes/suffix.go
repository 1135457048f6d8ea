package routes

import (
	"strings"

	"gonogo/internal/python/eval"
)

// suffixed adds to each pattern one with a format at its end, as rest_framework.urlpatterns.apply_suffix_patterns does. allowed is the
// alternatives of the format as a regular expression, "" for any. Lists that hold themselves are followed within the bounds of nesting and
// endpoints.
func (i *Interpreter) suffixed(list []*pattern, allowed string, required bool) []*pattern {
	left := maxEndpoints
	return i.suffixedWithin(list, allowed, required, maxNesting, &left)
}

func (i *Interpreter) suffixedWithin(list []*pattern, allowed string, required bool, depth int, left *int) []*pattern {
	if *left -= len(list); depth == 0 || *left < 0 {
		return list
	}
	var out []*pattern
	for _, p := range list {
		if p.included.IsValid() || p.admin {
			q := *p
			if elems := p.included.Elems(); len(elems) > 0 {
				var inner []*pattern
				for _, e := range elems {
					if n, ok := e.State().(*pattern); ok {
						inner = append(inner, n)
					}
				}
				var values []eval.Value
				for _, n := range i.suffixedWithin(inner, allowed, required, depth-1, left) {
					values = append(values, i.object(n))
				}
				q.included = eval.MakeList(values...)
			}
			out = append(out, &q)
			continue
		}
		if !required {
			out = append(out, p)
		}
		q := *p
		q.route = strings.TrimRight(strings.TrimRight(p.route, "$"), "/")
		q.format = true
		if p.plain {
			converter := "drf_format_suffix"
			if allowed != "" {
				converter += "_" + strings.ReplaceAll(allowed, "|", "_")
			}
			q.route += "<" + converter + ":format>"
		} else {
			one := "[a-z0-9]+"
			if allowed != "" {
				one = allowed
				if strings.Contains(allowed, "|") {
					one = "(" + allowed + ")"
				}
			}
			q.route += `\.(?P<format>` + one + `)/?$`
		}
		out = append(out, &q)
	}
	return out
}
