package hosts

import (
	"fmt"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

// refusedNames are the findings about sites of a proxy which hand requests for a name on that Django refuses. allowed is the whole list.
func refusedNames(p *check.SourcePass, w *django.World, hosts django.Setting, allowed []string) (findings []check.Finding) {
	if check.IsOn(w.Get("USE_X_FORWARDED_HOST").Value) != eval.No {
		return nil
	}
	for _, front := range check.Fronts(p) {
		if check.Lacking(front.Proxy) != "" || !passesHost(front.Routes) {
			continue
		}
		refused, served := 0, 0
		var first deploy.Word
		for _, name := range front.Host.Names {
			switch {
			case !check.IsSiteName(name):
				served++
			case allows(allowed, name.Text):
				served++
			default:
				if refused++; refused == 1 {
					first = name
				}
			}
		}
		if refused == 0 {
			continue
		}
		f := check.Finding{Severity: check.Recommended, At: first.At, Fix: `ALLOWED_HOSTS = ["` + first.Text + `"]`,
			Related: []check.Related{{Message: "ALLOWED_HOSTS", At: check.Where(hosts)}},
			Message: fmt.Sprintf("%s answers for %s and hands the name on, which ALLOWED_HOSTS lacks%s, so those visitors get 400; add it, or redirect them", front.Proxy.Program, first.Text, check.EnvNote(hosts.Value))}
		if served == 0 && !front.Host.Default && len(check.Defaulted(hosts.Value)) == 0 {
			f.Severity = check.Critical // the proxy lets no other name through to this site
		}
		findings = append(findings, f)
	}
	return findings
}

// passesHost reports whether all routes hand on the name that the visitor asked for.
func passesHost(routes []*deploy.Route) bool {
	for _, r := range routes {
		h, set := r.RequestHeader("Host")
		if !set || h.Means() != deploy.MeansHost {
			return false
		}
	}
	return len(routes) > 0
}

// allows reports whether a list allows a name (django/http/request.py, validate_host).
func allows(list []string, name string) bool {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	for _, pattern := range list {
		pattern = strings.ToLower(pattern)
		if pattern == "*" || pattern == name || strings.HasPrefix(pattern, ".") && (strings.HasSuffix(name, pattern) || name == pattern[1:]) {
			return true
		}
	}
	return false
}
