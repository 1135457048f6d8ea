package check

import (
	"bytes"
	"fmt"
	"strings"

	"gonogo/internal/deploy"
)

// Edge is what stands before the application in production, as far as the repository configures it.
type Edge struct {
	Sites []Front
	// Doubt says why the sites are not known to be all that stands before the application, "" when they are.
	Doubt string
	Files []string // that configure a proxy by their names
}

// ReadEdge finds the sites of production before the application.
func ReadEdge(p *SourcePass) Edge {
	e := Edge{Files: p.Project.ProxyFiles()}
	if p.Project.Deployment != nil {
		for _, proxy := range p.Project.Deployment.Proxies {
			if proxy.Production {
				e.add(p, proxy)
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
		e.Doubt = "stands in " + names(unread) + ", which this version does not read"
	}
	return e
}

// add takes a proxy of production.
func (e *Edge) add(p *SourcePass, proxy *deploy.Proxy) {
	for _, host := range proxy.Hosts {
		s := Front{Proxy: proxy, Host: host}
		if len(host.Application()) > 0 && hasBranches(proxy) {
			e.Doubt = "hangs on what a template decides in " + proxy.File.Path
		}
		for _, route := range host.Application() {
			switch {
			case route.Redirect != nil && !route.Redirect.Conditional, !p.leadsTo(route):
			case route.Conditional:
				e.Doubt = "hangs on what a template decides in " + proxy.File.Path
			case !route.Backend.Certain():
				e.Doubt = fmt.Sprintf("is not known: %s hands requests to %s, and whether the application listens there is not told", proxy.File.Path, route.Backend.Written)
			default:
				s.Routes = append(s.Routes, route)
			}
		}
		if len(s.Routes) == 0 {
			continue
		}
		e.Sites = append(e.Sites, s)
	}
}

// hasBranches reports whether a template decides which parts of a configuration are there.
func hasBranches(proxy *deploy.Proxy) bool {
	for _, f := range proxy.Files {
		if f.Contains("{%") || f.Contains("<%") {
			return true
		}
	}
	return false
}

// Known reports whether the sites are all that stands before the application.
func (e Edge) Known() bool { return len(e.Sites) > 0 && e.Doubt == "" }

// Untold ends the sentence "whether the proxy or the platform does ..." where the sites don't tell.
func (e Edge) Untold() string {
	switch {
	case e.Doubt != "":
		return e.Doubt
	case len(e.Sites) > 0:
		return fmt.Sprintf("is not told in %s", e.Sites[0].Proxy.File.Path)
	case len(e.Files) > 0:
		return fmt.Sprintf("is not known: no site of production before the application was found in %s", names(e.Files))
	}
	return "is not told in the repository"
}

// names joins the first two of a list of files.
func names(files []string) string {
	if len(files) > 2 {
		files = append(files[:2:2], "others")
	}
	return And(files)
}

// Encrypted are the sites that end TLS.
func (e Edge) Encrypted() []Front {
	var list []Front
	for _, s := range e.Sites {
		if s.Host.IsTLS() {
			list = append(list, s)
		}
	}
	return list
}

// EndsTLS reports whether a site of the same proxy ends TLS, so that the proxy faces the visitors.
func (e Edge) EndsTLS(proxy *deploy.Proxy) bool {
	for _, s := range e.Encrypted() {
		if s.Proxy == proxy {
			return true
		}
	}
	return false
}

// Lacking names a part of the configuration that is not in the repository, "" when all of it is.
func (e Edge) Lacking() string {
	for _, s := range e.Sites {
		if s.Proxy.Program == "Ingress" {
			return "the controller of " + s.Proxy.File.Path + " has options of its own, which are not in it"
		}
		for _, a := range s.Proxy.Absent {
			return a.Name + ", which " + a.At.Path() + " includes, is not in the repository"
		}
	}
	return ""
}

// Beside says where the application can be reached without the proxy, "" where nowhere is known.
func (e Edge) Beside() string {
	for _, s := range e.Sites {
		for _, route := range s.Routes {
			for _, process := range route.Backend.Processes {
				if process == s.Proxy.Process || process.Role != deploy.Web {
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

// Plain is an address on which a site answers over plain HTTP to others than its own machine.
func (f Front) Plain() (deploy.Listen, bool) {
	for _, l := range f.Host.Listens {
		if !l.TLS && !strings.HasPrefix(l.Address, "127.") {
			return l, true
		}
	}
	return deploy.Listen{}, false
}

// Redirects tells what a site does with plain HTTP: sure when all that leads to the application is sent to HTTPS, none when no route
// Redirects at all.
func (f Front) Redirects() (sure, none bool) {
	if r := f.Host.Site.Redirect; r.ToHTTPS() {
		return OnPlain(r), false
	}
	sure, none = true, true
	for _, route := range f.Routes {
		sure = sure && route.Redirect.ToHTTPS() && OnPlain(route.Redirect)
	}
	for _, route := range f.Host.Routes {
		none = none && route.Redirect == nil
	}
	return sure, none
}

// OnPlain reports whether a redirect happens to all that came over plain HTTP.
func OnPlain(r *deploy.Redirect) bool {
	if !r.Conditional {
		return true
	}
	switch strings.NewReplacer(" ", "", `"`, "", "'", "").Replace(r.Condition) {
	case "$scheme!=https", "$scheme=http", "$https!=on", "$https=", "$server_port=80", "$server_port!=443":
		return true
	}
	return false
}

// Mentions reports whether a configuration speaks of a header in any way, so that it may be sent by other means than add_header.
func (e Edge) Mentions(name string) bool {
	for _, s := range e.Sites {
		for _, f := range s.Proxy.Files {
			if bytes.Contains(bytes.ToLower(f.Data), bytes.ToLower([]byte(name))) {
				return true
			}
		}
	}
	return false
}
