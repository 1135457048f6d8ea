package queries

import (
	"slices"
	"strings"

	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Reader reads single functions and classes of modules: what a function asks of rows that it is given, and which rows a class of views
// shows. It is not safe for concurrent use.
type Reader struct {
	schema  *Schema
	graph   *resolve.Graph
	modules map[string]*Module
	wanted  map[string]bool
	bound   map[string]*walker // by module, with the names that it binds
	reads   map[readKey][]RowRead
	open    map[readKey]bool // being read
}

type readKey struct {
	function *syntax.FunctionDef
	model    *Model
}

// RowRead is a relation that a function reads of a row that it is given.
type RowRead struct {
	Path  string // from the row: "customer", "lines__product"
	Many  bool   // the other rows are asked for in a query of their own
	Count bool   // only their number is asked for
	At    source.Span
}

// maxReads bounds how many methods are followed one into another.
const maxReads = 5

// NewReader makes a reader over modules.
func NewReader(schema *Schema, graph *resolve.Graph, modules []Module) *Reader {
	r := &Reader{schema: schema, graph: graph, modules: make(map[string]*Module, len(modules)), wanted: schema.names(), bound: map[string]*walker{},
		reads: map[readKey][]RowRead{}, open: map[readKey]bool{}}
	for i := range modules {
		if _, twice := r.modules[modules[i].Dotted]; !twice {
			r.modules[modules[i].Dotted] = &modules[i]
		}
	}
	return r
}

// Rowless is the query of a row of which nothing is known but its model.
func (r *Reader) Rowless(m *Model) *Query { return newQuery(m, m.At, true) }

// Schema is the models that the reader knows.
func (r *Reader) Schema() *Schema { return r.schema }

// walker is one for a module, with nothing found yet; nil for a module that is not read.
func (r *Reader) walker(module string) *walker {
	base := r.bound[module]
	if base == nil {
		m := r.modules[module]
		if m == nil {
			return nil
		}
		base = &walker{facts: &Facts{Schema: r.schema}, reader: r, wanted: r.wanted, schema: r.schema, graph: r.graph, module: m, place: View}
		base.prepare()
		r.bound[module] = base
	}
	w := *base
	w.facts, w.env = &Facts{Schema: r.schema}, env{}
	return &w
}

// Reads are the relations that a function certainly reads of the row that it is given as a parameter, counted from 0. Where a branch
// decides whether something is read, it is left out.
func (r *Reader) Reads(m Method, parameter int, model *Model) []RowRead {
	key := readKey{m.Function, model}
	if known, ok := r.reads[key]; ok {
		return known
	}
	if model == nil || r.open[key] || len(r.open) >= maxReads || !plainlyDecorated(m.Function) {
		return nil
	}
	w, name := r.walker(m.Module), parameterName(m.Function, parameter)
	if w == nil || name == "" {
		return nil
	}
	r.open[key] = true
	defer delete(r.open, key)
	probe := newQuery(model, w.span(m.Function), true)
	w.reading = &reading{}
	w.env[name] = value{kind: instance, model: model, query: probe, loop: true}
	w.body(m.Function.Body, 0)
	var out []RowRead
	for _, f := range w.facts.Follows {
		same := func(o RowRead) bool { return o.Path == f.Field && o.Count == f.Count }
		if f.Query == probe && !slices.ContainsFunc(out, same) {
			out = append(out, RowRead{Path: f.Field, Many: f.Many, Count: f.Count, At: f.At})
		}
	}
	r.reads[key] = out
	return out
}

// ReadsOf are what a method or property of a model reads of a row of it.
func (r *Reader) ReadsOf(model *Model, name string) []RowRead {
	m, ok := model.Method(name)
	if !ok {
		return nil
	}
	return r.Reads(m, 0, model)
}

// plainlyDecorated reports whether what a call of the function does is what stands in it.
func plainlyDecorated(f *syntax.FunctionDef) bool {
	for _, d := range f.Decorators {
		if call, ok := d.(*syntax.Call); ok {
			d = call.Func
		}
		switch lastName(d) {
		case "property", "cached_property", "display", "override", "extend_schema_field", "swagger_serializer_method":
		default:
			return false
		}
	}
	return !f.Async
}

// lastName is the last name of a dotted expression, "" for anything else.
func lastName(e syntax.Expr) string {
	switch e := e.(type) {
	case *syntax.Name:
		return e.ID
	case *syntax.Attribute:
		return e.Attr
	}
	return ""
}

func parameterName(f *syntax.FunctionDef, n int) string {
	if f.Args == nil {
		return ""
	}
	list := append(slices.Clone(f.Args.Posonlyargs), f.Args.Args...)
	if n >= len(list) {
		return ""
	}
	return list[n].Name
}

// reading is the state of a walker that reads one function for what it asks of the rows that it is given.
type reading struct {
	branches int // around the expression that may not run
}

// branch enters (1) or leaves (-1) what may not run.
func (r *reading) branch(n int) {
	if r != nil {
		r.branches += n
	}
}

// unsure reports whether what is gone through may not run.
func (r *reading) unsure() bool { return r != nil && r.branches > 0 }

// readRow goes on to what a method or property of a row reads; it is true where the attribute is no relation to be followed.
func (w *walker) readRow(of value, name string, at source.Span) bool {
	if of.known == name {
		return true
	}
	if _, ok := of.model.Step(name); ok || of.model.Field(name) != nil {
		return false
	}
	w.through(of, w.reader.ReadsOf(of.model, name), at)
	return true
}

// through adds what a function reads of a row that it is given. Where a function is read for itself, it is told at the place that reads.
func (w *walker) through(of value, reads []RowRead, at source.Span) {
	if w.reading.unsure() {
		return
	}
	for _, read := range reads {
		path := read.Path
		if of.path != "" {
			path = of.path + "__" + path
		}
		if of.known != "" && strings.HasPrefix(read.Path+"__", of.known+"__") {
			continue
		}
		place := read.At
		if w.reading == nil {
			if of.query.Fetches(path) {
				continue
			}
			place = at
		}
		w.facts.Follows = append(w.facts.Follows, Follow{Query: of.query, Field: path, Many: read.Many, Count: read.Count, Place: w.place, Name: w.name, At: place})
	}
}

// text is a row that is made a text, by its __str__.
func (w *walker) text(v value, at source.Span) {
	if v.kind == instance && v.loop && (w.reading != nil || w.perRow(v)) {
		w.through(v, w.reader.ReadsOf(v.model, "__str__"), at)
	}
}

// texts is str(row).
func (w *walker) texts(e *syntax.Call, depth int) {
	for i, a := range e.Args {
		if v := w.eval(a, depth+1); i == 0 {
			w.text(v, w.span(e))
		}
	}
}
