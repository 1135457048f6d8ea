package check

import (
	"slices"
	"strings"

	"gonogo/internal/deploy"
)

// Front is a site of a proxy of production that hands requests to the application.
type Front struct {
	Proxy  *deploy.Proxy
	Host   *deploy.VirtualHost
	Routes []*deploy.Route // those that lead to a web process of the project
}

// Fronts are the sites of production of which it is known that they hand requests to a web process of the project.
func Fronts(p *SourcePass) []Front {
	var list []Front
	if p.Project.Deployment == nil {
		return nil
	}
	for _, proxy := range p.Project.Deployment.Proxies {
		if !proxy.Production {
			continue
		}
		for _, host := range proxy.Hosts {
			f := Front{Proxy: proxy, Host: host}
			for _, route := range host.Application() {
				if route.Backend.Certain() && p.leadsTo(route) {
					f.Routes = append(f.Routes, route)
				}
			}
			if len(f.Routes) > 0 {
				list = append(list, f)
			}
		}
	}
	return list
}

// leadsTo reports whether a route leads to nothing that another artefact alone runs than the one that is asked about.
func (p *SourcePass) leadsTo(route *deploy.Route) bool {
	return len(route.Backend.Processes) == 0 || slices.ContainsFunc(route.Backend.Processes, p.belongs)
}

// LikelyFronts are Fronts; where there are none, the sites of production that hand requests to something which is not known to be anything
// else than the application.
func LikelyFronts(p *SourcePass) []Front {
	if sure := Fronts(p); len(sure) > 0 || p.Project.Deployment == nil {
		return sure
	}
	var list []Front
	for _, proxy := range p.Project.Deployment.Proxies {
		for _, host := range proxy.Hosts {
			if routes := host.Application(); proxy.Production && len(routes) > 0 {
				list = append(list, Front{Proxy: proxy, Host: host, Routes: routes})
			}
		}
	}
	return list
}

// Before reports whether one of the sites hands requests to a process.
func Before(fronts []Front, p *deploy.Process) bool {
	return slices.ContainsFunc(fronts, func(f Front) bool {
		return slices.ContainsFunc(f.Routes, func(r *deploy.Route) bool { return slices.Contains(r.Backend.Processes, p) })
	})
}

// Lacking says that a part of a proxy's configuration is not in the repository, "" when all of it is.
func Lacking(proxy *deploy.Proxy) string {
	for _, a := range proxy.Absent {
		return a.Name + ", which " + a.At.Path() + " includes, is not in the repository"
	}
	return ""
}

// ProxyDoubt says why what the proxies of the repository do is not known, for the end of a reason; "" where it configures none.
func ProxyDoubt(p *SourcePass) string {
	files := p.Project.ProxyFiles()
	if len(files) == 0 {
		return ""
	}
	if len(files) > 2 {
		files = append(files[:2:2], "others")
	}
	return "of " + And(files) + " it is not certain that it stands before the application in production"
}

// FacesVisitors reports whether a proxy is known to be the first that visitors reach: it ends TLS for a name of a site.
func FacesVisitors(proxy *deploy.Proxy) bool {
	return slices.ContainsFunc(proxy.Hosts, func(h *deploy.VirtualHost) bool {
		return h.IsTLS() && slices.ContainsFunc(h.Names, func(name deploy.Word) bool { return strings.Contains(name.Text, ".") || name.Unknown })
	})
}
