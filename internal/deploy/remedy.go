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

// LimitsRate is with what the program limits how often it is asked, "" for one that does not by itself: Caddy and Apache need a module.
func (p *Proxy) LimitsRate() string {
	switch p.Program {
	case "nginx":
		return "limit_req"
	case "Traefik":
		return "the middleware rateLimit"
	case "Ingress":
		return "the annotation limit-rpm"
	}
	return ""
}

// Waits is with what the program says how long it waits for the application to send something.
func (p *Proxy) Waits() string {
	switch p.Program {
	case "Apache":
		return "ProxyTimeout"
	case "Caddy":
		return "read_timeout of its transport"
	case "Traefik":
		return "responseHeaderTimeout of its serversTransport"
	case "Ingress":
		return "the annotation proxy-read-timeout"
	}
	return "proxy_read_timeout"
}

// Upgrades is what makes the program pass WebSockets on, in words and as it is written.
func (p *Proxy) Upgrades() (words, line string) {
	if p.Program == "Apache" {
		return "add upgrade=websocket to its ProxyPass", "ProxyPass / http://web:8000/ upgrade=websocket"
	}
	return "set both headers and proxy_http_version 1.1", `proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";`
}

// HidesVersion is the line with which the program keeps its version to itself.
func (p *Proxy) HidesVersion() string {
	if p.Program == "Apache" {
		return "ServerTokens Prod"
	}
	return "server_tokens off"
}

// AllowsProtocols is the line that allows the versions of TLS that have not been withdrawn.
func (p *Proxy) AllowsProtocols() string {
	switch p.Program {
	case "Apache":
		return "SSLProtocol -all +TLSv1.2 +TLSv1.3"
	case "Caddy":
		return "protocols tls1.2 tls1.3"
	case "Traefik":
		return "minVersion: VersionTLS12"
	}
	return "ssl_protocols TLSv1.2 TLSv1.3;"
}
