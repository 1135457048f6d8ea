package deploy

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"gonogo/internal/deploy/nginx"
	"gonogo/internal/source"
)

// This file finds the configurations of nginx in a tree and turns them into proxies.

// maxConfiguration is how long a configuration of nginx may be.
const maxConfiguration = 1 << 20

// isNginxFile reports whether a file can be a part of a configuration of nginx by its name.
func isNginxFile(file string) bool {
	lower := strings.ToLower(file)
	base := path.Base(lower)
	switch path.Ext(base) {
	case ".yml", ".yaml", ".json", ".toml", ".sh", ".py", ".dockerfile", ".service", ".txt", ".crt", ".pem", ".key", ".ini", ".lua", ".xml", ".lock", ".gz", ".log":
		return false
	}
	if isDockerfile(file) || isSupervisorFile(file) {
		return false
	}
	return strings.Contains(lower, "nginx") || strings.Contains(lower, "sites-available/") || strings.Contains(lower, "sites-enabled/") ||
		strings.HasSuffix(base, ".conf") || strings.HasSuffix(base, ".conf.template") || strings.HasSuffix(base, ".conf.j2")
}

// nginxFiles are the files of the tree that can be parts of nginx's configuration, by path.
func (r *reader) nginxFiles() map[string]*source.File {
	files := map[string]*source.File{}
	for _, name := range r.paths {
		if !isNginxFile(name) || len(files) >= maxFiles {
			continue
		}
		if f, ok := r.tree.Read(name); ok && len(f.Data) < maxConfiguration && !bytes.HasPrefix(f.Data, []byte("#!")) {
			files[name] = f
		}
	}
	return files
}

// hasServers reports whether a file has a server {}, by itself or in http {}.
func hasServers(f *source.File) bool {
	if !f.Contains("server") && !f.Contains("http") {
		return false
	}
	list, _ := nginx.Parse(f)
	for _, d := range list {
		if d.HasBlock && (d.Name == "server" && len(d.Args) == 0 || d.Name == "http" && len(d.Args) == 0) {
			return true
		}
	}
	return false
}

// proxies are the proxies of the tree: those that containers run, and configurations that no container is known to have.
func (r *reader) proxies(processes []*Process, services []*Service) []*Proxy {
	files := r.nginxFiles()
	var all []*Proxy
	used := map[string]bool{}
	for _, p := range processes {
		if !runsNginx(p, services) {
			continue
		}
		in := r.nginxContainer(p, files)
		if len(in.paths) == 0 {
			continue
		}
		proxy := r.nginxProxy(in.main(), in, p, processes)
		if proxy == nil {
			continue
		}
		proxy.Production, proxy.Reason = p.Production, p.Reason
		for _, f := range proxy.Files {
			used[f.Path] = true
		}
		all = append(all, proxy)
	}
	all = append(all, r.orphanProxies(files, used, all, processes)...)
	return all
}

// runsNginx reports whether a process is nginx, or starts it beside something else.
func runsNginx(p *Process, services []*Service) bool {
	for _, s := range services {
		if s.Process == p && s.Product == "nginx" {
			return true
		}
	}
	for _, c := range p.Commands {
		if name, _ := program(c.Argv); name == "nginx" || name == "service" && indexOf(c.Argv, "nginx") >= 0 {
			return true
		}
	}
	return false
}

// nginxContainer is the file system of a container that runs nginx, as far as the repository gives it.
type nginxContainer struct {
	paths map[string]*source.File // by their paths in the container
	env   map[string]string
}

func (r *reader) nginxContainer(p *Process, files map[string]*source.File) *nginxContainer {
	in := &nginxContainer{paths: map[string]*source.File{}, env: map[string]string{}}
	put := func(target, name string) {
		if f := files[name]; f != nil {
			in.paths[target] = f
			if f != nil && strings.HasPrefix(target, "/etc/nginx/templates/") && nginx.IsEnvsubst(target) {
				in.paths["/etc/nginx/conf.d/"+strings.TrimSuffix(path.Base(target), ".template")] = f
			}
		}
	}
	bring := func(from, to string) {
		for name := range files {
			switch {
			case name == from && strings.HasSuffix(to, "/"):
				put(path.Join(to, path.Base(name)), name)
			case name == from:
				put(path.Clean(to), name)
			case below(name, from):
				put(path.Join(to, strings.TrimPrefix(strings.TrimPrefix(name, from), "/")), name)
			}
		}
	}
	if p.Built != nil {
		for _, st := range slices.Backward(p.Built.Target.Chain()) {
			for _, c := range st.copies {
				bring(path.Join(p.Built.Context, c.from), c.to)
			}
		}
	}
	for _, v := range p.Volumes {
		if v.Path != "" {
			bring(v.Path, v.Target)
		}
	}
	for _, v := range p.Env {
		if v.Given {
			in.env[v.Name] = v.Value
		}
	}
	for target := range in.paths { // what is copied somewhere else in an image is no configuration of its nginx
		if !strings.Contains(target, "nginx") {
			delete(in.paths, target)
		}
	}
	return in
}

