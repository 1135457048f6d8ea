package https

import (
	"bytes"
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

// edge is what stands before the application in production, as far as the repository configures it.
type edge struct {
	sites []site
	// doubt says why the sites are not known to be all that stands before the application, "" when they are.
	doubt string
	files []string // that configure a proxy by their names
}

// site is a site of nginx that certainly hands requests to the application, with the routes that do.
type site struct {
	proxy  *deploy.Proxy
	host   *deploy.VirtualHost
	routes []*deploy.Route
}

// readEdge finds the sites of production before the application.
func readEdge(p *check.SourcePass) edge {
	e := edge{files: p.Project.ProxyFiles()}
	if p.Project.Deployment != nil {
		for _, proxy := range p.Project.Deployment.Proxies {
			if proxy.Production {
				e.add(proxy)
			}
		}
	}
	var unread []string
	for _, file := range p.Project.UnreadProxyFiles() {
		if !strings.Contains(strings.ToLower(file), "nginx") {
			unread = append(unread, file)
		}
	}
	if len(unread) > 0 {
		e.doubt = "stands in " + names(unread) + ", which this version does not read"
	}
	return e
}

// add takes a proxy of production.
func (e *edge) add(proxy *deploy.Proxy) {
	for _, host := range proxy.Hosts {
		s := site{proxy: proxy, host: host}
		if len(host.Application()) > 0 && hasBranches(proxy) {
			e.doubt = "hangs on what a template decides in " + proxy.File.Path
		}
		for _, route := range host.Application() {
			switch {
			case route.Redirect != nil && !route.Redirect.Conditional:
			case route.Conditional:
				e.doubt = "hangs on what a template decides in " + proxy.File.Path
			case !route.Backend.Certain():
				e.doubt = fmt.Sprintf("is not known: %s hands requests to %s, and whether the application listens there is not told", proxy.File.Path, route.Backend.Written)
			default:
				s.routes = append(s.routes, route)
			}
		}
		if len(s.routes) == 0 {
			continue
		}
		e.sites = append(e.sites, s)
	}
}

// hasBranches reports whether a template decides which parts of a configuration are there.
func hasBranches(proxy *deploy.Proxy) bool {
	for _, f := range proxy.Files {
		if bytes.Contains(f.Data, []byte("{%")) || bytes.Contains(f.Data, []byte("<%")) {
			return true
		}
	}
	return false
}

// known reports whether the sites are all that stands before the application.
func (e edge) known() bool { return len(e.sites) > 0 && e.doubt == "" }

// untold ends the sentence "whether the proxy or the platform does ..." where the sites don't tell.
func (e edge) untold() string {
	switch {
	case e.doubt != "":
		return e.doubt
	case len(e.sites) > 0:
		return fmt.Sprintf("is not told in %s", e.sites[0].proxy.File.Path)
	case len(e.files) > 0:
		return fmt.Sprintf("is not known: no site of production before the application was found in %s", names(e.files))
	}
	return "is not told in the repository"
}

// names joins the first two of a list of files.
func names(files []string) string {
	if len(files) > 2 {
		files = append(files[:2:2], "others")
	}
	return check.And(files)
}

// encrypted are the sites that end TLS.
func (e edge) encrypted() []site {
	var list []site
	for _, s := range e.sites {
		if s.host.IsTLS() {
			list = append(list, s)
		}
	}
	return list
}

// endsTLS reports whether a site of the same proxy ends TLS, so that the proxy faces the visitors.
func (e edge) endsTLS(proxy *deploy.Proxy) bool {
	for _, s := range e.encrypted() {
		if s.proxy == proxy {
			return true
		}
	}
	return false
}

// lacking names a part of the configuration that is not in the repository, "" when all of it is.
func (e edge) lacking() string {
	for _, s := range e.sites {
		if s.proxy.Program == "Ingress" {
			return "the controller of " + s.proxy.File.Path + " has options of its own, which are not in it"
		}
		for _, a := range s.proxy.Absent {
			return a.Name + ", which " + a.At.Path() + " includes, is not in the repository"
		}
	}
	return ""
}

// beside says where the application can be reached without the proxy, "" where nowhere is known.
func (e edge) beside() string {
	for _, s := range e.sites {
		for _, route := range s.routes {
			for _, process := range route.Backend.Processes {
				if process == s.proxy.Process || process.Role != deploy.Web {
					continue
				}
				for _, port := range process.Ports {
					if port.Published && !port.Loopback() {
						return "the application is published beside the proxy (" + port.At.Path() + ")"
					}
				}
			}
		}
	}
	return ""
}

// plain is an address on which a site answers over plain HTTP to others than its own machine.
func (s site) plain() (deploy.Listen, bool) {
	for _, l := range s.host.Listens {
		if !l.TLS && !strings.HasPrefix(l.Address, "127.") {
			return l, true
		}
	}
	return deploy.Listen{}, false
}

// redirects tells what a site does with plain HTTP: sure when all that leads to the application is sent to HTTPS, none when no route
// redirects at all.
func (s site) redirects() (sure, none bool) {
	if r := s.host.Site.Redirect; r.ToHTTPS() {
		return onPlain(r), false
	}
	sure, none = true, true
	for _, route := range s.routes {
		sure = sure && route.Redirect.ToHTTPS() && onPlain(route.Redirect)
	}
	for _, route := range s.host.Routes {
		none = none && route.Redirect == nil
	}
	return sure, none
}

// onPlain reports whether a redirect happens to all that came over plain HTTP.
func onPlain(r *deploy.Redirect) bool {
	if !r.Conditional {
		return true
	}
	switch strings.NewReplacer(" ", "", `"`, "", "'", "").Replace(r.Condition) {
	case "$scheme!=https", "$scheme=http", "$https!=on", "$https=", "$server_port=80", "$server_port!=443":
		return true
	}
	return false
}

// sent is what the sites send of one header with the application's answers.
type sent struct {
	header  deploy.Header // the first one
	file    string
	program string
	with    int // routes that have it
	without *deploy.Route
	varies  bool // the values differ, or are not known
}

// header looks for a header that the sites add to the application's answers.
func header(sites []site, name string) sent {
	var found sent
	for _, s := range sites {
		for _, route := range s.routes {
			h, ok := route.ResponseHeader(name)
			switch {
			case !ok:
				found.without = route
				continue
			case found.with == 0:
				found.header, found.file, found.program = h, s.proxy.File.Path, s.proxy.Program
			}
			found.with++
			found.varies = found.varies || h.Unknown || strings.Contains(h.Value, "$") || h.Value != found.header.Value
		}
	}
	return found
}

// mentions reports whether a configuration speaks of a header in any way, so that it may be sent by other means than add_header.
func (e edge) mentions(name string) bool {
	for _, s := range e.sites {
		for _, f := range s.proxy.Files {
			if bytes.Contains(bytes.ToLower(f.Data), bytes.ToLower([]byte(name))) {
				return true
			}
		}
	}
	return false
}

// sentByProxy answers for a header that Django does not send; good tells whether a value does what the check asks for. done is false where
// no proxy sends it either.
func sentByProxy(p *check.SourcePass, name string, good func(value string) bool) (answer check.Answer, done bool) {
	e := readEdge(p)
	if len(e.files) == 0 && len(e.sites) == 0 && e.doubt == "" {
		return check.Answer{}, false
	}
	ask := "Django does not send " + name + "; whether the proxy does "
	if !e.known() {
		return check.Unclear(ask + e.untold()), true
	}
	found := header(e.sites, name)
	switch {
	case found.with > 0 && found.without != nil:
		return check.Unclear(fmt.Sprintf("Django does not send %s, and %s adds it to a part of the application's answers only, not to those of %s", name, found.file, place(found.without))), true
	case found.with > 0 && !found.varies && good(found.header.Value):
		return check.Passed(fmt.Sprintf("%s sends %s (%s)", found.program, name, found.file)), true
	case found.with > 0:
		return check.Unclear(fmt.Sprintf("%s sends %s (%s); its value is not judged", found.program, name, found.header.At.Path())), true
	case e.lacking() != "":
		return check.Unclear(ask + "is not known: " + e.lacking()), true
	case e.mentions(name):
		return check.Unclear(ask + e.untold() + " in a way that is understood"), true
	}
	return check.Answer{}, false
}

// place is how a route is called in a sentence.
func place(r *deploy.Route) string {
	if r.Pattern == "" {
		return "the whole site"
	}
	return r.Pattern
}
