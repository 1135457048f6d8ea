package api

import (
	"fmt"
	"slices"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/routes"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func permissions() check.Check {
	return check.Check{
		ID: "api/permissions", Severity: check.Critical, Source: answerPermissions,
		Doc: check.Doc{
			Title: "An endpoint is closed unless somebody opens it",
			Why: `Django REST framework's own default is AllowAny: a view whose author forgot permission_classes is open to the internet, for reading and for deleting. A default that asks for a login turns the same mistake into a 401 that the first test shows.

Endpoints that are public on purpose (login, sign-up, a webhook with a signature) then say so, in the view, where a reviewer sees it.`,
			Fix:    "Set `\"DEFAULT_PERMISSION_CLASSES\": [\"rest_framework.permissions.IsAuthenticated\"]` in REST_FRAMEWORK, and `permission_classes = [AllowAny]` in the views that are public.",
			Verify: "`curl -s -o /dev/null -w '%{http_code}' https://example.com/api/orders/` prints `401` or `403`.",
			Bad: []check.Example{
				apiExample("Everyone may read, change and delete orders.", "INSTALLED_APPS = [\"rest_framework\", \"shop\"]\n", ""),
			},
			Good: []check.Example{
				apiExample("A login is asked for.", `INSTALLED_APPS = ["rest_framework", "shop"]
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]}
`, ""),
			},
			References: []check.Reference{
				check.See("Django REST framework: setting the permission policy", check.RESTDocs+"api-guide/permissions/#setting-the-permission-policy"),
				check.See("OWASP API Security: broken function level authorization", "https://owasp.org/API-Security/editions/2023/en/0xa5-broken-function-level-authorization/"),
			},
			Triggers: []string{
				"the default is AllowAny or empty, and a view that changes or deletes relies on it (critical)",
				"the same with views that read or create (recommended)",
				"a method of a view changes the list permission_classes in place",
				"django-ninja: operations for which neither the API, a router nor they themselves give auth (critical where they change or delete)",
				"GraphQL: mutations that nothing guards",
			},
		},
	}
}

func answerPermissions(p *check.SourcePass) check.Answer {
	rest := withREST(p, func(w *django.World, all viewsOf) check.Answer {
		return together(openViews(w, all), changedInPlace(all()))
	}, "REST_FRAMEWORK")
	return beside(rest, withNinja(p, openOperations), withGraphQL(p, openFields))
}

// openViews judges the default and the views that rely on it.
func openViews(w *django.World, all viewsOf) check.Answer {
	s := w.REST("DEFAULT_PERMISSION_CLASSES")
	if !known(s) {
		return check.Unclear(doubt(s))
	}
	_, at, open := entry(s, ".AllowAny")
	if !open && len(s.Value.Elems()) > 0 {
		return check.Passed("the default permission asks for something")
	}
	views, unsure := reliant(all, func(v project.RESTView) bool { return true }, "permission_classes", "get_permissions", "check_permissions")
	if len(views) == 0 {
		if !unsure && len(all()) > 0 {
			return check.Passed("every view has permission classes of its own")
		}
		return check.Unclear(notSet(s) + ", which lets everyone in; which views rely on it is not known, as they inherit from classes outside the project")
	}
	relying := len(views)
	if views = slices.DeleteFunc(views, publicByName); len(views) == 0 {
		return check.Unclear(fmt.Sprintf("%s, which lets everyone in; the views that rely on it (%d) seem public on purpose by their names; state it with AllowAny in each", notSet(s), relying))
	}
	f := check.Finding{Severity: check.Recommended, At: at, Fix: `"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"]`}
	what := "relies on it"
	if len(views) > 1 {
		what = "rely on it"
	}
	routed := slices.ContainsFunc(all(), func(v project.RESTView) bool { return len(v.Endpoints) > 0 })
	for _, v := range views {
		if !v.Changes() || narrows(v) || !strangersChange(v, routed) {
			continue
		}
		f.Severity = check.Critical
		if len(f.Related) < mostRelated {
			f.Related = append(f.Related, check.Related{Message: v.Name + " changes or deletes and has no permission classes", At: v.At})
		}
	}
	if len(f.Related) == 0 {
		f.Related = []check.Related{{Message: views[0].Name + " has no permission classes", At: views[0].At}}
	}
	f.Message = fmt.Sprintf("%s, which lets everyone in, and %s %s; set IsAuthenticated, and AllowAny in the views that are public", notSet(s), some(views), what)
	return check.Failed(f)
}

// strangersChange reports whether an endpoint of a view is known to let strangers in by a method that changes something. A view that was found
// in the text alone has no endpoints; where those of others are known (routed), it may be one that others only inherit from.
func strangersChange(v project.RESTView, routed bool) bool {
	return len(v.Endpoints) == 0 && !routed || slices.ContainsFunc(v.Endpoints, func(e *routes.Endpoint) bool { return e.StrangersChange() == eval.Yes })
}

// publicByName reports whether a view is by its name one that strangers must reach: a login, a webhook, a health check.
func publicByName(v project.RESTView) bool {
	name := strings.ToLower(strings.ReplaceAll(v.Name, "_", ""))
	if v.Changes() || v.Lists() {
		return false
	}
	switch name = strings.TrimSuffix(name, "view"); name {
	case "health", "healthcheck", "healthz", "ping", "register", "signup":
		return true
	}
	for _, part := range []string{"login", "signin", "webhook", "passwordreset", "resetpassword", "obtaintoken", "refreshtoken"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// mostRelated bounds the views that a finding shows.
const mostRelated = 5

// narrows reports whether a view, or a class of the project that it inherits from, decides by itself which objects a request reaches,
// so that leaving out permission classes does not yet open them.
func narrows(v project.RESTView) bool {
	return v.Gives("get_queryset", "filter_queryset", "filter_backends", "get_object", "initial", "dispatch", "check_object_permissions")
}
