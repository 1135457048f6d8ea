package https

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func redirect() check.Check {
	return check.Check{
		ID:       "https/redirect",
		Severity: check.Critical,
		Source:   answerRedirect,
		Doc: check.Doc{
			Title: "Plain HTTP is redirected to HTTPS",
			Why: `Whoever types the address of a site without a scheme, or follows an old link, starts on plain HTTP. If the site answers there, the page, the form and the cookies of that visit travel in clear, and anyone on the way can read or change them.

The redirect belongs to whichever part faces the internet. A proxy or platform that already does it makes SECURE_SSL_REDIRECT unnecessary; turning on both is harmless as long as Django knows the scheme of the original request (https/proxy-ssl-header), and otherwise ends in an endless redirect.`,
			Fix:    "Set `SECURE_SSL_REDIRECT = True`, or redirect in the proxy (`return 308 https://$host$request_uri;` in nginx). Exempt the path of a health probe with SECURE_REDIRECT_EXEMPT, never everything.",
			Verify: "`curl -sI http://example.com/` prints `HTTP/1.1 301 Moved Permanently` (or 308) and `Location: https://example.com/`.",
			Bad: []check.Example{
				check.SettingsExample("The redirect is on, and every path is exempt from it.", `SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r".*"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
`),
				check.SettingsExample("SECURE_SSL_HOST is a host, not a URL: visitors are sent to https://https://www.example.com/.", `SECURE_SSL_REDIRECT = True
SECURE_SSL_HOST = "https://www.example.com"
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
`),
			},
			Good: []check.Example{
				check.SettingsExample("Everything but the health probe is redirected.", `SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
`),
			},
			References: []check.Reference{
				{Title: "Django: SECURE_SSL_REDIRECT", URL: "https://docs.djangoproject.com/en/stable/ref/settings/#secure-ssl-redirect"},
				{Title: "Django: SSL redirect", URL: "https://docs.djangoproject.com/en/stable/ref/middleware/#ssl-redirect"},
				{Title: "OWASP: Transport Layer Security", URL: "https://cheatsheetseries.owasp.org/cheatsheets/Transport_Layer_Security_Cheat_Sheet.html"},
			},
			Django: []string{"security.W008"},
			Triggers: []string{
				"SECURE_REDIRECT_EXEMPT has a pattern that matches every path",
				"SECURE_SSL_HOST holds a scheme or a path",
				"SECURE_SSL_REDIRECT is a text, which is on whatever it says",
			},
		},
	}
}

func answerRedirect(p *check.SourcePass) check.Answer {
	if answer, done := withoutSecurityMiddleware(p, "SECURE_SSL_REDIRECT"); done {
		return answer
	}
	f := flag{name: "SECURE_SSL_REDIRECT", weight: check.Critical}
	r := check.Rule(p.Settings, f.isNot, f.name)
	switch {
	case r.Fault == eval.Maybe:
		return check.Unclear(r.Doubt)
	case r.Fault == eval.Yes && check.IsOn(r.Setting(f.name).Value) == eval.Yes:
		return check.Failed(f.finding(p, r.World))
	case r.Fault == eval.Yes:
		return redirectOfProxy(p, check.Describe(r.Setting(f.name)))
	}
	return answerRedirectDetails(p)
}

// redirectOfProxy answers where Django does not redirect, as state says.
func redirectOfProxy(p *check.SourcePass, state string) check.Answer {
	e := check.ReadEdge(p)
	ask := state + "; whether the proxy or the platform redirects to HTTPS "
	if !e.Known() {
		return check.Unclear(ask + e.Untold())
	}
	served := false // plain HTTP leads to a site of the application
	for _, s := range e.Sites {
		if _, plain := s.Plain(); !plain {
			continue
		}
		served = true
		sure, none := s.Redirects()
		switch {
		case sure:
		case !e.EndsTLS(s.Proxy):
			return check.Unclear(ask + "is not known: " + s.Proxy.File.Path + " serves the application over plain HTTP, and whether something in front of it ends TLS is not told")
		case none && plainIsFailed(p, s):
			return check.CausedBy("proxy/tls", state+", and "+s.Proxy.File.Path+" serves the application over plain HTTP beside TLS")
		default:
			return check.Unclear(ask + "is not known: " + s.Proxy.File.Path + " serves plain HTTP in a part, or redirects it under a condition")
		}
	}
	if beside := e.Beside(); beside != "" {
		return check.Unclear(state + "; the proxy serves no plain HTTP (" + e.Sites[0].Proxy.File.Path + "), but " + beside)
	}
	if !served && len(e.Encrypted()) < len(e.Sites) {
		return check.Unclear(ask + "is not known: " + e.Sites[0].Proxy.File.Path + " answers on the machine itself alone")
	}
	if program, file := redirectsPlain(e); file != "" {
		return check.Passed(program + " redirects plain HTTP to HTTPS (" + file + ")")
	}
	return check.Passed(e.Sites[0].Proxy.Program + " serves the application over TLS alone (" + e.Sites[0].Proxy.File.Path + ")")
}

