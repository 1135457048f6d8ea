package deploy

import (
	"path"
	"regexp"
	"strings"
	"time"

	"gonogo/internal/deploy/apache"
)

// This file tells what holds for a request in a virtual host of Apache. mod_rewrite and mod_proxy are asked before mod_alias, so that
// ProxyPass wins over Redirect, Alias and WSGIScriptAlias (the hooks of translate_name).

// apacheStep is something that takes requests for some paths.
type apacheStep struct {
	prefix     string         // "/static": that path and what is below it
	expression *regexp.Regexp // of the directives that match
	unknown    string         // why it is not known which requests it takes
	route      *Route         // nil for what ProxyPass leaves out ("!")
}

func (s *apacheStep) takes(uri string) bool {
	if s.expression != nil {
		return s.expression.MatchString(uri)
	}
	return takesPrefix(s.prefix, uri)
}

// takesPrefix reports whether a path is the prefix or below it, as ap_alias_matches does: whole segments.
func takesPrefix(prefix, uri string) bool {
	rest, ok := strings.CutPrefix(uri, strings.TrimSuffix(prefix, "/"))
	return ok && (rest == "" && !strings.HasSuffix(prefix, "/") || strings.HasPrefix(rest, "/"))
}

// match is the route that answers a path.
func (x *apacheSite) match(uri string) (*Route, string) {
	left := false // ProxyPass leaves it to the others
	for i := range x.steps {
		s := &x.steps[i]
		isProxy := s.route == nil || s.route.Backend != nil && s.route.Backend.Protocol != "wsgi"
		if left && isProxy || !s.takes(uri) {
			continue
		}
		if s.unknown != "" {
			return s.route, s.unknown
		}
		if s.route == nil {
			left = true
			continue
		}
		return s.route, ""
	}
	return nil, ""
}

// siteRoute is what holds for the whole site.
func (x *apacheSite) siteRoute() *Route {
	r := &Route{At: x.site.At, HTTPVersion: byDefault("1.1"), Buffering: byDefault(false)}
	r.MaxBody = byDefault(int64(1 << 30)) // since 2.4.54; without limit before
	r.ReadTimeout = byDefault(time.Minute)
	if d := x.last("limitrequestbody"); d != nil {
		r.MaxBody = argTold(d, 0, func(s string) (int64, bool) { n, ok := parseInt(s); return int64(n), ok })
	}
	for _, name := range []string{"timeout", "proxytimeout"} {
		if d := x.last(name); d != nil {
			r.ReadTimeout = argTold(d, 0, parseSeconds)
		}
	}
	r.SendTimeout = r.ReadTimeout
	r.HidesVersion = byDefault(false)
	if d := x.last("servertokens"); d != nil {
		r.HidesVersion = said(strings.HasPrefix(strings.ToLower(d.Arg(0)), "prod"), d.At)
	}
	if d := x.last("documentroot"); d != nil {
		r.Files = argTold(d, 0, parseText)
	}
	x.holding(r, x.all)
	return r
}

// holding reads what a list of directives sets for a route: headers, compression, expiry, access.
func (x *apacheSite) holding(r *Route, list []*apache.Directive) {
	for _, d := range list {
		switch d.Name {
		case "header":
			x.header(r, d)
		case "requestheader":
			if h, ok := requestHeaderOf(d); ok {
				r.RequestHeaders = append(r.RequestHeaders[:len(r.RequestHeaders):len(r.RequestHeaders)], h)
			}
		case "addoutputfilterbytype", "setoutputfilter":
			if text := strings.ToUpper(strings.Join(d.Texts(0), " ")); strings.Contains(text, "DEFLATE") || strings.Contains(text, "BROTLI") {
				r.Compression = said(true, d.At)
			}
		case "expiresdefault", "expiresbytype":
			r.Expires = said(strings.Join(d.Texts(0), " "), d.At)
		case "limitrequestbody":
			r.MaxBody = argTold(d, 0, func(s string) (int64, bool) { n, ok := parseInt(s); return int64(n), ok })
		case "authtype", "authname", "authuserfile":
			r.Auth = said(d.Arg(0), d.At)
		case "options":
			for _, o := range d.Texts(0) {
				if strings.EqualFold(strings.TrimPrefix(o, "+"), "indexes") {
					r.Listing = said(true, d.At)
				} else if strings.EqualFold(o, "-indexes") {
					r.Listing = said(false, d.At)
				}
			}
		case "require":
			switch what := strings.ToLower(strings.Join(d.Texts(0), " ")); {
			case what == "all denied":
				r.Denies = append(r.Denies, Word{Text: "all", At: d.At})
			case strings.HasPrefix(what, "ip ") || strings.HasPrefix(what, "host ") || what == "local":
				r.Allows, r.Denies = append(r.Allows, Word{Text: what, At: d.At}), append(r.Denies, Word{Text: "all", At: d.At})
			}
		case "remoteiptrustedproxy", "remoteipinternalproxy":
			for _, a := range d.Args {
				r.TrustedPeers = append(r.TrustedPeers, Word{Text: a.Text, Unknown: a.Unknown, At: a.At})
			}
		case "remoteipheader":
			r.PeerHeader = argTold(d, 0, parseText)
		}
	}
}

