package hosts

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

const csrfMiddleware = "django.middleware.csrf.CsrfViewMiddleware"

func csrfTrustedOrigins() check.Check {
	return check.Check{
		ID:       "hosts/csrf-trusted-origins",
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "CSRF_TRUSTED_ORIGINS lists exactly the origins whose forms Django accepts",
			Why: `From Django 4.0 on, a POST with an Origin header passes only if the origin is the site's own, scheme included, or listed. Two set-ups need the list: a front end on another origin, and TLS that ends at a proxy while Django believes that the request came over plain HTTP. There every form, the login included, is answered 403 although everything worked in development.

Each entry is also a trust: pages of that origin can post in a user's name. A wildcard over a domain where anybody can get a name (herokuapp.com, github.io) trusts strangers, and an http:// origin trusts whoever can change an unencrypted page. An entry without scheme makes Django's own checks fail.`,
			Fix:    `Write full origins of hosts that are yours: CSRF_TRUSTED_ORIGINS = ["https://app.shop.example"]. Where only TLS at a proxy is the reason, set SECURE_PROXY_SSL_HEADER instead.`,
			Verify: `Run "curl -s -o /dev/null -w '%{http_code}\n' -X POST -H 'Origin: https://stranger.example' https://<site>/accounts/login/": it prints 403. Logging in with a browser works. "python manage.py check" prints no 4_0.E001.`,
			Bad: []check.Example{
				check.SettingsExample("No scheme: Django's checks fail.", "DEBUG = False\nMIDDLEWARE = [\"django.middleware.csrf.CsrfViewMiddleware\"]\nCSRF_TRUSTED_ORIGINS = [\"app.shop.example\"]\n"),
				check.SettingsExample("Everybody can get a name below herokuapp.com.", "DEBUG = False\nMIDDLEWARE = [\"django.middleware.csrf.CsrfViewMiddleware\"]\nCSRF_TRUSTED_ORIGINS = [\"https://*.herokuapp.com\"]\n"),
			},
			Good: []check.Example{
				check.SettingsExample("One origin of the project's own.", "DEBUG = False\nMIDDLEWARE = [\"django.middleware.csrf.CsrfViewMiddleware\"]\nCSRF_TRUSTED_ORIGINS = [\"https://app.shop.example\"]\n"),
				check.SettingsExample("Django knows the scheme, so that nothing has to be listed.", "DEBUG = False\nMIDDLEWARE = [\"django.middleware.csrf.CsrfViewMiddleware\"]\nSECURE_PROXY_SSL_HEADER = (\"HTTP_X_FORWARDED_PROTO\", \"https\")\n"),
			},
			References: []check.Reference{
				check.See("Django settings: CSRF_TRUSTED_ORIGINS", check.DjangoDocs+"ref/settings/#csrf-trusted-origins"),
				check.See("Django: how CSRF protection works", check.DjangoDocs+"ref/csrf/#how-it-works"),
				check.See("The Public Suffix List", "https://publicsuffix.org/"),
			},
			Django: []string{"4_0.E001"},
			Triggers: []string{
				"an entry without scheme (Django 4.0 and newer)",
				"a wildcard over a domain in which anybody can get a name",
				"an entry with http://",
				"a cross-origin front end sends cookies and its origin is not listed",
				"TLS ends at a proxy of the repository, nothing tells Django the scheme, and the site's own origin is not listed",
				"the proxy passes the host on with another port than visitors ask for, and that origin is not listed",
			},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, func(w *django.World) check.Answer { return trustedOriginsIn(p, w) })
		},
	}
}

func trustedOriginsIn(p *check.SourcePass, w *django.World) check.Answer {
	origins := w.Get("CSRF_TRUSTED_ORIGINS")
	if f, ok := notOrigins(p, origins); ok {
		return check.Failed(f)
	}
	if check.HasMiddlewareLike(p, w, csrfMiddleware) == eval.No {
		// Django's own check refuses an entry without a scheme even when nothing reads the list.
		if refused := withoutScheme(p, origins); len(refused) > 0 {
			return check.Failed(refused...)
		}
		return check.Absent("CsrfViewMiddleware is not installed")
	}
	if origins.Value.IsUnknown() {
		return check.Unclear(check.Doubt(w, origins))
	}
	findings := originFindings(p, origins)
	if f, ok := frontEndMissing(p, w, origins); ok {
		findings = append(findings, f)
	}
	if len(findings) > 0 {
		return check.Failed(findings...)
	}
	listed, whole := check.Strings(origins.Value)
	if !whole {
		return check.Unclear(check.Doubt(w, origins))
	}
	if !p.Settings.Version.Before(4, 0) {
		if answer, done := ownOrigins(p, w); done {
			return answer
		}
	}
	return needed(p, w, listed)
}

