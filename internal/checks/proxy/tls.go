package proxy

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func tls() check.Check {
	return check.Check{
		ID: "proxy/tls", Severity: check.Critical, Source: answerTLS,
		Doc: check.Doc{
			Title: "The proxy ends TLS with protocols of today, and sends plain HTTP to it",
			Why: `A site that also answers over plain HTTP is used over plain HTTP: by old links, by whoever types its name, by whoever stands between. Cookies that are not marked secure travel there, and a form that was loaded there can have been changed.

TLS 1.0 and 1.1 have been withdrawn (RFC 8996), and no browser of the last five years needs them.`,
			Fix:    "One server for port 80 with `return 301 https://$host$request_uri;`, one for `listen 443 ssl` with a certificate and `ssl_protocols TLSv1.2 TLSv1.3;`.",
			Verify: "`curl -sI http://shop.example.com/` prints 301 with an https address; `nmap --script ssl-enum-ciphers -p 443 shop.example.com` lists TLSv1.2 and TLSv1.3 alone.",
			Bad: []check.Example{check.Project("The application is served over both.", "compose.yml", compose, "nginx.conf", `server {
  listen 80;
  listen 443 ssl;
  ssl_certificate /certs/shop.pem;
  server_name shop.example.com;
  location / { proxy_set_header Host $host; proxy_pass http://web:8000; }
}
`, "settings.py", "SECURE_SSL_REDIRECT = False\n")},
			Good: []check.Example{check.Project("Plain HTTP only leads to TLS.", "compose.yml", compose, "nginx.conf", `server {
  listen 80;
  server_name shop.example.com;
  return 301 https://$host$request_uri;
}
server {
  listen 443 ssl;
  ssl_certificate /certs/shop.pem;
  server_name shop.example.com;
  location / { proxy_set_header Host $host; proxy_pass http://web:8000; }
}
`, "settings.py", "DEBUG = False\n")},
			References: []check.Reference{
				check.See("nginx: configuring HTTPS servers", "https://nginx.org/en/docs/http/configuring_https_servers.html"),
				check.See("RFC 8996: deprecating TLS 1.0 and 1.1", "https://www.rfc-editor.org/rfc/rfc8996"),
			},
			Triggers: []string{"a proxy with TLS serves the application over plain HTTP, too, and neither it nor Django redirects", "SSLv3, TLSv1 or TLSv1.1 are allowed"},
		},
	}
}

func answerTLS(p *check.SourcePass) check.Answer {
	list := check.LikelyFronts(p)
	if len(list) == 0 {
		return noProxy(p)
	}
	var findings []check.Finding
	secure := map[*deploy.Proxy]bool{}
	seen := map[source.Span]bool{}
	for _, f := range list {
		if !f.Host.IsTLS() {
			continue
		}
		secure[f.Proxy] = true
		for _, protocol := range f.Host.TLS.Protocols {
			if old := protocol.Text; !seen[protocol.At] && (old == "SSLv2" || old == "SSLv3" || old == "TLSv1" || old == "TLSv1.1") {
				seen[protocol.At] = true
				findings = append(findings, check.Finding{Severity: check.Recommended, At: protocol.At, Fix: f.Proxy.AllowsProtocols(),
					Message: fmt.Sprintf("%s still offers %s, which has been withdrawn; allow TLSv1.2 and TLSv1.3 alone", f.Proxy.File.Path, old)})
			}
		}
	}
	redirects := p.Settings.Shipped().Get("SECURE_SSL_REDIRECT")
	var doubts []string
	for _, f := range list {
		plain, listens := plainListen(f.Host)
		if !listens && !f.Host.IsTLS() && unknownListens(f.Host) && !redirected(f) {
			doubts = append(doubts, "where "+f.Proxy.File.Path+" listens, and whether it ends TLS, is not known: a variable or its controller decides it")
			continue
		}
		if !listens || redirected(f) {
			continue
		}
		apart, sent := besideRedirect(f)
		switch {
		case sent && apart == "":
		case sent:
			doubts = append(doubts, fmt.Sprintf("%s redirects / to HTTPS and hands %s to the application over plain HTTP; whether that is more than a probe is not told", f.Proxy.File.Path, apart))
		case !secure[f.Proxy]:
			doubts = append(doubts, fmt.Sprintf("%s serves the application over plain HTTP; whether something in front of it ends TLS is not told", f.Proxy.File.Path))
		case check.Is(redirects.Value) == eval.Yes:
		case redirects.Value.IsUnknown():
			doubts = append(doubts, check.Doubt(p.Settings.Shipped(), redirects))
		default:
			findings = append(findings, check.Finding{Severity: severityOfPlain(f), At: plain.At, Fix: "return 301 https://$host$request_uri;",
				Message: fmt.Sprintf("The application is served over plain HTTP beside TLS (%s): neither the proxy nor SECURE_SSL_REDIRECT sends visitors to HTTPS; redirect port %d", f.Proxy.File.Path, plain.Port)})
		}
	}
	return check.Gather(findings, doubts, "plain HTTP is sent to TLS")
}

// besideRedirect reports whether a site whose root leads to HTTPS hands single locations to the application without. It names one that is
// more than one path, or "" where each is a single path, as for probes.
func besideRedirect(f check.Front) (location string, sent bool) {
	root, unknown := f.Host.Find("/")
	if unknown != "" || len(root) != 1 || !root[0].Redirect.ToHTTPS() {
		return "", false
	}
	for _, r := range f.Routes {
		if !r.Redirect.ToHTTPS() && !strings.HasPrefix(r.Pattern, "= ") {
			return r.Pattern, true
		}
	}
	return "", true
}

// severityOfPlain is critical where the application is known to stand behind, for a site of a name.
func severityOfPlain(f check.Front) check.Severity {
	for _, r := range f.Routes {
		if r.Backend.Certain() && !r.Conditional && len(f.Host.Names) > 0 && strings.Contains(f.Host.Names[0].Text, ".") {
			return check.Critical
		}
	}
	return check.Recommended
}

// plainListen is an address on which a site answers without TLS.
func plainListen(h *deploy.VirtualHost) (deploy.Listen, bool) {
	for _, l := range h.Listens {
		if !l.TLS && !l.Unknown && l.Port != 0 && !strings.HasPrefix(l.Address, "127.") {
			return l, true
		}
	}
	return deploy.Listen{}, false
}

// unknownListens reports whether it is not known where a site listens.
func unknownListens(h *deploy.VirtualHost) bool {
	for _, l := range h.Listens {
		if l.Unknown {
			return true
		}
	}
	return false
}

// redirected reports whether the site, or its routes to the application, send visitors to HTTPS.
func redirected(f check.Front) bool {
	if f.Host.Site.Redirect.ToHTTPS() {
		return true
	}
	for _, r := range f.Routes {
		if !r.Redirect.ToHTTPS() {
			return false
		}
	}
	return true
}
