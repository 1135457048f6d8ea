package security

import (
	"gonogo/internal/check"
	"gonogo/internal/django/flow"
)

func openRedirect() check.Check {
	return check.Check{
		ID:              "security/open-redirect",
		Severity:        check.Recommended,
		Source:          answerOpenRedirect,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Nobody is sent on to an address that came with the request, unless it is checked",
			Why: `A link to your site that ends on another one is what phishing mails need: the visitor looks at the domain, sees yours, and types the password on a copy of your login page. ?next= is the usual way.

url_has_allowed_host_and_scheme accepts addresses of the hosts that you name and knows the tricks (//evil.example, backslashes, javascript:). An address that begins with a path of your own, or that reverse() made, needs no check.`,
			Fix:    "Check before the redirect: `if not url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure()): url = reverse(\"home\")`.",
			Verify: "Open the address with next=https://example.com: the Location header of the answer names your own site.",
			Bad: []check.Example{check.Project("?next= is followed wherever it leads.", "settings.py", "",
				"views.py", "from django.shortcuts import redirect\n\n\ndef leave(request):\n    return redirect(request.GET.get(\"next\", \"/\"))\n")},
			Good: []check.Example{check.Project("The address is checked.", "settings.py", "",
				"views.py", "from django.shortcuts import redirect\nfrom django.utils.http import url_has_allowed_host_and_scheme\n\n\ndef leave(request):\n    url = request.GET.get(\"next\", \"/\")\n    if not url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}):\n        url = \"/\"\n    return redirect(url)\n")},
			References: []check.Reference{
				check.See("Django: url_has_allowed_host_and_scheme", "https://github.com/django/django/blob/stable/5.2.x/django/utils/http.py"),
				check.See("CWE-601: URL redirection to an untrusted site", "https://cwe.mitre.org/data/definitions/601.html"),
			},
		},
	}
}

func answerOpenRedirect(p *check.SourcePass) check.Answer {
	var findings []check.Finding
	redirects := 0
	for _, c := range p.Project.Flow().Named("redirect", "HttpResponseRedirect", "HttpResponsePermanentRedirect") {
		if !redirectsTo(c) || c.In == nil {
			continue
		}
		target := flow.Arg(c.Call, 0, "to")
		if target == nil {
			target = flow.Arg(c.Call, -1, "redirect_to")
		}
		if target == nil {
			continue
		}
		redirects++
		o := c.Origin(target, flow.Question{Start: true})
		if !o.Has(flow.Request) || checked(c.In, o) || c.In.Mentions("url_has_allowed_host_and_scheme", "is_safe_url") {
			continue
		}
		findings = append(findings, check.Finding{
			Severity: check.Recommended,
			Message:  "This sends the visitor to an address that came with the request, wherever it leads; check it with url_has_allowed_host_and_scheme first",
			At:       c.Module.Syntax.Span(c.Call),
		})
	}
	if redirects == 0 {
		return check.Absent("no view redirects")
	}
	return check.Gather(findings, nil, "")
}

func redirectsTo(c *flow.Call) bool {
	switch c.Dotted() {
	case "django.shortcuts.redirect", "django.http.HttpResponseRedirect", "django.http.HttpResponsePermanentRedirect",
		"django.http.response.HttpResponseRedirect", "django.http.response.HttpResponsePermanentRedirect":
		return true
	}
	return false
}
