package queries

import (
	"slices"
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Place is what kind of code a query stands in.
type Place uint8

const (
	Elsewhere Place = iota + 1
	View
	Task
	Command
	Admin
)

// Facts are what the bodies of functions ask the database.
type Facts struct {
	Schema  *Schema
	Lookups []Lookup
	Follows []Follow
	Lists   []List
	Waste   []Waste
	Naive   []Naive
	Fetches []Fetch
	// Classes are the rows that classes name.
	Classes map[*syntax.ClassDef]ClassRows
	// Functions is how many bodies were read.
	Functions int
}

// Lookup is a field that a query filters or orders by, where no index narrows the rows already.
type Lookup struct {
	Query  *Query
	Field  *Field
	Path   string // "customer__email"
	Lookup string // "exact", "gte", "order_by", ...
	Order  bool
	Place  Place
	Test   string // the function that it stands in
	At     source.Span
	Value  syntax.Expr // nil for an ordering
}

// Follow is a relation that is read from every row of a queryset which does not fetch it.
type Follow struct {
	Query *Query
	Field string // path from the rows, "customer" or "customer__company"
	Many  bool   // the other rows are asked for in a query of their own (order.lines.all())
	Count bool   // only their number is asked for
	// Again says that the rows are asked for anew, whatever was fetched: a filter behind a related manager (order.lines.filter(...)).
	Again bool
	// Deferred says that Field is a column which only() or defer() left out.
	Deferred bool
	Place    Place
	Name     string // the function that it stands in
	At       source.Span
}

// List is a whole table that goes to a page or an answer.
type List struct {
	Query *Query
	// Into is what gets it: "template" or "JSON answer" or the name of a class of list views.
	Into string
	Name string
	At   source.Span
}

// WasteKind is a way of asking more than is needed.
type WasteKind uint8

const (
	LenOfQuery  WasteKind = iota + 1 // len(queryset) where the rows are not used
	SaveInLoop                       // one UPDATE a row
	CountIsZero                      // count() compared with 0
)

// Waste is a queryset that is evaluated at more cost than is needed.
type Waste struct {
	Kind  WasteKind
	Query *Query
	Place Place
	Name  string
	At    source.Span
}

// Naive is a moment without a zone that goes to a DateTimeField.
type Naive struct {
	Call  string // "datetime.datetime.now"
	Field *Field
	At    source.Span // the call
	Into  source.Span // where it goes to the field; zero when that is the same place
}

// Module is one file of the project whose bodies are read.
type Module struct {
	Dotted string
	Syntax *syntax.Module
	Names  *resolve.Module
}

// Read goes through the bodies of functions of modules, once. The order of what it finds is that of the modules and of the text.
// views are the functions and classes that answer requests; nil where that is not known.
func Read(schema *Schema, graph *resolve.Graph, modules []Module, views *routes.Views) *Facts {
	f := &Facts{Schema: schema}
	if len(schema.byKey) == 0 {
		return f
	}
	reader := NewReader(schema, graph, modules)
	for i := range modules {
		w := &walker{facts: f, reader: reader, wanted: reader.wanted, schema: schema, graph: graph, module: &modules[i], views: views, place: PlaceOf(modules[i].Dotted)}
		w.read()
	}
	f.Lookups = once(f.Lookups, func(l Lookup) source.Span { return l.At })
	f.Follows = once(f.Follows, func(l Follow) source.Span { return l.At })
	f.Lists = once(f.Lists, func(l List) source.Span { return l.At })
	f.Waste = once(f.Waste, func(l Waste) source.Span { return l.At })
	f.Fetches = once(f.Fetches, func(l Fetch) source.Span { return l.At })
	return f
}

// once leaves out what was noted twice for one place, because an expression was gone through twice.
func once[T any](list []T, at func(T) source.Span) []T {
	seen := make(map[source.Span]bool, len(list))
	return slices.DeleteFunc(list, func(e T) bool {
		twice := seen[at(e)]
		seen[at(e)] = true
		return twice
	})
}

// names are the last names of paths that the walker knows: of models and of functions.
func (s *Schema) names() map[string]bool {
	names := map[string]bool{}
	for _, m := range s.byKey {
		names[m.Class[strings.LastIndexByte(m.Class, '.')+1:]] = true
	}
	for _, name := range []string{"get_object_or_404", "get_list_or_404", "aget_object_or_404", "get_user_model", "render", "JsonResponse",
		"TemplateResponse", "now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp", "len", "str", "Paginator", "list", "tuple", "sorted", "reversed", "iter",
		"enumerate", "zip", "map", "filter"} {
		names[name] = true
	}
	return names
}
