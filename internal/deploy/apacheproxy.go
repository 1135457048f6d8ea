package deploy

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"gonogo/internal/deploy/apache"
	"gonogo/internal/deploy/nginx"
	"gonogo/internal/source"
)

// This file finds configurations of Apache's httpd with virtual hosts and turns them into proxies.

// isApacheFile reports whether a file can be a configuration of httpd by its name.
func isApacheFile(file string) bool {
	lower := strings.ToLower(file)
	for _, end := range []string{".j2", ".template", ".tmpl", ".tpl", ".dist", ".example", ".sample"} {
		lower = strings.TrimSuffix(lower, end)
	}
	switch path.Ext(lower) {
	case ".conf", ".vhost":
		return true
	case "":
		return strings.Contains(lower, "apache") || strings.Contains(lower, "httpd") || strings.Contains(lower, "sites-available/") || strings.Contains(lower, "sites-enabled/")
	}
	return false
}

// apacheProxies are the configurations of httpd that have virtual hosts. One that nothing refers to and that names no environment is none of
// production where a process of production runs another proxy.
func (r *reader) apacheProxies(processes []*Process, services []*Service, known []*Proxy) []*Proxy {
	already := slices.ContainsFunc(known, func(p *Proxy) bool { return p.Production && !p.Orphan })
	var all []*Proxy
	for _, name := range r.paths {
		if !isApacheFile(name) || len(all) >= maxFiles {
			continue
		}
		f, ok := r.tree.Read(name)
		if !ok || len(f.Data) > maxConfiguration || !bytes.Contains(bytes.ToLower(f.Data), []byte("<virtualhost")) {
			continue
		}
		runner := runnerOf(f.Path, "httpd", processes, services)
		if runner == nil {
			runner = runnerOf(f.Path, "apache2", processes, services)
		}
		proxy := r.apacheProxy(f, runner, processes)
		if proxy.Orphan && already && byName(f.Path).usage == neutral {
			proxy.Production, proxy.Reason = false, "nothing in the repository refers to it, and another proxy runs in production"
		}
		all = append(all, proxy)
	}
	return all
}

func (r *reader) apacheProxy(f *source.File, p *Process, processes []*Process) *Proxy {
	find := func(pattern, file string) (found []*source.File) {
		for _, name := range r.paths {
			if ok, err := path.Match(path.Join(path.Dir(file), path.Base(pattern)), name); err == nil && ok && name != file {
				if f, ok := r.tree.Read(name); ok {
					found = append(found, f)
				}
			}
		}
		return found
	}
	config := apache.Load(f, find)
	proxy := &Proxy{Program: "Apache", File: f, Files: config.Files, Process: p}
	for _, d := range config.Absent {
		if d.Name == "include" {
			proxy.Absent = append(proxy.Absent, Absence{Name: d.Arg(0), At: d.At})
		}
	}
	r.usedAs(proxy, p)
	taken := map[string]bool{}
	for _, site := range config.Sites {
		x := &apacheSite{routeReader: &routeReader{config: &nginx.Config{}, process: p, processes: processes}, site: site, all: append(config.Global[:len(config.Global):len(config.Global)], site.Block...), doubts: config.Doubts}
		h := x.host()
		for _, l := range h.Listens { // the first site of an address answers for names that none has
			key := l.Address + ":" + strconv.Itoa(l.Port)
			h.Default = h.Default || !taken[key]
			taken[key] = true
		}
		proxy.Hosts = append(proxy.Hosts, h)
	}
	return proxy
}

// apacheSite turns one <VirtualHost> into a virtual host. The directives of the server hold in it, its own win.
type apacheSite struct {
	*routeReader
	site   *apache.Directive
	all    []*apache.Directive
	doubts []*apache.Directive
	steps  []apacheStep
}

// last is the directive of a name that holds, nil without it.
func (x *apacheSite) last(names ...string) *apache.Directive {
	for _, d := range slices.Backward(x.all) {
		if slices.Contains(names, d.Name) {
			return d
		}
	}
	return nil
}

func (x *apacheSite) each(name string) []*apache.Directive {
	var out []*apache.Directive
	for _, d := range x.all {
		if d.Name == name {
			out = append(out, d)
		}
	}
	return out
}

// isOn reports whether a switch is on.
func (x *apacheSite) isOn(name string) bool {
	d := x.last(name)
	return d != nil && strings.EqualFold(d.Arg(0), "on")
}

func (x *apacheSite) host() *VirtualHost {
	h := &VirtualHost{At: x.site.At}
	for _, name := range []string{"servername", "serveralias"} {
		for _, d := range x.site.Block {
			if d.Name == name {
				for _, a := range d.Args {
					h.Names = append(h.Names, x.name(a))
				}
			}
		}
	}
	tls := x.isOn("sslengine")
	for _, a := range x.site.Args {
		h.Listens = append(h.Listens, apacheListen(a, tls, x.last("protocols")))
	}
	if d := x.last("sslcertificatefile", "mdomain"); d != nil {
		h.TLS.Certificate = argTold(d, 0, parseText)
	}
	if d := x.last("sslprotocol"); d != nil {
		h.TLS.Protocols = apacheProtocols(d)
	}
	if d := x.last("sslciphersuite"); d != nil && len(d.Args) > 0 {
		h.TLS.Ciphers = argTold(d, len(d.Args)-1, parseText)
	}
	h.Site = x.siteRoute()
	x.redirects(h)
	x.readSteps(h)
	h.match = x.match
	return h
}

// name is a host name without the scheme and port that ServerName may have.
func (x *apacheSite) name(a apache.Arg) Word {
	text := a.Text
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	text, _, _ = strings.Cut(text, ":")
	return Word{Text: text, Unknown: a.Unknown, At: a.At}
}

func apacheListen(a apache.Arg, tls bool, protocols *apache.Directive) Listen {
	l := Listen{Address: a.Text, TLS: tls, Unknown: a.Unknown, At: a.At}
	if i := strings.LastIndexByte(a.Text, ':'); i >= 0 && !strings.HasSuffix(a.Text, "]") {
		l.Address = a.Text[:i]
		l.Port, _ = strconv.Atoi(a.Text[i+1:])
	}
	if l.Address == "_default_" {
		l.Address = "*"
	}
	l.HTTP2 = protocols != nil && slices.Contains(protocols.Texts(0), "h2")
	return l
}

// apacheProtocols are the versions that SSLProtocol leaves on (https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslprotocol).
func apacheProtocols(d *apache.Directive) []Word {
	all := []string{"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}
	on := map[string]bool{}
	for i, a := range d.Args {
		sign, name := a.Text[:min(1, len(a.Text))], strings.TrimLeft(a.Text, "+-")
		if sign != "+" && sign != "-" && i == 0 {
			clear(on)
		}
		for _, known := range append(all, "SSLv3") {
			if strings.EqualFold(known, name) || strings.EqualFold(name, "all") && known != "SSLv3" {
				on[known] = sign != "-"
			}
		}
	}
	var out []Word
	for _, known := range append([]string{"SSLv3"}, all...) {
		if on[known] {
			out = append(out, Word{Text: known, At: d.At})
		}
	}
	return out
}

// argTold is an argument as parse reads it.
func argTold[T any](d *apache.Directive, i int, parse func(string) (T, bool)) Told[T] {
	if i >= len(d.Args) {
		return Told[T]{}
	}
	if d.Args[i].Unknown {
		return unread[T](d.Args[i].Text, d.At)
	}
	return parsed(d.Args[i].Text, d.At, parse)
}
