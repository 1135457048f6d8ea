package oracle

import (
	"fmt"
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
			see: func(s *liveShop) (string, bool) {
				v := s.visit()
				r := v.write("is this refused?")
				return "POST of the form: " + r.String(), r.Status == 403
			}, named: []string{"https/proxy-ssl-header"}},
	}
}
