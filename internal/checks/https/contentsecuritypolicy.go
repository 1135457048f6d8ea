package https

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func contentSecurityPolicy() check.Check {
	return check.Check{
		ID:       "https/content-security-policy",
		Severity: check.Recommended,
		Source:   answerContentSecurityPolicy,
		Doc: check.Doc{
			Title: "A Content-Security-Policy stops scripts that the site did not write",
			Why: `Escaping output prevents injected scripts; one forgotten |safe, one template tag, one compromised package, and it does not. A Content-Security-Policy is the second wall: the browser runs only scripts from the places that the header names, or that carry the nonce of this very answer.

The wall is as strong as its weakest source. 'unsafe-inline' lets every injected script run. https: or * lets an attacker load it from a server of their own. A policy that only reports stops nothing: it is for finding out what would break.

It is work: inline scripts and event attributes must move into files or get a nonce, and every third party has to be named. So begin with report-only, read the reports, then enforce.`,
			Fix:    "Django 6.0 and later: add `django.middleware.csp.ContentSecurityPolicyMiddleware` and set `SECURE_CSP = {\"default-src\": [CSP.SELF], \"script-src\": [CSP.SELF, CSP.NONCE]}`, with the context processor `django.template.context_processors.csp`. Earlier: install django-csp, add `csp.middleware.CSPMiddleware` and set CONTENT_SECURITY_POLICY.",
			Verify: "`curl -sI https://example.com/ | grep -i content-security` prints `Content-Security-Policy: default-src 'self'; ...` without 'unsafe-inline' in its script source; the browser's console shows no refused script.",
			Bad: []check.Example{
				check.Project("Every inline script may run.", "requirements.txt", "Django==6.0.1\n", "settings.py", `MIDDLEWARE = ["django.middleware.csp.ContentSecurityPolicyMiddleware"]
SECURE_CSP = {
    "default-src": ["'self'"],
    "script-src": ["'self'", "'unsafe-inline'"],
}
`),
				check.Project("A policy that browsers only report on.", "requirements.txt", "Django==5.2.8\ndjango-csp==4.0\n", "settings.py", `MIDDLEWARE = ["csp.middleware.CSPMiddleware"]
CONTENT_SECURITY_POLICY_REPORT_ONLY = {"DIRECTIVES": {"default-src": ["'self'"]}}
`),
			},
			Good: []check.Example{
				check.Project("Scripts of the site, and inline ones with the answer's nonce.", "requirements.txt", "Django==6.0.1\n", "settings.py", `from django.utils.csp import CSP

MIDDLEWARE = ["django.middleware.csp.ContentSecurityPolicyMiddleware"]
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"context_processors": ["django.template.context_processors.csp"]},
    }
]
`),
				check.Project("The same with django-csp.", "requirements.txt", "Django==5.2.8\ndjango-csp==4.0\n", "settings.py", `MIDDLEWARE = ["csp.middleware.CSPMiddleware"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", "https://js.example.com"],
    }
}
`),
			},
			References: []check.Reference{
				check.See("Django: Content Security Policy", check.DjangoDocs+"howto/csp/"),
				check.See("django-csp", "https://django-csp.readthedocs.io/en/latest/"),
				check.See("MDN: Content-Security-Policy", "https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP"),
				check.See("OWASP: Content Security Policy", "https://cheatsheetseries.owasp.org/cheatsheets/Content_Security_Policy_Cheat_Sheet.html"),
			},
			Django: []string{"security.E026", "security.W027"},
			Triggers: []string{
				"neither Django's middleware nor django-csp sends a policy, and no proxy configuration stands in the tree that could",
				"the policy only reports, or its middleware is missing, or its settings are of another version of django-csp",
				"scripts may come from anywhere: no script-src and no default-src, or *, http:, https: or data: as script source",
				"'unsafe-inline' or 'unsafe-eval' for scripts, without a nonce or hash",
				"a nonce is in the policy, and no template gets it",
			},
		},
	}
}

