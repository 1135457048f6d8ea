// Package https holds the checks of the catalogue's section "https".
package https

import "gonogo/internal/check"

// Checks are the section's checks in the catalogue's order. https/certificate and https/protocols need a running deployment.
func Checks() []check.Check {
	return []check.Check{
		securityMiddleware(),
		redirect(),
		proxySSLHeader(),
		sessionCookieSecure(),
		csrfCookieSecure(),
		sessionCookieHTTPOnly(),
		cookieSameSite(),
		hsts(),
		hstsRamp(),
		contentTypeNosniff(),
		clickjacking(),
		referrerPolicy(),
		crossOriginOpenerPolicy(),
		contentSecurityPolicy(),
	}
}
