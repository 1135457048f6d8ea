package api

import (
	"gonogo/internal/check"
	"gonogo/internal/django"
)

func renderers() check.Check {
	return check.Check{
		ID: "api/renderers", Severity: check.Recommended, Source: answerRenderers,
		Doc: check.Doc{
			Title: "The browsable API is off in production",
			Why: `The browsable API is a page for developers: it shows every endpoint with its fields and forms, runs extra queries to fill select boxes with whole tables, and answers a browser with HTML that the site's own security headers were not made for. It is in the framework's default.

An API that the public is meant to explore by hand may keep it, as a choice.`,
			Fix:    "Set `\"DEFAULT_RENDERER_CLASSES\": [\"rest_framework.renderers.JSONRenderer\"]` in the production settings, and keep the browsable one in those for development.",
			Verify: "`curl -s -H 'Accept: text/html' -o /dev/null -w '%{content_type}' https://example.com/api/` prints `application/json`.",
			Bad: []check.Example{
				apiExample("The framework's default.", "INSTALLED_APPS = [\"rest_framework\", \"shop\"]\n", ""),
			},
			Good: []check.Example{
				apiExample("JSON alone.", `INSTALLED_APPS = ["rest_framework", "shop"]
REST_FRAMEWORK = {"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]}
`, ""),
			},
			References: []check.Reference{
				check.See("Django REST framework: setting the renderers", check.RESTDocs+"api-guide/renderers/#setting-the-renderers"),
				check.See("Django REST framework: the browsable API", check.RESTDocs+"topics/browsable-api/"),
			},
			Triggers: []string{"BrowsableAPIRenderer or AdminRenderer is among the default renderers, also by the framework's own default"},
		},
	}
}

func answerRenderers(p *check.SourcePass) check.Answer {
	return withREST(p, func(w *django.World, _ viewsOf) check.Answer {
		s := w.REST("DEFAULT_RENDERER_CLASSES")
		if s.Value.IsUnknown() {
			return check.Unclear(doubt(s))
		}
		name, at, ok := entry(s, "BrowsableAPIRenderer", "renderers.AdminRenderer")
		if !ok {
			if !known(s) {
				return check.Unclear(doubt(s))
			}
			return check.Passed("no default renderer makes pages for people")
		}
		message := "DEFAULT_RENDERER_CLASSES has " + last(name) + check.EnvNote(s.Value)
		if !s.Set {
			message = "DEFAULT_RENDERER_CLASSES is not set, and the framework's default has " + last(name)
		}
		return check.Failed(check.Finding{
			Severity: check.Recommended, At: at, Fix: `"DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"]`,
			Message: message + ": browsers get pages, with queries of their own; leave JSONRenderer alone in production",
		})
	}, "REST_FRAMEWORK")
}
