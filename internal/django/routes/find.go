package routes

import (
	"regexp"
	"strings"
)

// Match is what the resolver makes of a path.
type Match struct {
	Endpoint *Endpoint // nil where no pattern takes the path: Django answers 404
	// Unknown says why another endpoint than this one, or one at all, may answer; "" when the match is certain.
	Unknown string
}

// Find is the endpoint that answers a path, decoded and without the query ("/healthz/"), as Django's resolver finds it: the first pattern that
// takes it. Below i18n_patterns the language is LANGUAGE_CODE, as for a request that asks for none.
func (r *Routes) Find(path string) Match {
	path = strings.TrimPrefix(path, "/")
	unknown := ""
	for i := range r.Endpoints {
		e := &r.Endpoints[i]
		re, certain := e.expression()
		switch {
		case !certain && unknown == "" && (re == nil || re.MatchString(path)):
			unknown = "the pattern " + e.Path() + " is not known: " + e.RouteUnknown
		case !certain || !re.MatchString(path):
		case e.Prefix && e.View.Kind != AdminSite:
			return Match{Endpoint: e, Unknown: firstText(unknown, "what stands below "+e.Path()+" is not known: "+e.Unknown)}
		default:
			return Match{Endpoint: e, Unknown: unknown}
		}
	}
	return Match{Unknown: firstText(unknown, r.Unknown)}
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// expression is what a path must match; certain is false where a part of the route is not known, and the expression is then of what stands
// before it.
func (e *Endpoint) expression() (re *regexp.Regexp, certain bool) {
	var b strings.Builder
	b.WriteByte('^')
	certain = e.RouteUnknown == ""
	for i, p := range e.Patterns {
		if strings.Contains(p, unknownRoute) || !certain && i == len(e.Patterns)-1 && p == "" {
			certain = false
			break
		}
		last := i == len(e.Patterns)-1 && !e.Prefix
		switch {
		case isExpression(p):
			b.WriteString("(?:" + strings.TrimPrefix(strings.ReplaceAll(p, `\Z`, `\z`), "^") + ")")
		default:
			b.WriteString(ofConverters(p))
			if last {
				b.WriteString(`\z`)
			}
		}
	}
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, false
	}
	return re, certain
}

// isExpression tells the pattern of re_path from that of path by its signs.
func isExpression(p string) bool {
	return strings.HasPrefix(p, "^") || strings.HasSuffix(p, "$") || strings.ContainsAny(p, `\(`)
}

// ofConverters is the expression of a route of path(): text and converters (django/urls/converters.py).
func ofConverters(p string) string {
	var b strings.Builder
	for p != "" {
		start := strings.IndexByte(p, '<')
		end := strings.IndexByte(p, '>')
		if start < 0 || end < start {
			b.WriteString(regexp.QuoteMeta(p))
			break
		}
		b.WriteString(regexp.QuoteMeta(p[:start]))
		converter, _, named := strings.Cut(p[start+1:end], ":")
		if !named {
			converter = "str"
		}
		switch converter {
		case "int":
			b.WriteString(`[0-9]+`)
		case "slug":
			b.WriteString(`[-a-zA-Z0-9_]+`)
		case "uuid":
			b.WriteString(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
		case "path":
			b.WriteString(`.+`)
		default:
			b.WriteString(`[^/]+`)
		}
		p = p[end+1:]
	}
	return b.String()
}
