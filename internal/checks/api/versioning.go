package api

import (
	"regexp"
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

func versioning() check.Check {
	return check.Check{
		ID: "api/versioning", Severity: check.Optional, Source: answerVersioning,
		Doc: check.Doc{
			Title: "The API can change without breaking its clients",
			Why: `A mobile app that is installed today still calls the API next year. With a version in the path or in a header a field can be renamed for new clients while old ones keep theirs; without one every change must please all clients at once.

An API whose only client is the site's own front end, released together with it, needs none.`,
			Fix:    "Set `\"DEFAULT_VERSIONING_CLASS\": \"rest_framework.versioning.URLPathVersioning\"` (or NamespaceVersioning), or put `v1/` into the paths from the start.",
			Verify: "`python manage.py shell -c \"from rest_framework.settings import api_settings; print(api_settings.DEFAULT_VERSIONING_CLASS)\"` prints a class, or `curl -s -o /dev/null -w '%{http_code}' https://example.com/api/v1/` prints another status than 404.",
			Bad: []check.Example{
				apiExample("No version anywhere.", "INSTALLED_APPS = [\"rest_framework\", \"shop\"]\n", ""),
			},
			Good: []check.Example{
				apiExample("A version in the path.", `INSTALLED_APPS = ["rest_framework", "shop"]
REST_FRAMEWORK = {"DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.URLPathVersioning"}
`, ""),
			},
			References: []check.Reference{
				check.See("Django REST framework: versioning", check.RESTDocs+"api-guide/versioning/"),
			},
			Triggers: []string{"no versioning class, globally or in a view, and no version in a path"},
		},
	}
}

func answerVersioning(p *check.SourcePass) check.Answer {
	return withREST(p, func(w *django.World, all viewsOf) check.Answer {
		s := w.REST("DEFAULT_VERSIONING_CLASS")
		switch check.IsOn(s.Value) {
		case eval.Yes:
			return check.Passed(notSet(s))
		case eval.Maybe:
			return check.Unclear(doubt(s))
		}
		if at, ok := versionInPath(p); ok {
			return check.Passed("the path has a version, " + at.Path())
		}
		for _, v := range all() {
			if v.Gives("versioning_class") {
				return check.Passed(v.Name + " has a versioning class")
			}
		}
		return check.Failed(check.Finding{
			Severity: check.Optional, At: s.At, Fix: `"DEFAULT_VERSIONING_CLASS": "rest_framework.versioning.URLPathVersioning"`,
			Message: "The API has no version, neither by a versioning class nor in a path, so every change reaches every client at once; add one before clients depend on it",
		})
	}, "REST_FRAMEWORK")
}

// versionInPath finds a path with a version, `path("api/v1/", ...)`, in a URL configuration.
func versionInPath(p *check.SourcePass) (at source.Span, found bool) {
	if p.Project.Code == nil {
		return at, false
	}
	version := regexp.MustCompile(`(^|[/^])(v\d+|\(\?P<version>|<(str:)?version>)`)
	for _, m := range p.Project.Code.Modules {
		if m.Test || m.Other || m.Syntax == nil {
			continue
		}
		syntax.InspectBody(m.Syntax.Body, func(n syntax.Node) bool {
			call, ok := n.(*syntax.Call)
			if !ok || found || len(call.Args) == 0 {
				return !found
			}
			name := ""
			switch f := call.Func.(type) {
			case *syntax.Name:
				name = f.ID
			case *syntax.Attribute:
				name = f.Attr
			}
			k, isText := call.Args[0].(*syntax.Constant)
			if isText && k.Kind == syntax.Str && strings.Contains(" path re_path url register ", " "+name+" ") && version.MatchString(k.Value) {
				at, found = m.Syntax.Span(k), true
			}
			return true
		})
	}
	return at, found
}