// header reads `Header [always|onsuccess] action name value` (https://httpd.apache.org/docs/2.4/mod/mod_headers.html). One with a condition
// holds for some answers alone.
func (x *apacheSite) header(r *Route, d *apache.Directive) {
	args := d.Args
	always := false
	if len(args) > 0 && (strings.EqualFold(args[0].Text, "always") || strings.EqualFold(args[0].Text, "onsuccess")) {
		always, args = strings.EqualFold(args[0].Text, "always"), args[1:]
	}
	if len(args) < 2 {
		return
	}
	switch name := args[1].Text; strings.ToLower(args[0].Text) {
	case "set", "append", "add", "merge", "setifempty":
		if len(args) < 3 {
			return
		}
		conditional := len(args) > 3 && (strings.HasPrefix(args[3].Text, "env=") || strings.HasPrefix(args[3].Text, "expr="))
		if conditional && !strings.Contains(strings.ToUpper(args[3].Text), "HTTPS") {
			return
		}
		r.ResponseHeaders = append(r.ResponseHeaders[:len(r.ResponseHeaders):len(r.ResponseHeaders)], Header{Name: name, Value: args[2].Text, Always: always,
			Unknown: args[2].Unknown || strings.Contains(args[2].Text, "%{") || strings.HasPrefix(args[2].Text, "expr="), At: d.At})
	case "unset":
		r.HiddenHeaders = append(r.HiddenHeaders[:len(r.HiddenHeaders):len(r.HiddenHeaders)], Word{Text: name, At: d.At})
	}
}

// requestHeaderOf reads `RequestHeader action name value`.
func requestHeaderOf(d *apache.Directive) (Header, bool) {
	action, name, value := strings.ToLower(d.Arg(0)), d.Arg(1), d.Arg(2)
	h := Header{Name: name, Value: value, At: d.At}
	switch {
	case action == "unset" && name != "":
		h.means = MeansText
		return h, true
	case action != "set" || len(d.Args) < 3:
		h.Unknown = true
		return h, name != "" && action != "early"
	case len(d.Args) > 3 && d.Arg(3) != "early": // under a condition
		h.Unknown = true
		return h, true
	}
	h.means = apacheMeaning(value)
	h.Unknown = d.Args[2].Unknown || h.means == MeansUnknown
	return h, true
}

// apacheMeaning is what stands in a header's value (https://httpd.apache.org/docs/2.4/expr.html).
func apacheMeaning(value string) Meaning {
	switch strings.Trim(strings.TrimPrefix(value, "expr="), `"`) {
	case "%{REQUEST_SCHEME}", "%{req:scheme}":
		return MeansScheme
	case "%{HTTP_HOST}":
		return MeansHost
	case "%{REMOTE_ADDR}", "%{CONN_REMOTE_ADDR}":
		return MeansPeer
	}
	if !strings.Contains(value, "%") && !strings.Contains(value, "${") {
		return MeansText
	}
	return MeansUnknown
}

// redirects reads what sends the whole site elsewhere: Redirect /, and RewriteRule with R that takes every path.
func (x *apacheSite) redirects(h *VirtualHost) {
	var conditions []string
	for _, d := range x.all {
		switch d.Name {
		case "rewritecond":
			conditions = append(conditions, strings.Join(d.Texts(0), " "))
		case "rewriterule":
			if x.isOn("rewriteengine") {
				x.rewrite(h.Site, d, conditions)
			}
			conditions = nil
		}
	}
}