// needed is the answer when no entry is at fault: whether an origin is missing depends on where TLS ends.
func needed(p *check.SourcePass, w *django.World, listed []string) check.Answer {
	header := w.Get("SECURE_PROXY_SSL_HEADER")
	switch {
	case len(listed) > 0:
		return check.Passed("")
	case p.Settings.Version.Before(4, 0):
		return check.Passed("this Django does not compare origins")
	case header.Set && header.Value.Truth() == eval.Yes:
		return check.Passed("SECURE_PROXY_SSL_HEADER tells Django the scheme")
	case header.Value.IsUnknown():
		return check.Unclear(check.Doubt(w, header))
	}
	if platform, ok := p.Project.Platform(); ok {
		return check.Unclear("no origin is listed and SECURE_PROXY_SSL_HEADER is not set; behind the router of " + platform.Name + " it depends on whether the server takes the scheme from it (gunicorn: FORWARDED_ALLOW_IPS), which is not told")
	}
	return check.Unclear("no origin is listed and SECURE_PROXY_SSL_HEADER is not set; whether a proxy ends TLS and the server tells Django the scheme stands in " + check.EdgeFiles(p))
}

// notOrigins is the finding about a value that is no list of texts. Django's own check goes through it as if it were one: the letters
// of a text have no scheme (4_0.E001), and on the rest it breaks, as the middleware does.
func notOrigins(p *check.SourcePass, origins django.Setting) (check.Finding, bool) {
	v := origins.Value
	if !origins.Set || v.IsUnknown() || p.Settings.Version.Before(4, 0) {
		return check.Finding{}, false
	}
	f := check.Finding{Severity: check.Critical, At: check.Where(origins), Fix: `CSRF_TRUSTED_ORIGINS = ["https://app.shop.example"]`}
	switch v.Kind() {
	case eval.List, eval.Tuple, eval.Set:
		for _, e := range v.Elems() {
			switch e.Kind() {
			case eval.None, eval.Bool, eval.Int, eval.Float, eval.Bytes:
				f.Message = fmt.Sprintf("CSRF_TRUSTED_ORIGINS contains %s, which is no text, so \"manage.py check\" and every form end in an error; write full origins", e.Repr(40))
				f.At = placeOf(e, origins)
				return f, true
			}
		}
		return check.Finding{}, false
	case eval.Str:
		if v.Truth() != eval.Yes {
			return check.Finding{}, false
		}
		f.Message = "CSRF_TRUSTED_ORIGINS is one text, not a list, and Django takes each letter for an origin, so \"manage.py check\" fails (4_0.E001) and no form of another origin is accepted; write a list"
		return f, true
	case eval.None, eval.Bool, eval.Int, eval.Float:
		f.Message = fmt.Sprintf("CSRF_TRUSTED_ORIGINS is %s, not a list, so \"manage.py check\" and every form end in an error; write a list", v.Repr(40))
		return f, true
	}
	return check.Finding{}, false
}

// withoutScheme are the findings about entries that stop "manage.py check" (4_0.E001).
func withoutScheme(p *check.SourcePass, origins django.Setting) []check.Finding {
	var found []check.Finding
	if p.Settings.Version.Before(4, 0) {
		return nil
	}
	for _, e := range origins.Value.Elems() {
		if origin, ok := e.AsStr(); ok && !strings.Contains(origin, "://") {
			severity, message := originFault(p, origin)
			found = append(found, check.Finding{Severity: severity, Message: message, At: placeOf(e, origins)})
		}
	}
	return found
}

// originFindings are the faults of single entries.
func originFindings(p *check.SourcePass, origins django.Setting) []check.Finding {
	var findings []check.Finding
	for _, e := range origins.Value.Elems() {
		origin, ok := e.AsStr()
		if !ok {
			continue
		}
		if severity, message := originFault(p, origin); message != "" {
			findings = append(findings, check.Finding{Severity: severity, Message: message, At: placeOf(e, origins)})
		}
	}
	if f, ok := unencrypted(origins); ok {
		findings = append(findings, f)
	}
	return findings
}

// unencrypted is the finding about all entries with http://. Those on the visitor's own machine are left from development and open
// nothing to strangers.
func unencrypted(origins django.Setting) (check.Finding, bool) {
	var open, local []string
	f := check.Finding{Severity: check.Recommended}
	for _, e := range origins.Value.Elems() {
		origin, _ := e.AsStr()
		host, plain := strings.CutPrefix(origin, "http://")
		if !plain {
			continue
		}
		if f.At.IsZero() {
			f.At = placeOf(e, origins)
		}
		if loopback(host) {
			local = append(local, quote(origin))
			continue
		}
		if len(open) == 0 {
			f.At = placeOf(e, origins)
		}
		open = append(open, quote(origin))
	}
	switch {
	case len(open) > 0:
		f.Message = "CSRF_TRUSTED_ORIGINS trusts " + check.And(open) + " without encryption, so whoever changes a page on the way posts in a user's name; write https:// or remove it in production"
	case len(local) > 0:
		f.Severity = check.Optional
		f.Message = "CSRF_TRUSTED_ORIGINS still trusts " + check.And(local) + " from development; remove it in production"
	default:
		return f, false
	}
	return f, true
}

// loopback reports whether a host, with or without a port, is the visitor's own machine.
func loopback(host string) bool {
	name := hostOnly(host)
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || strings.HasPrefix(name, "127.") || name == "[::1]" || name == "0.0.0.0"
}

