package routes

import "strings"

// Path is the path for a person: patterns joined, without the signs of regular expressions around them, groups by their names:
// "/api/orders/<pk>/".
func (e *Endpoint) Path() string {
	var b strings.Builder
	b.WriteByte('/')
	for _, p := range e.Patterns {
		p = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(strings.TrimPrefix(p, "^"), "$"), `\A`), `\Z`)
		b.WriteString(strings.TrimPrefix(namedGroups(p), "/"))
	}
	return strings.ReplaceAll(b.String(), `\.`, ".")
}

// namedGroups writes (?P<name>...) as <name>.
func namedGroups(p string) string {
	var b strings.Builder
	for {
		start := strings.Index(p, "(?P<")
		if start < 0 {
			break
		}
		end := closing(p, start)
		name, _, ok := strings.Cut(p[start+4:end], ">")
		if !ok {
			break
		}
		b.WriteString(p[:start] + "<" + name + ">")
		p = p[min(end+1, len(p)):]
	}
	return b.String() + p
}

// closing is where the bracket at a place is closed, or the end of the text.
func closing(p string, start int) int {
	depth, class := 0, false
	for i := start; i < len(p); i++ {
		switch c := p[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(p)
}
