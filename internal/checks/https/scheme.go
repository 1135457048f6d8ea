package https

import (
	"bytes"
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

// trustedScheme is the header that SECURE_PROXY_SSL_HEADER names, as HTTP writes it, and the value that stands for HTTPS.
func trustedScheme(v eval.Value) (name, value string, ok bool) {
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

// overwrites reports whether a header that a site sets tells the application the truth about the scheme, whatever the visitor sent.
func overwrites(s site, h deploy.Header, https string) bool {
	if h.Unknown || !s.host.IsTLS() {
		return false
	}
	if h.Means() == deploy.MeansScheme {
		return https == "https"
	}
	switch h.Value {
	case "$https":
		return https == "on"
	case https:
		_, plain := s.plain()
		return !plain
	}
	return false
}

// trustedNginx answers for a header that Django trusts, from what nginx does with it.
func trustedNginx(p *check.SourcePass, s django.Setting) check.Answer {
	e := readEdge(p)
	ask := "SECURE_PROXY_SSL_HEADER is set; whether the proxy overwrites a header that the visitor sent, and nothing reaches the application beside it, "
	if !e.known() {
		return check.Unclear(ask + e.untold())
	}
	name, value, ok := trustedScheme(s.Value)
	if !ok {
		return check.Unclear(ask + "is not known: the setting's value is not known, or is no header")
	}
	var findings []check.Finding
	doubt, caused := "", ""
	for _, site := range e.sites {
		for _, route := range site.routes {
			switch verdict := judgeScheme(e, site, route, name, value); verdict {
			case schemeWritten:
			case schemeForged:
				findings = append(findings, forged(site, route, name, s))
			case schemeMissing:
				caused = site.proxy.File.Path
			default:
				doubt = string(verdict)
			}
		}
	}
	switch {
	case len(findings) > 0:
		return check.Failed(findings[:1]...)
	case caused != "":
		return check.CausedBy("proxy/headers", "SECURE_PROXY_SSL_HEADER trusts a header that "+caused+" does not set")
	case doubt != "":
		return check.Unclear(ask + "is not known: " + doubt)
	}
	if beside := e.beside(); beside != "" {
		return check.Unclear(e.sites[0].proxy.Program + " writes " + name + " itself (" + e.sites[0].proxy.File.Path + "), but " + beside + ", where a visitor who reaches it can send the header himself")
	}
	return check.Passed(e.sites[0].proxy.Program + " writes the header itself (" + e.sites[0].proxy.File.Path + ")")
}

// schemeVerdict is what a route does with the header that Django trusts: one of the constants, or why that is not known.
type schemeVerdict string

const (
	schemeWritten schemeVerdict = "written"
	schemeForged  schemeVerdict = "forged"  // a visitor's own header reaches the application over plain HTTP
	schemeMissing schemeVerdict = "missing" // a site that ends TLS does not set it, which proxy/headers tells
)

func judgeScheme(e edge, s site, route *deploy.Route, name, https string) schemeVerdict {
	file := s.proxy.File.Path
	if route.Backend.Protocol != "http" && route.Backend.Protocol != "https" {
		return schemeVerdict(file + " hands requests on by " + route.Backend.Protocol + "_pass, with the visitor's own headers")
	}
	h, set := route.RequestHeader(name)
	passes := !set || strings.EqualFold(h.Value, "$http_"+strings.ReplaceAll(name, "-", "_"))
	_, plain := s.plain()
	switch {
	case set && overwrites(s, h, https):
		return schemeWritten
	case set && !h.Unknown && plain && e.endsTLS(s.proxy) && h.Means() == deploy.MeansScheme && https == "https":
		return schemeWritten // "http", and the site beside it says "https"
	case !set && e.lacking() != "":
		return schemeVerdict(e.lacking())
	case passes && !h.Unknown && s.isOpen(route) && e.endsTLS(s.proxy):
		return schemeForged
	case !set && s.host.IsTLS() && strings.HasPrefix(name, "X-"):
		return schemeMissing
	case !set:
		return schemeVerdict(file + " passes on what stands in " + name + ", and what is in front of it is not told")
	}
	return schemeVerdict(fmt.Sprintf("%s sets %s to %s, and what ends TLS in front of it is not told", file, name, h.Value))
}

// isOpen reports whether every visitor reaches the application over plain HTTP by a route: not one for a probe alone, nor for a network.
func (s site) isOpen(route *deploy.Route) bool {
	_, none := s.redirects()
	if !none || s.host.Site.Redirect != nil || route.Pattern != "/" || len(route.Denies) > 0 || route.Auth.Said() || route.Internal {
		return false
	}
	for _, l := range s.host.Listens {
		if l.Port == 80 && !l.TLS && !l.Unknown && (l.Address == "" || l.Address == "*" || l.Address == "0.0.0.0" || l.Address == "[::]") {
			return true
		}
	}
	return false
}

// forged is the finding about a proxy that ends TLS and hands plain HTTP on with the visitor's own header.
func forged(s site, route *deploy.Route, name string, setting django.Setting) check.Finding {
	return check.Finding{
		Severity: check.Critical, At: route.Backend.At, Fix: "proxy_set_header " + name + " $scheme;",
		Message: fmt.Sprintf("%s hands plain HTTP on with the visitor's own %s, which Django trusts (SECURE_PROXY_SSL_HEADER), so plain HTTP passes for HTTPS; add proxy_set_header %s $scheme", s.proxy.File.Path, name, name),
		Related: []check.Related{{Message: "trusted here", At: check.Where(setting)}},
	}
}

// withoutTrust answers where SECURE_PROXY_SSL_HEADER is not set: the server may take the scheme from the proxy.
func withoutTrust(p *check.SourcePass, w *django.World) check.Answer {
	e := readEdge(p)
	ask := "SECURE_PROXY_SSL_HEADER is not set; whether TLS ends at a proxy, and whether the server behind it passes the scheme on, "
	if !e.known() {
		return check.Unclear(ask + e.untold())
	}
	list := e.encrypted()
	if len(list) == 0 {
		return check.Unclear(ask + "is not known: " + e.sites[0].proxy.File.Path + " serves the application over plain HTTP, and what is in front of it is not told")
	}
	told, untold, at := true, true, list[0].routes[0]
	for _, s := range list {
		for _, route := range s.routes {
			yes, no := serverTakesScheme(s, route)
			told, untold = told && yes, untold && no
		}
	}
	state := fmt.Sprintf("SECURE_PROXY_SSL_HEADER is not set, and TLS ends at %s (%s)", list[0].proxy.Program, list[0].proxy.File.Path)
	switch {
	case told:
		return check.Passed("gunicorn takes the scheme from the proxy")
	case untold && redirectsAll(p, w) && e.lacking() == "" && !speaksOfScheme(p):
		redirect := w.Get("SECURE_SSL_REDIRECT")
		return check.Failed(check.Finding{
			Severity: check.Critical, At: check.Where(redirect), Fix: `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`,
			Message: state + ", so SECURE_SSL_REDIRECT redirects HTTPS to itself without end; set it, and let the proxy send the header",
			Related: []check.Related{{Message: "plain HTTP goes to the application from here", At: at.Backend.At}},
		})
	}
	if untold && e.lacking() == "" && !speaksOfScheme(p) {
		return check.Failed(takenForPlain(p, w, state, at))
	}
	return check.Unclear(state + "; whether the application's server takes the scheme from the proxy is not known")
}

// takenForPlain is the finding about an application that takes every request for plain HTTP and does not redirect. Django compares the origin of
// a form with the scheme that it believes in (django/middleware/csrf.py, CsrfViewMiddleware._origin_verified).
func takenForPlain(p *check.SourcePass, w *django.World, state string, at *deploy.Route) check.Finding {
	f := check.Finding{Severity: check.Recommended, At: at.Backend.At, Fix: `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`,
		Message: state + ", so Django takes every request for plain HTTP, and the links that it makes begin with http://; set it, and let the proxy send the header"}
	origins := w.Get("CSRF_TRUSTED_ORIGINS")
	refuses := !p.Settings.Version.Before(4, 0) && check.HasMiddlewareLike(p, w, "django.middleware.csrf.CsrfViewMiddleware") == eval.Yes
	if refuses && (!origins.Set || origins.Value.Truth() == eval.No) {
		f.Severity = check.Critical
		f.Message = state + ", so Django takes every request for plain HTTP: every form that a browser sends is refused (403), because its origin begins with https://; set it, and let the proxy send the header"
	}
	return f
}

// redirectsAll reports whether Django certainly redirects all that it takes for plain HTTP.
func redirectsAll(p *check.SourcePass, w *django.World) bool {
	return check.Is(w.Get("SECURE_SSL_REDIRECT").Value) == eval.Yes && check.HasMiddlewareLike(p, w, check.SecurityMiddleware) == eval.Yes &&
		!exemptsAll(w).IsValid()
}

// speaksOfScheme reports whether code of the repository may set a request's scheme by itself, in wsgi.py or in a middleware.
func speaksOfScheme(p *check.SourcePass) bool {
	for _, name := range p.Project.Tree.WithExt(".py") {
		f, ok := p.Project.Tree.Read(name)
		if !ok {
			continue
		}
		for _, word := range []string{"url_scheme", "FORWARDED_PROTO", "Forwarded-Proto", "forwarded-proto", "is_secure", "FORWARDED_SSL", "ProxyHeaders"} {
			if bytes.Contains(f.Data, []byte(word)) {
				return true
			}
		}
	}
	return false
}

// serverTakesScheme reports whether the server behind a route certainly takes the scheme from the proxy, or certainly does not.
// gunicorn reads X-Forwarded-Proto from peers in forwarded_allow_ips, and on a socket from all (gunicorn/http/message.py, parse_headers).
func serverTakesScheme(s site, route *deploy.Route) (yes, no bool) {
	if route.Backend.Protocol != "http" || route.Backend.Unknown {
		return false, false
	}
	h, set := route.RequestHeader("X-Forwarded-Proto")
	writes := set && overwrites(s, h, "https")
	local, remote := true, true
	for _, address := range route.Backend.Addresses {
		here := strings.HasPrefix(address, "unix:") || strings.HasPrefix(address, "127.0.0.1") || strings.HasPrefix(address, "localhost")
		local, remote = local && here, remote && !here
	}
	yes, no = writes, remote
	for _, process := range route.Backend.Processes {
		server, ok := process.Server()
		if !ok || server.Program != "gunicorn" || !server.ForwardedAllowIPs.Known || server.ConfigAbsent != "" || server.Unread != "" {
			return false, false
		}
		allowed := server.ForwardedAllowIPs.Value
		yes = yes && !strings.Contains(server.WorkerClass.Value, "uvicorn") && server.WorkerClass.Known && (allowed == "*" || local && allowed == "127.0.0.1,::1")
		no = no && (allowed == "127.0.0.1,::1" || allowed == "127.0.0.1")
		for _, from := range process.EnvFrom {
			no = no && (from.Read || server.ForwardedAllowIPs.Said()) // FORWARDED_ALLOW_IPS may be in it
		}
	}
	return yes, no
}
