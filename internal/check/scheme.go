package check

import (
	"slices"
	"strings"

	"gonogo/internal/deploy"
	"gonogo/internal/python/eval"
)

// This file holds how the application learns for what scheme and host a visitor asked: from the proxy, and from the server behind it.

// TrustedScheme is the header that SECURE_PROXY_SSL_HEADER names, as HTTP writes it, and the value that stands for HTTPS.
func TrustedScheme(v eval.Value) (name, value string, ok bool) {
	elems := v.Elems()
	if len(elems) != 2 {
		return "", "", false
	}
	key, known := elems[0].AsStr()
	value, alsoKnown := elems[1].AsStr()
	key, isHeader := strings.CutPrefix(key, "HTTP_")
	parts := strings.Split(strings.ToLower(key), "_")
	for i, part := range parts {
		parts[i] = strings.ToUpper(part[:min(1, len(part))]) + part[min(1, len(part)):]
	}
	return strings.Join(parts, "-"), value, known && alsoKnown && isHeader
}

// Overwrites reports whether a header that a site sets tells the application the truth about the scheme, whatever the visitor sent.
func Overwrites(f Front, h deploy.Header, https string) bool {
	if h.Unknown || !f.Host.IsTLS() {
		return false
	}
	if h.Means() == deploy.MeansScheme {
		return https == "https"
	}
	switch h.Value {
	case "$https":
		return https == "on"
	case https:
		_, plain := f.Plain()
		return !plain
	}
	return false
}

// SpeaksOfScheme reports whether code of the repository may set a request's scheme by itself, in wsgi.py or in a middleware.
func SpeaksOfScheme(p *SourcePass) bool {
	for _, name := range p.Project.Tree.WithExt(".py") {
		f, ok := p.Project.Tree.Read(name)
		if !ok {
			continue
		}
		for _, word := range []string{"url_scheme", "FORWARDED_PROTO", "Forwarded-Proto", "forwarded-proto", "is_secure", "FORWARDED_SSL", "ProxyHeaders"} {
			if f.Contains(word) {
				return true
			}
		}
	}
	return false
}

// ServerTakesScheme reports whether the server behind a route certainly takes the scheme from the proxy, or certainly does not.
func ServerTakesScheme(f Front, route *deploy.Route) (yes, no bool) {
	if route.Backend.Protocol == "uwsgi" && !route.Backend.Unknown {
		return route.TellsScheme && f.Host.IsTLS() && !slices.ContainsFunc(route.Backend.Processes, func(process *deploy.Process) bool {
			server, ok := process.Server()
			return !ok || server.Program != "uwsgi"
		}), false
	}
	if route.Backend.Protocol != "http" || route.Backend.Unknown {
		return false, false
	}
	h, set := route.RequestHeader("X-Forwarded-Proto")
	writes := set && Overwrites(f, h, "https")
	local, remote := true, true
	for _, address := range route.Backend.Addresses {
		here := strings.HasPrefix(address, "unix:") || strings.HasPrefix(address, "127.0.0.1") || strings.HasPrefix(address, "localhost")
		local, remote = local && here, remote && !here
	}
	yes, no = writes, true
	for _, process := range route.Backend.Processes {
		server, ok := process.Server()
		if !ok {
			return false, false
		}
		trusts, never := trustsPeer(server, local, remote)
		yes, no = yes && trusts, no && never
		for _, from := range process.EnvFrom {
			no = no && (from.Read || server.ForwardedAllowIPs.Said()) // FORWARDED_ALLOW_IPS may be in it
		}
	}
	return yes, no && len(route.Backend.Processes) > 0
}

// trustsPeer reports whether a server takes X-Forwarded-Proto from the proxy, or never does. gunicorn reads it from peers in
// forwarded_allow_ips, and on a socket from all (gunicorn/http/message.py, parse_headers); uvicorn likewise but for the socket
// (uvicorn/middleware/proxy_headers.py), daphne only where it is told to (daphne/cli.py).
func trustsPeer(s *deploy.Server, local, remote bool) (trusts, never bool) {
	if s.ConfigAbsent != "" || s.Unread != "" {
		return false, false
	}
	allowed := s.ForwardedAllowIPs.Value
	switch s.Program {
	case "gunicorn":
		if !s.ForwardedAllowIPs.Known {
			return false, false
		}
		trusts = s.WorkerClass.Known && !strings.Contains(s.WorkerClass.Value, "uvicorn") && (allowed == "*" || local && allowed == "127.0.0.1,::1")
		return trusts, remote && (allowed == "127.0.0.1,::1" || allowed == "127.0.0.1")
	case "uvicorn":
		if !s.ForwardedAllowIPs.Known || !s.ProxyHeaders.Known {
			return false, false
		}
		return s.ProxyHeaders.Value && allowed == "*", !s.ProxyHeaders.Value || remote && allowed == "127.0.0.1"
	case "daphne":
		return s.ProxyHeaders.Known && s.ProxyHeaders.Value, s.ProxyHeaders.Known && !s.ProxyHeaders.Value
	}
	return false, false
}