// redirectsPlain is a proxy with a site that sends plain HTTP to HTTPS, with its file; "" without one.
func redirectsPlain(e check.Edge) (program, file string) {
	for _, s := range e.Sites {
		for _, host := range s.Proxy.Hosts {
			if _, plain := (check.Front{Host: host}).Plain(); !plain {
				continue
			}
			for _, route := range append([]*deploy.Route{host.Site}, host.Routes...) {
				if (route.Pattern == "" || route.Pattern == "/") && route.Redirect.ToHTTPS() && check.OnPlain(route.Redirect) {
					return s.Proxy.Program, s.Proxy.File.Path
				}
			}
		}
	}
	return "", ""
}

// plainIsFailed reports whether proxy/tls fails for a site that serves plain HTTP without any redirect.
func plainIsFailed(p *check.SourcePass, s check.Front) bool {
	l, _ := s.Plain()
	setting := p.Settings.Shipped().Get("SECURE_SSL_REDIRECT").Value
	return !l.Unknown && l.Port != 0 && !setting.IsUnknown() && check.Is(setting) == eval.No
}

// answerRedirectDetails judges a redirect that is on.
func answerRedirectDetails(p *check.SourcePass) check.Answer {
	exempt := check.Rule(p.Settings, func(w *django.World) eval.Tri {
		return check.If(exemptsAll(w).IsValid())
	}, "SECURE_REDIRECT_EXEMPT")
	host := check.Rule(p.Settings, func(w *django.World) eval.Tri {
		return check.If(isURL(w.Get("SECURE_SSL_HOST").Value))
	}, "SECURE_SSL_HOST")
	var findings []check.Finding
	if exempt.Fault == eval.Yes {
		pattern := exemptsAll(exempt.World)
		findings = append(findings, check.Finding{
			Severity: check.Critical,
			Message:  fmt.Sprintf("SECURE_REDIRECT_EXEMPT has the pattern %s, which matches every path, so nothing is redirected to HTTPS; name the exempt paths", pattern.Repr(40)),
			At:       check.Where(exempt.Setting("SECURE_REDIRECT_EXEMPT")),
			Fix:      `SECURE_REDIRECT_EXEMPT = [r"^healthz$"]`,
		})
	}
	if host.Fault == eval.Yes {
		s := host.Setting("SECURE_SSL_HOST")
		findings = append(findings, check.Finding{
			Severity: check.Critical,
			Message:  fmt.Sprintf("SECURE_SSL_HOST is %s, and Django puts https:// before it, so the redirect leads nowhere; write the host name alone", s.Value.Repr(60)),
			At:       check.Where(s),
		})
	}
	if len(findings) > 0 {
		return check.Failed(findings...)
	}
	return check.Passed("SECURE_SSL_REDIRECT is True")
}

// exemptsAll is the first pattern of SECURE_REDIRECT_EXEMPT that every path matches, as people write such patterns; invalid without one.
func exemptsAll(w *django.World) eval.Value {
	for _, e := range w.Get("SECURE_REDIRECT_EXEMPT").Value.Elems() {
		pattern, ok := e.AsStr()
		if !ok {
			continue
		}
		switch strings.TrimSuffix(strings.TrimPrefix(pattern, "^"), "$") {
		case ".*", ".+", "/?.*", "(.*)", ".*?":
			return e
		case "":
			if !strings.HasSuffix(pattern, "$") { // "^$" is the front page alone
				return e
			}
		}
	}
	return eval.Value{}
}

func isURL(v eval.Value) bool {
	s, ok := v.AsStr()
	return ok && strings.Contains(s, "/")
}