// main is the main file of the container: its own, else that of the image, which includes conf.d/*.conf
// (https://github.com/nginx/docker-nginx, conf/nginx.conf of the packages) and sites-enabled of Debian's package.
func (in *nginxContainer) main() *source.File {
	if f := in.paths["/etc/nginx/nginx.conf"]; f != nil {
		return f
	}
	return source.NewFile("/etc/nginx/nginx.conf", []byte("events {}\nhttp { include /etc/nginx/conf.d/*.conf; include /etc/nginx/sites-enabled/*; }\n"))
}

// find finds what an include names among the container's files.
func (in *nginxContainer) find(include, _, _ string) []*source.File {
	if !path.IsAbs(include) {
		include = path.Join("/etc/nginx", include)
	}
	var found []*source.File
	for _, target := range sortedKeys(in.paths) {
		if ok, err := path.Match(path.Clean(include), target); err == nil && ok && !nginx.IsEnvsubst(target) {
			found = append(found, in.paths[target])
		}
	}
	return found
}

// findBeside finds what an include names in the tree, for a configuration whose place on its machine is not known: beside the main file,
// by the end of an absolute path.
func findBeside(files map[string]*source.File) nginx.Files {
	return func(include, file, main string) []*source.File {
		segments := strings.Split(strings.TrimPrefix(path.Clean(include), "/"), "/")
		for i := range segments {
			if i > 0 && !path.IsAbs(include) {
				break
			}
			rest := path.Join(segments[i:]...)
			if strings.Trim(rest, "*./") == "" || rest == "*.conf" && i == len(segments)-1 && len(segments) > 1 {
				continue
			}
			for _, dir := range []string{path.Dir(main), path.Dir(file)} {
				var found []*source.File
				for _, name := range sortedKeys(files) {
					if ok, err := path.Match(path.Join(dir, rest), name); err == nil && ok && name != main {
						found = append(found, files[name])
					}
				}
				if len(found) > 0 {
					return found
				}
			}
		}
		return nil
	}
}

// orphanProxies are the configurations that no container has: of a machine, or examples. Where a proxy of production is known, they are none.
func (r *reader) orphanProxies(files map[string]*source.File, used map[string]bool, known []*Proxy, processes []*Process) []*Proxy {
	var mains []*source.File
	included := map[string]bool{}
	find := findBeside(files)
	for _, name := range sortedKeys(files) {
		if f := files[name]; !used[name] && hasServers(f) {
			mains = append(mains, f)
			for _, part := range nginx.Load(f, find, nil).Files[1:] {
				included[part.Path] = true
			}
		}
	}
	already := slices.ContainsFunc(known, func(p *Proxy) bool { return p.Production })
	var all []*Proxy
	for _, f := range mains {
		if included[f.Path] {
			continue
		}
		proxy := r.nginxProxy(f, nil, nil, processes, find)
		if proxy == nil {
			continue
		}
		j := byName(f.Path)
		proxy.Orphan = true
		proxy.Production, proxy.Reason = j.usage == production || j.usage == neutral, j.reason
		if already && j.usage == neutral {
			proxy.Production, proxy.Reason = false, "nothing in the repository refers to it, and another proxy runs in production"
		}
		all = append(all, proxy)
	}
	return all
}

