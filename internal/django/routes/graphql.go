package routes

import (
	"strings"

	"gonogo/internal/python/eval"
	"gonogo/internal/source"
)

// GraphQL is what a view of GraphQL serves: the fields of its schema and what bounds a query.
type GraphQL struct {
	// Package makes the schema: "graphene", "strawberry", "ariadne"; "" where it is not known.
	Package string
	// Fields are those of the types Query, Mutation and Subscription, in the order of the classes that give them.
	Fields []Field
	// Unknown says why there can be fields that are not listed, "" when there are none.
	Unknown string
	// Limits are what bounds the depth, cost, aliases or tokens of a query, and LimitsUnknown says why there can be others.
	Limits        []QueryLimit
	LimitsUnknown string
	// Editor tells whether GET from a browser is answered with an editor (GraphiQL or another); Introspection whether the schema can be read.
	Editor, Introspection eval.Tri
	// EditorAt is the place of the argument that decides, zero where a default does.
	EditorAt source.Span
}

// QueryLimit is one bound on queries.
type QueryLimit struct {
	Name string // dotted class or function
	At   source.Span
}

// Field is one field of the type Query, Mutation or Subscription.
type Field struct {
	Type string // "Query", "Mutation" or "Subscription"
	Name string // as a client writes it
	At   source.Span
	// Resolver is the function, or the class of a mutation, that answers; "" where the package does.
	Resolver   string
	Definition eval.Definition
	// Permissions are the classes or decorators that are asked, FromNowhere where there are none.
	Permissions Choice
	Access      Access
	// Lists is Yes where the field answers with all rows of a model, No where it is bounded or no list, Maybe where it can be all.
	Lists eval.Tri
	// Decorators are around the resolver, the outermost first, without those that only make a field of it; "" is one without a name.
	Decorators []string
	// Readable says that Access is not known for what the resolver's own code, its decorators or permission classes say, which can be read.
	Readable bool
	// Before says what stands before all fields and may ask who calls, "" where nothing does: the view, a middleware.
	Before string
	// Row is what the package itself takes by a key of the client, nil where it takes nothing.
	Row *FieldRow
	// Unscoped is the model of which the field takes a user's row by its key without asking whose it is, as Endpoint.Unscoped.
	Unscoped string
}

// FieldRow is a row that the package of the schema takes by its primary key: a node of relay, a mutation of Strawberry for a model.
type FieldRow struct {
	Model   string // the dotted name of its class
	Changes bool
	// Narrows are the functions of the project that can leave rows out (get_queryset, get_node); NarrowsUnknown says why there can be others.
	Narrows        []eval.Definition
	NarrowsUnknown string
}

// FullName is the type with the field: "Query.products".
func (f *Field) FullName() string { return f.Type + "." + f.Name }

// Unscoped is a copy in which a field takes a user's row of a model without asking whose it is; g itself where it has no such field.
func (g *GraphQL) Unscoped(field *Field, model string) *GraphQL {
	if g == nil {
		return nil
	}
	for n := range g.Fields {
		if f := g.Fields[n]; f.FullName() == field.FullName() && f.At == field.At {
			c := *g
			c.Fields = append([]Field{}, g.Fields...)
			c.Fields[n].Unscoped = model
			return &c
		}
	}
	return g
}

// graphQLClasses are the views of packages of GraphQL. Each answers GET and POST.
// Source: graphene_django/views.py 2.15 to 3.2, strawberry/django/views.py, ariadne_django/views, graphene_file_upload/django.
func graphQLClasses() []known {
	const view = genericPath + "base.View"
	return []known{
		{"graphene_django.views.GraphQLView", view, "dispatch get post"},
		{"graphene_file_upload.django.FileUploadGraphQLView", "graphene_django.views.GraphQLView", ""},
		{"strawberry.django.views.GraphQLView", view, "dispatch get post"},
		{"strawberry.django.views.AsyncGraphQLView", view, "dispatch get post"},
		{"ariadne_django.views.GraphQLView", genericPath + "base.TemplateView", "get post"},
		{"ariadne_django.views.GraphQLAsyncView", genericPath + "base.TemplateView", "get post"},
		{"ariadne.contrib.django.views.GraphQLView", genericPath + "base.TemplateView", "get post"},
	}
}

// graphQLAttributes are the attributes that decide, by the package of the view.
func graphQLAttributes(name string) map[string]eval.Value {
	none := eval.MakeNone()
	switch {
	case strings.HasPrefix(name, "graphene_django."):
		return map[string]eval.Value{"schema": none, "graphiql": eval.MakeBool(false), "middleware": none, "validation_rules": none, "batch": eval.MakeBool(false)}
	case strings.HasPrefix(name, "strawberry."):
		return map[string]eval.Value{"schema": none, "graphiql": none, "graphql_ide": eval.MakeStr("graphiql")}
	case strings.HasPrefix(name, "ariadne"):
		return map[string]eval.Value{"schema": none, "introspection": eval.MakeBool(true), "validation_rules": none, "middleware": none}
	}
	return nil
}

