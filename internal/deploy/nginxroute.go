package deploy

import (
	"path"
	"strconv"
	"strings"
	"time"

	"gonogo/internal/deploy/nginx"
)

// routeReader turns the levels of a configuration of nginx into routes.
type routeReader struct {
	config    *nginx.Config
	process   *Process
	processes []*Process
}

// route is a location, or the server itself when l is nil.
func (x *routeReader) route(s *nginx.Scope, l *nginx.Location, outer *Route) *Route {
	r := &Route{Outer: outer, At: s.At.At, Conditional: s.At.Conditional, scope: s}
	if l != nil {
		if alias := l.Climbs(); alias != nil {
			r.Climbs = alias.At
		}
		r.Pattern = strings.Join(s.At.Texts(), " ")
		if pass := l.Pass(); pass != nil {
			r.Backend = x.backend(pass)
		}
		r.Internal = len(s.Own("internal")) > 0
	}
	r.RequestHeaders = requestHeaders(s, r.Backend)
	if r.Backend != nil && r.Backend.Protocol == "uwsgi" {
		r.uwsgi(s)
	}
	r.ResponseHeaders, r.DroppedHeaders = responseHeaders(s.Effective("add_header")), droppedHeaders(s)
	x.files(r, s)
	x.answers(r, s, l)
	r.MaxBody = nginxTold(s, "client_max_body_size", nginx.Size).or(byDefault(int64(1 << 20)))
	prefix := "proxy"
	if r.Backend != nil && (r.Backend.Protocol == "uwsgi" || r.Backend.Protocol == "fastcgi" || r.Backend.Protocol == "grpc") {
		prefix = r.Backend.Protocol
	}
	for _, d := range s.Effective(prefix + "_hide_header") {
		r.HiddenHeaders = append(r.HiddenHeaders, Word{Text: d.Arg(0), At: d.At})
	}
	r.ReadTimeout = nginxTold(s, prefix+"_read_timeout", nginx.Time).or(byDefault(time.Minute))
	r.SendTimeout = nginxTold(s, prefix+"_send_timeout", nginx.Time).or(byDefault(time.Minute))
	r.ConnectTimeout = nginxTold(s, prefix+"_connect_timeout", nginx.Time).or(byDefault(time.Minute))
	r.HTTPVersion = nginxText(s, "proxy_http_version").or(byDefault("1.0"))
	r.Buffering = nginxTold(s, prefix+"_buffering", parseBool).or(byDefault(true))
	r.Compression = nginxTold(s, "gzip", parseBool).or(byDefault(false))
	r.AccessLog, r.Expires, r.Auth = nginxText(s, "access_log"), nginxText(s, "expires"), nginxText(s, "auth_basic")
	r.AuthRequest, r.Listing = nginxText(s, "auth_request"), nginxTold(s, "autoindex", parseBool)
	if tries := s.Own("try_files"); len(tries) > 0 {
		r.Tries = nginxWords(tries[len(tries)-1].Args)
	}
	r.LogFormat = x.logFormat(s)
	if d, ok := s.Value("server_tokens"); ok {
		r.HidesVersion = said(d.Arg(0) == "off" || d.Arg(0) == "", d.At)
	} else {
		r.HidesVersion = byDefault(false)
	}
	for _, d := range s.Effective("set_real_ip_from") {
		r.TrustedPeers = append(r.TrustedPeers, nginxWords(d.Args)...)
	}
	r.PeerHeader = nginxText(s, "real_ip_header")
	limits := s.Effective("limit_req")
	if d, ok := s.Value("limit_req_dry_run"); ok && d.Arg(0) == "on" { // it counts, and lets everything through
		limits = nil
	}
	for _, d := range limits {
		zone := Word{At: d.At}
		for _, a := range d.Args {
			if name, ok := strings.CutPrefix(a.Text, "zone="); ok {
				zone.Text = name
			}
		}
		r.Limits = append(r.Limits, zone)
	}
	if access := append(s.Effective("allow"), s.Effective("deny")...); len(access) > 0 {
		for _, d := range access {
			word := Word{Text: d.Arg(0), At: d.At}
			if d.Name == "allow" {
				r.Allows = append(r.Allows, word)
			} else {
				r.Denies = append(r.Denies, word)
			}
		}
	}
	return r
}

// requestHeaders are the headers that the backend gets from proxy_set_header, and Host, which nginx sets by itself.
// uwsgi_pass and fastcgi_pass hand on the visitor's own headers and the parameters of uwsgi_params.
func requestHeaders(s *nginx.Scope, b *Backend) []Header {
	var out []Header
	if b == nil || b.Protocol == "http" || b.Protocol == "https" {
		for _, d := range s.Effective("proxy_set_header") {
			if len(d.Args) >= 2 {
				out = append(out, Header{Name: d.Arg(0), Value: d.Arg(1), Unknown: d.Args[1].Unknown, At: d.At})
			}
		}
	}
	return out
}

