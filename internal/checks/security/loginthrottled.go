package security

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func loginThrottled() check.Check {
	return check.Check{
		ID:       "security/login-throttled",
		Severity: check.Recommended,
		Source:   answerLoginThrottled,
		Doc: check.Doc{
			Title: "Something slows down who tries passwords",
			Why: `Django checks as many passwords as it is asked to. Lists of addresses and passwords that leaked elsewhere are tried on every login that answers, thousands a minute, and a few of each thousand fit. The login of the admin is one of them, and its address is known.

A limit has its price: one that counts by account lets anybody lock somebody out, one that counts by address meets offices behind one address. A few tries a minute by address and account together hurt nobody.`,
			Fix:    "Install django-axes: add `\"axes\"` to INSTALLED_APPS, `\"axes.middleware.AxesMiddleware\"` last in MIDDLEWARE and `\"axes.backends.AxesStandaloneBackend\"` first in AUTHENTICATION_BACKENDS; or limit requests to the login at the proxy with limit_req.",
			Verify: "`for i in $(seq 30); do curl -s -o /dev/null -w '%{http_code} ' -d 'username=a&password=b' https://shop.example/accounts/login/; done` ends with `429` or `403` for tries with a token.",
			Bad: []check.Example{check.Project("Passwords can be tried without end.", "settings.py", "INSTALLED_APPS = [\"django.contrib.auth\"]\nROOT_URLCONF = \"urls\"\n",
				"urls.py", "from django.contrib.auth.views import LoginView\nfrom django.urls import path\n\nurlpatterns = [path(\"login/\", LoginView.as_view())]\n")},
			Good: []check.Example{check.Project("django-axes locks out who fails too often.", "settings.py", `INSTALLED_APPS = ["django.contrib.auth", "axes"]
ROOT_URLCONF = "urls"
MIDDLEWARE = ["axes.middleware.AxesMiddleware"]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
`, "urls.py", "from django.contrib.auth.views import LoginView\nfrom django.urls import path\n\nurlpatterns = [path(\"login/\", LoginView.as_view())]\n")},
			References: []check.Reference{
				check.See("Django: user authentication is not throttled", check.DjangoDocs+"topics/security/#additional-security-topics"),
				check.See("django-axes", "https://django-axes.readthedocs.io/en/latest/"),
				check.See("OWASP: credential stuffing", "https://cheatsheetseries.owasp.org/cheatsheets/Credential_Stuffing_Prevention_Cheat_Sheet.html"),
			},
			Triggers: []string{"a view checks passwords, and neither a package, a throttle of the API, its own code nor nginx limits how often"},
		},
	}
}

func answerLoginThrottled(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		logins := loginsOf(p)
		if len(logins) == 0 {
			if r := p.Project.Routes(); r.Unknown != "" {
				return check.Unclear("which views check passwords is not known: " + r.Unknown)
			}
			return check.Absent("no view that is known checks passwords")
		}
		if reason, limited := limits(p, w); limited == eval.Yes {
			return check.Passed(reason)
		} else if limited == eval.Maybe {
			return check.Unclear(reason)
		}
		open := slices.DeleteFunc(logins, func(l login) bool { return l.limited })
		if len(open) == 0 {
			return check.Passed("each view that checks passwords limits the tries")
		}
		return behindProxy(p, open)
	}, "INSTALLED_APPS", "MIDDLEWARE", "AUTHENTICATION_BACKENDS")
}

// behindProxy is the answer for logins that nothing in the application limits.
func behindProxy(p *check.SourcePass, open []login) check.Answer {
	var free []login
	doubt, by := "", ""
	for _, l := range open {
		switch proxy := check.LimitedByProxy(p, l.path); proxy.Answer {
		case eval.Yes:
			by = proxy.Reason
		case eval.Maybe:
			doubt = proxy.Reason
		default:
			free = append(free, l)
		}
	}
	if len(free) == 0 && doubt == "" {
		return check.Passed("nginx limits requests, " + by)
	}
	if other := check.OtherProxy(p); other != "" {
		return check.Unclear("nothing in the application limits the tries; what " + other + " limits is not read")
	}
	if len(free) == 0 {
		return check.Unclear("nothing in the application limits the tries; " + doubt)
	}
	return check.Failed(loginFinding(free))
}

