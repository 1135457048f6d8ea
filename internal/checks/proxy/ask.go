package proxy

import (
	"gonogo/internal/check"
	"gonogo/internal/deploy"
)

// front is a site of a proxy of production with its routes to the application.
type front struct {
	proxy  *deploy.Proxy
	host   *deploy.VirtualHost
	routes []*deploy.Route
}

// fronts are the sites that hand requests to the application. Those of which only guesses say that it is the application count where no
// site is known to.
func fronts(p *check.SourcePass) []front {
	var sure, maybe []front
	if p.Project.Deployment == nil {
		return nil
	}
	for _, proxy := range p.Project.Deployment.Proxies {
		if !proxy.Production {
			continue
		}
		for _, host := range proxy.Hosts {
			var certain, possible []*deploy.Route
			for _, route := range host.Application() {
				if route.Backend.Certain() {
					certain = append(certain, route)
				} else {
					possible = append(possible, route)
				}
			}
			if len(certain) > 0 {
				sure = append(sure, front{proxy, host, certain})
			} else if len(possible) > 0 {
				maybe = append(maybe, front{proxy, host, possible})
			}
		}
	}
	if len(sure) > 0 {
		return sure
	}
	return maybe
}

// noProxy is the answer where no proxy in front of the application is in the repository.
func noProxy(p *check.SourcePass) check.Answer {
	if files := p.Project.ProxyFiles(); len(files) > 0 {
		if len(files) > 2 {
			files = append(files[:2:2], "others")
		}
		return check.Unclear("no site of production that hands requests to the application was found in " + check.And(files))
	}
	return check.Absent("the repository holds no proxy in front of the application")
}

// lacking says that a part of a proxy's configuration is not in the repository, "" when all of it is.
func lacking(proxy *deploy.Proxy) string {
	for _, a := range proxy.Absent {
		return a.Name + ", which " + a.At.Path() + " includes, is not in the repository"
	}
	return ""
}
