package observability

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/source"
)

// proxyLog judges the access logs of the proxies that are known to stand before all servers: pass where each request is written with its
// time, fail where the time is missing, not-applicable where they are turned off, unknown where the files don't tell. The zero answer says
// that there are no such proxies.
func proxyLog(p *check.SourcePass, servers []productionServer) check.Answer {
	fronts := check.Fronts(p)
	if len(fronts) == 0 || len(servers) == 0 {
		return check.Answer{}
	}
	for _, s := range servers {
		if !check.Before(fronts, s.process) {
			return check.Answer{}
		}
	}
	off := 0
	var untimed *check.Finding
	for _, f := range fronts {
		route := mainRoute(f)
		switch lacking := check.Lacking(f.Proxy); {
		case route.AccessLog.Known && route.AccessLog.Value == "off":
			off++
		case lacking != "" && !route.AccessLog.Said():
			return check.Unclear("whether nginx writes one is not known: " + lacking)
		case !route.LogFormat.Known && route.LogFormat.Said():
			return check.Unclear("what nginx writes is not known: " + route.LogFormat.Written + " in " + route.LogFormat.At.Path())
		case !route.LogFormat.Known:
			if f.Proxy.Program != "nginx" {
				return check.Unclear("whether " + f.Proxy.Program + " writes one is not read from " + f.Proxy.File.Path)
			}
			return check.Unclear("nginx writes one unless its main file, which is not in the repository, turns it off")
		case !writesTime(route.LogFormat.Value):
			untimed = untimedFinding(f, route.LogFormat.At)
		}
	}
	switch {
	case off == len(fronts):
		return check.Absent("nginx writes no requests")
	case off > 0:
		return check.Unclear("nginx writes the requests of some sites alone")
	case untimed != nil:
		return check.Failed(*untimed)
	}
	return check.Passed("nginx writes each request with its time, " + fronts[0].Proxy.File.Path)
}

// mainRoute is the route to the application that answers the front page, else the first.
func mainRoute(f check.Front) *deploy.Route {
	if routes, unknown := f.Host.Find("/"); unknown == "" && len(routes) > 0 {
		if last := routes[len(routes)-1]; last.Backend != nil && last.Backend.Certain() {
			return last
		}
	}
	return f.Routes[0]
}

// writesTime reports whether a log_format holds the time that a request took.
// Source: https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format
func writesTime(format string) bool {
	return strings.Contains(format, "$request_time") || strings.Contains(format, "${request_time}") || strings.Contains(format, "upstream_response_time")
}

func untimedFinding(f check.Front, at source.Span) *check.Finding {
	if at.IsZero() {
		at = f.Host.At
	}
	return &check.Finding{
		Severity: check.Optional, At: at, Fix: `log_format timed '$remote_addr "$request" $status $body_bytes_sent ${request_time}s';`,
		Message: "nginx writes requests here without the time that they took, and the application server writes none; name a log_format with $request_time",
	}
}