// initGraphQLView is __init__ of a view: arguments become attributes where they say something.
func initGraphQLView(name string) func(*eval.Call, eval.Value) {
	order := []string{"schema"}
	if strings.HasPrefix(name, "graphene") {
		order = []string{"schema", "middleware", "root_value", "graphiql", "pretty", "batch", "subscription_path", "execution_context_class", "validation_rules"}
	}
	return func(c *eval.Call, self eval.Value) {
		for n, attribute := range order {
			if v := c.Arg(n, attribute); v.IsValid() && v.Truth() != eval.No {
				self.SetField(attribute, v)
			}
		}
		for _, k := range c.Kwargs {
			if strings.HasPrefix(name, "graphene") && k.Value.Truth() == eval.No { // graphiql or self.graphiql
				continue
			}
			self.SetField(k.Name, k.Value)
		}
	}
}

// isGraphQL names the package of a view's class, "" for other views.
func (s *shape) isGraphQL() string {
	for _, k := range s.mro {
		for _, known := range graphQLClasses() {
			if k.Dotted() == known.name {
				return strings.TrimSuffix(strings.TrimSuffix(known.name[:strings.IndexByte(known.name, '.')], "_django"), "_file_upload")
			}
		}
	}
	return ""
}

// schemaPackage names the package of a schema, "" for what is none.
func schemaPackage(v eval.Value) string {
	for _, k := range v.ClassOf().MRO() {
		name := k.Dotted()
		if strings.HasSuffix(name, ".Schema") || strings.HasSuffix(name, "AsyncSchema") {
			if pkg := schemaClass(name); pkg != "" {
				return pkg
			}
		}
	}
	if pkg := schemaClass(v.Class()); pkg != "" {
		return pkg
	}
	if s, ok := v.Symbol(); ok && s.Func.IsValid() && strings.HasSuffix(s.Func.Path(), "make_executable_schema") {
		return "ariadne"
	}
	return ""
}

func schemaClass(name string) string {
	for _, pkg := range []string{"graphene", "strawberry", "strawberry_django"} {
		if strings.HasPrefix(name, pkg+".") && strings.HasSuffix(name, "Schema") {
			return strings.TrimSuffix(pkg, "_django")
		}
	}
	return ""
}

// fillGraphQL fills what a view of GraphQL serves; nil where the view is none.
func (i *Interpreter) fillGraphQL(e *Endpoint, s *shape, made *classView) {
	pkg := s.isGraphQL()
	var given eval.Value
	for _, k := range made.kwargs {
		if k.Name == "schema" {
			given = k.Value
		}
	}
	if pkg == "" && schemaPackage(given) == "" {
		return
	}
	g := &GraphQL{Package: pkg, Editor: eval.Maybe, Introspection: eval.Maybe}
	e.GraphQL = g
	e.Policy.Lists = eval.No
	self := i.graphQLInstance(made, pkg)
	schema := given
	if pkg != "" {
		schema = self.Attr("schema")
		if pkg == "graphene" && schema.Truth() != eval.Yes && schema.Kind() != eval.Object {
			schema = i.importedObject(i.setting("GRAPHENE").Get("SCHEMA"))
		}
	}
	i.followed = e
	defer func() { i.followed = nil }()
	f := fields{i: i, g: g, e: e, view: made.class}
	f.maker, f.makerIsMethod = f.contextMaker(s, made)
	f.tryContext()
	switch f.pkg = schemaPackage(schema); f.pkg {
	case "graphene":
		f.graphene(schema)
	case "strawberry":
		f.strawberry(schema)
	case "ariadne":
		f.ariadne(schema)
	default:
		g.Unknown = "the schema is not known"
		if r := schema.Reason(); r != "" {
			g.Unknown += ": " + r
		}
	}
	if g.Package == "" {
		g.Package = f.pkg
	}
	if pkg == "" {
		why := e.View.Name + " is the project's own view of GraphQL"
		g.LimitsUnknown = why
	} else {
		i.graphQLLimits(g, self, schema, pkg)
	}
	f.settle()
}

// graphQLInstance is the view as as_view makes it for a request: of the class with the arguments of the route.
func (i *Interpreter) graphQLInstance(made *classView, pkg string) eval.Value {
	if pkg == "" {
		return eval.Value{}
	}
	trials, whole := i.session.Try(1, func(c *eval.Call) eval.Value { return c.CallKw(made.class, nil, made.kwargs) })
	if !whole || len(trials) != 1 || trials[0].Failure != nil || trials[0].GivenUp != "" {
		return eval.MakeUnknown("what the view is made with is not known")
	}
	return trials[0].Result
}

// importedObject is what a dotted path leads to, or the value itself.
func (i *Interpreter) importedObject(v eval.Value) eval.Value {
	name, ok := v.AsStr()
	at := strings.LastIndexByte(name, '.')
	if !ok || at < 0 {
		return v
	}
	return i.session.Import(name[:at]).Module.Attr(name[at+1:])
}
