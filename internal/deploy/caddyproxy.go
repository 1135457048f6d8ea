package deploy

import (
	"path"
	"strconv"
	"strings"
	"time"

	"gonogo/internal/deploy/caddy"
	"gonogo/internal/deploy/nginx"
	"gonogo/internal/source"
)

// This file finds Caddyfiles and turns them into proxies.

// isCaddyfile reports whether a file is a Caddyfile by its name.
func isCaddyfile(file string) bool {
	base := strings.ToLower(path.Base(file))
	return base == "caddyfile" || strings.HasPrefix(base, "caddyfile.") || strings.HasSuffix(base, ".caddyfile")
}

// caddyProxies are the proxies that the tree's Caddyfiles configure.
func (r *reader) caddyProxies(processes []*Process, services []*Service) []*Proxy {
	var all []*Proxy
	for _, name := range r.paths {
		if !isCaddyfile(name) || len(all) >= maxFiles {
			continue
		}
		f, ok := r.tree.Read(name)
		if !ok || len(f.Data) > maxConfiguration {
			continue
		}
		if proxy := r.caddyProxy(f, runnerOf(f.Path, "caddy", processes, services), processes); proxy != nil {
			all = append(all, proxy)
		}
	}
	return all
}

// runnerOf is the container of a product that a file is mounted or copied into; nil where none is. One of production comes first.
func runnerOf(file, product string, processes []*Process, services []*Service) *Process {
	var found *Process
	for _, p := range processes {
		if !brings(p, file) || !isProduct(p, product, services) {
			continue
		}
		if found == nil || p.Production && !found.Production {
			found = p
		}
	}
	return found
}

// isProduct reports whether a process runs a product, by its image or by its command.
func isProduct(p *Process, product string, services []*Service) bool {
	for _, s := range services {
		if s.Process == p && s.Product == product {
			return true
		}
	}
	for _, c := range p.Commands {
		if name, _ := program(c.Argv); name == product {
			return true
		}
	}
	if p.Built != nil {
		image, _ := p.Built.Target.BaseImage()
		return strings.TrimPrefix(image.Name, "docker.io/") == product || strings.HasSuffix(image.Name, "/"+product)
	}
	return false
}

// brings reports whether a file of the tree gets into a process's file system.
func brings(p *Process, file string) bool {
	for _, v := range p.Volumes {
		if v.Path != "" && (v.Path == file || below(file, v.Path)) {
			return true
		}
	}
	if p.Built == nil {
		return false
	}
	for _, st := range p.Built.Target.Chain() {
		for _, c := range st.copies {
			if from := path.Join(p.Built.Context, c.from); from == file || below(file, from) {
				return true
			}
		}
	}
	return false
}

// caddyProxy reads one Caddyfile; nil when it has no site.
func (r *reader) caddyProxy(f *source.File, p *Process, processes []*Process) *Proxy {
	env := func(name string) (string, bool) {
		if p == nil {
			return "", false
		}
		v, ok := p.Lookup(name)
		return v.Value, ok && v.Given
	}
	files := func(pattern, file string) (found []*source.File) {
		for _, name := range r.paths {
			if ok, err := path.Match(path.Join(path.Dir(file), pattern), name); err == nil && ok {
				if f, ok := r.tree.Read(name); ok {
					found = append(found, f)
				}
			}
		}
		return found
	}
	config := caddy.Load(f, env, files)
	if len(config.Sites) == 0 {
		return nil
	}
	proxy := &Proxy{Program: "Caddy", File: f, Files: []*source.File{f}, Process: p}
	for _, d := range config.Absent {
		proxy.Absent = append(proxy.Absent, Absence{Name: d.Arg(0), At: d.At})
	}
	r.usedAs(proxy, p)
	for _, site := range config.Sites {
		x := &caddySite{routeReader: &routeReader{config: &nginx.Config{}, process: p, processes: processes}, global: config.Global}
		proxy.Hosts = append(proxy.Hosts, x.host(site))
	}
	return proxy
}

// usedAs says whether a proxy is one of production: as the container that it runs in, else by its name.
func (r *reader) usedAs(proxy *Proxy, p *Process) {
	if p != nil {
		proxy.Production, proxy.Reason = p.Production, p.Reason
		return
	}
	j := byName(proxy.File.Path)
	proxy.Orphan = true
	proxy.Production, proxy.Reason = j.usage == production || j.usage == neutral, j.reason
}

// caddySite turns one site of a Caddyfile into a virtual host.
type caddySite struct {
	*routeReader
	global *caddy.Directive
	site   *caddy.Directive
}

