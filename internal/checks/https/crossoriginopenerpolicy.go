package https

import (
	"fmt"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func crossOriginOpenerPolicy() check.Check {
	return check.Check{
		ID:       "https/cross-origin-opener-policy",
		Severity: check.Optional,
		Source:   answerOpenerPolicy,
		Doc: check.Doc{
			Title: "Pages of other sites can't hold on to a window of this one (Cross-Origin-Opener-Policy)",
			Why: `A page that opens this site in a new window, or is opened by it, keeps a handle on the window: it can navigate it elsewhere, count its frames and time it. With same-origin, Django's default since 4.0, the browser puts the two into separate groups and the handle is gone.

Logging in through a pop-up of another site (OAuth, a payment form) needs the handle. For that there is same-origin-allow-popups, which keeps the windows that this site itself opens.`,
			Fix:    "Remove the line, \"same-origin\" is Django's default, or set `SECURE_CROSS_ORIGIN_OPENER_POLICY = \"same-origin-allow-popups\"` where a pop-up must answer.",
			Verify: "`curl -sI https://example.com/ | grep -i opener-policy` prints `Cross-Origin-Opener-Policy: same-origin`.",
			Bad: []check.Example{
				check.SettingsExample("Turned off.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_CROSS_ORIGIN_OPENER_POLICY = None
`),
				check.SettingsExample("A value that browsers ignore.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same_origin"
`),
			},
			Good: []check.Example{
				check.SettingsExample("Django's default holds.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
`),
				check.SettingsExample("Pop-ups of an identity provider keep working.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"
`),
			},
			References: []check.Reference{
				check.See("Django: Cross-Origin Opener Policy", check.DjangoDocs+"ref/middleware/#cross-origin-opener-policy"),
				check.See("MDN: Cross-Origin-Opener-Policy", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Cross-Origin-Opener-Policy"),
			},
			Django: []string{"security.E024"},
			Triggers: []string{
				"the policy is None or \"unsafe-none\", and no proxy configuration stands in the tree that could send it",
				"a value that Django's check does not know",
			},
		},
	}
}

func answerOpenerPolicy(p *check.SourcePass) check.Answer {
	if p.Settings.Version.Before(4, 0) {
		return check.Absent("Django " + p.Settings.Version.Series() + " does not know the setting, which came with 4.0")
	}
	if answer, done := withoutSecurityMiddleware(p, "SECURE_CROSS_ORIGIN_OPENER_POLICY"); done {
		return answer
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer { return judgeOpenerPolicy(p, w) })
}

func judgeOpenerPolicy(p *check.SourcePass, w *django.World) check.Answer {
	s := w.Get("SECURE_CROSS_ORIGIN_OPENER_POLICY")
	finding := check.Finding{Severity: check.Optional, At: check.Where(s), Fix: `SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"`}
	policy, isText := s.Value.AsStr()
	switch {
	case s.Value.IsUnknown():
		return check.Unclear(check.Doubt(w, s))
	case isText && (policy == "same-origin" || policy == "same-origin-allow-popups"):
		return check.Passed("the policy is " + policy)
	case s.Value.Kind() == eval.None || policy == "unsafe-none":
		if answer, done := sentByProxy(p, "Cross-Origin-Opener-Policy", func(v string) bool { return v == "same-origin" || v == "same-origin-allow-popups" }); done {
			return answer
		}
		finding.Message = check.Describe(s) + ", so a page of another site that opens this one keeps a handle on its window; write \"same-origin\", or \"same-origin-allow-popups\" where a pop-up must answer"
	case !s.Value.IsValid():
		return check.Passed("Django's default holds")
	default:
		finding.Message = fmt.Sprintf("SECURE_CROSS_ORIGIN_OPENER_POLICY is %s, which is no policy, and browsers ignore it; write \"same-origin\"", s.Value.Repr(40))
	}
	return check.Failed(finding)
}
