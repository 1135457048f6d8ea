package check

import (
	"net/url"
	"path"
	"strings"

	"gonogo/internal/deploy/nginx"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// ProxyFolder is whether a proxy that the repository configures serves what stands below a path.
type ProxyFolder struct {
	// Serves is Yes where nginx has a location for the path with a folder or another server behind it, Maybe where another kind of proxy is
	// configured, whose files are not read, and No where the repository shows no proxy.
	Serves eval.Tri
	At     source.Span // the location; zero without one
	File   string      // a file that configures a proxy, "" without one
}

// ServedByProxy looks for a location of nginx for a URL, such as STATIC_URL.
func ServedByProxy(p *SourcePass, address string) ProxyFolder {
	found := ProxyFolder{Serves: eval.No}
	if files := p.Project.ProxyFiles(); len(files) > 0 {
		found.File, found.Serves = files[0], eval.Maybe
	}
	if p.Project.Tree == nil || urlPath(address) == "/" {
		return found
	}
	for _, file := range p.Project.Tree.Paths() {
		if !mayBeNginx(strings.ToLower(file)) {
			continue
		}
		f, ok := p.Project.Tree.Read(file)
		if !ok {
			continue
		}
		directives, _ := nginx.Parse(f)
		if at, ok := locationOf(directives, urlPath(address), 0); ok {
			return ProxyFolder{Serves: eval.Yes, At: at, File: file}
		}
	}
	return found
}

// mayBeNginx reports whether a file is nginx's configuration, or a part of it, by its name.
func mayBeNginx(file string) bool {
	if !strings.Contains(file, "nginx") {
		return false
	}
	switch path.Ext(file) {
	case "", ".conf", ".template", ".j2", ".tmpl", ".tpl", ".nginx", ".inc", ".vhost", ".site":
		return !strings.HasSuffix(file, "dockerfile")
	}
	return false
}

// urlPath is the path of a URL with slashes at both ends.
func urlPath(address string) string {
	if u, err := url.Parse(address); err == nil {
		address = u.Path
	}
	if address = path.Clean("/" + address); address == "/" {
		return address
	}
	return address + "/"
}

// locationOf is the location block that takes in a path alone, where something serves it.
func locationOf(list []*nginx.Directive, want string, depth int) (at source.Span, ok bool) {
	if depth > 10 || want == "/" {
		return at, false
	}
	for _, d := range list {
		if d.Name == "location" && len(d.Args) > 0 && matchesFolder(d.Args[len(d.Args)-1], want) && servesFiles(d.Block) {
			return d.At, true
		}
		if at, ok = locationOf(d.Block, want, depth+1); ok {
			return at, true
		}
	}
	return at, false
}

// matchesFolder reports whether the pattern of a location speaks of a folder: "/static", "/static/", "^/static/", "^/(static|media)/".
func matchesFolder(pattern nginx.Arg, want string) bool {
	name := strings.Trim(want, "/")
	text := strings.Trim(pattern.Text, "^/")
	if text == name || strings.HasPrefix(text, name+"/") || strings.HasPrefix(text, name+"(") {
		return true
	}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("()|/^$.*+?:\\", r) }) {
		if word == name {
			return true
		}
	}
	return false
}

// servesFiles reports whether a location serves a folder, or passes requests on to another server.
func servesFiles(block []*nginx.Directive) bool {
	for _, d := range block {
		switch d.Name {
		case "alias", "root", "proxy_pass", "try_files", "return", "rewrite", "expires", "internal":
			return true
		}
	}
	return false
}
