package api

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/routes"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
)

func graphQLLimits() check.Check {
	return check.Check{
		ID: "api/graphql-limits", Severity: check.Recommended, Source: answerGraphQLLimits,
		Doc: check.Doc{
			Title: "GraphQL answers no query of any depth, and shows its editor to nobody in production",
			Why: `The client writes the query. Friends of friends of friends, ten levels deep, or a field a thousand times under aliases, is one request of a few hundred bytes and millions of rows; a limit of requests a minute does not help. Limits on depth, aliases or cost refuse it before anything is asked of the database.

GraphiQL and introspection are for those who write clients. In production they hand everybody the map, names of fields that no page shows included.`,
			Fix:    "With Strawberry give the schema `extensions=[QueryDepthLimiter(max_depth=10), MaxAliasesLimiter(max_alias_count=15)]`; with Graphene give the view `validation_rules=[depth_limit_validator(max_depth=10)]`; and `graphql_ide=None`, or `graphiql=settings.DEBUG`.",
			Verify: "Send a query that nests one relation twenty times: the answer is an error about its depth. Open the address in a browser: no editor comes.",
			Bad:    []check.Example{graphQLExample("Queries of any depth, with an editor.", "GraphQLView.as_view(schema=schema)", "schema = strawberry.Schema(query=Query)")},
			Good: []check.Example{graphQLExample("Ten levels, and no editor.", "GraphQLView.as_view(schema=schema, graphql_ide=None)",
				"from strawberry.extensions import DisableIntrospection, MaxAliasesLimiter, QueryDepthLimiter\n\nschema = strawberry.Schema(query=Query, extensions=[QueryDepthLimiter(max_depth=10), MaxAliasesLimiter(max_alias_count=15), DisableIntrospection()])")},
			References: []check.Reference{
				check.See("Strawberry: query depth limiter", "https://strawberry.rocks/docs/extensions/query-depth-limiter"),
				check.See("Graphene: query validation", "https://docs.graphene-python.org/en/latest/execution/queryvalidation/"),
				check.See("OWASP: GraphQL", "https://cheatsheetseries.owasp.org/cheatsheets/GraphQL_Cheat_Sheet.html"),
			},
			Triggers: []string{
				"nothing limits the depth, cost or aliases of a query",
				"the view serves GraphiQL or another editor in production",
			},
		},
	}
}

// graphQLExample is a schema of Strawberry with its view.
func graphQLExample(note, view, schema string) check.Example {
	return check.Project(note, "settings.py", "INSTALLED_APPS = [\"strawberry_django\"]\nROOT_URLCONF = \"urls\"\n", "schema.py",
		"import strawberry\n\n\n@strawberry.type\nclass Query:\n    name: str\n\n\n"+schema+"\n", "urls.py",
		"from django.urls import path\nfrom strawberry.django.views import GraphQLView\n\nfrom schema import schema\n\nurlpatterns = [path(\"graphql/\", "+view+")]\n",
		"requirements.txt", "Django==5.2.8\nstrawberry-graphql-django==0.65.0\n")
}

func answerGraphQLLimits(p *check.SourcePass) check.Answer {
	switch has, _ := p.Project.Has(project.GraphQL); has {
	case eval.No:
		return check.Absent("the project does not use GraphQL")
	case eval.Maybe:
		return check.Unclear("whether the project uses GraphQL is not known: not all of its code could be read")
	}
	endpoints := graphQLEndpoints(p)
	if len(endpoints) == 0 {
		return check.Unclear("the view of GraphQL was not found among the URL configuration's")
	}
	var findings []check.Finding
	var doubts []string
	for _, e := range endpoints {
		g := e.GraphQL
		if g == nil {
			doubts = append(doubts, "the view "+e.View.Name+" of GraphQL is not followed")
			continue
		}
		if len(g.Limits) == 0 && g.LimitsUnknown != "" {
			doubts = append(doubts, "what limits queries at "+e.Path()+" is not known: "+g.LimitsUnknown)
		} else if len(g.Limits) == 0 {
			findings = append(findings, check.Finding{Severity: check.Recommended, At: e.At,
				Message: "Nothing limits the depth, cost or aliases of a query, so that one request can ask for millions of rows; add a limit to the " + limitedBy(g)})
		}
		findings, doubts = shown(e, findings, doubts)
	}
	return check.Gather(findings, doubts, "a limit on queries is used, and no editor is served")
}

// limitedBy says where a limit belongs.
func limitedBy(g *routes.GraphQL) string {
	if g.Package == "strawberry" {
		return "extensions of the schema"
	}
	return "validation rules of the view"
}

// shown judges the editor and introspection, which matter where a stranger may call the view.
func shown(e *routes.Endpoint, findings []check.Finding, doubts []string) ([]check.Finding, []string) {
	g := e.GraphQL
	switch {
	case e.Anyone() == eval.No:
	case g.Editor == eval.Yes:
		f := check.Finding{Severity: check.Recommended, At: e.At,
			Message: "This serves the editor of GraphQL in production, with which everybody reads the whole schema; switch it off where DEBUG is off"}
		if !g.EditorAt.IsZero() && g.EditorAt != e.At {
			f.Related = []check.Related{{Message: "this switches it on", At: g.EditorAt}}
		}
		findings = append(findings, f)
	case g.Editor == eval.Maybe:
		doubts = append(doubts, "whether "+e.Path()+" serves an editor is not known")
	}
	return findings, doubts
}

// graphQLEndpoints are the endpoints whose view is one of GraphQL: of a package, of a class that inherits from one, or an own one that is given a
// schema.
func graphQLEndpoints(p *check.SourcePass) (list []*routes.Endpoint) {
	all := p.Project.Routes().Endpoints
	for n := range all {
		e := &all[n]
		if !e.At.IsZero() && (e.GraphQL != nil || graphQLView(e) != "") {
			list = append(list, e)
		}
	}
	return list
}

// graphQLView is the class of the package that an endpoint's view is, or inherits from, "" for other views.
func graphQLView(e *routes.Endpoint) string {
	for _, name := range append([]string{e.View.Name}, e.View.Ancestors...) {
		for _, top := range []string{"graphene_django.", "strawberry.", "strawberry_django.", "ariadne.", "ariadne_django.", "graphene_file_upload."} {
			if strings.HasPrefix(name, top) && strings.Contains(name, "GraphQL") {
				return name
			}
		}
	}
	return ""
}