// login is a view that checks passwords.
type login struct {
	at      source.Span
	path    string // of a request, "" when it is not known
	limited bool
}

func loginFinding(open []login) check.Finding {
	f := check.Finding{Severity: check.Recommended, At: open[0].at,
		Message: "Passwords can be tried here without end: nothing limits how often; use django-axes, or limit requests at the proxy"}
	if len(open) > 1 {
		others := "one other place"
		if len(open) > 2 {
			others = fmt.Sprintf("%d other places", len(open)-1)
		}
		f.Message = "Passwords can be tried without end, here and at " + others + ": nothing limits how often; use django-axes, or limit requests at the proxy"
	}
	for _, l := range open[1:min(len(open), 5)] {
		f.Related = append(f.Related, check.Related{Message: "this checks passwords too", At: l.at})
	}
	return f
}

// loginsOf are the endpoints that check passwords.
func loginsOf(p *check.SourcePass) (list []login) {
	checks := functionsThatAuthenticate(p)
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		found, limited := false, false
		switch {
		case e.View.Kind == routes.AdminSite:
			found = !adminLogsInElsewhere(p, e)
		case strings.HasPrefix(e.Package, "dj_rest_auth.urls"), strings.HasPrefix(e.Package, "djoser.urls"):
			found = true
		case e.View.Is("django.contrib.auth.views.LoginView", "rest_framework.authtoken.views.ObtainAuthToken", "rest_framework_simplejwt.views.TokenObtainPairView",
			"rest_framework_simplejwt.views.TokenObtainSlidingView"):
			found, limited = true, limitsItself(p, e)
		case e.View.Definition.Function != nil, e.View.Definition.Class != nil:
			for _, f := range bodies(p, e) {
				if checks[f] {
					found, limited = true, limitsItself(p, e)
				}
			}
		}
		at := e.At
		if at.IsZero() {
			at = includeOf(p, "django.contrib.auth.urls", "rest_framework.urls")
		}
		if found && !at.IsZero() {
			list = append(list, login{at, loginPath(e), limited})
		}
	}
	return list
}

// loginPath is the path that takes passwords; "" when it is not known.
func loginPath(e *routes.Endpoint) string {
	uri := check.RequestPath(e)
	switch {
	case uri == "":
	case e.View.Kind == routes.AdminSite:
		return strings.TrimSuffix(uri, "/") + "/login/"
	case e.Prefix:
		return "" // which of the package's paths it is
	}
	return uri
}

// includeOf is the first call of include() for one of the modules; zero without one.
func includeOf(p *check.SourcePass, modules ...string) source.Span {
	for _, c := range p.Project.Flow().Named("include") {
		if text, ok := flow.Arg(c.Call, 0, "arg").(*syntax.Constant); ok && slices.Contains(modules, text.Value) {
			return c.Module.Syntax.Span(c.Call)
		}
	}
	return source.Span{}
}

// adminLogsInElsewhere reports whether the project puts another login in place of the admin's: by a route before it, or by django-allauth.
func adminLogsInElsewhere(p *check.SourcePass, site *routes.Endpoint) bool {
	if p.Project.Uses("secure_admin_login") || p.Project.NamesText("site.login") {
		return true
	}
	for n := range p.Project.Routes().Endpoints {
		if e := &p.Project.Routes().Endpoints[n]; e.View.Kind != routes.AdminSite && strings.Trim(e.Route(), "^$/") == strings.Trim(site.Route(), "^$/")+"/login" {
			return true
		}
	}
	return false
}

