package hosts

import (
	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func corsCredentials() check.Check {
	return check.Check{
		ID:       corsCredentialsID,
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "Cookies are only accepted from named origins",
			Why: `With CORS_ALLOW_CREDENTIALS a page of an allowed origin sends requests with the visitor's cookies and reads the answers. Together with all origins, django-cors-headers has to reflect the caller's origin, because browsers refuse "*" with credentials: then every page on the web may act and read as the visitor, as far as cookies travel. SameSite=Lax, Django's default, keeps session cookies out of such requests from other sites, but not from other hosts of the same site, and not where SameSite was relaxed for the front end.

A front end on its own origin needs credentials; it does not need every other origin to have them.`,
			Fix:    `Keep CORS_ALLOW_CREDENTIALS = True only with a list: CORS_ALLOWED_ORIGINS = ["https://app.shop.example"]; else remove it.`,
			Verify: `Run "curl -s -D- -o /dev/null -H 'Origin: https://stranger.example' https://<site>/api/ | grep -i access-control-allow-credentials": it prints nothing.`,
			Bad: []check.Example{
				check.SettingsExample("Every origin is reflected, with cookies.", "DEBUG = False\nMIDDLEWARE = [\"corsheaders.middleware.CorsMiddleware\"]\nCORS_ALLOW_ALL_ORIGINS = True\nCORS_ALLOW_CREDENTIALS = True\n"),
			},
			Good: []check.Example{
				check.SettingsExample("Cookies for one origin.", "DEBUG = False\nMIDDLEWARE = [\"corsheaders.middleware.CorsMiddleware\"]\nCORS_ALLOWED_ORIGINS = [\"https://app.shop.example\"]\nCORS_ALLOW_CREDENTIALS = True\n"),
				check.SettingsExample("All origins, without cookies.", "DEBUG = False\nMIDDLEWARE = [\"corsheaders.middleware.CorsMiddleware\"]\nCORS_ALLOW_ALL_ORIGINS = True\n"),
			},
			References: []check.Reference{
				check.See("django-cors-headers: CORS_ALLOW_CREDENTIALS", "https://github.com/adamchainz/django-cors-headers#cors_allow_credentials-bool"),
				check.See("Fetch standard: CORS protocol and credentials", "https://fetch.spec.whatwg.org/#cors-protocol-and-credentials"),
				check.See("MDN: requests with credentials", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CORS#requests_with_credentials"),
			},
			Triggers: []string{"credentials are allowed together with all origins", "credentials are allowed together with an expression that matches every origin"},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, corsCredentialsIn)
		},
	}
}

func corsCredentialsIn(w *django.World) check.Answer {
	if a, ok := withoutCORS(w); ok {
		return a
	}
	credentials, all := w.Get("CORS_ALLOW_CREDENTIALS"), allOrigins(w)
	on, open := check.IsOn(credentials.Value), check.IsOn(all.Value)
	switch {
	case on == eval.No:
		return check.Passed("credentials are not allowed")
	case on == eval.Yes && open == eval.Yes:
		severity, consequence := credentialsConsequence(w)
		return check.Failed(check.Finding{
			Severity: severity,
			Message:  "CORS_ALLOW_CREDENTIALS is on" + check.EnvNote(credentials.Value) + " and " + all.Name + " allows every origin" + check.EnvNote(all.Value) + ", " + consequence + "; list the origins",
			At:       check.Where(credentials),
			Related:  []check.Related{{Message: "every origin is allowed here", At: check.Where(all)}},
			Fix:      `CORS_ALLOWED_ORIGINS = ["https://app.shop.example"]`,
		})
	case on == eval.Maybe && open != eval.No:
		return check.Unclear(check.Doubt(w, credentials))
	case open == eval.Maybe:
		return check.Unclear(check.Doubt(w, all))
	}
	patterns, _, doubt := originPatterns(w)
	for _, pattern := range patterns {
		if on == eval.Yes && patternFault(pattern.text) != "" {
			return check.CausedBy("hosts/cors-allow-list", "an expression of origins matches strangers, and credentials are allowed")
		}
	}
	if doubt != "" {
		return check.Unclear(doubt)
	}
	return check.Passed("")
}

// credentialsConsequence weighs what strangers can do: a browser does not send a session cookie that is SameSite Lax or Strict (Django's
// default since 2.1) with requests that scripts of another site make, so only pages of the same site, its other subdomains, are let in.
func credentialsConsequence(w *django.World) (check.Severity, string) {
	switch site, _ := w.Get("SESSION_COOKIE_SAMESITE").Value.AsStr(); site {
	case "Lax", "Strict":
		return check.Recommended, "so any subdomain's page, and every page once SameSite is relaxed, reads the site with the visitor's cookies"
	}
	return check.Critical, "so any page reads the site with the visitor's cookies"
}
