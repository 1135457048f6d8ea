package nginx

import (
	"regexp"
	"strings"
)

// Found is which part of a server answers a request.
type Found struct {
	Server   *Server
	Location *Location // nil when none matches: the server's own level answers
	// Redirects says that nginx itself redirects to the address with a slash at the end, as it does for a location that is handed on.
	Redirects bool
	// Unknown says why the answer is not certain: a regular expression that is not Go's, a template; "" when it is.
	Unknown string
}

// Scope is the level whose directives hold for the request.
func (f Found) Scope() *Scope {
	if f.Location != nil {
		return f.Location.Scope
	}
	return f.Server.Scope
}

// Find is the location that answers a path: decoded, without query, with slashes joined (ngx_http_core_find_location).
func (s *Server) Find(uri string) Found {
	m := &matching{uri: uri}
	r := m.find(s.Locations)
	return Found{Server: s, Location: m.location, Redirects: r == redirected, Unknown: m.unknown}
}

type matchResult uint8

const (
	declined   matchResult = iota + 1
	byPrefix               // NGX_AGAIN
	settled                // NGX_OK
	redirected             // NGX_DONE
)

type matching struct {
	uri      string
	location *Location
	unknown  string
}

func (m *matching) find(list []*Location) matchResult {
	result, final := declined, false
	best := m.static(list, &result)
	if result == byPrefix {
		final = best.Kind == PrefixFinal
		result = m.find(best.Locations)
	}
	if result == settled || result == redirected || final {
		return result
	}
	for _, l := range list {
		if l.Kind != Regex {
			continue
		}
		if l.regex == nil || l.Unknown {
			m.unknown = "the expression " + l.Pattern + " was not understood"
			continue
		}
		if l.regex.MatchString(m.uri) {
			m.location = l
			m.find(l.Locations)
			return settled
		}
	}
	return result
}

// static finds the exact location, or that with the longest prefix.
func (m *matching) static(list []*Location, result *matchResult) *Location {
	var best *Location
	for _, l := range list {
		if l.Unknown && l.Kind != Regex && l.Kind != Named {
			m.unknown = "a template fills in " + l.Title()
			continue
		}
		switch l.Kind {
		case Exact:
			if m.uri == l.Pattern {
				m.location, *result = l, settled
				return l
			}
		case Prefix, PrefixFinal:
			if strings.HasPrefix(m.uri, l.Pattern) && (best == nil || len(l.Pattern) > len(best.Pattern)) {
				best = l
			}
		}
	}
	if best == nil || best.Pattern != m.uri { // of "/x" and "/x/", the first is no redirect when it is there itself
		for _, l := range list {
			if (l.Kind == Exact || l.Kind == Prefix || l.Kind == PrefixFinal) && l.Pattern == m.uri+"/" && l.Pass() != nil {
				m.location, *result = l, redirected
				return l
			}
		}
	}
	if best != nil {
		m.location, *result = best, byPrefix
	}
	return best
}

// Select is the server that answers a request to a port for a host, as nginx chooses it: the exact name, the longest name that begins with
// an asterisk, the longest that ends with one, the first regular expression, and else the default server (ngx_http_request.c).
func (c *Config) Select(port int, host string) (s *Server, byName bool) {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	var here []*Server
	for _, s := range c.Servers {
		for _, l := range s.Listens {
			if l.Port == port {
				here = append(here, s)
				break
			}
		}
	}
	best, bestRank, bestLength := (*Server)(nil), 0, 0
	for _, s := range here {
		for _, name := range s.Names {
			rank, length := nameMatches(strings.ToLower(name.Text), name.Text, host)
			if rank > bestRank || rank == bestRank && rank != rankRegex && length > bestLength {
				best, bestRank, bestLength = s, rank, length
			}
		}
		if len(s.Names) == 0 && host == "" && bestRank == 0 {
			best, bestRank = s, rankExact
		}
	}
	if best != nil {
		return best, true
	}
	return c.Default(port), false
}

const (
	rankRegex = iota + 1
	rankTail
	rankHead
	rankExact
)

func nameMatches(name, written, host string) (rank, length int) {
	switch {
	case name == host:
		return rankExact, len(name)
	case strings.HasPrefix(name, "."):
		if host == name[1:] {
			return rankExact, len(name)
		}
		if strings.HasSuffix(host, name) {
			return rankHead, len(name)
		}
	case strings.HasPrefix(name, "*."):
		if strings.HasSuffix(host, name[1:]) {
			return rankHead, len(name)
		}
	case strings.HasSuffix(name, ".*"):
		if strings.HasPrefix(host, name[:len(name)-1]) {
			return rankTail, len(name)
		}
	case strings.HasPrefix(name, "~"):
		if e, err := regexp.Compile("(?i)" + written[1:]); err == nil && e.MatchString(host) {
			return rankRegex, 0
		}
	}
	return 0, 0
}

// Default is the server that answers a port for names that no server has: that with default_server, else the first. nil when none listens.
func (c *Config) Default(port int) *Server {
	var first *Server
	for _, s := range c.Servers {
		for _, l := range s.Listens {
			if l.Port != port {
				continue
			}
			if l.Default {
				return s
			}
			if first == nil {
				first = s
			}
		}
	}
	return first
}

// Ports are the ports on which a server listens, in order of their first appearance; sockets and ports that are not known are left out.
func (c *Config) Ports() []int {
	var ports []int
	seen := map[int]bool{}
	for _, s := range c.Servers {
		for _, l := range s.Listens {
			if l.Port != 0 && !seen[l.Port] {
				seen[l.Port] = true
				ports = append(ports, l.Port)
			}
		}
	}
	return ports
}
