package hosts

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
)

// ownOrigins answers from what the proxies of production pass on: whether Django takes the origin that a visitor's browser sends with a form
// for its own, or trusts it. done is false where no site of production ends TLS, or what it passes on is not known.
func ownOrigins(p *check.SourcePass, w *django.World) (answer check.Answer, done bool) {
	e := check.ReadEdge(p)
	if !e.Known() {
		return check.Answer{}, false
	}
	refused, accepted, doubt := check.RefusedOrigins(p, w, e)
	if doubt != "" {
		return check.Answer{}, false
	}
	caused := ""
	var findings []check.Finding
	for _, r := range refused {
		if r.Owner != "" {
			caused = r.Owner
			continue
		}
		findings = append(findings, refusedForm(r))
	}
	switch {
	case len(findings) > 0:
		return check.Failed(firstAt(findings)...), true
	case caused != "":
		return check.CausedBy(caused, fmt.Sprintf("Django takes %s for its own origin, and browsers send forms from %s", refused[0].Origin(), refused[0].Visitors)), true
	case accepted != nil:
		return check.Passed(fmt.Sprintf("behind %s (%s), Django accepts the origin that visitors' forms come from", accepted.Proxy.Program, accepted.Proxy.File.Path)), true
	}
	return check.Answer{}, false
}

// refusedForm is the finding about a site whose forms are refused. It is critical where the files show that visitors' browsers send that
// origin: a port other than 443 may be the inner side of a balancer.
func refusedForm(r check.RefusedOrigin) check.Finding {
	proxy := r.Front.Proxy
	f := check.Finding{Severity: check.Critical, At: r.HostAt.At, Fix: "proxy_set_header Host $http_host;"}
	if proxy.Program != "nginx" {
		f.Fix = "CSRF_TRUSTED_ORIGINS = [" + quote(r.Visitors) + "]"
	}
	if f.At.IsZero() {
		f.At = r.Name.At
	}
	what := "passes on another host than visitors ask for"
	if strings.Contains(strings.TrimPrefix(r.Visitors, "https://"), ":") {
		what = "passes the host on without the port on which visitors reach it"
		if !r.Moved {
			f.Severity = check.Recommended
		}
	}
	if !r.All {
		f.Severity = check.Recommended
	}
	f.Message = fmt.Sprintf("%s %s (%s): Django compares the origin of forms, %s, with %s, and refuses them (403); pass on the Host of the visitor, or list the origin in CSRF_TRUSTED_ORIGINS", proxy.Program, what, proxy.File.Path, r.Visitors, r.Origin())
	return f
}