func answerContentSecurityPolicy(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		refused := append(notDictionaries(p, w), nonceLost(p, w)...)
		answer := policyAnswer(p, w)
		if len(refused) > 0 && answer.Status == check.Fail {
			return check.Failed(withoutRepeated(refused, answer.Findings)...)
		} else if len(refused) > 0 {
			return check.Failed(refused...)
		}
		return answer
	}, "SECURE_CSP", "CONTENT_SECURITY_POLICY")
}

// policyAnswer judges the policy that browsers enforce.
func policyAnswer(p *check.SourcePass, w *django.World) check.Answer {
	policy, fault := enforcedPolicy(p, w)
	switch {
	case fault != nil:
		return check.Failed(check.Finding{Severity: check.Recommended, Message: fault.message, At: fault.at, Fix: fault.fix})
	case policy.setting == "":
		return noPolicy(p, w)
	}
	return judgePolicy(policy, check.Doubt(w, w.Get(policy.setting)))
}

// withoutRepeated are the findings of the first list, and those of the second that speak of another place.
func withoutRepeated(first, second []check.Finding) []check.Finding {
	for _, f := range second {
		if !slices.ContainsFunc(first, func(g check.Finding) bool { return g.At == f.At }) {
			first = append(first, f)
		}
	}
	return first
}

// policySettings are Django's own two policies, from 6.0 on.
func policySettings(p *check.SourcePass, w *django.World) []django.Setting {
	if !p.Settings.Version.AtLeast(6, 0) {
		return nil
	}
	return []django.Setting{w.Get("SECURE_CSP"), w.Get("SECURE_CSP_REPORT_ONLY")}
}

// notDictionaries are the findings about policies of another type, which Django's own check refuses, used or not (security.E026).
func notDictionaries(p *check.SourcePass, w *django.World) (found []check.Finding) {
	for _, s := range policySettings(p, w) {
		switch s.Value.Kind() {
		case 0, eval.Unknown, eval.None, eval.Dict, eval.Object:
			continue
		}
		found = append(found, check.Finding{
			Severity: check.Recommended,
			Message:  s.Name + " is " + s.Value.Repr(40) + ", not a dictionary of directives, so \"manage.py check\" fails (security.E026); write {\"default-src\": [\"'self'\"]}",
			At:       check.Where(s),
			Fix:      s.Name + " = {\"default-src\": [\"'self'\"]}",
		})
	}
	return found
}

// nonceLost is the finding about policies with a nonce that no template gets (security.W027).
func nonceLost(p *check.SourcePass, w *django.World) (found []check.Finding) {
	for _, s := range policySettings(p, w) {
		if !hasNonce(s.Value) || check.HasMiddleware(w, djangoCSPMiddleware) != eval.Yes || nonceInTemplates(w) {
			continue
		}
		found = append(found, check.Finding{
			Severity: check.Recommended, At: check.Where(s),
			Message: s.Name + " has a nonce, and no template gets it, so browsers refuse the scripts that need it; add \"django.template.context_processors.csp\" to the context processors",
		})
	}
	return found
}

// hasNonce reports whether some directive certainly has a nonce among its sources.
func hasNonce(policy eval.Value) bool {
	for _, e := range policy.Entries() {
		text, isText := e.Value.AsStr()
		if isText && strings.Contains(text, nonceSource) || !isText && e.Value.Contains(nonceSource) == eval.Yes {
			return true
		}
	}
	return false
}

