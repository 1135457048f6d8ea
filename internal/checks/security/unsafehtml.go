package security

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/flow"
	"gonogo/internal/python/syntax"
)

func unsafeHTML() check.Check {
	return check.Check{
		ID:              "security/unsafe-html",
		Severity:        check.Critical,
		Source:          answerUnsafeHTML,
		WithoutSettings: true,
		Doc: check.Doc{
			Title: "Text of users is escaped or sanitised before it becomes a part of a page",
			Why: `Django escapes what a template shows. mark_safe, the filter safe and autoescape off switch that off: a script in the text then runs in the browser of everybody who sees the page, with the rights of the one who looks. In the admin that is the rights of the administrator.

format_html escapes its arguments, and nothing when the text was put together before it was called. HTML that users may write needs a sanitiser with a list of allowed tags (nh3).`,
			Fix:    "Leave the text to the template, or write `format_html(\"<b>{}</b>\", text)`; send HTML of users through `nh3.clean`.",
			Verify: "Send `<script>alert(1)</script>` as the text and open the page: it is shown as text.",
			Bad: []check.Example{check.Project("A search term is a part of the page as it is.", "settings.py", "",
				"views.py", "from django.http import HttpResponse\nfrom django.utils.safestring import mark_safe\n\n\ndef search(request):\n    return HttpResponse(mark_safe(f\"<h1>{request.GET['q']}</h1>\"))\n")},
			Good: []check.Example{check.Project("format_html escapes what it fills in.", "settings.py", "",
				"views.py", "from django.http import HttpResponse\nfrom django.utils.html import format_html\n\n\ndef search(request):\n    return HttpResponse(format_html(\"<h1>{}</h1>\", request.GET[\"q\"]))\n")},
			References: []check.Reference{
				check.See("Django: cross site scripting protection", check.DjangoDocs+"topics/security/#cross-site-scripting-xss-protection"),
				check.See("Django: format_html", check.DjangoDocs+"ref/utils/#django.utils.html.format_html"),
			},
			Triggers: []string{
				"what the client sent is marked as safe (critical)",
				"a field of a form is put into HTML that is marked as safe",
				"format_html gets a text that is put together already",
				"a template shows a part of the request with the filter safe (critical)",
				"a template shows with the filter safe a field that a form, serializer or view takes from clients, and nothing sanitises it (critical)",
				"a template shows a text field with the filter safe, and who writes it is not known",
				"TEMPLATES or the function that makes Jinja2's environment switches escaping off for every template",
			},
		},
	}
}

func answerUnsafeHTML(p *check.SourcePass) check.Answer {
	findings, doubts, marked := markedInCode(p)
	shown, staff := false, ""
	if p.Settings != nil {
		var inTemplates []check.Finding
		var more []string
		inTemplates, more, shown, staff = markedInTemplates(p, p.Settings.Shipped())
		findings = append(findings, inTemplates...)
		doubts = append(doubts, more...)
	}
	switch {
	case !marked && !shown && len(doubts) == 0:
		return check.Passed("neither code nor templates switch escaping off")
	case staff != "":
		return check.Gather(findings, doubts, "what is shown without escaping is constant or sanitised, or the staff alone writes it: "+staff)
	}
	return check.Gather(findings, doubts, "what is shown without escaping is constant, or sanitised")
}

// markedInCode asks for what Python marks as safe.
func markedInCode(p *check.SourcePass) (findings []check.Finding, doubts []string, found bool) {
	for _, c := range p.Project.Flow().Named("mark_safe", "SafeString", "SafeText", "format_html") {
		name := c.Dotted()
		if !strings.HasPrefix(name, "django.utils.") || len(c.Args) == 0 {
			continue
		}
		found = true
		o := c.Origin(c.Args[0], flow.Question{Clean: escapesHTML})
		switch isFormat := strings.HasSuffix(name, ".format_html"); {
		case o.Has(flow.Sent) && !checked(c.In, o):
			findings = append(findings, htmlFinding(c, check.Critical, "What the client sent becomes HTML here without escaping"))
		case o.Kinds == 0:
		case isFormat && builtHere(c.Args[0]):
			findings = append(findings, htmlFinding(c, check.Recommended, "The text is put together before format_html gets it, so that nothing in it is escaped"))
		case o.Has(flow.Validated):
			findings = append(findings, htmlFinding(c, check.Recommended, "A field of a form becomes HTML here without escaping"))
		default:
			doubts = append(doubts, "where the text comes from that "+placeOf(c)+" marks as safe is not known")
		}
	}
	return findings, doubts, found
}

func htmlFinding(c *flow.Call, severity check.Severity, what string) check.Finding {
	return check.Finding{
		Severity: severity,
		Message:  what + "; write format_html(\"<b>{}</b>\", text), or clean HTML of users with nh3",
		At:       c.Module.Syntax.Span(c.Call),
	}
}

// escapesHTML reports whether a call gives text that is safe in HTML.
func escapesHTML(name, dotted string) bool {
	switch name {
	case "escape", "conditional_escape", "format_html", "format_html_join", "clean", "nh3", "bleach", "sanitize", "render_to_string", "render",
		"escapejs", "urlencode", "quote", "quote_plus", "slugify", "strip_tags", "linebreaks", "urlize", "static", "json_script", "get_absolute_url",
		"escape_html", "date", "intcomma", "floatformat", "filesizeformat", "naturaltime", "dumps":
		return true
	}
	lower := strings.ToLower(name)
	return strings.Contains(lower, "sanitiz") || strings.Contains(lower, "sanitis") || strings.Contains(lower, "escape") || strings.Contains(lower, "clean") ||
		strings.HasPrefix(dotted, "bleach.") || strings.HasPrefix(dotted, "nh3.")
}

// builtHere reports whether a text is put together from parts in the expression itself.
func builtHere(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.JoinedStr, *syntax.BinOp:
		return true
	case *syntax.Call:
		m, ok := e.Func.(*syntax.Attribute)
		return ok && m.Attr == "format"
	}
	return false
}
