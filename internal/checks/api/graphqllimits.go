package api

import (
	"strings"

	"gonogo/internal/check"
	"gonogo/internal/django/flow"
	"gonogo/internal/django/routes"
	"gonogo/internal/project"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/syntax"
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
	limited := limitsQueries(p)
	var findings []check.Finding
	for _, e := range endpoints {
		if !limited {
			findings = append(findings, check.Finding{Severity: check.Recommended, At: e.At,
				Message: "Nothing limits the depth, cost or aliases of a query, so that one request can ask for millions of rows; add a limit to the schema"})
		}
		if showsEditor(p, e) {
			findings = append(findings, check.Finding{Severity: check.Recommended, At: e.At,
				Message: "This serves the editor of GraphQL in production, with which everybody reads the whole schema; switch it off where DEBUG is off"})
		}
	}
	return check.Gather(findings, nil, "a limit on queries is used, and no editor is served")
}

// graphQLEndpoints are the endpoints whose view is a GraphQLView of a package, or inherits from one.
func graphQLEndpoints(p *check.SourcePass) (list []*routes.Endpoint) {
	all := p.Project.Routes().Endpoints
	for n := range all {
		e := &all[n]
		if !e.At.IsZero() && graphQLView(e) != "" {
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

// limitsQueries reports whether the code uses one of the limits of the packages, or has code of its own that speaks of cost or depth.
func limitsQueries(p *check.SourcePass) bool {
	for _, m := range p.Project.Code.Modules {
		if m.Test || m.Other {
			continue
		}
		for _, i := range m.Imports {
			if isQueryLimit(i.Dotted[strings.LastIndexByte(i.Dotted, '.')+1:]) {
				return true
			}
		}
	}
	code := p.Project.Flow()
	for _, f := range code.Functions {
		if isQueryLimit(f.Name) {
			return true
		}
	}
	for _, c := range code.Classes {
		if isQueryLimit(c.Name) {
			return true
		}
	}
	return len(code.Named("QueryDepthLimiter", "MaxAliasesLimiter", "MaxTokensLimiter", "depth_limit_validator", "cost_validator")) > 0
}

func isQueryLimit(name string) bool {
	lower := strings.ToLower(strings.ReplaceAll(name, "_", ""))
	for _, word := range []string{"depthlimit", "maxdepth", "querydepth", "costvalidator", "querycost", "costmap", "costanalysis", "maxaliases", "maxtokens", "querycomplexity",
		"complexitylimit", "aliaseslimit", "limitaliases"} {
		if strings.Contains(lower, word) {
			return true
		}
	}
	return false
}

// showsEditor reports whether the view of an endpoint is made with an editor: Graphene's on demand, those of the others unless they are told
// not to. Source: graphene_django/views.py, strawberry/django/views.py.
func showsEditor(p *check.SourcePass, e *routes.Endpoint) bool {
	if e.View.Gives("graphiql", "graphql_ide", "render_graphiql", "explorer") || e.View.Definition.Class != nil {
		return false
	}
	name := graphQLView(e)
	byDefault := strings.HasPrefix(name, "strawberry.")
	for _, c := range p.Project.Flow().Named("as_view") {
		at := c.Module.Syntax.Span(c.Call)
		if at.File != e.At.File || at.Start < e.At.Start || at.End > e.At.End {
			continue
		}
		for _, option := range []string{"graphiql", "graphql_ide"} {
			v := flow.Arg(c.Call, -1, option)
			if v == nil {
				continue
			}
			k, ok := v.(*syntax.Constant)
			return ok && (k.Kind == syntax.True || k.Kind == syntax.Str)
		}
		return byDefault && !flow.Spreads(c.Call)
	}
	return false
}