// rewrite reads one RewriteRule that redirects or refuses.
func (x *apacheSite) rewrite(site *Route, d *apache.Directive, conditions []string) {
	flags := strings.Split(strings.Trim(d.Arg(2), "[]"), ",")
	status := 0
	for _, flag := range flags {
		name, value, _ := strings.Cut(strings.TrimSpace(flag), "=")
		if strings.EqualFold(name, "R") || strings.EqualFold(name, "redirect") {
			status = 302
			if n, ok := parseInt(value); ok {
				status = n
			} else if value == "permanent" {
				status = 301
			}
		}
	}
	if status == 0 {
		return
	}
	to := &Redirect{Status: status, To: d.Arg(1), At: d.At}
	if !takesAll(d.Arg(0)) {
		to.Conditional, to.Condition = true, "the path matches "+d.Arg(0)
	}
	for _, c := range conditions {
		to.Conditional = true
		switch {
		case isPlainHTTP(c) && len(conditions) == 1 && to.Condition == "":
			to.Condition = "$scheme != https"
		default:
			to.Condition = strings.TrimPrefix(to.Condition+" and "+c, " and ")
		}
	}
	site.redirect(to)
}

// takesAll reports whether an expression of a RewriteRule matches every path.
func takesAll(expression string) bool {
	switch expression {
	case "^", "^(.*)$", "(.*)", ".*", "^.*$", "^/?(.*)", "^/?(.*)$", "^/(.*)$", "^(.*)", "^/(.*)", "^.*", "/.*", "^/", "^/?":
		return true
	}
	return false
}

// isPlainHTTP reports whether a RewriteCond holds for requests without TLS alone.
func isPlainHTTP(condition string) bool {
	switch strings.ToLower(condition) {
	case "%{https} off", "%{https} !=on", "%{https} !on", "%{https} =off", "%{https} ^off$", "%{https} !^on$", "%{server_port} 80", "%{server_port} ^80$", "%{server_port} !443", "%{server_port} !^443$", "%{request_scheme} =http", "%{request_scheme} !=https":
		return true
	}
	return false
}

// readSteps reads what takes requests: ProxyPass of <Location>, ProxyPass in order, then Redirect, then aliases.
func (x *apacheSite) readSteps(h *VirtualHost) {
	upgrades := x.upgrades()
	add := func(s apacheStep) {
		shadowed := s.expression == nil && x.isProxied(s.prefix)
		x.steps = append(x.steps, s)
		if s.route != nil && !shadowed {
			h.Routes = append(h.Routes, s.route)
		}
	}
	for _, d := range x.each("location") { // a later one wins
		for _, inner := range d.Block {
			if inner.Name == "proxypass" && len(inner.Args) > 0 {
				s := x.proxied(h, d.Args[:min(1, len(d.Args))], inner.Args, inner, upgrades)
				x.steps = append([]apacheStep{s}, x.steps...)
				if s.route != nil {
					h.Routes = append(h.Routes, s.route)
				}
			}
		}
	}
	for _, d := range x.all {
		if (d.Name == "proxypass" || d.Name == "proxypassmatch") && len(d.Args) > 1 {
			add(x.proxied(h, d.Args[:1], d.Args[1:], d, upgrades))
		}
	}
	for _, d := range x.all {
		if s, ok := x.redirected(h, d); ok {
			add(s)
		}
	}
	for _, d := range x.all {
		if s, ok := x.aliased(h, d); ok {
			add(s)
		}
	}
}

// isProxied reports whether an earlier ProxyPass takes the requests below a path.
func (x *apacheSite) isProxied(prefix string) bool {
	r, unknown := x.match(strings.TrimSuffix(prefix, "/") + "/x")
	return r != nil && r.Backend != nil && unknown == ""
}

// upgrades reports whether a RewriteRule hands WebSockets on: [P] to ws://, or under a condition on the header Upgrade.
func (x *apacheSite) upgrades() bool {
	for _, d := range x.all {
		if d.Name == "rewriterule" && strings.HasPrefix(d.Arg(1), "ws") && strings.Contains(d.Arg(2), "P") {
			return true
		}
	}
	return false
}

