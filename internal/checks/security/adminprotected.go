package security

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/access"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func adminProtected() check.Check {
	return check.Check{
		ID:       "security/admin-protected",
		Severity: check.Recommended,
		Source:   answerAdminProtected,
		Doc: check.Doc{
			Title: "The admin asks for more than a password, and nobody makes themselves staff",
			Why: `The admin reads and changes everything. Behind a password alone, one that was used elsewhere and leaked there opens it, from anywhere. A second factor, the company's single sign-on, or a network from which alone it is reached makes a password that is known worth little.

is_staff and is_superuser open it as well: code that takes them from what a client sends lets the client choose.`,
			Fix:    "Use django-otp (`admin.site.__class__ = OTPAdminSite`) or the `secure_admin_login` of django-allauth, or let the proxy reach /admin/ from the company's network only (`allow 10.0.0.0/8; deny all;`).",
			Verify: "Open the admin from a network outside and log in with a password: it asks for a code, or does not answer at all.",
			Bad: []check.Example{check.Project("A client makes itself staff.", "settings.py", "INSTALLED_APPS = [\"django.contrib.auth\", \"django.contrib.contenttypes\"]\nROOT_URLCONF = \"urls\"\n",
				"urls.py", "from django.urls import path\n\nfrom views import edit\n\nurlpatterns = [path(\"edit/\", edit)]\n",
				"views.py", "from django.http import HttpResponse\n\n\ndef edit(request):\n    request.user.is_staff = request.POST[\"staff\"] == \"yes\" or request.POST[\"staff\"]\n    request.user.save()\n    return HttpResponse()\n")},
			Good: []check.Example{check.Project("A second factor.", "settings.py", "INSTALLED_APPS = [\"django.contrib.auth\", \"django.contrib.contenttypes\", \"django.contrib.admin\", \"django_otp\"]\nROOT_URLCONF = \"urls\"\nMIDDLEWARE = [\"django_otp.middleware.OTPMiddleware\"]\n",
				"urls.py", "from django.contrib import admin\nfrom django.urls import path\nfrom django_otp.admin import OTPAdminSite\n\nadmin.site.__class__ = OTPAdminSite\n\nurlpatterns = [path(\"admin/\", admin.site.urls)]\n")},
			References: []check.Reference{
				check.See("django-otp: the admin site", "https://django-otp-official.readthedocs.io/en/stable/overview.html#the-admin-site"),
				check.See("django-allauth: admin", "https://docs.allauth.org/en/latest/common/admin.html"),
			},
			Triggers: []string{
				"is_staff or is_superuser gets what a client sent",
				"the admin is served, neither a second factor nor single sign-on is used, and the proxy of the repository lets everybody reach it, or the platform has none",
			},
		},
	}
}

func answerAdminProtected(p *check.SourcePass) check.Answer {
	findings := staffByRequest(p)
	return check.Weigh(p.Settings, func(w *django.World) check.Answer {
		if len(findings) > 0 {
			return check.Failed(findings...)
		}
		site, ok := adminRoute(p)
		if !ok {
			if r := p.Project.Routes(); r.Unknown != "" {
				return check.Unclear("whether the admin is served is not known: " + r.Unknown)
			}
			return check.Absent("no admin is served")
		}
		return adminGuard(p, w, site)
	}, "INSTALLED_APPS", "MIDDLEWARE", "AUTHENTICATION_BACKENDS")
}

// adminRoute is the endpoint of an admin site.
func adminRoute(p *check.SourcePass) (e *routes.Endpoint, ok bool) {
	list := p.Project.Routes().Endpoints
	for n := range list {
		if list[n].View.Kind == routes.AdminSite && !list[n].At.IsZero() {
			return &list[n], true
		}
	}
	return nil, false
}

