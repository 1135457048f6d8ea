package check

import (
	"net/url"
	"path"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// ProxyFolder is whether a proxy that the repository configures serves what stands below a path.
type ProxyFolder struct {
	// Serves is Yes where nginx of production answers the path by itself or hands it to another server than the application, Maybe where
	// another proxy is configured, and No where the repository shows no proxy.
	Serves eval.Tri
	At     source.Span // the location; zero without one
	File   string      // a file that configures a proxy, "" without one
	// Program is the proxy that serves it, "" where none is known to.
	Program string
}

// ServedByProxy looks for the location of nginx in production that answers what is below a URL, such as STATIC_URL.
func ServedByProxy(p *SourcePass, address string) ProxyFolder {
	found := ProxyFolder{Serves: eval.No}
	if files := p.Project.ProxyFiles(); len(files) > 0 {
		found.File, found.Serves = files[0], eval.Maybe
	}
	folder := urlPath(address)
	if p.Project.Deployment == nil || folder == "/" {
		return found
	}
	for _, proxy := range p.Project.Deployment.Proxies {
		if !proxy.Production {
			continue
		}
		if found.File == "" {
			found.File, found.Serves = proxy.File.Path, eval.Maybe
		}
		for _, host := range proxy.Hosts {
			for _, name := range []string{"file", "photo.jpg", "style.css"} { // a location may ask for an ending
				routes, unknown := host.Find(folder + name)
				if unknown == "" && len(routes) == 1 && answersFolder(routes[0]) {
					return ProxyFolder{Serves: eval.Yes, At: routes[0].At, File: routes[0].At.Path(), Program: proxy.Program}
				}
			}
		}
	}
	return found
}

// answersFolder reports whether a location is one for a folder, and serves files or hands on to something that is not the application.
func answersFolder(r *deploy.Route) bool {
	switch {
	case r.Pattern == "" || r.Pattern == "/" || r.Conditional || r.Answer >= 400:
		return false
	case r.Backend != nil:
		return !r.Backend.Unknown && !r.Backend.IsApplication()
	}
	return r.Files.Said() || r.Redirect != nil && !r.Redirect.Conditional
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
