package check

import "gonogo/internal/deploy"

// ProxyRoute is a location of a proxy of production that answers a request.
type ProxyRoute struct {
	Proxy *deploy.Proxy
	Host  *deploy.VirtualHost
	Route *deploy.Route
	URI   string // of the request
	// Else is the location that try_files hands on to when the file is not there, nil for none.
	Else *deploy.Route
}

// RoutesTo are the locations of production's proxies that answer a request for a name below a URL such as STATIC_URL: from a folder of their
// own, or by handing it on. Those that redirect, and sites that serve one folder for all requests, are left out. doubt says of the first proxy whose answer is not certain why, "" without one.
func RoutesTo(p *SourcePass, address, name string) (list []ProxyRoute, doubt string) {
	if p.Project.Deployment == nil {
		return nil, ""
	}
	uri := urlPath(address) + name
	for _, proxy := range p.Project.Deployment.Proxies {
		if !proxy.Production {
			continue
		}
		for _, host := range proxy.Hosts {
			routes, unknown := host.Find(uri)
			switch {
			case unknown != "" && doubt == "":
				doubt = proxy.File.Path + ": " + unknown
			case unknown != "" || len(routes) == 0 || routes[0] == nil:
			case routes[0].Redirect != nil && !routes[0].Redirect.Conditional || routes[0].Answer != 0:
			default:
				r := ProxyRoute{Proxy: proxy, Host: host, Route: routes[0], URI: uri}
				if len(routes) > 1 {
					r.Else = routes[1]
				}
				if r.Route.Backend != nil || r.ServesFiles() {
					list = append(list, r)
				}
			}
		}
	}
	return list, doubt
}

// ServesFiles reports whether the location answers from a folder of its own, and not from a backend.
func (r ProxyRoute) ServesFiles() bool {
	return r.Route.Backend == nil && r.Route.Files.Said() && r.Route.Pattern != "" && r.Route.Pattern != "/"
}
