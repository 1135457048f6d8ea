package delivery

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/deploy"
	"gonogo/internal/knowledge"
	"gonogo/internal/project"
	"gonogo/internal/source"
)

func maintenanceMode() check.Check {
	return check.Check{
		ID: "delivery/maintenance-mode", Severity: check.Optional, Source: answerMaintenanceMode, WithoutSettings: true,
		Doc: check.Doc{
			Title: "The site can be closed on purpose",
			Why: `Some work needs a site without visitors: a restore, a migration that locks, a flaw that leaks data by the minute. Without a switch it is closed by stopping processes, and visitors see an error of the proxy, search engines a failure, and monitoring an outage.

The answer should be 503 with Retry-After, and leave the health endpoints and the administrators in.`,
			Fix:    "django-maintenance-mode, or in nginx `if (-f /srv/shop/maintenance) { return 503; }`.",
			Verify: "Turn it on for staging: pages answer 503, the readiness endpoint 200.",
			Bad: []check.Example{check.Project("The proxy is here, and has no switch.", "settings.py", "MIDDLEWARE = []\n",
				"deploy/nginx.conf", "server {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8000;\n    }\n}\n")},
			Good: []check.Example{check.Project("A file closes the site.", "settings.py", "MIDDLEWARE = []\n",
				"deploy/nginx.conf", "server {\n    listen 80;\n    location / {\n        if (-f /srv/shop/maintenance) {\n            return 503;\n        }\n        proxy_pass http://127.0.0.1:8000;\n    }\n}\n")},
			References: []check.Reference{
				check.See("django-maintenance-mode", "https://pypi.org/project/django-maintenance-mode/"),
				check.See("RFC 9110: 503 Service Unavailable", "https://www.rfc-editor.org/rfc/rfc9110#name-503-service-unavailable"),
			},
			Triggers: []string{"the proxy's configuration is in the repository, and neither it nor the application can answer 503 on purpose"},
		},
	}
}

func answerMaintenanceMode(p *check.SourcePass) check.Answer {
	if m, ok := p.Project.Coverage().Find(project.MaintenanceMode); ok {
		return check.Passed("a document says how: " + m.What + " (" + m.At.Path() + ")")
	}
	if name := installedWith(p, knowledge.Maintenance); name != "" {
		return check.Passed(name + " is installed")
	}
	at, runs := ownSwitch(p)
	switch {
	case runs:
		return check.Passed("the project's own middleware answers 503 for maintenance (" + at.Path() + ")")
	case !at.IsZero():
		return check.Unclear(at.Path() + " speaks of maintenance and answers 503; whether that closes the site is not followed: write how it is switched into a document")
	}
	if platform, ok := p.Project.Platform(); ok && platform.Name == "Heroku" {
		return check.Passed("Heroku closes the site with `heroku maintenance:on`")
	}
	closes := regexp.MustCompile(`return\s+503|(?:respond|error)\b[^\n]*\b503\b|R=503|http-request\s+(?:deny|return)[^\n]*503`)
	elsewhere := ""
	for _, name := range p.Project.ProxyFiles() {
		f, ok := p.Project.Tree.Read(name)
		switch {
		case !ok || !closes.Match(f.Data):
		case inProduction(p, name):
			return check.Passed("the proxy can answer for it (" + name + ")")
		default:
			elsewhere = name
		}
	}
	if elsewhere != "" {
		return check.Unclear(elsewhere + " answers 503; whether production's proxy reads it is not known")
	}
	var proxy source.Span
	if d := p.Project.Deployment; d != nil {
		for _, x := range d.Proxies {
			if x.Production && x.File != nil && len(x.Absent) == 0 && proxy.IsZero() && x.Program == "nginx" && passesOn(x) {
				proxy = x.File.Whole()
			}
		}
	}
	if proxy.IsZero() {
		return check.Unclear("neither the application nor a document has a switch, and what stands before it is not in the repository")
	}
	return check.Failed(check.Finding{Severity: check.Optional, At: proxy, Message: "Neither this proxy nor the application can close the site on purpose; answer 503 while a file is there, or install django-maintenance-mode"})
}

// inProduction reports whether a file belongs to the configuration of a proxy of production.
func inProduction(p *check.SourcePass, name string) bool {
	return p.Project.Deployment != nil && slices.ContainsFunc(p.Project.Deployment.Proxies, func(x *deploy.Proxy) bool {
		return x.Production && slices.ContainsFunc(x.Files, func(f *source.File) bool { return f.Path == name })
	})
}

// passesOn reports whether a proxy passes requests to the application.
func passesOn(x *deploy.Proxy) bool {
	for _, host := range x.Hosts {
		if slices.ContainsFunc(host.Routes, func(r *deploy.Route) bool { return r.Backend != nil && r.Backend.IsApplication() }) {
			return true
		}
	}
	return false
}

// installedWith is a package of production that has a role, "" for none.
func installedWith(p *check.SourcePass, role knowledge.Role) string {
	if d := p.Project.Deployment; d != nil && d.Dependencies != nil {
		for _, name := range d.Dependencies.Names() {
			if knowledge.HasRole(name, role) {
				return name
			}
		}
	}
	if p.Settings == nil {
		return ""
	}
	apps, _ := check.Strings(p.Settings.Get("INSTALLED_APPS").Value)
	for _, app := range apps {
		if known, ok := knowledge.PackageOfApp(app); ok && known.Has(role) {
			return known.Name
		}
	}
	return ""
}

// ownSwitch is a module of the project that speaks of maintenance and answers 503; runs says that a middleware of production stands in it.
func ownSwitch(p *check.SourcePass) (at source.Span, runs bool) {
	if p.Project.Code == nil {
		return source.Span{}, false
	}
	var middleware []string
	if p.Settings != nil {
		middleware, _ = check.Strings(p.Settings.Get("MIDDLEWARE").Value)
	}
	for _, m := range p.Project.Code.Modules {
		if m.Test || m.Other || m.Syntax == nil {
			continue
		}
		text := m.Syntax.File.Data
		if !bytes.Contains(text, []byte("503")) && !bytes.Contains(text, []byte("SERVICE_UNAVAILABLE")) || !bytes.Contains(bytes.ToLower(text), []byte("maintenance")) {
			continue
		}
		at = m.Syntax.File.Whole()
		if m.Dotted != "" && slices.ContainsFunc(middleware, func(name string) bool { return strings.HasPrefix(name, m.Dotted+".") }) {
			return at, true
		}
	}
	return at, false
}