func responseHeaders(list []*nginx.Directive) []Header {
	var out []Header
	for _, d := range list {
		if len(d.Args) >= 2 {
			out = append(out, Header{Name: d.Arg(0), Value: d.Arg(1), Always: d.Arg(2) == "always", Unknown: d.Args[1].Unknown, At: d.At})
		}
	}
	return out
}

// droppedHeaders are those of further out that the level's own take the place of, without those that it sets itself.
func droppedHeaders(s *nginx.Scope) []Header {
	own := responseHeaders(s.Effective("add_header"))
	var out []Header
	for _, h := range responseHeaders(s.Dropped("add_header")) {
		if _, again := findHeader(own, h.Name); !again {
			if _, twice := findHeader(out, h.Name); !twice {
				out = append(out, h)
			}
		}
	}
	return out
}

// files reads root and alias. An alias holds for the levels inside its own, too.
func (x *routeReader) files(r *Route, s *nginx.Scope) {
	for level := s; level != nil; level = level.Parent {
		if own := level.Own("alias"); len(own) > 0 {
			d := own[len(own)-1]
			r.Alias, r.Files = true, said(d.Arg(0), d.At)
			if d.Args == nil || d.Args[0].Unknown || strings.Contains(d.Arg(0), "$") {
				r.Files = unread[string](d.Arg(0), d.At)
			}
			return
		}
		if own := level.Own("root"); len(own) > 0 {
			d := own[len(own)-1]
			r.Files = said(d.Arg(0), d.At)
			if d.Args == nil || d.Args[0].Unknown || strings.Contains(d.Arg(0), "$") {
				r.Files = unread[string](d.Arg(0), d.At)
			}
			return
		}
	}
}

// answers reads return and rewrite, which answer without a backend.
func (x *routeReader) answers(r *Route, s *nginx.Scope, l *nginx.Location) {
	for _, d := range s.Own("return") {
		r.returns(d, "")
	}
	for _, d := range s.Own("rewrite") {
		if strings.HasPrefix(d.Arg(1), "http") || d.Arg(2) == "permanent" || d.Arg(2) == "redirect" {
			status := map[bool]int{true: 301, false: 302}[d.Arg(2) == "permanent"]
			r.redirect(&Redirect{Status: status, To: d.Arg(1), Conditional: d.Arg(0) != "^" && d.Arg(0) != "^(.*)$" && d.Arg(0) != ".*" && d.Arg(0) != "^(.*)", At: d.At})
		}
	}
	for _, d := range s.Directives {
		if d.Name != "if" {
			continue
		}
		condition := strings.TrimSpace(strings.Trim(strings.Join(d.Texts(), " "), "()"))
		for _, inner := range d.Block {
			if inner.Name == "return" {
				r.returns(inner, condition)
			}
			if inner.Name == "rewrite" && strings.HasPrefix(inner.Arg(1), "http") {
				r.redirect(&Redirect{Status: 301, To: inner.Arg(1), Conditional: true, Condition: condition, At: inner.At})
			}
		}
	}
}

// returns reads `return code`, `return code URL` and `return URL`, under the condition of an if or none.
func (r *Route) returns(d *nginx.Directive, condition string) {
	conditional := condition != ""
	code, err := strconv.Atoi(d.Arg(0))
	switch {
	case err != nil && len(d.Args) == 1:
		r.redirect(&Redirect{Status: 302, To: d.Arg(0), Conditional: conditional, Condition: condition, At: d.At})
	case err != nil:
	case len(d.Args) > 1 && (code == 301 || code == 302 || code == 303 || code == 307 || code == 308):
		r.redirect(&Redirect{Status: code, To: d.Arg(1), Conditional: conditional, Condition: condition, At: d.At})
	case !conditional:
		r.Answer = code
	}
}

// redirect keeps the first redirect that always happens, else the first one.
func (r *Route) redirect(to *Redirect) {
	if r.Redirect == nil || r.Redirect.Conditional && !to.Conditional {
		r.Redirect = to
	}
}

