package api

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
)

func schema() check.Check {
	return check.Check{
		ID: "api/schema", Severity: check.Recommended, Source: answerSchema,
		Doc: check.Doc{
			Title: "The API has an OpenAPI schema, and shows it to those who may use the API",
			Why: `A schema that is generated from the code is the contract with every client: it shows in a review that a release drops a field, and clients and tests can be made from it.

It also lists every endpoint, parameter and enum. Served to everyone while the API itself asks for a login, it is a map for an attacker; drf-spectacular's own default is to serve it to everyone.`,
			Fix:    "Install drf-spectacular, set `\"DEFAULT_SCHEMA_CLASS\": \"drf_spectacular.openapi.AutoSchema\"`, and `SPECTACULAR_SETTINGS = {\"SERVE_PERMISSIONS\": [\"rest_framework.permissions.IsAuthenticated\"]}`.",
			Verify: "`python manage.py spectacular --validate --fail-on-warn > /dev/null` ends without an error, and `curl -s -o /dev/null -w '%{http_code}' https://example.com/api/schema/` prints `401` or `403`.",
			Bad: []check.Example{
				apiExample("No schema.", "INSTALLED_APPS = [\"rest_framework\", \"shop\"]\n", ""),
			},
			Good: []check.Example{
				apiExample("A schema for users of the API.", `INSTALLED_APPS = ["rest_framework", "drf_spectacular", "shop"]
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
SPECTACULAR_SETTINGS = {"SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"]}
`, ""),
			},
			References: []check.Reference{
				check.See("drf-spectacular: settings", "https://drf-spectacular.readthedocs.io/en/latest/settings.html"),
				check.See("Django REST framework: documenting your API", check.RESTDocs+"topics/documenting-your-api/"),
			},
			Triggers: []string{
				"no package that makes a schema is installed as an app",
				"drf-spectacular's view is in a URL configuration with its default SERVE_PERMISSIONS, and the API asks for a login",
			},
		},
	}
}

// schemaApps are the applications that make an OpenAPI schema.
func schemaApps() []string { return []string{"drf_spectacular", "drf_yasg"} }

func answerSchema(p *check.SourcePass) check.Answer {
	return withREST(p, func(w *django.World, _ viewsOf) check.Answer {
		found := eval.No
		for _, app := range schemaApps() {
			found = check.Any(found, check.HasApp(w, app))
		}
		switch {
		case found == eval.Maybe:
			return check.Unclear(check.Doubt(w, w.Get("INSTALLED_APPS")))
		case found == eval.No && len(p.Project.Code.Calls("rest_framework.schemas.get_schema_view")) > 0:
			return check.Passed("the framework's own schema view is used")
		case found == eval.No:
			return check.Failed(check.Finding{
				Severity: check.Recommended, At: check.Where(w.Get("INSTALLED_APPS")), Fix: `"drf_spectacular" in INSTALLED_APPS`,
				Message: "Nothing makes an OpenAPI schema of the API, so no client can see what a release changes; install drf-spectacular",
			})
		}
		return servedSchema(p, w)
	}, "INSTALLED_APPS")
}

// servedSchema judges whom drf-spectacular's views answer. Their permission classes are SERVE_PERMISSIONS, AllowAny by default
// (drf_spectacular/settings.py), whatever DEFAULT_PERMISSION_CLASSES says.
func servedSchema(p *check.SourcePass, w *django.World) check.Answer {
	global := w.REST("DEFAULT_PERMISSION_CLASSES")
	if !known(global) {
		return check.Unclear(doubt(global))
	}
	if _, _, open := entry(global, ".AllowAny"); open || len(global.Value.Elems()) == 0 {
		return check.Passed("there is a schema, and the API is open as well")
	}
	served, guarded := schemaViews(p.Project)
	own := w.Get("SPECTACULAR_SETTINGS").Value.Get("SERVE_PERMISSIONS")
	switch {
	case len(served) == 0:
		return check.Passed("there is a schema, and no URL configuration serves it openly")
	case own.IsUnknown():
		return check.Unclear("SERVE_PERMISSIONS of SPECTACULAR_SETTINGS is not known: " + own.Reason())
	case own.IsValid() && len(own.Elems()) > 0 && own.Contains("rest_framework.permissions.AllowAny") == eval.No:
		return check.Passed("the schema asks for permission")
	case !asksForLogin(global):
		return check.Unclear("the schema is served to everyone; whether the API is as well is decided by permission classes that are not read; see what it answers to a stranger")
	case guarded:
		return check.Unclear("the schema's view is wrapped in the URL configuration; whether the wrapper asks for a login is not read yet")
	}
	return check.Failed(check.Finding{
		Severity: check.Recommended, At: served[0].Module.Syntax.Span(served[0].Call),
		Fix:     `SPECTACULAR_SETTINGS = {"SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"]}`,
		Message: "The schema is served to everyone while the API asks for a login: drf-spectacular's SERVE_PERMISSIONS is AllowAny; set it",
	})
}

// schemaViews are the calls of as_view on drf-spectacular's schema view without permission classes of their own;
// guarded is true when one stands inside another call than path.
func schemaViews(s *project.Snapshot) (calls []project.CallSite, guarded bool) {
	for _, call := range s.Code.Calls("drf_spectacular.views.SpectacularAPIView.as_view", "drf_spectacular.views.SpectacularJSONAPIView.as_view") {
		own := false
		for _, k := range call.Call.Keywords {
			own = own || k.Name == "permission_classes"
		}
		if !own {
			calls = append(calls, call)
			guarded = guarded || wrapped(call)
		}
	}
	return calls, guarded
}

// wrapped reports whether a call is an argument of a call other than path, re_path and url.
func wrapped(site project.CallSite) bool {
	found := false
	syntax.InspectBody(site.Module.Syntax.Body, func(n syntax.Node) bool {
		outer, ok := n.(*syntax.Call)
		if !ok {
			return true
		}
		for _, a := range outer.Args {
			if a != syntax.Expr(site.Call) {
				continue
			}
			name, isName := outer.Func.(*syntax.Name)
			found = found || !isName || !strings.Contains("path re_path url", name.ID)
		}
		return true
	})
	return found
}

// asksForLogin reports whether one of the classes is one of the framework's that let no stranger in.
func asksForLogin(permissions django.Setting) bool {
	_, _, ok := entry(permissions, "permissions.IsAuthenticated", "permissions.IsAdminUser", "permissions.DjangoModelPermissions", "permissions.DjangoObjectPermissions")
	return ok
}
