package routes

import (
	"strings"

	"gonogo/internal/python/eval"
)

// graphQLLimits fills what bounds a query, and whether the editor and the schema are shown.
func (i *Interpreter) graphQLLimits(g *GraphQL, self, schema eval.Value, pkg string) {
	if self.IsUnknown() {
		g.LimitsUnknown = self.Reason()
		return
	}
	l := limits{i: i, g: g, introspection: eval.Yes}
	switch pkg {
	case "graphene":
		l.rules(self.Attr("validation_rules"))
		l.middleware(i.setting("GRAPHENE").Get("MIDDLEWARE"))
		if own := self.Attr("middleware"); own.IsValid() && own.Kind() != eval.None {
			l.middleware(own)
		}
		g.Editor, g.EditorAt = self.Attr("graphiql").Truth(), self.Attr("graphiql").At()
	case "strawberry":
		l.extensions(schema)
		ide := self.Attr("graphql_ide")
		if old := self.Attr("graphiql"); old.IsValid() && old.Kind() != eval.None {
			ide = old
		}
		g.Editor, g.EditorAt = ide.Truth(), ide.At()
	case "ariadne":
		l.rules(self.Attr("validation_rules"))
		shown := self.Attr("introspection")
		g.Editor, g.EditorAt = shown.Truth(), shown.At()
		if shown.Truth() == eval.No {
			l.introspection = eval.No
		}
	}
	l.ownMethods(self.ClassOf())
	g.Introspection = l.introspection
}

// limits reads what is given to a view and a schema.
type limits struct {
	i             *Interpreter
	g             *GraphQL
	introspection eval.Tri
}

func (l *limits) doubt(why string) {
	if l.g.LimitsUnknown == "" {
		l.g.LimitsUnknown = why
	}
	l.introspection = minTri(l.introspection)
}

// rules reads validation rules.
func (l *limits) rules(v eval.Value) {
	switch {
	case !v.IsValid() || v.Kind() == eval.None:
		return
	case v.Kind() == eval.Callable:
		l.doubt(last(v.Dotted()) + "() gives the validation rules")
		return
	case v.IsUnknown() || v.IsOpen():
		l.doubt("not all validation rules are known")
	}
	for _, e := range v.Elems() {
		l.rule(e)
	}
}

// rule reads one validation rule: a class, or what a function of a package makes.
// Source: graphene/validation/, ariadne/validation/, graphql/validation/.
func (l *limits) rule(v eval.Value) {
	name, at := v.Path(), v.At()
	if s, ok := v.Symbol(); ok && s.Func.IsValid() {
		name = s.Func.Path()
	}
	for _, k := range v.MRO() {
		if n := k.Dotted(); strings.HasPrefix(n, "graphene.") || strings.HasPrefix(n, "ariadne.") || strings.HasPrefix(n, "graphql.") && last(n) != "ValidationRule" {
			name = n
			break
		}
	}
	switch top, _, _ := strings.Cut(name, "."); {
	case top != "graphene" && top != "ariadne" && top != "graphql":
		if name == "" {
			name = "of which the name is not known"
		}
		l.doubt("what the validation rule " + name + " bounds is not known")
		return
	}
	switch last(name) {
	case "depth_limit_validator", "cost_validator", "CostValidator":
		l.g.Limits = append(l.g.Limits, QueryLimit{Name: name, At: at})
	case "DisableIntrospection", "NoSchemaIntrospectionCustomRule", "IntrospectionDisabledRule":
		l.introspection = eval.No
	}
}

// middleware reads the middleware of Graphene, which can refuse introspection and more.
func (l *limits) middleware(v eval.Value) {
	if v.IsUnknown() || v.IsOpen() {
		l.doubt("not all middleware of GRAPHENE is known")
	}
	for _, e := range v.Elems() {
		name, _ := e.AsStr()
		if name == "" {
			name = e.Path()
		}
		if !strings.HasPrefix(name, "graphql_jwt.") && !strings.HasPrefix(name, "graphene_django.") {
			l.introspection = minTri(l.introspection)
		}
	}
}

// extensions reads the extensions of a schema of Strawberry. Source: strawberry/extensions/.
func (l *limits) extensions(schema eval.Value) {
	if schema.Kind() != eval.Object {
		l.doubt("the schema is not known")
		return
	}
	v := schema.Arg(5, "extensions")
	if !v.IsValid() {
		if d, own := schema.ClassOf().Definition(); own && d.Class != nil {
			l.doubt("the schema's own class " + last(schema.Class()) + " decides")
		}
		return
	}
	if v.IsUnknown() || v.IsOpen() {
		l.doubt("not all extensions of the schema are known")
	}
	for _, e := range v.Elems() {
		l.extension(e)
	}
}

func (l *limits) extension(v eval.Value) {
	at := v.At()
	if v.Kind() == eval.Callable {
		trials, _ := l.i.session.Try(1, func(c *eval.Call) eval.Value { return c.Call(v) })
		if len(trials) != 1 || trials[0].Failure != nil || trials[0].GivenUp != "" {
			l.doubt("an extension of the schema is made by a function that is not followed")
			return
		}
		v = trials[0].Result
	}
	class := v
	if v.Kind() == eval.Object {
		class = v.ClassOf()
	}
	names := []string{v.Path(), class.Dotted()}
	for _, k := range class.MRO() {
		names = append(names, k.Dotted())
	}
	known := false
	for _, name := range names {
		top, _, _ := strings.Cut(name, ".")
		if top != "strawberry" && top != "strawberry_django" && top != "sentry_sdk" {
			continue
		}
		switch last(name) {
		case "QueryDepthLimiter", "MaxAliasesLimiter", "MaxTokensLimiter":
			l.g.Limits = append(l.g.Limits, QueryLimit{Name: name, At: at})
			return
		case "DisableIntrospection":
			l.introspection = eval.No
			return
		case "AddValidationRules":
			l.rules(v.Arg(0, "validation_rules"))
			return
		case "SchemaExtension", "Extension": // the base class alone says nothing
		default:
			known = true
		}
	}
	if _, own := class.Definition(); own && !known || !known {
		name := class.Dotted()
		if name == "" {
			name = v.Path()
		}
		l.doubt("what the extension " + name + " of the schema bounds is not known")
	}
}

// ownMethods finds methods of an own class of a view that can bound a query, or hide the editor.
func (l *limits) ownMethods(class eval.Value) {
	for _, k := range class.MRO() {
		if _, own := k.Definition(); !own {
			continue
		}
		for _, f := range k.Fields() {
			name, _ := f.Key.AsStr()
			switch name {
			case "get_validation_rules", "get_response", "execute_graphql_request", "parse_body", "execute_operation", "get_extensions", "get_backend",
				"validate_query", "execute_query", "get_kwargs_graphql", "run", "execute_single":
				l.doubt(name + "() of " + last(k.Dotted()) + " can refuse a query")
			case "dispatch", "get":
				l.doubt(name + "() of " + last(k.Dotted()) + " decides what is answered")
				l.g.Editor = minTri(l.g.Editor)
			case "render_graphiql", "render_graphql_ide", "can_display_graphiql", "should_render_graphql_ide", "render_playground":
				l.g.Editor = minTri(l.g.Editor)
			}
		}
	}
}
