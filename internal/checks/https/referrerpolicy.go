package https

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func referrerPolicy() check.Check {
	return check.Check{
		ID:       "https/referrer-policy",
		Severity: check.Recommended,
		Source:   answerReferrerPolicy,
		Doc: check.Doc{
			Title: "Referrer-Policy keeps addresses inside the site, and keeps CSRF protection working",
			Why: `With each request a browser can tell where the visitor came from. Addresses carry secrets: a password-reset token, a search, a private path. A policy such as unsafe-url hands them to every site that a page links to or loads from.

The strictest value is not the safest one here: under no-referrer, browsers send a form to the site itself with "Origin: null" and without Referer. Django's CSRF protection compares exactly these on HTTPS, so every form ends in 403.

same-origin, Django's default, tells the own site everything and others nothing. strict-origin-when-cross-origin tells others the host name only, which analytics and affiliate partners may need.`,
			Fix:    "Remove the line, \"same-origin\" is Django's default, or set `SECURE_REFERRER_POLICY = \"strict-origin-when-cross-origin\"`.",
			Verify: "`curl -sI https://example.com/ | grep -i referrer-policy` prints `Referrer-Policy: same-origin`.",
			Bad: []check.Example{
				check.SettingsExample("Forms on HTTPS are refused.", `MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
SECURE_REFERRER_POLICY = "no-referrer"
`),
				check.SettingsExample("A value that browsers don't know.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_REFERRER_POLICY = "strict"
`),
			},
			Good: []check.Example{
				check.SettingsExample("Django's default holds.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
`),
				check.SettingsExample("Others see the host name only.", `MIDDLEWARE = ["django.middleware.security.SecurityMiddleware"]
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
`),
			},
			References: []check.Reference{
				check.See("Django: Referrer Policy", check.DjangoDocs+"ref/middleware/#referrer-policy"),
				check.See("Django: CSRF and the Referer header", check.DjangoDocs+"ref/csrf/#how-it-works"),
				check.See("MDN: Referrer-Policy", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Referrer-Policy"),
			},
			Django: []string{"security.W022", "security.E023"},
			Triggers: []string{
				"the policy is off, and no proxy configuration stands in the tree that could send it",
				"a value that Django's check does not know",
				"no-referrer together with the CSRF middleware",
				"unsafe-url or no-referrer-when-downgrade, which tell other sites the whole address",
			},
		},
	}
}

// referrerPolicies are the values that Django accepts (django/core/checks/security/base.py, REFERRER_POLICY_VALUES).
var referrerPolicies = [...]string{
	"no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin",
	"same-origin", "strict-origin", "strict-origin-when-cross-origin", "unsafe-url",
}

func answerReferrerPolicy(p *check.SourcePass) check.Answer {
	if p.Settings.Version.Before(3, 0) {
		return check.Absent("Django " + p.Settings.Version.Series() + " does not know the setting, which came with 3.0")
	}
	if answer, done := withoutSecurityMiddleware(p, "SECURE_REFERRER_POLICY"); done {
		return answer
	}
	return check.Weigh(p.Settings, func(w *django.World) check.Answer { return judgeReferrerPolicy(p, w) })
}

func judgeReferrerPolicy(p *check.SourcePass, w *django.World) check.Answer {
	s := w.Get("SECURE_REFERRER_POLICY")
	if s.Value.IsUnknown() {
		return check.Unclear(check.Doubt(w, s))
	}
	if !s.Value.IsValid() || s.Value.Kind() == eval.None {
		if answer, done := sentByProxy(p, "Referrer-Policy", keepsReferrer); done {
			return answer
		}
		return check.Failed(policyFinding(s, check.Describe(s)+", so the browser's own default decides which addresses other sites see; write \"same-origin\""))
	}
	switch kind := s.Value.Kind(); {
	case (kind == eval.Int || kind == eval.Float || kind == eval.Bool) && s.Value.Truth() == eval.Yes:
		return check.Failed(policyFinding(s, fmt.Sprintf("SECURE_REFERRER_POLICY is %s, which SecurityMiddleware cannot join, so every answer is a TypeError; write \"same-origin\"", s.Value.Repr(40))))
	case kind == eval.Str && s.Value.Truth() == eval.No: // Django: security.E023
		return check.Failed(policyFinding(s, "SECURE_REFERRER_POLICY is '', which is no policy, so none is sent; write \"same-origin\""))
	case s.Value.Truth() == eval.No: // SecurityMiddleware sends no header for what is not true
		return check.Failed(policyFinding(s, fmt.Sprintf("SECURE_REFERRER_POLICY is %s, which names no policy; write \"same-origin\"", s.Value.Repr(40))))
	}
	values, known := policyValues(s.Value)
	for _, v := range values {
		if !slices.Contains(referrerPolicies[:], v) {
			return check.Failed(policyFinding(s, fmt.Sprintf("SECURE_REFERRER_POLICY has %q, which is no policy, and browsers ignore it; write \"same-origin\"", v)))
		}
	}
	if !known {
		return check.Unclear(check.Doubt(w, s))
	}
	if len(values) == 0 {
		return check.Failed(policyFinding(s, fmt.Sprintf("SECURE_REFERRER_POLICY is %s, which names no policy; write \"same-origin\"", s.Value.Repr(40))))
	}
	return judgeEffectivePolicy(p, w, s, values[len(values)-1])
}

// judgeEffectivePolicy judges the last value, which is the one that browsers take (Referrer Policy, 11.1: fallback values).
func judgeEffectivePolicy(p *check.SourcePass, w *django.World, s django.Setting, policy string) check.Answer {
	switch policy {
	case "no-referrer":
		switch check.HasMiddlewareLike(p, w, csrfMiddlewareClass) {
		case eval.Yes:
			return check.Failed(policyFinding(s, "SECURE_REFERRER_POLICY is \"no-referrer\", so browsers send forms with \"Origin: null\" and the CSRF protection refuses them on HTTPS; write \"same-origin\""))
		case eval.Maybe:
			return check.Unclear(check.Doubt(w, w.Get("MIDDLEWARE")))
		}
	case "unsafe-url", "no-referrer-when-downgrade":
		return check.Failed(policyFinding(s, fmt.Sprintf("SECURE_REFERRER_POLICY is %q, so every site that a page links to sees its whole address, tokens included; write \"same-origin\"", policy)))
	}
	return check.Passed("the policy is " + policy)
}

// policyValues are the policies of a text separated by commas, or of a list; known is false when some can't be known.
func policyValues(v eval.Value) (values []string, known bool) {
	if text, ok := v.AsStr(); ok {
		for _, part := range strings.Split(text, ",") {
			values = append(values, strings.TrimSpace(part))
		}
		return values, true
	}
	return check.Strings(v)
}

func policyFinding(s django.Setting, message string) check.Finding {
	return check.Finding{Severity: check.Recommended, Message: message, At: check.Where(s), Fix: `SECURE_REFERRER_POLICY = "same-origin"`}
}

// keepsReferrer reports whether a policy tells other sites no more than this site's name, and Django's CSRF check enough.
func keepsReferrer(policy string) bool {
	switch strings.ToLower(strings.TrimSpace(policy)) {
	case "same-origin", "strict-origin", "strict-origin-when-cross-origin":
		return true
	}
	return false
}
