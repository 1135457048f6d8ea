package deploy

import "fmt"

// This file spells what to write in the configuration of each proxy, for messages.

// SetsHeader is the line with which the program gives the application a header of a meaning: MeansHost, MeansScheme or MeansAppended.
func (p *Proxy) SetsHeader(name string, means Meaning) string {
	switch p.Program {
	case "Apache":
		switch means {
		case MeansHost:
			if name == "Host" {
				return "ProxyPreserveHost On"
			}
			return fmt.Sprintf("RequestHeader set %s expr=%%{HTTP_HOST}", name)
		case MeansScheme:
			return fmt.Sprintf("RequestHeader set %s expr=%%{REQUEST_SCHEME}", name)
		}
		return "ProxyAddHeaders On"
	case "Caddy":
		return fmt.Sprintf("header_up %s %s", name, map[Meaning]string{MeansHost: "{host}", MeansScheme: "{scheme}"}[means])
	}
	return fmt.Sprintf("proxy_set_header %s %s;", name, map[Meaning]string{MeansHost: "$host", MeansScheme: "$scheme", MeansAppended: "$proxy_add_x_forwarded_for"}[means])
}

// LimitsBody is the directive with which the program limits the size of requests, and the line that limits them to 20 MB.
func (p *Proxy) LimitsBody() (directive, line string) {
	switch p.Program {
	case "Apache":
		return "LimitRequestBody", "LimitRequestBody 20971520"
	case "Caddy":
		return "request_body", "request_body { max_size 20MB }"
	case "Traefik":
		return "maxRequestBodyBytes of the middleware buffering", "maxRequestBodyBytes: 20971520"
	case "Ingress":
		return "the annotation proxy-body-size", `nginx.ingress.kubernetes.io/proxy-body-size: "20m"`
	}
	return "client_max_body_size", "client_max_body_size 20m;"
}
