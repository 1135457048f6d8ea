package api

import (
	"fmt"
	"maps"
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/routes"
	"gonogo/internal/python/eval"
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

// servedSchema judges whom the views of drf-spectacular answer, against whom the API answers. Their permission classes are
// SERVE_PERMISSIONS, AllowAny by default (drf_spectacular/settings.py), whatever DEFAULT_PERMISSION_CLASSES says.
func servedSchema(p *check.SourcePass, w *django.World) check.Answer {
	own := w.Get("SPECTACULAR_SETTINGS").Value.Get("SERVE_PERMISSIONS")
	if own.IsValid() && !own.IsUnknown() && len(own.Elems()) > 0 && own.Contains("rest_framework.permissions.AllowAny") == eval.No {
		return check.Passed("the schema asks for permission")
	}
	if global := w.REST("DEFAULT_PERMISSION_CLASSES"); p.Project.Routes().Unknown != "" && known(global) {
		if _, _, open := entry(global, ".AllowAny"); open || len(global.Value.Elems()) == 0 {
			return check.Passed("there is a schema, and the API is open as well")
		}
	}
	all := p.Project.Routes()
	var open, closed, unsure int
	var served, unclear *routes.Endpoint
	for n := range all.Endpoints {
		e := &all.Endpoints[n]
		anyone := e.Anyone()
		switch {
		case schemaView(e.View) && anyone == eval.Yes:
			served = e
		case schemaView(e.View) && anyone == eval.Maybe:
			unclear = e
		case schemaView(e.View) || !e.View.Kind.REST():
		case anyone == eval.Yes:
			open++
		case anyone == eval.No:
			closed++
		default:
			unsure++
		}
	}
	switch {
	case served == nil && unclear != nil:
		return check.Unclear("whether anyone may read the schema at " + unclear.Path() + " is not known: " + whyUnsure(unclear))
	case served == nil && all.Unknown != "" && !callsSchemaView(p):
		return check.Passed("there is a schema, and no URL configuration serves it")
	case served == nil && all.Unknown != "":
		return check.Unclear("whether the schema is served is not known: " + all.Unknown)
	case served == nil:
		return check.Passed("there is a schema, and no endpoint shows it to strangers")
	case closed > open+unsure:
		return check.Failed(check.Finding{
			Severity: check.Recommended, At: served.At,
			Fix: `SPECTACULAR_SETTINGS = {"SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"]}`,
			Message: fmt.Sprintf("Anyone may read the schema at %s, while %d of %d other endpoints of the API ask for a login: drf-spectacular's SERVE_PERMISSIONS decides, which is AllowAny by default; set it",
				served.Path(), closed, closed+open+unsure),
		})
	case open > closed+unsure:
		return check.Passed("there is a schema, and the API is open as well")
	}
	return check.Unclear(fmt.Sprintf("anyone may read the schema at %s; of the other endpoints of the API %d are open, %d ask for a login, and %d are decided by permission classes that are not read",
		served.Path(), open, closed, unsure))
}

// callsSchemaView reports whether the project's code makes a view that gives the schema.
func callsSchemaView(p *check.SourcePass) bool {
	return len(p.Project.Code.Calls("drf_spectacular.views.SpectacularAPIView.as_view", "drf_spectacular.views.SpectacularJSONAPIView.as_view",
		"drf_spectacular.views.SpectacularYAMLAPIView.as_view")) > 0
}

// schemaView reports whether a view gives the schema itself.
func schemaView(v routes.View) bool {
	return v.Is("drf_spectacular.views.SpectacularAPIView") || v.Name == "drf_spectacular.views.SpectacularAPIView"
}

// whyUnsure says why it is not known whether anyone may call an endpoint.
func whyUnsure(e *routes.Endpoint) string {
	for _, method := range slices.Sorted(maps.Keys(e.Policy.Access)) {
		if a := e.Policy.Access[method]; a.Anyone == eval.Maybe && a.Why != "" {
			return a.Why
		}
	}
	return "its permission classes are not read"
}
