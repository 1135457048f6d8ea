package proxy

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django/routes"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

func rateLimit() check.Check {
	return check.Check{
		ID: "proxy/rate-limit", Severity: check.Optional, Source: answerRateLimit,
		Doc: check.Doc{
			Title: "The proxy limits how often logins and the API are asked, at paths that exist",
			Why: `A limit at the proxy costs nothing of the application: what is refused never reaches a worker. It stops floods from single addresses, which a throttle inside Django still answers one by one.

A limit that stands in a location which no address of the site reaches does nothing, and looks as if it did: the login moved, a longer location or a regular expression wins, or the path was written with another slash.

Behind a load balancer nginx counts the balancer's address unless set_real_ip_from and real_ip_header say otherwise.`,
			Fix:    "`limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;` beside the servers, and `limit_req zone=login burst=5 nodelay;` in the location that answers the login. Traefik has the middleware `rateLimit`, ingress-nginx the annotation `limit-rpm`; Caddy and Apache limit no requests without a module (caddy-ratelimit, mod_evasive), so that there the limit belongs into the application.",
			Verify: "`for i in $(seq 20); do curl -s -o /dev/null -w '%{http_code} ' https://shop.example.com/accounts/login/; done` ends with 503 or the status of limit_req_status.",
			Bad: []check.Example{check.Project("The login stands at /accounts/login/.", "compose.yml", compose, "nginx.conf", `limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
server {
  listen 80;
  location / { proxy_pass http://web:8000; }
  location /login/ { limit_req zone=login; proxy_pass http://web:8000; }
}
`, "settings.py", rateSettings, "urls.py", rateURLs)},
			Good: []check.Example{check.Project("The limit holds for the path of the login.", "compose.yml", compose, "nginx.conf", `limit_req_zone $binary_remote_addr zone=login:10m rate=5r/m;
server {
  listen 80;
  location / { proxy_pass http://web:8000; }
  location /accounts/login/ { limit_req zone=login; proxy_pass http://web:8000; }
}
`, "settings.py", rateSettings, "urls.py", rateURLs)},
			References: []check.Reference{
				check.See("nginx: limit_req", "https://nginx.org/en/docs/http/ngx_http_limit_req_module.html"),
				check.See("nginx: which location answers", "https://nginx.org/en/docs/http/ngx_http_core_module.html#location"),
			},
			Triggers: []string{"a location with a limit answers no path of the project", "neither the proxy nor the application limits logins (told in full by security/login-throttled)"},
		},
	}
}

const (
	rateSettings = "DEBUG = False\nROOT_URLCONF = \"urls\"\nINSTALLED_APPS = [\"django.contrib.auth\"]\n"
	rateURLs     = "from django.contrib.auth.views import LoginView\nfrom django.urls import path\n\nurlpatterns = [path(\"accounts/login/\", LoginView.as_view())]\n"
)

func answerRateLimit(p *check.SourcePass) check.Answer {
	fronts := check.Fronts(p)
	if len(fronts) == 0 {
		return noProxy(p)
	}
	findings, doubts := unreachedLimits(p, fronts)
	if len(findings) > 0 {
		return check.Failed(findings...)
	}
	free, byProxy := 0, ""
	logins := check.Logins(p)
	for _, l := range logins {
		switch limit := check.LimitedByProxy(p, l.Path); limit.Answer {
		case eval.Yes:
			byProxy = limit.Reason
		case eval.Maybe:
			doubts = append(doubts, limit.Reason)
		default:
			switch l.Limited {
			case eval.No:
				free++
			case eval.Maybe:
				doubts = append(doubts, "whether the view that "+l.At.Path()+" leads to limits the tries is not known")
			}
		}
	}
	if len(logins) == 0 {
		if r := p.Project.Routes(); r.Unknown != "" {
			return check.Unclear("which paths take passwords is not known: " + r.Unknown)
		}
		if len(doubts) > 0 {
			return check.Unclear(doubts[0])
		}
		return check.Absent("no view that is known checks passwords")
	}
	if free == 0 {
		return check.Gather(nil, doubts, firstOf(byProxy != "", "the proxy limits logins ("+byProxy+")", "the views that check passwords limit the tries themselves"))
	}
	switch by, limited := check.LoginsLimited(p, p.Settings.Shipped()); limited {
	case eval.Yes:
		return check.Gather(nil, doubts, "the application limits logins: "+by)
	case eval.Maybe:
		return check.Unclear("the proxy does not limit logins; " + by)
	}
	return check.CausedBy("security/login-throttled", fmt.Sprintf("neither %s (%s) nor the application limits how often passwords are tried", fronts[0].Proxy.Program, fronts[0].Proxy.File.Path))
}

