package nginx

import (
	"regexp"
	"strconv"
	"strings"
)

// Server is a server {} block.
type Server struct {
	*Scope
	Listens   []Listen
	Names     []Arg // of server_name; none stands for the empty name
	Locations []*Location
}

// Listen is one address that a server answers on.
type Listen struct {
	Address       string // "*", "127.0.0.1", "[::]"; "unix:/run/x.sock" for a socket
	Port          int    // 0 for a socket, or when it is not known
	TLS           bool
	HTTP2         bool
	Default       bool // default_server is written
	ProxyProtocol bool
	Unknown       bool // a template fills in the address
	At            *Directive
}

// LocationKind is how a location matches.
type LocationKind uint8

const (
	Prefix      LocationKind = iota + 1 // location /x
	Exact                               // location = /x
	PrefixFinal                         // location ^~ /x: no regular expression is tried behind it
	Regex                               // location ~ x, ~* x
	Named                               // location @x
)

// Location is a location {} block.
type Location struct {
	*Scope
	Kind      LocationKind
	Pattern   string
	Fold      bool // ~*: letters in either case
	Unknown   bool // a template fills in the pattern
	Locations []*Location
	Ifs       []*Scope
	regex     *regexp.Regexp // nil when Go can't read it
}

// Upstream is an upstream {} block.
type Upstream struct {
	Name    string
	Servers []Arg // addresses
	At      *Directive
}

// Map is a map {} block: the value of a variable by that of another.
type Map struct {
	Source, Variable string // "$http_upgrade", "connection_upgrade"
	Values           []*Directive
	At               *Directive
}

// http reads what stands in http {}.
func (l *loader) http(list []*Directive) {
	c := l.config
	c.HTTP.Directives = list
	for _, d := range list {
		switch {
		case d.Name == "server" && d.HasBlock:
			c.Servers = append(c.Servers, newServer(d, c.HTTP))
		case d.Name == "upstream" && d.HasBlock && len(d.Args) == 1:
			u := &Upstream{Name: d.Arg(0), At: d}
			for _, s := range d.Block {
				if s.Name == "server" && len(s.Args) > 0 {
					u.Servers = append(u.Servers, s.Args[0])
				}
			}
			c.Upstreams[u.Name] = u
		case d.Name == "map" && d.HasBlock && len(d.Args) == 2:
			m := &Map{Source: d.Arg(0), Variable: strings.TrimPrefix(d.Arg(1), "$"), Values: d.Block, At: d}
			c.Maps[m.Variable] = m
		}
	}
}

func newServer(d *Directive, http *Scope) *Server {
	s := &Server{Scope: &Scope{Name: "server", Parent: http, Directives: d.Block, At: d}}
	for _, listen := range s.Own("listen") {
		s.Listens = append(s.Listens, newListen(listen))
	}
	if len(s.Listens) == 0 {
		s.Listens = []Listen{{Address: "*", Port: 80, At: d}}
	}
	if ssl, ok := s.Value("ssl"); ok && ssl.Arg(0) == "on" { // the directive of old, gone since 1.25.1
		for i := range s.Listens {
			s.Listens[i].TLS = true
		}
	}
	for _, names := range s.Own("server_name") {
		s.Names = append(s.Names, names.Args...)
	}
	s.Locations = locationsIn(s.Scope)
	return s
}

// newListen reads listen: an address, a port, or both, and its flags.
func newListen(d *Directive) Listen {
	l := Listen{Address: "*", Port: 80, At: d}
	text := d.Arg(0)
	l.Unknown = len(d.Args) > 0 && d.Args[0].Unknown
	switch {
	case l.Unknown:
		l.Address, l.Port = text, 0
	case strings.HasPrefix(text, "unix:"):
		l.Address, l.Port = text, 0
	default:
		if n, err := strconv.Atoi(text); err == nil {
			l.Port = n
		} else if i := strings.LastIndexByte(text, ':'); i >= 0 && !strings.HasSuffix(text, "]") {
			l.Address = text[:i]
			l.Port, _ = strconv.Atoi(text[i+1:])
		} else {
			l.Address = text
		}
	}
	for _, a := range d.Args[min(1, len(d.Args)):] {
		switch a.Text {
		case "ssl":
			l.TLS = true
		case "http2":
			l.HTTP2 = true
		case "default_server", "default":
			l.Default = true
		case "proxy_protocol":
			l.ProxyProtocol = true
		case "quic":
			l.TLS = true
		}
	}
	return l
}

func locationsIn(s *Scope) []*Location {
	var all []*Location
	for _, d := range s.Directives {
		if d.Name == "location" && d.HasBlock && len(d.Args) > 0 {
			all = append(all, newLocation(d, s))
		}
	}
	return all
}

func newLocation(d *Directive, parent *Scope) *Location {
	l := &Location{Scope: &Scope{Name: "location", Parent: parent, Directives: d.Block, At: d}, Kind: Prefix, Pattern: d.Arg(0)}
	modifier, pattern := "", d.Arg(0)
	if len(d.Args) > 1 {
		modifier, pattern = d.Arg(0), d.Arg(1)
	} else {
		for _, m := range []string{"=", "^~", "~*", "~"} { // location =/x
			if strings.HasPrefix(pattern, m) {
				modifier, pattern = m, pattern[len(m):]
				break
			}
		}
	}
	l.Pattern = pattern
	switch {
	case modifier == "=":
		l.Kind = Exact
	case modifier == "^~":
		l.Kind = PrefixFinal
	case modifier == "~" || modifier == "~*":
		l.Kind, l.Fold = Regex, modifier == "~*"
		expression := pattern
		if l.Fold {
			expression = "(?i)" + expression
		}
		l.regex, _ = regexp.Compile(expression)
	case strings.HasPrefix(pattern, "@"):
		l.Kind = Named
	}
	l.Unknown = d.Args[len(d.Args)-1].Unknown
	l.Locations = locationsIn(l.Scope)
	for _, inner := range d.Block {
		if inner.Name == "if" && inner.HasBlock {
			l.Ifs = append(l.Ifs, &Scope{Name: "if", Parent: l.Scope, Directives: inner.Block, At: inner})
		}
	}
	return l
}

// Pass is the directive that hands requests of the location on: proxy_pass, uwsgi_pass and so on, of its own or in an if; nil for none.
func (l *Location) Pass() *Directive {
	for _, name := range []string{"proxy_pass", "uwsgi_pass", "fastcgi_pass", "scgi_pass", "grpc_pass"} {
		if own := l.Own(name); len(own) > 0 {
			return own[len(own)-1]
		}
		for _, i := range l.Ifs {
			if own := i.Own(name); len(own) > 0 {
				return own[len(own)-1]
			}
		}
	}
	return nil
}

// All are the locations of the server with those inside them, outermost first.
func (s *Server) All() []*Location {
	var all []*Location
	var walk func(list []*Location)
	walk = func(list []*Location) {
		for _, l := range list {
			all = append(all, l)
			walk(l.Locations)
		}
	}
	walk(s.Locations)
	return all
}
