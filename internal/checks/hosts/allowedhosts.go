package hosts

import (
	"cmp"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

const allowedHostsID = "hosts/allowed-hosts"

func allowedHosts() check.Check {
	return check.Check{
		ID:       allowedHostsID,
		Severity: check.Critical,
		Doc: check.Doc{
			Title: "ALLOWED_HOSTS names the hosts that the site answers for",
			Why: `Django builds absolute links from the Host header: the link in a password reset mail, redirects, canonical URLs. A client may put any name there. ALLOWED_HOSTS is what refuses it; with "*" a stranger can have a mail sent to a victim whose link leads to the stranger's host, or fill a shared cache with such pages.

An empty list is the other end: with DEBUG off, Django then answers every request with 400. A proxy that refuses unknown names protects too, as long as nobody reaches the application beside it; the list in Django holds in both cases, at the price of one more thing to change when a name is added. A leading dot allows all subdomains.`,
			Fix:    `List the names: ALLOWED_HOSTS = ["shop.example", ".shop.example"], or read them from a variable without "*" as its default: ALLOWED_HOSTS = env.list("ALLOWED_HOSTS").`,
			Verify: `Run "curl -s -o /dev/null -w '%{http_code}\n' -H 'Host: stranger.example' https://<site>/": it prints 400 (or what the proxy answers unknown names with), and 200 or a redirect with the site's own name.`,
			Bad: []check.Example{
				check.SettingsExample("Every name is served.", "DEBUG = False\nALLOWED_HOSTS = [\"*\"]\n"),
				check.SettingsExample("Every name, unless somebody sets the variable.", "import os\n\nDEBUG = False\nALLOWED_HOSTS = os.environ.get(\"ALLOWED_HOSTS\", \"*\").split(\",\")\n"),
				check.SettingsExample("No name at all: every request is answered 400.", "DEBUG = False\nALLOWED_HOSTS = []\n"),
			},
			Good: []check.Example{
				check.SettingsExample("The site's own names.", "DEBUG = False\nALLOWED_HOSTS = [\"shop.example\", \"www.shop.example\"]\n"),
				check.SettingsExample("One name that the environment may replace.", "import environ\n\nenv = environ.Env()\nDEBUG = False\nALLOWED_HOSTS = env.list(\"ALLOWED_HOSTS\", default=[\"shop.example\"])\n"),
			},
			References: []check.Reference{
				check.See("Django settings: ALLOWED_HOSTS", check.DjangoDocs+"ref/settings/#allowed-hosts"),
				check.See("Django security: Host header validation", check.DjangoDocs+"topics/security/#host-header-validation"),
				check.See("OWASP testing guide: Host header injection", "https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/07-Input_Validation_Testing/17-Testing_for_Host_Header_Injection"),
			},
			Django: []string{"security.W020"},
			Triggers: []string{
				`the list, or its default, contains "*"`,
				"the list is empty, or holds only an empty name",
				"the value is neither list nor tuple, so that Django refuses to start",
				"nginx hands a server_name on that the list does not allow",
				"an entry has a scheme, a port, a path or a leading \"*.\", so that it matches nothing",
			},
		},
		Source: func(p *check.SourcePass) check.Answer {
			return check.Weigh(p.Settings, func(w *django.World) check.Answer { return allowedHostsIn(p, w) })
		},
	}
}

func allowedHostsIn(p *check.SourcePass, w *django.World) check.Answer {
	hosts := w.Get("ALLOWED_HOSTS")
	switch hosts.Value.Kind() {
	case eval.List, eval.Tuple:
	case eval.Unknown:
		return check.Unclear(check.Doubt(w, hosts))
	default:
		return check.Failed(check.Finding{
			Severity: check.Critical,
			Message:  "ALLOWED_HOSTS is neither a list nor a tuple" + check.EnvNote(hosts.Value) + ", so Django refuses to start; write ALLOWED_HOSTS = [\"shop.example\"]",
			At:       check.Where(hosts),
		})
	}
	if f, ok := everyHost(p, hosts); ok {
		return check.Failed(replacedBySetUp(p, hosts, f))
	}
	names, whole := check.Strings(hosts.Value)
	if whole && strings.Join(names, "") == "" {
		return noHost(p, w, hosts)
	}
	if findings := deadHosts(hosts); len(findings) > 0 {
		return check.Failed(findings...)
	}
	if !whole {
		return check.Unclear(check.Doubt(w, hosts))
	}
	if findings := refusedNames(p, w, hosts, names); len(findings) > 0 {
		return check.Failed(findings...)
	}
	return check.Passed("")
}

// replacedBySetUp makes a default of "*" recommended where the project's own set-up gives the variable, and not with another "*".
func replacedBySetUp(p *check.SourcePass, hosts django.Setting, f check.Finding) check.Finding {
	at, found := check.SetUp(p, check.Defaulted(hosts.Value), nil)
	if found && !strings.Contains(at.Text(), "*") {
		f.Severity = check.Recommended
		f.Related = []check.Related{{Message: "the set-up of the project gives the variable here", At: at}}
	}
	return f
}

// everyHost is the finding about an entry "*".
func everyHost(p *check.SourcePass, hosts django.Setting) (check.Finding, bool) {
	i := hosts.Value.Index("*")
	if i < 0 {
		return check.Finding{}, false
	}
	when := check.EnvNote(hosts.Value)
	if when == "" {
		when = check.WhenMissing(p.Settings, func(w *django.World) eval.Tri {
			return check.If(w.Get("ALLOWED_HOSTS").Value.Index("*") >= 0)
		})
	}
	return check.Finding{
		Severity: check.Critical,
		Message:  `ALLOWED_HOSTS contains "*"` + when + ", so links in mails and redirects follow whatever Host a client sends; list the site's names",
		At:       placeOf(hosts.Value.Elems()[i], hosts),
		Fix:      `ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")`,
	}, true
}

// noHost is the answer about an empty list. One that is empty only until a variable is given is owed, no stop: the site refuses
// everybody and shows nothing.
func noHost(p *check.SourcePass, w *django.World, hosts django.Setting) check.Answer {
	if !hosts.Set || len(hosts.Value.Env()) == 0 {
		for _, o := range p.Settings.Result.Overrides {
			return check.Unclear("ALLOWED_HOSTS is empty here, but " + o.What + ", may fill it")
		}
	}
	f := check.Finding{
		Severity: check.Critical,
		Message:  "ALLOWED_HOSTS is empty" + check.EnvNote(hosts.Value) + ", so every request is answered 400 once DEBUG is off; list the site's names",
		At:       check.Where(hosts),
		Fix:      `ALLOWED_HOSTS = ["shop.example"]`,
	}
	names, _ := check.Escapes(p.Settings, func(w *django.World) eval.Tri { return check.Not(check.IsOn(w.Get("ALLOWED_HOSTS").Value)) })
	if len(check.Defaulted(hosts.Value)) > 0 || len(names) > 0 {
		f.Severity = check.Recommended
		f.Message = "ALLOWED_HOSTS is empty" + check.EnvNote(hosts.Value) + ", so every request is answered 400; let the settings require the variable"
		if len(check.Defaulted(hosts.Value)) == 0 {
			f.Message = "ALLOWED_HOSTS is empty unless " + check.And(names) + " is set, so every request is answered 400; let the settings require the variable"
		}
		f.Fix = `ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")`
	}
	if n, ok := hosts.Value.Len(); ok && n > 0 {
		f.Message = strings.Replace(f.Message, "is empty", `holds only the empty name, which "".split(",") makes,`, 1)
	}
	return check.Failed(f)
}

// deadHosts are the entries that no Host header can match: Django compares host names without scheme, port and path, and knows a leading
// dot but no other wildcard (django/http/request.py, validate_host).
func deadHosts(hosts django.Setting) []check.Finding {
	var findings []check.Finding
	for _, e := range hosts.Value.Elems() {
		name, ok := e.AsStr()
		if !ok {
			continue
		}
		better := hostOnly(name)
		if better == name {
			continue
		}
		findings = append(findings, check.Finding{
			Severity: check.Recommended,
			Message:  "The entry " + quote(name) + " of ALLOWED_HOSTS matches no request, which is answered 400; write " + quote(better),
			At:       placeOf(e, hosts),
			Fix:      quote(better),
		})
	}
	return findings
}

// hostOnly is an entry as validate_host could match it.
func hostOnly(name string) string {
	if _, rest, ok := strings.Cut(name, "://"); ok {
		name = rest
	}
	name, _, _ = strings.Cut(name, "/")
	name = strings.TrimSpace(name)
	if strings.HasPrefix(name, "*.") {
		name = name[1:]
	}
	if strings.HasPrefix(name, "[") { // an IPv6 address keeps its brackets
		if end := strings.IndexByte(name, ']'); end >= 0 {
			return name[:end+1]
		}
		return name
	}
	if strings.Count(name, ":") == 1 {
		name, _, _ = strings.Cut(name, ":")
	}
	return name
}

func quote(s string) string { return `"` + s + `"` }

// placeOf is where an element stands, else where its setting does.
func placeOf(e eval.Value, s django.Setting) source.Span {
	at, whole := e.At(), s.Value.At()
	if at.IsZero() || at.File == whole.File && at.Start >= whole.Start && at.End <= whole.End {
		return cmp.Or(at, check.Where(s))
	}
	for _, target := range s.Assigned {
		if at.File == target.File && at.Begin().Line == target.Begin().Line {
			return at
		}
	}
	return check.Where(s) // made elsewhere, as in a function that splits a text: the call is what a reader looks for
}
