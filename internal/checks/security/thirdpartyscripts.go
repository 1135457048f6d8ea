package security

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/templates"
)

func thirdPartyScripts() check.Check {
	return check.Check{
		ID:       "security/third-party-scripts",
		Severity: check.Optional,
		Source:   answerThirdPartyScripts,
		Doc: check.Doc{
			Title: "Scripts and styles of other sites come over HTTPS with an integrity hash",
			Why: `A script from another site may do all that the page itself may: read what is typed, act as the visitor. Who takes over that site, or changes its file, owns every page that loads it. With an integrity hash the browser refuses a file that has changed; over http:// anybody on the way can change it, and browsers block it on a page that came over HTTPS.

Some vendors change their script by design (analytics, payment, fonts), so that no hash can be given. Those are a decision, not a fault, and are not told.`,
			Fix:    "Serve the file yourself with `{% static %}`, or add `integrity=\"sha384-...\" crossorigin=\"anonymous\"` with the hash that the vendor gives for exactly this version.",
			Verify: "`curl -s https://shop.example/ | grep -iE '<(script|link)[^>]+//'` prints only lines with integrity=, and vendors that change their script by design.",
			Bad: []check.Example{check.Project("A script that may change.", "settings.py", templateSettings,
				"templates/home.html", "<script src=\"https://cdn.example/chart@4.4.0/chart.min.js\"></script>\n")},
			Good: []check.Example{check.Project("The browser refuses a changed file.", "settings.py", templateSettings,
				"templates/home.html", "<script src=\"https://cdn.example/chart@4.4.0/chart.min.js\" integrity=\"sha384-q8i/X+965DzO0rT7abK41JStQIAqVgRVzpbzo5smXKp4YfRvH+8abtTE1Pi6jizo\" crossorigin=\"anonymous\"></script>\n")},
			References: []check.Reference{
				check.See("MDN: subresource integrity", "https://developer.mozilla.org/en-US/docs/Web/Security/Subresource_Integrity"),
			},
			Triggers: []string{"a script or style of another host without an integrity hash, or over http://"},
		},
	}
}

func answerThirdPartyScripts(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		set := p.Project.Templates(w)
		var findings []check.Finding
		for _, t := range set.Pages() {
			if !isMail(t) && strings.Contains(string(t.File.Data), "//") {
				findings = append(findings, foreignFiles(t)...)
			}
		}
		if len(set.Pages()) == 0 {
			if set.Doubt != "" {
				return check.Unclear(set.Doubt)
			}
			return check.Absent("the project has no templates of HTML")
		}
		return check.Gather(findings, nil, "")
	}, "TEMPLATES")
}

// foreignFiles are the scripts and styles of other hosts in a template that nothing pins.
func foreignFiles(t *templates.Template) []check.Finding {
	var findings []check.Finding
	h := t.HTML()
	for i := range h.Elements {
		e := &h.Elements[i]
		address := loads(e)
		host, plain := hostOf(address)
		if host == "" {
			continue
		}
		message := ""
		if _, pinned := e.Attr("integrity"); plain {
			message = "this file of " + host + " comes over http://, so that anybody on the way can change it; use https:// with an integrity hash"
		} else if !pinned && !changesByDesign(host) {
			message = "whoever changes this file of " + host + " runs code in every page that loads it; add integrity and crossorigin, or serve the file yourself"
		}
		if message != "" {
			findings = append(findings, check.Finding{Severity: check.Optional, Message: message, At: h.Span(e)})
		}
	}
	return findings
}

// loads is the address of a script or a style sheet, "" for other elements.
func loads(e *templates.Element) string {
	name := ""
	switch e.Name {
	case "script":
		name = "src"
	case "link":
		if rel, _ := e.Attr("rel"); strings.EqualFold(strings.TrimSpace(rel.Value), "stylesheet") {
			name = "href"
		}
	}
	if name == "" || e.Closing {
		return ""
	}
	a, _ := e.Attr(name)
	return strings.TrimSpace(a.Value)
}

// hostOf is the host of an absolute address where it is written out; plain says that it is reached over http://.
func hostOf(address string) (host string, plain bool) {
	lower := strings.ToLower(address)
	rest, plain := strings.CutPrefix(lower, "http://")
	if !plain {
		var found bool
		if rest, found = strings.CutPrefix(lower, "https://"); !found {
			if rest, found = strings.CutPrefix(lower, "//"); !found {
				return "", false
			}
		}
	}
	if end := strings.IndexAny(rest, "/?#:"); end >= 0 {
		rest = rest[:end]
	}
	if strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" || rest == "localhost" || strings.HasPrefix(rest, "127.") {
		return "", false
	}
	return rest, plain
}

// changesByDesign reports whether a vendor changes what the host serves, so that no hash can be given.
func changesByDesign(host string) bool {
	for _, vendor := range []string{"google.com", "googleapis.com", "googletagmanager.com", "google-analytics.com", "gstatic.com", "googlesyndication.com",
		"stripe.com", "paypal.com", "paypalobjects.com", "braintreegateway.com", "hcaptcha.com", "challenges.cloudflare.com", "static.cloudflareinsights.com",
		"plausible.io", "hotjar.com", "typekit.net", "fontawesome.com", "twitter.com", "facebook.net", "linkedin.com", "intercom.io", "hs-scripts.com",
		"fonts.bunny.net", "segment.com", "clarity.ms", "matomo.cloud", "usefathom.com", "umami.is", "addthis.com", "disqus.com", "sentry-cdn.com",
		"paddle.com", "youtube.com", "vimeo.com", "ethicalads.io", "readthedocs.io"} {
		if host == vendor || strings.HasSuffix(host, "."+vendor) {
			return host != "ajax.googleapis.com"
		}
	}
	return false
}
