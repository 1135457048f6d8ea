// Package middleware is the model of what the middleware of a project do with every request: whether they give it an id, and whether they
// write a line for it.
//
// What a middleware of the project does is read from its class or function and the functions of the project that it calls; those of packages
// are known by their names (see package knowledge).
package middleware

import (
	"gonogo/internal/knowledge"
	"gonogo/internal/python/eval"
	"gonogo/internal/python/resolve"
	"gonogo/internal/python/syntax"
	"gonogo/internal/source"
)

// Fact is something that the code of a middleware does; At is zero when it does not.
type Fact struct {
	Yes bool
	At  source.Span
}

// Middleware is one entry of MIDDLEWARE.
type Middleware struct {
	Name string
	At   source.Span // in MIDDLEWARE
	// Package is what it comes from, where that is known; Named says so.
	Package knowledge.Package
	Named   bool
	// Own says that the project defines it, so that the facts below hold.
	Own       bool
	AcceptsID Fact // takes the id of a request from a header
	MakesID   Fact
	ReturnsID Fact // sends it back in a header
	BindsID   Fact // puts it where log lines can take it from: a context variable, a thread local, structlog's context, an extra of a line
	// Structlog says that it binds the id to structlog's context, whose lines need no filter.
	Structlog bool
	// WritesStatus is a line that is logged with the status of the answer and the path of the request; TakesTime says that the code takes the time.
	WritesStatus Fact
	TakesTime    bool
	// Speaks says that it has a word for such an id anywhere.
	Speaks bool
}

// GivesID reports whether it gives a request an id, made or accepted.
func (m Middleware) GivesID() bool { return m.AcceptsID.Yes || m.MakesID.Yes }

// Read reads the entries of MIDDLEWARE, in order; those that are no text are left out.
func Read(setting eval.Value, graph *resolve.Graph) (list []Middleware) {
	for _, entry := range setting.Elems() {
		name, ok := entry.AsStr()
		if !ok {
			continue
		}
		m := Middleware{Name: name, At: entry.At()}
		m.Package, m.Named = knowledge.PackageOfMiddleware(name)
		if d, own := graph.Define(name); own && (d.Class != nil || d.Function != nil) {
			m.Own = true
			r := reader{graph: graph, into: &m, seen: map[syntax.Node]bool{}}
			r.definition(d)
			r.inherited(d)
			m.WritesStatus = Fact{Yes: !r.written.IsZero() && r.path, At: r.written}
			m.TakesTime = r.time
		}
		list = append(list, m)
	}
	return list
}