// adminGuard tells what stands before the admin besides a password.
func adminGuard(p *check.SourcePass, w *django.World, site *routes.Endpoint) check.Answer {
	for _, c := range []string{"OTPAdminSite", "AdminSiteOTPRequired", "AdminSiteOTPRequiredMixin", "OTPAdminAuthenticationForm", "secure_admin_login", "staff_sso_required"} {
		if p.Project.Uses(c) {
			return check.Passed("the admin asks for more than a password: " + c)
		}
	}
	for _, app := range []string{"django_otp", "two_factor", "allauth.mfa", "mfa", "multifactor", "kagi", "mozilla_django_oidc", "django_auth_adfs", "djangosaml2",
		"django_cas_ng", "social_django", "allauth_2fa", "deux", "trench", "admin_ip_restrictor"} {
		switch check.HasApp(w, app) {
		case eval.Yes:
			return check.Unclear(app + " is installed; whether the admin can be entered with a password alone is not known: look, and attest it")
		case eval.Maybe:
			return check.Unclear(check.Doubt(w, w.Get("INSTALLED_APPS")))
		}
	}
	backends, known := check.Strings(w.Get("AUTHENTICATION_BACKENDS").Value)
	if known && check.Elsewhere(p, backends) {
		return check.Passed("passwords are checked elsewhere: " + backends[0])
	}
	if only := check.RestrictedByProxy(p, check.RequestPath(site)); only.Answer == eval.Yes {
		return check.Passed("the proxy lets only some reach the admin (" + only.Reason + ")")
	}
	if at, ok := check.NginxDirective(p, "allow", "auth_basic", "auth_request", "ssl_verify_client"); ok {
		return check.Unclear("nginx lets some in only, " + at.Path() + "; whether that holds for the admin is not read")
	}
	f := check.Finding{Severity: check.Recommended, At: site.At,
		Message: "A password alone opens the admin, from anywhere; ask for a second factor (django-otp), or let the proxy reach it from your network only"}
	switch platform, onPlatform := p.Project.Platform(); {
	case onPlatform:
		f.Message = "A password alone opens the admin, from anywhere, as " + platform.Name + " lets everybody reach it; ask for a second factor (django-otp)"
		return check.Failed(f)
	case len(p.Project.ProxyFiles()) > 0 && check.OtherProxy(p) == "":
		return check.Failed(f)
	}
	return check.Unclear("the admin asks for a password alone; whether the network lets only some reach it stands elsewhere: look, and attest it")
}

// staffByRequest finds the places at which what a client sent decides who is staff.
func staffByRequest(p *check.SourcePass) (findings []check.Finding) {
	for n := range p.Project.Routes().Endpoints {
		e := &p.Project.Routes().Endpoints[n]
		if _, guarded := access.Guarded(e); guarded || !plainPermissions(e) {
			continue
		}
		for _, f := range check.ViewBodies(p, e) {
			if at, ok := staffFrom(f); ok && !seenAt(findings, at) {
				findings = append(findings, check.Finding{Severity: check.Recommended, At: at,
					Message: "What the client sent decides here who is staff, so that anybody can let themselves into the admin; set it to a constant, and let the admin alone change it"})
			}
		}
	}
	return findings
}

func seenAt(list []check.Finding, at source.Span) bool {
	for _, f := range list {
		if f.At == at {
			return true
		}
	}
	return false
}

// staffFrom is where a body sets is_staff or is_superuser to what the client sent. A body that asks for either before is left out.
func staffFrom(f *flow.Function) (at source.Span, ok bool) {
	if asksForStaff(f) {
		return at, false
	}
	from := func(e syntax.Expr) bool { return f.Origin(e, flow.Question{}).Has(flow.Request | flow.Validated) }
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Assign:
			if len(n.Targets) == 1 && isRight(flow.LastName(n.Targets[0])) && from(n.Value) {
				at, ok = f.Module.Syntax.Span(n), true
			}
		case *syntax.Call:
			name := flow.LastName(n.Func)
			if name != "create_user" && name != "create" && name != "update" {
				return !ok
			}
			for _, k := range n.Keywords {
				if isRight(k.Name) && from(k.Value) {
					at, ok = f.Module.Syntax.Span(k), true
				}
			}
		}
		return !ok
	})
	return at, ok
}

func isRight(name string) bool { return name == "is_staff" || name == "is_superuser" }

// asksForStaff reports whether a body reads request.user.is_staff, or has_perm and its like.
func asksForStaff(f *flow.Function) bool {
	found := false
	syntax.InspectBody(f.Body, func(n syntax.Node) bool {
		a, ok := n.(*syntax.Attribute)
		if ok && a.Ctx == syntax.Load && (isRight(a.Attr) || strings.HasPrefix(a.Attr, "has_perm")) {
			found = true
		}
		return !found
	})
	return found
}
