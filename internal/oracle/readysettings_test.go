package oracle

import (
	"fmt"
	"net/url"
	"strings"
)

// tokenCookie is the CSRF cookie that a page with a form sets.
func tokenCookie(s *liveShop) (string, bool) {
	r := s.visit().get(site + "/contact/")
	for _, c := range r.Cookies {
		if c.Name == "csrftoken" {
			return fmt.Sprintf("csrftoken: Secure is %t", c.Secure), !c.Secure
		}
	}
	return r.String(), false
}

// refusedAt posts the form at an address of the site.
func refusedAt(address string) func(s *liveShop) (string, bool) {
	return func(s *liveShop) (string, bool) {
		r := s.visit().post(address, url.Values{"sender": {"anna@example.org"}, "text": {"is this refused?"}})
		return "POST of the form: " + r.String(), r.Status == 403
	}
}

// missing asks for a page that is not there.
func missing(s *liveShop) (string, bool) {
	r := s.visit().get(site + "/nowhere/")
	leaks := strings.Contains(r.Body, "ROOT_URLCONF") || strings.Contains(r.Body, "URLconf")
	return fmt.Sprintf("/nowhere/: %s, URL patterns shown: %t", r, leaks), leaks
}

func settingsVariants() []variant {
	return []variant{
		{name: "DEBUG is on", edits: edit(siteFile, "DEBUG = False", "DEBUG = True"), see: missing, named: []string{"errors/debug-off"}},
		{name: "any Host is served", edits: edit(composeFile, "ALLOWED_HOSTS: shop.example.com", `ALLOWED_HOSTS: "*"`),
			named: []string{"hosts/allowed-hosts"}},
		{name: "the CSRF cookie goes without Secure", edits: edit(siteFile, "CSRF_COOKIE_SECURE = True", "CSRF_COOKIE_SECURE = False"), see: tokenCookie, named: []string{"https/csrf-cookie-secure"}},
		{name: "forms are refused behind TLS", edits: append(edit(siteFile, `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`, ""), edit(siteFile, "SECURE_SSL_REDIRECT = True", "SECURE_SSL_REDIRECT = False")...),
			see: refusedAt(site + "/contact/"), named: []string{"https/proxy-ssl-header"}},
		{name: "forms are refused behind TLS, and another origin is trusted", edits: append(edit(siteFile, `SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")`, `CSRF_TRUSTED_ORIGINS = ["https://www.example.com"]`), edit(siteFile, "SECURE_SSL_REDIRECT = True", "SECURE_SSL_REDIRECT = False")...),
			see: refusedAt(site + "/contact/"), named: []string{"https/proxy-ssl-header"}},
		{name: "nginx does not pass on the port that visitors use", edits: append(edit(composeFile, `"443:443"`, `"8443:443"`), edit(proxyFile, "https://shop.example.com$request_uri", "https://shop.example.com:8443$request_uri")...),
			see: refusedAt(site + ":8443/contact/"), named: []string{"hosts/csrf-trusted-origins"}},
		{name: "nginx passes on the port on which it listens", edits: edit(proxyFile, "Host $host;", "Host $host:$server_port;"),
			see: refusedAt(site + "/contact/"), named: []string{"hosts/csrf-trusted-origins"}},
	}
}
