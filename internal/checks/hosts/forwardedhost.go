package hosts

import (
	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
)

func forwardedHost() check.Check {
	return check.Check{
		ID:       "hosts/forwarded-host",
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "X-Forwarded-Host is only believed from a proxy that writes it",
			Why: `With USE_X_FORWARDED_HOST Django takes the site's name from X-Forwarded-Host instead of Host. That is right behind a proxy which replaces Host and writes this header itself. A proxy that merely passes the header on hands the choice to the client: links in mails and redirects, and pages in a shared cache, then carry the client's name, as far as ALLOWED_HOSTS lets it through.

Most proxies can pass the original Host header (nginx: proxy_set_header Host $host), which makes the setting superfluous.`,
			Fix:    `Remove USE_X_FORWARDED_HOST and let the proxy pass Host; or keep it, make the proxy write the header (nginx: proxy_set_header X-Forwarded-Host $host), and list the names in ALLOWED_HOSTS.`,
			Verify: `Run "curl -s -D- -o /dev/null -H 'X-Forwarded-Host: stranger.example' https://<site>/<an address that redirects>": neither Location nor a cookie contains stranger.example.`,
			Bad: []check.Example{
				check.SettingsExample("Any name, from anybody.", "DEBUG = False\nALLOWED_HOSTS = [\"*\"]\nUSE_X_FORWARDED_HOST = True\n"),
			},
			Good: []check.Example{
				check.SettingsExample("The proxy passes Host.", "DEBUG = False\nALLOWED_HOSTS = [\"shop.example\"]\n"),
				check.SettingsExample("Off, in so many words.", "DEBUG = False\nUSE_X_FORWARDED_HOST = False\n"),
			},
			References: []check.Reference{
				check.See("Django settings: USE_X_FORWARDED_HOST", check.DjangoDocs+"ref/settings/#use-x-forwarded-host"),
				check.See("Django security: Host header validation", check.DjangoDocs+"topics/security/#host-header-validation"),
				check.See("RFC 7239, section 8.1: header validity and integrity", "https://www.rfc-editor.org/rfc/rfc7239#section-8.1"),
			},
			Triggers: []string{"the setting is on and ALLOWED_HOSTS accepts every name"},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, func(w *django.World) check.Answer { return forwardedHostIn(p, w) })
		},
	}
}

func forwardedHostIn(p *check.SourcePass, w *django.World) check.Answer {
	use := w.Get("USE_X_FORWARDED_HOST")
	switch check.IsOn(use.Value) {
	case eval.No:
		return check.Passed("the header is not read")
	case eval.Maybe:
		return check.Unclear(check.Doubt(w, use))
	}
	hosts := w.Get("ALLOWED_HOSTS")
	i := hosts.Value.Index("*")
	if answer, done := forwardedHostBehind(p, use, i >= 0); done {
		return answer
	}
	if i < 0 {
		return check.Unclear("USE_X_FORWARDED_HOST is on; whether the proxy writes the header itself stands in " + check.EdgeFiles(p))
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended,
		Message:  "USE_X_FORWARDED_HOST is on" + check.EnvNote(use.Value) + ` and ALLOWED_HOSTS accepts every name, so only the proxy keeps a client from choosing the host in links; list the names, and remove the setting unless the proxy writes X-Forwarded-Host`,
		At:       check.Where(use),
		Related:  []check.Related{{Message: "every name is accepted here", At: placeOf(hosts.Value.Elems()[i], hosts)}},
	})
}

// forwardedHostBehind answers from what the proxies of production do with the header; done is false where that is not known.
func forwardedHostBehind(p *check.SourcePass, use django.Setting, everyName bool) (answer check.Answer, done bool) {
	fronts := check.Fronts(p)
	written := len(fronts) > 0
	for _, f := range fronts {
		for _, r := range f.Routes {
			h, set := r.RequestHeader("X-Forwarded-Host")
			if set && (h.Means() == deploy.MeansHost || h.Means() == deploy.MeansText) {
				continue
			}
			written = false
			passes := !set && check.Lacking(f.Proxy) == "" || set && h.Means() == deploy.MeansVisitors
			if !passes || !check.FacesVisitors(f.Proxy) {
				continue
			}
			out := check.Finding{Severity: check.Recommended, At: check.Where(use), Related: []check.Related{{Message: "what the visitor sent is passed on here", At: r.Backend.At}},
				Message: "USE_X_FORWARDED_HOST is on" + check.EnvNote(use.Value) + ", and " + f.Proxy.File.Path + " passes the visitor's own X-Forwarded-Host on, so he chooses among the names that ALLOWED_HOSTS lets through; remove the setting, or set the header in the proxy"}
			if everyName {
				out.Severity = check.Critical
				out.Message = "USE_X_FORWARDED_HOST is on" + check.EnvNote(use.Value) + ", " + f.Proxy.File.Path + " passes the visitor's own X-Forwarded-Host on, and ALLOWED_HOSTS accepts every name, so a client chooses the host in links; remove the setting, or set the header in the proxy"
			}
			return check.Failed(out), true
		}
	}
	if written {
		return check.Passed(fronts[0].Proxy.Program + " writes the header itself (" + fronts[0].Proxy.File.Path + ")"), true
	}
	return check.Answer{}, false
}
