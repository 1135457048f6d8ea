package api

import (
	"slices"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/django/routes"
	"gonogo/internal/source"
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
		list, whole := servedREST(p)
		if s.Value.IsUnknown() {
			return check.Unclear(doubt(s))
		}
		name, at, ok := entry(s, "BrowsableAPIRenderer", "renderers.AdminRenderer")
		if !ok {
			if !known(s) {
				return check.Unclear(doubt(s))
			}
			if findings := ownBrowsable(list); len(findings) > 0 {
				return check.Failed(findings...)
			}
			return check.Passed("no default renderer makes pages for people")
		}
		if whole && !slices.ContainsFunc(list, func(e *routes.Endpoint) bool {
			return browsable(e.Policy.Renderers) || e.Policy.Renderers.Unknown != ""
		}) {
			return check.Passed("every endpoint has renderers of its own, and none makes pages for people")
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

// browsable reports whether renderers make pages for people.
func browsable(c routes.Choice) bool {
	return c.Has("BrowsableAPIRenderer") || c.Has("rest_framework.renderers.AdminRenderer")
}

// ownBrowsable finds views that choose such a renderer themselves, each choice once.
func ownBrowsable(list []*routes.Endpoint) (findings []check.Finding) {
	seen := map[source.Span]bool{}
	for _, e := range list {
		c := e.Policy.Renderers
		if !c.Own() || c.From == routes.FromPackage || !browsable(c) || c.At.IsZero() || seen[c.At] {
			continue
		}
		seen[c.At] = true
		findings = append(findings, check.Finding{Severity: check.Optional, At: c.At, Fix: "renderer_classes = [JSONRenderer]",
			Message: last(e.View.Name) + " chooses the browsable API for itself, which the default does not have: browsers get pages, with queries of their own; leave it to development"})
	}
	return findings
}