// originFault judges one entry; message is "" when nothing is wrong with it.
func originFault(p *check.SourcePass, origin string) (severity check.Severity, message string) {
	_, rest, ok := strings.Cut(origin, "://")
	if !ok {
		if p.Settings.Version.Before(4, 0) {
			rest = origin
		} else if origin == "" {
			return check.Recommended, `CSRF_TRUSTED_ORIGINS holds an empty entry, for which "manage.py check" fails (4_0.E001); leave it out when the variable is empty`
		} else {
			return check.Critical, "The origin " + quote(origin) + " has no scheme, so \"manage.py check\" fails (4_0.E001) and its forms are refused; write " + quote("https://"+origin)
		}
	}
	if domain, wild := strings.CutPrefix(rest, "*."); wild && sharedDomain(domain) {
		return check.Critical, "CSRF_TRUSTED_ORIGINS trusts " + quote(origin) + ", where anybody can get a name and post in a user's name; list the full host names"
	} else if rest == "*" || rest == "" {
		return check.Recommended, "The origin " + quote(origin) + " matches nothing; write the host, as in " + quote("https://app.shop.example")
	}
	return 0, ""
}

// sharedDomain reports whether strangers can get a name below a domain: a public suffix, or a hosting platform's domain.
// Source: the Public Suffix List (https://publicsuffix.org/list/), its private section cut to application platforms and tunnels.
func sharedDomain(domain string) bool {
	if !strings.Contains(domain, ".") {
		return domain != "localhost"
	}
	switch domain {
	case "herokuapp.com", "github.io", "gitlab.io", "vercel.app", "netlify.app", "ngrok.io", "ngrok.app", "ngrok-free.app", "ngrok-free.dev", "onrender.com", "fly.dev",
		"azurewebsites.net", "azurestaticapps.net", "up.railway.app", "railway.app", "pythonanywhere.com", "eu.pythonanywhere.com", "run.app", "web.app",
		"firebaseapp.com", "appspot.com", "amazonaws.com", "elasticbeanstalk.com", "awsapprunner.com", "cloudfront.net", "pages.dev", "workers.dev",
		"repl.co", "replit.app", "replit.dev", "gitpod.io", "app.github.dev", "githubpreview.dev", "trycloudflare.com", "loca.lt", "ondigitalocean.app", "surge.sh",
		"cloudapp.net", "cloudapp.azure.com", "azurecontainerapps.io", "deno.dev", "glitch.me", "koyeb.app", "render.com", "scalingo.io", "clever-cloud.com", "cleverapps.io",
		"co.uk", "org.uk", "com.au", "com.br", "co.in", "co.jp", "co.nz", "co.za", "com.cn", "com.tr", "com.mx", "com.ar":
		return true
	}
	return false
}

// frontEndMissing finds an origin that may send cookies across origins and whose forms Django refuses.
func frontEndMissing(p *check.SourcePass, w *django.World, origins django.Setting) (check.Finding, bool) {
	if p.Settings.Version.Before(4, 0) || corsInstalled(w) != eval.Yes || check.IsOn(w.Get("CORS_ALLOW_CREDENTIALS").Value) != eval.Yes || !sessionsAuthenticate(p, w) {
		return check.Finding{}, false
	}
	allowed := corsSetting(w, "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST")
	trusted, whole := check.Strings(origins.Value)
	if !whole {
		return check.Finding{}, false
	}
	var missing []string
	at := check.Where(origins)
	for _, e := range allowed.Value.Elems() {
		origin, ok := e.AsStr()
		if !ok || !strings.HasPrefix(origin, "https://") || check.TrustsOrigin(trusted, origin) {
			continue
		}
		if missing = append(missing, origin); len(missing) == 1 {
			at = placeOf(e, allowed)
		}
	}
	if len(missing) == 0 {
		return check.Finding{}, false
	}
	return check.Finding{
		Severity: check.Recommended,
		Message:  "The front end at " + check.And(missing) + " may send cookies (CORS_ALLOW_CREDENTIALS) but is not in CSRF_TRUSTED_ORIGINS, so its POST requests are answered 403; add it there",
		At:       at,
		Fix:      "CSRF_TRUSTED_ORIGINS = [" + quote(missing[0]) + "]",
	}, true
}

// sessionsAuthenticate reports whether requests of a front end are known to log in by cookies that CSRF protects: REST framework with
// SessionAuthentication, or no API framework at all. An API that takes only tokens from headers needs no trusted origin.
func sessionsAuthenticate(p *check.SourcePass, w *django.World) bool {
	if check.HasApp(w, "rest_framework") == eval.No {
		ninja, _ := p.Project.Has(project.Ninja)
		graphql, _ := p.Project.Has(project.GraphQL)
		return ninja == eval.No && graphql == eval.No
	}
	return w.REST("DEFAULT_AUTHENTICATION_CLASSES").Value.Contains("rest_framework.authentication.SessionAuthentication") == eval.Yes
}
