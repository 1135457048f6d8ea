package deploy

import (
	"sort"
	"strings"
	"time"

	"gonogo/internal/deploy/caddy"
)

// caddyStep is something in a block of Caddy that ends a request for some paths.
type caddyStep struct {
	paths   []pathPattern // none: every path
	unknown string        // why it is not known which requests it takes
	route   *Route
	inner   []caddyStep // of handle and its kind
	group   bool        // has inner steps
	strips  string      // the prefix that handle_path takes off
	rank    int         // of the directive in Caddy's order
}

// walkSteps is the route that answers a path. A step that may take it makes the answer unknown.
func walkSteps(steps []caddyStep, uri string) (*Route, string) {
	for _, s := range steps {
		matches := len(s.paths) == 0
		for _, p := range s.paths {
			matches = matches || p.matches(uri)
		}
		switch {
		case !matches:
		case s.unknown != "":
			return s.route, s.unknown
		case s.group:
			rest := "/" + strings.TrimPrefix(strings.TrimPrefix(uri, strings.TrimSuffix(s.strips, "/")), "/")
			if s.strips == "" {
				rest = uri
			}
			if r, unknown := walkSteps(s.inner, rest); r != nil || unknown != "" {
				return r, unknown
			}
			return s.route, ""
		default:
			return s.route, ""
		}
	}
	return nil, ""
}

// directives reads what holds for all of a block: headers, root, sizes, compression, limits.
func (x *caddySite) directives(list []*caddy.Directive, r *Route, strips string, depth int) {
	for _, d := range list {
		switch d.Name {
		case "root":
			value := d.Args
			if len(value) > 1 {
				value = value[1:]
			}
			if len(value) == 1 {
				r.Files, r.Alias = said(value[0].Text, value[0].At), strips != ""
				if value[0].Unknown {
					r.Files = unread[string](value[0].Text, value[0].At)
				}
			}
		case "request_body":
			for _, m := range d.Own("max_size") {
				r.MaxBody = parsed(m.Arg(0), m.At, kubernetesBytes) // MB is 1000 x 1000, MiB 1024 x 1024
				if len(m.Args) > 0 && m.Args[0].Unknown {
					r.MaxBody = unread[int64](m.Arg(0), m.At)
				}
			}
		case "encode":
			r.Compression = said(true, d.At)
		case "rate_limit":
			r.Limits = append(r.Limits, Word{Text: "rate_limit", At: d.At})
		case "basic_auth", "basicauth", "forward_auth":
			r.Auth = said(d.Name, d.At)
		case "header":
			x.header(r, d)
		}
	}
}

// header reads the headers of answers: header [matcher] [+-?]name value, or a block of them.
func (x *caddySite) header(r *Route, d *caddy.Directive) {
	args := d.Args
	if len(args) > 0 && isCaddyMatcher(args[0].Text) {
		return // for some requests alone
	}
	add := func(name string, values []caddy.Arg) {
		name = strings.TrimLeft(name, "+?>")
		switch {
		case strings.HasPrefix(name, "-"):
			r.HiddenHeaders = append(r.HiddenHeaders, Word{Text: name[1:], At: d.At})
		case len(values) > 0:
			r.ResponseHeaders = append(r.ResponseHeaders[:len(r.ResponseHeaders):len(r.ResponseHeaders)], Header{Name: name, Value: values[0].Text, Always: true, Unknown: values[0].Unknown || strings.Contains(values[0].Text, "{"), At: d.At})
		}
	}
	if len(args) > 0 {
		add(args[0].Text, args[1:])
	}
	for _, inner := range d.Block {
		add(inner.Name, inner.Args)
	}
}

func isCaddyMatcher(text string) bool {
	return strings.HasPrefix(text, "/") || strings.HasPrefix(text, "@") || text == "*"
}

// caddyRank is the place of a directive that ends requests in Caddy's own order (caddyconfig/httpcaddyfile/directives.go); handle_path
// counts as handle. 0 for any other.
func caddyRank(name string) int {
	for i, group := range []string{"redir", "handle handle_path", "route", "abort error respond", "reverse_proxy", "php_fastcgi", "file_server"} {
		for _, n := range strings.Fields(group) {
			if n == name {
				return i + 1
			}
		}
	}
	return 0
}

// steps are the directives of a block that end requests, in the order in which Caddy tries them: by its own order of directives, and of one
// directive the longest path first. A route block keeps its own.
func (x *caddySite) steps(list []*caddy.Directive, h *VirtualHost, outer *Route, prefix string, ordered bool, depth int) []caddyStep {
	var steps []caddyStep
	if depth > maxMergeDepth {
		return nil
	}
	for _, d := range list {
		rank := caddyRank(d.Name)
		if rank == 0 {
			continue
		}
		s := x.step(d, list, h, outer, depth)
		s.rank = rank
		s.route.Pattern = string(append(s.paths, pathPattern(outer.Pattern))[0])
		if s.route.Pattern == "" || s.route.Pattern == "/*" {
			s.route.Pattern = "/"
		}
		h.Routes = append(h.Routes, s.route)
		if s.group {
			s.inner = x.steps(d.Block, h, s.route, s.strips, d.Name == "route", depth+1)
		}
		steps = append(steps, s)
	}
	if !ordered {
		longest := func(s caddyStep) int {
			n := -1
			for _, p := range s.paths {
				n = max(n, len(strings.TrimSuffix(string(p), "*")))
			}
			return n
		}
		sort.SliceStable(steps, func(i, j int) bool {
			if steps[i].rank != steps[j].rank {
				return steps[i].rank < steps[j].rank
			}
			return longest(steps[i]) > longest(steps[j])
		})
	}
	return steps
}