// newRoute is a route for a path, with what the site, and the sections that the path or the folder stands in, say.
func (x *apacheSite) newRoute(h *VirtualHost, pattern string, d *apache.Directive) *Route {
	r := *h.Site
	r.Outer, r.Pattern, r.At, r.Files, r.Redirect = h.Site, pattern, d.At, Told[string]{}, nil
	if h.Site.Redirect != nil { // mod_rewrite is asked first
		r.Redirect = h.Site.Redirect
	}
	return &r
}

// sections adds what <Directory> says of a folder, then what <Location> says of a path.
func (x *apacheSite) sections(r *Route, uri string) {
	for _, d := range x.each("directory") {
		if folder := d.Arg(0); r.Files.Known && (path.Clean(folder) == path.Clean(r.Files.Value) || below(path.Clean(r.Files.Value), path.Clean(folder))) {
			x.holding(r, d.Block)
		}
	}
	for _, d := range x.each("location") {
		if takesPrefix(d.Arg(0), uri) || d.Arg(0) == "/" {
			x.holding(r, d.Block)
		}
	}
}

// proxied reads `ProxyPass path url key=value...`; ProxyPassMatch has an expression for a path.
func (x *apacheSite) proxied(h *VirtualHost, where, args []apache.Arg, d *apache.Directive, upgrades bool) apacheStep {
	s := apacheStep{}
	if len(where) > 0 {
		s.prefix = where[0].Text
	}
	if d.Name == "proxypassmatch" {
		var err error
		if s.expression, err = regexp.Compile(s.prefix); err != nil {
			s.expression, s.prefix, s.unknown = nil, "", "the expression "+where[0].Text+" was not understood"
		}
	}
	if args[0].Text == "!" {
		return s
	}
	r := x.newRoute(h, s.prefix, d)
	r.Backend = x.to(args[0], d)
	for _, a := range args[1:] {
		key, value, _ := strings.Cut(a.Text, "=")
		switch strings.ToLower(key) {
		case "timeout":
			r.ReadTimeout = parsed(value, d.At, parseSeconds)
		case "connectiontimeout":
			r.ConnectTimeout = parsed(value, d.At, parseSeconds)
		case "upgrade":
			r.PassesUpgrade = true
		}
	}
	r.PassesUpgrade = r.PassesUpgrade || upgrades || strings.HasPrefix(r.Backend.Written, "ws")
	x.sections(r, s.prefix)
	x.forwarded(r, d)
	s.route = r
	return s
}

// to is where ProxyPass leads: "http://web:8000/", "unix:/run/x.sock|http://localhost/", "balancer://web".
func (x *apacheSite) to(a apache.Arg, d *apache.Directive) *Backend {
	b := &Backend{Protocol: "http", Written: a.Text, Unknown: a.Unknown, At: d.At}
	target := a.Text
	socket := ""
	if rest, ok := strings.CutPrefix(target, "unix:"); ok {
		socket, target, _ = strings.Cut(rest, "|")
	}
	scheme, rest, _ := strings.Cut(target, "://")
	address, uri, slash := strings.Cut(rest, "/")
	switch scheme {
	case "https", "wss":
		b.Protocol = "https"
	case "uwsgi", "fcgi", "ajp", "scgi":
		b.Protocol = strings.Replace(scheme, "fcgi", "fastcgi", 1)
	}
	if slash {
		b.URI = "/" + uri
	}
	switch {
	case socket != "":
		b.Addresses = []string{"unix:" + socket}
	case scheme == "balancer":
		for _, proxy := range x.each("proxy") {
			if strings.TrimSuffix(proxy.Arg(0), "/") != "balancer://"+address {
				continue
			}
			for _, member := range proxy.Block {
				if member.Name == "balancermember" {
					_, host, _ := strings.Cut(member.Arg(0), "://")
					b.Addresses = append(b.Addresses, strings.TrimSuffix(host, "/"))
				}
			}
		}
		b.Unknown = b.Unknown || len(b.Addresses) == 0
	default:
		b.Addresses = []string{address}
	}
	for _, address := range b.Addresses {
		b.Processes = append(b.Processes, x.listening(address, b.Protocol)...)
	}
	return b
}

