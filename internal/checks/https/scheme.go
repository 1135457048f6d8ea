package https

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

// trustedNginx answers for a header that Django trusts, from what nginx does with it.
func trustedNginx(p *check.SourcePass, s django.Setting) check.Answer {
	e := check.ReadEdge(p)
	ask := "SECURE_PROXY_SSL_HEADER is set; whether the proxy overwrites a header that the visitor sent, and nothing reaches the application beside it, "
	if !e.Known() {
		return check.Unclear(ask + e.Untold())
	}
	name, value, ok := check.TrustedScheme(s.Value)
	if !ok {
		return check.Unclear(ask + "is not known: the setting's value is not known, or is no header")
	}
	var findings []check.Finding
	doubt, caused := "", ""
	for _, site := range e.Sites {
		for _, route := range site.Routes {
			switch verdict := judgeScheme(e, site, route, name, value); verdict {
			case schemeWritten:
			case schemeForged:
				findings = append(findings, forged(site, route, name, s))
			case schemeMissing:
				caused = site.Proxy.File.Path
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
	if beside := e.Beside(); beside != "" {
		return check.Unclear(e.Sites[0].Proxy.Program + " writes " + name + " itself (" + e.Sites[0].Proxy.File.Path + "), but " + beside + ", where a visitor who reaches it can send the header himself")
	}
	return check.Passed(e.Sites[0].Proxy.Program + " writes the header itself (" + e.Sites[0].Proxy.File.Path + ")")
}

// schemeVerdict is what a route does with the header that Django trusts: one of the constants, or why that is not known.
type schemeVerdict string

const (
	schemeWritten schemeVerdict = "written"
	schemeForged  schemeVerdict = "forged"  // a visitor's own header reaches the application over plain HTTP
	schemeMissing schemeVerdict = "missing" // a site that ends TLS does not set it, which proxy/headers tells
)

func judgeScheme(e check.Edge, s check.Front, route *deploy.Route, name, https string) schemeVerdict {
	file := s.Proxy.File.Path
	if _, set := route.RequestHeader(name); !set && route.Backend.Protocol != "http" && route.Backend.Protocol != "https" {
		return schemeVerdict(file + " hands requests on by " + route.Backend.Protocol + "_pass, with the visitor's own headers")
	}
	h, set := route.RequestHeader(name)
	passes := !set || strings.EqualFold(h.Value, "$http_"+strings.ReplaceAll(name, "-", "_"))
	_, plain := s.Plain()
	switch {
	case set && check.Overwrites(s, h, https):
		return schemeWritten
	case set && !h.Unknown && plain && e.EndsTLS(s.Proxy) && h.Means() == deploy.MeansScheme && https == "https":
		return schemeWritten // "http", and the site beside it says "https"
	case !set && e.Lacking() != "":
		return schemeVerdict(e.Lacking())
	case passes && !h.Unknown && isOpen(s, route) && e.EndsTLS(s.Proxy):
		return schemeForged
	case !set && s.Host.IsTLS() && strings.HasPrefix(name, "X-"):
		return schemeMissing
	case !set:
		return schemeVerdict(file + " passes on what stands in " + name + ", and what is in front of it is not told")
	}
	return schemeVerdict(fmt.Sprintf("%s sets %s to %s, and what ends TLS in front of it is not told", file, name, h.Value))
}

// isOpen reports whether every visitor reaches the application over plain HTTP by a route: not one for a probe alone, nor for a network.
func isOpen(s check.Front, route *deploy.Route) bool {
	_, none := s.Redirects()
	if !none || s.Host.Site.Redirect != nil || route.Pattern != "/" || len(route.Denies) > 0 || route.Auth.Said() || route.Internal {
		return false
	}
	for _, l := range s.Host.Listens {
		if l.Port == 80 && !l.TLS && !l.Unknown && (l.Address == "" || l.Address == "*" || l.Address == "0.0.0.0" || l.Address == "[::]") {
			return true
		}
	}
	return false
}

// forged is the finding about a proxy that ends TLS and hands plain HTTP on with the visitor's own header.
func forged(s check.Front, route *deploy.Route, name string, setting django.Setting) check.Finding {
	line := s.Proxy.SetsHeader(name, deploy.MeansScheme)
	return check.Finding{
		Severity: check.Critical, At: route.Backend.At, Fix: line,
		Message: fmt.Sprintf("%s hands plain HTTP on with the visitor's own %s, which Django trusts (SECURE_PROXY_SSL_HEADER), so plain HTTP passes for HTTPS; add %s", s.Proxy.File.Path, name, strings.TrimSuffix(line, ";")),
		Related: []check.Related{{Message: "trusted here", At: check.Where(setting)}},
	}
}

// withoutTrust answers where SECURE_PROXY_SSL_HEADER is not set: the server may take the scheme from the proxy.
func withoutTrust(p *check.SourcePass, w *django.World) check.Answer {
	e := check.ReadEdge(p)
	ask := "SECURE_PROXY_SSL_HEADER is not set; whether TLS ends at a proxy, and whether the server behind it passes the scheme on, "
	if !e.Known() {
		return check.Unclear(ask + e.Untold())
	}
	list := e.Encrypted()
	if len(list) == 0 {
		return check.Unclear(ask + "is not known: " + e.Sites[0].Proxy.File.Path + " serves the application over plain HTTP, and what is in front of it is not told")
	}
	told, untold, at := true, true, list[0].Routes[0]
	for _, s := range list {
		for _, route := range s.Routes {
			yes, no := check.ServerTakesScheme(s, route)
			told, untold = told && yes, untold && no
		}
	}
	state := fmt.Sprintf("SECURE_PROXY_SSL_HEADER is not set, and TLS ends at %s (%s)", list[0].Proxy.Program, list[0].Proxy.File.Path)
	switch {
	case told:
		program := "the application's server"
		for _, process := range at.Backend.Processes {
			if server, ok := process.Server(); ok {
				program = server.Program
			}
		}
		return check.Passed(program + " takes the scheme from the proxy")
	case untold && redirectsAll(p, w) && e.Lacking() == "" && !check.SpeaksOfScheme(p):
		redirect := w.Get("SECURE_SSL_REDIRECT")
		return check.Failed(check.Finding{
			Severity: check.Critical, At: check.Where(redirect), Fix: `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`,
			Message: state + ", so SECURE_SSL_REDIRECT redirects HTTPS to itself without end; set it, and let the proxy send the header",
			Related: []check.Related{{Message: "plain HTTP goes to the application from here", At: at.Backend.At}},
		})
	}
	if untold && e.Lacking() == "" && !check.SpeaksOfScheme(p) {
		return check.Failed(takenForPlain(p, w, state, at))
	}
	return check.Unclear(state + "; whether the application's server takes the scheme from the proxy is not known")
}

// takenForPlain is the finding about an application that takes every request for plain HTTP and does not redirect. Django compares the origin of
// a form with the scheme that it believes in (django/middleware/csrf.py, CsrfViewMiddleware._origin_verified).
func takenForPlain(p *check.SourcePass, w *django.World, state string, at *deploy.Route) check.Finding {
	f := check.Finding{Severity: check.Recommended, At: at.Backend.At, Fix: `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`,
		Message: state + ", so Django takes every request for plain HTTP, and the links that it makes begin with http://; set it, and let the proxy send the header"}
	compares := !p.Settings.Version.Before(4, 0) && check.HasMiddlewareLike(p, w, "django.middleware.csrf.CsrfViewMiddleware") == eval.Yes
	if compares && refusesForms(p, w) {
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

// refusesForms reports whether Django certainly trusts no origin of the site.
func refusesForms(p *check.SourcePass, w *django.World) bool {
	if origins := w.Get("CSRF_TRUSTED_ORIGINS"); !origins.Set || origins.Value.Truth() == eval.No {
		return true
	}
	refused, _, doubt := check.RefusedOrigins(p, w, check.ReadEdge(p))
	return doubt == "" && len(refused) > 0 && refused[0].All
}