// functionsThatAuthenticate are the functions that call django.contrib.auth.authenticate.
func functionsThatAuthenticate(p *check.SourcePass) map[*flow.Function]bool {
	found := map[*flow.Function]bool{}
	for _, c := range p.Project.Flow().Named("authenticate", "aauthenticate") {
		if strings.HasPrefix(c.Dotted(), "django.contrib.auth.") && c.In != nil && (flow.Spreads(c.Call) || flow.Arg(c.Call, -1, "password") != nil) {
			found[c.In] = true
		}
	}
	return found
}

// bodies are the functions of the project that a view is made of.
func bodies(p *check.SourcePass, e *routes.Endpoint) (list []*flow.Function) {
	if d := e.View.Definition; d.Function != nil {
		if f := p.Project.Flow().Function(d.Function); f != nil {
			list = append(list, f)
		}
		return list
	}
	for _, name := range e.View.Ancestors {
		if d, ok := p.Project.Code.Graph().Define(name); ok && d.Class != nil {
			if c := p.Project.Flow().Class(d.Class); c != nil {
				list = append(list, c.Methods...)
			}
		}
	}
	return list
}

// limitsItself reports whether throttles, decorators or the code of a view speak of limits.
func limitsItself(p *check.SourcePass, e *routes.Endpoint) bool {
	if len(e.Policy.Throttles.Classes) > 0 || e.Policy.Throttles.Unknown != "" {
		return true
	}
	for _, d := range e.View.Decorators {
		if isLimit(d.Name) {
			return true
		}
	}
	for name := range e.View.Attributes {
		if isLimit(name) {
			return true
		}
	}
	for _, a := range e.View.Ancestors {
		if isLimit(a) {
			return true
		}
	}
	return slices.ContainsFunc(bodies(p, e), speaksOfLimits)
}

func speaksOfLimits(f *flow.Function) bool {
	found := false
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Name:
			found = found || isLimit(n.ID)
		case *syntax.Attribute:
			found = found || isLimit(n.Attr)
		}
		return !found
	})
	return found
}

// isLimit reports whether a name speaks of limits on how often something may be tried.
func isLimit(name string) bool {
	lower := strings.ToLower(name)
	for _, word := range []string{"ratelimit", "rate_limit", "throttl", "axes", "attempt", "lockout", "is_locked", "captcha", "tokenbucket", "authorize_login", "turnstile", "defender", "bruteforce", "brute_force", "limiter", "too_many"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

// limits tells what limits every login of the project, Maybe where that is not known.
func limits(p *check.SourcePass, w *django.World) (reason string, limited eval.Tri) {
	whole := true
	for _, app := range []string{"axes", "defender", "django_defender"} {
		switch check.HasApp(w, app) {
		case eval.Yes:
			return app + " limits the tries", eval.Yes
		case eval.Maybe:
			whole = false
		}
	}
	for _, e := range w.Get("MIDDLEWARE").Value.Elems() {
		if name, ok := e.AsStr(); ok && isLimit(name) {
			return name + " limits the tries", eval.Yes
		}
	}
	backends, known := check.Strings(w.Get("AUTHENTICATION_BACKENDS").Value)
	switch {
	case !known || !whole:
		return check.Doubt(w, w.Get("INSTALLED_APPS")), eval.Maybe
	case len(backends) > 0 && !slices.ContainsFunc(backends, checksPasswords):
		return "passwords are checked elsewhere: " + backends[0], eval.Yes
	}
	return "", eval.No
}

// checksPasswords reports whether a backend of authentication may check passwords itself; the others send people to another site.
func checksPasswords(backend string) bool {
	for _, prefix := range []string{"mozilla_django_oidc.", "social_core.backends.", "django_auth_adfs.", "djangosaml2.", "django_cas_ng.", "guardian.",
		"rules.permissions.", "django.contrib.auth.backends.RemoteUserBackend"} {
		if strings.HasPrefix(backend, prefix) {
			return false
		}
	}
	return true
}
