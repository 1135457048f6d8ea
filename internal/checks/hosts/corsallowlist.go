package hosts

import (
	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

const corsCredentialsID = "hosts/cors-credentials"

func corsAllowList() check.Check {
	return check.Check{
		ID:       "hosts/cors-allow-list",
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "Only named origins may read answers across origins",
			Why: `Browsers keep a page of one origin from reading answers of another, unless the other allows it with CORS headers. Allowing all origins gives that protection up for every visitor: any page may use the visitor's network position, for example to read a site that only the company's network reaches.

A regular expression is as open as its loosest match: django-cors-headers applies re.match, which is anchored at the beginning only, so r"^https://shop\.example" also allows https://shop.example.evil.example.

For a public API that takes a key in a header and no cookies, all origins are the right answer; this check lets it pass when the settings show it.`,
			Fix:    `List the origins: CORS_ALLOWED_ORIGINS = ["https://app.shop.example"]. End a regular expression with $ and escape its dots: r"^https://\w+\.shop\.example$".`,
			Verify: `Run "curl -s -D- -o /dev/null -H 'Origin: https://stranger.example' https://<site>/api/ | grep -i access-control": it prints nothing.`,
			Bad: []check.Example{
				check.SettingsExample("Every page of the web may read.", "DEBUG = False\nMIDDLEWARE = [\"corsheaders.middleware.CorsMiddleware\"]\nCORS_ALLOW_ALL_ORIGINS = True\n"),
				check.SettingsExample("The expression has no end.", "DEBUG = False\nMIDDLEWARE = [\"corsheaders.middleware.CorsMiddleware\"]\nCORS_ALLOWED_ORIGIN_REGEXES = [r\"^https://\\w+\\.shop\\.example\"]\n"),
			},
			Good: []check.Example{
				check.SettingsExample("One origin.", "DEBUG = False\nMIDDLEWARE = [\"corsheaders.middleware.CorsMiddleware\"]\nCORS_ALLOWED_ORIGINS = [\"https://app.shop.example\"]\n"),
				check.SettingsExample("An expression with both ends.", "DEBUG = False\nMIDDLEWARE = [\"corsheaders.middleware.CorsMiddleware\"]\nCORS_ALLOWED_ORIGIN_REGEXES = [r\"^https://\\w+\\.shop\\.example$\"]\n"),
			},
			References: []check.Reference{
				check.See("django-cors-headers: configuration", "https://github.com/adamchainz/django-cors-headers#configuration"),
				check.See("Fetch standard: CORS protocol", "https://fetch.spec.whatwg.org/#http-cors-protocol"),
				check.See("OWASP testing guide: Cross-Origin Resource Sharing", "https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/11-Client-side_Testing/07-Testing_Cross_Origin_Resource_Sharing"),
			},
			Triggers: []string{
				"all origins are allowed",
				"a regular expression of origins has no end, matches every origin, or lets a wildcard run into the host's name",
				`the origin "null" is allowed, which any sandboxed frame has`,
			},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, corsOriginsIn)
		},
	}
}

func corsOriginsIn(w *django.World) check.Answer {
	if a, ok := withoutCORS(w); ok {
		return a
	}
	all := allOrigins(w)
	switch check.IsOn(all.Value) {
	case eval.Yes:
		return everyOrigin(w, all)
	case eval.Maybe:
		return check.Unclear(check.Doubt(w, all))
	}
	findings, doubt := listedOrigins(w)
	var doubts []string
	if doubt != "" {
		doubts = []string{doubt}
	}
	return check.Gather(findings, doubts, "")
}

// withoutCORS is the answer where no middleware answers cross-origin requests, or that is not known.
func withoutCORS(w *django.World) (check.Answer, bool) {
	switch corsInstalled(w) {
	case eval.No:
		return check.Absent("CorsMiddleware of django-cors-headers is not installed"), true
	case eval.Maybe:
		return check.Unclear(check.Doubt(w, w.Get("MIDDLEWARE"))), true
	}
	return check.Answer{}, false
}

// everyOrigin is the answer when all origins are allowed.
func everyOrigin(w *django.World, all django.Setting) check.Answer {
	switch credentials := w.Get("CORS_ALLOW_CREDENTIALS"); check.IsOn(credentials.Value) {
	case eval.Yes:
		return check.CausedBy(corsCredentialsID, "all origins are allowed, with credentials")
	case eval.No:
		if headerKeysOnly(w) {
			return check.Passed("all origins are allowed to an API that takes only keys in a header, without credentials")
		}
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended,
		Message:  all.Name + " is on" + check.EnvNote(all.Value) + ", so a page of any origin may read the site's answers; list the origins in CORS_ALLOWED_ORIGINS",
		At:       check.Where(all),
		Fix:      `CORS_ALLOWED_ORIGINS = ["https://app.shop.example"]`,
	})
}

// headerKeysOnly reports whether the REST framework's default authentication takes only keys that a page must put into a header itself.
func headerKeysOnly(w *django.World) bool {
	if check.HasApp(w, "rest_framework") != eval.Yes {
		return false
	}
	classes, whole := check.Strings(w.REST("DEFAULT_AUTHENTICATION_CLASSES").Value)
	for _, class := range classes {
		switch class {
		case "rest_framework.authentication.TokenAuthentication", "rest_framework_simplejwt.authentication.JWTAuthentication",
			"rest_framework_simplejwt.authentication.JWTStatelessUserAuthentication", "rest_framework_jwt.authentication.JSONWebTokenAuthentication",
			"knox.auth.TokenAuthentication", "oauth2_provider.contrib.rest_framework.OAuth2Authentication":
		default:
			return false
		}
	}
	return whole && len(classes) > 0
}

// listedOrigins are the faults of the lists of origins and expressions.
func listedOrigins(w *django.World) (findings []check.Finding, doubt string) {
	severity := check.Recommended
	if check.IsOn(w.Get("CORS_ALLOW_CREDENTIALS").Value) == eval.Yes {
		severity = check.Critical
	}
	origins := corsSetting(w, "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST")
	if i := origins.Value.Index("null"); origins.Set && i >= 0 {
		findings = append(findings, check.Finding{
			Severity: severity,
			Message:  origins.Name + ` allows the origin "null", which any page gets by a sandboxed frame; remove it`,
			At:       placeOf(origins.Value.Elems()[i], origins),
		})
	}
	patterns, setting, doubt := originPatterns(w)
	for _, pattern := range patterns {
		if fault := patternFault(pattern.text); fault != "" {
			findings = append(findings, check.Finding{
				Severity: severity,
				Message:  "The expression " + quote(pattern.text) + " of " + setting.Name + " " + fault,
				At:       placeOf(pattern.value, setting),
			})
		}
	}
	if origins.Set && doubt == "" {
		if _, whole := check.Strings(origins.Value); !whole {
			doubt = check.Doubt(w, origins)
		}
	}
	return findings, doubt
}