func (x *routeReader) backend(d *nginx.Directive) *Backend {
	protocol, address, uri := nginxAddress(d)
	b := &Backend{Protocol: protocol, Written: d.Arg(0), URI: uri, At: d.At, Unknown: len(d.Args) == 0 || d.Args[0].Unknown || strings.Contains(address, "$")}
	if b.Unknown && strings.HasPrefix(address, "$") && !strings.Contains(address[1:], "$") {
		if value, ok := x.variable(d, strings.TrimPrefix(address, "$")); ok { // set $upstream web:8000; proxy_pass http://$upstream;
			address, b.Unknown = value, false
			if scheme, rest, found := strings.Cut(value, "://"); found {
				b.Protocol, address = scheme, rest
			}
		}
	}
	if u := x.config.Upstreams[address]; u != nil {
		for _, s := range u.Servers {
			b.Addresses = append(b.Addresses, s.Text)
			b.Unknown = b.Unknown || s.Unknown
		}
		b.KeepAlive = upstreamKeepAlive(u.At)
	} else if !b.Unknown {
		b.Addresses = []string{address}
	}
	for _, a := range b.Addresses {
		b.Processes = append(b.Processes, x.listening(a, b.Protocol)...)
	}
	return b
}

// variable is the value of a variable that one `set` of the configuration gives a text without variables.
func (x *routeReader) variable(near *nginx.Directive, name string) (string, bool) {
	var found []string
	var walk func(list []*nginx.Directive, depth int)
	walk = func(list []*nginx.Directive, depth int) {
		for _, d := range list {
			if d.Name == "set" && strings.TrimPrefix(d.Arg(0), "$") == name && len(d.Args) == 2 {
				found = append(found, d.Arg(1))
			}
			if depth < maxMergeDepth {
				walk(d.Block, depth+1)
			}
		}
	}
	for _, s := range x.config.Servers {
		walk(s.Directives, 0)
	}
	for _, v := range found {
		if v != found[0] {
			return "", false
		}
	}
	return append(found, "")[0], len(found) > 0 && !strings.Contains(found[0], "$")
}

// listening are the processes of the same artefact, or of the same machine, that listen on an address.
func (x *routeReader) listening(address, protocol string) []*Process {
	var all []*Process
	if socket, ok := strings.CutPrefix(address, "unix:"); ok {
		socket = path.Clean(socket) // uwsgi_pass unix:///run/x.sock
		for _, p := range x.processes {
			if s, ok := p.Server(); ok {
				for _, b := range s.Binds {
					if b.Socket != "" && path.Clean(b.Socket) == socket {
						all = append(all, p)
						break
					}
				}
			}
		}
		return all
	}
	host, port := portOfAddress(address, protocol)
	loopback := host == "127.0.0.1" || host == "localhost" || host == "::1"
	for _, p := range x.processes {
		switch {
		case x.process == nil && !p.Production:
		case p == x.process && !loopback:
		case loopback && !x.sameMachine(p):
		case !loopback && (!hasName(p, host) || !x.sameArtefact(p)):
		case loopback && !listensOn(p, port):
		default:
			all = append(all, p)
		}
	}
	return all
}

func hasName(p *Process, host string) bool {
	for _, n := range p.Names {
		if n == host || strings.HasPrefix(host, n+".") && p.Runtime == InPod {
			return true
		}
	}
	return false
}

// sameArtefact reports whether a process stands in the file that runs the proxy; any does where that is not known.
func (x *routeReader) sameArtefact(p *Process) bool {
	if x.process == nil {
		return p.Production
	}
	of := func(p *Process) string { file, _, _ := strings.Cut(p.Artefact, ","); return file }
	return of(p) == of(x.process) || p.Runtime == InPod && x.process.Runtime == InPod
}

// sameMachine reports whether a process can share its host's loopback interface with the proxy: another process of the same container or
// pod, or both outside of containers.
func (x *routeReader) sameMachine(p *Process) bool {
	if x.process == nil {
		return p.Runtime != InPod
	}
	return p == x.process || p.Build != "" && p.builtFrom() == x.process.builtFrom() || p.HostNet.Value && x.process.HostNet.Value || p.Runtime == AsProgram || p.Runtime == AsS6Service
}

// listensOn reports whether the process's server is bound to a port, or publishes it on its host.
func listensOn(p *Process, port int) bool {
	for _, published := range p.Ports {
		if published.Published && published.Host.Known && published.Host.Value == port {
			return true
		}
	}
	if s, ok := p.Server(); ok {
		for _, b := range s.Binds {
			if b.Port.Known && b.Port.Value == port {
				return true
			}
		}
	}
	return false
}

// upstreamKeepAlive is how long an upstream {} that keeps connections keeps an idle one: a minute by default.
// Source: https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive
func upstreamKeepAlive(upstream *nginx.Directive) Told[time.Duration] {
	kept, limit := Told[time.Duration]{}, Told[time.Duration]{}
	for _, d := range upstream.Block {
		switch {
		case d.Name == "keepalive" && d.Arg(0) != "0":
			kept = said(time.Minute, d.At)
		case d.Name == "keepalive_timeout" && len(d.Args) > 0:
			limit = parsed(d.Arg(0), d.At, nginx.Time)
		}
	}
	if kept.Said() && limit.Said() {
		return limit
	}
	return kept
}