// noPolicy answers where the settings know nothing of a policy.
func noPolicy(p *check.SourcePass, w *django.World) check.Answer {
	if html, _ := p.Project.Has(project.HTML); html == eval.No {
		return check.Absent("the project renders no HTML")
	}
	middleware := w.Get("MIDDLEWARE")
	for _, class := range []string{djangoCSPMiddleware, packageCSPMiddleware} {
		if check.HasMiddlewareLike(p, w, class) == eval.Maybe {
			return check.Unclear(check.Doubt(w, middleware))
		}
	}
	if answer, done := sentByProxy(p, "Content-Security-Policy", restrictsScripts); done {
		return answer
	}
	add := "install django-csp and set CONTENT_SECURITY_POLICY"
	if p.Settings.Version.AtLeast(6, 0) {
		add = "add ContentSecurityPolicyMiddleware and set SECURE_CSP"
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended,
		Message:  "No Content-Security-Policy is sent, so an injected script runs unhindered; " + add,
		At:       check.Where(middleware),
	})
}

// judgePolicy judges what a policy says about scripts.
func judgePolicy(policy cspPolicy, doubt string) check.Answer {
	name, scripts, ok := scriptSources(policy)
	switch {
	case !ok && policy.whole:
		return check.Failed(policyFault(policy, policy.setting+" has neither script-src nor default-src, so scripts may come from anywhere; add script-src"))
	case !ok:
		return check.Unclear(policy.doubt)
	}
	open := openSources(scripts)
	if len(open) > 0 && (scripts.whole || scripts.guarded()) {
		finding := policyFault(policy, fmt.Sprintf("%s of %s allows %s, so an injected script can run; name the hosts, and give inline scripts a nonce", name, policy.setting, check.And(open)))
		finding.At = scripts.at
		return check.Failed(finding)
	}
	if !scripts.whole {
		return check.Unclear(doubt)
	}
	return check.Passed(policy.setting + " restricts scripts")
}

func policyFault(policy cspPolicy, message string) check.Finding {
	return check.Finding{Severity: check.Recommended, Message: message, At: policy.at}
}

// scriptSources are the sources from which <script> elements may come: the first directive of CSP level 3, 6.8.3, that is given.
func scriptSources(policy cspPolicy) (name string, sources cspSources, ok bool) {
	for _, name := range []string{"script-src-elem", "script-src", "default-src"} {
		if s, ok := policy.directives[name]; ok {
			return name, s, true
		}
	}
	return "", cspSources{}, false
}

// openSources are the sources through which a script of an attacker can run.
// 'strict-dynamic' with a nonce makes browsers ignore hosts and schemes (CSP level 3, 8.2).
func openSources(s cspSources) []string {
	var open []string
	for _, source := range s.sources {
		switch source {
		case "'unsafe-inline'", "'unsafe-eval'":
			if s.guarded() {
				continue
			}
		case "*", "http:", "https:", "data:":
			if s.has("'strict-dynamic'") && s.guarded() {
				continue
			}
		default:
			continue
		}
		if !slices.Contains(open, source) {
			open = append(open, source)
		}
	}
	return open
}

// nonceInTemplates reports whether a template engine has the context processor that hands out the nonce, or could have it (security.W027).
func nonceInTemplates(w *django.World) bool {
	templates := w.Get("TEMPLATES").Value
	if templates.IsUnknown() || templates.IsOpen() {
		return true
	}
	for _, engine := range templates.Elems() {
		processors := engine.Get("OPTIONS", "context_processors")
		if processors.IsValid() && processors.Contains("django.template.context_processors.csp") != eval.No {
			return true
		}
	}
	return false
}

// restrictsScripts reports whether a policy, as the header has it, keeps injected scripts from running.
func restrictsScripts(header string) bool {
	policy := cspPolicy{directives: map[string]cspSources{}, whole: true}
	for _, directive := range strings.Split(header, ";") {
		words := strings.Fields(directive)
		if len(words) == 0 {
			continue
		}
		if name := strings.ToLower(words[0]); !policy.has(name) {
			policy.directives[name] = cspSources{sources: words[1:], whole: true}
		}
	}
	_, scripts, ok := scriptSources(policy)
	return ok && len(openSources(scripts)) == 0
}

// has reports whether a directive is given; of two of one name, browsers take the first.
func (p cspPolicy) has(directive string) bool {
	_, ok := p.directives[directive]
	return ok
}
