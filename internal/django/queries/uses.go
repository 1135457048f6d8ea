package queries

import (
	"slices"
	"strings"

	"gonogo/internal/django/routes"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// UseKind is in what way code names a field.
type UseKind uint8

// The kinds of uses.
const (
	Asked  UseKind = iota + 1 // a queryset filters, orders or computes by it
	Loaded                    // only(), defer(), save(update_fields=), bulk_update()
	Joined                    // select_related()
	Ahead                     // prefetch_related()
	Given                     // a keyword of create() or of the model itself
	Update                    // a keyword of update()
	Got                       // an attribute of a row is read
	Put                       // an attribute of a row is set
)

// Use is a place in a function at which code names a field of a model that is known.
type Use struct {
	Model  *Model
	Field  string
	Kind   UseKind
	Method string // what is called, "filter"; "" where nothing is
	Place  Place
	Name   string // the function
	At     source.Span
}

// UseInput is what uses are found in.
type UseInput struct {
	Schema  *Schema
	Graph   *resolve.Graph
	Modules []Module
	Views   *routes.Views
	// Wanted tells which names of a model are looked for.
	Wanted func(m *Model, name string) bool
	// Added tells which names the project's own code may add to rows by annotate(), so that a manager of its own may have done so.
	Added func(name string) bool
	// Rows are the models whose rows the methods of a class get as obj or instance, and have as self.instance or self.object: those of
	// forms, serializers, admin classes and views, by the dotted name of the class.
	Rows map[string]*Model
}

// Uses finds where bodies of functions name fields. The order is that of the modules and of the text.
func Uses(in UseInput) []Use {
	facts := &Facts{Schema: in.Schema}
	reader := NewReader(in.Schema, in.Graph, in.Modules)
	var found []Use
	for i := range in.Modules {
		u := &uses{UseInput: in, guarded: map[string]bool{}}
		w := &walker{facts: facts, reader: reader, wanted: reader.wanted, schema: in.Schema, graph: in.Graph, module: &in.Modules[i], views: in.Views,
			place: PlaceOf(in.Modules[i].Dotted), uses: u}
		w.read()
		found = append(found, slices.DeleteFunc(u.found, func(x Use) bool { return x.Kind == Got && u.guarded[x.Field] })...)
	}
	return once(found, func(u Use) source.Span { return u.At })
}

// uses is the state of a walker that looks for names of fields.
type uses struct {
	UseInput
	found   []Use
	guarded map[string]bool // names that the module asks for with hasattr() before it reads them
}

// use notes a name.
func (w *walker) use(m *Model, q *Query, name string, kind UseKind, method string, at source.Span) bool {
	if w.uses == nil || m == nil || !w.uses.Wanted(m, name) || q != nil && q.adds(name, w.uses.Added) {
		return false
	}
	w.uses.found = append(w.uses.found, Use{Model: m, Field: name, Kind: kind, Method: method, Place: w.place, Name: w.name, At: at})
	return true
}

// adds reports whether rows have a name that annotate() gave them, or may have it.
func (q *Query) adds(name string, project func(string) bool) bool {
	if slices.Contains(q.added, name) || slices.Contains(q.added, "") {
		return true
	}
	return q.own && project(name)
}

// Adds reports whether annotate() and its like certainly or possibly gave rows a name, but for what a manager of the project does.
func (q *Query) Adds(name string) bool {
	return q.adds(name, func(string) bool { return false })
}

// add notes the names that annotate(), alias(), values() and extra() give to rows; "" stands for any.
func (q *Query) add(call *syntax.Call, method string) {
	if method == "extra" {
		q.added = append(slices.Clip(q.added), "")
		return
	}
	for _, k := range call.Keywords {
		q.added = append(slices.Clip(q.added), k.Name)
	}
}

// path goes along a path of lookups, and notes the first wanted name on it.
func (w *walker) path(q *Query, text string, kind UseKind, method string, at source.Span) {
	m := q.Model
	parts := strings.Split(text, "__")
	for i, part := range parts {
		outer := q
		if i > 0 {
			outer = nil
		}
		if m == nil || part == "pk" || w.use(m, outer, part, kind, method, at) || outer != nil && slices.Contains(outer.added, part) {
			return
		}
		if f := m.fields[part]; f != nil {
			if !f.Relation {
				return
			}
			m = f.To
			continue
		}
		r, ok := m.lookups[part]
		if kind == Ahead {
			r, ok = m.reverse[part]
		}
		if !ok {
			return
		}
		m = r.To
	}
}

// namesIn notes the fields that a call of a method of a queryset names.
func (w *walker) namesIn(q *Query, call *syntax.Call, method string) {
	if w.uses == nil || q == nil {
		return
	}
	switch method {
	case "filter", "exclude", "get", "aget", "get_or_create", "update_or_create", "get_object_or_404", "get_list_or_404", "aget_object_or_404":
		w.keywordNames(q, call, Asked, method)
	case "create", "acreate":
		w.keywordNames(q, call, Given, method)
	case "update", "aupdate":
		w.keywordNames(q, call, Update, method)
	case "order_by", "values", "values_list", "distinct", "dates", "datetimes", "earliest", "latest", "alatest", "aearliest":
		w.textNames(q, call.Args, Asked, method)
	case "only", "defer":
		w.textNames(q, call.Args, Loaded, method)
	case "select_related":
		w.textNames(q, call.Args, Joined, method)
	case "prefetch_related":
		w.textNames(q, call.Args, Ahead, method)
	case "bulk_update":
		if len(call.Args) > 1 {
			w.listNames(q, call.Args[1], Loaded, method)
		}
	}
	for _, k := range call.Keywords {
		switch {
		case k.Name == "update_fields" || k.Name == "unique_fields" || k.Name == "fields" && (method == "bulk_update" || method == "refresh_from_db"):
			w.listNames(q, k.Value, Loaded, method)
		case k.Name == "field_name" && (method == "dates" || method == "in_bulk"):
			w.textNames(q, []syntax.Expr{k.Value}, Asked, method)
		case k.Name == "defaults" && method == "update_or_create": // it sets what it is given on a row that is there
		case k.Name == "defaults" || k.Name == "create_defaults":
			w.dictNames(q, k.Value, Given, method)
		default:
			w.expression(q, k.Value, method, 0)
		}
	}
	for _, a := range call.Args {
		w.expression(q, a, method, 0)
	}
}

func (w *walker) keywordNames(q *Query, call *syntax.Call, kind UseKind, method string) {
	for _, k := range call.Keywords {
		if k.Name == "" || k.Name == "defaults" || k.Name == "create_defaults" {
			continue
		}
		at := w.span(k)
		at.End = at.Start + source.Pos(len(k.Name))
		w.path(q, k.Name, kind, method, at)
	}
}

func (w *walker) textNames(q *Query, list []syntax.Expr, kind UseKind, method string) {
	for _, a := range list {
		if text, ok := constant(a); ok {
			w.path(q, strings.TrimLeft(text, "-+"), kind, method, w.span(a))
		}
	}
}

func (w *walker) listNames(q *Query, e syntax.Expr, kind UseKind, method string) {
	switch e := e.(type) {
	case *syntax.List:
		w.textNames(q, e.Elts, kind, method)
	case *syntax.Tuple:
		w.textNames(q, e.Elts, kind, method)
	case *syntax.Set:
		w.textNames(q, e.Elts, kind, method)
	}
}

func (w *walker) dictNames(q *Query, e syntax.Expr, kind UseKind, method string) {
	if d, ok := e.(*syntax.Dict); ok {
		w.textNames(q, slices.DeleteFunc(slices.Clone(d.Keys), func(k syntax.Expr) bool { return k == nil }), kind, method)
	}
}

// expression notes the fields that F(), Q(), aggregates and functions of the database name. Subqueries have a model of their own.
func (w *walker) expression(q *Query, e syntax.Expr, method string, depth int) {
	if depth > maxNesting {
		return
	}
	switch e := e.(type) {
	case *syntax.BinOp:
		w.expression(q, e.Left, method, depth+1)
		w.expression(q, e.Right, method, depth+1)
	case *syntax.UnaryOp:
		w.expression(q, e.Operand, method, depth+1)
	case *syntax.Call:
		w.expressionCall(q, e, method, depth)
	}
}

func (w *walker) expressionCall(q *Query, e *syntax.Call, method string, depth int) {
	name := lastName(e.Func)
	texts := 0 // of the first arguments that are names of fields
	switch name {
	case "F", "Count", "Sum", "Avg", "Min", "Max", "StdDev", "Variance", "ArrayAgg", "StringAgg", "JSONBAgg", "BoolAnd", "BoolOr", "Lower", "Upper",
		"Length", "Trim", "LTrim", "RTrim", "Cast", "Trunc", "TruncDate", "TruncDay", "TruncMonth", "TruncYear", "TruncWeek", "TruncHour",
		"Extract", "ExtractYear", "ExtractMonth", "ExtractDay", "Substr", "Left", "Right", "Replace", "Abs", "Round", "Ceil", "Floor":
		texts = 1
	case "Coalesce", "Concat", "Greatest", "Least", "NullIf", "SearchVector":
		texts = len(e.Args)
	case "Q", "When", "FilteredRelation", "Case", "ExpressionWrapper", "asc", "desc":
	case "Prefetch":
		if len(e.Args) > 0 {
			w.textNames(q, e.Args[:1], Ahead, method)
		}
		return
	default:
		return
	}
	if name == "Q" || name == "When" {
		for _, k := range e.Keywords {
			if k.Name == "" || name == "When" && (k.Name == "then" || k.Name == "condition") {
				w.expression(q, k.Value, method, depth+1)
				continue
			}
			at := w.span(k)
			at.End = at.Start + source.Pos(len(k.Name))
			w.path(q, k.Name, Asked, method, at)
		}
	} else {
		for _, k := range e.Keywords {
			w.expression(q, k.Value, method, depth+1)
		}
	}
	w.textNames(q, e.Args[:min(texts, len(e.Args))], Asked, method)
	for _, a := range e.Args {
		w.expression(q, a, method, depth+1)
	}
	if a, ok := e.Func.(*syntax.Attribute); ok { // F("price").desc()
		w.expression(q, a.Value, method, depth+1)
	}
}

// rowOf is a row of a model of which nothing else is known.
func (w *walker) rowOf(m *Model, at source.Span) value {
	if m == nil {
		return value{}
	}
	return value{kind: instance, model: m, query: newQuery(m, at, true)}
}

// parameters binds what is known of the parameters of a function: the row that a method of a model is for, annotations, and the row that
// methods of forms, serializers and admin classes get.
func (w *walker) parameters(f *syntax.FunctionDef) {
	if w.uses == nil || f.Args == nil {
		return
	}
	list := append(slices.Clone(f.Args.Posonlyargs), f.Args.Args...)
	for _, p := range append(list, f.Args.Kwonlyargs...) {
		if m := w.annotated(p.Annotation, 0); m != nil {
			w.env[p.Name] = w.rowOf(m, w.span(f))
		}
	}
	if w.class == nil || len(list) == 0 || w.depth != 1 || hasDecorator(f, "staticmethod", "classmethod") {
		return
	}
	if m := w.schema.byClass[w.class.dotted]; m != nil {
		w.env[list[0].Name] = w.rowOf(m, w.span(f))
		return
	}
	for _, p := range list[1:] {
		if m := w.uses.Rows[w.class.dotted]; m != nil && (p.Name == "obj" || p.Name == "instance") {
			w.env[p.Name] = w.rowOf(m, w.span(f))
		}
	}
}

// annotated is the model that an annotation names: Order, "Order", Order | None, Optional[Order].
func (w *walker) annotated(e syntax.Expr, depth int) *Model {
	if e == nil || depth > 5 {
		return nil
	}
	switch a := e.(type) {
	case *syntax.Name, *syntax.Attribute:
		return w.schema.byClass[w.resolve(e)]
	case *syntax.Constant:
		if text, ok := constant(a); ok && !strings.ContainsAny(text, ".[| ") {
			return w.schema.byClass[w.resolve(&syntax.Name{ID: text})]
		}
	case *syntax.BinOp:
		if m := w.annotated(a.Left, depth+1); m != nil {
			return m
		}
		return w.annotated(a.Right, depth+1)
	case *syntax.Subscript:
		if lastName(a.Value) == "Optional" {
			return w.annotated(a.Slice, depth+1)
		}
	}
	return nil
}

func hasDecorator(f *syntax.FunctionDef, names ...string) bool {
	return slices.ContainsFunc(f.Decorators, func(d syntax.Expr) bool { return slices.Contains(names, lastName(d)) })
}

// ownRow is self.instance or self.object of a class that has the rows of a model, and request.user.
func (w *walker) ownRow(e *syntax.Attribute) (v value, ok bool) {
	if w.uses == nil {
		return value{}, false
	}
	switch e.Attr {
	case "instance", "object":
		if w.class != nil && w.isSelf(e.Value) && w.uses.Rows[w.class.dotted] != nil {
			return w.rowOf(w.uses.Rows[w.class.dotted], w.span(e)), true
		}
	case "user":
		if of := lastName(e.Value); of == "request" && w.schema.user != nil {
			return w.rowOf(w.schema.user, w.span(e)), true
		}
	}
	return value{}, false
}

// useOf notes an attribute of a row.
func (w *walker) useOf(of value, e *syntax.Attribute) {
	at := w.span(e)
	at.Start = at.End - source.Pos(len(e.Attr))
	kind := Got
	if e.Ctx == syntax.Store {
		kind = Put
	}
	w.use(of.model, of.query, e.Attr, kind, "", at)
}

// guard notes hasattr(row, "name").
func (w *walker) guard(e *syntax.Call) {
	if n, ok := e.Func.(*syntax.Name); w.uses == nil || !ok || n.ID != "hasattr" || len(e.Args) != 2 {
		return
	}
	if text, ok := constant(e.Args[1]); ok {
		w.uses.guarded[text] = true
	}
}