func (x *caddySite) host(d *caddy.Directive) *VirtualHost {
	x.site = d
	h := &VirtualHost{At: d.At}
	words := append([]caddy.Arg{{Text: d.Name, Unknown: d.Unknown, At: d.At}}, d.Args...)
	automatic := false
	for _, w := range words {
		text := strings.TrimSuffix(w.Text, ",")
		if text == "" {
			continue
		}
		automatic = x.address(h, Word{Text: text, Unknown: w.Unknown, At: w.At}) || automatic
	}
	h.Site = x.newRoute(nil, d.At)
	if automatic {
		h.Site.Redirect = toHTTPS(308, d.At) // https://caddyserver.com/docs/automatic-https
	}
	if tls := d.Own("tls"); len(tls) > 0 && len(tls[0].Args) > 1 {
		h.TLS.Certificate = said(tls[0].Arg(0), tls[0].Args[0].At)
	}
	x.directives(d.Block, h.Site, "", 0)
	steps := x.steps(d.Block, h, h.Site, "", false, 0)
	h.match = func(uri string) (*Route, string) { return walkSteps(steps, uri) }
	for _, l := range h.Listens {
		h.Default = h.Default || l.Address == "*" && len(h.Names) == 0
	}
	return h
}

// address adds what a site's address says, and reports whether Caddy redirects plain HTTP to it by itself: for a name without a scheme or
// port, unless automatic HTTPS is turned off.
func (x *caddySite) address(h *VirtualHost, w Word) bool {
	scheme, rest, found := strings.Cut(w.Text, "://")
	if !found {
		scheme, rest = "", w.Text
	}
	host, port, _ := strings.Cut(strings.TrimSuffix(rest, "/"), ":")
	if w.Unknown && (host == "" || strings.Contains(host, "{$")) || strings.Contains(port, "{") {
		h.Names = append(h.Names, Word{Text: w.Text, Unknown: true, At: w.At})
		h.Listens = append(h.Listens, Listen{Address: "*", Unknown: true, At: w.At})
		return false
	}
	if host != "" && host != "*" {
		h.Names = append(h.Names, Word{Text: host, Unknown: w.Unknown, At: w.At})
	}
	number, _ := strconv.Atoi(port)
	off := x.option("auto_https", "off")
	switch {
	case scheme == "http" || number == 80 || port != "" && host == "" && number != 443 || off && scheme == "" && number != 443:
		if number == 0 {
			number = 80
		}
		h.Listens = append(h.Listens, Listen{Address: "*", Port: number, At: w.At, Unknown: w.Unknown})
		return false
	case number != 0 && number != 443:
		h.Listens = append(h.Listens, Listen{Address: "*", Port: number, TLS: true, HTTP2: true, At: w.At})
		return false
	}
	h.Listens = append(h.Listens, Listen{Address: "*", Port: 443, TLS: true, HTTP2: true, At: w.At})
	if off || x.option("auto_https", "disable_redirects") || host == "" {
		return false
	}
	h.Listens = append(h.Listens, Listen{Address: "*", Port: 80, At: w.At})
	return true
}

// option reports whether a global option has an argument.
func (x *caddySite) option(name, value string) bool {
	if x.global == nil {
		return false
	}
	for _, d := range x.global.Own(name) {
		for _, a := range d.Args {
			if a.Text == value {
				return true
			}
		}
	}
	return false
}

// newRoute is a route with what its outer one passes on.
func (x *caddySite) newRoute(outer *Route, at source.Span) *Route {
	r := &Route{Outer: outer, At: at}
	if outer != nil {
		r.ResponseHeaders, r.Files, r.MaxBody, r.Compression = outer.ResponseHeaders, outer.Files, outer.MaxBody, outer.Compression
		r.Limits, r.Auth, r.HiddenHeaders, r.TrustedPeers = outer.Limits, outer.Auth, outer.HiddenHeaders, outer.TrustedPeers
		if r.Files.Said() && outer.Alias {
			r.Alias = true
		}
	}
	if outer == nil && x.global != nil {
		for _, servers := range x.global.Own("servers") {
			for _, trusted := range servers.Own("trusted_proxies") {
				for _, a := range trusted.Args[min(1, len(trusted.Args)):] {
					r.TrustedPeers = append(r.TrustedPeers, Word{Text: a.Text, Unknown: a.Unknown, At: a.At})
				}
			}
		}
	}
	r.MaxBody = r.MaxBody.or(byDefault(int64(0)))
	r.HidesVersion, r.HTTPVersion = byDefault(true), byDefault("1.1")
	r.Compression = r.Compression.or(byDefault(false))
	r.ReadTimeout = byDefault(time.Duration(0))
	return r
}
