package security

import (
	"fmt"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
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
			Triggers: []string{"a view checks passwords, and neither a package, a throttle of the API, its own code nor a proxy limits how often"},
		},
	}
}

func answerLoginThrottled(p *check.SourcePass) check.Answer {
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		logins := check.Logins(p)
		if len(logins) == 0 {
			if r := p.Project.Routes(); r.Unknown != "" {
				return check.Unclear("which views check passwords is not known: " + r.Unknown)
			}
			return check.Absent("no view that is known checks passwords")
		}
		reason, limited := check.LoginsLimited(p, w)
		open := slices.DeleteFunc(logins, func(l check.Login) bool { return l.Limited == eval.Yes })
		switch {
		case limited == eval.Yes:
			return check.Passed(reason)
		case len(open) == 0:
			return check.Passed("each view that checks passwords limits the tries")
		case limited == eval.Maybe:
			return check.Unclear(reason)
		}
		if sure := slices.DeleteFunc(slices.Clone(open), func(l check.Login) bool { return l.Limited == eval.Maybe }); len(sure) > 0 {
			return behindProxy(p, sure)
		}
		if answer := behindProxy(p, open); answer.Status != check.Fail {
			return answer
		}
		return check.Unclear("whether the view that " + open[0].At.Path() + " leads to limits the tries is not known: it speaks of limits in a way that is not followed")
	}, "INSTALLED_APPS", "MIDDLEWARE", "AUTHENTICATION_BACKENDS")
}

// behindProxy is the answer for logins that nothing in the application limits.
func behindProxy(p *check.SourcePass, open []check.Login) check.Answer {
	var free []check.Login
	doubt, by := "", ""
	for _, l := range open {
		switch proxy := check.LimitedByProxy(p, l.Path); proxy.Answer {
		case eval.Yes:
			by = proxy.Reason
		case eval.Maybe:
			doubt = proxy.Reason
		default:
			free = append(free, l)
		}
	}
	if len(free) == 0 && doubt == "" {
		return check.Passed("the proxy limits requests, " + by)
	}
	if other := check.OtherProxy(p); other != "" {
		return check.Unclear("nothing in the application limits the tries; what " + other + " limits is not read")
	}
	if len(free) == 0 {
		return check.Unclear("nothing in the application limits the tries; " + doubt)
	}
	return check.Failed(loginFinding(free, remedyAtProxy(p)))
}

// remedyAtProxy says where else the tries can be limited than in the application: in the proxy that stands there.
func remedyAtProxy(p *check.SourcePass) string {
	fronts := check.Fronts(p)
	if len(fronts) == 0 {
		return "use django-axes, or limit requests at the proxy"
	}
	proxy := fronts[0].Proxy
	if with := proxy.LimitsRate(); with != "" {
		return fmt.Sprintf("use django-axes, or limit requests in %s with %s", proxy.File.Path, with)
	}
	return fmt.Sprintf("use django-axes: %s, which stands before the application, limits no requests without a module", proxy.Program)
}

func loginFinding(open []check.Login, remedy string) check.Finding {
	f := check.Finding{Severity: check.Recommended, At: open[0].At,
		Message: "Passwords can be tried here without end: nothing limits how often; " + remedy}
	if len(open) > 1 {
		others := "one other place"
		if len(open) > 2 {
			others = fmt.Sprintf("%d other places", len(open)-1)
		}
		f.Message = "Passwords can be tried without end, here and at " + others + ": nothing limits how often; " + remedy
	}
	for _, l := range open[1:min(len(open), 5)] {
		f.Related = append(f.Related, check.Related{Message: "this checks passwords too", At: l.At})
	}
	return f
}