// step reads one directive that ends requests.
func (x *caddySite) step(d *caddy.Directive, beside []*caddy.Directive, h *VirtualHost, outer *Route, depth int) caddyStep {
	s := caddyStep{route: x.newRoute(outer, d.At)}
	args := d.Args
	if len(args) > 0 && isCaddyMatcher(args[0].Text) {
		s.paths, s.unknown = x.matcher(args[0], beside)
		args = args[1:]
	}
	switch d.Name {
	case "handle", "route":
		s.group = true
		x.directives(d.Block, s.route, "", depth)
	case "handle_path":
		s.group = true
		if len(s.paths) == 1 {
			s.strips = strings.TrimSuffix(string(s.paths[0]), "*")
		}
		x.directives(d.Block, s.route, s.strips, depth)
	case "redir":
		x.redir(s.route, args)
	case "reverse_proxy", "php_fastcgi":
		x.reverseProxy(s.route, d, args)
	case "respond", "error", "abort":
		s.route.Answer = 200
		for _, a := range args {
			if n, ok := parseInt(a.Text); ok {
				s.route.Answer = n
			}
		}
	}
	return s
}

// matcher reads a path, or a named matcher of the same block or of the site. Conditions beside paths are not followed.
func (x *caddySite) matcher(a caddy.Arg, beside []*caddy.Directive) (paths []pathPattern, unknown string) {
	if !strings.HasPrefix(a.Text, "@") {
		if a.Unknown {
			return nil, "a variable fills in " + a.Text
		}
		return []pathPattern{pathPattern(a.Text)}, ""
	}
	for _, d := range append(beside[:len(beside):len(beside)], x.site.Block...) {
		if d.Name != a.Text {
			continue
		}
		conditions := d.Block
		if len(d.Args) > 0 {
			conditions = []*caddy.Directive{{Name: d.Arg(0), Args: d.Args[1:]}}
		}
		for _, c := range conditions {
			if c.Name != "path" {
				unknown = "the matcher " + a.Text + " was not understood"
				continue
			}
			for _, p := range c.Args {
				paths = append(paths, pathPattern(p.Text))
			}
		}
		return paths, unknown
	}
	return nil, "the matcher " + a.Text + " was not found"
}

func (x *caddySite) redir(r *Route, args []caddy.Arg) {
	if len(args) == 0 {
		return
	}
	status := 302
	if len(args) > 1 {
		switch n, ok := parseInt(args[1].Text); {
		case ok:
			status = n
		case args[1].Text == "permanent":
			status = 301
		}
	}
	r.Redirect = &Redirect{Status: status, To: args[0].Text, At: args[0].At}
}

// reverseProxy reads where requests are handed to, the headers that are changed, and the transport.
// Source: https://caddyserver.com/docs/caddyfile/directives/reverse_proxy
func (x *caddySite) reverseProxy(r *Route, d *caddy.Directive, args []caddy.Arg) {
	b := &Backend{Protocol: "http", At: d.At, KeepAlive: byDefault(2 * time.Minute)}
	if d.Name == "php_fastcgi" {
		b.Protocol = "fastcgi"
	}
	for _, to := range d.Own("to") {
		args = append(args[:len(args):len(args)], to.Args...)
	}
	for _, a := range args {
		address := a.Text
		if scheme, rest, found := strings.Cut(address, "://"); found {
			b.Protocol, address = strings.Replace(scheme, "h2c", "http", 1), rest
		}
		address = strings.Replace(address, "unix/", "unix:", 1)
		b.Addresses = append(b.Addresses, address)
		b.Unknown = b.Unknown || a.Unknown || strings.Contains(address, "{")
	}
	b.Written = strings.Join(b.Addresses, " ")
	b.Unknown = b.Unknown || len(args) == 0
	for _, address := range b.Addresses {
		b.Processes = append(b.Processes, x.listening(address, b.Protocol)...)
	}
	r.Backend = b
	for _, up := range d.Own("header_up") {
		if len(up.Args) == 2 && !strings.HasPrefix(up.Arg(0), "-") && !strings.HasPrefix(up.Arg(0), "+") {
			r.RequestHeaders = append(r.RequestHeaders, Header{Name: up.Arg(0), Value: up.Arg(1), Unknown: up.Args[1].Unknown, At: up.At, means: caddyMeaning(up.Arg(1))})
		}
	}
	for _, transport := range d.Own("transport") {
		for _, o := range transport.Block {
			switch o.Name {
			case "read_timeout", "response_header_timeout":
				r.ReadTimeout = parsed(o.Arg(0), o.At, parseDuration)
			case "keepalive":
				b.KeepAlive = parsed(o.Arg(0), o.At, parseDuration)
				if o.Arg(0) == "off" {
					b.KeepAlive = Told[time.Duration]{}
				}
			}
		}
	}
	r.forwarding(d.At)
	if len(r.TrustedPeers) > 0 {
		for i := range r.RequestHeaders {
			if h := &r.RequestHeaders[i]; h.Value == "" && strings.HasPrefix(h.Name, "X-Forwarded-") {
				h.means, h.Unknown = 0, true // what a trusted proxy sent stays
			}
		}
	}
}

// caddyMeaning is what a placeholder of Caddy stands for (https://caddyserver.com/docs/caddyfile/concepts#placeholders).
func caddyMeaning(value string) Meaning {
	switch value {
	case "{scheme}", "{http.request.scheme}":
		return MeansScheme
	case "{host}", "{http.request.host}", "{hostport}", "{http.request.hostport}":
		return MeansHost
	case "{remote_host}", "{http.request.remote.host}", "{remote}":
		return MeansPeer
	}
	if !strings.Contains(value, "{") {
		return MeansText
	}
	return MeansUnknown
}