// forwarded fills in what mod_proxy_http sends: the backend's own name for Host unless ProxyPreserveHost is on, and X-Forwarded-For and
// X-Forwarded-Host, to which it adds. X-Forwarded-Proto it leaves as the visitor sent it.
// Source: https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#x-headers
func (x *apacheSite) forwarded(r *Route, d *apache.Directive) {
	var set []Header
	if on := x.last("proxypreservehost"); on != nil && strings.EqualFold(on.Arg(0), "on") {
		set = append(set, Header{Name: "Host", At: on.At, means: MeansHost})
	}
	if adds := x.last("proxyaddheaders"); adds == nil || !strings.EqualFold(adds.Arg(0), "off") {
		set = append(set, Header{Name: "X-Forwarded-For", At: d.At, means: MeansAppended}, Header{Name: "X-Forwarded-Host", At: d.At, Unknown: true})
	}
	for _, h := range set {
		if _, own := r.RequestHeader(h.Name); !own || h.Name == "X-Forwarded-For" && !x.clears(h.Name) {
			r.RequestHeaders = append(r.RequestHeaders[:len(r.RequestHeaders):len(r.RequestHeaders)], h)
		}
	}
}

// clears reports whether a RequestHeader takes away what the visitor sent.
func (x *apacheSite) clears(name string) bool {
	for _, d := range x.each("requestheader") {
		if strings.EqualFold(d.Arg(0), "unset") && strings.EqualFold(d.Arg(1), name) || strings.EqualFold(d.Arg(0), "set") && strings.EqualFold(d.Arg(1), name) {
			return true
		}
	}
	return false
}

// redirected reads `Redirect [status] path url` and its kin.
func (x *apacheSite) redirected(h *VirtualHost, d *apache.Directive) (apacheStep, bool) {
	status, args := 302, d.Args
	switch d.Name {
	case "redirect", "redirectmatch":
	case "redirectpermanent":
		status = 301
	case "redirecttemp":
	default:
		return apacheStep{}, false
	}
	if len(args) > 0 {
		if n, ok := parseInt(args[0].Text); ok {
			status, args = n, args[1:]
		} else if n := map[string]int{"permanent": 301, "temp": 302, "seeother": 303, "gone": 410}[args[0].Text]; n != 0 {
			status, args = n, args[1:]
		}
	}
	if len(args) == 0 {
		return apacheStep{}, false
	}
	s := apacheStep{prefix: args[0].Text}
	if d.Name == "redirectmatch" {
		var err error
		if s.expression, err = regexp.Compile(s.prefix); err != nil {
			s.expression, s.unknown = nil, "the expression "+args[0].Text+" was not understood"
		}
	}
	r := x.newRoute(h, s.prefix, d)
	if len(args) < 2 {
		r.Answer = status
	} else {
		r.redirect(&Redirect{Status: status, To: args[1].Text, At: d.At})
		if (s.prefix == "/" || s.expression != nil && takesAll(s.prefix)) && !x.proxiesAll() {
			h.Site.redirect(r.Redirect)
		}
	}
	s.route = r
	return s, true
}

// proxiesAll reports whether ProxyPass takes every path, so that Redirect takes none.
func (x *apacheSite) proxiesAll() bool {
	for _, s := range x.steps {
		if s.prefix == "/" && s.expression == nil && s.route != nil && s.route.Backend != nil {
			return true
		}
	}
	return false
}

// aliased reads `Alias path folder` and `WSGIScriptAlias path file`.
func (x *apacheSite) aliased(h *VirtualHost, d *apache.Directive) (apacheStep, bool) {
	if d.Name != "alias" && d.Name != "aliasmatch" && d.Name != "wsgiscriptalias" && d.Name != "wsgiscriptaliasmatch" || len(d.Args) < 2 {
		return apacheStep{}, false
	}
	s := apacheStep{prefix: d.Arg(0)}
	if strings.HasSuffix(d.Name, "match") {
		var err error
		if s.expression, err = regexp.Compile(s.prefix); err != nil {
			s.expression, s.unknown = nil, "the expression "+d.Arg(0)+" was not understood"
		}
	}
	r := x.newRoute(h, s.prefix, d)
	if strings.HasPrefix(d.Name, "wsgi") {
		r.Backend = &Backend{Protocol: "wsgi", Written: "mod_wsgi " + d.Arg(1), Unknown: d.Args[1].Unknown, At: d.At}
		r.RequestHeaders = append(r.RequestHeaders[:len(r.RequestHeaders):len(r.RequestHeaders)], Header{Name: "Host", At: d.At, means: MeansHost})
	} else {
		r.Files, r.Alias = argTold(d, 1, parseText), true
	}
	x.sections(r, s.prefix)
	s.route = r
	return s, true
}
