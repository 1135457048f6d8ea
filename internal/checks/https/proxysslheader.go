package https

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func proxySSLHeader() check.Check {
	const name = "SECURE_PROXY_SSL_HEADER"
	return check.Check{
		ID:       "https/proxy-ssl-header",
		Severity: check.Critical,
		Source:   answerProxySSLHeader,
		Doc: check.Doc{
			Title: "Django knows from a header that nobody can forge whether the visitor came over HTTPS",
			Why: `Behind a proxy that ends TLS, every request reaches Django over plain HTTP. Unless something tells it the original scheme, SECURE_SSL_REDIRECT redirects HTTPS to HTTPS without end, HSTS is never sent, links in mails start with http:// and the Origin check of CSRF refuses forms.

SECURE_PROXY_SSL_HEADER names the header that carries the scheme. It is a promise: Django believes the header whoever sent it. If the proxy passes on a header that a visitor wrote, or the application can be reached beside the proxy, plain HTTP passes for HTTPS. So the proxy must overwrite the header on every request, and nothing but the proxy may reach the application.

gunicorn's secure_scheme_headers with forwarded_allow_ips, uWSGI's uwsgi_params and some platforms tell the scheme through the WSGI environment; then the setting is not needed, and better left out.`,
			Fix:    "Set `" + name + ` = ("HTTP_X_FORWARDED_PROTO", "https")` + "` and let the proxy overwrite the header: `proxy_set_header X-Forwarded-Proto $scheme;` in nginx.",
			Verify: "`curl -sI https://example.com/` prints a `Strict-Transport-Security` header and no redirect to itself; `curl -sI -H 'X-Forwarded-Proto: https' http://example.com/` still prints a redirect to https.",
			Bad: []check.Example{
				check.SettingsExample("The name of the header as HTTP writes it is never found in request.META.", `SECURE_PROXY_SSL_HEADER = ("X-Forwarded-Proto", "https")
`),
				check.SettingsExample("Plain HTTP passes for HTTPS.", `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "http")
`),
			},
			Good: []check.Example{{
				Note: "Heroku's router writes the header itself, and nothing reaches the application beside it.",
				Files: []check.ExampleFile{
					{Path: "settings.py", Text: "SECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")\n"},
					{Path: "heroku.yml", Text: "build:\n  docker:\n    web: Dockerfile\n"},
				},
			}},
			References: []check.Reference{
				check.See("Django: SECURE_PROXY_SSL_HEADER", check.DjangoDocs+"ref/settings/#secure-proxy-ssl-header"),
				check.See("gunicorn: secure_scheme_headers", "https://docs.gunicorn.org/en/stable/settings.html#secure-scheme-headers"),
				check.See("MDN: X-Forwarded-Proto", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-Proto"),
			},
			Triggers: []string{
				"the setting is not a pair of two texts: every request ends in an error",
				"the header is not written as request.META has it (HTTP_, upper case, underscores), so it is never found",
				"the value means plain HTTP, or is one that no proxy sends",
			},
		},
	}
}

func answerProxySSLHeader(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		s := w.Get("SECURE_PROXY_SSL_HEADER")
		if s.Value.IsUnknown() || s.Value.IsOpen() {
			return check.Unclear(check.Doubt(w, s))
		}
		if !s.Value.IsValid() || s.Value.Kind() == eval.None {
			return withoutTrust(p, w)
		}
		if fault := proxyHeaderFault(s.Value); fault != "" {
			return check.Failed(check.Finding{
				Severity: check.Critical,
				Message:  fault,
				At:       check.Where(s),
				Fix:      `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`,
			})
		}
		return trustedProxy(p, s)
	})
}

// proxyHeaderFault says what is wrong with the setting's value, "" when nothing is.
// Django unpacks it into a key of request.META and the value that means HTTPS (django/http/request.py, HttpRequest.scheme).
func proxyHeaderFault(v eval.Value) string {
	elems := v.Elems()
	if len(elems) != 2 || v.Kind() == eval.Set {
		return fmt.Sprintf("SECURE_PROXY_SSL_HEADER is %s, not a pair of header and value, so every request ends in ImproperlyConfigured; write (\"HTTP_X_FORWARDED_PROTO\", \"https\")", v.Repr(60))
	}
	header, known := elems[0].AsStr()
	if !known {
		return ""
	}
	if meta := metaName(header); meta != header {
		return fmt.Sprintf("SECURE_PROXY_SSL_HEADER looks for %q, which request.META never has, so no request counts as HTTPS; write %q", header, meta)
	}
	value, known := elems[1].AsStr()
	switch {
	case !known:
		return ""
	case strings.EqualFold(value, "http") || strings.EqualFold(value, "off"):
		return fmt.Sprintf("SECURE_PROXY_SSL_HEADER takes the value %q for HTTPS, so plain HTTP passes for HTTPS and HTTPS does not; write \"https\"", value)
	case header == "HTTP_X_FORWARDED_PROTO" && value != "https":
		return fmt.Sprintf("SECURE_PROXY_SSL_HEADER waits for X-Forwarded-Proto to be %q, and proxies send \"https\", so no request counts as HTTPS; write \"https\"", value)
	}
	return ""
}

// metaName is the key under which request.META has a header (django/http/request.py, HttpHeaders).
func metaName(header string) string {
	name := strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(header), "-", "_"))
	if !strings.HasPrefix(name, "HTTP_") && name != "HTTPS" && name != "REQUEST_SCHEME" {
		name = "HTTP_" + name
	}
	return name
}

// trustedProxy answers for a setting that is well formed: it is safe where the platform or nginx writes the header itself.
func trustedProxy(p *check.SourcePass, s django.Setting) check.Answer {
	platform, ok := p.Project.Platform()
	if ok && s.Value.Elems()[0].Repr(40) == "'HTTP_X_FORWARDED_PROTO'" {
		return check.Passed(platform.Name + ", which " + platform.File + " is written for, sends the header itself")
	}
	return trustedNginx(p, s)
}