// nginxProxy reads a configuration; nil when it has no servers.
func (r *reader) nginxProxy(main *source.File, in *nginxContainer, p *Process, processes []*Process, find ...nginx.Files) *Proxy {
	var env nginx.Environment
	files := append(find, nil)[0]
	if in != nil {
		files = in.find
		env = func(name string) (string, bool) { v, ok := in.env[name]; return v, ok }
	}
	c := nginx.Load(main, files, env)
	if len(c.Servers) == 0 {
		return nil
	}
	proxy := &Proxy{Program: "nginx", File: main, Process: p}
	for _, f := range c.Files {
		if r.tree.IsFile(f.Path) {
			proxy.Files = append(proxy.Files, f)
		}
	}
	if len(proxy.Files) == 0 {
		return nil
	}
	proxy.File = proxy.Files[0]
	for _, d := range c.Absent {
		if r.tree.IsFile(d.At.Path()) {
			proxy.Absent = append(proxy.Absent, Absence{Name: d.Arg(0), At: d.At})
		}
	}
	r.diagnostics = append(r.diagnostics, c.Diagnostics...)
	for _, s := range c.Servers {
		proxy.Hosts = append(proxy.Hosts, newVirtualHost(c, s, p, processes))
	}
	return proxy
}

func nginxWords(args []nginx.Arg) []Word {
	var out []Word
	for _, a := range args {
		out = append(out, Word{Text: a.Text, Unknown: a.Unknown, At: a.At})
	}
	return out
}

func newVirtualHost(c *nginx.Config, s *nginx.Server, p *Process, processes []*Process) *VirtualHost {
	h := &VirtualHost{Names: nginxWords(s.Names), At: s.At.At, server: s, byLocation: map[*nginx.Location]*Route{}}
	for _, l := range s.Listens {
		h.Listens = append(h.Listens, Listen{Address: l.Address, Port: l.Port, TLS: l.TLS, HTTP2: l.HTTP2, Default: l.Default, Unknown: l.Unknown, At: l.At.At})
		if l.Port != 0 && c.Default(l.Port) == s {
			h.Default = true
		}
	}
	h.TLS.Certificate, h.TLS.Ciphers = nginxText(s.Scope, "ssl_certificate"), nginxText(s.Scope, "ssl_ciphers")
	if d, ok := s.Value("ssl_protocols"); ok {
		h.TLS.Protocols = nginxWords(d.Args)
	}
	x := &routeReader{config: c, process: p, processes: processes}
	h.Site = x.route(s.Scope, nil, nil)
	var walk func(list []*nginx.Location, outer *Route)
	walk = func(list []*nginx.Location, outer *Route) {
		for _, l := range list {
			route := x.route(l.Scope, l, outer)
			h.Routes = append(h.Routes, route)
			h.byLocation[l] = route
			walk(l.Locations, route)
		}
	}
	walk(s.Locations, nil)
	return h
}

// nginxText is the first argument of a directive that holds.
func nginxText(s *nginx.Scope, name string) Told[string] {
	d, ok := s.Value(name)
	if !ok || len(d.Args) == 0 {
		return Told[string]{}
	}
	if d.Args[0].Unknown {
		return unread[string](d.Arg(0), d.At)
	}
	return said(d.Arg(0), d.At)
}

// nginxTold is the first argument of a directive that holds, as parse reads it.
func nginxTold[T any](s *nginx.Scope, name string, parse func(string) (T, bool)) Told[T] {
	text := nginxText(s, name)
	if !text.Known {
		return Told[T]{Written: text.Written, At: text.At}
	}
	return parsed(text.Value, text.At, parse)
}

// nginxAddress splits what proxy_pass names: protocol, address, and the URI behind it.
func nginxAddress(d *nginx.Directive) (protocol, address, uri string) {
	protocol = strings.TrimSuffix(d.Name, "_pass")
	text := d.Arg(0)
	if protocol == "proxy" || protocol == "grpc" {
		scheme, rest, ok := strings.Cut(text, "://")
		if ok {
			protocol, text = scheme, rest
		}
	}
	if strings.HasPrefix(text, "unix:") {
		if i := strings.IndexByte(text[5:], ':'); i >= 0 {
			return protocol, text[:5+i], text[6+i:]
		}
		return protocol, text, ""
	}
	if i := strings.IndexAny(text, "/?"); i >= 0 {
		return protocol, text[:i], text[i:]
	}
	return protocol, text, ""
}

// portOfAddress splits host:port; the port is that of the protocol when there is none.
func portOfAddress(address, protocol string) (host string, port int) {
	host = address
	if i := strings.LastIndexByte(address, ':'); i >= 0 && !strings.HasSuffix(address, "]") {
		if n, err := strconv.Atoi(address[i+1:]); err == nil {
			return strings.Trim(address[:i], "[]"), n
		}
	}
	if protocol == "https" {
		return host, 443
	}
	return strings.Trim(host, "[]"), 80
}
