package https

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func clickjacking() check.Check {
	return check.Check{
		ID:       "https/clickjacking",
		Severity: check.Recommended,
		Source:   answerClickjacking,
		Doc: check.Doc{
			Title: "Pages can't be framed by other sites",
			Why: `A page that can be framed can be laid, invisible, over a button of another site: the visitor believes to close an advertisement and confirms a transfer, with the login of this check.Front. X-Frame-Options: DENY, or frame-ancestors in a Content-Security-Policy, tells browsers not to draw the page in a frame at all.

SAMEORIGIN is a step down: any page of the site, and whatever a visitor managed to place there, may frame the rest. Editors, previews and some admin themes need it. Where only some views do, DENY for the site and the decorator xframe_options_sameorigin on those views is narrower. Where the whole site needs it, say why in a comment, and this check passes.`,
			Fix:    "Put `django.middleware.clickjacking.XFrameOptionsMiddleware` into MIDDLEWARE and leave X_FRAME_OPTIONS at its default \"DENY\"; decorate views that are framed by the site itself with `xframe_options_sameorigin`.",
			Verify: "`curl -sI https://example.com/ | grep -i x-frame` prints `X-Frame-Options: DENY`.",
			Bad: []check.Example{
				check.SettingsExample("Nothing sends the header.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
`),
				check.SettingsExample("Weaker than the default, and nothing says why.", `MIDDLEWARE = ["django.middleware.clickjacking.XFrameOptionsMiddleware"]
X_FRAME_OPTIONS = "SAMEORIGIN"
`),
			},
			Good: []check.Example{
				check.SettingsExample("Django's default holds.", `MIDDLEWARE = ["django.middleware.clickjacking.XFrameOptionsMiddleware"]
`),
				check.SettingsExample("A reason is given.", `MIDDLEWARE = ["django.middleware.clickjacking.XFrameOptionsMiddleware"]
# The editor shows the page's preview in a frame of its own.
X_FRAME_OPTIONS = "SAMEORIGIN"
`),
			},
			References: []check.Reference{
				check.See("Django: clickjacking protection", check.DjangoDocs+"ref/clickjacking/"),
				check.See("MDN: frame-ancestors", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy/frame-ancestors"),
				check.See("OWASP: clickjacking defense", "https://cheatsheetseries.owasp.org/cheatsheets/Clickjacking_Defense_Cheat_Sheet.html"),
			},
			Django: []string{"security.W002", "security.W019"},
			Triggers: []string{
				"XFrameOptionsMiddleware is missing, no Content-Security-Policy of Django's has frame-ancestors, and no proxy configuration stands in the tree that could send the header",
				"X_FRAME_OPTIONS is SAMEORIGIN without a reason: a comment, or an application whose documentation asks for it",
				"X_FRAME_OPTIONS has a value that browsers ignore (ALLOWALL, ALLOW-FROM)",
			},
		},
	}
}

// framingApps ask in their documentation for X_FRAME_OPTIONS = "SAMEORIGIN", because they show the site in frames of its own.
var framingApps = [...]string{"admin_interface", "jazzmin", "django_summernote", "cms", "wagtail.admin", "wagtail", "filer", "tinymce", "grapesjs"}

func answerClickjacking(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		if by := frameAncestors(p, w); by != "" {
			return check.Passed(by)
		}
		middleware := w.Get("MIDDLEWARE")
		switch check.HasMiddlewareLike(p, w, xframeMiddlewareClass) {
		case eval.Maybe:
			return check.Unclear(check.Doubt(w, middleware))
		case eval.No:
			if e := check.ReadEdge(p); e.Mentions("frame-ancestors") {
				return check.Unclear("Django does not send X-Frame-Options; the proxy's configuration speaks of frame-ancestors (" + e.Sites[0].Proxy.File.Path + "), which is not judged")
			}
			if answer, done := sentByProxy(p, "X-Frame-Options", func(v string) bool { return strings.EqualFold(v, "DENY") }); done {
				return answer
			}
			return check.Failed(check.Finding{
				Severity: check.Recommended,
				Message:  fmt.Sprintf("XFrameOptionsMiddleware is not in MIDDLEWARE and no Content-Security-Policy has frame-ancestors, so any site can show these pages in a frame; add %q", xframeMiddlewareClass),
				At:       check.Where(middleware),
				Fix:      fmt.Sprintf("MIDDLEWARE = [..., %q]", xframeMiddlewareClass),
			})
		}
		return judgeFrameOptions(w)
	})
}

// judgeFrameOptions judges the value that the middleware sends.
func judgeFrameOptions(w *django.World) check.Answer {
	s := w.Get("X_FRAME_OPTIONS")
	value, isText := s.Value.AsStr()
	finding := check.Finding{Severity: check.Recommended, At: check.Where(s), Fix: `X_FRAME_OPTIONS = "DENY"`}
	switch {
	case s.Value.IsUnknown():
		return check.Unclear(check.Doubt(w, s))
	case !s.Value.IsValid() || value == "DENY":
		return check.Passed("Django sends X-Frame-Options: DENY")
	case !isText:
		finding.Message = fmt.Sprintf("X_FRAME_OPTIONS is %s, and the middleware needs a text, so every answer is an error; write \"DENY\"", s.Value.Repr(40))
	case strings.EqualFold(value, "DENY"):
		finding.Severity = check.Optional
		finding.Message = fmt.Sprintf("X_FRAME_OPTIONS is %q, which Django sends as DENY but its own check does not accept; write \"DENY\"", value)
	case strings.EqualFold(value, "SAMEORIGIN"):
		if reason := framingReason(w, s); reason != "" {
			return check.Passed(reason)
		}
		state := "X_FRAME_OPTIONS is \"SAMEORIGIN\" and nothing says why"
		if !s.Set { // the default before Django 3.0
			state = "X_FRAME_OPTIONS is not set, which is \"SAMEORIGIN\" in this Django"
		}
		finding.Message = state + ", so any page of the site can frame the rest; write \"DENY\", or give the reason in a comment"
	default:
		finding.Message = fmt.Sprintf("X_FRAME_OPTIONS is %q, which browsers ignore, so any site can show these pages in a frame; write \"DENY\"", value)
	}
	return check.Failed(finding)
}

// framingReason says why SAMEORIGIN is meant, "" when nothing shows it.
func framingReason(w *django.World, s django.Setting) string {
	if givesReason(commentBeside(check.Where(s))) || givesReason(commentBeside(s.At)) {
		return "a comment gives the reason for SAMEORIGIN"
	}
	for _, app := range framingApps {
		if check.HasApp(w, app) == eval.Yes {
			return app + " shows pages of the site in frames and asks for SAMEORIGIN"
		}
	}
	return ""
}

// frameAncestors names the Content-Security-Policy of Django's that keeps other sites from framing, "" when there is none.
func frameAncestors(p *check.SourcePass, w *django.World) string {
	policy, _ := enforcedPolicy(p, w)
	ancestors, ok := policy.directives["frame-ancestors"]
	if !ok || len(ancestors.sources) == 0 || !ancestors.whole {
		return ""
	}
	for _, source := range ancestors.sources {
		if source == "*" || source == "http:" || source == "https:" || source == "data:" {
			return ""
		}
	}
	return policy.setting + " has frame-ancestors " + strings.Join(ancestors.sources, " ")
}