func firstOf(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

// unreachedLimits are the locations to the application with limits of their own that answer none of the project's paths. What can't be
// compared is a doubt.
func unreachedLimits(p *check.SourcePass, fronts []check.Front) (findings []check.Finding, doubts []string) {
	seen := map[source.Span]bool{}
	for _, f := range fronts {
		for _, route := range f.Routes {
			if route.Pattern == "" || route.Pattern == "/" || route.Conditional || len(route.Limits) == 0 || !ownLimit(f.Host, route) || seen[route.At] {
				continue
			}
			seen[route.At] = true
			switch reached, why := reaches(p, f, route); {
			case reached:
			case why != "":
				doubts = append(doubts, why)
			default:
				findings = append(findings, check.Finding{Severity: check.Optional, At: route.Limits[0].At, Related: []check.Related{{Message: "the location that it stands in", At: route.At}},
					Message: fmt.Sprintf("This limit never applies: the location %s of %s answers no path of the project; write the path that is to be limited", route.Pattern, f.Proxy.File.Path)})
			}
		}
	}
	return findings, doubts
}

// ownLimit reports whether a limit stands in the location itself, not further out.
func ownLimit(h *deploy.VirtualHost, r *deploy.Route) bool {
	outer := r.Outer
	if outer == nil {
		outer = h.Site
	}
	return !slices.ContainsFunc(outer.Limits, func(w deploy.Word) bool { return w.At == r.Limits[0].At })
}

// reaches reports whether a location answers a path of the project; why says why it may although none was found.
func reaches(p *check.SourcePass, f check.Front, route *deploy.Route) (yes bool, why string) {
	all := p.Project.Routes()
	if all.Unknown != "" {
		return false, "which paths the project has is not known: " + all.Unknown
	}
	if uri := route.Backend.URI; uri != "" && uri != route.Pattern {
		return false, "the proxy of " + f.Proxy.File.Path + " changes paths at " + route.Pattern
	}
	for n := range all.Endpoints {
		e := &all.Endpoints[n]
		uri := check.RequestPath(e)
		if through, _ := f.Host.Find(uri); uri != "" && slices.Contains(through, route) {
			return true, ""
		}
		if isOpenEnded(e, uri) && mayShare(e, uri, route) {
			why = fmt.Sprintf("whether the location %s of %s answers what is below %s is not known", route.Pattern, f.Proxy.File.Path, knownPart(e, uri))
		}
	}
	if has, _ := p.Project.Has(project.Channels); has != eval.No && why == "" {
		why = "whether the location " + route.Pattern + " answers WebSockets is not known"
	}
	return false, why
}

// isOpenEnded reports whether more paths than the known one lead to an endpoint.
func isOpenEnded(e *routes.Endpoint, uri string) bool {
	return uri == "" || e.Prefix || e.View.Kind == routes.AdminSite || strings.Contains(e.Path(), "<")
}

// mayShare reports whether a location can answer a path of the endpoint, as far as the texts at their beginnings tell.
func mayShare(e *routes.Endpoint, uri string, route *deploy.Route) bool {
	modifier, literal, found := strings.Cut(route.Pattern, " ")
	if !found {
		modifier, literal = "", route.Pattern
	}
	if strings.HasPrefix(modifier, "~") || strings.HasPrefix(literal, "~") {
		return true
	}
	known := knownPart(e, uri)
	return strings.HasPrefix(literal, known) || strings.HasPrefix(known, literal)
}

// knownPart is the beginning of the paths of an endpoint as far as it is text.
func knownPart(e *routes.Endpoint, uri string) string {
	if uri != "" && !strings.Contains(e.Path(), "<") {
		return uri
	}
	if e.Localized {
		return "/"
	}
	text := e.Path()
	if i := strings.IndexAny(text, "<(^$[\\*+?|"); i >= 0 {
		text = text[:i]
	}
	return "/" + strings.TrimPrefix(text, "/")
}
